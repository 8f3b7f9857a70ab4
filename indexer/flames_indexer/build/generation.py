"""Writes the next generation: reads what may have changed, derives, resolves, commits."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from flames_indexer.build.contents import Contents, runner
from flames_indexer.build.program import Program
from flames_indexer.build.relate import Change, outdated_paths, relate
from flames_indexer.build.scan import Read, is_same
from flames_indexer.build.versions import settings_of, versions_of
from flames_indexer.build.work import Work, keys_of
from flames_indexer.build.workers import pool
from flames_indexer.errors import EmptyIndexError
from flames_indexer.files import FileEntry
from flames_indexer.model import Role
from flames_indexer.roles import Attributes, role_of
from flames_indexer.store import (
    Database,
    FileRecord,
    Generation,
    Manifest,
    SealedEdges,
    Versions,
    files_check,
    manifest_key,
    today,
)

if TYPE_CHECKING:
    from flames_indexer.embedding import Embedder
    from flames_indexer.facts import FileFacts

_Records = dict[str, FileRecord]


def write_next(work: Work) -> Manifest:
    """The generation that describes the disk, committed. The caller holds the lock.

    Raises StoreDamaged when SQLite rejects the database.
    """
    from flames_indexer import embedding

    encoder = embedding.load(work.config)
    versions = versions_of(encoder)
    with Database.write(work.place.database) as database:
        old = _old(work, database)
        parsed: dict[str, FileFacts] = {}
        records, contents = _read(work, database, old, encoder, versions, parsed)
        _refuse_empty(records)
        _assign_roles(work, database, records)
        change = _change(old, records)
        again = _again(work, contents)
        program = Program(work.place.root, database, records, versions, again, parsed)
        edges = _relate(work, database, program, records, change, old, versions)
        manifest = _commit(work, database, records, edges, old, versions)
        database.tidy()
    return manifest


def _old(work: Work, database: Database) -> Manifest | None:
    """The generation to start from; None: nothing stored can be used."""
    root = work.place.root
    old = database.manifest(root)
    if old is None and not work.full and database.has_worktree(root):
        work.warn("The index was damaged; it is built again.")
    return None if work.full else old


def _read(
    work: Work,
    database: Database,
    old: Manifest | None,
    encoder: "Embedder",
    versions: Versions,
    parsed: "dict[str, FileFacts]",
) -> tuple[_Records, Contents]:
    """Every file's record, with all contents stored."""
    known = old.files if old else {}
    # Another version or setting may see other things in the same bytes.
    is_alike = old is not None and old.generation.settings == settings_of(work.config)
    suspects = work.scan.suspects(known if is_alike else {})
    suspected = {entry.path for entry in suspects}
    records = {e.path: known[e.path] for e in work.scan.entries() if e.path not in suspected}
    stored = set() if work.full else database.present(None)
    size = sum(entry.stat[0] for entry in suspects)
    with pool(work.config, size) as executor:
        contents = Contents(database, versions, stored, runner(executor, encoder), parsed)
        again = [
            e for e in work.scan.entries() if e.path in records and contents.lacks(records[e.path])
        ]
        todo = [*suspects, *again]
        reads = (_known(work.scan.read(entry), known) for entry in todo)
        for record in contents.complete(work.report.each("parse", reads, len(todo))):
            records[record.path] = record
    return records, contents


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


def _assign_roles(work: Work, database: Database, records: _Records) -> None:
    attributes = _attributes(work, database, records)
    for path, record in records.items():
        if record.language:
            role = role_of(path, generated=record.looks_generated, attributes=attributes)
            if role != record.role:
                records[path] = msgspec.structs.replace(record, role=role)


def _attributes(work: Work, database: Database, records: _Records) -> Attributes:
    names = [p for p in records if p.rpartition("/")[2] == ".gitattributes"]
    texts = {p: database.content(manifest_key(records[p].key)) or b"" for p in names}
    paths = work.config.paths
    settings = {
        Role.GENERATED: paths.generated,
        Role.VENDORED: paths.vendored,
        Role.TEST: paths.test,
        Role.EXAMPLE: paths.example,
    }
    return Attributes.of(texts, settings)


def _change(old: Manifest | None, records: _Records) -> Change:
    known = old.files if old else {}
    same = {path for path in known.keys() & records if is_same(known[path], records[path])}
    changed, gone = records.keys() - same, known.keys() - records.keys()
    came = records.keys() - known.keys()
    manifests = any(not records[path].language for path in changed)
    return Change(changed, gone, bool(gone or came) or manifests)


def _again(work: Work, contents: Contents):  # noqa: ANN202
    def again(record: FileRecord) -> bytes | None:
        read = work.scan.read(FileEntry(record.path, record.disk, record.stat))
        return contents.again(read) if is_same(record, read.record) else None

    return again


def _relate(
    work: Work,
    database: Database,
    program: Program,
    records: _Records,
    change: Change,
    old: Manifest | None,
    versions: Versions,
) -> dict[str, SealedEdges]:
    """The new edges by path; the records are told what they add up to."""
    from flames_indexer.resolve import Resolver

    root, resolver = work.place.root, Resolver(program)
    if old is None or old.generation.versions != versions:
        outdated = list(program.paths())
    else:
        outdated = outdated_paths(database, root, resolver, records, change, work.report)
    edges: dict[str, SealedEdges] = {}
    for path, related in relate(root, program, resolver, outdated, work.report):
        edges[path] = related.sealed
        records[path] = records[path].with_edges(related.totals)
    work.changed = len(edges)
    return edges


def _commit(
    work: Work,
    database: Database,
    records: _Records,
    edges: Mapping[str, SealedEdges],
    old: Manifest | None,
    versions: Versions,
) -> Manifest:
    work.report.step("write")
    root, known = work.place.root, old.files if old else {}
    database.mark_used(keys_of(records.values(), versions))
    last = database.generation(root)
    generation = Generation(
        number=(last.number if last else 0) + 1,
        built_at=time.time(),
        versions=versions,
        settings=settings_of(work.config),
        files=len(records),
        files_check=files_check(root, records.values()),
        skips=work.scan.skips,
        day=today(),
    )
    changed = [record for path, record in records.items() if known.get(path) != record]
    gone = sorted(known.keys() - records.keys()) if old else None
    database.commit(root, generation, changed, edges, gone)
    return Manifest(generation, records)
