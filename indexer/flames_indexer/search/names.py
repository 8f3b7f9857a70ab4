"""Symbols by what they are called: for whoever knows part of a name, or is still typing it."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from flames_indexer.model import Role, Symbol, SymbolKind
from flames_indexer.roles import role_of

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_MOST = 2_000  # places looked at; whoever typed one letter reads none of them
_SHORTEST = 3  # letters from which a name may hold them apart from each other
_ROLES = {Role.TEST: 1, Role.EXAMPLE: 2, Role.GENERATED: 3, Role.VENDORED: 3}
_ENDS_OF_WORDS = "_$#"
_APART = 4  # the last rank


@dataclass(frozen=True, slots=True)
class Named:
    """A symbol by its id; what it looks like is left to whoever wants to know."""

    symbol: str
    kind: SymbolKind
    name: str

    @property
    def path(self) -> str:
        return self.symbol.partition("::")[0]

    @property
    def qualname(self) -> str:
        """Without its path; a module's is its path."""
        return self.symbol.rpartition("::")[2]


def named(snapshot: "Snapshot", text: str, limit: int) -> list[Named]:
    """Symbols whose names hold `text`, whatever its case: equal ones first, then those that begin
    with it, those with a word that does, those that hold it, and last its letters in order. Source
    files come before tests and what others wrote. `Class.part` asks for both.
    """
    wanted = re.split(r"\.|::|#", text.strip().lower())
    last = wanted[-1]
    if not last or limit < 1 or any(c.isspace() for c in last):
        return []
    tables = [snapshot.derived("search/names", lambda: _of_index(snapshot))]
    hidden = frozenset(snapshot.overlays())
    if hidden:
        tables.append(_of_buffers(snapshot))
    found: dict[str, tuple[tuple[int, int, int, str], Named]] = {}
    for table in tables:
        for rank, row in table.holding(last):
            if rank == _APART and len(found) >= limit:
                break  # all of these would come behind
            one = table.row(row)
            if (table is tables[0] and one.path in hidden) or not _within(one, wanted[:-1]):
                continue
            order = (rank, _cost(snapshot, one.path), len(one.name), one.symbol)
            if one.symbol not in found or order < found[one.symbol][0]:
                found[one.symbol] = order, one
    return [one for _, one in sorted(found.values(), key=lambda pair: pair[0])[:limit]]


def described(symbol: Symbol) -> Named:
    """A symbol as `named` gives it."""
    return Named(symbol.id, symbol.kind, symbol.name)


class _Names:
    """Names, one after the other in one text: to look through 50,000 takes a millisecond. Their ids
    likewise, less the paths: an object each would be three times the memory."""

    def __init__(self, symbols: Iterable[tuple[str, SymbolKind]]) -> None:
        names: list[str] = []
        tails: list[str] = []
        self._paths: list[str] = []
        self._files = array("i")
        self._kinds = bytearray()
        for symbol, kind in symbols:
            path, _, tail = symbol.partition("::")
            if name := _name(tail, kind):
                names.append(name)
                tails.append(tail)
                if not self._paths or self._paths[-1] != path:
                    self._paths.append(path)
                self._files.append(len(self._paths) - 1)
                self._kinds.append(kind)
        self._starts = _starts(names)
        self._text = "\n".join(["", *names, ""])
        self._lowered = self._text.lower()
        if len(self._lowered) != len(self._text):  # letters that grow in lower case
            self._lowered = self._text
        self._tail_starts = _starts(tails)
        self._tails = "\n".join(tails)

    def row(self, number: int) -> Named:
        """The symbol of a row."""
        path, kind = self._paths[self._files[number]], SymbolKind(self._kinds[number])
        tail = self._tails[self._tail_starts[number] : self._tail_starts[number + 1] - 1]
        name = self._text[self._starts[number] + 1 : self._starts[number + 1]]
        return Named(f"{path}::{tail}", kind, name)

    def holding(self, wanted: str) -> Iterator[tuple[int, int]]:
        """(rank, row), the best rank of a row among them."""
        beginning = re.compile("\n" + re.escape(wanted))
        for found in islice(beginning.finditer(self._lowered), _MOST):
            whole = self._lowered[found.end()] == "\n"
            yield 0 if whole else 1, self._row(found.start() + 1)
        for found in islice(re.finditer(re.escape(wanted), self._lowered), _MOST):
            yield 2 if self._begins_word(found.start()) else 3, self._row(found.start())
        if len(wanted) >= _SHORTEST and wanted.isidentifier():
            apart = re.compile("\n" + "[^\n]*?".join(map(re.escape, wanted)))
            for found in islice(apart.finditer(self._lowered), _MOST):
                yield _APART, self._row(found.start() + 1)

    def _row(self, at: int) -> int:
        return bisect_right(self._starts, at - 1) - 1

    def _begins_word(self, at: int) -> bool:
        before, here = self._text[at - 1], self._text[at]
        return before in _ENDS_OF_WORDS or (here.isupper() and not before.isupper())


def _starts(texts: Iterable[str]) -> "array[int]":
    """Where each begins, and one more would, when they are joined by a character."""
    return array("i", accumulate((len(text) + 1 for text in texts), initial=0))


def _of_index(snapshot: "Snapshot") -> _Names:
    return _Names(snapshot.index.symbols_named())


def _of_buffers(snapshot: "Snapshot") -> _Names:
    paths = sorted(snapshot.overlays())
    return _Names((s.id, s.kind) for path in paths for s in snapshot.symbols_in(path))


def _name(tail: str, kind: SymbolKind) -> str:
    """The name of a symbol, from what its id has behind the path; "" for what has none, and for
    modules: editors find files by themselves."""
    name = tail.rpartition(".")[2]
    return "" if kind == SymbolKind.MODULE or "<" in name or "\n" in name else name


def _within(one: Named, around: list[str]) -> bool:
    parts = one.symbol.lower().replace("::", ".").split(".")[:-1]
    return all(any(word in part for part in parts) for word in around)


def _cost(snapshot: "Snapshot", path: str) -> int:
    role = snapshot.roles().get(path) or role_of(path, generated=False)
    return _ROLES.get(role, 0)
