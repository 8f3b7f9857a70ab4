"""Destructuring: the names of a pattern given the parts of a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flames_indexer.facts import (
    BindingKind,
    ExpressionKind,
    Use,
)
from flames_indexer.languages.javascript.names import (
    bind_value,
    named_value,
    property_name,
)
from flames_indexer.languages.javascript.reader import DEPTH_LIMIT, Hint, Reader

if TYPE_CHECKING:
    from tree_sitter import Node

_ASSIGN: Final = int(BindingKind.ASSIGN)
_TYPED: Final = int(BindingKind.ANNOTATION)
_UNPACK: Final = int(ExpressionKind.UNPACK)
_CHOICE: Final = int(ExpressionKind.CHOICE)
_STORE: Final = int(Use.STORE)


def bind_pattern(out: Reader, node: Node, row: int, declare: bool = True) -> None:
    """Gives the names of a pattern (or a name, or a member) the parts of the value `row`.

    `declare` is False for an assignment to names that something else declares.
    """
    k = out.k
    kind = node.kind_id
    if kind in (k.identifier, k.shorthand_property_identifier_pattern):
        if declare:
            bind_value(out, *node.byte_range, row)
        else:
            out.assign(*node.byte_range, row)
    elif out.depth >= DEPTH_LIMIT:
        return
    else:
        out.depth += 1
        if kind == k.object_pattern:
            _object_pattern(out, node, row, declare)
        elif kind == k.array_pattern:
            _array_pattern(out, node, row, declare)
        elif kind in (k.assignment_pattern, k.object_assignment_pattern):
            _defaulted(out, node, row, declare)
        elif kind == k.member_expression:
            store_member(out, node, row)
        elif kind != k.comment:
            out.visit(node)
        out.depth -= 1


def _object_pattern(out: Reader, node: Node, row: int, declare: bool) -> None:
    k = out.k
    for child in node.named_children:
        kind = child.kind_id
        if kind == k.pair_pattern:
            parts = out.parts(child)
            if len(parts) == 2:
                bind_pattern(out, parts[1], _keyed(out, parts[0], row), declare)
        elif kind == k.shorthand_property_identifier_pattern:
            bind_pattern(out, child, _keyed(out, child, row), declare)
        elif kind == k.object_assignment_pattern:
            name = child.named_children[0]
            bind_pattern(out, child, _keyed(out, name, row), declare)
        elif kind == k.rest_pattern:
            for part in out.parts(child):
                bind_pattern(out, part, row, declare)
        else:
            out.visit(child)


def _keyed(out: Reader, key: Node, row: int) -> int:
    if key.kind_id == out.k.computed_property_name:
        out.visit(key)
        return -1
    if row < 0:
        return -1
    name, start, end = property_name(out, key)
    return out.expression(_UNPACK, 0, start, end, row, out.strings[name], 2)


def _array_pattern(out: Reader, node: Node, row: int, declare: bool) -> None:
    k = out.k
    position = 0
    for child in node.children:
        kind = child.kind_id
        if not child.is_named:
            position += child.type == ","
        elif kind == k.rest_pattern:
            for part in out.parts(child):
                bind_pattern(out, part, _placed(out, part, row, position, 1), declare)
        elif kind != k.comment:
            bind_pattern(out, child, _placed(out, child, row, position, 0), declare)


def _placed(out: Reader, node: Node, row: int, position: int, rest: int) -> int:
    if row < 0:
        return -1
    return out.expression(_UNPACK, 0, *node.byte_range, row, position, rest)


def _defaulted(out: Reader, node: Node, row: int, declare: bool) -> None:
    parts = out.parts(node)
    if len(parts) != 2:
        return
    start, end = parts[0].byte_range
    default = named_value(out, parts[1], Hint(out.source[start:end], start, end))
    if row >= 0:
        default = out.expression(_CHOICE, 0, *node.byte_range, row, default)
    bind_pattern(out, parts[0], default, declare)


def store_member(out: Reader, node: Node, row: int, typed: int = -1) -> None:
    """`a.b = value`; `typed`: the row of the type that the store declares."""
    parts = out.parts(node)
    start, end = parts[-1].byte_range
    if len(parts) < 2 or start == end:
        out.visit(node)
        return
    of = out.value(parts[0], _STORE)
    name = out.strings[out.source[start:end]]
    if typed >= 0:
        out.members.extend((of, name, _TYPED, typed, out.scope, start))
    out.members.extend((of, name, _ASSIGN, row, out.scope, start))
