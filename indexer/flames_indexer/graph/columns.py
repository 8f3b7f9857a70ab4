"""Columns: the edges of files as numbers, in file order, and their rows by target or source."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from flames_indexer.resolve.edges import FileEdges

Ints: TypeAlias = NDArray[np.int32]
# The names that calls of nobody knows what are written with, the row of each call, and its offset.
Unknown: TypeAlias = tuple[list[str], "array[int]", "array[int]"]

SOURCE: Final = 0
TARGET: Final = 1
KIND: Final = 2
CERTAINTY: Final = 3
START: Final = 4
END: Final = 5
VIA: Final = 6
"""The columns of `Columns.cells`."""


class Names:
    """Numbers of symbols and files. It only grows, so all graphs of a line share it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.ids: list[str] = []
        self.numbers: dict[str, int] = {}
        self.paths: list[str] = []
        self.files: dict[str, int] = {}

    def of(self, identities: Iterable[str]) -> list[int]:
        """Their numbers, new ones where there are none."""
        numbers, ids = self.numbers, self.ids
        found: list[int] = []
        for identity in identities:
            number = numbers.get(identity)
            if number is None:
                number = numbers[identity] = len(ids)
                ids.append(identity)
            found.append(number)
        return found

    def file(self, path: str) -> int:
        """The number of a file."""
        number = self.files.get(path)
        if number is None:
            number = self.files[path] = len(self.paths)
            self.paths.append(path)
        return number


class Columns:
    """Edges of files: `cells[column]` in file order, and the rows by target or source."""

    def __init__(
        self,
        cells: Ints,
        file: Ints,
        files: dict[str, tuple[int, int]],
        symbols: dict[str, Ints],
        unknown: dict[str, Unknown],
    ) -> None:
        self.cells = cells
        self.file = file
        self.files = files  # path -> its first row, and the one behind its last
        self.symbols = symbols  # path -> numbers of the symbols in it
        self._unknown = unknown
        self._unknown_by_name: dict[str, list[tuple[str, int]]] | None = None
        self._orders: dict[int, tuple[Ints, Ints]] = {}

    @staticmethod
    def of(names: Names, files: Iterable[tuple[str, list[str], FileEdges]]) -> Columns:
        """The columns of files."""
        parts: list[Ints] = []
        file_parts: list[Ints] = []
        spans: dict[str, tuple[int, int]] = {}
        symbols: dict[str, Ints] = {}
        unknown: dict[str, Unknown] = {}
        first = 0
        with names.lock:
            for path, ids, edges in files:
                own = symbols[path] = np.array(names.of(ids), dtype=np.int32)
                used = np.array([*names.of(edges.strings), -1], dtype=np.int32)
                parts.append(_numbered(edges, own, used))
                file_parts.append(np.full(len(edges), names.file(path), dtype=np.int32))
                spans[path] = (first, first + len(edges))
                first += len(edges)
                if edges.names:
                    unknown[path] = (edges.names, edges.unknown_name, edges.unknown)
        if not parts:
            return Columns(np.zeros((7, 0), np.int32), np.zeros(0, np.int32), {}, {}, {})
        cells, file = np.concatenate(parts, axis=1), np.concatenate(file_parts)
        return Columns(cells, file, spans, symbols, unknown)

    def joined(self, hidden: NDArray[np.bool_], other: Columns) -> Columns:
        """These rows less those of hidden files, and the other's."""
        kept = np.flatnonzero(~hidden[self.file])
        cells = np.concatenate((self.cells[:, kept], other.cells), axis=1)
        file = np.concatenate((self.file[kept], other.file))
        spans: dict[str, tuple[int, int]] = {}
        symbols: dict[str, Ints] = {}
        unknown: dict[str, Unknown] = {}
        first = 0
        for columns in (self, other):
            for path, (begin, end) in columns.files.items():
                if columns is self and end > begin and hidden[self.file[begin]]:
                    continue
                spans[path] = (first, first + end - begin)
                symbols[path] = columns.symbols[path]
                if path in columns._unknown:
                    unknown[path] = columns._unknown[path]
                first += end - begin
        return Columns(cells, file, spans, symbols, unknown)

    def unknown(self, name: str) -> list[tuple[str, int]]:
        """The places of calls of an unknown callee of that name."""
        if self._unknown_by_name is None:
            found: dict[str, list[tuple[str, int]]] = {}
            for path, (names, rows, starts) in self._unknown.items():
                for row, start in zip(rows, starts, strict=True):
                    found.setdefault(names[row], []).append((path, start))
            self._unknown_by_name = found
        return self._unknown_by_name.get(name, [])

    def rows_to(self, number: int) -> Ints:
        """The rows whose target it is, in file order."""
        order, starts = self._order(TARGET)
        if number + 1 >= len(starts):
            return order[:0]
        return order[starts[number] : starts[number + 1]]

    def rows_of(self, numbers: Ints, column: int) -> Ints:
        """The rows that have one of the numbers in a column."""
        order, starts = self._order(column)
        numbers = numbers[numbers + 1 < len(starts)]
        if not len(numbers):
            return order[:0]
        return np.concatenate([order[starts[n] : starts[n + 1]] for n in numbers.tolist()])

    def _order(self, column: int) -> tuple[Ints, Ints]:
        known = self._orders.get(column)
        if known is None:
            values = self.cells[column]
            order = np.argsort(values, kind="stable").astype(np.int32)
            counts = np.bincount(values) if len(values) else np.zeros(0, np.int64)
            starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
            known = self._orders[column] = (order, starts)
        return known


def _numbered(edges: FileEdges, own: Ints, used: Ints) -> Ints:
    cells = np.empty((7, len(edges)), dtype=np.int32)
    cells[SOURCE] = own[_ints(edges.source)]
    cells[TARGET] = used[_ints(edges.target)]
    cells[KIND] = _ints(edges.kind)
    cells[CERTAINTY] = _ints(edges.certainty)
    cells[START] = _ints(edges.start)
    cells[END] = _ints(edges.end)
    cells[VIA] = used[_ints(edges.via)]
    return cells


def _ints(column: array[int]) -> Ints:
    return np.frombuffer(column, dtype=np.int32)
