"""Declarations of TypeScript alone: interfaces, aliases, enumerations, namespaces, overloads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flames_indexer.facts import BindingKind, DefinitionFlag, DefinitionKind, Use
from flames_indexer.languages.javascript.functions import declared, method
from flames_indexer.languages.javascript.names import property_name
from flames_indexer.languages.javascript.reader import Reader, Visit
from flames_indexer.languages.typescript.types import (
    annotated,
    computed,
    function_type,
    mentions,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_INTERFACE: Final = int(DefinitionKind.INTERFACE)
_TYPE: Final = int(DefinitionKind.TYPE)
_ENUM: Final = int(DefinitionKind.ENUM)
_CLASS: Final = int(DefinitionKind.CLASS)
_DEFINITION: Final = int(BindingKind.DEFINITION)
_ASSIGN: Final = int(BindingKind.ASSIGN)
_TYPED: Final = int(BindingKind.ANNOTATION)
_BASE: Final = int(Use.BASE)
_ANNOTATION: Final = int(Use.ANNOTATION)
_OVERLOAD: Final = int(DefinitionFlag.OVERLOAD)
_ABSTRACT: Final = int(DefinitionFlag.ABSTRACT)

# The members that stand for calling an object, and for `new` of it.
_SIGNATURES: Final = {"call_signature": b"()", "construct_signature": b"new()"}

# A namespace: a class of one whose members are names of its own scope.
_NAMESPACE: Final = int(DefinitionFlag.STATIC | DefinitionFlag.ABSTRACT)


def interface(out: Reader, node: Node) -> None:
    """`interface A<T> extends B {…}`."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None:
        out.visit_children(node)
        return
    row = _define(out, _INTERFACE, node, name, body)
    scope, out.scope = out.scope, row
    for child in out.parts(node):
        if child.kind_id == out.k.type_parameters:
            out.visit(child)
        elif child.type == "extends_type_clause":
            for base in out.parts(child):
                out.bases.extend((row, out.strings[b""], out.value(base, _BASE)))
    if body is not None:
        _members(out, body, row)
    out.scope = scope


def _define(
    out: Reader, kind: int, node: Node, name: Node, body: Node | None, flags: int = 0
) -> int:
    start, end = node.byte_range
    name_start, name_end = name.byte_range
    row = out.define(
        kind,
        out.source[name_start:name_end],
        start,
        end,
        name_span=(name_start, name_end),
        body_start=start if body is None else body.start_byte,
        flags=flags,
    )
    out.take_doc(row)
    out.bind(_DEFINITION, name_start, name_end, row)
    return row


def _members(out: Reader, body: Node, owner: int) -> None:
    """The members that an interface body or object type gives to `owner`."""
    k = out.k
    for child in body.named_children:
        kind = child.type
        if child.kind_id == k.comment:
            out.doc = child
            continue
        if kind == "method_signature":
            method(out, child, owner, _ABSTRACT)
        elif kind == "property_signature":
            _property(out, child, owner)
        elif kind in _SIGNATURES:
            row = function_type(out, child, _ANNOTATION)
            out.bind_name(_TYPED, _SIGNATURES[kind], child.start_byte, row, owner)
        elif kind == "index_signature":
            _index(out, child, owner)
        else:
            mentions(out, child, _ANNOTATION)
        out.doc = None


def _property(out: Reader, node: Node, owner: int) -> None:
    name, annotation = node.child_by_field_name("name"), node.child_by_field_name("type")
    if name is None:
        return
    key, start, _ = property_name(out, name)
    computed(out, name)
    row = -1 if annotation is None else annotated(out, annotation)
    out.bind_name(_TYPED if row >= 0 else _ASSIGN, key, start, row, owner)


def _index(out: Reader, node: Node, owner: int) -> None:
    """`[key: K]: V`: what indexing gives, and any member that is not there."""
    row = function_type(out, node, _ANNOTATION)
    for name in (b"[]", b"*"):
        out.bind_name(_TYPED, name, node.start_byte, row, owner)


def overload(out: Reader, node: Node) -> None:
    """`f(a: A): B;` in a class."""
    method(out, node, out.scope, _OVERLOAD)


def abstract_method(out: Reader, node: Node) -> None:
    """`abstract f(a: A): B;`."""
    method(out, node, out.scope, _ABSTRACT)


def function_signature(out: Reader, node: Node) -> None:
    """`function f(a: A): B;`, an overload or the declaration of a function elsewhere."""
    declared(out, node, _OVERLOAD)


def alias(out: Reader, node: Node) -> None:
    """`type A = B`; an object type, also one of an intersection, is read as an interface."""
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name is None or value is None:
        out.visit_children(node)
        return
    parts = _intersected(out, value)
    is_interface = any(_has_members(out, part) for part in parts)
    row = _define(out, _INTERFACE if is_interface else _TYPE, node, name, value)
    scope, out.scope = out.scope, row
    for child in out.parts(node):
        if child.kind_id == out.k.type_parameters:
            out.visit(child)
    if not is_interface:
        out.set_returns(row, annotated(out, value))
    else:
        for part in parts:
            if _has_members(out, part):
                _members(out, part, row)
            else:
                _base(out, part, row)
    out.scope = scope


def _base(out: Reader, node: Node, row: int) -> None:
    base = out.value(node, _BASE)
    if base >= 0:
        out.bases.extend((row, out.strings[b""], base))


def _has_members(out: Reader, node: Node) -> bool:
    """Whether a type lists its members, and is not made of another one's: `{[K in keyof T]: …}`."""
    if node.kind_id != out.k.object_type:
        return False
    return b"[" not in out.text(node) or not any(
        part.type == "mapped_type_clause" for child in out.parts(node) for part in out.parts(child)
    )


def _intersected(out: Reader, node: Node) -> list[Node]:
    """The parts of `A & B & C`, in order."""
    parts: list[Node] = []
    while node.kind_id == out.k.intersection_type:
        inner = out.parts(node)
        if not inner:
            break
        parts += inner[:0:-1]
        node = inner[0]
    return [node, *reversed(parts)]


def enumeration(out: Reader, node: Node) -> None:
    """`enum A {B, C = 1}`."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None:
        out.visit_children(node)
        return
    row = _define(out, _ENUM, node, name, body)
    for child in out.parts(body) if body is not None else []:
        key: Node | None = child
        value = -1
        if child.kind_id == out.k.enum_assignment:
            key = child.child_by_field_name("name")
            given = child.child_by_field_name("value")
            value = -1 if given is None else out.value(given)
        if key is not None:
            text, start, _ = property_name(out, key)
            out.bind_name(_ASSIGN, text, start, value, row)


def namespace(out: Reader, node: Node) -> None:
    """`namespace A.B {…}`; `declare module "x" {…}` is one that no name reaches."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None or body is None:
        out.visit_children(node)
        return
    scope = out.scope
    names = [name]
    while names[0].kind_id == out.k.nested_identifier:
        names = [*out.parts(names[0]), *names[1:]]
    for part in names:
        out.scope = _define(out, _CLASS, node, part, body, _NAMESPACE)
    out.visit(body)
    out.scope = scope


def import_alias(out: Reader, node: Node) -> None:
    """`import A = B.C`."""
    parts = out.parts(node)
    if len(parts) == 2:
        row = out.value(parts[1], _ANNOTATION)
        out.bind(_ASSIGN, *parts[0].byte_range, row)


VISITS: Final[dict[str, Visit]] = {
    "interface_declaration": interface,
    "type_alias_declaration": alias,
    "enum_declaration": enumeration,
    "internal_module": namespace,
    "module": namespace,
    "function_signature": function_signature,
    "method_signature": overload,
    "abstract_method_signature": abstract_method,
    "import_alias": import_alias,
}
