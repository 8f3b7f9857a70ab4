"""The data members that a type declares, as definitions, so that they have contracts and uses.

The graph has no symbols for them: there are many, and who reads one is asked for only when it is
gone. What a file says is therefore told again, with a property in place of each data member, and
resolving that finds whoever reads one.
"""

import re
from collections.abc import Iterator
from dataclasses import fields, replace

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
PROPERTY = int(DefinitionFlag.PROPERTY | DefinitionFlag.STUB_BODY)
_NO_ROW = -1


def with_members(source: bytes, facts: FileFacts, conventions: Conventions) -> FileFacts:
    """The same facts where types declare no data, or that is not known of the language."""
    if not conventions.declares_members:
        return facts
    found = list(_members(facts))
    if not found:
        return facts
    table, strings = copied(facts.definitions), list(facts.strings)
    bindings = replace(facts.bindings, kind=facts.bindings.kind[:], value=facts.bindings.value[:])
    rows: dict[tuple[int, int], int] = {}
    for at in found:
        owner, name = bindings.scope[at], bindings.name[at]
        is_type = bindings.kind[at] == BindingKind.ANNOTATION
        declared = bindings.value[at] if is_type else _NO_ROW
        row = rows.get((owner, name))
        if row is None:
            row = rows[owner, name] = len(table)
            strings.append(f"{strings[table.qualname[owner]]}.{strings[name]}")
            start = bindings.start[at]
            end = start + len(strings[name].encode())
            stop = max(end, facts.expressions.end[declared] if declared >= 0 else end)
            line = source.rfind(b"\n", 0, start) + 1
            static = table.kind[owner] == DefinitionKind.ENUM or _STATIC.search(source[line:start])
            flags = PROPERTY | (DefinitionFlag.STATIC if static else 0)
            qualname = len(strings) - 1
            places = (start, stop, start, end, stop, _NO_ROW, _NO_ROW)
            table.append(DefinitionKind.FUNCTION, name, qualname, owner, *places, flags, declared)
        elif declared >= 0:
            table.returns[row] = declared
        bindings.kind[at], bindings.value[at] = BindingKind.DEFINITION, row
    return replace(facts, definitions=table, strings=strings, bindings=bindings)


def data_members(facts: FileFacts) -> frozenset[str]:
    """The qualified names of those that `with_members` made."""
    table = facts.definitions
    return frozenset(
        facts.strings[table.qualname[row]]
        for row, flags in enumerate(table.flags)
        if flags & PROPERTY == PROPERTY and table.body_start[row] == table.end[row]
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


def copied(table: Definitions) -> Definitions:
    """A table that rows can be added to."""
    return Definitions(*(getattr(table, column.name)[:] for column in fields(Definitions)))
