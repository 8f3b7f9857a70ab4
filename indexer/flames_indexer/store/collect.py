"""Keeps the cache folder within its limit: whole repositories go, longest unused first."""

import contextlib
import logging
import time
from collections.abc import Generator
from pathlib import Path

from flames_indexer.store.database import discard
from flames_indexer.store.place import Place

_log = logging.getLogger(__name__)
_OLD_VERSION_S = 14 * 86400  # an older Flames may still be installed beside this one


def collect(place: Place, max_bytes: int) -> None:
    """Removes other repositories' databases above `max_bytes`, and long unused old versions.

    One that somebody is building stays. What is removed is built again when it is needed.
    """
    try:
        databases = sorted(place.folder.parent.glob("*/v*.sqlite"), key=_used)
        total = sum(_size(path) for path in databases)
        for path in databases:
            too_much = total > max_bytes and path.parent != place.folder
            foreign = path.name != place.database.name
            too_old = foreign and _used(path) < time.time() - _OLD_VERSION_S
            size = _size(path)
            if (too_much or too_old) and _removed(path):
                total -= size
    except OSError as error:
        _log.info("the cache is not tidied: %s", error)


def _used(database: Path) -> float:
    """When it was last written; reading an index does not count, building it does."""
    log = database.with_name(database.name + "-wal")
    return max(path.stat().st_mtime for path in (database, log) if path.exists())


def _size(database: Path) -> int:
    return sum(path.stat().st_size for path in database.parent.glob(f"{database.name}*"))


def _removed(database: Path) -> bool:
    with _unlocked(database.parent) as is_free:
        if is_free:
            _log.info("removing %s, unused for long", database)
            discard(database)
            for history in database.parent.glob("*.history"):
                history.unlink(missing_ok=True)
    return is_free


@contextlib.contextmanager
def _unlocked(folder: Path) -> Generator[bool]:
    """Holds the builder locks of a repository; False when somebody else has one."""
    from filelock import FileLock, Timeout

    with contextlib.ExitStack() as stack:
        try:
            for path in folder.glob("*.lock"):
                stack.enter_context(FileLock(path, timeout=0))
        except Timeout:
            yield False
        else:
            yield True
