"""One record per request, check and build step: how long it took, how it ended, how much it held.

Records are JSON lines in a local file. Values are numbers by type, so no source text can enter;
of an error only its class is kept. Nothing is sent anywhere. A record costs about 6 us; a disk
that is full or read-only ends the tracing, never the work.

The file is started over at `max_bytes` and the one before kept as `.1`. Processes share it:
each line is one append, and whoever crosses the limit moves the file aside.
"""

import json
import logging
import os
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import cast

from flames_indexer import jsonl

Number = int | float

log = logging.getLogger(__name__)
_REPOSITORY = "repository"
_RESYNC_RECORDS = 256  # records after which the size is asked again: other processes write too


class Trace:
    """Writes records about one repository to `path`; None: writes nothing."""

    def __init__(
        self, path: Path | None, max_bytes: int = 2 * 1024 * 1024, root: Path | None = None
    ) -> None:
        self.path = path
        self._repository = {} if root is None else {_REPOSITORY: number_of(root)}
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._file = -1
        self._size = 0
        self._records = 0

    def record(self, name: str, **counts: Number) -> "Record":
        """A context manager that times its body. `name` is dotted: `hover`, `check.twin-edit`."""
        return Record(self, name, counts)

    def write(self, name: str, ms: float, outcome: str, counts: Mapping[str, Number]) -> None:
        """Appends one record. Never raises."""
        if self.path is None:
            return
        entry = {
            **counts,
            **self._repository,
            "at": round(time.time(), 3),
            "name": name,
            "ms": round(ms, 3),
        }
        line = json.dumps({**entry, "outcome": outcome}, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            try:
                self._append(self.path, line)
            except OSError as error:
                log.warning("tracing stopped: %s cannot be written (%s)", self.path, error.strerror)
                self._close()
                self.path = None

    def close(self) -> None:
        """Lets go of the file; a later record opens it again."""
        with self._lock:
            self._close()

    def _append(self, path: Path, line: bytes) -> None:
        if self._file < 0 or self._records >= _RESYNC_RECORDS:
            self._open(path)
        if self._size and self._size + len(line) > self._max_bytes:
            self._close()
            if path.stat().st_size + len(line) > self._max_bytes:
                path.replace(_older(path))
            self._open(path)
        self._size += os.write(self._file, line)
        self._records += 1

    def _open(self, path: Path) -> None:
        self._close()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        self._file = os.open(path, flags, 0o600)
        self._size = os.fstat(self._file).st_size
        self._records = 0

    def _close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


class Record:
    """One running measurement. Leaving by an exception records `error` and lets it pass."""

    __slots__ = ("_counts", "_name", "_started", "_trace", "outcome")

    def __init__(self, trace: Trace, name: str, counts: dict[str, Number]) -> None:
        self._trace = trace
        self._name = name
        self._counts = counts
        self._started = 0.0
        self.outcome = ""  # set to say more than ok: `cancelled`, `superseded`, `stale`

    def count(self, **counts: Number) -> None:
        """Adds or replaces numbers that are only known inside."""
        self._counts.update(counts)

    def __enter__(self) -> "Record":
        self._started = time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        ms = (time.perf_counter() - self._started) * 1000
        outcome = self.outcome or "ok"
        if kind is not None:
            stopped = kind.__name__ in ("Cancelled", "CancelledError", "KeyboardInterrupt")
            outcome = "cancelled" if stopped else f"error {kind.__name__}"
        self._trace.write(self._name, ms, outcome, self._counts)


@dataclass(frozen=True, slots=True)
class Feature:
    """What happened under one name. `counts` are sums."""

    records: int
    errors: int
    cancelled: int
    p50_ms: float
    p95_ms: float
    counts: Mapping[str, Number]


def number_of(root: Path) -> int:
    """What stands for a repository in records: no name of it is kept."""
    return int.from_bytes(blake2b(os.fsencode(root), digest_size=6).digest(), "big")


def summary(path: Path, root: Path | None = None) -> dict[str, Feature]:
    """The records at `path` and the file before it, by name; empty when there are none.

    `root`: only those about this repository.

    A line that is not a record (cut by a full disk, written by another version) is passed over.
    """
    times: defaultdict[str, list[float]] = defaultdict(list)
    outcomes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    wanted = None if root is None else number_of(root)
    for entry in _entries(path):
        repository = entry.pop(_REPOSITORY, None)
        if wanted is not None and repository != wanted:
            continue
        name, ms, outcome = entry.pop("name", 0), entry.pop("ms", 0), entry.pop("outcome", 0)
        entry.pop("at", None)
        if isinstance(name, str) and isinstance(ms, int | float) and isinstance(outcome, str):
            times[name].append(ms)
            outcomes[name][outcome.partition(" ")[0]] += 1
            numbers = {k: v for k, v in entry.items() if isinstance(v, int | float)}
            sums[name].update(cast("Mapping[str, int]", numbers))
    return {
        name: Feature(
            len(all_ms),
            outcomes[name]["error"],
            outcomes[name]["cancelled"],
            _percentile(all_ms, 0.5),
            _percentile(all_ms, 0.95),
            dict(sums[name]),
        )
        for name, all_ms in sorted(times.items())
    }


def _entries(path: Path) -> Iterator[dict[str, object]]:
    for file in (_older(path), path):
        yield from jsonl.objects(file)


def _older(path: Path) -> Path:
    return path.with_name(f"{path.name}.1")


def _percentile(values: list[float], share: float) -> float:
    """Nearest rank, so that it is a time that really occurred."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
