"""Blocks, and the literals that hold nothing named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flames_indexer.languages.javascript.conditions import is_tested, told_behind
from flames_indexer.languages.javascript.expressions import operand
from flames_indexer.languages.javascript.jsdoc import define_types
from flames_indexer.languages.javascript.reader import Reader, Value, Visit
from flames_indexer.languages.narrowing import Place, Told, narrow, place

if TYPE_CHECKING:
    from tree_sitter import Node


def block(out: Reader, node: Node) -> None:
    """Statements; a comment right before one is its doc comment."""
    comment = out.k.comment
    out.doc = None
    behind: list[tuple[tuple[Told, ...], Place]] = []
    for child in node.named_children:
        if child.kind_id == comment:
            out.doc = child
            if b"@typedef" in out.text(child) and out.language == "javascript":
                define_types(out, child)
            continue
        if out.tests and child.kind_id == out.k.if_statement and is_tested(out, child):
            told = told_behind(out, child)
            if told:
                behind.append((told, place(out)))
        else:
            out.visit(child)
        out.doc = None
    out.doc = None
    for told, since in reversed(behind):
        narrow(out, told, since)


def inside(out: Reader, node: Node) -> None:
    """What stands for nothing itself where its value is not wanted: `(a)`, `a, b`."""
    out.visit_children(node)


def ignored(out: Reader, node: Node) -> None:
    """Nothing to say."""


def array(out: Reader, node: Node, use: int) -> int:
    """`[a, ...b]`."""
    flat: list[int] = []
    for child in node.named_children:
        operand(out, child, flat)
    return out.literal(b"list", *node.byte_range, flat, use)


def template(out: Reader, node: Node, use: int) -> int:
    """A template string; what it holds is visited."""
    for child in node.named_children:
        if child.named_child_count:
            out.visit_children(child)
    return out.constant(b"str")


def constant(type_name: bytes) -> Value:
    """The handler of literals that all have that type."""

    def literal(out: Reader, node: Node, use: int) -> int:
        return out.constant(type_name)

    return literal


VALUES: Final[dict[str, Value]] = {
    "array": array,
    "template_string": template,
    "string": constant(b"str"),
    "number": constant(b"float"),
    "true": constant(b"bool"),
    "false": constant(b"bool"),
    "null": constant(b"None"),
    "undefined": constant(b"None"),
    "regex": constant(b"regex"),
}

VISITS: Final[dict[str, Visit]] = {
    "program": block,
    "statement_block": block,
    "parenthesized_expression": inside,
    "sequence_expression": inside,
    "statement_identifier": ignored,
    "property_identifier": ignored,
    "string": ignored,
    "number": ignored,
    "true": ignored,
    "false": ignored,
    "null": ignored,
    "undefined": ignored,
    "regex": ignored,
    "this": ignored,
    "hash_bang_line": ignored,
    "import_attribute": ignored,
}
