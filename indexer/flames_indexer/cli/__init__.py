"""The `flames` command. One file a command; stdout is data, stderr is talk.

Exit codes: 0 fine, 1 findings at or above the fail level, 2 error, 130 stopped by Ctrl-C.
Commands import what they need when they run, so that `flames --help` stays instant.
"""

from flames_indexer import compute_in_one_thread, trust_installed_code_only


def main() -> None:
    """Entry point of the `flames` script."""
    trust_installed_code_only()
    compute_in_one_thread()
    import gc
    import signal

    # Until somebody is there to tell it, and after that, Ctrl-C just ends the process.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    import os
    import sys
    from pathlib import Path

    nowhere = Path(os.devnull)
    sys.stdout = sys.stdout or nowhere.open("w")  # None when the caller closed it (`>&-`)
    sys.stderr = sys.stderr or nowhere.open("w")
    from flames_indexer.cli.failure import Guard
    from flames_indexer.cli.group import flames

    code = 0
    with Guard() as guard:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        code = flames.main(prog_name="flames", standalone_mode=False)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.freeze()  # spares the searches for circles that end an interpreter, a hundredth of an index
    sys.exit(guard.exit_code if guard.exit_code is not None else code or 0)
