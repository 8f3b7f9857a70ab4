"""The history of a repository, kept in its cache folder: git is asked for what is new only.

The file is the commits as git told them, and the one that they lead to, under a checksum. Damaged,
foreign, or of commits that HEAD does not lead back to: it is read from git again.
"""

import contextlib
import logging
import os
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from flames_indexer import git
from flames_indexer.errors import StoreError
from flames_indexer.history.history import History
from flames_indexer.store import place_of, seal, unseal

MOST_COMMITS = 20_000  # the latest; three CPU seconds of git in a repository of 30,000 files
_NAME = b"history 1"
_FRESH_S = 30.0  # a commit is noticed so much later
_MOST_BYTES = 64 << 20  # of commits: ten times what 20,000 of them take in a large repository
_log = logging.getLogger(__name__)


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    head: str
    commits: list[git.Commit]


def history_of(
    root: Path, cache_dir: Path, cancelled: Callable[[], bool] = lambda: False
) -> History | None:
    """The history of HEAD; None where git has none or cannot tell (no git, a damaged clone).

    The first time up to some seconds, 0.1 s after that. Once `cancelled` says so, None.
    """
    head = git.commit_of(root)
    if head is None:
        return None
    path = _file(root, cache_dir)
    kept = _read(path) if path is not None else None
    if kept is None or kept.head != head:
        kept = _extended(root, head, kept, cancelled)
        if kept is not None and path is not None:
            _write(path, kept)
    return History(kept.commits) if kept is not None else None


class Reading:
    """A history that nobody waits for: None until a thread of its own has read it.

    Asked again after a while it looks whether there are new commits, and answers with those it
    knows meanwhile.
    """

    def __init__(self, read: Callable[[], History | None]) -> None:
        self._read = read
        self._known: History | None = None
        self._lock = threading.Lock()
        self._due = 0.0
        self._thread: threading.Thread | None = None

    def __call__(self) -> History | None:
        with self._lock:
            running = self._thread is not None and self._thread.is_alive()
            if time.monotonic() >= self._due and not running:
                self._thread = threading.Thread(target=self._look, name="history", daemon=True)
                self._thread.start()
        return self._known

    def wait(self) -> History | None:
        """What there is once the reading that runs is done."""
        self()
        if (thread := self._thread) is not None:
            thread.join()
        return self._known

    def _look(self) -> None:
        try:
            if (found := self._read()) is not None:
                self._known = found
        except (OSError, StoreError) as error:
            _log.warning("no history: %s", error)
        finally:
            self._due = time.monotonic() + _FRESH_S


def _extended(
    root: Path, head: str, kept: _Kept | None, cancelled: Callable[[], bool]
) -> _Kept | None:
    if kept is not None and git.leads_to(root, kept.head, head):
        new = git.log(root, head, MOST_COMMITS, but_of=kept.head, cancelled=cancelled)
        if new is not None:
            return _Kept(head, [*new, *kept.commits][:MOST_COMMITS])
    commits = git.log(root, head, MOST_COMMITS, cancelled=cancelled)
    return None if commits is None else _Kept(head, commits)


def _file(root: Path, cache_dir: Path) -> Path | None:
    try:
        return place_of(root, cache_dir).history
    except StoreError as error:
        _log.info("the history is not kept: %s", error)
        return None


def _read(path: Path) -> _Kept | None:
    try:
        payload = unseal(_NAME, path.read_bytes())
        if payload is None:
            return None
        inflated = zlib.decompressobj()
        packed = inflated.decompress(payload, _MOST_BYTES)
        return None if inflated.unconsumed_tail else msgspec.msgpack.decode(packed, type=_Kept)
    except (OSError, zlib.error, msgspec.DecodeError):
        return None


def _write(path: Path, kept: _Kept) -> None:
    packed = msgspec.msgpack.encode(kept)
    if len(packed) > _MOST_BYTES:
        return
    spare = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        spare.write_bytes(seal(_NAME, zlib.compress(packed, 1)))
        spare.replace(path)
    except OSError as error:
        _log.info("the history is not kept: %s", error)
        with contextlib.suppress(OSError):
            spare.unlink(missing_ok=True)
