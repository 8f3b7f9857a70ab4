"""Conditions: `a instanceof B` and `isB(a)`, and where they have come out one way or the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flames_indexer.facts import Narrowing
from flames_indexer.languages.javascript.reader import Reader, Visit
from flames_indexer.languages.narrowing import Place, Sides, Told, narrow, place, row_ending

if TYPE_CHECKING:
    from tree_sitter import Node

# A call tells something only if what it calls is declared so: `(a): a is B`. Its name is nearly
# always `isB`, and to ask all others costs a value for each name in a condition.
_TEST: Final = re.compile(rb"\binstanceof\b|\bis[A-Z]")
_GUARD: Final = re.compile(rb"(?:[\w$]+\.)*is[A-Z][\w$]*\Z")

_NOTHING: Final[Sides] = ((), ())


def has_tests(source: bytes) -> bool:
    """Whether a source has conditions of these kinds."""
    return _TEST.search(source) is not None


def is_tested(out: Reader, node: Node) -> bool:
    """Whether a node has a test of a kind that tells something."""
    return out.tests and _TEST.search(out.source, *node.byte_range) is not None


def told_by(out: Reader, node: Node, since: Place) -> Sides:
    """What a condition that was read `since` tells where it holds, and where it does not."""
    k, kind = out.k, node.kind_id
    if not is_tested(out, node):
        return _NOTHING
    parts = out.parts(node)
    if kind == k.parenthesized_expression and len(parts) == 1:
        return told_by(out, parts[0], since)
    if kind == k.unary_expression and out.source[node.start_byte : node.start_byte + 1] == b"!":
        holds, fails = told_by(out, parts[0], since)
        return fails, holds
    if kind == k.binary_expression and len(parts) == 2:
        return _told_by_binary(out, parts, since)
    if kind == k.call_expression and len(parts) == 2 and _GUARD.match(out.text(parts[0])):
        arguments = out.parts(parts[1])
        return (
            _told(out, arguments[0], parts[0], Narrowing.BY_CALL, since) if arguments else _NOTHING
        )
    return _NOTHING


def _told_by_binary(out: Reader, parts: list[Node], since: Place) -> Sides:
    sign = out.source[parts[0].end_byte : parts[1].start_byte].strip()
    if sign == b"instanceof":
        return _told(out, parts[0], parts[1], 0, since)
    if sign not in (b"&&", b"||"):
        return _NOTHING
    holds, fails = told_by(out, parts[0], since)
    more, others = told_by(out, parts[1], since)
    return (holds + more, ()) if sign == b"&&" else ((), fails + others)


def _told(out: Reader, of: Node, by: Node, how: int, since: Place) -> Sides:
    row, teller = row_ending(out, of.end_byte, since), row_ending(out, by.end_byte, since)
    if row < 0 or teller < 0:
        return _NOTHING
    told = Told(row, teller, how)
    return (told,), (told.negated(),)


def if_statement(out: Reader, node: Node) -> None:
    """An `if` with its branches."""
    if is_tested(out, node):
        told_behind(out, node)
    else:
        out.visit_children(node)


def told_behind(out: Reader, node: Node) -> tuple[Told, ...]:
    """Reads an `if` and its branches; what holds behind it, if its only branch leaves."""
    condition, *branches = out.parts(node)
    since = place(out)
    out.visit(condition)
    holds, fails = told_by(out, condition, since)
    for branch, told in zip(branches, (holds, fails), strict=False):
        since = place(out)
        out.visit(branch)
        narrow(out, told, since)
    return fails if len(branches) == 1 and _leaves(out, branches[0]) else ()


def _leaves(out: Reader, branch: Node) -> bool:
    k = out.k
    statements = out.parts(branch) if branch.kind_id == k.statement_block else [branch]
    leaving = (k.return_statement, k.throw_statement, k.continue_statement, k.break_statement)
    return bool(statements) and statements[-1].kind_id in leaving


VISITS: Final[dict[str, Visit]] = {"if_statement": if_statement}
