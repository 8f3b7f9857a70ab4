"""Python: what its files say. `extract` is the whole of it; one module a kind of construct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flames_indexer.facts import FileFacts
from flames_indexer.languages.builder import FactsBuilder
from flames_indexer.languages.grammar import Grammar
from flames_indexer.languages.python import (
    bindings,
    conditions,
    definitions,
    expressions,
    imports,
    kinds,
    patterns,
    texts,
    type_expressions,
    walk,
)
from flames_indexer.languages.python.builtin_names import BUILTIN_NAMES

if TYPE_CHECKING:
    from tree_sitter import Node

for _module in (type_expressions, bindings, definitions, expressions):
    walk.EXPRESSIONS.update(_module.HANDLERS)
for _statements in (
    bindings.STATEMENTS,
    definitions.STATEMENTS,
    patterns.STATEMENTS,
    {
        kinds.IMPORT_STATEMENT: imports.import_statement,
        kinds.IMPORT_FROM_STATEMENT: imports.import_from_statement,
        kinds.FUTURE_IMPORT_STATEMENT: imports.future_import_statement,
        kinds.IF_STATEMENT: imports.if_statement,
        kinds.TRY_STATEMENT: imports.try_statement,
        kinds.IDENTIFIER: walk.pending_name,
        kinds.BLOCK: conditions.block,
        kinds.COMMENT: walk.nothing,
        kinds.PASS_STATEMENT: walk.nothing,
        kinds.TYPE_ALIAS_STATEMENT: type_expressions.type_alias,
    },
):
    walk.STATEMENTS.update(_statements)


def grammar(name: str) -> Grammar:
    """The grammar; there is one dialect."""
    return kinds.GRAMMAR


def extract(name: str, root: Node, source: bytes) -> FileFacts:
    """The facts of a tree of `source`."""
    out = FactsBuilder(name, source)
    out.tests = conditions.TEST in source
    statements = [child for child in root.named_children if child.kind_id != kinds.COMMENT]
    if statements:
        definitions.document(out, statements[0], 0)
    walk.visit_all(out, statements)
    while (node := out.take_postponed()) is not None:
        walk.visit(out, node)
    imports.dynamic_imports(out)
    texts.asked_names(out)
    return out.finish(kinds.GRAMMAR.problems(root), BUILTIN_NAMES)
