"""What is on disk, and what of it may differ from a generation, told with little reading."""

import time
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec

from flames_indexer import files
from flames_indexer.config import Config
from flames_indexer.files import FileEntry, Found, Skip
from flames_indexer.languages import language_of
from flames_indexer.roles import looks_generated
from flames_indexer.store import FileRecord, Manifest, content_digest


class Read(NamedTuple):
    """A file's record, as far as its bytes tell, and the bytes; none when it is skipped."""

    record: FileRecord
    source: bytes


@dataclass(frozen=True, slots=True)
class Scan:
    """The files of a worktree at one moment. `started_ns` decides which stat keys to trust."""

    root: Path
    found: Found
    started_ns: int
    base: Manifest | None = None  # what was not `found` is taken from it unseen

    @property
    def skips(self) -> tuple[tuple[str, str], ...]:
        """What belongs and is not even read, with the reason."""
        if self.base is not None:
            return self.base.generation.skips
        return tuple((skip.path, skip.reason) for skip in self.found.skips)

    def entries(self) -> Iterator[FileEntry]:
        """All files that are read: sources and manifests."""
        yield from self.found.sources
        yield from self.found.manifests
        if self.base is not None:
            seen = {entry.path for entry in self.found.sources}
            unseen = (r for path, r in self.base.files.items() if path not in seen)
            yield from (FileEntry(r.path, r.disk, r.stat) for r in unseen)

    def suspects(self, known: Mapping[str, FileRecord]) -> list[FileEntry]:
        """The files whose stat keys do not prove that their bytes are the known ones."""
        old = known.get
        entries = self.found.sources if self._rests_on(known) else self.entries()
        return [e for e in entries if (r := old(e.path)) is None or not _proven(r, e)]

    def gone(self, known: Mapping[str, FileRecord]) -> list[str]:
        """Known paths that are no more."""
        if self._rests_on(known):
            return []
        return sorted(known.keys() - {entry.path for entry in self.entries()})

    def _rests_on(self, known: Mapping[str, FileRecord]) -> bool:
        return self.base is not None and known is self.base.files

    def read(self, entry: FileEntry) -> Read:
        """The file as it is now."""
        read = files.read(self.root, entry)
        if isinstance(read, Skip):
            record = FileRecord(entry.path, entry.disk, files.UNTRUSTED, b"", 0, skip=read.reason)
            return Read(record, b"")
        source, key = read
        language = language_of(entry.path)
        record = FileRecord(
            entry.path,
            entry.disk,
            files.trusted(key, self.started_ns),
            content_digest(source),
            len(source),
        )
        if language is None or files.is_manifest(entry.path):
            return Read(record, source)
        if files.is_binary(source):
            return Read(msgspec.structs.replace(record, skip="binary"), b"")
        generated = looks_generated(entry.path, source)
        record = msgspec.structs.replace(record, language=language.name, looks_generated=generated)
        return Read(record, source)

    def reread(self, manifest: Manifest) -> list[FileRecord] | None:
        """The records whose stat keys are out of date, if that is all that changed; else None.

        Stops at the first difference.
        """
        known = manifest.files
        if manifest.generation.skips != self.skips or self.gone(known):
            return None
        restated: list[FileRecord] = []
        for entry in self.suspects(known):
            old = known.get(entry.path)
            new = self.read(entry).record if old is not None else None
            if old is None or new is None or not is_same(old, new):
                return None
            if old.stat != new.stat:
                restated.append(old.with_stat_of(new))
        return restated


def scan_of(root: Path, config: Config) -> Scan:
    """Lists the worktree."""
    started_ns = time.time_ns()
    found = files.find(root, config.paths.exclude, config.paths.max_file_bytes)
    return Scan(root, found, started_ns)


def scan_of_saved(root: Path, base: Manifest, saved: Set[str], max_bytes: int) -> Scan | None:
    """As `scan_of`, taking it that `base` describes all files but the `saved` ones.

    None where these are not enough to look at: one came, went, or decides about other files.
    """
    started_ns = time.time_ns()
    fresh = Found()
    for path in saved:
        record = base.files.get(path)
        if record is None or files.is_manifest(path):
            return None
        files.take(fresh, root, record.disk, path, max_bytes)
    if {entry.path for entry in fresh.sources} != saved:
        return None
    return Scan(root, fresh, started_ns, base)


def is_same(old: FileRecord, new: FileRecord) -> bool:
    """Whether two records are of the same bytes, read the same way."""
    return old is new or ((old.key, old.language, old.skip) == (new.key, new.language, new.skip))


def _proven(record: FileRecord, entry: FileEntry) -> bool:
    return record.stat == entry.stat and record.disk == entry.disk
