"""Escapes: under which other names a function may be called, where it is used as a value.

Only the text of one file is looked at: what a name is assigned to, returned by, put into, or handed
to. Whether a call under such a name means the function is for who evaluates it.
"""

from typing import Final

from flames_indexer.facts import BindingKind, ExpressionKind, Use
from flames_indexer.resolve.tables import Escape, File, Held

_NAME: Final = int(ExpressionKind.NAME)
_MEMBER: Final = int(ExpressionKind.MEMBER)
_FUNCTION: Final = int(ExpressionKind.FUNCTION)
_LISTS: Final = frozenset((ExpressionKind.CALL, ExpressionKind.NEW, ExpressionKind.LITERAL))
_LITERAL: Final = int(ExpressionKind.LITERAL)
_THROUGH: Final = frozenset(
    (ExpressionKind.ITERATE, ExpressionKind.CHOICE, ExpressionKind.SUBSCRIPT)
)
_VALUE: Final = int(Use.VALUE)
_ASSIGN: Final = int(BindingKind.ASSIGN)

_FARTHEST: Final = 400  # rows between an operand and the call that it is one of
_NEAR: Final = 24  # rows between a value and another expression around it
_HOPS: Final = 4  # expressions around a value: [f] · iterate([f]) · …


def escapes_of(file: File, name: str) -> list[Escape]:
    """The ways out of what is named so in the file."""
    known = file.escapes.get(name)
    if known is None:
        found: dict[Escape, None] = {}
        for row in _values_named(file).get(name, ()):
            _add_around(file, row, _HOPS, found)
        known = file.escapes[name] = list(found)
    return known


def escapes_of_literal(file: File, definition: int) -> list[Escape]:
    """The ways out of a function that is written where it is used."""
    expressions = file.facts.expressions
    for row, kind in enumerate(expressions.kind):
        if kind == _FUNCTION and expressions.a[row] == definition:
            found: dict[Escape, None] = {}
            _add_around(file, row, _HOPS, found)
            return list(found)
    return []


def _values_named(file: File) -> dict[str, list[int]]:
    """Rows that use a name or a member as a value, by its last name."""
    if file.values is None:
        expressions, strings = file.facts.expressions, file.strings
        file.values = {}
        columns = zip(expressions.kind, expressions.use, expressions.a, expressions.b, strict=True)
        for row, (kind, use, a, b) in enumerate(columns):
            if use == _VALUE and kind <= _MEMBER:
                file.values.setdefault(strings[b if kind == _MEMBER else a], []).append(row)
    return file.values


def _add_around(file: File, row: int, hops: int, found: dict[Escape, None]) -> None:
    """Adds the ways out of the value in an expression row: what it is bound to, or what is around
    it."""
    bound = _held(file).names.get(row)
    if bound:
        for name in bound:
            found[Escape(name)] = None
        return
    outer, operand = _parent(file, row)
    if operand >= 0 and file.facts.expressions.kind[outer] != _LITERAL:
        found[Escape(call=outer, operand=operand)] = None
    elif outer >= 0 and hops:
        _add_around(file, outer, hops - 1, found)


def _parent(file: File, row: int) -> tuple[int, int]:
    """The row of the expression around a value, and the operand row where it is a list's; -1, -1:
    nothing near holds it."""
    held = _held(file)
    outer = held.outer.get(row, -1)
    is_list = outer >= 0 and file.facts.expressions.kind[outer] in _LISTS
    return outer, held.operands[row] if is_list else -1


def _held(file: File) -> Held:
    if file.held is None:
        facts, strings = file.facts, file.strings
        names: dict[int, list[str]] = {}
        columns = zip(facts.bindings.kind, facts.bindings.value, facts.bindings.name, strict=True)
        for kind, value, name in columns:
            if kind == _ASSIGN:
                names.setdefault(value, []).append(strings[name])
        for value, name in zip(facts.members.value, facts.members.name, strict=True):
            names.setdefault(value, []).append(strings[name])
        for value, name in zip(facts.parameters.default, facts.parameters.name, strict=True):
            names.setdefault(value, []).append(strings[name])
        for value, row in zip(facts.results.value, facts.results.definition, strict=True):
            names.setdefault(value, []).append(file.name(row))
        operands: dict[int, int] = {}
        for at, value in enumerate(facts.operands.value):
            operands.setdefault(value, at)
        file.held = Held(names, operands, _outer(file, operands))
    return file.held


def _outer(file: File, operands: dict[int, int]) -> dict[int, int]:
    """The nearest row behind each that has it as an element or is made from it."""
    found: dict[int, int] = {}
    values, expressions = file.facts.operands.value, file.facts.expressions
    columns = zip(expressions.kind, expressions.a, expressions.b, expressions.c, strict=True)
    for row, (kind, a, b, c) in enumerate(columns):
        if kind in _LISTS:
            for operand in range(b, b + c) if b >= 0 else ():
                value = values[operand]
                if operands[value] == operand and value < row < value + _FARTHEST:
                    found.setdefault(value, row)
        elif kind in _THROUGH and a < row < a + (_FARTHEST if a in operands else _NEAR):
            found.setdefault(a, row)
    return found
