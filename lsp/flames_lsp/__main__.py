"""The `flames-lsp` script, and `python -I -m flames_lsp`.

Imports nothing but `sys` and `os` until the import path holds installed code only: an editor may
start us in a repository that has a `types.py`, with that repository on PYTHONPATH.
"""

# pathlib imports a dozen modules, from wherever the path says:
# ruff: noqa: PTH100, PTH109, PTH112, PTH118, PTH120

import os
import sys


def main() -> int:
    """Serves one client on stdin and stdout. Does not return: threads must not delay the exit."""
    trust_installed_code_only()
    if "--version" in sys.argv[1:]:
        from flames_indexer import __version__

        sys.stdout.write(f"flames-lsp {__version__}\n")
        return 0
    from flames_lsp.server import serve

    code = serve()
    sys.stderr.flush()
    os._exit(code)


def trust_installed_code_only() -> None:
    """Takes the working directory and PYTHONPATH off the import path, as `-I` does.

    Unlike `-I` it keeps the user's site-packages, where `pip install --user` puts us, and any
    folder that our packages come from, which moves to the end.
    """
    if sys.flags.isolated:
        return
    named = [p for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p]
    doubtful = {os.path.abspath(folder) for folder in named}
    if sys.path and os.path.abspath(sys.path[0]) == os.getcwd():
        doubtful.add(os.getcwd())
    trusted = [p for p in sys.path if p and os.path.abspath(p) not in doubtful]
    ours = [p for p in sorted(doubtful) if os.path.isdir(os.path.join(p, "flames_indexer"))]
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.path[:] = list(dict.fromkeys([*trusted, *ours, here]))


if __name__ == "__main__":
    sys.exit(main())
