"""Graph: who uses whom. Symbols and files are dense numbers, edges are columns, file after file.

A graph never changes. `with_files` gives another one that shares the columns, hides the rows of the
replaced files and holds their new rows aside, so an edit costs what the edited files hold; once a
tenth of the files is replaced the columns are made anew. `Columns.to` lists rows by target, so a
query looks at one slice (compressed sparse rows) and at the replaced files.

A use of a method may run a method that overrides it: those edges (POSSIBLE, `via` the method that
is named at the use) follow from the override edges and are not stored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from flames_indexer.graph.columns import (
    CERTAINTY,
    KIND,
    SOURCE,
    TARGET,
    Columns,
    Ints,
    Names,
)
from flames_indexer.model import Certainty, Edge, EdgeKind, Role, Span
from flames_indexer.resolve.edges import FileEdges

FilePart: TypeAlias = tuple[list[str], FileEdges]  # `symbol_ids` of a file, and its edges

# Of the files; a smaller share costs each query more than remaking saves
REPLACED_SHARE: Final = 0.1
_CALLING: Final = (EdgeKind.CALL, EdgeKind.PROPERTY, EdgeKind.OPERATOR, EdgeKind.PROTOCOL)
_DISPATCHED: Final = frozenset((*_CALLING, EdgeKind.REFERENCE))
# Say something of a symbol without using it: `Usage` counts no user for them.
_STATEMENTS: Final = (EdgeKind.OVERRIDE, EdgeKind.IMPORT, EdgeKind.TEST, EdgeKind.REGISTER)


@dataclass(frozen=True, slots=True)
class Usage:
    """How much a symbol is used, itself left out. What is known by name alone is only `unsure`."""

    callers: int = 0  # symbols outside of tests that use it
    files: int = 0  # files that use or import it, tests included
    tests: int = 0  # symbols of test files that use it
    calls: int = 0  # places that call it (or read it, if it is a property)
    unsure: int = 0  # symbols that use some member of its name, and do not count above
    registered: int = 0  # places that hand it to a registrar, which may call it


class Graph:
    """The edges of one generation, or of one with unsaved files. Safe to share between threads."""

    def __init__(
        self, names: Names, base: Columns, replaced: Mapping[str, FilePart | None]
    ) -> None:
        self._names = names
        self._base = base
        self._replaced = replaced
        parts = ((path, *part) for path, part in replaced.items() if part is not None)
        self._aside = Columns.of(names, parts)
        hidden = [number for path in replaced if (number := names.files.get(path)) is not None]
        self._hidden = np.zeros(len(names.paths), dtype=bool)
        self._hidden[hidden] = True
        self._tests: tuple[Mapping[str, Role], NDArray[np.bool_]] | None = None

    @staticmethod
    def build(files: Iterable[tuple[str, list[str], FileEdges]]) -> Graph:
        """The graph of files, given as (path, its `symbol_ids`, its edges)."""
        names = Names()
        return Graph(names, Columns.of(names, files), {})

    def with_files(self, files: Mapping[str, FilePart | None]) -> Graph:
        """This graph with other edges of some files; None: without the file."""
        replaced = {**self._replaced, **files}
        if len(replaced) <= max(REPLACED_SHARE * len(self._base.files), 8):
            return Graph(self._names, self._base, replaced)
        graph = Graph(self._names, self._base, replaced)
        return Graph(self._names, graph._base.joined(graph._hidden, graph._aside), {})

    # Questions

    def edges_to(
        self,
        identity: str,
        kinds: Collection[EdgeKind] | None = None,
        *,
        possible: bool = True,
        limit: int | None = None,
    ) -> list[Edge]:
        """The uses of a symbol, by file and place, surest first; at most `limit` of them.

        `possible`: also the uses of methods that it overrides. 2 us an edge.
        """
        number = self._names.numbers.get(identity)
        if number is None:
            return []
        found = self._edges(self._rows_to(number), kinds, limit)
        if possible and (limit is None or len(found) < limit):
            for base in self._above(number):
                found.extend(self._dispatched(base, identity, kinds))
        return found if limit is None else found[:limit]

    def edges_from(
        self,
        identity: str,
        kinds: Collection[EdgeKind] | None = None,
        *,
        possible: bool = True,
    ) -> list[Edge]:
        """What a symbol uses, in source order; `possible`: also what overrides it."""
        number = self._names.numbers.get(identity)
        if number is None:
            return []
        rows = [
            (columns, rows[columns.cells[SOURCE][rows] == number])
            for columns, rows in self._rows_in(identity.partition("::")[0])
        ]
        found = self._edges(rows, kinds, None)
        if possible:
            found += [
                Edge(edge.source, below, edge.kind, Certainty.POSSIBLE, edge.span, edge.target)
                for edge in found
                if edge.kind in _DISPATCHED
                for below in self._below(edge.target)
            ]
        return found

    def edges_in(self, path: str, kinds: Collection[EdgeKind] | None = None) -> list[Edge]:
        """The uses in a file, in source order; POSSIBLE ones left out."""
        return self._edges(self._rows_in(path), kinds, None)

    def edges_of(self, kinds: Collection[EdgeKind]) -> list[Edge]:
        """All edges of some kinds, by file and place; POSSIBLE ones left out."""
        shown = np.arange(self._base.cells.shape[1], dtype=np.int32)
        if self._replaced:
            shown = shown[~self._hidden[self._base.file]]
        aside = np.arange(self._aside.cells.shape[1], dtype=np.int32)
        return self._edges([(self._base, shown), (self._aside, aside)], kinds, None)

    def usage(self, identity: str, roles: Mapping[str, Role] | None = None) -> Usage:
        """How much a symbol is used; `roles` tell which files are tests."""
        number = self._names.numbers.get(identity)
        if number is None:
            return Usage()
        rows = self._rows_to(number)
        source, kind, certainty = (
            np.concatenate([columns.cells[column][at] for columns, at in rows])
            for column in (SOURCE, KIND, CERTAINTY)
        )
        file = np.concatenate([columns.file[at] for columns, at in rows])
        other = (source != number) & (kind != EdgeKind.OVERRIDE)
        sure = other & (certainty <= Certainty.INFERRED)
        uses = sure & ~_IS_STATEMENT[kind]
        tests = self._test_files(roles)[file] if roles else np.zeros(len(file), dtype=bool)
        named = other & (certainty == Certainty.UNIQUE_NAME)
        return Usage(
            callers=_distinct(source[uses & ~tests]),
            files=_distinct(file[sure]),
            tests=_distinct(source[uses & tests]),
            calls=int(_IS_CALLING[kind[uses]].sum()),
            unsure=_distinct(source[named]),
            registered=int((sure & (kind == EdgeKind.REGISTER)).sum()),
        )

    def callers(self, identity: str, roles: Mapping[str, Role]) -> int:
        """What `usage` says of callers."""
        number = self._names.numbers.get(identity)
        if number is None:
            return 0
        found: set[int] = set()
        for columns, at in self._rows_to(number):
            if len(at):
                source = columns.cells[SOURCE][at]
                uses = ~_IS_STATEMENT[columns.cells[KIND][at]] & (source != number)
                uses &= columns.cells[CERTAINTY][at] <= Certainty.INFERRED
                uses &= ~self._test_files(roles)[columns.file[at]]
                found.update(source[uses].tolist())
        return len(found)

    def most_used(self) -> list[tuple[str, int]]:
        """(symbol, number of edges to it) of all that have any, most first."""
        counts = np.zeros(len(self._names.ids), dtype=np.int64)
        kept = ~self._hidden[self._base.file] if self._replaced else slice(None)
        for targets in (self._base.cells[TARGET][kept], self._aside.cells[TARGET]):
            counts += np.bincount(targets, minlength=len(counts))
        order = np.argsort(-counts, kind="stable")[: int(np.count_nonzero(counts))]
        return [(self._names.ids[n], int(counts[n])) for n in order.tolist()]

    def dependents(self, identity: str, depth: int) -> list[tuple[str, int]]:
        """(symbol, distance) of what uses a symbol, directly or through others; nearest first."""
        return self._around(identity, depth, SOURCE)

    def dependencies(self, identity: str, depth: int) -> list[tuple[str, int]]:
        """(symbol, distance) of what a symbol uses, directly or through others; nearest first."""
        return self._around(identity, depth, TARGET)

    def named(self, name: str) -> list[str]:
        """The symbols whose id is `name` or ends in it behind `.`, `::` or `/`, sorted; 10 ms per
        100k symbols."""
        found: list[str] = []
        for identity in self.symbols():
            if identity.endswith(name) and (
                len(identity) == len(name) or identity[-len(name) - 1] in "./:"
            ):
                found.append(identity)
        return sorted(found)

    def unknown_calls(self, name: str) -> list[tuple[str, int]]:
        """(path, offset) of the calls of something named so whose callee nobody knows, by path.

        The first question costs one look at every such call, 29,000 in django.
        """
        kept = [place for place in self._base.unknown(name) if place[0] not in self._replaced]
        return sorted([*kept, *self._aside.unknown(name)])

    def symbols(self) -> Iterator[str]:
        """The ids of all symbols of the files."""
        ids = self._names.ids
        for path, numbers in self._base.symbols.items():
            if path not in self._replaced:
                yield from (ids[number] for number in numbers)
        for numbers in self._aside.symbols.values():
            yield from (ids[number] for number in numbers)

    def numbers(self, ids: Iterable[str]) -> list[int]:
        """The numbers of symbols, the same in all graphs that `with_files` makes."""
        with self._names.lock:
            return self._names.of(ids)

    def ids(self, numbers: Iterable[int]) -> list[str]:
        """The symbols of such numbers."""
        ids = self._names.ids
        return [ids[number] for number in numbers]

    def paths(self) -> list[str]:
        """The files, sorted."""
        kept = [path for path in self._base.symbols if path not in self._replaced]
        return sorted([*kept, *self._aside.symbols])

    # Rows

    def _rows_to(self, number: int) -> list[tuple[Columns, Ints]]:
        rows = self._base.rows_to(number)
        if len(rows) and self._replaced:
            rows = rows[~self._hidden[self._base.file[rows]]]
        return [(self._base, rows), (self._aside, self._aside.rows_to(number))]

    def _rows_in(self, path: str) -> list[tuple[Columns, Ints]]:
        columns = self._aside if path in self._replaced else self._base
        first, end = columns.files.get(path, (0, 0))
        return [(columns, np.arange(first, end, dtype=np.int32))]

    def _edges(
        self,
        rows: list[tuple[Columns, Ints]],
        kinds: Collection[EdgeKind] | None,
        limit: int | None,
    ) -> list[Edge]:
        ids, paths = self._names.ids, self._names.paths
        found: list[Edge] = []
        for columns, at in rows:
            if kinds is not None:
                at = at[_among(tuple(kinds))[columns.cells[KIND][at]]]
            if limit is not None:
                at = at[np.argsort(columns.cells[CERTAINTY][at], kind="stable")][:limit]
            cells = zip(*(columns.cells[:, at].tolist()), columns.file[at].tolist(), strict=True)
            for source, target, kind, certainty, start, end, via, file in cells:
                span = Span(paths[file], start, end)
                through = ids[via] if via >= 0 else ""
                found.append(
                    Edge(
                        ids[source],
                        ids[target],
                        _KINDS[kind],
                        _CERTAINTIES[certainty],
                        span,
                        through,
                    )
                )
        return found

    # Overrides

    def _above(self, number: int) -> list[str]:
        """The methods that a method overrides, directly or not."""
        seen: dict[str, None] = {}
        queue = [self._names.ids[number]]
        while queue:
            for edge in self.edges_from(queue.pop(), (EdgeKind.OVERRIDE,), possible=False):
                if edge.target not in seen:
                    seen[edge.target] = None
                    queue.append(edge.target)
        return list(seen)

    def _below(self, identity: str) -> list[str]:
        """The methods that override a method, directly or not."""
        seen: dict[str, None] = {}
        queue = [identity]
        while queue:
            for edge in self.edges_to(queue.pop(), (EdgeKind.OVERRIDE,), possible=False):
                if edge.source not in seen:
                    seen[edge.source] = None
                    queue.append(edge.source)
        return list(seen)

    def _dispatched(
        self, base: str, identity: str, kinds: Collection[EdgeKind] | None
    ) -> list[Edge]:
        wanted = _DISPATCHED if kinds is None else _DISPATCHED & frozenset(kinds)
        return [
            Edge(edge.source, identity, edge.kind, Certainty.POSSIBLE, edge.span, base)
            for edge in self.edges_to(base, wanted, possible=False)
        ]

    # Neighbourhoods

    def _around(self, identity: str, depth: int, end: int) -> list[tuple[str, int]]:
        start = self._names.numbers.get(identity)
        if start is None:
            return []
        seen = np.zeros(len(self._names.ids), dtype=bool)
        seen[start] = True
        wave = np.array([start], dtype=np.int32)
        found: list[tuple[str, int]] = []
        for distance in range(1, depth + 1):
            wave = self._next(wave, end)
            wave = wave[~seen[wave]]
            if not len(wave):
                break
            seen[wave] = True
            found += [(name, distance) for name in sorted(self._names.ids[n] for n in wave)]
        return found

    def _next(self, wave: Ints, end: int) -> Ints:
        """The symbols at the other end of the edges of some symbols, each once."""
        ends: list[Ints] = []
        for columns in (self._base, self._aside):
            rows = columns.rows_of(wave, TARGET if end == SOURCE else SOURCE)
            if columns is self._base and self._replaced:
                rows = rows[~self._hidden[columns.file[rows]]]
            ends.append(columns.cells[end][rows])
        return np.unique(np.concatenate(ends))

    # Tables

    def _test_files(self, roles: Mapping[str, Role]) -> NDArray[np.bool_]:
        known = self._tests
        if known is None or known[0] is not roles or len(known[1]) < len(self._names.paths):
            tests = [roles.get(path) == Role.TEST for path in self._names.paths]
            known = self._tests = (roles, np.array(tests, dtype=bool))
        return known[1]


def _distinct(numbers: Ints) -> int:
    return len(np.unique(numbers))


@cache
def _among(kinds: tuple[EdgeKind, ...]) -> NDArray[np.bool_]:
    """By kind, whether it is one of them."""
    return np.array([kind in kinds for kind in EdgeKind])


_IS_STATEMENT: Final = _among(_STATEMENTS)
_IS_CALLING: Final = _among(_CALLING)
_KINDS: Final = tuple(EdgeKind)
_CERTAINTIES: Final = tuple(Certainty)
