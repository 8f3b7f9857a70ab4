"""Expressions: names, members, calls, operators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flames_indexer.facts import ExpressionKind, OperandKind, ResultKind, Use
from flames_indexer.languages.builder import unquoted
from flames_indexer.languages.javascript.conditions import is_tested, told_by
from flames_indexer.languages.javascript.kinds import ERROR
from flames_indexer.languages.javascript.modules import required
from flames_indexer.languages.javascript.names import without_type_arguments
from flames_indexer.languages.javascript.prototypes import created_object, inherit
from flames_indexer.languages.javascript.reader import Reader, Value
from flames_indexer.languages.javascript.titles import entitle, title
from flames_indexer.languages.narrowing import either, narrow, place

if TYPE_CHECKING:
    from tree_sitter import Node

_NAME: Final = int(ExpressionKind.NAME)
_CALL: Final = int(ExpressionKind.CALL)
_NEW: Final = int(ExpressionKind.NEW)
_FUNCTION: Final = int(ExpressionKind.FUNCTION)
_SUBSCRIPT: Final = int(ExpressionKind.SUBSCRIPT)
_AWAIT: Final = int(ExpressionKind.AWAIT)
_CHOICE: Final = int(ExpressionKind.CHOICE)
_OPERATOR: Final = int(ExpressionKind.OPERATOR)
_YIELDED: Final = int(ExpressionKind.YIELDED)
_CALLEE: Final = int(Use.CALLEE)
_OBJECT: Final = int(Use.OBJECT)
_ANNOTATION: Final = int(Use.ANNOTATION)
_SPREAD: Final = int(OperandKind.SPREAD)

_EITHER: Final = (b"||", b"??")
_SHORT: Final = (b"&&", b"||")
_VALUED: Final = (b"&&", b"+", b"instanceof")  # instanceof: for what it tells of its sides
_TRUTH: Final = frozenset(
    (b"==", b"===", b"!=", b"!==", b"<", b">", b"<=", b">=", b"in", b"instanceof")
)


def is_plain_chain(text: bytes) -> bool:
    """Whether the text is `a.b.c`, names and dots alone."""
    return (
        text.translate(None, b"._$#").isalnum()
        and not 48 <= text[0] <= 57
        and text[0] != 46
        and text[-1] != 46
        and not text.startswith((b"import.", b"new."))
    )


def chained(out: Reader, node: Node, use: int) -> int:
    """`a.b`, `a?.b`, `a[b]`, `a(b)`, `a!` and any chain of them, without recursing down it."""
    if out.hint is not None:  # `Object.create(base)` that functions are stored on
        hint = out.hint
        out.hint = None
        return out.expression(_FUNCTION, use, *node.byte_range, created_object(out, node, hint))
    links: list[tuple[int, Node, list[Node]]] = []
    k = out.k
    row = -1
    while row < 0:
        kind = node.kind_id
        if kind == k.member_expression:
            start, end = node.byte_range
            text = out.source[start:end]
            if is_plain_chain(text):
                row = _chain(out, text, start, _use_below(links, use, k.call_expression))
                break
        elif kind == k.call_expression:
            parts = out.parts(node)
            row = required(out, node, parts)
            if row >= 0:
                break
            links.append((kind, node, parts))
            node = parts[0]
            continue
        elif kind not in (k.subscript_expression, k.non_null_expression):
            row = out.value(node, _use_below(links, use, k.call_expression))
            break
        parts = out.parts(node)
        if not parts:
            row = out.unknown(*node.byte_range, use)
            break
        links.append((kind, node, parts))
        node = parts[0]
    return _linked(out, row, links, use)


def _chain(out: Reader, text: bytes, start: int, use: int) -> int:
    """`a.b.c`; what `exports.a` holds is bound to the name `exports.a`."""
    if not text.startswith((b"exports.", b"module.exports.")):
        return out.chain(text, start, use)
    before, _, rest = text.partition(b"exports.")
    name, _, rest = rest.partition(b".")
    at = start + len(before) + len(b"exports.")
    row = out.expression(_NAME, use, at, at + len(name), out.strings[b"exports." + name])
    for part in rest.split(b".") if rest else ():
        out.set_use(row, _OBJECT)
        at += len(name) + 1
        name = part
        row = out.member(row, at, at + len(name), use)
    return row


def _use_below(links: list[tuple[int, Node, list[Node]]], use: int, call: int) -> int:
    if not links:
        return use
    return _CALLEE if links[-1][0] == call else _OBJECT


def _linked(out: Reader, row: int, links: list[tuple[int, Node, list[Node]]], use: int) -> int:
    k = out.k
    while links:
        kind, node, parts = links.pop()
        its_use = _use_below(links, use, k.call_expression)
        if kind == k.non_null_expression:
            out.reuse(row, its_use)
        elif kind == k.call_expression:
            row = _call(out, node, parts, row, its_use)
        elif kind == k.member_expression:
            row = _member(out, node, parts, row, its_use)
        else:
            row = _subscript(out, node, parts, row, its_use)
    return row


def _call(out: Reader, node: Node, parts: list[Node], callee: int, use: int) -> int:
    start, end = node.byte_range
    parts = without_type_arguments(out, node, parts)
    first, count = out.operand_rows(_arguments(out, parts[1:], parts[0]))
    inherit(out, parts)
    return out.expression(_CALL, use, start, end, callee, first, count)


def _arguments(out: Reader, parts: list[Node], callee: Node | None = None) -> list[int]:
    """Operands of the arguments; functions are named after a string beside them, if `callee` is
    given."""
    flat: list[int] = []
    k = out.k
    for part in parts:
        if part.kind_id == k.arguments:
            arguments = part.named_children
            name = None if callee is None else title(out, callee, arguments)
            for argument in arguments:
                if name is not None:
                    entitle(out, argument, name)
                operand(out, argument, flat)
        elif part.kind_id != k.optional_chain:
            out.visit(part)
    return flat


def operand(out: Reader, node: Node, flat: list[int]) -> None:
    """Adds one argument or element to operands under construction."""
    kind = node.kind_id
    if kind == out.k.spread_element:
        for part in out.parts(node):
            flat += (_SPREAD, -1, out.value(part))
    elif kind == ERROR:
        out.visit(node)
    elif kind != out.k.comment:
        flat += (0, -1, out.value(node))


def _member(out: Reader, node: Node, parts: list[Node], of: int, use: int) -> int:
    start, end = parts[-1].byte_range
    if len(parts) < 2 or start == end:  # `a.` while typing
        return out.unknown(*node.byte_range, use)
    return out.member(of, start, end, use)


def _subscript(out: Reader, node: Node, parts: list[Node], of: int, use: int) -> int:
    index = parts[-1]
    key = property_string(out, index)
    if key is not None:
        return out.member(of, *key, use)
    at = out.value(index) if len(parts) > 1 and index.kind_id != out.k.optional_chain else -1
    return out.expression(_SUBSCRIPT, use, *node.byte_range, of, at)


def property_string(out: Reader, node: Node) -> tuple[int, int] | None:
    """The span inside the quotes of a string that is spelt like a property's name."""
    if node.kind_id != out.k.string:
        return None
    start, end = node.byte_range
    inner = unquoted(out.source[start:end])
    if inner.translate(None, b"_$").isalnum() and not 48 <= inner[0] <= 57:
        return start + 1, end - 1
    return None


def new(out: Reader, node: Node, use: int) -> int:
    """`new X(a)`; type arguments make the callee a SUBSCRIPT."""
    parts = out.parts(node)
    if not parts:
        return out.unknown(*node.byte_range, use)
    callee = out.value(parts[0], _CALLEE)
    rest = parts[1:]
    if rest and rest[0].kind_id == out.k.type_arguments:
        out.reuse(callee, _OBJECT)
        at = out.value(rest[0], _ANNOTATION)
        start, end = parts[0].start_byte, rest[0].end_byte
        callee = out.expression(_SUBSCRIPT, _CALLEE, start, end, callee, at)
        rest = rest[1:]
    first, count = out.operand_rows(_arguments(out, rest))
    return out.expression(_NEW, use, *node.byte_range, callee, first, count)


def word(out: Reader, node: Node, use: int) -> int:
    """`this`, `super`."""
    return out.name(*node.byte_range, use)


def await_(out: Reader, node: Node, use: int) -> int:
    """`await a`."""
    return out.expression(_AWAIT, use, *node.byte_range, inner(out, node))


def inner(out: Reader, node: Node, use: int = 0) -> int:
    """The row of the last part of a node: `(a)`, `(a, b)`, `...a`; the others are visited."""
    parts = out.parts(node)
    if not parts:
        return out.unknown(*node.byte_range, use)
    for part in parts[:-1]:
        out.visit(part)
    return out.value(parts[-1], use)


# flames: ignore[parallel-logic] `typeof a` is a type of its own, this is the value
def first(out: Reader, node: Node, use: int) -> int:
    """The row of the first part: `a as T`, `a satisfies T`, `a!`; what follows is visited."""
    parts = out.parts(node)
    if not parts:
        return out.unknown(*node.byte_range, use)
    row = out.value(parts[0], use)
    for part in parts[1:]:
        out.visit(part)
    return row


def yield_(out: Reader, node: Node, use: int) -> int:
    """`yield a` and `yield* a`; the row is what the generator is sent."""
    parts = out.parts(node)
    given = out.value(parts[0]) if parts else -1
    start, end = node.byte_range
    from_ = out.source[start + 5 : start + 7].strip().startswith(b"*")
    out.result(ResultKind.YIELD_FROM if from_ else ResultKind.YIELD, given)
    return out.expression(_YIELDED, use, start, end)


def ternary(out: Reader, node: Node, use: int) -> int:
    """`a ? b : c`."""
    parts = out.parts(node)
    if len(parts) != 3:
        return _visited(out, node, use)
    since = place(out)
    out.visit(parts[0])
    told = told_by(out, parts[0], since)
    one, other = either(out, told, lambda: out.value(parts[1]), lambda: out.value(parts[2]))
    return out.expression(_CHOICE, use, *node.byte_range, one, other)


def binary(out: Reader, node: Node, use: int) -> int:
    """`a + b` and the like, without recursing down the left side."""
    rights: list[tuple[Node, bytes, Node]] = []
    kind = node.kind_id
    while node.kind_id == kind:
        parts = out.parts(node)
        if len(parts) != 2:
            break
        rights.append((node, _operator(parts), parts[1]))
        node = parts[0]
    if not rights:
        return _visited(out, node, use)
    begin = place(out)
    row = _operand_of(out, node, rights[-1][1]) if node.kind_id != kind else -1
    if row < 0 and node.kind_id == kind:
        row = _visited(out, node, 0)
    while rights:
        whole, operator, right = rights.pop()
        since = place(out)
        value = _operand_of(out, right, operator)
        if operator in _SHORT and is_tested(out, whole):
            holds, fails = told_by(out, out.parts(whole)[0], begin)
            narrow(out, holds if operator == b"&&" else fails, since)
        row = _operated(out, whole, operator, row, value)
    if row < 0:
        return out.unknown(*node.byte_range, use)
    if use:
        out.reuse(row, use)
    return row


def _operator(parts: list[Node]) -> bytes:
    sibling = parts[0].next_sibling
    while sibling is not None and sibling.is_named:
        sibling = sibling.next_sibling
    return b"" if sibling is None else sibling.type.encode()


def _operand_of(out: Reader, node: Node, operator: bytes) -> int:
    """Its row where the value of the whole can be that of a side; else it is only visited."""
    if operator in _EITHER or operator in _VALUED:
        return out.value(node)
    out.visit(node)
    return -1


def _operated(out: Reader, node: Node, operator: bytes, left: int, right: int) -> int:
    start, end = node.byte_range
    if operator in _EITHER:
        return out.expression(_CHOICE, 0, start, end, left, right)
    if operator == b"&&":
        return right
    if operator == b"+":
        name = out.strings[operator]
        return out.expression(_OPERATOR, 0, start, end, left, right, name)
    return out.constant(b"bool" if operator in _TRUTH else b"float")


def unary(out: Reader, node: Node, use: int) -> int:
    """`!a`, `-a`, `typeof a`, `void a`, `delete a.b`."""
    start = node.start_byte
    for part in out.parts(node):
        out.visit(part)
    sign = out.source[start : start + 1]
    type_name = {b"!": b"bool", b"t": b"str", b"v": b"None", b"d": b"bool"}.get(sign, b"float")
    return out.constant(type_name)


def update(out: Reader, node: Node, use: int) -> int:
    """`a++`: a number."""
    for part in out.parts(node):
        out.visit(part)
    return out.constant(b"float")


def _visited(out: Reader, node: Node, use: int) -> int:
    for child in node.named_children:
        out.visit(child)
    return out.unknown(*node.byte_range, use)


VALUES: Final[dict[str, Value]] = {
    "member_expression": chained,
    "subscript_expression": chained,
    "call_expression": chained,
    "new_expression": new,
    "this": word,
    "super": word,
    "await_expression": await_,
    "parenthesized_expression": inner,
    "sequence_expression": inner,
    "spread_element": inner,
    "yield_expression": yield_,
    "ternary_expression": ternary,
    "binary_expression": binary,
    "unary_expression": unary,
    "update_expression": update,
    "meta_property": _visited,
    "import": _visited,
}
