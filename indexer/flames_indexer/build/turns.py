"""Resolves what must be, in turns: first what was edited and what is looked at, then the rest.

Each turn ends with a generation. One that another will follow says which files it left to that one:
they keep the edges they had and are marked as pending, so that every answer tells, and so that the
next build goes on from there whatever happens to this one.
"""

import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from flames_indexer.build.program import Program
from flames_indexer.build.relate import change_of, outdated_paths, relate
from flames_indexer.build.versions import settings_of
from flames_indexer.build.work import Work, keys_of
from flames_indexer.errors import Cancelled
from flames_indexer.store import (
    Database,
    FileRecord,
    Generation,
    Manifest,
    SealedEdges,
    Versions,
    changed_check,
    files_check,
    today,
)

if TYPE_CHECKING:
    from flames_indexer.resolve import Resolver

# Files: so few are resolved sooner (5 to 60 ms each) than a generation without them is written and
# read (100 ms).
_AT_ONCE = 8


class Writer:
    """Commits generations; remembers the last, so that each writes only what is new."""

    def __init__(
        self,
        work: Work,
        database: Database,
        records: dict[str, FileRecord],
        versions: Versions,
        old: Manifest | None,
    ) -> None:
        self._work = work
        self._database = database
        self._records = records
        self._versions = versions
        self.last = old

    def resumed(self) -> Manifest | None:
        """The last generation, if its edges are worth something to the next."""
        return self.last if self.last and self.last.generation.versions == self._versions else None

    def commit(self, edges: Mapping[str, SealedEdges]) -> Manifest:
        """The records as they are now, with what edges are new."""
        root, last = self._work.place.root, self.last
        known = last.files if last is not None else {}
        changed = [record for path, record in self._records.items() if known.get(path) != record]
        gone = sorted(known.keys() - self._records.keys())
        stored = self._database.generation(root)
        generation = Generation(
            number=(stored.number if stored else 0) + 1,
            built_at=time.time(),
            versions=self._versions,
            settings=settings_of(self._work.config),
            files=len(self._records),
            files_check=self._check(changed, gone),
            skips=self._work.scan.skips,
            day=today(),
        )
        marked = last is not None and last.generation.day == generation.day
        in_use = changed if marked else self._records.values()
        self._database.mark_used(keys_of(in_use, self._versions))
        self._database.commit(root, generation, changed, edges, gone if last else None)
        self._work.changed += len(edges)
        self.last = Manifest(generation, dict(self._records))
        return self.last

    def _check(self, changed: Iterable[FileRecord], gone: Iterable[str]) -> bytes:
        root, last = self._work.place.root, self.last
        if last is None:
            return files_check(root, self._records.values())
        before = [last.files[record.path] for record in changed if record.path in last.files]
        before += [last.files[path] for path in gone]
        return changed_check(root, last.generation.files_check, before, changed)


def resolve_in_turns(
    work: Work,
    database: Database,
    program: Program,
    records: dict[str, FileRecord],
    writer: Writer,
) -> Manifest:
    """The generation in which nothing is pending. A cancel keeps what a second turn had resolved;
    in the first it leaves the old generation."""
    from flames_indexer.resolve import Resolver

    old = writer.resumed()
    later: list[str] = []
    edges: dict[str, SealedEdges] = {}
    if old is None:
        with closing(Resolver(program)) as resolver:
            _relate(work, program, resolver, list(program.paths()), records, edges)
    else:
        with work.kept.resolver(program, database) as resolver:
            now, later = _turns(work, database, resolver, program, records, old)
            for path in later:
                records[path] = msgspec.structs.replace(records[path], pending=True)
            _relate(work, program, resolver, now, records, edges)
    work.report.step("write")
    manifest = writer.commit(edges)
    if not later:
        return manifest
    work.report.stored(manifest.generation.number)
    edges = {}
    with closing(Resolver(program)) as resolver:  # the kept one stays small
        try:
            _relate(work, program, resolver, later, records, edges)
        except Cancelled:
            writer.commit(edges)
            raise
    return writer.commit(edges)


def _turns(
    work: Work,
    database: Database,
    resolver: "Resolver",
    program: Program,
    records: Mapping[str, FileRecord],
    old: Manifest,
) -> tuple[list[str], list[str]]:
    """What is resolved now, and what later."""
    root = work.place.root
    change = change_of(database, root, program, records, old)
    sure = work.scan.base is old
    reads = partial(work.kept.reads, database, root, old.generation if sure else None)
    outdated = outdated_paths(
        database, root, resolver, records, change, work.report, reads, sure=sure
    )
    wanted = change.changed | work.first
    rest = [path for path in outdated if path not in wanted]
    if len(rest) <= _AT_ONCE:
        return outdated, []
    return [path for path in outdated if path in wanted], rest


def _relate(
    work: Work,
    program: Program,
    resolver: "Resolver",
    paths: list[str],
    records: dict[str, FileRecord],
    edges: dict[str, SealedEdges],
) -> None:
    """Fills `edges`; the records are told what theirs add up to."""
    for path, related in relate(work.place.root, program, resolver, paths, work.report):
        edges[path] = related.sealed
        work.kept.resolved(path)
        records[path] = records[path].with_edges(related.totals)
