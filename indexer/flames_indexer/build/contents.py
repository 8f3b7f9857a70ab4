"""Makes what the store does not hold yet of the files that were read, in batches."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from flames_indexer.build.derive import Derived, Job, derive, derive_elsewhere
from flames_indexer.build.scan import Read
from flames_indexer.store import (
    Counts,
    Database,
    FileRecord,
    Keys,
    Versions,
    manifest_key,
    split_counts,
)

if TYPE_CHECKING:
    from flames_indexer.embedding import Embedder
    from flames_indexer.facts import FileFacts

# Bytes of source. Large enough that a transaction and an encoding are cheap per file, small enough
# that a cancelled build loses little and memory stays flat.
_BATCH_BYTES = 400_000
_IN_FLIGHT = 4  # batches waiting in the pool: workers never idle, memory stays flat

# Files whose facts are handed to resolving as they are, 27 KB each; others are decoded then.
_KEEP_PARSED = 4000

Batch = list[Read]


class Contents:
    """Contents by key, derived where they are missing.

    `stored` are the keys that the store has (None: it is asked for each content), `parsed` takes
    the facts that were made here.
    """

    def __init__(
        self,
        database: Database,
        versions: Versions,
        stored: set[bytes] | None,
        run: Callable[[Sequence[Job]], Future[list[Derived]]],
        parsed: dict[str, "FileFacts"],
    ) -> None:
        self._database = database
        self._versions = versions
        self._stored = stored
        self._run = run
        self._parsed = parsed

    def lacks(self, record: FileRecord) -> bool:
        """Whether any content of a source file is missing."""
        return record.has_facts and not self._has(self._keys(record))

    def complete(self, reads: Iterable[Read]) -> Iterator[FileRecord]:
        """The records with their counts, in no particular order, their contents stored."""
        waiting: deque[tuple[Batch, Future[list[Derived]]]] = deque()
        for batch in self._batches(reads):
            if isinstance(batch, FileRecord):
                yield batch
                continue
            jobs = [Job(record.path, record.language, source) for record, source in batch]
            waiting.append((batch, self._run(jobs)))
            if len(waiting) >= _IN_FLIGHT:
                yield from self._store(*waiting.popleft())
        for batch, future in waiting:
            yield from self._store(batch, future)

    def again(self, read: Read) -> bytes | None:
        """The stored form of a file's facts, made once more; None when that fails."""
        (record,) = self.complete([read])
        return None if record.failure else self._database.content(self._facts_key(record))

    def _batches(self, reads: Iterable[Read]) -> Iterator[Batch | FileRecord]:
        """Records that need nothing as they come, the others in batches."""
        batch: Batch = []
        size = 0
        for read in reads:
            record = read.record
            if not record.language:
                self._keep_manifest(read)
                yield record
            elif (counts := self._counts(record)) is not None:
                yield _counted(record, counts)
            else:
                batch.append(read)
                size += len(read.source) + 1000
                if size > _BATCH_BYTES:
                    yield batch
                    batch, size = [], 0
        if batch:
            yield batch

    def _store(self, batch: Batch, future: Future[list[Derived]]) -> Iterator[FileRecord]:
        rows: list[tuple[bytes, bytes]] = []
        for (record, _), derived in zip(batch, future.result(), strict=True):
            if derived.failure:
                yield msgspec.structs.replace(record, failure=derived.failure)
                continue
            rows += _rows(self._versions.keys(record.language, record.key), derived)
            if derived.parsed is not None and len(self._parsed) < _KEEP_PARSED:
                self._parsed[record.path] = derived.parsed
            yield _counted(record, split_counts(derived.facts)[0])
        self._put(rows)

    def _counts(self, record: FileRecord) -> Counts | None:
        if not self._has(self._keys(record)):
            return None
        stored = self._database.content(self._facts_key(record))
        return split_counts(stored)[0] if stored is not None else None

    def _keep_manifest(self, read: Read) -> None:
        key = manifest_key(read.record.key)
        if not read.record.skip and not self._has({key}):
            self._put([(key, read.source)])

    def _has(self, keys: set[bytes]) -> bool:
        return keys <= (self._database.present(keys) if self._stored is None else self._stored)

    def _put(self, rows: list[tuple[bytes, bytes]]) -> None:
        self._database.put(rows)
        if self._stored is not None:
            self._stored.update(key for key, _ in rows)

    def _keys(self, record: FileRecord) -> set[bytes]:
        return {key for key in self._versions.keys(record.language, record.key) if key}

    def _facts_key(self, record: FileRecord) -> bytes:
        return self._versions.keys(record.language, record.key).facts


def runner(
    executor: Executor | None, embedder: "Embedder"
) -> Callable[[Sequence[Job]], Future[list[Derived]]]:
    """How batches are derived: by `executor`, else at once in this process."""
    if executor is not None:
        return lambda jobs: executor.submit(derive_elsewhere, jobs, embedder)
    return partial(_here, embedder)


def _here(embedder: "Embedder", jobs: Sequence[Job]) -> Future[list[Derived]]:
    done: Future[list[Derived]] = Future()
    done.set_result(derive(jobs, embedder))
    return done


def _rows(keys: Keys, derived: Derived) -> list[tuple[bytes, bytes]]:
    rows = [(keys.facts, derived.facts), (keys.sketches, derived.sketches)]
    if keys.vectors and derived.vectors is not None:
        rows.append((keys.vectors, derived.vectors))
    return rows


def _counted(record: FileRecord, counts: Counts) -> FileRecord:
    return msgspec.structs.replace(
        record, lines=counts.lines, symbols=counts.symbols, problems=counts.problems
    )
