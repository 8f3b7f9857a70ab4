"""Rows: the edges of one file while they are collected."""

from bisect import bisect_right
from typing import Final

from flames_indexer.facts import ExpressionKind, column_of
from flames_indexer.resolve.edges import FileEdges
from flames_indexer.resolve.symbols import symbol_numbers
from flames_indexer.resolve.tables import File

_MEMBER: Final = int(ExpressionKind.MEMBER)
_NAME: Final = int(ExpressionKind.NAME)


class Rows:
    """Adds edges by definition and expression rows of a file; used once."""

    def __init__(self, file: File) -> None:
        self.file = file
        self._edges = FileEdges()
        self._strings: dict[str, int] = {}
        self._rows: list[tuple[int, int, int, int, int, int, int]] = []
        self._numbers = symbol_numbers(file.facts)
        self._inner = _inner_definitions(file)
        self._names: dict[str, int] = {}

    def add(
        self,
        source: int,
        identity: str,
        kind: int,
        certainty: int,
        start: int,
        end: int,
        via: str = "",
    ) -> None:
        """An edge from definition row `source`."""
        strings = self._strings
        target = strings.setdefault(identity, len(strings))
        through = strings.setdefault(via, len(strings)) if via else -1
        number = self._numbers[source]
        self._rows.append((start, end, kind, target, certainty, number, through))

    def at(self, row: int, identity: str, kind: int, certainty: int) -> None:
        """An edge from what expression `row` stands in, at its name."""
        expressions = self.file.facts.expressions
        start, end = expressions.start[row], expressions.end[row]
        self.add(self.place_of(row), identity, kind, certainty, start, end)

    def so_far(self) -> list[tuple[int, int, str, int]]:
        """(start, kind, target, certainty) of the edges so far, in no particular order."""
        names = list(self._strings)
        return [(row[0], row[2], names[row[3]], row[4]) for row in self._rows]

    def unknown(self, row: int) -> None:
        """A call of expression `row` that nobody knows the callee of."""
        expressions = self.file.facts.expressions
        kind = expressions.kind[row]
        column = expressions.b if kind == _MEMBER else expressions.a
        name = self.file.strings[column[row]] if kind in (_MEMBER, _NAME) else ""
        self._edges.unknown.append(expressions.start[row])
        self._edges.unknown_scope.append(self._numbers[self.place_of(row)])
        self._edges.unknown_name.append(self._names.setdefault(name, len(self._names)))

    def place_of(self, row: int) -> int:
        """The innermost definition around an expression: annotations, defaults and decorators are
        read in the scope around a function, but stand in it."""
        expressions = self.file.facts.expressions
        scope = expressions.scope[row]
        inner = self._inner.get(scope)
        if inner is None:
            return scope
        starts, rows = inner
        start = expressions.start[row]
        at = bisect_right(starts, start) - 1
        if at >= 0 and start < self.file.facts.definitions.end[rows[at]]:
            return rows[at]
        return scope

    def finished(self) -> FileEdges:
        """The edges by place, each once; strings in order of first use."""
        rows = sorted(set(self._rows))
        edges = self._edges
        edges.names = list(self._names)
        if not rows:
            return edges
        start, end, kind, target, certainty, source, via = zip(*rows, strict=True)
        used = {number: at for at, number in enumerate(dict.fromkeys((*target, *via)))}
        if -1 in used:
            used = {n: at for at, n in enumerate(n for n in used if n >= 0)}
        used[-1] = -1
        edges.start, edges.end, edges.kind = column_of(start), column_of(end), column_of(kind)
        edges.certainty, edges.source = column_of(certainty), column_of(source)
        edges.target = column_of([used[number] for number in target])
        edges.via = column_of([used[number] for number in via])
        names = list(self._strings)
        edges.strings = [names[number] for number in used if number >= 0]
        return edges


def _inner_definitions(file: File) -> dict[int, tuple[list[int], list[int]]]:
    """Starts and rows of the functions and classes directly in each scope, in source order."""
    definitions = file.facts.definitions
    inner: dict[int, tuple[list[int], list[int]]] = {}
    for row in range(1, len(definitions.parent)):
        if file.is_function(row) or file.is_class(row):
            starts, rows = inner.setdefault(definitions.parent[row], ([], []))
            starts.append(definitions.start[row])
            rows.append(row)
    return inner
