"""The server's standing as a process: its streams, its parent, its import path."""

import os
import sys
import threading
import time
from typing import BinaryIO

_PARENT_POLL_S = 2.0


def take_stdio() -> tuple[BinaryIO, BinaryIO]:
    """The protocol's streams, for us alone. From now on prints, native noise and child processes
    find stderr where stdout was and nothing where stdin was."""
    sys.stdout.flush()
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_RDONLY)
    os.dup2(silence, 0)
    os.close(silence)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return incoming, outgoing


def leave_with(parent: int | None) -> None:
    """Ends this process soon after process `parent` ended, whatever the loop is doing.

    A parent that is not there to begin with lives in another process namespace: not watched.
    """
    if parent is None or os.name == "nt" or not _is_alive(parent):
        return  # on Windows the closed pipe tells

    def watch() -> None:
        while _is_alive(parent):
            time.sleep(_PARENT_POLL_S)
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
