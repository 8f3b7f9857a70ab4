"""Names of functions that are handed over beside a string: `it("adds", () => …)` is `<it "adds">`.

Tests, routes and listeners are found again by such a name, also after one was put before them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flames_indexer.languages.builder import unquoted
from flames_indexer.languages.javascript.reader import Hint

if TYPE_CHECKING:
    from tree_sitter import Node

    from flames_indexer.languages.javascript.reader import Reader

_WORDS: Final = re.compile(rb"[\w$]+(?:\s*\.\s*[\w$]+)*")
_SPACE: Final = re.compile(rb"\s+")

# How a test is run, which is said after what it is: `test.only("…")`.
_MANNERS: Final = frozenset(
    (b"concurrent", b"each", b"fails", b"failing", b"only", b"skip", b"todo")
)

_TITLE_BYTES: Final = 60


def title(out: Reader, callee: Node, arguments: list[Node]) -> bytes | None:
    """The name of a function among the arguments, None when no string comes first.

    A point would look like one between a scope and its member, two colons like the end of a path:
    the one is written `·`, the other `:`.
    """
    k = out.k
    if len(arguments) < 2 or arguments[0].kind_id not in (k.string, k.template_string):
        return None
    said = unquoted(_text(out, arguments[0]))
    words = _WORDS.match(_text(out, callee))
    if not said or words is None or b"${" in said:
        return None
    shown = said[:_TITLE_BYTES].decode("utf-8", "ignore").encode()
    shown = _SPACE.sub(b" ", shown).replace(b".", "·".encode()).replace(b"::", b":")
    return b'<%s "%s">' % (_word(words.group()), shown)


def entitle(out: Reader, argument: Node, name: bytes) -> None:
    """Gives the name to an argument that is a function without one of its own."""
    k = out.k
    kind = argument.kind_id
    if kind == k.arrow_function or (
        kind == k.function_expression and argument.child_by_field_name("name") is None
    ):
        start = argument.start_byte
        out.hint = Hint(name if out.is_free(name) else out.unnamed(name[1:-1]), start, start)


def _word(words: bytes) -> bytes:
    """The last word that says what is done."""
    parts = [part.strip() for part in words.split(b".")]
    while len(parts) > 1 and parts[-1] in _MANNERS:
        parts.pop()
    return parts[-1]


def _text(out: Reader, node: Node) -> bytes:
    start, end = node.byte_range
    return out.source[start:end]
