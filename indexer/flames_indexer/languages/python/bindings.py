"""Names that statements bind: assignment, for, with, except, del, global, case."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from flames_indexer.facts import BindingKind, DefinitionKind, ExpressionKind, ResultKind, Use
from flames_indexer.languages.builder import DEPTH_LIMIT, FactsBuilder
from flames_indexer.languages.python import kinds as k
from flames_indexer.languages.python.imports import public_names
from flames_indexer.languages.python.kinds import LEFT_FIELD, RIGHT_FIELD, TYPE_FIELD
from flames_indexer.languages.python.type_expressions import annotation
from flames_indexer.languages.python.walk import (
    EXPRESSIONS,
    QUOTES,
    parts_of,
    value,
    visit,
    visit_children,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_ASSIGN: Final = int(BindingKind.ASSIGN)
_ANNOTATION: Final = int(BindingKind.ANNOTATION)
_EXCEPTION: Final = int(BindingKind.EXCEPTION)
_ITERATE: Final = int(ExpressionKind.ITERATE)
_ENTER: Final = int(ExpressionKind.ENTER)
_UNPACK: Final = int(ExpressionKind.UNPACK)
_OPERATOR: Final = int(ExpressionKind.OPERATOR)
_STORE: Final = int(Use.STORE)
_ELEMENT: Final = int(BindingKind.ELEMENT)
_RETURN: Final = int(ResultKind.RETURN)

_SEQUENCES: Final = frozenset(
    (k.PATTERN_LIST, k.TUPLE_PATTERN, k.LIST_PATTERN, k.TUPLE, k.LIST, k.EXPRESSION_LIST)
)
_STARRED: Final = frozenset((k.LIST_SPLAT_PATTERN, k.LIST_SPLAT))
_WRAPPERS: Final = frozenset((k.PARENTHESIZED_EXPRESSION, k.AS_PATTERN_TARGET))


def expression_statement(out: FactsBuilder, node: Node) -> None:
    """An expression that stands alone; most are assignments and calls."""
    if out.scope == 0 and out.source.startswith(b"__all__", node.start_byte):
        public_names(out, node)
    for child in node.named_children:
        handler = EXPRESSIONS.get(child.kind_id)
        if handler is None:
            visit(out, child)
        else:
            handler(out, child, 0)


def assignment(out: FactsBuilder, node: Node, use: int) -> int:
    """`a = b`, `a: T = b`, `a: T`; the row is the value, which `x = a = b` binds again."""
    left = node.child_by_field_id(LEFT_FIELD)
    right = node.child_by_field_id(RIGHT_FIELD)
    if left is None:
        visit_children(out, node)
        return -1
    if right is not None and right.kind_id == k.LAMBDA and left.kind_id == k.IDENTIFIER:
        out.anonymous_name = out.source[left.start_byte : left.end_byte]
    row = -1 if right is None else value(out, right)
    declared = node.child_by_field_id(TYPE_FIELD)
    if declared is not None:
        _declare(out, left, annotation(out, declared), right is not None, row)
    else:
        target(out, left, row)
    return row


def _declare(out: FactsBuilder, node: Node, type_row: int, assigns: bool, row: int) -> None:
    """`a: T` and, where it `assigns`, `a: T = row`."""
    if node.kind_id == k.IDENTIFIER:
        out.bind(_ANNOTATION, *node.byte_range, type_row)
        if assigns:
            out.bind(_ASSIGN, *node.byte_range, row)
    elif node.kind_id == k.ATTRIBUTE:
        _store(out, node, [(_ANNOTATION, type_row)] + [(_ASSIGN, row)] * assigns)
    else:
        target(out, node, row)


def _store(out: FactsBuilder, node: Node, values: list[tuple[int, int]]) -> None:
    """`a.b = …` as member stores: (BindingKind, value row) each."""
    of_node = node.child_by_field_id(k.OBJECT_FIELD)
    member = node.child_by_field_id(k.ATTRIBUTE_FIELD)
    if of_node is None or member is None:
        visit_children(out, node)
        return
    of = value(out, of_node, _STORE)
    start, end = member.byte_range
    if start < end:
        name = out.strings[out.source[start:end]]
        for kind, row in values:
            out.members.extend((of, name, kind, row, out.scope, start))


def target(out: FactsBuilder, node: Node, row: int) -> None:
    """Binds whatever a target names to the value row; -1: to nothing known."""
    kind = node.kind_id
    if kind == k.IDENTIFIER:
        out.bind(_ASSIGN, *node.byte_range, row)
    elif kind == k.ATTRIBUTE:
        _store(out, node, [(_ASSIGN, row)])
    elif kind == k.SUBSCRIPT:
        at = value(out, node, _STORE)
        if row >= 0 and out.is_kind(at, ExpressionKind.SUBSCRIPT):
            key = out.strings[constant_key(out, node)]
            of = out.expressions[at * 8 + 5]
            out.members.extend((of, key, _ELEMENT, row, out.scope, node.start_byte))
    elif out.depth >= DEPTH_LIMIT:
        out.postpone(node)
    elif kind in _SEQUENCES:
        out.depth += 1
        _unpack(out, parts_of(out, node), row)
        out.depth -= 1
    elif kind in _WRAPPERS or kind in _STARRED:
        out.depth += 1
        for part in parts_of(out, node):
            target(out, part, row)
        out.depth -= 1
    else:
        visit(out, node)


def constant_key(out: FactsBuilder, node: Node) -> bytes:
    """`["a"]` or `[1]` of a subscript with such a constant; `[]` of another one."""
    keys = node.children_by_field_id(k.SUBSCRIPT_FIELD)
    if len(keys) == 1:
        start, end = keys[0].byte_range
        text = out.source[start:end]
        if keys[0].kind_id == k.INTEGER and text.isdigit():
            return b"[%b]" % text
        if keys[0].kind_id == k.STRING and text[:1] in QUOTES and b"\\" not in text:
            return b'["%b"]' % text.strip(text[:1])
    return b"[]"


def _unpack(out: FactsBuilder, targets: list[Node], row: int) -> None:
    starred = [part.kind_id in _STARRED for part in targets]
    known = out.elements(row) if row >= 0 else None
    if known is not None and len(known) == len(targets) and not any(starred):
        for part, element in zip(targets, known, strict=True):
            target(out, part, element)
        return
    seen_rest = False
    for position, part in enumerate(targets):
        at = position - len(targets) if seen_rest else position
        seen_rest |= starred[position]
        given = row
        if row >= 0:
            rest = 1 if starred[position] else 0
            given = out.expression(_UNPACK, 0, *part.byte_range, row, at, rest)
        target(out, part, given)


def augmented_assignment(out: FactsBuilder, node: Node, use: int) -> int:
    """`a += b`."""
    parts = parts_of(out, node)
    left, right = parts[0], parts[-1]
    of, by = value(out, left, _STORE), value(out, right)
    operator = left.next_sibling
    name = b"" if operator is None else operator.type.encode()
    row = out.expression(_OPERATOR, 0, *node.byte_range, of, by, out.strings[name])
    if left.kind_id == k.IDENTIFIER:
        out.bind(_ASSIGN, *left.byte_range, -1)
    elif left.kind_id == k.ATTRIBUTE and out.is_kind(of, ExpressionKind.MEMBER):
        start, _, object_, member = out.expressions[of * 8 + 3 : of * 8 + 7]
        out.members.extend((object_, member, _ASSIGN, -1, out.scope, start))
    return row


def named_expression(out: FactsBuilder, node: Node, use: int) -> int:
    """`(a := b)`: binds outside of comprehensions."""
    parts = parts_of(out, node)
    row = value(out, parts[-1], use)
    out.bind(_ASSIGN, *parts[0].byte_range, row, out.owner())
    return row


def for_statement(out: FactsBuilder, node: Node) -> None:
    """`for a in b`."""
    parts = parts_of(out, node)
    if len(parts) > 1:
        for_in(out, node, parts[0], parts[1], out.scope)
    for part in parts[2:]:
        visit(out, part)


def for_in(out: FactsBuilder, node: Node, left: Node, right: Node, outer: int) -> None:
    """Binds `left` in the current scope to the elements of `right`, evaluated in `outer`."""
    inner, out.scope = out.scope, outer
    of = value(out, right)
    asynchronous = 1 if is_async(out, node) else 0
    row = out.expression(_ITERATE, 0, *right.byte_range, of, -1, asynchronous)
    out.scope = inner
    target(out, left, row)


def is_async(out: FactsBuilder, node: Node) -> bool:
    """Whether a construct starts with `async`."""
    return out.source.startswith(b"async", node.start_byte)


def with_statement(out: FactsBuilder, node: Node) -> None:
    """`with a as b, c:`."""
    asynchronous = 1 if is_async(out, node) else 0
    for part in node.named_children:
        if part.kind_id != k.WITH_CLAUSE:
            visit(out, part)
            continue
        for item in part.named_children:
            if item.kind_id == k.WITH_ITEM:
                _with_item(out, item, asynchronous)
            else:
                visit(out, item)


def _with_item(out: FactsBuilder, node: Node, asynchronous: int) -> None:
    parts = parts_of(out, node)
    if not parts:
        return
    given, bound = _as_pattern(out, parts[0])
    of = value(out, given)
    row = out.expression(_ENTER, 0, *given.byte_range, of, -1, asynchronous)
    for part in bound:
        target(out, part, row)


def _as_pattern(out: FactsBuilder, node: Node) -> tuple[Node, list[Node]]:
    """(what is given, what it is bound to) of `a as b` or `a`."""
    parts = parts_of(out, node) if node.kind_id == k.AS_PATTERN else [node]
    return parts[0], parts[1:]


def as_pattern(out: FactsBuilder, node: Node, use: int) -> int:
    """`a as b` out of its place."""
    given, *bound = parts_of(out, node)
    row = value(out, given, use)
    for part in bound:
        target(out, part, row)
    return row


def except_clause(out: FactsBuilder, node: Node) -> None:
    """`except (A, B) as e:`."""
    parts = parts_of(out, node)
    if parts and parts[0].kind_id != k.BLOCK:
        given, bound = _as_pattern(out, parts[0])
        row = value(out, given)
        for part in bound:
            for name in parts_of(out, part) or [part]:
                out.bind(_EXCEPTION, *name.byte_range, row)
        parts = parts[1:]
    for part in parts:
        visit(out, part)


def delete_statement(out: FactsBuilder, node: Node) -> None:
    """`del a, b.c, d[e]`."""
    for part in parts_of(out, node):
        if part.kind_id == k.SUBSCRIPT:
            out.expressions[value(out, part, _STORE) * 8 + 7] = 1
        else:
            target(out, part, -1)


def global_statement(out: FactsBuilder, node: Node) -> None:
    """`global a`: later bindings of it are the module's."""
    for part in parts_of(out, node):
        out.redirect(out.source[part.start_byte : part.end_byte], 0)


def nonlocal_statement(out: FactsBuilder, node: Node) -> None:
    """`nonlocal a`: later bindings of it are those of the nearest function that binds it."""
    for part in parts_of(out, node):
        name = out.source[part.start_byte : part.end_byte]
        scope = nearest = out.parent(out.scope)
        while scope > 0 and not (
            out.definition_kind(scope) != DefinitionKind.CLASS and out.bound(name, scope)
        ):
            scope = out.parent(scope)
        out.redirect(name, scope if scope > 0 else max(nearest, 0))


def return_statement(out: FactsBuilder, node: Node) -> None:
    """`return a`."""
    parts = parts_of(out, node)
    out.result(_RETURN, value(out, parts[0]) if parts else -1)


STATEMENTS: Final[dict[int, Callable[[FactsBuilder, Node], None]]] = {
    k.EXPRESSION_STATEMENT: expression_statement,
    k.FOR_STATEMENT: for_statement,
    k.WITH_STATEMENT: with_statement,
    k.EXCEPT_CLAUSE: except_clause,
    k.DELETE_STATEMENT: delete_statement,
    k.GLOBAL_STATEMENT: global_statement,
    k.NONLOCAL_STATEMENT: nonlocal_statement,
    k.RETURN_STATEMENT: return_statement,
}

HANDLERS: Final[dict[int, Callable[[FactsBuilder, Node, int], int]]] = {
    k.ASSIGNMENT: assignment,
    k.AUGMENTED_ASSIGNMENT: augmented_assignment,
    k.NAMED_EXPRESSION: named_expression,
    k.AS_PATTERN: as_pattern,
}
