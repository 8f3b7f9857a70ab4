"""What a function declares that two others come to call, and what each of them gives for it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flames_indexer.facts import DefinitionFlag, ParameterFlag
from flames_indexer.fixes.alignment import Alignment
from flames_indexer.fixes.arguments import is_in_order, may_be_passed
from flames_indexer.fixes.bodies import Body, Parameter
from flames_indexer.fixes.differences import Value
from flames_indexer.fixes.early import names_in
from flames_indexer.fixes.function import Place
from flames_indexer.model import ParameterKind

_LATE = b"from __future__ import annotations"  # no type is looked at when the file runs
_WORD = re.compile(r"\w+")
_MANY = (ParameterKind.VARIADIC, ParameterKind.KEYWORDS)


@dataclass(frozen=True, slots=True)
class Declared:
    """One of the new function: as it is declared, and what each of the two gives for it."""

    declared: str
    first: str
    second: str


def declared(
    one: Body, other: Body, alignment: Alignment, differing: list[Value], place: Place
) -> list[Declared] | None:
    """The parameters of `one` that are needed, each with what `other` gives for it."""
    needed = {name for statement in one.statements for name in names_in(one, statement)}
    is_method = are_of_one_class(one, other) and has_receiver(one)
    found: list[Declared] = []
    given: dict[str, str | None] = {value.name: value.second for value in differing}
    for number, parameter in enumerate(one.parameters):
        value = alignment.stands_for.get(parameter.name)
        if is_method and not number:
            mine = other.parameters[0].name if other.parameters else None
            if mine is None or value not in (None, mine):
                return None
            found.append(Declared(parameter.name, parameter.name, mine))
            continue
        if parameter.name not in needed or (not number and leaves_its_class(one, other)):
            continue
        if value is None or not may_be_passed(other, one, alignment, parameter.name):
            return None
        typed = _typed(one, other, parameter, value, place)
        if typed is None:
            return None
        given[parameter.name] = value
        found.append(Declared(typed, parameter.name, value))
    return found if is_in_order(alignment, given) else None


def values_declared(one: Body, differing: list[Value]) -> list[Declared]:
    """Constants last, and by name where the language does that: a number alone says nothing."""
    kinds = one.conventions
    found: list[Declared] = []
    for value in sorted(differing, key=lambda v: v.is_constant):
        typed = kinds.typed.format(name=value.name, type=value.type)
        given = "{value}" if not (value.is_constant and kinds.keyword) else kinds.keyword
        found.append(
            Declared(
                typed if value.type and kinds.typed else value.name,
                given.format(name=value.name, value=value.first),
                given.format(name=value.name, value=value.second),
            )
        )
    return found


def result_declared(one: Body, other: Body, place: Place) -> str:
    """What follows the parameters; nothing where the two say different things."""
    if not one.result or one.result != other.result:
        return ""
    said = one.result
    return f" -> {_early(one, said, place)}" if one.conventions.colon else said


def are_of_one_class(one: Body, other: Body) -> bool:
    same = (one.path, one.owner) == (other.path, other.owner)
    return bool(one.owner) and same and not one.flags & DefinitionFlag.STATIC


def has_receiver(body: Body) -> bool:
    return not body.conventions.current


def leaves_its_class(one: Body, other: Body) -> bool:
    """Whether it comes to stand where what was its object is none."""
    is_method = bool(one.owner and one.parameters) and not one.flags & DefinitionFlag.STATIC
    return is_method and has_receiver(one) and not are_of_one_class(one, other)


def _typed(one: Body, other: Body, parameter: Parameter, value: str, place: Place) -> str | None:
    """With its type where the other one's is the same; None where it cannot be without one."""
    kinds, said = one.conventions, parameter.annotation
    theirs = next((p for p in other.parameters if p.name == value), None)
    same = theirs is not None and theirs.annotation == parameter.annotation
    if not said or not same or parameter.kind in _MANY:
        return parameter.name if kinds.untyped else None
    if not kinds.untyped and parameter.flags & ParameterFlag.OPTIONAL:
        said = kinds.optional.format(type=f"({said})" if "=>" in said else said)
    return (
        parameter.name
        if parameter.default in kinds.nothing
        else f"{parameter.name}: {_early(one, said, place)}"
    )


def _early(one: Body, said: str, place: Place) -> str:
    """A type as it is written where not all of its names are known yet."""
    quoted, bindings, strings = one.conventions.quoted, one.facts.bindings, one.facts.strings
    if not quoted or set(said) & set("\"'") or _LATE in one.source:
        return said
    rows = zip(bindings.scope, bindings.name, bindings.start, strict=True)
    later = {strings[name] for scope, name, start in rows if not scope and start >= place.start}
    return said if later.isdisjoint(_WORD.findall(said)) else quoted.format(type=said)
