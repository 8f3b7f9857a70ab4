"""Which values are definitions, and the names they get from what they are bound to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flames_indexer.facts import BindingKind, DefinitionFlag, ExpressionKind, Use
from flames_indexer.languages.builder import unquoted
from flames_indexer.languages.javascript.reader import Hint, Reader

if TYPE_CHECKING:
    from tree_sitter import Node

_DEFINITION: Final = int(BindingKind.DEFINITION)
_ASSIGN: Final = int(BindingKind.ASSIGN)
_CHOICE: Final = int(ExpressionKind.CHOICE)
_CALL: Final = int(ExpressionKind.CALL)
_AWAIT: Final = int(ExpressionKind.AWAIT)
_MEMBER: Final = int(ExpressionKind.MEMBER)
_CALLEE: Final = int(Use.CALLEE)
_ANNOTATION: Final = int(Use.ANNOTATION)
_TYPED: Final = int(BindingKind.ANNOTATION)

_EXPORTS: Final = (b"module.exports", b"default", b"export=")

# Calls that give back their first argument, or something called like it.
_WRAPPERS: Final = frozenset(
    (
        *(b"memo", b"forwardRef", b"observer", b"useCallback", b"cache", b"action", b"freeze"),
        *(b"debounce", b"throttle", b"once", b"memoize", b"seal", b"defineComponent"),
    )
)
# Calls that give what a function of theirs will have imported.
_LAZY: Final = frozenset((b"lazy", b"loadable", b"dynamic", b"defineAsyncComponent"))
# `withRouter(A)`, `connect(state)(A)`: components made of components.
_COMPONENT_WRAPPER: Final = re.compile(rb"with[A-Z]\w*\Z|connect\Z|inject\Z")
_PEELS: Final = 20  # parentheses and `a = b =` around one value
_BRANCH_DEPTH: Final = 8  # of `a ? b : c ? d : e`; what is deeper is named by nothing

# An object literal inside one that is looked at for functions is looked into so deep.
_OBJECT_DEPTH: Final = 2


def named_value(out: Reader, node: Node, hint: Hint, depth: int = 0) -> int:
    """The row of a value that the hint's name is bound to, also by way of `a ? b : c`, `a || b`
    and wrappers like `memo(b)`."""
    k = out.k
    kind = node.kind_id
    if depth < _BRANCH_DEPTH:
        if kind == k.ternary_expression:
            return _branches(out, node, hint, depth + 1)
        if kind == k.binary_expression:
            return _alternative(out, node, hint, depth + 1)
        if kind == k.call_expression:
            row = _wrapped(out, node, hint, depth + 1)
            if row >= 0:
                return row
    if function_like(out, node, hint.name in out.stored_objects):
        if out.hint is None:  # in `a = b = function () {}` the first name counts
            out.hint = hint
        row = out.value(node)
        out.hint = None
        return row
    return out.value(node)


def _branches(out: Reader, node: Node, hint: Hint, depth: int) -> int:
    parts = out.parts(node)
    if len(parts) != 3 or out.hint is not None:
        return out.value(node)
    out.visit(parts[0])
    one = named_value(out, parts[1], hint, depth)
    other = named_value(out, parts[2], hint, depth)
    return out.expression(_CHOICE, 0, *node.byte_range, one, other)


def _alternative(out: Reader, node: Node, hint: Hint, depth: int) -> int:
    parts = out.parts(node)
    if len(parts) != 2 or out.hint is not None or not function_like(out, parts[1]):
        return out.value(node)
    operator = out.source[parts[0].end_byte : parts[1].start_byte]
    left = out.value(parts[0])
    right = named_value(out, parts[1], hint, depth)
    if b"&&" in operator:
        return right
    return out.expression(_CHOICE, 0, *node.byte_range, left, right)


def _wrapped(out: Reader, node: Node, hint: Hint, depth: int) -> int:
    """The row of the function in `memo(function () {})`: what is called by the name; of `memo(A)`
    and `lazy(() => import("m"))` either what the call gives or what is wrapped; -1: no such call.
    """
    parts = out.parts(node)
    if not parts or parts[-1].kind_id != out.k.arguments or out.hint is not None:
        return -1
    wrapper = out.text(parts[0]).partition(b"(")[0].rpartition(b".")[2]
    is_lazy = wrapper in _LAZY
    if not (is_lazy or wrapper in _WRAPPERS or _COMPONENT_WRAPPER.match(wrapper)):
        return -1
    arguments = out.parts(parts[-1])
    if not arguments or (is_lazy and arguments[0].kind_id not in out.dialect.functions):
        return -1
    callee = out.value(parts[0], _CALLEE)
    without_type_arguments(out, node, parts)
    row = out.value(arguments[0]) if is_lazy else named_value(out, arguments[0], hint, depth)
    flat = [0, -1, row]
    for argument in arguments[1:]:
        flat += (0, -1, out.value(argument))
    first, count = out.operand_rows(flat)
    call = out.expression(_CALL, 0, *node.byte_range, callee, first, count)
    if not is_lazy and out.defined_by(row) >= 0:
        return row
    if is_lazy:
        row = _default_of_result(out, row, node.end_byte)
    return out.expression(_CHOICE, 0, *node.byte_range, call, row)


def without_type_arguments(out: Reader, call: Node, parts: list[Node]) -> list[Node]:
    """The parts of a call but its type arguments, which are bound to `<>` and where it ends."""
    if len(parts) < 3 or parts[1].kind_id != out.k.type_arguments:
        return parts
    typed = out.value(parts[1], _ANNOTATION)
    out.bind_name(_TYPED, b"<>%d" % call.end_byte, parts[1].start_byte, typed, out.scope)
    return [parts[0], *parts[2:]]


def _default_of_result(out: Reader, function: int, end: int) -> int:
    """What a module that a function gives exports as default; names nothing in the source."""
    called = out.expression(_CALL, 0, end, end, function, -1, 0)
    awaited = out.expression(_AWAIT, 0, end, end, called)
    return out.expression(_MEMBER, 0, end, end, awaited, out.strings[b"default"], 1)


def function_like(out: Reader, node: Node, stored_on: bool = False) -> bool:
    """Whether the value of a node is a function, a class, or an object that holds functions.

    `stored_on`: functions are stored on the name it is bound to, so that any object counts.
    """
    node = peeled(out, node)
    kind = node.kind_id
    if kind in out.dialect.functions:
        return True
    if stored_on and kind == out.k.call_expression:
        return out.text(node).startswith(b"Object.create(")
    return kind == out.k.object and (stored_on or holds_functions(out, node))


def peeled(out: Reader, node: Node) -> Node:
    """What stands in parentheses, before `as T`, or at the end of `a = b = …`."""
    k = out.k
    for _ in range(_PEELS):
        kind = node.kind_id
        if kind == k.assignment_expression:
            at = -1
        elif (
            kind in (k.parenthesized_expression, k.as_expression, k.satisfies_expression)
            or kind == k.non_null_expression
        ):
            at = 0
        else:
            return node
        parts = node.named_children
        if not parts:
            return node
        node = parts[at]
    return node


def holds_functions(out: Reader, node: Node, depth: int = _OBJECT_DEPTH) -> bool:
    """Whether an object literal has methods or functions among its own values."""
    k = out.k
    text = out.text(node)
    if b"(" not in text and b"=>" not in text:
        return False
    for child in node.named_children:
        kind = child.kind_id
        if kind == k.method_definition:
            return True
        if kind == k.pair:
            value = child.child_by_field_name("value")
            if value is None:
                continue
            value = peeled(out, value)
            if value.kind_id in out.dialect.functions:
                return True
            if value.kind_id == k.object and depth and holds_functions(out, value, depth - 1):
                return True
    return False


def is_declaration(node: Node) -> bool:
    """Whether it is a declaration that names itself."""
    return node.type.endswith(("_declaration", "_signature"))


def own_name(out: Reader, own: Node | None, hint: Hint | None) -> Hint | None:
    """The hint that counts when a function or class has a name of its own: what it is bound to,
    unless that is only the module's export."""
    if own is None or (hint is not None and hint.name not in _EXPORTS):
        return hint
    start, end = own.byte_range
    outer = -1 if hint is None else hint.outer_start
    return Hint(out.source[start:end], start, end, outer_start=outer)


def bind_value(out: Reader, start: int, end: int, row: int) -> None:
    """Declares the name at that place as a value, or as the definition the value is."""
    defined = out.defined_by(row)
    if defined >= 0:
        out.bind(_DEFINITION, start, end, defined)
    else:
        out.bind(_ASSIGN, start, end, row)


def bind_member(out: Reader, name: bytes, start: int, row: int, owner: int) -> None:
    """Binds a member of `owner` to a value, or to the definition the value is."""
    defined = out.defined_by(row)
    if defined >= 0:
        out.bind_name(_DEFINITION, name, start, defined, owner)
    else:
        out.bind_name(_ASSIGN, name, start, row, owner)


def property_name(out: Reader, node: Node) -> tuple[bytes, int, int]:
    """(name, start, end) of a property's key; `[Symbol.iterator]` is named as written."""
    start, end = node.byte_range
    text = out.source[start:end]
    if node.kind_id == out.k.string:
        return unquoted(text), start + 1, end - 1
    if node.kind_id == out.k.computed_property_name:
        return b"".join(text.split()), start, end
    return text, start, end


def leading_flags(words: bytes) -> int:
    """The flags that the words before a function's or member's name give it."""
    flags = 0
    tokens = words.replace(b"*", b" * ").split()
    for token in tokens:
        flags |= _WORDS.get(token, 0)
    return flags


_WORDS: Final[dict[bytes, int]] = {
    b"async": int(DefinitionFlag.ASYNC),
    b"*": int(DefinitionFlag.GENERATOR),
    b"static": int(DefinitionFlag.STATIC),
    b"get": int(DefinitionFlag.PROPERTY),
    b"set": int(DefinitionFlag.SETTER),
    b"accessor": 0,
    b"private": int(DefinitionFlag.PRIVATE),
    b"abstract": int(DefinitionFlag.ABSTRACT),
}
