"""Features: what one definition does, each with the place that shows it."""

import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    DefinitionKind,
    ExpressionKind,
    FileFacts,
    ResultKind,
)
from flames_indexer.patterns.candidates import Candidate
from flames_indexer.patterns.groups import MECHANICS, kind_of, short_name, tells
from flames_indexer.patterns.spelling import is_chained, last_name, start_of, written

_CALL, _NEW = int(ExpressionKind.CALL), int(ExpressionKind.NEW)
_CLASS = int(DefinitionKind.CLASS)
_METHODS = (int(DefinitionKind.FUNCTION), int(DefinitionKind.LAMBDA))
_RETURN = int(ResultKind.RETURN)
_BINDS = (int(BindingKind.ASSIGN), int(BindingKind.ANNOTATION))
_ASYNC = int(DefinitionFlag.ASYNC)
_RAISING = re.compile(rb"\b(?:raise|throw)\s+(?:new\s+)?$")
_LOGGING = re.compile(r"(^|\.)_?(log|logger|logging|LOG|LOGGER|console)\.(\w+)$")
_CLOSING = frozenset(("close", "commit", "dispose", "release", "rollback", "disconnect", "cleanup"))
_EXCEPTION = re.compile(r"(Error|Exception|Exit|Warning)$")
# Methods of built-in types, of Python and JavaScript.
_CONTAINERS = frozenset(
    (
        *(name for kind in (str, bytes, list, dict, set) for name in dir(kind)),
        *("push", "map", "filter", "forEach", "slice", "concat", "includes", "reduce", "some"),
        *("every", "indexOf", "toString", "trim", "toLowerCase", "toUpperCase", "match", "test"),
        *("replace", "then", "catch", "finally", "flat", "findIndex", "has", "call", "apply"),
        *("bind", "entries", "substring", "startsWith", "endsWith", "find", "delete", "set"),
    )
)
_OWN = ("self", "cls", "this", "super")
_LOOK_BACK = 24  # bytes before a name in which `raise` may stand


class Feature(NamedTuple):
    """`verb` is one of VERBS; `what` as written."""

    verb: str
    what: str


VERBS = (
    *("handed to", "decorated with", "inherits", "is", "takes", "sets", "defines"),
    *("has members with", "calls", "renders", "raises", "logs with", "closes with", "returns"),
)


@dataclass(frozen=True, slots=True)
class Definition:
    """A candidate with its text's facts; what it is made of is read off these."""

    candidate: Candidate
    facts: FileFacts
    source: bytes


def features(of: Definition) -> dict[Feature, int]:
    """What it does, and the offset where it first does so."""
    found: dict[Feature, int] = {}
    for feature, offset in _features(of):
        found.setdefault(feature, offset)
    return found


def _features(of: Definition) -> Iterator[tuple[Feature, int]]:
    one, facts = of.candidate, of.facts
    table, strings = facts.definitions, facts.strings
    handed = zip(one.handed, one.handed_at, strict=True)
    yield from ((Feature("handed to", kind_of(to)), at) for to, at in handed if not _is_common(to))
    if table.flags[one.row] & _ASYNC:
        yield Feature("is", "async"), table.name_start[one.row]
    for owner, row in zip(facts.decorators.definition, facts.decorators.value, strict=True):
        if owner == one.row and (text := written(facts, row)):
            at = start_of(facts, row)
            verb = "has members with" if at >= table.body_start[one.row] > 0 else "decorated with"
            yield Feature(verb, f"@{kind_of(text)}"), at
    for owner, row in zip(facts.bases.definition, facts.bases.value, strict=True):
        if owner == one.row and (text := written(facts, row)):
            yield Feature("inherits", short_name(text)), start_of(facts, row)
    for owner, name, at in zip(
        facts.parameters.definition, facts.parameters.name, facts.parameters.start, strict=True
    ):
        if owner == one.row and strings[name] not in _OWN:
            yield Feature("takes", strings[name]), at
    if one.is_class:
        yield from _members(of)
    inside = _inside(facts, one.row)
    yield from _calls(of, inside)
    for owner, kind, row in zip(
        facts.results.definition, facts.results.kind, facts.results.value, strict=True
    ):
        if owner == one.row and kind == _RETURN and row >= 0:
            yield from _returned(facts, row)


def _members(of: Definition) -> Iterator[tuple[Feature, int]]:
    facts, row = of.facts, of.candidate.row
    table = facts.definitions
    for at, parent in enumerate(table.parent):
        if (
            parent == row
            and table.kind[at] in _METHODS
            and table.name_start[at] >= 0
            and not facts.strings[table.name[at]].startswith("<")
        ):
            yield Feature("defines", facts.strings[table.name[at]]), table.name_start[at]
        elif parent == row and table.kind[at] == _CLASS:
            yield Feature("defines", f"class {facts.strings[table.name[at]]}"), table.name_start[at]
    methods = frozenset(at for at, parent in enumerate(table.parent) if parent == row)
    for owner, value in zip(facts.decorators.definition, facts.decorators.value, strict=True):
        if owner in methods and (text := written(facts, value)) and tells(text):
            yield Feature("has members with", f"@{text}"), start_of(facts, value)
    yield from _set(facts, row)


def _set(facts: FileFacts, row: int) -> Iterator[tuple[Feature, int]]:
    """The fields of a class, and of the classes in it: `Meta.model`."""
    table, bindings = facts.definitions, facts.bindings
    owners = {row: ""}
    for at, parent in enumerate(table.parent):
        if parent == row and table.kind[at] == _CLASS:
            owners[at] = f"{facts.strings[table.name[at]]}."
    for scope, name, kind, at in zip(
        bindings.scope, bindings.name, bindings.kind, bindings.start, strict=True
    ):
        if scope in owners and kind in _BINDS:
            yield Feature("sets", f"{owners[scope]}{facts.strings[name]}"), at


def _inside(facts: FileFacts, row: int) -> frozenset[int]:
    """A definition's row and those of everything in it."""
    table = facts.definitions
    rows = {row}
    for at in range(row + 1, len(table.kind)):
        if table.start[at] >= table.end[row] and table.kind[at] != _CLASS:
            break
        if table.parent[at] in rows:
            rows.add(at)
    return frozenset(rows)


def _calls(of: Definition, inside: frozenset[int]) -> Iterator[tuple[Feature, int]]:
    facts = of.facts
    table = facts.expressions
    begin, end = facts.definitions.start[of.candidate.row], facts.definitions.end[of.candidate.row]
    body = facts.definitions.body_start[of.candidate.row]
    own = _bound(facts, inside)
    imported = _imported(facts)
    decorators = frozenset(facts.decorators.value)
    for at in _calls_between(facts, max(begin, body), end):
        if table.scope[at] in inside and at not in decorators:
            text = _spelled(facts, table.a[at], imported)
            if text and text not in own and not _is_common(text):
                yield _called(of.source, table.start[at], text), table.start[at]


def _calls_between(facts: FileFacts, begin: int, end: int) -> list[int]:
    """The rows of calls that start in a range; a file has thousands of other rows."""
    kind = np.frombuffer(facts.expressions.kind, np.int32)
    start = np.frombuffer(facts.expressions.start, np.int32)
    found = ((kind == _CALL) | (kind == _NEW)) & (start >= begin) & (start < end)
    return np.flatnonzero(found).tolist()


def _bound(facts: FileFacts, inside: frozenset[int]) -> frozenset[str]:
    """The names that are given a value inside: what they hold is not what they are called."""
    table = facts.bindings
    rows = zip(table.scope, table.name, table.kind, strict=True)
    return frozenset(
        facts.strings[name]
        for scope, name, kind in rows
        if scope in inside and kind != BindingKind.IMPORT
    )


def _is_common(text: str) -> bool:
    """Whether it is what every program does to numbers, texts and lists."""
    name = last_name(text)
    if text == "super" or (text == name and (hasattr(builtins, name) or name in MECHANICS)):
        return not _EXCEPTION.search(text)
    return text == f".{name}" and name in _CONTAINERS


def _called(source: bytes, start: int, text: str) -> Feature:
    name = last_name(text)
    if _RAISING.search(source, max(0, start - _LOOK_BACK), start):
        return Feature("raises", name)
    if source[start : start + 1] == b"<":
        return Feature("renders", f"<{text}>")
    if _LOGGING.search(text):
        return Feature("logs with", text)
    if name in _CLOSING:
        return Feature("closes with", f".{name}()")
    return Feature("calls", f"{text}()".replace("super.", "super().", 1))


def _spelled(facts: FileFacts, row: int, imported: frozenset[str]) -> str:
    """How a callee reads wherever it stands: names of local variables are left out."""
    text = written(facts, row)
    if not text:
        table = facts.expressions
        return f".{facts.strings[table.b[row]]}" if table.kind[row] == 1 else ""
    head, _, rest = text.partition(".")
    if rest and head != "super" and is_chained(facts, row):
        return f".{last_name(text)}"
    if not rest or head in _OWN:
        return text if "." not in rest or head != "super" else f".{last_name(text)}"
    if rest.count(".") > 1:
        return f".{last_name(text)}"
    if head in imported or head[0].isupper() or _LOGGING.search(text) or head in _WELL_KNOWN:
        return text
    return f".{last_name(text)}"


_WELL_KNOWN = frozenset(("res", "req", "ctx", "console", "process", "document", "window"))


def _imported(facts: FileFacts) -> frozenset[str]:
    table = facts.imports
    return frozenset(facts.strings[alias] for alias in table.alias)


def _returned(facts: FileFacts, row: int) -> Iterator[tuple[Feature, int]]:
    table = facts.expressions
    while row >= 0 and table.kind[row] == int(ExpressionKind.AWAIT):
        row = table.a[row]
    if (
        row >= 0
        and table.kind[row] in (_CALL, _NEW)
        and (text := _spelled(facts, table.a[row], _imported(facts)))
    ):
        yield Feature("returns", f"{text}()"), table.start[row]
