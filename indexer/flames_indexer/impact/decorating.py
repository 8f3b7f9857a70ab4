"""What the decorators of a function do to the way it is called, as far as they are in sight."""

from collections.abc import Sequence
from enum import IntEnum

from flames_indexer.facts import DefinitionKind, ExpressionKind, FileFacts, ResultKind
from flames_indexer.impact.asked import Asked
from flames_indexer.impact.changes import State
from flames_indexer.impact.conventions import Conventions
from flames_indexer.impact.fields import last_name, text_of
from flames_indexer.model import ParameterKind, Span

_ALL = {ParameterKind.VARIADIC, ParameterKind.KEYWORDS}
_DEEPEST = 3  # functions that make decorators, inside each other


class Effect(IntEnum):
    """The worst of several counts."""

    KEEPS = 0  # callers call what is written
    UNKNOWN = 1
    REPLACES = 2  # they call something with parameters of its own


def effect(asked: Asked, path: str, rows: Sequence[int], conventions: Conventions) -> Effect:
    """Of all the decorators of the definitions in those rows of a file."""
    state = asked.now(path)
    plain = conventions.plain_decorators
    if state is None or plain is None:
        return Effect.UNKNOWN
    facts = state.facts
    found = [Effect.KEEPS]
    for definition, value in zip(facts.decorators.definition, facts.decorators.value, strict=True):
        if definition in rows and last_name(text_of(state.source, facts, value)) not in plain:
            found.append(_of_one(asked, path, facts, value))
    return max(found)


def decorators_of(state: State, name: str, conventions: Conventions) -> frozenset[str]:
    """The last names of a function's decorators that may change what calling it is."""
    written, plain = state.contracts.get(name), conventions.plain_decorators
    if written is None or plain is None:
        return frozenset()
    facts = state.facts
    named = (
        last_name(text_of(state.source, facts, value))
        for definition, value in zip(
            facts.decorators.definition, facts.decorators.value, strict=True
        )
        if definition in written.rows
    )
    return frozenset(name for name in named if name not in plain)


def _of_one(asked: Asked, path: str, facts: FileFacts, value: int) -> Effect:
    table = facts.expressions
    is_made = table.kind[value] == ExpressionKind.CALL
    named = table.a[value] if is_made else value
    meant = asked.sites.meant_at(Span(path, table.start[named], table.end[named]))
    if is_made:  # what it gives decorates as well
        meant = frozenset(one for one in meant if one.rpartition(".")[0] not in meant)
    if len(meant) != 1:
        return Effect.UNKNOWN
    other, _, name = next(iter(meant)).partition("::")
    state = asked.now(other)
    written = state.contracts.get(name) if state else None
    if state is None or written is None or written.contract.is_type:
        return Effect.UNKNOWN
    return _decorating(state, written.row, int(is_made), _DEEPEST)


def _decorating(state: State, row: int, made: int, depth: int) -> Effect:
    """Of function `row`, which decorates; `made`: which gives a function that does."""
    facts = state.facts
    results = facts.results
    given = [
        results.value[at]
        for at, definition in enumerate(results.definition)
        if definition == row and results.kind[at] == ResultKind.RETURN
    ]
    if not given or not depth:
        return Effect.UNKNOWN
    return max(_giving(state, row, value, made, depth) for value in given)


def _giving(state: State, row: int, value: int, made: int, depth: int) -> Effect:
    facts = state.facts
    table, strings, definitions = facts.expressions, facts.strings, facts.definitions
    if value < 0 or table.kind[value] != ExpressionKind.NAME:
        return Effect.UNKNOWN
    name = strings[table.a[value]]
    own = [at for at, definition in enumerate(facts.parameters.definition) if definition == row]
    if not made and own and strings[facts.parameters.name[own[0]]] == name:
        return Effect.KEEPS
    inner = [
        at
        for at, parent in enumerate(definitions.parent)
        if parent == row
        and definitions.kind[at] == DefinitionKind.FUNCTION
        and strings[definitions.name[at]] == name
    ]
    if len(inner) != 1:
        return Effect.UNKNOWN
    if made:
        return _decorating(state, inner[0], made - 1, depth - 1)
    return _wrapping(state, inner[0])


def _wrapping(state: State, row: int) -> Effect:
    """Of a function that is called in place of the decorated one."""
    facts = state.facts
    own = (at for at, definition in enumerate(facts.parameters.definition) if definition == row)
    kinds = [ParameterKind(facts.parameters.kind[at]) for at in own]
    wraps = any(
        definition == row and last_name(text_of(state.source, facts, value)) == "wraps"
        for definition, value in zip(
            facts.decorators.definition, facts.decorators.value, strict=True
        )
    )
    if {*kinds} == _ALL:
        return Effect.KEEPS
    return Effect.UNKNOWN if wraps else Effect.REPLACES
