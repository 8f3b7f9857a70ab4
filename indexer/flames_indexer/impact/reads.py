"""What is done with the result of a call, also where it was given a name first."""

import re
from dataclasses import dataclass

import numpy as np

from flames_indexer.facts import BindingKind, ExpressionKind, FileFacts, ResultKind
from flames_indexer.impact.conventions import Conventions
from flames_indexer.impact.made import Made, declared_as
from flames_indexer.impact.results import allows_nothing

_STARRED, _BY_KEY = 1, 2  # of UNPACK
_USING = (
    ExpressionKind.MEMBER,
    ExpressionKind.SUBSCRIPT,
    ExpressionKind.ITERATE,
    ExpressionKind.UNPACK,
    ExpressionKind.ENTER,
)
_TARGETS_END = re.compile(rb"[\s)\]]*,?[\s)\]]*(?:=(?!=)|in\b|of\b)")


@dataclass(frozen=True, slots=True)
class Reads:
    """`targets`: how many names it is unpacked into; -1: it is not, or that cannot be told.
    `returned`: as what the function around has to return it, None if it does not."""

    targets: int = -1
    members: frozenset[str] = frozenset()
    used: bool = False  # a member of it, an item of it
    returned: Made | None = None
    returned_as_value: bool = False  # by a function that says it returns something


def reads_of(source: bytes, facts: FileFacts, call: int, conventions: Conventions) -> Reads:
    """Of the call in expression row `call`; linear in the file's expressions."""
    table, strings = facts.expressions, facts.strings
    rows = _holding(facts, call)
    first = np.frombuffer(table.a, np.int32)
    kinds = np.frombuffer(table.kind, np.int32)
    using = np.flatnonzero(np.isin(first, list(rows)) & np.isin(kinds, _USING)).tolist()
    members = {strings[table.b[row]] for row in using if kinds[row] == ExpressionKind.MEMBER}
    unpacked = [row for row in using if kinds[row] == ExpressionKind.UNPACK]
    members |= {strings[table.b[row]] for row in unpacked if table.c[row] == _BY_KEY}
    by_place = [row for row in unpacked if table.c[row] != _BY_KEY]
    starred = any(table.c[row] == _STARRED for row in by_place)
    returned = [
        facts.results.definition[at]
        for at, value in enumerate(facts.results.value)
        if value in rows and facts.results.kind[at] == ResultKind.RETURN
    ]
    declared = facts.definitions.returns[returned[0]] if returned else -1
    empty = allows_nothing(source, facts, declared, conventions)
    return Reads(
        targets=-1 if starred else _targets(source, facts, by_place),
        members=frozenset(members),
        used=bool(using),
        returned=declared_as(facts, declared, conventions) if returned else None,
        returned_as_value=declared >= 0 and not empty,
    )


def _holding(facts: FileFacts, call: int) -> set[int]:
    """The rows that have what the call gives: itself, once awaited, and the names that are given
    it and nothing else."""
    table, bindings = facts.expressions, facts.bindings
    rows = {call}
    kinds, first = np.frombuffer(table.kind, np.int32), np.frombuffer(table.a, np.int32)
    rows.update(np.flatnonzero((kinds == ExpressionKind.AWAIT) & (first == call)).tolist())
    for at in np.flatnonzero(np.isin(np.frombuffer(bindings.value, np.int32), list(rows))).tolist():
        name, scope = bindings.name[at], bindings.scope[at]
        same = (np.frombuffer(bindings.name, np.int32) == name) & (
            np.frombuffer(bindings.scope, np.int32) == scope
        )
        if bindings.kind[at] == BindingKind.ASSIGN and np.count_nonzero(same) == 1:
            scopes = np.frombuffer(table.scope, np.int32)
            named = (kinds == ExpressionKind.NAME) & (first == name) & (scopes == scope)
            rows.update(np.flatnonzero(named).tolist())
    return rows


def _targets(source: bytes, facts: FileFacts, unpacked: list[int]) -> int:
    """How many names there are, if all of them are names or members."""
    table = facts.expressions
    if not unpacked:
        return -1
    last = max(unpacked, key=lambda row: table.b[row])
    alone = [row for row in unpacked if table.b[row] == table.b[last]]
    complete = len(alone) == 1 and _TARGETS_END.match(source, table.end[last])
    return table.b[last] + 1 if complete else -1
