"""Declarations and assignments: names and members given values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    ExportKind,
    ExpressionKind,
    ImportFlag,
    Use,
)
from flames_indexer.languages.javascript.expressions import property_string
from flames_indexer.languages.javascript.jsdoc import declared_type
from flames_indexer.languages.javascript.modules import add_import, require_source
from flames_indexer.languages.javascript.names import (
    bind_member,
    bind_value,
    named_value,
)
from flames_indexer.languages.javascript.patterns import bind_pattern, store_member
from flames_indexer.languages.javascript.prototypes import add_base, member_class
from flames_indexer.languages.javascript.reader import Hint, Reader, Value, Visit

if TYPE_CHECKING:
    from tree_sitter import Node

_ASSIGN: Final = int(BindingKind.ASSIGN)
_ANNOTATED: Final = int(BindingKind.ANNOTATION)
_ITERATE: Final = int(ExpressionKind.ITERATE)
_NAME: Final = int(ExpressionKind.NAME)
_STORE: Final = int(Use.STORE)
_ANNOTATION: Final = int(Use.ANNOTATION)


def declaration(out: Reader, node: Node) -> None:
    """`const a = b, {c} = d`, `let`, `var`, `using`."""
    for child in node.named_children:
        if child.kind_id == out.k.variable_declarator:
            declarator(out, child)
        else:
            out.visit(child)


def declarator(out: Reader, node: Node) -> None:
    """One `name: T = value` of a declaration."""
    target = node.child_by_field_name("name")
    value = node.child_by_field_name("value")
    annotation = node.child_by_field_name("type")
    if target is None:
        return
    typed = -1 if annotation is None else out.value(annotation, _ANNOTATION)
    if out.doc is not None and out.language == "javascript":
        typed = declared_type(out, out.doc)
    if typed >= 0 and target.kind_id == out.k.identifier:
        out.bind(_ANNOTATED, *target.byte_range, typed)
    if value is None:
        if typed < 0 or target.kind_id != out.k.identifier:
            bind_pattern(out, target, -1)
        return
    if _require_declared(out, target, value):
        return
    if target.kind_id == out.k.identifier:
        start, end = target.byte_range
        hint = Hint(out.source[start:end], start, end, outer_start=node.start_byte)
        bind_value(out, start, end, named_value(out, value, hint))
    else:
        bind_pattern(out, target, out.value(value))


def _require_declared(out: Reader, target: Node, value: Node) -> bool:
    """`const a = require("m")`, `const {a, b: c} = require("m")`, `const a = require("m").b`."""
    k = out.k
    flags = ImportFlag.REQUIRE | (ImportFlag.DYNAMIC if out.scope else 0)
    name = b""
    at: tuple[int, int] | None = None
    if value.kind_id == k.member_expression and target.kind_id == k.identifier:
        parts = out.parts(value)
        start, end = parts[-1].byte_range
        if len(parts) < 2 or start == end:
            return False
        name, at, value = out.source[start:end], (start, end), parts[0]
    source = require_source(out, value)
    if source is None:
        return False
    if target.kind_id == k.identifier:
        add_import(out, source, name, target, flags, at)
        return True
    if target.kind_id != k.object_pattern or not _is_flat(out, target):
        return False
    for child in target.named_children:
        if child.kind_id == k.shorthand_property_identifier_pattern:
            add_import(out, source, out.text(child), child, flags)
        elif child.kind_id == k.pair_pattern:
            key, alias = out.parts(child)
            add_import(out, source, out.text(key), alias, flags, key.byte_range)
    return True


def _is_flat(out: Reader, pattern: Node) -> bool:
    k = out.k
    for child in pattern.named_children:
        if child.kind_id == k.pair_pattern:
            parts = out.parts(child)
            if len(parts) != 2 or parts[1].kind_id != k.identifier:
                return False
            if parts[0].kind_id != k.property_identifier:
                return False
        elif child.kind_id not in (k.shorthand_property_identifier_pattern, k.comment):
            return False
    return True


def assignment(out: Reader, node: Node, use: int) -> int:
    """`a = b` in all its forms; the row is that of `b`."""
    parts = out.parts(node)
    if len(parts) != 2:
        for part in parts:
            out.visit(part)
        return out.unknown(*node.byte_range, use)
    target, value = parts
    kind = target.kind_id
    k = out.k
    if kind == k.identifier:
        start, end = target.byte_range
        name = out.source[start:end]
        row = named_value(out, value, Hint(name, start, end, outer_start=start))
        if name == b"exports":
            _export_all(out, row, start)
        else:
            out.assign(start, end, row)
        return row
    if kind == k.member_expression:
        return _assign_member(out, target, value)
    row = out.value(value)
    if kind == k.subscript_expression:
        _assign_item(out, target, row)
    else:
        bind_pattern(out, target, row, declare=False)
    return row


def _assign_member(out: Reader, target: Node, value: Node) -> int:
    start, end = target.byte_range
    path = b"".join(out.source[start:end].split())
    owner, _, name = path.rpartition(b".")
    row, static = member_class(out, owner)
    if row >= 0:
        return _assign_class_member(out, target, value, row, static)
    typed = -1
    if out.doc is not None and out.language == "javascript":
        typed = declared_type(out, out.doc)
    row = named_value(out, value, _member_hint(out, target, owner, name))
    if path == b"module.exports":
        _export_all(out, row, start)
        return row
    if owner in (b"exports", b"module.exports"):
        out.exports.extend((out.strings[name], ExportKind.EXPRESSION, row, end - len(name)))
        bind_member(out, b"exports." + name, end - len(name), row, 0)
    else:
        store_member(out, target, row, typed)
    return row


def _assign_class_member(out: Reader, target: Node, value: Node, row: int, static: bool) -> int:
    """`A.prototype.f = …`, `A.f = …`, `object.f = …` of something defined before in this file."""
    start, end = target.byte_range
    name_start = target.named_children[-1].start_byte
    name = out.source[name_start:end]
    if name == b"__proto__" or (name == b"prototype" and static):
        _use_owner(out, target)
        if value.kind_id == out.k.object and name == b"prototype":
            out.hint = Hint(b"", start, start, parent=row)
            out.value(value)
        else:
            add_base(out, row, value)
        return -1
    _use_owner(out, target)
    flags = int(DefinitionFlag.STATIC) if static else 0
    hint = Hint(name, name_start, end, parent=row, flags=flags, outer_start=start)
    given = named_value(out, value, hint)
    bind_member(out, name, name_start, given, row)
    return given


def _use_owner(out: Reader, target: Node) -> None:
    """`A.prototype` of `A.prototype.f = …`; a hint is for the value, in `a.f = b.f = …` too."""
    hint = out.take_hint()
    out.value(target.named_children[0], _STORE)
    out.hint = hint


def _member_hint(out: Reader, target: Node, owner: bytes, name: bytes) -> Hint:
    """`a.b` → `a.b`, `this.b` in a class → `Class.b`, `exports.b` → `b`."""
    start, end = target.byte_range
    if owner == b"module" and name == b"exports":
        return Hint(b"module.exports", start, end, outer_start=start)
    qualname = b".".join(part for part in (_prefix(out, owner), name) if part)
    return Hint(name, end - len(name), end, qualname, outer_start=start)


def _prefix(out: Reader, owner: bytes) -> bytes:
    if owner == b"this":
        return out.this_qualname()
    if owner in (b"exports", b"module.exports"):
        return b""
    here = out.qualname(out.owner()) if out.owner() else b""
    owner = owner.removeprefix(b"module.exports.").removeprefix(b"exports.")
    owner = owner.replace(b".prototype", b"").replace(b"this.", b"")
    if not owner.translate(None, b"._$#").isalnum():
        return here
    return b".".join(part for part in (here, owner) if part)


def _export_all(out: Reader, row: int, start: int) -> None:
    out.exports.extend((out.strings[b""], ExportKind.ASSIGNMENT, row, start))
    defined = out.defined_by(row)
    if defined >= 0:
        out.add_flags(defined, DefinitionFlag.EXPORTED)
        out.exported_objects.append(defined)


def _assign_item(out: Reader, target: Node, row: int) -> None:
    parts = out.parts(target)
    key = property_string(out, parts[-1]) if len(parts) > 1 else None
    if key is None:
        out.value(target, _STORE)
        return
    of = out.value(parts[0], _STORE)
    start, end = key
    name = out.source[start:end]
    if out.is_kind(of, _NAME) and out.text(parts[0]) == b"exports":
        out.exports.extend((out.strings[name], ExportKind.EXPRESSION, row, start))
    out.members.extend((of, out.strings[name], _ASSIGN, row, out.scope, start))


def augmented(out: Reader, node: Node, use: int) -> int:
    """`a ||= b`, `a += b`."""
    parts = out.parts(node)
    if len(parts) != 2:
        return out.unknown(*node.byte_range, use)
    target, value = parts
    start, end = target.end_byte, value.start_byte
    operator = out.source[start:end].strip()
    row = out.value(value)
    if not operator.startswith((b"||", b"??", b"&&")):
        out.visit(target)
        return out.constant(b"str" if operator == b"+=" else b"float")
    if target.kind_id in (out.k.identifier, out.k.member_expression):
        bind_pattern(out, target, row, declare=False)
    else:
        out.visit(target)
    return row


def loop(out: Reader, node: Node) -> None:
    """`for (a of b)`, `for await (a of b)`, `for (a in b)`."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    if left is None or right is None:
        for child in node.named_children:
            out.visit(child)
        return
    row = out.value(right)
    if operator is not None and operator.type == "of":
        words = out.source[node.start_byte : left.start_byte]
        row = out.expression(_ITERATE, 0, *right.byte_range, row, -1, int(b"await" in words))
    else:
        row = out.constant(b"str")
    declare = node.child_by_field_name("kind") is not None
    bind_pattern(out, left, row, declare)
    body = node.child_by_field_name("body")
    if body is not None:
        out.visit(body)


def catch(out: Reader, node: Node) -> None:
    """`catch (e) {…}`: nothing is known of e."""
    parameter = node.child_by_field_name("parameter")
    annotation = node.child_by_field_name("type")
    if annotation is not None:
        out.value(annotation, _ANNOTATION)
    if parameter is not None:
        bind_pattern(out, parameter, -1)
    body = node.child_by_field_name("body")
    if body is not None:
        out.visit(body)


VALUES: Final[dict[str, Value]] = {
    "assignment_expression": assignment,
    "augmented_assignment_expression": augmented,
}

VISITS: Final[dict[str, Visit]] = {
    "lexical_declaration": declaration,
    "variable_declaration": declaration,
    "using_declaration": declaration,
    "for_in_statement": loop,
    "catch_clause": catch,
}
