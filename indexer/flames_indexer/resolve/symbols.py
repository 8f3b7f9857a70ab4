"""Symbols: the named things of one file, and their ids."""

from collections.abc import Iterable
from typing import Final

from flames_indexer.facts import DefinitionFlag, DefinitionKind, Definitions, FileFacts
from flames_indexer.model import (
    Definition,
    Parameter,
    ParameterKind,
    Signature,
    Span,
    Symbol,
    SymbolKind,
)

_KINDS: Final[dict[int, SymbolKind]] = {
    DefinitionKind.MODULE: SymbolKind.MODULE,
    DefinitionKind.CLASS: SymbolKind.CLASS,
    DefinitionKind.FUNCTION: SymbolKind.FUNCTION,
    DefinitionKind.LAMBDA: SymbolKind.FUNCTION,
    DefinitionKind.INTERFACE: SymbolKind.INTERFACE,
    DefinitionKind.TYPE: SymbolKind.TYPE,
    DefinitionKind.ENUM: SymbolKind.ENUM,
}
_OWNERS: Final = (DefinitionKind.CLASS, DefinitionKind.INTERFACE, DefinitionKind.ENUM)
_TYPE: Final = int(DefinitionKind.TYPE)
_TYPE_PARAMETER: Final = int(DefinitionFlag.ABSTRACT)


def symbol_rows(facts: FileFacts) -> list[int]:
    """The definition rows that are symbols, in source order: no comprehensions, no type
    parameters."""
    return [
        row
        for row, kind in enumerate(facts.definitions.kind)
        if kind != DefinitionKind.COMPREHENSION and not is_type_parameter(facts, row)
    ]


def is_type_parameter(facts: FileFacts, row: int) -> bool:
    """Whether definition `row` is a type parameter of what it stands in."""
    definitions = facts.definitions
    return definitions.kind[row] == _TYPE and bool(definitions.flags[row] & _TYPE_PARAMETER)


def symbol_id(path: str, facts: FileFacts, row: int) -> str:
    """The id of the symbol that definition `row` belongs to."""
    return id_of(path, facts.strings, facts.definitions, row)


def id_of(path: str, strings: list[str], definitions: Definitions, row: int) -> str:
    """As `symbol_id`, from the parts of the facts that it needs."""
    return path if row == 0 else f"{path}::{strings[definitions.qualname[row]]}"


def symbol_ids(path: str, facts: FileFacts) -> list[str]:
    """The ids of the file's symbols, each once, in source order. Edges name their sources by
    position in this list."""
    return list(dict.fromkeys(symbol_id(path, facts, row) for row in symbol_rows(facts)))


def symbol_numbers(facts: FileFacts) -> list[int]:
    """For each definition row the position of its symbol in `symbol_ids`; rows that are no symbols
    have that of what they are in."""
    definitions = facts.definitions
    numbers: dict[int, int] = {}
    kept = set(symbol_rows(facts))
    found: list[int] = []
    for row in range(len(definitions.kind)):
        if row not in kept:
            found.append(found[definitions.parent[row]])
        elif row == 0:
            found.append(numbers.setdefault(-1, 0))
        else:
            found.append(numbers.setdefault(definitions.qualname[row], len(numbers)))
    return found


def symbol_kind(facts: FileFacts, row: int) -> SymbolKind:
    """What kind of symbol definition `row` is; a function directly in a class is a method."""
    definitions = facts.definitions
    kind = _KINDS[definitions.kind[row]]
    parent = definitions.parent[row]
    if kind == SymbolKind.FUNCTION and parent >= 0 and definitions.kind[parent] in _OWNERS:
        return SymbolKind.METHOD
    return kind


# flames: ignore[parallel-logic] ids and kinds alone, without what symbols hold
def symbols_with_kinds(path: str, facts: FileFacts) -> dict[str, SymbolKind]:
    """The symbols, as `symbol_ids` orders them, with the kinds of their first definitions."""
    kinds: dict[str, SymbolKind] = {}
    for row in symbol_rows(facts):
        kinds.setdefault(symbol_id(path, facts, row), symbol_kind(facts, row))
    return kinds


def method_ids(path: str, facts: FileFacts) -> list[str]:
    """The ids of the file's functions that are directly in a class."""
    return [
        symbol_id(path, facts, row)
        for row in symbol_rows(facts)
        if row and symbol_kind(facts, row) == SymbolKind.METHOD
    ]


def other_names(before: Iterable[str], now: Iterable[str]) -> set[str]:
    """The last names that other ids have, or in another order, in the second than in the first."""
    one, other = _by_last_name(before), _by_last_name(now)
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def _by_last_name(ids: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for identity in ids:
        found.setdefault(identity.rpartition(".")[2], []).append(identity)
    return found


def symbols_of(path: str, facts: FileFacts, source: bytes | None = None) -> list[Symbol]:
    """The symbols of a file, in order of their first definitions.

    `source` puts annotations and decorators as written into the signatures; without it they are "".
    """
    parameters = _parameter_rows(facts)
    found: dict[str, list[int]] = {}
    for row in symbol_rows(facts):
        found.setdefault(symbol_id(path, facts, row), []).append(row)
    return [
        Symbol(
            id=identity,
            kind=symbol_kind(facts, rows[0]),
            name=facts.strings[facts.definitions.name[rows[0]]] if rows[0] else path,
            path=path,
            definitions=tuple(_definition(path, facts, row, parameters, source) for row in rows),
        )
        for identity, rows in found.items()
    ]


def _parameter_rows(facts: FileFacts) -> dict[int, list[int]]:
    rows: dict[int, list[int]] = {}
    for row, definition in enumerate(facts.parameters.definition):
        rows.setdefault(definition, []).append(row)
    return rows


def _definition(
    path: str,
    facts: FileFacts,
    row: int,
    parameters: dict[int, list[int]],
    source: bytes | None,
) -> Definition:
    definitions = facts.definitions
    signature = None
    if definitions.kind[row] in (DefinitionKind.FUNCTION, DefinitionKind.LAMBDA):
        signature = signature_of(facts, row, parameters.get(row, []), source)
    return Definition(
        span=Span(path, definitions.start[row], definitions.end[row]),
        name_span=Span(path, definitions.name_start[row], definitions.name_end[row]),
        signature=signature,
    )


def signature_of(
    facts: FileFacts, row: int, parameter_rows: list[int], source: bytes | None
) -> Signature:
    """How function `row` is called."""
    table = facts.parameters
    return Signature(
        parameters=tuple(
            Parameter(
                name=facts.strings[table.name[at]],
                kind=ParameterKind(table.kind[at]),
                has_default=bool(table.flags[at] & 1),
                annotation=_text(facts, table.annotation[at], source),
            )
            for at in parameter_rows
        ),
        returns=_text(facts, facts.definitions.returns[row], source),
        is_async=bool(facts.definitions.flags[row] & DefinitionFlag.ASYNC),
        decorators=tuple(
            _text(facts, value, source).partition("(")[0]
            for definition, value in zip(
                facts.decorators.definition, facts.decorators.value, strict=True
            )
            if definition == row
        ),
    )


def _text(facts: FileFacts, row: int, source: bytes | None) -> str:
    """An expression as written, on one line."""
    if row < 0 or source is None:
        return ""
    start, end = _extent(facts, row)
    return " ".join(source[start:end].decode("utf-8", "replace").split())


def _extent(facts: FileFacts, row: int) -> tuple[int, int]:
    """The whole range of an expression; NAME and MEMBER rows only hold their identifier's."""
    expressions = facts.expressions
    start, end = expressions.start[row], expressions.end[row]
    while expressions.kind[row] == 1:  # MEMBER
        row = expressions.a[row]
        start = expressions.start[row]
    return start, end
