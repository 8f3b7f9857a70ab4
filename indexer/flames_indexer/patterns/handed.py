"""What each function and class of a file is handed to: `router.get("/", show)`."""

import numpy as np
from numpy.typing import NDArray

from flames_indexer.facts import ExpressionKind, FileFacts
from flames_indexer.patterns.spelling import written

Ints = NDArray[np.int32]
Handed = tuple[tuple[str, int], ...]
"""Callees as written, each with the offset of the call."""

_CALLS = (int(ExpressionKind.CALL), int(ExpressionKind.NEW))
_NAME, _FUNCTION = int(ExpressionKind.NAME), int(ExpressionKind.FUNCTION)
_LITERAL = int(ExpressionKind.LITERAL)


def handed_over(facts: FileFacts) -> dict[int, Handed]:
    """By definition row, of what is an argument itself or stands in an object that is one."""
    operands, table = facts.operands, facts.expressions
    if not len(operands.value):
        return {}
    values = np.frombuffer(operands.value, np.int32)
    kinds = np.frombuffer(table.kind, np.int32)
    own = _top_level(facts)
    given = _definitions_given(facts, values, kinds, own)
    if not given:
        return {}
    holders = _holders(facts, kinds, len(values))
    within = {
        row: holder
        for row, holder in zip(values.tolist(), holders.tolist(), strict=True)
        if row >= 0 and table.kind[row] == _LITERAL
    }
    found: dict[int, Handed] = {}
    for operand, definition in given:
        call = int(holders[operand])
        while call >= 0 and table.kind[call] == _LITERAL:
            call = within.get(call, -1)
        if call >= 0 and (to := written(facts, table.a[call])):
            found[definition] = (*found.get(definition, ()), (to, table.start[call]))
    return found


def _top_level(facts: FileFacts) -> dict[int, int]:
    """Definition rows by the string rows of their names."""
    table = facts.definitions
    rows = range(1, len(table.kind))
    return {table.name[row]: row for row in rows if table.parent[row] == 0}


def _definitions_given(
    facts: FileFacts, values: Ints, kinds: Ints, own: dict[int, int]
) -> list[tuple[int, int]]:
    """(operand row, definition row) of the operands that are functions or classes of the file."""
    texts = np.frombuffer(facts.expressions.a, np.int32)
    kind, text = kinds[values], texts[values]
    is_named = (kind == _NAME) & np.isin(text, np.array(list(own), np.int32))
    at = np.flatnonzero((values >= 0) & ((kind == _FUNCTION) | is_named)).tolist()
    return [(o, int(text[o]) if kind[o] == _FUNCTION else own[int(text[o])]) for o in at]


def _holders(facts: FileFacts, kinds: Ints, operands: int) -> Ints:
    """Of each operand row the expression that it is an operand of; -1: of none."""
    table = facts.expressions
    found = np.full(operands, -1, np.int32)
    for row in np.flatnonzero(np.isin(kinds, (*_CALLS, _LITERAL))).tolist():
        first, count = table.b[row], table.c[row]
        if count > 0:
            found[first : first + count] = row
    return found
