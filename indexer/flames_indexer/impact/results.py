"""What calling a function gives, as far as its own text is sure of it."""

import re
from collections.abc import Sequence
from enum import IntEnum

from flames_indexer.facts import DefinitionFlag, ExpressionKind, FileFacts, ResultKind
from flames_indexer.impact.conventions import Conventions
from flames_indexer.impact.fields import text_of

_DECLARED_ONLY = int(DefinitionFlag.STUB_BODY | DefinitionFlag.ABSTRACT | DefinitionFlag.OVERLOAD)
_GENERATOR = int(DefinitionFlag.GENERATOR)
_WORD = re.compile(r"\w+")


class Gives(IntEnum):
    """UNKNOWN equals anything: no change is told from it."""

    UNKNOWN = 0
    NOTHING = 1
    VALUE = 2  # of every `return` written
    MAYBE = 3  # of some; others give nothing
    GENERATOR = 4


def gives(
    source: bytes, facts: FileFacts, row: int, results: Sequence[int], conventions: Conventions
) -> Gives:
    """Of function `row`, whose rows of the results table are `results`."""
    flags = facts.definitions.flags[row]
    if flags & _GENERATOR:
        return Gives.GENERATOR
    if flags & _DECLARED_ONLY:
        return Gives.UNKNOWN
    values = [
        facts.results.value[at] for at in results if facts.results.kind[at] == ResultKind.RETURN
    ]
    empty = [_is_nothing(facts, value) for value in values]
    if all(empty):
        return Gives.NOTHING
    declared = facts.definitions.returns[row]
    if any(empty) or allows_nothing(source, facts, declared, conventions):
        return Gives.MAYBE
    return Gives.VALUE


def allows_nothing(
    source: bytes, facts: FileFacts, declared: int, conventions: Conventions
) -> bool:
    """Whether a return type, as written, has room for nothing."""
    words = _WORD.findall(text_of(source, facts, declared))
    return any(word in words for word in conventions.optional)


def _is_nothing(facts: FileFacts, value: int) -> bool:
    if value < 0:
        return True
    table = facts.expressions
    return table.kind[value] == ExpressionKind.LITERAL and facts.strings[table.a[value]] == "None"
