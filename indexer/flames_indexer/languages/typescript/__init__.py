"""TypeScript: the grammars for .ts and .tsx; a typed layer over what reads JavaScript."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import tree_sitter_typescript

from flames_indexer.facts import FileFacts
from flames_indexer.languages import javascript
from flames_indexer.languages.grammar import Grammar
from flames_indexer.languages.javascript.expressions import first
from flames_indexer.languages.javascript.reader import Dialect, Reader, Value, Visit
from flames_indexer.languages.javascript.respelling import respell_tsx, respell_typescript
from flames_indexer.languages.javascript.statements import ignored
from flames_indexer.languages.typescript import declarations, types

if TYPE_CHECKING:
    from tree_sitter import Node

_VALUES: Final[dict[str, Value]] = {
    **javascript.VALUES,
    **types.VALUES,
    "satisfies_expression": first,
    "instantiation_expression": first,
}
_VISITS: Final[dict[str, Visit]] = {
    **javascript.VISITS,
    **types.VISITS,
    **declarations.VISITS,
    "accessibility_modifier": ignored,
    "override_modifier": ignored,
    "index_signature": ignored,
}


def grammar(name: str) -> Grammar:
    """The grammar of `typescript` or `tsx`, loaded once by the caller."""
    return _grammar(name)


def extract(name: str, root: Node, source: bytes) -> FileFacts:
    """The facts of a tree of `source`."""
    return javascript.read(Reader(name, source, _dialect(name)), root, _grammar(name))


@cache
def _grammar(name: str) -> Grammar:
    if name == "tsx":
        return Grammar(tree_sitter_typescript.language_tsx(), respell_tsx)
    return Grammar(tree_sitter_typescript.language_typescript(), respell_typescript)


@cache
def _dialect(name: str) -> Dialect:
    return Dialect.of(_grammar(name), _VALUES, _VISITS)
