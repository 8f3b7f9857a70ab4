"""Object literals: classes of one where they hold functions and a name is bound to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flames_indexer.facts import (
    DefinitionFlag,
    ExpressionKind,
    OperandKind,
    Use,
)
from flames_indexer.languages.javascript.functions import define_function, method
from flames_indexer.languages.javascript.names import (
    bind_member,
    function_like,
    named_value,
    property_name,
)
from flames_indexer.languages.javascript.reader import Hint, Reader, Value

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTION_ROW: Final = int(ExpressionKind.FUNCTION)
_BASE: Final = int(Use.BASE)
_STATIC: Final = int(DefinitionFlag.STATIC)
_KEYWORD: Final = int(OperandKind.KEYWORD)
_KEYWORD_SPREAD: Final = int(OperandKind.KEYWORD_SPREAD)


def object_(out: Reader, node: Node, use: int) -> int:
    """`{a: b, c() {}}`: a class of one where a name is bound to it and it holds functions."""
    hint = out.take_hint()
    if hint is None:
        if not _needs_this(out, node):
            return _literal(out, node, use)
        hint = Hint(out.unnamed(b"object"), node.start_byte, node.start_byte)
    if not hint.name:  # `A.prototype = {…}`
        object_members(out, node, hint.parent)
        return out.unknown(*node.byte_range, use)
    row = define_object(out, node, hint)
    return out.expression(_FUNCTION_ROW, use, *node.byte_range, row)


def _needs_this(out: Reader, node: Node) -> bool:
    """Whether functions of an object that nothing is bound to speak of it as `this`."""
    if b"this." not in out.text(node):
        return False
    own = (out.k.function_expression, out.k.generator_function)
    for child in node.named_children:
        if child.kind_id == out.k.pair:
            value = child.child_by_field_name("value")
            if value is not None and value.kind_id in own and b"this." in out.text(value):
                return True
        elif child.kind_id == out.k.method_definition and b"this." in out.text(child):
            return True
    return False


def define_object(out: Reader, node: Node, hint: Hint) -> int:
    """The definition row (CLASS, STATIC) of an object literal; spreads are its bases."""
    row = out.define_class(node, hint, node, _STATIC)
    object_members(out, node, row)
    return row


def object_members(out: Reader, node: Node, row: int) -> None:
    """The members that an object literal gives to the class `row`."""
    k = out.k
    for child in node.named_children:
        kind = child.kind_id
        if kind == k.comment:
            out.doc = child
            continue
        if kind == k.method_definition:
            method(out, child, row)
        elif kind == k.pair:
            _pair_member(out, child, row)
        elif kind == k.shorthand_property_identifier:
            start, end = child.byte_range
            bind_member(out, out.source[start:end], start, out.name(start, end), row)
        elif kind == k.spread_element:
            for part in out.parts(child):
                out.bases.extend((row, out.strings[b""], out.value(part, _BASE)))
        else:
            out.visit(child)
        out.doc = None


def _pair_member(out: Reader, node: Node, owner: int) -> None:
    for key, given in _key_and_value(out, node):
        name, start, end = property_name(out, key)
        hint = Hint(name, start, end, parent=owner, outer_start=start)
        bind_member(out, name, start, named_value(out, given, hint), owner)


def _key_and_value(out: Reader, node: Node) -> list[tuple[Node, Node]]:
    """Both parts of a pair, a computed key visited; none where one is missing."""
    key, given = node.child_by_field_name("key"), node.child_by_field_name("value")
    if key is None or given is None:
        out.visit_children(node)
        return []
    if key.kind_id == out.k.computed_property_name:
        out.visit(key)
    return [(key, given)]


def _literal(out: Reader, node: Node, use: int) -> int:
    """An object nobody names: a LITERAL with its values as named elements."""
    k = out.k
    flat: list[int] = []
    for child in node.named_children:
        kind = child.kind_id
        if kind == k.pair:
            _pair(out, child, flat)
        elif kind == k.shorthand_property_identifier:
            start, end = child.byte_range
            flat += (_KEYWORD, out.strings[out.source[start:end]], out.name(start, end))
        elif kind == k.method_definition:
            _literal_method(out, child, flat)
        elif kind == k.spread_element:
            for part in out.parts(child):
                flat += (_KEYWORD_SPREAD, -1, out.value(part))
        else:
            out.visit(child)
    return out.literal(b"object", *node.byte_range, flat, use)


def _pair(out: Reader, node: Node, flat: list[int]) -> None:
    for key, given in _key_and_value(out, node):
        if key.kind_id == out.k.computed_property_name:
            flat += (0, -1, out.value(given))
            continue
        name, start, end = property_name(out, key)
        row = keyed_value(out, given, Hint(name, start, end, outer_start=start))
        flat += (_KEYWORD, out.strings[name], row)


# flames: ignore[parallel-logic] a value of the object; a class has a definition there
def _literal_method(out: Reader, node: Node, flat: list[int]) -> None:
    key = node.child_by_field_name("name")
    if key is None:
        out.visit(node)
        return
    name, start, end = property_name(out, key)
    hint = Hint(name, start, end)
    if not out.is_free(name):
        hint = Hint(out.unnamed(b"lambda"), start, end)
    defined = define_function(out, node, hint)
    row = out.expression(_FUNCTION_ROW, 0, *node.byte_range, defined)
    flat += (_KEYWORD, out.strings[name], row)


def keyed_value(out: Reader, node: Node, hint: Hint) -> int:
    """The row of a value under a key or attribute: a function is named by it the first time in a
    scope, a plain object is not."""
    if function_like(out, node) and not _is_object(out, node) and out.is_free(hint.name):
        return named_value(out, node, hint)
    return out.value(node)


def _is_object(out: Reader, node: Node) -> bool:
    return node.kind_id == out.k.object


VALUES: Final[dict[str, Value]] = {"object": object_}
