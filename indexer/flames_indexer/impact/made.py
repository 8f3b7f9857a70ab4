"""What a result is made of: how many elements its tuple has, which properties its object."""

from collections.abc import Sequence
from dataclasses import dataclass

from flames_indexer.facts import DefinitionFlag, ExpressionKind, FileFacts, OperandKind, ResultKind
from flames_indexer.impact.conventions import Conventions

_GENERATOR = int(DefinitionFlag.GENERATOR)
_NO_ROW = -1


@dataclass(frozen=True, slots=True)
class Made:
    """As far as the text says it: -1 elements and no keys are unknown."""

    items: int = -1
    keys: frozenset[str] = frozenset()

    def lost(self, now: "Made") -> frozenset[str]:
        """The properties that there are no more."""
        return self.keys - now.keys if now.keys else frozenset()

    def resized(self, now: "Made") -> bool:
        """Whether a tuple has another number of elements now."""
        return self.items != now.items and self.items >= 0 and now.items >= 0


def made_by(facts: FileFacts, row: int, results: Sequence[int], conventions: Conventions) -> Made:
    """Of function `row`, whose rows of the results table are `results`."""
    if facts.definitions.flags[row] & _GENERATOR:
        return Made()
    declared = facts.definitions.returns[row]
    found = declared_as(facts, declared, conventions)
    if found != Made() or (declared >= 0 and not conventions.has_keywords):
        return found
    values = [
        facts.results.value[at] for at in results if facts.results.kind[at] == ResultKind.RETURN
    ]
    made = [_literal(facts, value) for value in values]
    if not made or Made() in made:
        return Made()
    sizes = {one.items for one in made}
    if conventions.has_keywords:  # the rest is about properties, and dictionaries have none
        return Made(items=made[0].items) if len(sizes) == 1 else Made()
    return Made(keys=frozenset[str]().union(*(one.keys for one in made)))


def declared_as(facts: FileFacts, row: int, conventions: Conventions) -> Made:
    """What a type expression promises."""
    table = facts.expressions
    if row < 0:
        return Made()
    if table.kind[row] != ExpressionKind.SUBSCRIPT:
        return _literal(facts, row)
    of, inner = table.a[row], table.b[row]
    name = _last_name(facts, of)
    if name in conventions.promises:
        return declared_as(facts, inner, conventions)
    if name not in conventions.tuples or inner < 0:
        return Made()
    elements = _literal(facts, inner)
    return elements if elements.items >= 0 else Made(items=1)


def _last_name(facts: FileFacts, row: int) -> str:
    table = facts.expressions
    if table.kind[row] == ExpressionKind.NAME:
        return facts.strings[table.a[row]]
    return facts.strings[table.b[row]] if table.kind[row] == ExpressionKind.MEMBER else ""


def _literal(facts: FileFacts, row: int) -> Made:
    """A tuple or an object as written; unknown where a part of it is unpacked."""
    table, operands, strings = facts.expressions, facts.operands, facts.strings
    if row < 0 or table.kind[row] != ExpressionKind.LITERAL:
        return Made()
    first, count, name = table.b[row], table.c[row], strings[table.a[row]]
    rows = range(first, first + count) if first >= 0 else range(0)
    kinds = {operands.kind[at] for at in rows}
    if name == "object" and kinds == {OperandKind.KEYWORD}:
        return Made(keys=frozenset(strings[operands.name[at]] for at in rows))
    values = [operands.value[at] for at in rows]
    if name == "tuple" and kinds == {OperandKind.POSITIONAL} and not _open(facts, values):
        return Made(items=count)
    return Made()


def _open(facts: FileFacts, values: Sequence[int]) -> bool:
    """Whether `...` stands among them: any number."""
    table = facts.expressions
    return any(
        value > _NO_ROW
        and table.kind[value] == ExpressionKind.LITERAL
        and facts.strings[table.a[value]] == "ellipsis"
        for value in values
    )
