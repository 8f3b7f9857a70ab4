"""How the extractor moves through a Python tree: statements are visited, expressions valued.

The handlers live in the modules that know the construct and are listed by node kind in the two
tables below, which `flames_indexer.languages.python` fills; that is how they can call each other.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from flames_indexer.facts import Use
from flames_indexer.languages.builder import DEPTH_LIMIT, FactsBuilder
from flames_indexer.languages.python import kinds as k
from flames_indexer.languages.python.kinds import ATTRIBUTE, IDENTIFIER, STRING

if TYPE_CHECKING:
    from tree_sitter import Node

# By node kind: adds what the statement says.
STATEMENTS: Final[dict[int, Callable[[FactsBuilder, Node], None]]] = {}

# By node kind: adds the rows of an expression used as the Use says; returns its row.
EXPRESSIONS: Final[dict[int, Callable[[FactsBuilder, Node, int], int]]] = {}

QUOTES: Final = frozenset((b"'", b'"'))

_KIND: Final = attrgetter("kind_id")
_ANNOTATION: Final = int(Use.ANNOTATION)
_CONSTANTS: Final = (b"None.", b"True.", b"False.")


def is_dotted(text: bytes) -> bool:
    """Whether a name or member expression is `a` or `a.b.c` and nothing else: no blanks, no calls.

    ASCII only; what it declines is read from the tree.
    """
    return (
        text.translate(None, b"._").isalnum()
        and text[0] > 57  # no digit
        and text[-1] != 46  # no dot: `a.` while typing
        and not text.startswith(_CONSTANTS)
    )


def note_path(out: FactsBuilder, start: int, end: int) -> None:
    """Adds what a string says if it may name something: `a.b.c`, `a.b:c`."""
    text = out.source[start : max(start, end)]
    if b"." in text and is_dotted(text.replace(b":", b".", 1)):
        out.mention(start, end)


def value(out: FactsBuilder, node: Node, use: int = 0) -> int:
    """The expression row of a node, UNKNOWN for what is no expression."""
    kind = node.kind_id
    if kind == IDENTIFIER:
        start, end = node.byte_range
        return out.name(start, end, use)
    if kind == ATTRIBUTE:
        start, end = node.byte_range
        text = out.source[start:end]
        if text in out.chains or is_dotted(text):
            return out.chain(text, start, use)
    elif kind == STRING and use != _ANNOTATION:
        start, end = node.byte_range
        if out.source[start : start + 1] in QUOTES:
            note_path(out, start + 1, end - 1)
            return out.constant(b"str")
    handler = EXPRESSIONS.get(kind)
    if handler is None:
        visit(out, node)
        return out.unknown(*node.byte_range, use)
    if out.depth >= DEPTH_LIMIT:
        return out.postpone(node, use)
    out.depth += 1
    row = handler(out, node, use)
    out.depth -= 1
    return row


def visit(out: FactsBuilder, node: Node) -> None:
    """Adds what a statement, a stand-alone expression or anything unexpected says."""
    if out.depth >= DEPTH_LIMIT:
        out.postpone(node)
        return
    out.depth += 1
    kind = node.kind_id
    if kind in STATEMENTS:
        STATEMENTS[kind](out, node)
    elif kind in EXPRESSIONS:
        EXPRESSIONS[kind](out, node, 0)
    else:
        visit_all(out, node.named_children)
    out.depth -= 1


def visit_children(out: FactsBuilder, node: Node) -> None:
    """Visits each child."""
    visit_all(out, node.named_children)


def visit_all(out: FactsBuilder, nodes: list[Node]) -> None:
    """Visits nodes that stand side by side."""
    if out.depth >= DEPTH_LIMIT:
        for node in nodes:
            out.postpone(node)
        return
    out.depth += 1
    for node in nodes:
        handler = STATEMENTS.get(node.kind_id)
        if handler is None:
            visit(out, node)
        else:
            handler(out, node)
    out.depth -= 1


def pending_name(out: FactsBuilder, node: Node) -> None:
    """A name that stands alone."""
    out.pending_name(*node.byte_range)


def nothing(out: FactsBuilder, node: Node) -> None:
    """A node that says nothing."""


def parts_of(out: FactsBuilder, node: Node) -> list[Node]:
    """The named children without comments; what stands in syntax errors is visited, not given."""
    parts = node.named_children
    if k.EXTRAS.isdisjoint(map(_KIND, parts)):
        return parts
    for part in parts:
        if part.kind_id == k.ERROR:
            visit(out, part)
    return [part for part in parts if part.kind_id not in k.EXTRAS]
