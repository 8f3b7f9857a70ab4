"""The text of functions as they are compared; of unsaved files the same object from key to key.

A key press changes one function and moves all behind it. Whatever is found out of a function is
kept with an object that stands for its text, so it is found out once, whoever asks, and is
forgotten with it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar, cast

if TYPE_CHECKING:
    from flames_indexer.facts import FileFacts

_Made = TypeVar("_Made")
# Texts, about 8 KB each with what is kept of them; a file's must have room
_KEEP_TYPED: Final = 2_000

_Key = tuple[str, str, str, tuple[int, int, int, int], bytes]


@dataclass(frozen=True, slots=True)
class Code:
    """The body of a function, unindented, without doc comments."""

    text: bytes
    language: str

    @property
    def lines(self) -> int:
        """How many of them hold anything."""
        return sum(bool(line.strip()) for line in self.text.split(b"\n"))


@dataclass(slots=True, eq=False)
class Typed:
    """What one function of an unsaved file says; `number` is no other one's."""

    number: int
    code: Code
    _found: dict[object, tuple[object, object]] = field(
        default_factory=dict["object", "tuple[object, object]"]
    )

    def found(
        self,
        key: object,
        make: Callable[[], _Made],
        state: object = None,
        *,
        earlier: bool = False,
    ) -> _Made:
        """What `make` gives, made once for a state of all else: it must follow from the function,
        `key` and `state`. `earlier`: what another state gave will do."""
        known = self._found.get(key)
        if known is None or not (earlier or known[0] == state):
            known = self._found[key] = (state, make())
        return cast("_Made", known[1])


class TypedTexts:
    """Of all indexes of a worktree. What was not asked for lately is forgotten."""

    def __init__(self) -> None:
        self._count = 0
        self._lately: dict[_Key, Typed] = {}
        self._before: dict[_Key, Typed] = {}

    def typed(self, path: str, source: bytes, facts: "FileFacts", row: int) -> Typed:
        """What the function in definition row `row` says."""
        table = facts.definitions
        start = table.start[row]
        doc = table.doc_end[row] - start if table.doc_start[row] >= 0 else -1
        column = start - source.rfind(b"\n", 0, start)
        places = (column, table.body_start[row] - start, doc, table.flags[row])
        text = source[start : table.end[row]]
        key = (path, facts.language, facts.strings[table.qualname[row]], places, text)
        known = self._lately.get(key)
        if known is None:
            known = self._before.get(key)
            if known is None:
                self._count += 1
                known = Typed(self._count, code_of(source, facts, row))
            if len(self._lately) >= _KEEP_TYPED:
                self._before, self._lately = self._lately, {}
            self._lately[key] = known
        return known


def code_of(source: bytes, facts: "FileFacts", row: int) -> Code:
    """The body of the function in definition row `row`."""
    table = facts.definitions
    start, end = table.body_start[row], table.end[row]
    start = start if table.start[row] <= start <= end else table.start[row]
    docs = sorted(
        (a, b)
        for a, b in zip(table.doc_start, table.doc_end, strict=True)
        if start <= a and b <= end
    )
    if docs and docs[0][0] == start:
        start = docs.pop(0)[1]
        start += len(source[start:end]) - len(source[start:end].lstrip(b" \t\r\n;"))
    indent = start - source.rfind(b"\n", 0, start) - 1
    text = source[start:end]
    for a, b in reversed(docs):
        text = text[: a - start] + b'""' + text[b - start :]
    return Code(_unindented(text, indent), facts.language)


def _unindented(text: bytes, columns: int) -> bytes:
    return re.sub(rb"\n[ \t]{0,%d}" % columns, b"\n", text)
