"""The patterns of `case`: names they capture, classes and constants they compare with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from flames_indexer.facts import BindingKind
from flames_indexer.languages.builder import DEPTH_LIMIT, FactsBuilder
from flames_indexer.languages.python import kinds as k
from flames_indexer.languages.python.walk import parts_of, visit

if TYPE_CHECKING:
    from tree_sitter import Node


def case_clause(out: FactsBuilder, node: Node) -> None:
    """`case pattern if guard: …`."""
    for part in node.named_children:
        if part.kind_id == k.CASE_PATTERN:
            pattern(out, part)
        else:
            visit(out, part)


def pattern(out: FactsBuilder, node: Node) -> None:
    """Binds the names a pattern captures, adds those it looks up."""
    kind = node.kind_id
    parts = parts_of(out, node)
    if kind == k.IDENTIFIER:
        out.bind(BindingKind.ASSIGN, *node.byte_range, -1)
    elif kind == k.DOTTED_NAME:
        if len(parts) > 1:
            _looked_up(out, node)
        elif parts:
            pattern(out, parts[0])
    elif kind == k.CLASS_PATTERN and parts:
        _looked_up(out, parts[0])
        _all(out, parts[1:])
    elif kind == k.KEYWORD_PATTERN:
        _all(out, parts[1:])
    elif kind == k.DICT_PATTERN:
        _dict_pattern(out, parts)
    elif kind != k.STRING:
        _all(out, parts)


def _all(out: FactsBuilder, nodes: list[Node]) -> None:
    if out.depth >= DEPTH_LIMIT:
        return
    out.depth += 1
    for node in nodes:
        pattern(out, node)
    out.depth -= 1


def _dict_pattern(out: FactsBuilder, parts: list[Node]) -> None:
    for part in parts:
        if part.kind_id in (k.CASE_PATTERN, k.SPLAT_PATTERN):
            pattern(out, part)
        elif part.kind_id == k.DOTTED_NAME:
            _looked_up(out, part)


def _looked_up(out: FactsBuilder, node: Node) -> None:
    start, end = node.byte_range
    if start < end:
        out.chain(b"".join(out.source[start:end].split()), start)


STATEMENTS: Final[dict[int, Callable[[FactsBuilder, Node], None]]] = {k.CASE_CLAUSE: case_clause}
