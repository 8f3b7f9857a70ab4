"""Expressions of Python: names, members, calls, literals, operators."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from flames_indexer.facts import DefinitionFlag, ExpressionKind, OperandKind, ResultKind, Use
from flames_indexer.languages.builder import FactsBuilder, unquoted
from flames_indexer.languages.narrowing import either, narrow, place
from flames_indexer.languages.python import kinds as k
from flames_indexer.languages.python.conditions import is_tested, told_by
from flames_indexer.languages.python.kinds import (
    ARGUMENT_LIST,
    ARGUMENTS_FIELD,
    FUNCTION_FIELD,
)
from flames_indexer.languages.python.type_expressions import string_annotation, subscript_row
from flames_indexer.languages.python.walk import QUOTES, note_path, parts_of, value, visit

if TYPE_CHECKING:
    from tree_sitter import Node

_CALL: Final = int(ExpressionKind.CALL)
_SUBSCRIPT: Final = int(ExpressionKind.SUBSCRIPT)
_AWAIT: Final = int(ExpressionKind.AWAIT)
_CHOICE: Final = int(ExpressionKind.CHOICE)
_OPERATOR: Final = int(ExpressionKind.OPERATOR)
_YIELDED: Final = int(ExpressionKind.YIELDED)
_LITERAL: Final = int(ExpressionKind.LITERAL)
_CALLEE: Final = int(Use.CALLEE)
_OBJECT: Final = int(Use.OBJECT)
_ANNOTATION: Final = int(Use.ANNOTATION)
_KEYWORD: Final = int(OperandKind.KEYWORD)
_SPREAD: Final = int(OperandKind.SPREAD)
_KEYWORD_SPREAD: Final = int(OperandKind.KEYWORD_SPREAD)

_OPERAND_SPREADS: Final = {
    k.LIST_SPLAT: _SPREAD,
    k.LIST_SPLAT_PATTERN: _SPREAD,
    k.DICTIONARY_SPLAT: _KEYWORD_SPREAD,
}

NO_PLAIN_OPERANDS: Final = frozenset(
    (k.KEYWORD_ARGUMENT, k.PARENTHESIZED_LIST_SPLAT, *_OPERAND_SPREADS, *k.EXTRAS)
)


def attribute(out: FactsBuilder, node: Node, use: int) -> int:
    """`a.b`; mostly of something else than a name, for `value` splits dotted names itself."""
    of_node = node.child_by_field_id(k.OBJECT_FIELD)
    member = node.child_by_field_id(k.ATTRIBUTE_FIELD)
    if of_node is None or member is None:
        return unknown(out, node, use)
    of = value(out, of_node, _OBJECT)
    start, end = member.byte_range
    if start == end:  # `a.` while typing
        return out.unknown(start, end, use)
    return out.member(of, start, end, use)


def call(out: FactsBuilder, node: Node, use: int) -> int:
    """`f(a, b=c, *d, **e)`."""
    function = node.child_by_field_id(FUNCTION_FIELD)
    arguments = node.child_by_field_id(ARGUMENTS_FIELD)
    if function is None or arguments is None:
        return unknown(out, node, use)
    callee = value(out, function, _CALLEE)
    start, end = node.byte_range
    if arguments.kind_id != ARGUMENT_LIST:  # f(x for x in xs)
        flat = [0, -1, value(out, arguments)]
    elif end - arguments.start_byte == 2:  # f()
        return out.expression(_CALL, use, start, end, callee, -1, 0)
    else:
        flat = []
        for argument in (
            (arguments.named_child(0),)
            if arguments.named_child_count == 1
            else arguments.named_children
        ):
            if argument.kind_id in NO_PLAIN_OPERANDS:
                _operand(out, argument, flat)
            else:
                flat += (0, -1, value(out, argument))
    first, count = out.operand_rows(flat)
    return out.expression(_CALL, use, start, end, callee, first, count)


def _operand(out: FactsBuilder, node: Node, flat: list[int], use: int = 0) -> None:
    kind = node.kind_id
    if kind == k.KEYWORD_ARGUMENT:
        name = node.child_by_field_id(k.NAME_FIELD)
        given = node.child_by_field_id(k.VALUE_FIELD)
        if name is not None and given is not None:
            start, end = name.byte_range
            flat += (_KEYWORD, out.strings[out.source[start:end]], value(out, given, use))
    elif kind in _OPERAND_SPREADS:
        for part in parts_of(out, node):
            flat += (_OPERAND_SPREADS[kind], -1, value(out, part))
    elif kind == k.PARENTHESIZED_LIST_SPLAT:
        while node.kind_id == k.PARENTHESIZED_LIST_SPLAT:
            node = (parts_of(out, node) or node.children)[0]
        flat += (_SPREAD, -1, inner_value(out, node))
    elif kind == k.ERROR:
        visit(out, node)
    elif kind not in k.EXTRAS:
        flat += (0, -1, value(out, node, use))


def sequence(type_name: bytes) -> Callable[[FactsBuilder, Node, int], int]:
    """The handler of a display (`[a, b]`, `a, b`, `{a, b}`) of that builtin type."""

    def literal(out: FactsBuilder, node: Node, use: int) -> int:
        flat: list[int] = []
        inner = _ANNOTATION if use == _ANNOTATION else 0
        for child in node.named_children:
            _operand(out, child, flat, inner)
        return out.literal(type_name, *node.byte_range, flat, use)

    return literal


# What is no container of values: a string in its subscript spells a type, as in
# `Handler = Callable[["Event"], None]`.
_TYPE_CONSTRUCTORS: Final = frozenset(
    (
        *(b"Optional", b"Union", b"Callable", b"Annotated", b"ClassVar", b"Type"),
        *(b"List", b"Dict", b"Set", b"FrozenSet", b"Tuple", b"DefaultDict"),
        *(b"Iterable", b"Iterator", b"Generator", b"Sequence", b"Mapping", b"MutableMapping"),
        *(b"AsyncIterable", b"AsyncIterator", b"AsyncGenerator", b"Awaitable", b"Coroutine"),
    )
)


def dictionary(out: FactsBuilder, node: Node, use: int) -> int:
    """`{"a": b, c: d, **e}`."""
    flat: list[int] = []
    for child in node.named_children:
        if child.kind_id != k.PAIR:
            _operand(out, child, flat)
            continue
        key_node = child.child_by_field_id(k.KEY_FIELD)
        given = child.child_by_field_id(k.VALUE_FIELD)
        if key_node is None or given is None:
            visit(out, child)
            continue
        key = plain_string(out, key_node)
        if key is None:
            visit(out, key_node)
            flat += (0, -1, value(out, given))
        else:
            flat += (_KEYWORD, out.strings[key], value(out, given))
    return out.literal(b"dict", *node.byte_range, flat, use)


def plain_string(out: FactsBuilder, node: Node) -> bytes | None:
    """What a string literal without prefix, escapes and line breaks says; None for all else."""
    if node.kind_id != k.STRING:
        return None
    start, end = node.byte_range
    text = out.source[start:end]
    if len(text) < 2 or text[0] not in b"'\"" or text[0] != text[-1] or b"\\" in text:
        return None
    inner = unquoted(text, 3 if text[:3] in (b'"""', b"'''") else 1)
    return None if b"\n" in inner else inner


def string(out: FactsBuilder, node: Node, use: int) -> int:
    """A string: a constant; in an annotation the type it spells."""
    start = node.start_byte
    source = out.source
    if source[start : start + 1] in QUOTES:
        if use == _ANNOTATION:
            return string_annotation(out, node, plain_string(out, node))
        note_path(out, start + 1, node.end_byte - 1)
        return out.constant(b"str")
    prefix = source[start : start + 2].lower()
    if b"b" in prefix:
        return out.constant(b"bytes")
    if b"f" in prefix or b"t" in prefix:
        for child in node.named_children:
            if child.kind_id == k.INTERPOLATION:
                visit(out, child)
    return out.constant(b"str")


def concatenated_string(out: FactsBuilder, node: Node, use: int) -> int:
    """`"a" f"{b}"`: the type of its first part."""
    rows = [value(out, part) for part in parts_of(out, node)]
    return rows[0] if rows else out.constant(b"str")


def constant(type_name: bytes) -> Callable[[FactsBuilder, Node, int], int]:
    """The handler of literals that all have that type."""

    def literal(out: FactsBuilder, node: Node, use: int) -> int:
        return out.constant(type_name)

    return literal


def number(out: FactsBuilder, node: Node, use: int) -> int:
    """An int, float or complex literal, whichever node kind the grammar gives it."""
    start, end = node.byte_range
    if out.source[end - 1 : end] in b"jJ" and start < end:
        return out.constant(b"complex")
    return out.constant(b"float" if node.kind_id == k.FLOAT else b"int")


def subscript(out: FactsBuilder, node: Node, use: int) -> int:
    """`a[b]`, `a[b, c]` and, in annotations and wherever it means a type, `Optional[b]`."""
    parts = parts_of(out, node)
    of = value(out, parts[0], _OBJECT)
    named = out.source[parts[0].start_byte : parts[0].end_byte].rpartition(b".")[2]
    if use == _ANNOTATION or named in _TYPE_CONSTRUCTORS:
        return subscript_row(out, node, of, parts[1:], use)
    flat: list[int] = []
    for part in parts[1:]:
        _operand(out, part, flat)
    at = flat[2] if flat else -1
    if len(flat) > 3:
        at = out.literal(b"tuple", parts[1].start_byte, parts[-1].end_byte, flat)
    return out.expression(_SUBSCRIPT, use, *node.byte_range, of, at)


def slice_(out: FactsBuilder, node: Node, use: int) -> int:
    """`1:n` of a subscript."""
    for part in node.named_children:
        visit(out, part)
    return out.constant(b"slice")


def await_(out: FactsBuilder, node: Node, use: int) -> int:
    """`await a`."""
    of = inner_value(out, node)
    return out.expression(_AWAIT, use, *node.byte_range, of)


def inner_value(out: FactsBuilder, node: Node, use: int = 0) -> int:
    """The row of the only part of a node: `(a)`, `*a`."""
    parts = parts_of(out, node)
    if not parts:
        return out.unknown(*node.byte_range, use)
    for part in parts[:-1]:
        visit(out, part)
    return value(out, parts[-1], use)


def yield_(out: FactsBuilder, node: Node, use: int) -> int:
    """`yield a` and `yield from a`; the row is what the generator is sent."""
    parts = parts_of(out, node)
    given = value(out, parts[0]) if parts else -1
    start, end = node.byte_range
    from_ = any(child.type == "from" for child in node.children[1:2])
    out.result(ResultKind.YIELD_FROM if from_ else ResultKind.YIELD, given)
    out.add_flags(out.owner(), DefinitionFlag.GENERATOR)
    return out.expression(_YIELDED, use, start, end)


# flames: ignore[parallel-logic] of another grammar; what they share is in `either` and `told_by`
def conditional(out: FactsBuilder, node: Node, use: int) -> int:
    """`a if b else c`."""
    parts = parts_of(out, node)
    if len(parts) != 3:
        return unknown(out, node, use)
    since = place(out)
    visit(out, parts[1])
    told = told_by(out, parts[1], since)
    one, other = either(out, told, lambda: value(out, parts[0]), lambda: value(out, parts[2]))
    return out.expression(_CHOICE, use, *node.byte_range, one, other)


def boolean(out: FactsBuilder, node: Node, use: int) -> int:
    """`a or b`, `a and b`."""
    parts = parts_of(out, node)
    if not is_tested(out, parts[0]):
        rows = [value(out, part) for part in parts]
        return out.expression(_CHOICE, use, *node.byte_range, rows[0], rows[-1])
    since = place(out)
    left = value(out, parts[0])
    holds, fails = told_by(out, parts[0], since)
    is_and = b"and" in out.source[parts[0].end_byte : parts[-1].start_byte]
    since = place(out)
    right = value(out, parts[-1])
    narrow(out, holds if is_and else fails, since)
    return out.expression(_CHOICE, use, *node.byte_range, left, right)


def binary(out: FactsBuilder, node: Node, use: int) -> int:
    """`a + b`; `a | b` in an annotation is a choice."""
    parts = parts_of(out, node)
    left, right = parts[0], parts[-1]
    operator = _operator(out, left, right)
    inner = _ANNOTATION if use == _ANNOTATION and operator == b"|" else 0
    one, other = value(out, left, inner), value(out, right, inner)
    if inner:
        return out.expression(_CHOICE, use, *node.byte_range, one, other)
    return out.expression(_OPERATOR, use, *node.byte_range, one, other, out.strings[operator])


def _operator(out: FactsBuilder, left: Node, right: Node) -> bytes:
    sibling = left.next_sibling
    while sibling is not None and sibling.is_named:
        sibling = sibling.next_sibling
    return b"" if sibling is None else b" ".join((sibling.type or "").encode().split())


def comparison(out: FactsBuilder, node: Node, use: int) -> int:
    """`a < b`; a chain `a < b < c` is one row a pair, the last one standing for the whole."""
    left = row = -1
    operator = b""
    start, end = node.byte_range
    for child in node.children:
        if not child.is_named:
            operator = child.type.encode()
        elif child.kind_id not in k.EXTRAS:
            right = value(out, child)
            if left >= 0:
                name = out.strings[operator]
                row = out.expression(_OPERATOR, use, start, end, left, right, name)
            left = right
    return row if row >= 0 else out.unknown(start, end, use)


def unary(out: FactsBuilder, node: Node, use: int) -> int:
    """`-a`, `~a`; the sign of a number belongs to it."""
    of = inner_value(out, node)
    if out.expressions[of * 8] == _LITERAL:
        return of
    start, end = node.byte_range
    return out.expression(
        _OPERATOR, use, start, end, of, -1, out.strings[out.source[start : start + 1]]
    )


def not_(out: FactsBuilder, node: Node, use: int) -> int:
    """`not a`."""
    of = inner_value(out, node)
    return out.expression(_OPERATOR, use, *node.byte_range, of, -1, out.strings[b"not"])


def unknown(out: FactsBuilder, node: Node, use: int) -> int:
    """Anything whose value says nothing; what it holds is visited."""
    for child in node.named_children:
        visit(out, child)
    return out.unknown(*node.byte_range, use)


HANDLERS: Final[dict[int, Callable[[FactsBuilder, Node, int], int]]] = {
    k.ATTRIBUTE: attribute,
    k.CALL: call,
    k.SUBSCRIPT: subscript,
    k.SLICE: slice_,
    k.AWAIT: await_,
    k.YIELD: yield_,
    k.CONDITIONAL_EXPRESSION: conditional,
    k.BOOLEAN_OPERATOR: boolean,
    k.BINARY_OPERATOR: binary,
    k.UNARY_OPERATOR: unary,
    k.NOT_OPERATOR: not_,
    k.COMPARISON_OPERATOR: comparison,
    k.PARENTHESIZED_EXPRESSION: inner_value,
    k.LIST_SPLAT: inner_value,
    k.EXPRESSION_LIST: sequence(b"tuple"),
    k.TUPLE: sequence(b"tuple"),
    k.LIST: sequence(b"list"),
    k.SET: sequence(b"set"),
    k.PATTERN_LIST: sequence(b"tuple"),
    k.TUPLE_PATTERN: sequence(b"tuple"),
    k.LIST_PATTERN: sequence(b"list"),
    k.DICTIONARY: dictionary,
    k.STRING: string,
    k.CONCATENATED_STRING: concatenated_string,
    k.INTEGER: number,
    k.FLOAT: number,
    k.TRUE: constant(b"bool"),
    k.FALSE: constant(b"bool"),
    k.NONE: constant(b"None"),
    k.ELLIPSIS: constant(b"ellipsis"),
}
