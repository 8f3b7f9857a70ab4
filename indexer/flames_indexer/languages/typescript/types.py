"""Type expressions, as rows used as ANNOTATION; -1 for types that say nothing of a value.

Spellings without a name of their own get one that no identifier can have, and which
`semantics.type_form` knows: `=>` a function type, `[]` a tuple, `typeof`. What a type merely
mentions (parameters of a function type, branches of a conditional) becomes rows nobody refers to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    DefinitionKind,
    ExpressionKind,
    OperandKind,
    Use,
)
from flames_indexer.languages.builder import unquoted
from flames_indexer.languages.javascript.expressions import is_plain_chain
from flames_indexer.languages.javascript.modules import quoted_import
from flames_indexer.languages.javascript.names import property_name
from flames_indexer.languages.javascript.reader import Reader, Value, Visit

if TYPE_CHECKING:
    from tree_sitter import Node

_NAME: Final = int(ExpressionKind.NAME)
_MEMBER: Final = int(ExpressionKind.MEMBER)
_SUBSCRIPT: Final = int(ExpressionKind.SUBSCRIPT)
_CHOICE: Final = int(ExpressionKind.CHOICE)
_ANNOTATION: Final = int(Use.ANNOTATION)
_OBJECT: Final = int(Use.OBJECT)
_KEYWORD: Final = int(OperandKind.KEYWORD)
_DEFINITION: Final = int(BindingKind.DEFINITION)
_TYPED: Final = int(BindingKind.ANNOTATION)
_TYPE: Final = int(DefinitionKind.TYPE)
_ABSTRACT: Final = int(DefinitionFlag.ABSTRACT)

# The classes whose members values of the predefined types have; the others say nothing.
_PREDEFINED: Final = {
    b"string": b"String",
    b"number": b"Number",
    b"boolean": b"Boolean",
    b"symbol": b"Symbol",
    b"bigint": b"BigInt",
}
_NOTHING: Final = (b"void", b"undefined", b"null")
_SAYS_NOTHING: Final = (b"const", b"any", b"unknown", b"never", b"object")


def annotated(out: Reader, node: Node) -> int:
    """The row of a type node; -1 when it says nothing."""
    return out.value(node, _ANNOTATION)


def named(out: Reader, node: Node, use: int) -> int:
    """`T`."""
    return out.name(*node.byte_range, use)


def nested(out: Reader, node: Node, use: int) -> int:
    """`a.b.T`."""
    start, end = node.byte_range
    text = out.source[start:end]
    if is_plain_chain(text):
        return out.chain(text, start, use)
    if text.startswith(b"import("):
        return _imported(out, start, text, use)
    return mentions(out, node, use)


def _imported(out: Reader, start: int, text: bytes, use: int) -> int:
    """`import("m").A.B` as a type."""
    module, _, names = text.rpartition(b")")
    quote = module.find(module.strip()[-1:])
    row = quoted_import(out, start + quote, start + len(module.rstrip()))
    at = start + len(module) + 1
    for name in names.split(b".")[1:]:
        row = out.member(row, at + 1, at + 1 + len(name), use)
        at += 1 + len(name)
    return row


def generic(out: Reader, node: Node, use: int) -> int:
    """`T<A, B>`."""
    parts = out.parts(node)
    if len(parts) != 2:
        return mentions(out, node, use)
    of = out.value(parts[0], _OBJECT)
    at = out.value(parts[1], _ANNOTATION)
    return out.expression(_SUBSCRIPT, use, *node.byte_range, of, at)


def arguments(out: Reader, node: Node, use: int) -> int:
    """`<A, B>`: the row of A alone, or of a tuple literal."""
    parts = out.parts(node)
    return _listed(out, node, [annotated(out, part) for part in parts], parts)


def _listed(out: Reader, node: Node, rows: list[int], parts: list[Node]) -> int:
    if len(rows) == 1:
        return rows[0]
    flat: list[int] = []
    for row, part in zip(rows, parts, strict=True):
        flat += (0, -1, _known(out, part, row))
    return out.literal(b"tuple", *node.byte_range, flat, _ANNOTATION)


def predefined(out: Reader, node: Node, use: int) -> int:
    """`string` and the like."""
    start, end = node.byte_range
    text = out.source[start:end]
    name = _PREDEFINED.get(text)
    if name is not None:
        return out.expression(_NAME, use, start, end, out.strings[name])
    return out.constant(b"None") if text in _NOTHING else -1


def literal(out: Reader, node: Node, use: int) -> int:
    """`null` and `undefined` as types; other literals say nothing."""
    return out.constant(b"None") if out.text(node) in _NOTHING else -1


def either(out: Reader, node: Node, use: int) -> int:
    """`A | B` and `A & B`, without recursing down the left side."""
    kind = node.kind_id
    rights: list[Node] = []
    while node.kind_id == kind:
        parts = out.parts(node)
        rights += parts[:0:-1]
        if not parts:
            return -1
        node = parts[0]
    row = annotated(out, node)
    for right in reversed(rights):
        other = annotated(out, right)
        if row >= 0 and other >= 0:
            row = out.expression(_CHOICE, use, node.start_byte, right.end_byte, row, other)
        else:
            row = max(row, other)
    return row


def array(out: Reader, node: Node, use: int) -> int:
    """`T[]`: a SUBSCRIPT of Array."""
    parts = out.parts(node)
    element = annotated(out, parts[0]) if parts else -1
    start, end = node.byte_range
    of = out.expression(_NAME, _OBJECT, end - 2, end, out.strings[b"Array"])
    return out.expression(_SUBSCRIPT, use, start, end, of, element)


def tuple_(out: Reader, node: Node, use: int) -> int:
    """`[A, b: B]`."""
    parts = out.parts(node)
    rows = [annotated(out, part.child_by_field_name("type") or part) for part in parts]
    if not rows:
        return -1
    return _formed(out, node, b"[]", _listed(out, node, rows, parts), use)


def function_type(out: Reader, node: Node, use: int) -> int:
    """`(a: A) => B`: a tuple of A and B; calling it gives the last."""
    result = node.child_by_field_name("return_type") or node.child_by_field_name("type")
    rows: list[int] = []
    for child in out.parts(node):
        if child.kind_id == out.k.formal_parameters:
            rows += _parameter_types(out, child)
        elif child != result:
            _mention(out, child)
    rows.append(_known(out, node, -1 if result is None else annotated(out, result)))
    flat = [part for row in rows for part in (0, -1, row)]
    at = rows[0] if len(rows) == 1 else out.literal(b"tuple", *node.byte_range, flat, _ANNOTATION)
    return _formed(out, node, b"=>", at, use)


def _parameter_types(out: Reader, node: Node) -> list[int]:
    rows: list[int] = []
    for child in out.parts(node):
        annotation = child.child_by_field_name("type")
        pattern = child.child_by_field_name("pattern")
        if pattern is not None and pattern.kind_id == out.k.this:
            _mention(out, child)
            continue
        rows.append(_known(out, child, -1 if annotation is None else annotated(out, annotation)))
    return rows


def _known(out: Reader, node: Node, row: int) -> int:
    return row if row >= 0 else out.unknown(node.end_byte, node.end_byte, _ANNOTATION)


def constructor(out: Reader, node: Node, use: int) -> int:
    """`new (a: A) => B`: the class of B."""
    result = node.child_by_field_name("type") or node.child_by_field_name("return_type")
    for child in out.parts(node):
        if child != result:
            _mention(out, child)
    row = annotated(out, result) if result is not None else -1
    return _formed(out, node, b"new", row, use) if row >= 0 else -1


# flames: ignore[parallel-logic] `typeof a` is a type of its own, not the value
def query(out: Reader, node: Node, use: int) -> int:
    """`typeof a.b`."""
    parts = out.parts(node)
    if not parts:
        return -1
    row = out.value(parts[0])
    for part in parts[1:]:
        out.visit(part)
    return _formed(out, node, b"typeof", row, use)


def lookup(out: Reader, node: Node, use: int) -> int:
    """`T["name"]`, and `T[number]` for what indexing gives."""
    parts = out.parts(node)
    if len(parts) != 2:
        return mentions(out, node, use)
    name = _key(out, parts[1])
    of = annotated(out, parts[0])
    if not name:
        _mention(out, parts[1])
    if not name or of < 0:
        return -1
    out.reuse(of, _OBJECT)
    start, end = parts[1].byte_range
    row = out.expression(_MEMBER, _ANNOTATION, start, end, of, out.strings[name], 1)
    return _formed(out, node, b".", row, use)


def _key(out: Reader, node: Node) -> bytes:
    """The name of the member that a type in brackets means; empty: it cannot be told."""
    text = out.text(node)
    if text == b"number" or text.isdigit():
        return b"[]"
    return unquoted(text) if text[:1] in (b"'", b'"') else b""


def object_type(out: Reader, node: Node, use: int) -> int:
    """`{a: A; b(): B}`: an object whose values are types; a mapped type is what it maps."""
    flat: list[int] = []
    for child in out.parts(node):
        kind = child.type
        name = child.child_by_field_name("name")
        if kind == "index_signature":
            return _indexed(out, node, child, use)
        if kind not in ("property_signature", "method_signature") or name is None:
            mentions(out, child, use)
            continue
        key = property_name(out, name)[0]
        computed(out, name)
        if kind == "method_signature":
            row = function_type(out, child, _ANNOTATION)
        else:
            annotation = child.child_by_field_name("type")
            row = -1 if annotation is None else annotated(out, annotation)
        flat += (_KEYWORD, out.strings[key], _known(out, child, row))
    return out.literal(b"object", *node.byte_range, flat, use)


def computed(out: Reader, name: Node) -> None:
    """Reads what stands in the brackets of a member's name."""
    if name.kind_id == out.k.computed_property_name:
        out.visit(name)


def _indexed(out: Reader, node: Node, signature: Node, use: int) -> int:
    """`{[key: K]: V}` is a Record of V; `{[K in keyof T]: T[K]}` is T."""
    clause = next((c for c in out.parts(signature) if c.type == "mapped_type_clause"), None)
    given = signature.child_by_field_name("type")
    source = None if clause is None else clause.child_by_field_name("type")
    if source is not None and source.type == "index_type_query" and given is not None:
        of = out.parts(source)
        if of and _is_part_of(out, given, of[0]):
            renamed = clause.child_by_field_name("alias") if clause is not None else None
            if renamed is not None:
                _mention(out, renamed)
            return annotated(out, of[0])
    for part in out.parts(signature):
        if part != given:
            _mention(out, part)
    value = _known(out, node, -1 if given is None else annotated(out, given))
    start = node.start_byte
    record = out.expression(_NAME, _OBJECT, start, start, out.strings[b"Record"])
    pair = (0, -1, out.unknown(start, start, _ANNOTATION), 0, -1, value)
    at = out.literal(b"tuple", *node.byte_range, pair, _ANNOTATION)
    return out.expression(_SUBSCRIPT, use, *node.byte_range, record, at)


def _is_part_of(out: Reader, node: Node, of: Node) -> bool:
    """Whether the values of a mapped type are those of what it maps: `T[K]`."""
    kinds = [part for part in out.parts(node) if part.type == "lookup_type"]
    node = kinds[0] if node.type.endswith("type_annotation") and kinds else node
    return node.type == "lookup_type" and out.text(node).startswith(out.text(of) + b"[")


def conditional(out: Reader, node: Node, use: int) -> int:
    """`A extends B ? C : D`: either of the branches."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    chosen = [node.child_by_field_name(name) for name in ("consequence", "alternative")]
    for part in (left, right):
        if part is not None:
            _mention(out, part)
    rows = [annotated(out, part) for part in chosen if part is not None]
    known = [row for row in rows if row >= 0]
    if len(known) < 2:
        return known[0] if known else -1
    return out.expression(_CHOICE, use, *node.byte_range, *known)


def _formed(out: Reader, node: Node, form: bytes, row: int, use: int) -> int:
    start, end = node.byte_range
    of = out.expression(_NAME, _OBJECT, start, start, out.strings[form])
    return out.expression(_SUBSCRIPT, use, start, end, of, row)


def first(out: Reader, node: Node, use: int) -> int:
    """`: T`, `readonly T`, `(T)`, `T?`: the row of T."""
    parts = out.parts(node)
    return out.value(parts[-1], use) if parts else -1


def predicate(out: Reader, node: Node, use: int) -> int:
    """`x is T`: a truth value that tells a type; `asserts x`: one that tells nothing."""
    parts = out.parts(node)
    if len(parts) == 2 and parts[0].kind_id == out.k.identifier:
        return _formed(out, node, b"a is", out.value(parts[1], _ANNOTATION), use)
    if len(parts) == 1 and parts[0].named_child_count:
        return predicate(out, parts[0], use)
    for part in parts:
        if part.kind_id != out.k.identifier:
            _mention(out, part)
    return out.constant(b"bool")


def own(out: Reader, node: Node, use: int) -> int:
    """`this`."""
    return out.name(*node.byte_range, use)


def mentions(out: Reader, node: Node, use: int) -> int:
    """Types inside a type that says nothing itself: conditional, mapped, object, `keyof T`."""
    for child in out.parts(node):
        _mention(out, child)
    return -1


def _mention(out: Reader, node: Node) -> None:
    k = out.k
    kind = node.kind_id
    if kind in _values_of(out):
        out.value(node, _ANNOTATION)
    elif kind not in (k.identifier, k.property_identifier, k.string):
        if node.type == "mapped_type_clause":
            _mapping(out, node)
        elif out.depth < 100:
            out.depth += 1
            mentions(out, node, _ANNOTATION)
            out.depth -= 1


def _mapping(out: Reader, node: Node) -> None:
    """`K in T as U`: the types T and U."""
    for name in ("type", "alias"):
        part = node.child_by_field_name(name)
        if part is not None:
            _mention(out, part)


def _values_of(out: Reader) -> dict[int, Value]:
    return out.dialect.values


def parameters(out: Reader, node: Node) -> None:
    """`<T extends A = B>`: type parameters of the current scope."""
    for child in out.parts(node):
        name = child.child_by_field_name("name")
        if name is None:
            continue
        bound = -1
        for part in out.parts(child):
            if part != name:
                row = first(out, part, _ANNOTATION)
                bound = row if part.type == "constraint" else bound
        start, end = name.byte_range
        row = out.define(
            _TYPE,
            out.source[start:end],
            *child.byte_range,
            name_span=(start, end),
            flags=_ABSTRACT,
        )
        out.set_returns(row, bound)
        out.bind(_DEFINITION, start, end, row)


def cast(out: Reader, node: Node, use: int) -> int:
    """`a as T`: a variable without a name that is annotated with T; `a` where T says nothing."""
    parts = out.parts(node)
    if not parts:
        return out.unknown(*node.byte_range, use)
    row = out.value(parts[0], use)
    if len(parts) < 2:
        return row
    if out.defined_by(row) >= 0:
        _mention(out, parts[1])
        return row
    return _cast(out, node, row, parts[1], use)


def assertion(out: Reader, node: Node, use: int) -> int:
    """`<T>a`."""
    parts = out.parts(node)
    if len(parts) != 2:
        return out.unknown(*node.byte_range, use)
    row = out.value(parts[1], use)
    return _cast(out, node, row, parts[0], use)


def _cast(out: Reader, node: Node, row: int, type_node: Node, use: int) -> int:
    typed = annotated(out, type_node)
    if typed < 0 or out.text(type_node) in _SAYS_NOTHING:
        return row
    name = b"as@%d" % type_node.start_byte
    out.bind_name(_TYPED, name, type_node.start_byte, typed, out.scope)
    start = node.end_byte
    return out.expression(_NAME, use, start, start, out.strings[name])


VALUES: Final[dict[str, Value]] = {
    "type_annotation": first,
    "type_identifier": named,
    "nested_type_identifier": nested,
    "nested_identifier": nested,
    "generic_type": generic,
    "type_arguments": arguments,
    "predefined_type": predefined,
    "literal_type": literal,
    "union_type": either,
    "intersection_type": either,
    "array_type": array,
    "tuple_type": tuple_,
    "function_type": function_type,
    "constructor_type": constructor,
    "type_query": query,
    "readonly_type": first,
    "parenthesized_type": first,
    "optional_type": first,
    "rest_type": first,
    "flow_maybe_type": first,
    "adding_type_annotation": first,
    "omitting_type_annotation": first,
    "opting_type_annotation": first,
    "type_predicate_annotation": predicate,
    "type_predicate": predicate,
    "asserts_annotation": predicate,
    "asserts": predicate,
    "this_type": own,
    "object_type": object_type,
    "conditional_type": conditional,
    "lookup_type": lookup,
    "index_type_query": mentions,
    "infer_type": mentions,
    "template_literal_type": mentions,
    "existential_type": mentions,
    "as_expression": cast,
    "type_assertion": assertion,
}

VISITS: Final[dict[str, Visit]] = {"type_parameters": parameters}
