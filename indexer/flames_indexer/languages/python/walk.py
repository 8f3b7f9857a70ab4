"""How the extractor moves through a Python tree: statements are visited, expressions valued.

The handlers live in the modules that know the construct and are listed by node kind in the two
tables below, which `flames_indexer.languages.python` fills; that is how they can call each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flames_indexer.languages.builder import DEPTH_LIMIT, FactsBuilder
from flames_indexer.languages.python import kinds as k

if TYPE_CHECKING:
    from tree_sitter import Node

# By node kind: adds what the statement says.
STATEMENTS: dict[int, Callable[[FactsBuilder, Node], None]] = {}

# By node kind: adds the rows of an expression used as the Use says; returns its row.
EXPRESSIONS: dict[int, Callable[[FactsBuilder, Node, int], int]] = {}


_CONSTANTS = (b"None.", b"True.", b"False.")


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


def value(out: FactsBuilder, node: Node, use: int = 0) -> int:
    """The expression row of a node, UNKNOWN for what is no expression."""
    kind = node.kind_id
    if kind == k.IDENTIFIER:
        start, end = node.byte_range
        return out.name(start, end, use)
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
    kind = node.kind_id
    if kind == k.IDENTIFIER:
        out.pending_name(*node.byte_range)
        return
    if out.depth >= DEPTH_LIMIT:
        out.postpone(node)
        return
    out.depth += 1
    handler = STATEMENTS.get(kind)
    if handler is not None:
        handler(out, node)
    elif kind in EXPRESSIONS:
        EXPRESSIONS[kind](out, node, 0)
    else:
        for child in node.named_children:
            visit(out, child)
    out.depth -= 1


def visit_children(out: FactsBuilder, node: Node) -> None:
    """Visits each child."""
    for child in node.named_children:
        visit(out, child)


def parts_of(out: FactsBuilder, node: Node) -> list[Node]:
    """The named children without comments; what stands in syntax errors is visited, not given."""
    parts = node.named_children
    if not any(part.kind_id in k.EXTRAS for part in parts):
        return parts
    for part in parts:
        if part.kind_id == k.ERROR:
            visit(out, part)
    return [part for part in parts if part.kind_id not in k.EXTRAS]
