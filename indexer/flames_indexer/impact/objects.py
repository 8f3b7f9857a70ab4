"""Which properties a function takes in an object, and which ones a call passes in one."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from flames_indexer.facts import (
    BindingKind,
    DefinitionKind,
    ExpressionKind,
    FileFacts,
    OperandKind,
    ParameterFlag,
)

_BY_KEY = 2  # of UNPACK
_ANY = "*"  # how an index signature is bound
_REST = "..."
_BEHIND = re.compile(rb"\s*[,)]")


@dataclass(frozen=True, slots=True)
class Taken:
    """Of one parameter. `required` are among `keys`."""

    keys: frozenset[str]
    required: frozenset[str]


def taken(source: bytes, facts: FileFacts, parameter: int) -> Taken | None:
    """As far as the file says it: the type of the parameter, else the names it is unpacked into.
    None: any object may do, or none."""
    annotation = facts.parameters.annotation[parameter]
    if annotation >= 0:
        return _of_type(source, facts, annotation)
    if facts.parameters.flags[parameter] & ParameterFlag.DESTRUCTURED:
        return _of_pattern(facts, parameter)
    return None


def passed(source: bytes, facts: FileFacts, value: int) -> frozenset[str] | None:
    """The properties of an object written out at expression row `value`; None: it is no such, or
    it is said to be of some type."""
    table, strings = facts.expressions, facts.strings
    if value < 0 or table.kind[value] != ExpressionKind.LITERAL:
        return None
    if strings[table.a[value]] != "object" or not _BEHIND.match(source, table.end[value]):
        return None
    return _keys(facts, value)


def misfit(before: Taken, now: Taken, given: Collection[str]) -> tuple[set[str], set[str]]:
    """What an object that fitted lacks now, and what it has that was taken and is not any more;
    nothing of one that never fitted."""
    if not before.required <= {*given} <= before.keys:
        return set(), set()
    return {*(now.required - {*given})}, {*given} - now.keys


def _keys(facts: FileFacts, row: int) -> frozenset[str] | None:
    """None: some of them are made up or come from elsewhere."""
    table, operands = facts.expressions, facts.operands
    first, count = table.b[row], table.c[row]
    rows = range(first, first + count) if first >= 0 else range(0)
    if any(operands.kind[at] != OperandKind.KEYWORD for at in rows):
        return None
    return frozenset(facts.strings[operands.name[at]] for at in rows)


def _of_type(source: bytes, facts: FileFacts, row: int) -> Taken | None:
    table, strings = facts.expressions, facts.strings
    if table.kind[row] == ExpressionKind.LITERAL and strings[table.a[row]] == "object":
        keys = _keys(facts, row)
        text = source[table.start[row] : table.end[row]]
        return _with_optional(keys, text) if keys else None
    return (
        _of_named(source, facts, table.a[row]) if table.kind[row] == ExpressionKind.NAME else None
    )


def _of_named(source: bytes, facts: FileFacts, name: int) -> Taken | None:
    """Of a type of the file that stands in one place and on nothing else."""
    table, bindings = facts.definitions, facts.bindings
    rows = [row for row, text in enumerate(table.qualname) if text == name]
    if len(rows) != 1 or table.kind[rows[0]] != DefinitionKind.INTERFACE:
        return None
    row = rows[0]
    keys = frozenset(
        facts.strings[bindings.name[at]]
        for at, scope in enumerate(bindings.scope)
        if scope == row and bindings.kind[at] in (BindingKind.ANNOTATION, BindingKind.DEFINITION)
    )
    if row in facts.bases.definition or not keys or _ANY in keys:
        return None
    return _with_optional(keys, source[table.body_start[row] : table.end[row]])


def _with_optional(keys: Collection[str] | None, text: bytes) -> Taken | None:
    """A name that may be left out anywhere in the text is not required here."""
    if keys is None:
        return None
    required = (
        key
        for key in keys
        if not re.search(rb"\b" + re.escape(key.encode()) + rb"['\"]?\s*\?", text)
    )
    return Taken(frozenset(keys), frozenset(required))


def _of_pattern(facts: FileFacts, parameter: int) -> Taken | None:
    table, strings = facts.expressions, facts.strings
    name, owner = facts.parameters.name[parameter], facts.parameters.definition[parameter]
    if _REST in strings[name]:
        return None
    whole = {
        row
        for row, kind in enumerate(table.kind)
        if kind == ExpressionKind.NAME and table.a[row] == name and table.scope[row] == owner
    }
    unpacked = {
        row: strings[table.b[row]]
        for row, kind in enumerate(table.kind)
        if kind == ExpressionKind.UNPACK and table.c[row] == _BY_KEY and table.a[row] in whole
    }
    if not unpacked:
        return None
    optional = {
        unpacked[table.a[row]]
        for row, kind in enumerate(table.kind)
        if kind == ExpressionKind.CHOICE and table.a[row] in unpacked
    }
    keys = frozenset(unpacked.values())
    by_itself = facts.parameters.flags[parameter] & ParameterFlag.DEFAULT
    return Taken(keys, frozenset() if by_itself else keys - optional)
