"""Which files must be resolved again, and their edges."""

import logging
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from flames_indexer.build.program import Program
from flames_indexer.build.progress import Reporter
from flames_indexer.build.scan import is_same
from flames_indexer.compression import compress, decompress
from flames_indexer.store import (
    Database,
    EdgeTotals,
    FileRecord,
    Manifest,
    SealedEdges,
    seal_edges,
)

if TYPE_CHECKING:
    from flames_indexer.resolve import FileEdges, Resolver
    from flames_indexer.resolve.sites import CalledNames

_log = logging.getLogger(__name__)


class Related(NamedTuple):
    """The edges of one file, and what they add up to."""

    sealed: SealedEdges
    totals: EdgeTotals


@dataclass(frozen=True, slots=True)
class Change:
    """The difference between a generation and the disk, as far as resolving can see."""

    changed: Set[str]  # content differs, or the path is new
    gone: Set[str]
    moves_modules: bool  # a path came or went, or a manifest differs: a name may mean another file
    methods: Set[str]  # names that other methods have now than before
    called: "CalledNames | None"  # names that other files call now than before; None: any
    before: Program  # the generation

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone)


def change_of(
    database: Database,
    root: str,
    program: Program,
    records: Mapping[str, FileRecord],
    old: Manifest,
) -> Change:
    """What differs from the generation `old`."""
    known = old.files
    same = {p for p in known.keys() & records if is_same(known[p], records[p])}
    changed, gone = records.keys() - same, known.keys() - records.keys()
    came = records.keys() - known.keys()
    manifests = any(not records[path].language for path in changed)
    blocks = _blocks_before(database, root, {p: known[p] for p in known.keys() - same})
    moved = _other_methods(blocks, program, changed)
    called = _other_calls(blocks, program, changed)
    before = Program(root, database, known, old.generation.versions, lambda _: None, {})
    return Change(changed, gone, bool(gone or came) or manifests, moved, called, before)


def _blocks_before(
    database: Database, root: str, records: Mapping[str, FileRecord]
) -> dict[str, bytes | None]:
    checks = {path: r.edges for path, r in sorted(records.items()) if r.has_facts}
    return dict(database.edges(root, checks))


def _other_methods(
    blocks: Mapping[str, bytes | None], program: Program, changed: Iterable[str]
) -> set[str]:
    from flames_indexer.resolve.symbols import other_names
    from flames_indexer.store.blocks import methods_in

    return other_names(
        (m for p, b in blocks.items() if b is not None for m in methods_in(p, b)),
        (m for p in sorted(changed) if program.exists(p) for m in program.methods(p)),
    )


def _other_calls(
    blocks: Mapping[str, bytes | None], program: Program, changed: Iterable[str]
) -> "CalledNames | None":
    from flames_indexer.resolve.sites import CalledNames
    from flames_indexer.store.blocks import called_in

    before = {path: CalledNames(called_in(b)) for path, b in blocks.items() if b is not None}
    if len(before) < len(blocks):
        return None  # damaged: nobody knows what it called
    now = {p: CalledNames(program.called(p)) for p in changed if program.exists(p)}
    nothing = CalledNames(b"")
    other = CalledNames(b"")
    for path in before.keys() | now.keys():
        other |= before.get(path, nothing) ^ now.get(path, nothing)
    return other


def relate(
    root: str, program: Program, resolver: "Resolver", outdated: list[str], report: Reporter
) -> Iterator[tuple[str, Related]]:
    """The edges of each outdated path."""
    for path in report.each("resolve", outdated, len(outdated)):
        edges, failure = resolved(resolver, path)
        yield path, _related(root, path, program, edges, failure)
        program.release(path)


def resolved(resolver: "Resolver", path: str) -> "tuple[FileEdges, str]":
    """None, and why, if it cannot be resolved, which is logged."""
    from flames_indexer.resolve import FileEdges

    try:
        return resolver.resolve(path), ""
    except Exception as error:  # one file of a build
        _log.exception("cannot resolve %s", path)
        return FileEdges(), f"{type(error).__name__}: {error}"


def outdated_paths(
    database: Database,
    root: str,
    resolver: "Resolver",
    records: Mapping[str, FileRecord],
    change: Change,
    report: Reporter,
    reads: Callable[[Mapping[str, bytes]], Iterator[tuple[str, Mapping[str, bytes] | None]]],
    *,
    sure: bool,
) -> list[str]:
    """The files without believable edges, and those that read something that changed; sorted.

    `reads`: what resolving the given paths read, None where that is lost. `sure`: it is not looked
    at whether all stored edges open.
    """
    sources = {path: record for path, record in records.items() if record.has_facts}
    outdated = {path for path in change.changed if path in sources}
    outdated |= {p for p, r in sources.items() if r.pending or (r.edge_failure and change)}
    if not sure:
        checks = {path: record.edges for path, record in sources.items()}
        outdated |= {path for path, row in database.edges(root, checks) if row is None}
    from flames_indexer.resolve.world import CALLED, NAMED

    rest = {path: record.edges for path, record in sources.items() if path not in outdated}
    paths = change.changed | change.gone
    few: dict[str, Container[str]] = {NAMED: change.methods}
    if change.called is not None:
        few[CALLED] = change.called
    places = {*paths, *(place for place in (NAMED, CALLED) if few.get(place, True))}
    for path, read in report.each("compare", reads(rest), len(rest)):
        if read is not None and not change.moves_modules:  # names mean the files they meant
            read = {place: read[place] for place in read.keys() & places}
        if read is None or (read and change and resolver.stale(read, change.before, paths, few)):
            outdated.add(path)
    return sorted(outdated)


def pack_reads(reads: Mapping[str, bytes]) -> bytes:
    """What resolving read, packed; sorted, so that equal reads are equal bytes."""
    return compress(msgspec.msgpack.encode(sorted(reads.items())))


def unpack_reads(block: bytes) -> dict[str, bytes]:
    """What `pack_reads` was given."""
    return dict(msgspec.msgpack.decode(decompress(block), type=list[tuple[str, bytes]]))


def _related(root: str, path: str, program: Program, edges: "FileEdges", failure: str) -> Related:
    from flames_indexer.store.blocks import pack_block

    facts = program.facts(path)
    assert facts is not None, "a file that was resolved has facts"
    block = pack_block(path, facts, program.called(path), edges)
    sealed = seal_edges(root, path, block, pack_reads(edges.reads))
    count = Counter(edges.certainty)
    certainties = (count[0], count[1], count[2], count[3])
    return Related(sealed, EdgeTotals(sealed.check, certainties, len(edges.unknown), failure))
