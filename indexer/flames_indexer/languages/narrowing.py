"""Narrowing: what a test tells of a name, for the members that are read where it has come out so.

The rows of a tested region are looked at once it has been read: what has the tested name as its
object gets a NARROWED row of it instead. A region in which the name is bound again is left alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from flames_indexer.facts import ExpressionKind, Narrowing
from flames_indexer.languages.builder import FactsBuilder

_NAME: Final = int(ExpressionKind.NAME)
_MEMBER: Final = int(ExpressionKind.MEMBER)
_NARROWED: Final = int(ExpressionKind.NARROWED)
_OF_OBJECTS: Final = frozenset(
    (
        *(ExpressionKind.MEMBER, ExpressionKind.SUBSCRIPT, ExpressionKind.ITERATE),
        *(ExpressionKind.AWAIT, ExpressionKind.ENTER, ExpressionKind.UNPACK),
        ExpressionKind.NARROWED,
    )
)

Chain = tuple[int, ...]  # scope, and the string rows of a name and members of it
Place = tuple[int, int, int]  # expressions, bindings and member stores added so far


@dataclass(frozen=True, slots=True)
class Told:
    """What a test tells of a name, or of a member of one."""

    of: int  # its row
    by: int  # the row of the class or classes, or of the function that tells
    how: int  # Narrowing

    def negated(self) -> "Told":
        """What the test tells when it fails."""
        return Told(self.of, self.by, self.how ^ Narrowing.NOT)


# What a condition tells where it holds, and where it does not.
Sides = tuple[tuple[Told, ...], tuple[Told, ...]]


def place(out: FactsBuilder) -> Place:
    """Where what is added next begins."""
    return len(out.expressions) >> 3, len(out.bindings) // 5, len(out.members) // 6


def row_ending(out: FactsBuilder, end: int, since: Place) -> int:
    """The row of the expression that ends there, added `since`; -1: there is none."""
    rows = out.expressions
    for row in range((len(rows) >> 3) - 1, since[0] - 1, -1):
        if rows[row * 8 + 4] == end:
            return row
    return -1


def narrow(out: FactsBuilder, told: Sequence[Told], since: Place, *, binds: bool = False) -> None:
    """Puts what is told into all that was added `since`; `binds`: the name is bound there, before
    the test."""
    for one in told:
        chain = _chain(out, one.of)
        if chain and (binds or not _is_bound(out, chain, since)):
            _narrow(out, one, chain, since)


def either(
    out: FactsBuilder, told: Sides, one: Callable[[], int], other: Callable[[], int]
) -> tuple[int, int]:
    """The rows that reading the two sides of a choice gives: where a test holds, and where not."""
    since = place(out)
    first = one()
    narrow(out, told[0], since)
    since = place(out)
    second = other()
    narrow(out, told[1], since)
    return first, second


def _narrow(out: FactsBuilder, told: Told, chain: Chain, since: Place) -> None:
    rows, last = out.expressions, len(out.expressions) >> 3
    narrowed = -1
    for row in range(since[0], last):
        at = row * 8
        if rows[at] not in _OF_OBJECTS or rows[at + 5] in (told.of, -1):
            continue
        of = rows[at + 5]
        if rows[of * 8] not in (_NAME, _MEMBER) or not _is_same(out, _chain(out, of), chain, since):
            continue
        if narrowed < 0:
            start, end = rows[of * 8 + 3], rows[of * 8 + 4]
            scope, out.scope = out.scope, chain[0]
            narrowed = out.expression(_NARROWED, 0, start, end, told.of, told.by, told.how)
            out.scope = scope
        rows[at + 5] = narrowed


def _chain(out: FactsBuilder, row: int) -> Chain:
    """The name or member of a name that a row is; () for all else."""
    rows = out.expressions
    names: list[int] = []
    while row >= 0 and rows[row * 8] == _MEMBER:
        names.append(rows[row * 8 + 6])
        row = rows[row * 8 + 5]
    if row < 0 or rows[row * 8] != _NAME:
        return ()
    return (rows[row * 8 + 2], rows[row * 8 + 5], *reversed(names))


def _is_same(out: FactsBuilder, one: Chain, chain: Chain, since: Place) -> bool:
    """Whether two chains are the same, the first one perhaps in a function inside."""
    if one[1:] != chain[1:]:
        return False
    scope = one[0]
    bindings = out.bindings[since[1] * 5 :] if scope != chain[0] else []
    bound = {s for s, name in zip(bindings[0::5], bindings[1::5], strict=True) if name == chain[1]}
    while scope > chain[0] and scope not in bound:
        scope = out.parent(scope)
    return scope == chain[0]


def _is_bound(out: FactsBuilder, chain: Chain, since: Place) -> bool:
    scope, name, *members = chain
    bindings = out.bindings[since[1] * 5 :]
    if any(one == (scope, name) for one in zip(bindings[0::5], bindings[1::5], strict=True)):
        return True
    return not set(members).isdisjoint(out.members[since[2] * 6 :][1::6])
