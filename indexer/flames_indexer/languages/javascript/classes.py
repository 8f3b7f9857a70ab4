"""Classes and their members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    ExpressionKind,
    Use,
)
from flames_indexer.languages.javascript.functions import method
from flames_indexer.languages.javascript.jsdoc import declared_type
from flames_indexer.languages.javascript.names import (
    bind_member,
    leading_flags,
    named_value,
    own_name,
    property_name,
)
from flames_indexer.languages.javascript.reader import Hint, Reader, Value, Visit

if TYPE_CHECKING:
    from tree_sitter import Node

_ABSTRACT: Final = int(DefinitionFlag.ABSTRACT)
_DEFINITION: Final = int(BindingKind.DEFINITION)
_ASSIGN: Final = int(BindingKind.ASSIGN)
_ANNOTATED: Final = int(BindingKind.ANNOTATION)
_FUNCTION_ROW: Final = int(ExpressionKind.FUNCTION)
_SUBSCRIPT: Final = int(ExpressionKind.SUBSCRIPT)
_BASE: Final = int(Use.BASE)
_OBJECT: Final = int(Use.OBJECT)
_ANNOTATION: Final = int(Use.ANNOTATION)


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
    if own is not None:
        out.bind(_DEFINITION, *own.byte_range, row)
    return out.expression(_FUNCTION_ROW, use, *node.byte_range, row)


def define_class(out: Reader, node: Node, hint: Hint) -> int:
    """The definition row of a class; reads all of it."""
    k = out.k
    body = node.child_by_field_name("body")
    abstract = out.source.startswith(b"abstract", node.start_byte)
    row = out.define_class(node, hint, body, _ABSTRACT if abstract else 0)
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
    row = -1 if annotation is None else out.value(annotation, _ANNOTATION)
    if out.doc is not None and out.language == "javascript":
        row = declared_type(out, out.doc)
    if row >= 0:
        out.bind_name(_ANNOTATED, key, start, row, owner)
    given = node.child_by_field_name("value")
    if given is not None:
        hint = Hint(key, start, end, parent=owner, flags=flags, outer_start=node.start_byte)
        bind_member(out, key, start, named_value(out, given, hint), owner)
    elif row < 0:
        out.bind_name(_ASSIGN, key, start, -1, owner)


VALUES: Final[dict[str, Value]] = {
    "class": value,
}

VISITS: Final[dict[str, Visit]] = {
    "class_declaration": declared,
    "abstract_class_declaration": declared,
    "field_definition": field,
    "public_field_definition": field,
}
