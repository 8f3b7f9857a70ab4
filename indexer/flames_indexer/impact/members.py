"""The data members that a type declares, as definitions, so that they have contracts and uses.

The graph has no symbols for them: there are many, and who reads one is asked for only when it is
gone. What a file says is therefore told again, with a property in place of each data member, and
resolving that finds whoever reads one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import NamedTuple

from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    DefinitionKind,
    Definitions,
    FileFacts,
)
from flames_indexer.impact.conventions import Conventions

_OWNERS = (DefinitionKind.CLASS, DefinitionKind.INTERFACE, DefinitionKind.ENUM)
_DATA = (BindingKind.ASSIGN, BindingKind.ANNOTATION)
_ANY = "*"  # how an index signature is bound: every name is there
_STATIC = re.compile(rb"\bstatic\s+(?:\w+\s+)*$")
_PROPERTY = int(DefinitionFlag.PROPERTY | DefinitionFlag.STUB_BODY)
_NO_ROW = -1


class Data(NamedTuple):
    """A binding of something that holds a value."""

    binding: int  # row
    end: int  # of what is written of it
    flags: int = 0
    declared: int = _NO_ROW  # expression row of its type


def with_members(source: bytes, facts: FileFacts, conventions: Conventions) -> FileFacts:
    """The same facts where types declare no data, or that is not known of the language."""
    if not conventions.declares_members:
        return facts
    found = [_member(source, facts, at) for at in _members(facts)]
    return as_properties(facts, found) if found else facts


def as_properties(facts: FileFacts, data: Iterable[Data]) -> FileFacts:
    """The same facts with a property in place of what holds each of the data."""
    table, strings = _copied(facts.definitions), list(facts.strings)
    bindings = replace(facts.bindings, kind=facts.bindings.kind[:], value=facts.bindings.value[:])
    rows: dict[tuple[int, int], int] = {}
    for one in data:
        owner, name = bindings.scope[one.binding], bindings.name[one.binding]
        row = rows.get((owner, name))
        if row is None:
            row = rows[owner, name] = len(table)
            qualname = name
            if owner:
                qualname = len(strings)
                strings.append(f"{strings[table.qualname[owner]]}.{strings[name]}")
            start = bindings.start[one.binding]
            end = start + len(strings[name].encode())
            stop = max(end, one.end)
            places = (start, stop, start, end, stop, _NO_ROW, _NO_ROW)
            flags = _PROPERTY | one.flags
            table.append(
                DefinitionKind.FUNCTION, name, qualname, owner, *places, flags, one.declared
            )
        elif one.declared >= 0:
            table.returns[row] = one.declared
        bindings.kind[one.binding], bindings.value[one.binding] = BindingKind.DEFINITION, row
    return replace(facts, definitions=table, strings=strings, bindings=bindings)


def _member(source: bytes, facts: FileFacts, binding: int) -> Data:
    table, bindings = facts.definitions, facts.bindings
    owner, start = bindings.scope[binding], bindings.start[binding]
    is_type = bindings.kind[binding] == BindingKind.ANNOTATION
    declared = bindings.value[binding] if is_type else _NO_ROW
    line = source.rfind(b"\n", 0, start) + 1
    static = table.kind[owner] == DefinitionKind.ENUM or _STATIC.search(source[line:start])
    end = facts.expressions.end[declared] if declared >= 0 else 0
    return Data(binding, end, DefinitionFlag.STATIC if static else 0, declared)


def data_members(facts: FileFacts) -> frozenset[str]:
    """The qualified names of those that `as_properties` made."""
    table = facts.definitions
    return frozenset(
        facts.strings[table.qualname[row]]
        for row, flags in enumerate(table.flags)
        if flags & _PROPERTY == _PROPERTY and table.body_start[row] == table.end[row]
    )


def _members(facts: FileFacts) -> Iterator[int]:
    """Rows of the bindings; none of a type that is made of more than what is written there."""
    table, bindings, strings = facts.definitions, facts.bindings, facts.strings
    owners = {row for row, kind in enumerate(table.kind) if kind in _OWNERS}
    owners -= {
        scope
        for scope, name in zip(bindings.scope, bindings.name, strict=True)
        if strings[name] == _ANY
    }
    defined = {(parent, name) for parent, name in zip(table.parent, table.name, strict=True)}
    for at, scope in enumerate(bindings.scope):
        if scope in owners and bindings.kind[at] in _DATA:
            name = bindings.name[at]
            if (scope, name) not in defined and strings[name].isidentifier():
                yield at


def _copied(table: Definitions) -> Definitions:
    return Definitions(*(getattr(table, column.name)[:] for column in fields(Definitions)))
