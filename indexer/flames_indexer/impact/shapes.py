"""How the calls of one file are written: their arguments, and what becomes of their results."""

import re
from array import array
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from flames_indexer.facts import (
    BindingKind,
    ExpressionKind,
    FileFacts,
    OperandKind,
    ResultKind,
    Use,
)
from flames_indexer.impact.conventions import Conventions, conventions_of
from flames_indexer.impact.objects import passed

_CALLS = (ExpressionKind.CALL, ExpressionKind.NEW)
_NAMED = (ExpressionKind.NAME, ExpressionKind.MEMBER)
_WORD = re.compile(rb"[A-Za-z_]+")
_OF_FIRST = (ExpressionKind.MEMBER, ExpressionKind.SUBSCRIPT, ExpressionKind.ENTER, *_CALLS)
TYPE_OF = -1
_BY_KEY = 2  # `{k} = f()`


class Fate(IntEnum):
    """What becomes of a call's result."""

    DROPPED = 0
    KEPT = 1  # assigned, returned, passed on: who has it then is not known here
    AWAITED = 2
    ITERATED = 3
    USED = 4  # a member of it, an item of it, a call of it


@dataclass(frozen=True, slots=True)
class Shape:
    """The arguments of a call as written."""

    positional: int
    keywords: tuple[str, ...] = ()
    spread: bool = False  # *args
    keyword_spread: bool = False  # **kwargs
    through_class: bool = False  # `K.m(k, …)`: the receiver is passed
    fate: Fate = Fate.KEPT
    indirect: bool = False  # somebody else makes the call, with these arguments


class Calls:
    """The calls of one file. Linear in its expressions once, then a look-up."""

    def __init__(self, source: bytes, facts: FileFacts) -> None:
        self._source = source
        self._facts = facts
        self._conventions = conventions_of(facts.language) or Conventions((), frozenset())
        kinds = np.frombuffer(facts.expressions.kind, np.int32)
        self._kinds = kinds
        self._starts = np.frombuffer(facts.expressions.start, np.int32)
        self._rows = np.flatnonzero(np.isin(kinds, _CALLS))
        callees = np.frombuffer(facts.expressions.a, np.int32)[self._rows]
        self._by_callee: dict[int, int] = dict(
            zip(self._starts[callees].tolist(), self._rows.tolist(), strict=True)
        )

    def at(self, start: int) -> int | None:
        """The call, as an expression row, whose callee's identifier starts there."""
        return self._by_callee.get(start)

    def is_value(self, start: int) -> bool:
        """Whether the name that starts there is a value, no annotation, base or part of a chain."""
        uses = np.frombuffer(self._facts.expressions.use, np.int32)
        here = (self._starts == start) & np.isin(self._kinds, _NAMED)
        return bool((uses[here] == Use.VALUE).any())

    def is_receiver(self, start: int) -> bool:
        """Whether the word there is what methods call their instance or class."""
        word = _WORD.match(self._source, start)
        return word is not None and word[0].decode() in self._conventions.receiver_words

    def span(self, call: int) -> tuple[int, int]:
        """The whole call."""
        table = self._facts.expressions
        return table.start[call], table.end[call]

    def owner(self, call: int) -> int | None:
        """Where the identifier starts whose member is called; TYPE_OF for `type(x).m()`."""
        table = self._facts.expressions
        callee = table.a[call]
        if table.kind[callee] != ExpressionKind.MEMBER:
            return None
        owner = table.a[callee]
        if table.kind[owner] == ExpressionKind.CALL:
            of = table.a[owner]
            return TYPE_OF if self._name(of) == "type" else None
        return table.start[owner] if table.kind[owner] in _NAMED else None

    def shape(self, call: int, *, through_class: bool = False) -> Shape:
        """The call as written."""
        first, count = self._facts.expressions.b[call], self._facts.expressions.c[call]
        return self._shape(range(first, first + count), through_class, self._fate(call))

    def objects(self, start: int) -> list[frozenset[str] | None]:
        """Of each argument of the call whose callee starts there, the properties that it has if it
        is an object written out."""
        call, table = self.at(start), self._facts.expressions
        if call is None:
            return []
        values = self._facts.operands.value[table.b[call] : table.b[call] + table.c[call]]
        return [passed(self._source, self._facts, value) for value in values]

    def applied(self, start: int) -> tuple[Shape, tuple[int, int]] | None:
        """The call that the function named at `start` gets by being passed on, where what it is
        passed to is known to call it with the arguments behind it."""
        call = self._calling(start)
        if call is None:
            return None
        table = self._facts.expressions
        callee, first, count = table.a[call], table.b[call], table.c[call]
        name = self._name(callee)
        position = self._conventions.appliers.get(name, None)
        if position is None:
            return None
        operands = self._facts.operands
        if position >= 0:
            behind = first + position
            if behind >= first + count or table.start[operands.value[behind]] != start:
                return None
        else:
            behind = first
        shape = self._shape(range(behind + 1, first + count), False, Fate.KEPT)
        more = name in self._conventions.partial
        spread, keyword_spread = shape.spread or more, shape.keyword_spread or more
        shape = replace(shape, spread=spread, keyword_spread=keyword_spread, indirect=True)
        return shape, self.span(call)

    def _calling(self, start: int) -> int | None:
        """The call that has the name at `start` as an argument, or as the object of its callee."""
        table, operands = self._facts.expressions, self._facts.operands
        named = np.flatnonzero((self._starts == start) & np.isin(self._kinds, _NAMED))
        ends = np.frombuffer(table.end, np.int32)
        around = self._rows[(self._starts[self._rows] <= start) & (ends[self._rows] > start)]
        for call in reversed(around.tolist()):
            first, callee = table.b[call], table.a[call]
            passed = operands.value[first : first + table.c[call]]
            of = table.a[callee] if table.kind[callee] == ExpressionKind.MEMBER else -1
            if any(row in passed or row == of for row in named.tolist()):
                return call
        return None

    def _shape(self, rows: range, through_class: bool, fate: Fate) -> Shape:
        operands, strings = self._facts.operands, self._facts.strings
        kinds = [operands.kind[at] for at in rows]
        named = (at for at in rows if operands.kind[at] == OperandKind.KEYWORD)
        return Shape(
            positional=kinds.count(OperandKind.POSITIONAL),
            keywords=tuple(strings[operands.name[at]] for at in named),
            spread=OperandKind.SPREAD in kinds,
            keyword_spread=OperandKind.KEYWORD_SPREAD in kinds,
            through_class=through_class,
            fate=fate,
        )

    def _fate(self, call: int) -> Fate:
        """What the table says that has the call in it; without one, it is the whole statement or
        part of one that takes its value, as `if f():`."""
        facts = self._facts
        table = facts.expressions
        for row in self._holding(table.a, call):
            if (fate := _fate_of(table.kind[row], table.c[row])) is not None:
                return fate
        if self._holding(facts.results.value, call):
            at = self._holding(facts.results.value, call)[0]
            yielded_from = facts.results.kind[at] == ResultKind.YIELD_FROM
            return Fate.ITERATED if yielded_from else Fate.KEPT
        if any(facts.bindings.kind[at] == BindingKind.ASSIGN for at in self._bound(call)):
            return Fate.KEPT
        if self._holding(facts.operands.value, call) or self._holding(facts.members.value, call):
            return Fate.KEPT
        return Fate.DROPPED if self._is_statement(call) else Fate.KEPT

    def _bound(self, call: int) -> list[int]:
        return self._holding(self._facts.bindings.value, call)

    def _holding(self, column: "array[int]", row: int) -> list[int]:
        return np.flatnonzero(np.frombuffer(column, np.int32) == row).tolist()

    def _is_statement(self, call: int) -> bool:
        """Whether nothing else stands on its lines, so that nobody takes the result."""
        start, end = self.span(call)
        line = self._source.rfind(b"\n", 0, start) + 1
        stop = self._source.find(b"\n", end)
        before = self._source[line:start].rpartition(b";")[2].rpartition(b"{")[2]
        behind = self._source[end : stop if stop >= 0 else None].lstrip()
        return not before.strip() and behind[:1] in (b"", b";", b"#", b"}", b"/")

    def _name(self, row: int) -> str:
        table, strings = self._facts.expressions, self._facts.strings
        if table.kind[row] == ExpressionKind.NAME:
            return strings[table.a[row]]
        return strings[table.b[row]] if table.kind[row] == ExpressionKind.MEMBER else ""


def _fate_of(kind: int, c: int) -> Fate | None:
    """What an expression of that kind does with the one in its column `a`; None: nothing, the
    column holds something else."""
    if kind in _OF_FIRST or (kind == ExpressionKind.UNPACK and c == _BY_KEY):
        return Fate.USED
    if kind == ExpressionKind.AWAIT:
        return Fate.AWAITED
    if kind in (ExpressionKind.ITERATE, ExpressionKind.UNPACK):
        return Fate.ITERATED
    return Fate.KEPT if kind in (ExpressionKind.CHOICE, ExpressionKind.OPERATOR) else None
