"""Tells when files of a worktree change. The sole importer of watchfiles.

Watches the folders that hold indexed files, each by itself and not what is below: a repository's
build outputs and package folders cost no watches. A new folder shows as a change of the one above;
whoever watches then indexes, and watches again with the new list of folders.
"""

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from flames_indexer import files

# Milliseconds. A branch switch or a formatter writes many files; one build for all of them.
_QUIET_MS = 200


class WatchError(Exception):
    """The system gives no (more) watches; `str()` says so for the user. Sweep on save instead."""


def folders_of(root: Path, paths: Iterable[str]) -> list[Path]:
    """The folders to watch for these indexed paths, the root always among them."""
    names = {path.rpartition("/")[0] for path in paths}
    above = {name[:at] for name in names for at, c in enumerate(name) if c == "/"}
    return [root, *(root / name for name in sorted(names | above) if name)]


def watch(root: Path, folders: Iterable[Path], stop: threading.Event) -> Iterator[set[str]]:
    """Sets of changed index paths, until `stop` is set. Raises WatchError.

    Holds every name below the root, indexed or not: a new folder may hold files that belong.
    """
    from watchfiles import watch as changes

    present = [folder for folder in folders if folder.is_dir()]
    try:
        for batch in changes(
            *present,
            watch_filter=None,
            step=_QUIET_MS,
            stop_event=stop,
            recursive=False,
            raise_interrupt=False,
            ignore_permission_denied=True,
        ):
            names = (files.relative(str(root), name) for _, name in batch)
            if found := {name for name in names if name and not name.startswith(".git/")}:
                yield found
    except OSError as error:
        raise WatchError(
            f"Files cannot be watched ({error}): changes made outside of the editor are seen when"
            " a file is saved or the window gets the focus."
        ) from error
