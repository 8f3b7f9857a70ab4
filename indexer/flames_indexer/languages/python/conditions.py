"""Conditions of Python: `isinstance(a, B)`, and where it has come out one way or the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flames_indexer.languages.builder import DEPTH_LIMIT, FactsBuilder
from flames_indexer.languages.narrowing import Place, Sides, Told, narrow, place, row_ending
from flames_indexer.languages.python import kinds as k
from flames_indexer.languages.python.walk import parts_of, visit, visit_all

if TYPE_CHECKING:
    from tree_sitter import Node

TEST: Final = b"isinstance"
_LEAVING: Final = frozenset(
    (k.RETURN_STATEMENT, k.RAISE_STATEMENT, k.CONTINUE_STATEMENT, k.BREAK_STATEMENT)
)


def is_tested(out: FactsBuilder, node: Node) -> bool:
    """Whether a node has a test of a kind that tells something."""
    return out.tests and out.source.find(TEST, *node.byte_range) >= 0


def told_by(out: FactsBuilder, node: Node, since: Place) -> Sides:
    """What a condition that was read `since` tells where it holds, and where it does not."""
    kind = node.kind_id
    if not is_tested(out, node):
        return (), ()
    parts = parts_of(out, node)
    if kind == k.PARENTHESIZED_EXPRESSION and len(parts) == 1:
        return told_by(out, parts[0], since)
    if kind == k.NOT_OPERATOR and parts:
        holds, fails = told_by(out, parts[0], since)
        return fails, holds
    if kind == k.BOOLEAN_OPERATOR and len(parts) == 2:
        holds, fails = told_by(out, parts[0], since)
        more, others = told_by(out, parts[1], since)
        is_and = b"and" in out.source[parts[0].end_byte : parts[1].start_byte]
        return (holds + more, ()) if is_and else ((), fails + others)
    if kind == k.CALL and len(parts) == 2:
        told = _told_by_call(out, parts[0], parts_of(out, parts[1]), since)
        return told, tuple(one.negated() for one in told)
    return (), ()


def _told_by_call(
    out: FactsBuilder, callee: Node, arguments: list[Node], since: Place
) -> tuple[Told, ...]:
    if out.source[callee.start_byte : callee.end_byte] != TEST or len(arguments) != 2:
        return ()
    of, by = (row_ending(out, argument.end_byte, since) for argument in arguments)
    return (Told(of, by, 0),) if of >= 0 and by >= 0 else ()


def if_statement(out: FactsBuilder, node: Node) -> tuple[Told, ...]:
    """An `if` with its branches; what holds behind it, if its only branch leaves."""
    failed: tuple[Told, ...] = ()
    holds: tuple[Told, ...] = ()
    leaves = False
    for part in parts_of(out, node):
        since = place(out)
        kind = part.kind_id
        if kind == k.BLOCK:
            visit(out, part)
            narrow(out, holds, since)
            leaves = _leaves(part)
        elif kind == k.ELIF_CLAUSE:
            failed += _elif_clause(out, part, failed)
            leaves = False
        elif kind == k.ELSE_CLAUSE:
            visit(out, part)
            narrow(out, failed, since)
            leaves = False
        else:
            visit(out, part)
            holds, failed = told_by(out, part, since)
    return failed if leaves else ()


def _elif_clause(out: FactsBuilder, node: Node, failed: tuple[Told, ...]) -> tuple[Told, ...]:
    """An `elif` after what failed; what is told where it fails too."""
    whole = place(out)
    holds: tuple[Told, ...] = ()
    fails: tuple[Told, ...] = ()
    for part in parts_of(out, node):
        since = place(out)
        visit(out, part)
        if part.kind_id == k.BLOCK:
            narrow(out, holds, since)
        else:
            holds, fails = told_by(out, part, since)
    narrow(out, failed, whole)
    return fails


def _leaves(block: Node) -> bool:
    statements = block.named_children
    return bool(statements) and statements[-1].kind_id in _LEAVING


def block(out: FactsBuilder, node: Node) -> None:
    """The statements of a block."""
    statements(out, node, node.named_children)


def statements(out: FactsBuilder, node: Node, nodes: list[Node]) -> None:
    """Statements, the children of a node: what some tell holds for those behind them."""
    if out.depth >= DEPTH_LIMIT or not is_tested(out, node):
        visit_all(out, nodes)
        return
    behind: list[tuple[tuple[Told, ...], Place]] = []
    out.depth += 1
    for child in nodes:
        told: tuple[Told, ...] = ()
        if child.kind_id == k.IF_STATEMENT and is_tested(out, child):
            told = if_statement(out, child)
        else:
            since = place(out)
            visit(out, child)
            if child.kind_id == k.ASSERT_STATEMENT:
                told = told_by(out, parts_of(out, child)[0], since)[0]
        if told:
            behind.append((told, place(out)))
    for told, since in reversed(behind):
        narrow(out, told, since)
    out.depth -= 1
