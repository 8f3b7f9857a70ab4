"""Writes the next generation: reads what may have changed, derives, resolves, commits."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from flames_indexer import heap
from flames_indexer.build.contents import Contents, runner
from flames_indexer.build.program import Program
from flames_indexer.build.scan import Read, is_same
from flames_indexer.build.turns import Writer, resolve_in_turns
from flames_indexer.build.versions import settings_of, versions_of
from flames_indexer.build.work import Work
from flames_indexer.build.workers import pool
from flames_indexer.errors import EmptyIndexError
from flames_indexer.files import FileEntry
from flames_indexer.model import Role
from flames_indexer.roles import Attributes, role_of
from flames_indexer.store import (
    Database,
    FileRecord,
    Manifest,
    Versions,
    manifest_key,
)

if TYPE_CHECKING:
    from flames_indexer.facts import FileFacts

_MANY = 256  # files read; what that took in between is 10 to 20 MB, which resolving adds to

_Records = dict[str, FileRecord]


def write_next(work: Work) -> Manifest:
    """The generation that describes the disk, committed. The caller holds the lock.

    Raises StoreDamaged when SQLite rejects the database.
    """
    versions = versions_of(work.embedder())
    with Database.write(work.place.database) as database:
        old = _old(work, database)
        parsed: dict[str, FileFacts] = {}
        records = _read(work, database, old, versions, parsed)
        _refuse_empty(records)
        _assign_roles(work, database, records, old)
        again = _again(work, database, versions)
        program = Program(work.place.root, database, records, versions, again, parsed)
        writer = Writer(work, database, records, versions, old)
        return resolve_in_turns(work, database, program, records, writer)


def _old(work: Work, database: Database) -> Manifest | None:
    """The generation to start from; None: nothing stored can be used."""
    root = work.place.root
    base = work.scan.base
    if base is not None and base.generation == database.generation(root):
        return base
    old = database.manifest(root)
    if old is None and not work.full and database.has_worktree(root):
        work.warn("The index was damaged; it is built again.")
    return None if work.full else old


def _read(
    work: Work,
    database: Database,
    old: Manifest | None,
    versions: Versions,
    parsed: "dict[str, FileFacts]",
) -> _Records:
    """Every file's record, with all contents stored. The encoder is gone before resolving, which
    needs the memory."""
    known = old.files if old else {}
    suspects = work.scan.suspects(known if _is_alike(work, old) else {})
    others = {entry.path for entry in suspects}.union(work.scan.gone(known))
    records = {path: record for path, record in known.items() if path not in others}
    trusted = old is not None and work.scan.base is old and old.generation.versions == versions
    stored = set() if work.full else None if trusted else database.present(None)
    size = sum(entry.stat[0] for entry in suspects)
    with pool(work.config, size) as executor:
        run = runner(executor, work.embedder())
        contents = Contents(database, versions, stored, run, parsed)
        again = [] if trusted else _lacking(work, records, contents)
        todo = [*suspects, *again]
        reads = (_known(work.scan.read(entry), known) for entry in todo)
        for record in contents.complete(work.report.each("parse", reads, len(todo))):
            records[record.path] = record
    if len(todo) > _MANY:
        heap.give_back()
    return records


def _is_alike(work: Work, old: Manifest | None) -> bool:
    """Whether the same bytes say the same as then: another version or setting may see more."""
    return old is not None and old.generation.settings == settings_of(work.config)


def _lacking(work: Work, records: _Records, contents: Contents) -> list[FileEntry]:
    """The known files that the store has no contents of any more."""
    known = ((entry, records.get(entry.path)) for entry in work.scan.entries())
    return [entry for entry, record in known if record is not None and contents.lacks(record)]


def _known(read: Read, known: Mapping[str, FileRecord]) -> Read:
    """`read`, keeping the edges of a record with the same content."""
    old = known.get(read.record.path)
    if old is None or not is_same(old, read.record):
        return read
    return Read(read.record.with_edges(old.edge_totals), read.source)


def _refuse_empty(records: Mapping[str, FileRecord]) -> None:
    sources = [record for record in records.values() if record.language]
    if any(record.size for record in sources) and not any(record.symbols for record in sources):
        failures = sorted({record.failure for record in sources if record.failure})
        reason = f" ({failures[0]})" if failures else ""
        raise EmptyIndexError(
            f"{len(sources)} files could be parsed and not one symbol was found{reason}."
            " This is a fault of Flames: please report it with `flames doctor`."
        )


def _assign_roles(work: Work, database: Database, records: _Records, old: Manifest | None) -> None:
    attributes = _attributes(work, database, records)
    known = old.files if old is not None and _same_rules(work, records, old) else {}
    for path, record in records.items():
        if record.language and record is not known.get(path):
            role = role_of(path, generated=record.looks_generated, attributes=attributes)
            if role != record.role:
                records[path] = msgspec.structs.replace(record, role=role)


def _same_rules(work: Work, records: _Records, old: Manifest) -> bool:
    """Whether what decides about roles, besides paths and bytes, is what it was."""
    rules = [path for path in records.keys() | old.files.keys() if _is_attributes(path)]
    return _is_alike(work, old) and all(records.get(p) is old.files.get(p) for p in rules)


def _is_attributes(path: str) -> bool:
    return path.endswith(".gitattributes") and path.rpartition("/")[2] == ".gitattributes"


def _attributes(work: Work, database: Database, records: _Records) -> Attributes:
    names = [path for path in records if _is_attributes(path)]
    texts = {p: database.content(manifest_key(records[p].key)) or b"" for p in names}
    paths = work.config.paths
    settings = {
        Role.GENERATED: paths.generated,
        Role.VENDORED: paths.vendored,
        Role.TEST: paths.test,
        Role.EXAMPLE: paths.example,
    }
    return Attributes.of(texts, settings)


def _again(work: Work, database: Database, versions: Versions):  # noqa: ANN202
    def again(record: FileRecord) -> bytes | None:
        read = work.scan.read(FileEntry(record.path, record.disk, record.stat))
        if not is_same(record, read.record):
            return None
        run = runner(None, work.embedder())
        return Contents(database, versions, set(), run, {}).again(read)

    return again
