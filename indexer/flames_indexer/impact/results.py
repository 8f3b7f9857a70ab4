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
_UNIONS = ("Union", "Annotated")
_VALUES = re.compile(r"[\w.]*\[\]|\([^][(){}<>]*\)(?=\s*=>)|\{[^][(){}<>]*\}")  # whatever they hold
_BRACKETS = re.compile(r"(\w*)[\[(<]([^][(){}<>]*)[\])>]")


class Gives(IntEnum):
    """UNKNOWN equals anything: no change is told from it."""

    UNKNOWN = 0
    NOTHING = 1
    VALUE = 2  # of every `return` written
    MAYBE = 3  # of some; others give nothing
    GENERATOR = 4
    ALLOWED = 5  # of every one, but its type has room for nothing


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
    if any(empty):
        return Gives.MAYBE
    declared = facts.definitions.returns[row]
    return Gives.ALLOWED if allows_nothing(source, facts, declared, conventions) else Gives.VALUE


def allows_nothing(
    source: bytes, facts: FileFacts, declared: int, conventions: Conventions
) -> bool:
    """Whether a return type, as written, has room for nothing."""
    whole = text_of(source, facts, declared)
    return any(word in conventions.optional for word in _alternatives(whole, conventions))


def _alternatives(text: str, conventions: Conventions) -> list[str]:
    """The words of a type that stand for all of it or for one of several: those of `A | B`,
    `Union[A, B]` and `Promise<A>`, which is waited for; not of `list[A]`, `A[]` and `() => A`."""

    def opened(match: re.Match[str]) -> str:
        head, held = match[1], match[2]
        if head in _UNIONS or head in conventions.promises:
            return f" {held} "
        return head if head or "=>" in held else f" {held} "

    before = ""
    while text != before:
        before = text
        text = _BRACKETS.sub(opened, _VALUES.sub(" ", text))
    return _WORD.findall(text.partition("=>")[0])


def _is_nothing(facts: FileFacts, value: int) -> bool:
    if value < 0:
        return True
    table = facts.expressions
    return table.kind[value] == ExpressionKind.LITERAL and facts.strings[table.a[value]] == "None"
