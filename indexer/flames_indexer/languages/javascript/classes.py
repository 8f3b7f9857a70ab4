"""Classes and their members; object literals that hold functions are read as classes of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    DefinitionKind,
    ExpressionKind,
    OperandKind,
    Use,
)
from flames_indexer.languages.javascript.functions import define_function, method
from flames_indexer.languages.javascript.names import (
    bind_member,
    function_like,
    leading_flags,
    named_value,
    own_name,
    property_name,
)
from flames_indexer.languages.javascript.reader import Hint, Reader, Value, Visit

if TYPE_CHECKING:
    from tree_sitter import Node

_CLASS = int(DefinitionKind.CLASS)
_DEFINITION = int(BindingKind.DEFINITION)
_ASSIGN = int(BindingKind.ASSIGN)
_ANNOTATED = int(BindingKind.ANNOTATION)
_FUNCTION_ROW = int(ExpressionKind.FUNCTION)
_SUBSCRIPT = int(ExpressionKind.SUBSCRIPT)
_BASE = int(Use.BASE)
_OBJECT = int(Use.OBJECT)
_ANNOTATION = int(Use.ANNOTATION)
_STATIC = int(DefinitionFlag.STATIC)
_KEYWORD = int(OperandKind.KEYWORD)
_KEYWORD_SPREAD = int(OperandKind.KEYWORD_SPREAD)


def declared(out: Reader, node: Node) -> None:
    """`class A {…}` as a statement."""
    name = node.child_by_field_name("name")
    if name is None:
        value(out, node, 0)
        return
    start, end = name.byte_range
    row = define_class(out, node, Hint(out.source[start:end], start, end))
    out.bind(_DEFINITION, start, end, row)


def value(out: Reader, node: Node, use: int) -> int:
    """A class as a value."""
    own = node.child_by_field_name("name")
    hint = own_name(out, own, out.take_hint())
    if hint is None:
        hint = Hint(out.unnamed(b"class"), node.start_byte, node.start_byte)
    row = define_class(out, node, hint)
    if own is not None and out.text(own) != hint.name:
        out.bind(_DEFINITION, *own.byte_range, row)
    return out.expression(_FUNCTION_ROW, use, *node.byte_range, row)


def define_class(out: Reader, node: Node, hint: Hint) -> int:
    """The definition row of a class; reads all of it."""
    k = out.k
    start, end = node.byte_range
    body = node.child_by_field_name("body")
    decorators = out.take_decorators(node)
    if decorators:
        start = min(start, decorators[0].start_byte)
    elif hint.outer_start >= 0:
        start = hint.outer_start
    flags = DefinitionFlag.ABSTRACT if out.source.startswith(b"abstract", node.start_byte) else 0
    row = out.define(
        _CLASS,
        hint.name,
        start,
        end,
        name_span=(hint.start, hint.end),
        body_start=end if body is None else body.start_byte,
        flags=int(flags) | hint.flags,
        parent=hint.parent if hint.parent >= 0 else None,
    )
    if hint.qualname:
        out.define_as(row, hint.qualname)
    if hint.parent < 0:
        out.classes[out.scope, hint.name] = row
    out.take_doc(row)
    out.decorate(row, decorators)
    scope, out.scope = out.scope, row
    for child in node.named_children:
        kind = child.kind_id
        if kind == k.type_parameters:
            out.visit(child)
        elif kind == k.class_heritage:
            _heritage(out, child, row)
    if body is not None:
        members(out, body, row)
    out.scope = scope
    return row


def _heritage(out: Reader, node: Node, row: int) -> None:
    """`extends B` as JavaScript's grammar has it; `extends B<T> implements I` as TypeScript's."""
    k = out.k
    for part in out.parts(node):
        kind = part.kind_id
        if kind == k.extends_clause:
            _extends(out, part, row)
        elif kind == k.implements_clause:
            for base in out.parts(part):
                out.bases.extend((row, out.strings[b"implements"], out.value(base, _BASE)))
        else:
            out.bases.extend((row, out.strings[b""], out.value(part, _BASE)))


def _extends(out: Reader, clause: Node, row: int) -> None:
    parts = out.parts(clause)
    if not parts:
        return
    base = out.value(parts[0], _BASE)
    for part in parts[1:]:
        if part.kind_id == out.k.type_arguments:
            out.reuse(base, _OBJECT)
            at = out.value(part, _ANNOTATION)
            base = out.expression(_SUBSCRIPT, _BASE, *clause.byte_range, base, at)
    out.bases.extend((row, out.strings[b""], base))


def members(out: Reader, body: Node, row: int) -> None:
    """The members of a class body."""
    k = out.k
    for child in body.named_children:
        kind = child.kind_id
        if kind == k.comment:
            out.doc = child
            continue
        if kind == k.decorator:
            out.pending_decorators.append(child)
            continue
        if kind == k.method_definition:
            method(out, child, row)
        else:
            out.visit(child)
        out.doc = None
        if out.pending_decorators:  # before something that takes none
            out.pending_decorators = []


def field(out: Reader, node: Node) -> None:
    """`static x: T = value`; a function is a method, anything else a member with a value."""
    name = node.child_by_field_name("name") or node.child_by_field_name("property")
    if name is None:
        return
    decorators = out.take_decorators(node)
    owner = out.scope
    key, start, end = property_name(out, name)
    out.decorate(owner, decorators)
    head = decorators[-1].end_byte if decorators else node.start_byte
    flags = leading_flags(out.source[max(head, node.start_byte) : name.start_byte])
    annotation = node.child_by_field_name("type")
    if annotation is not None:
        row = out.value(annotation, _ANNOTATION)
        if row >= 0:
            out.bind_name(_ANNOTATED, key, start, row, owner)
    given = node.child_by_field_name("value")
    if given is not None:
        hint = Hint(key, start, end, parent=owner, flags=flags, outer_start=node.start_byte)
        bind_member(out, key, start, named_value(out, given, hint), owner)
    elif annotation is None:
        out.bind_name(_ASSIGN, key, start, -1, owner)


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
        part: Node | None = child
        if child.kind_id == out.k.pair:
            part = child.child_by_field_name("value")
            if part is None or part.kind_id not in own:
                continue
        elif child.kind_id != out.k.method_definition:
            continue
        if b"this." in out.text(part):
            return True
    return False


def define_object(out: Reader, node: Node, hint: Hint) -> int:
    """The definition row (CLASS, STATIC) of an object literal; spreads are its bases."""
    start, end = node.byte_range
    row = out.define(
        _CLASS,
        hint.name,
        start if hint.outer_start < 0 else hint.outer_start,
        end,
        name_span=(hint.start, hint.end),
        body_start=start,
        flags=_STATIC,
        parent=hint.parent if hint.parent >= 0 else None,
    )
    if hint.qualname:
        out.define_as(row, hint.qualname)
    if hint.parent < 0:
        out.classes[out.scope, hint.name] = row
    out.take_doc(row)
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
    key, given = node.child_by_field_name("key"), node.child_by_field_name("value")
    if key is None or given is None:
        out.visit_children(node)
        return
    if key.kind_id == out.k.computed_property_name:
        out.visit(key)
    name, start, end = property_name(out, key)
    hint = Hint(name, start, end, parent=owner, outer_start=start)
    bind_member(out, name, start, named_value(out, given, hint), owner)


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
    key, given = node.child_by_field_name("key"), node.child_by_field_name("value")
    if key is None or given is None:
        out.visit_children(node)
        return
    if key.kind_id == out.k.computed_property_name:
        out.visit(key)
        flat += (0, -1, out.value(given))
        return
    name, start, end = property_name(out, key)
    row = keyed_value(out, given, Hint(name, start, end, outer_start=start))
    flat += (_KEYWORD, out.strings[name], row)


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


VALUES: dict[str, Value] = {
    "class": value,
    "object": object_,
}

VISITS: dict[str, Visit] = {
    "class_declaration": declared,
    "abstract_class_declaration": declared,
    "field_definition": field,
    "public_field_definition": field,
}
