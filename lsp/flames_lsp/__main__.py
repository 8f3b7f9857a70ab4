"""The `flames-lsp` script, and `python -I -m flames_lsp`.

Imports nothing of anybody until the import path holds installed code only: an editor may start us
in a repository that has a `types.py`, with that repository on PYTHONPATH.
"""

import os
import sys

from flames_indexer import __version__, compute_in_one_thread, trust_installed_code_only


def main() -> int:
    """Serves one client on stdin and stdout. Does not return: threads must not delay the exit."""
    trust_installed_code_only()
    compute_in_one_thread()
    if "--version" in sys.argv[1:]:
        sys.stdout.write(f"flames-lsp {__version__}\n")
        return 0
    from flames_lsp.server import serve

    code = serve()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
