"""Type expressions of Python: `x: Optional["Path"]`, `-> list[int] | None`, `def f[T: Bound]`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from flames_indexer.facts import BindingKind, DefinitionFlag, DefinitionKind, ExpressionKind, Use
from flames_indexer.languages.builder import FactsBuilder
from flames_indexer.languages.python import kinds as k
from flames_indexer.languages.python.walk import is_dotted, parts_of, value, visit

if TYPE_CHECKING:
    from tree_sitter import Node

_ANNOTATION: Final = int(Use.ANNOTATION)
_OBJECT: Final = int(Use.OBJECT)
_TYPE: Final = int(DefinitionKind.TYPE)
_ABSTRACT: Final = int(DefinitionFlag.ABSTRACT)
_DEFINITION: Final = int(BindingKind.DEFINITION)
_NAME: Final = int(ExpressionKind.NAME)
_MEMBER: Final = int(ExpressionKind.MEMBER)
_CHOICE: Final = int(ExpressionKind.CHOICE)
_SUBSCRIPT: Final = int(ExpressionKind.SUBSCRIPT)


def annotation(out: FactsBuilder, node: Node) -> int:
    """The type expression row of an annotation."""
    return value(out, node, _ANNOTATION)


def type_(out: FactsBuilder, node: Node, use: int) -> int:
    """The expression that an annotation wraps."""
    parts = parts_of(out, node)
    if len(parts) != 1:
        return out.unknown(*node.byte_range, use)
    return value(out, parts[0], use)


def generic_type(out: FactsBuilder, node: Node, use: int) -> int:
    """`list[int]` where a type stands."""
    parts = parts_of(out, node)
    of = value(out, parts[0], _OBJECT)
    arguments = parts_of(out, parts[1]) if len(parts) > 1 else []
    return subscript_row(out, node, of, arguments, use)


def subscript_row(out: FactsBuilder, node: Node, of: int, arguments: list[Node], use: int) -> int:
    """The SUBSCRIPT of an object that has type arguments."""
    inner = 0 if _is_literal_type(out, of) else _ANNOTATION
    rows = [value(out, part, inner) for part in arguments]
    at = -1
    if len(rows) == 1:
        at = rows[0]
    elif rows:
        flat = [cell for row in rows for cell in (0, -1, row)]
        start, end = arguments[0].start_byte, arguments[-1].end_byte
        at = out.literal(b"tuple", start, end, flat, inner)
    return out.expression(_SUBSCRIPT, use, *node.byte_range, of, at)


def _is_literal_type(out: FactsBuilder, row: int) -> bool:
    """Whether a row ends in the name `Literal`, whose strings are values."""
    end = out.expressions[row * 8 + 4]
    return out.source[max(end - 7, 0) : end] == b"Literal"


def union_type(out: FactsBuilder, node: Node, use: int) -> int:
    """`A | B`."""
    parts = parts_of(out, node)
    one, other = value(out, parts[0], use), value(out, parts[-1], use)
    return out.expression(_CHOICE, use, *node.byte_range, one, other)


def member_type(out: FactsBuilder, node: Node, use: int) -> int:
    """`A[int].B`."""
    parts = parts_of(out, node)
    return out.member(value(out, parts[0], _OBJECT), *parts[-1].byte_range, use)


def string_annotation(out: FactsBuilder, node: Node, text: bytes | None) -> int:
    """The type that a string spells, with the offsets it has in the file.

    Its NAME and MEMBER rows have c = 1: they say a type, and are no reference at run time.
    """
    start, end = node.byte_range
    if not text:
        return out.unknown(start, end, _ANNOTATION)
    first = len(out.expressions)
    row = _spelled(out, out.source.index(text, start), text)
    if row < 0:
        return out.unknown(start, end, _ANNOTATION)
    for at in range(first, len(out.expressions), 8):
        if out.expressions[at] in (_NAME, _MEMBER):
            out.expressions[at + 7] = 1
    return row


def _spelled(out: FactsBuilder, start: int, text: bytes) -> int:
    """The type expression `text`, which stands at `start`; -1 if it is none."""
    if text == b"None":
        return out.constant(b"None")
    if is_dotted(text):
        return out.chain(text, start, _ANNOTATION)
    if text[:1].isspace():
        return -1
    root = k.GRAMMAR.parse_range(out.source, start, start + len(text)).root_node
    statements = root.named_children
    if root.has_error or len(statements) != 1 or statements[0].kind_id != k.EXPRESSION_STATEMENT:
        return -1
    return type_(out, statements[0], _ANNOTATION)


def type_parameters(out: FactsBuilder, node: Node) -> None:
    """`[T: Bound, *Ts, **P]`: TYPE definitions of the current scope, flagged ABSTRACT."""
    for part in parts_of(out, node):
        _type_parameter(out, part)


def _type_parameter(out: FactsBuilder, node: Node) -> None:
    name, bound = node, None
    while name.kind_id != k.IDENTIFIER:
        if name.kind_id == k.CONSTRAINED_TYPE:
            bound = parts_of(out, name)[-1]
        parts = parts_of(out, name)
        if not parts:
            return
        name = parts[0]
    start, end = name.byte_range
    text = out.source[start:end]
    row = out.define(_TYPE, text, *node.byte_range, name_span=(start, end), flags=_ABSTRACT)
    out.bind(_DEFINITION, start, end, row)
    if bound is not None:
        out.set_returns(row, annotation(out, bound))


def type_alias(out: FactsBuilder, node: Node) -> None:
    """`type Name[T] = …`."""
    parts = parts_of(out, node)
    name, *parameters = _alias_name(out, parts[0])
    if name.kind_id != k.IDENTIFIER:
        _call_of_type(out, node)
        return
    start, end = node.byte_range
    text = out.source[name.start_byte : name.end_byte]
    row = out.define(_TYPE, text, start, end, name_span=name.byte_range)
    out.bind(_DEFINITION, *name.byte_range, row)
    outer, out.scope = out.scope, row
    for parameter in parameters:
        type_parameters(out, parameter)
    out.set_returns(row, annotation(out, parts[-1]))
    out.scope = outer


def _call_of_type(out: FactsBuilder, node: Node) -> None:
    """`type(a).b = c`, which the grammar takes for an alias: read with `type` as a plain name."""
    start, end = node.byte_range
    plain = b"%b%b%b" % (out.source[:start], b"name", out.source[start:end][4:])
    for child in k.GRAMMAR.parse_range(plain, start, end).root_node.named_children:
        if child.kind_id != k.TYPE_ALIAS_STATEMENT:
            visit(out, child)


def _alias_name(out: FactsBuilder, node: Node) -> list[Node]:
    """[name, type parameters if any] of an alias' left side."""
    while node.kind_id in (k.TYPE, k.GENERIC_TYPE):
        parts = parts_of(out, node)
        if len(parts) != 1:
            return parts or [node]
        node = parts[0]
    return [node]


HANDLERS: Final[dict[int, Callable[[FactsBuilder, Node, int], int]]] = {
    k.TYPE: type_,
    k.GENERIC_TYPE: generic_type,
    k.UNION_TYPE: union_type,
    k.MEMBER_TYPE: member_type,
    k.CONSTRAINED_TYPE: union_type,
    k.SPLAT_TYPE: type_,
}
