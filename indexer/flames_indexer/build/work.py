"""What one run of a build carries along."""

import logging
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flames_indexer.build.kept import Kept
from flames_indexer.build.progress import Reporter
from flames_indexer.build.scan import Scan
from flames_indexer.config import Config
from flames_indexer.errors import StoreBusy
from flames_indexer.store import FileRecord, Place, Versions, manifest_key

if TYPE_CHECKING:
    from flames_indexer.embedding import Embedder

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Focus:
    """What an editor knows and a look at the disk does not tell.

    `saved`: the only paths that can differ from the last generation; None: any can. `first`: paths
    that somebody is looking at.
    """

    saved: frozenset[str] | None = None
    first: frozenset[str] = frozenset()


@dataclass(slots=True)
class Work:
    """Where the index is, what is on disk, and what the user is to be told."""

    place: Place
    config: Config
    scan: Scan
    report: Reporter
    full: bool
    first: frozenset[str] = frozenset()
    kept: Kept = field(default_factory=Kept)
    changed: int = 0
    warnings: list[str] = field(default_factory=list[str])

    def embedder(self) -> "Embedder":
        """The encoder; after a save it stays for the next one."""
        return self.kept.embedder(self.config, keep=self.scan.base is not None)

    def warn(self, message: str) -> None:
        """Tells the user, once."""
        _log.warning("%s", message)
        self.warnings.append(message)


@contextmanager
def locked(place: Place) -> Generator[None]:
    """Holds the worktree's builder lock; the system releases it when we die. Raises StoreBusy."""
    from filelock import FileLock, Timeout

    lock = FileLock(place.lock, timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise StoreBusy(
            "Another program is indexing this worktree: wait until it is done."
        ) from None
    try:
        yield
    finally:
        lock.release()


def keys_of(records: Iterable[FileRecord], versions: Versions) -> Iterator[bytes]:
    """The keys of all contents that a generation with these files names."""
    for record in records:
        if record.has_facts:
            yield from (key for key in versions.keys(record.language, record.key) if key)
        elif not record.skip and not record.failure:
            yield manifest_key(record.key)
