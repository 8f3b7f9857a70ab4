"""How a command ends when it does not end well: one sentence on stderr and an exit code.

A context manager and not an `except Exception`: nothing is handled here, only told.
"""

import errno
import os
import sys
import tempfile
import traceback
from pathlib import Path
from types import TracebackType

import click

from flames_indexer.errors import Cancelled, FlamesError

ERROR = 2
STOPPED = 130


class ReaderGone(Exception):
    """Whoever read stdout wants no more, as `| head` does."""


class Guard:
    """Turns what escapes a command into a sentence; `exit_code` stays None when nothing did."""

    def __init__(self) -> None:
        self.exit_code: int | None = None

    def __enter__(self) -> "Guard":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if error is None:
            error = _flush()
        if error is None:
            return True
        if isinstance(error, SystemExit | GeneratorExit):
            return False
        self.exit_code = _tell(error)
        return True


def _flush() -> BaseException | None:
    """What writing out the rest of stdout ran into: a closed pipe or a full disk shows up here."""
    try:
        sys.stdout.flush()
    except OSError as error:
        return error
    return None


def _tell(error: BaseException) -> int:
    if isinstance(error, ReaderGone) or is_closed_pipe(error):
        _silence_stdout()
        return 0
    if isinstance(error, KeyboardInterrupt | Cancelled | click.Abort):
        _say("Stopped. Nothing is lost: what was indexed before is still there.")
        return STOPPED
    if isinstance(error, click.ClickException):
        error.show(sys.stderr)
    elif isinstance(error, FlamesError):
        _say(str(error))
    elif isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        _silence_stdout()
        _say(f"Cannot write: {error.strerror}. Free some space or choose another place.")
    else:
        _tell_unexpected(error)
    return ERROR


def is_closed_pipe(error: BaseException) -> bool:
    """Windows reports a closed pipe as EINVAL on stdout."""
    if isinstance(error, BrokenPipeError):
        return True
    return os.name == "nt" and isinstance(error, OSError) and error.errno == errno.EINVAL


def _silence_stdout() -> None:
    """Keeps the interpreter from complaining at exit about what it cannot write."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _tell_unexpected(error: BaseException) -> None:
    text = "".join(traceback.format_exception(error))
    if "-v" in sys.argv or "--verbose" in sys.argv:
        click.echo(text, err=True)
    kept = _keep(text)
    where = f" Details are in {kept}; please report them." if kept else " Run again with -v."
    _say(f"Flames failed unexpectedly: {type(error).__name__}: {error}.{where}")


def _keep(text: str) -> Path | None:
    """Where the traceback was written; None when nowhere."""
    from flames_indexer.config import default_cache_dir

    for folder in (default_cache_dir(), Path(tempfile.gettempdir())):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = folder / "last-failure.log"
            file.unlink(missing_ok=True)
            file.write_text(text, "utf-8", "backslashreplace")
        except OSError:
            continue
        return file
    return None


def _say(sentence: str) -> None:
    click.echo(f"flames: {sentence}", err=True)
