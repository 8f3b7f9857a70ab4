"""The variables of a module, as definitions, where others may ask for one that is gone.

The graph has no symbols for them, as it has none for data members (`members`). Only those that are
gone are told so: what a variable holds is lost where it is a definition, and with it who uses that.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from flames_indexer.facts import BindingKind, FileFacts
from flames_indexer.impact.changes import Change, State, bound_names, is_asked, is_gone
from flames_indexer.impact.conventions import Conventions
from flames_indexer.impact.members import Data, as_properties
from flames_indexer.impact.renames import renames

_DATA = (BindingKind.ASSIGN, BindingKind.ANNOTATION)
_WRITES = re.compile(
    rb"globals\(\)\s*(?:\.(?:update|setdefault|__setitem__)\b|\[[^]\n]*\]\s*=[^=])"
    rb"|sys\.modules\[__name__\]"
)
_OF_LANGUAGE = "__"  # how names begin and end that the language itself asks for


@dataclass(frozen=True, slots=True)
class Lost:
    """The variables that a module has no more. `old` is its former state with them as
    definitions."""

    old: State
    changes: tuple[Change, ...]


def lost_variables(old: State, new: State, conventions: Conventions) -> Lost:
    """What was a variable of the module and means nothing there any more."""
    before, there = variables_of(old.facts), variables_of(new.facts)
    missing = before.keys() - there.keys()
    if not missing or len(new.facts.problems) or _writes_its_names(new):
        return Lost(old, ())
    bound = bound_names(new.facts)
    gone = [name for name in before if name in missing and is_gone(name, old, new, bound)]
    if not gone:
        return Lost(old, ())
    coming = [name for name in there if name not in before]
    was, now = with_variables(old, gone), with_variables(new, coming)
    renamed = renames(was, gone, now, coming)
    made_up = is_asked("", bound, conventions)
    found = (
        Change(
            name,
            was.contracts[name].contract,
            None,
            0,
            renamed.get(name, ""),
            made_up=made_up,
            is_data=True,
        )
        for name in gone
    )
    return Lost(was, tuple(found))


def variables_of(facts: FileFacts) -> dict[str, int]:
    """The names that a module gives values and nothing else, each with its first binding row."""
    found: dict[str, int] = {}
    others: set[str] = set()
    for row, name in _bindings(facts):
        if facts.bindings.kind[row] not in _DATA:
            others.add(name)
        elif not (name.startswith(_OF_LANGUAGE) and name.endswith(_OF_LANGUAGE)):
            found.setdefault(name, row)
    return {name: row for name, row in found.items() if name not in others}


def with_variables(state: State, names: Collection[str]) -> State:
    """The same with a property of the module in place of each of those variables."""
    known = variables_of(state.facts).keys() & names
    if not known:
        return state
    source, starts = state.source, state.facts.bindings.start
    data = (
        Data(row, starts[row] + len(source[starts[row] :].partition(b"\n")[0]))
        for row, name in _bindings(state.facts)
        if name in known
    )
    return State(source, as_properties(state.facts, data))


def _bindings(facts: FileFacts) -> Iterator[tuple[int, str]]:
    table = facts.bindings
    for row, (scope, name) in enumerate(zip(table.scope, table.name, strict=True)):
        if scope == 0:
            yield row, facts.strings[name]


def _writes_its_names(state: State) -> bool:
    """Whether the module gives itself names that it does not spell out."""
    return _WRITES.search(state.source) is not None
