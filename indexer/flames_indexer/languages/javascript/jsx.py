"""JSX: an element is a call of its component with one object, the attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flames_indexer.facts import ExpressionKind, OperandKind, Use
from flames_indexer.languages.javascript.objects import keyed_value
from flames_indexer.languages.javascript.reader import Hint, Reader, Value, Visit

if TYPE_CHECKING:
    from tree_sitter import Node

_CALL: Final = int(ExpressionKind.CALL)
_CALLEE: Final = int(Use.CALLEE)
_KEYWORD: Final = int(OperandKind.KEYWORD)
_KEYWORD_SPREAD: Final = int(OperandKind.KEYWORD_SPREAD)


def element(out: Reader, node: Node, use: int) -> int:
    """`<A b={c}>…</A>` and `<></>`."""
    k = out.k
    row = -1
    for child in out.parts(node):
        kind = child.kind_id
        if kind == k.jsx_opening_element:
            row = _opened(out, child, use)
        elif kind not in (k.jsx_closing_element, k.jsx_text):
            out.visit(child)
    return row if row >= 0 else out.unknown(*node.byte_range, use)


def self_closing(out: Reader, node: Node, use: int) -> int:
    """`<A b={c}/>`."""
    return _opened(out, node, use)


def _opened(out: Reader, node: Node, use: int) -> int:
    name = node.child_by_field_name("name")
    callee = -1 if name is None else _component(out, name)
    flat: list[int] = []
    for child in node.named_children:
        kind = child.kind_id
        if kind == out.k.jsx_attribute:
            _attribute(out, child, flat)
        elif kind == out.k.jsx_expression:
            for part in out.parts(child):
                for spread in out.parts(part) if part.kind_id == out.k.spread_element else [part]:
                    flat += (_KEYWORD_SPREAD, -1, out.value(spread))
        elif kind == out.k.type_arguments:
            out.visit(child)
    if callee < 0:
        return out.unknown(*node.byte_range, use)
    start, end = node.byte_range
    attributes = out.literal(b"object", start, end, flat)
    first, count = out.operand_rows((0, -1, attributes))
    return out.expression(_CALL, use, start, end, callee, first, count)


def _component(out: Reader, name: Node) -> int:
    """The row of a component's name; -1 for an element of the page (`div`, `my-button`)."""
    if name.kind_id == out.k.identifier:
        start, end = name.byte_range
        first = out.source[start : start + 1]
        if first.islower():
            return -1
        return out.name(start, end, _CALLEE)
    if name.kind_id == out.k.member_expression:
        return out.value(name, _CALLEE)
    return -1


def _attribute(out: Reader, node: Node, flat: list[int]) -> None:
    parts = out.parts(node)
    start, end = parts[0].byte_range
    name = out.source[start:end]
    row = out.constant(b"bool")
    for part in parts[1:]:
        if part.kind_id == out.k.jsx_expression:
            for inner in out.parts(part):
                row = keyed_value(out, inner, Hint(name, start, end))
        else:
            row = out.value(part)
    flat += (_KEYWORD, out.strings[name], row)


VALUES: Final[dict[str, Value]] = {
    "jsx_element": element,
    "jsx_self_closing_element": self_closing,
}


def _nothing(out: Reader, node: Node) -> None:
    """Text between elements."""


VISITS: Final[dict[str, Visit]] = {
    "jsx_text": _nothing,
    "html_character_reference": _nothing,
}
