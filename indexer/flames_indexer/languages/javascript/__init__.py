"""JavaScript: one grammar for .js, .mjs, .cjs and .jsx; its handlers also read TypeScript."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import tree_sitter_javascript

from flames_indexer.facts import FileFacts
from flames_indexer.languages.grammar import Grammar
from flames_indexer.languages.javascript import (
    assignments,
    classes,
    conditions,
    expressions,
    functions,
    jsx,
    modules,
    objects,
    statements,
)
from flames_indexer.languages.javascript.prototypes import survey
from flames_indexer.languages.javascript.reader import Dialect, Reader, Value, Visit
from flames_indexer.languages.javascript.respelling import respell_script

if TYPE_CHECKING:
    from tree_sitter import Node

_MODULES: Final = (assignments, classes, expressions, functions, jsx, objects, statements)

VALUES: Final[dict[str, Value]] = {k: v for module in _MODULES for k, v in module.VALUES.items()}
VISITS: Final[dict[str, Visit]] = {
    k: v
    for module in (assignments, classes, conditions, functions, jsx, modules, statements)
    for k, v in module.VISITS.items()
}


def grammar(name: str) -> Grammar:
    """The grammar, loaded once by the caller."""
    return _grammar()


def extract(name: str, root: Node, source: bytes) -> FileFacts:
    """The facts of a tree of `source`."""
    return read(Reader(name, source, _dialect()), root, _grammar())


def read(out: Reader, root: Node, grammar: Grammar) -> FileFacts:
    """The facts of a tree, by whichever dialect the reader has."""
    survey(out)
    out.tests = conditions.has_tests(out.source)
    out.visit(root)
    while (node := out.take_postponed()) is not None:
        out.visit(node)
    out.bind_assigned()
    out.bind_exported()
    return out.finish(grammar.problems(root))


@cache
def _grammar() -> Grammar:
    return Grammar(tree_sitter_javascript.language(), respell_script)


@cache
def _dialect() -> Dialect:
    return Dialect.of(_grammar(), VALUES, VISITS)
