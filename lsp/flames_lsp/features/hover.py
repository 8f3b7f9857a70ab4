"""Hover: who uses this, what it uses, what is like it, and what of that is not known.

A few lines, whatever the symbol: the hottest one of a repository has thousands of callers.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from flames_indexer.model import SymbolKind
from lsprotocol import types as t

from flames_lsp.features import hover_lines
from flames_lsp.features.code_lens import counted
from flames_lsp.features.commands import OPEN_TREE
from flames_lsp.features.hierarchy_items import symbol_under

if TYPE_CHECKING:
    from flames_indexer.graph import Usage
    from flames_indexer.model import Symbol

    from flames_lsp.features.view import View


def hover(view: View, path: str, position: t.Position) -> t.Hover | None:
    """What is known of the symbol under the cursor; None where there is none."""
    return _hover(view.at_once(path), path, position) or _hover(view, path, position)


def _hover(view: View, path: str, position: t.Position) -> t.Hover | None:
    symbol = symbol_under(view, path, position)
    if symbol is None:
        return None
    usage = view.snapshot.usage(symbol.id)
    needs = view.snapshot.dependencies(symbol.id, 1)
    lines = [
        f"Flames · {symbol.kind.label} `{hover_lines.qualname(symbol.id)}`{_tree(view, symbol)}",
        usage_words(usage, len(needs), _perhaps(view, symbol, usage)),
        *hover_lines.users(view, symbol, usage),
        *hover_lines.heirs(view, symbol),
        *hover_lines.needs(view, symbol),
        *hover_lines.similar(view, symbol),
        *hover_lines.last_change(view, symbol),
    ]
    if gaps := view.gaps():
        lines.append("not covered: " + ", ".join(gaps))
    if view.reader.markdown:
        return t.Hover(t.MarkupContent(t.MarkupKind.Markdown, "  \n".join(lines)))
    return t.Hover(t.MarkupContent(t.MarkupKind.PlainText, "\n".join(lines)))


def usage_words(usage: Usage, dependencies: int, perhaps: int = 0) -> str:
    """`used by 7 callers in 3 files, 2 tests · depends on 4`; none found is not none there.

    `perhaps`: calls of that very name of which nobody knows what they call.
    """
    callers = "no callers found"
    if perhaps:
        callers += f", {counted(perhaps, 'unresolved call')} of that name"
    if usage.callers:
        callers = f"used by {counted(usage.callers, 'caller')} in {counted(usage.files, 'file')}"
    tests = f", {counted(usage.tests, 'test')}" if usage.tests else ""
    registered = ""
    if usage.registered:
        registered = f", registered in {counted(usage.registered, 'place')}"
    unsure = f", {usage.unsure:,} more by name only" if usage.unsure else ""
    return (
        callers
        + tests
        + registered
        + unsure
        + (f" · depends on {dependencies}" if dependencies else "")
    )


def _perhaps(view: View, symbol: Symbol, usage: Usage) -> int:
    if usage.callers or usage.tests or symbol.kind is SymbolKind.MODULE:
        return 0
    return len(view.snapshot.graph.unknown_calls(symbol.name))


def _tree(view: View, symbol: Symbol) -> str:
    """A link to all of it, for a client that has where to show it."""
    if OPEN_TREE not in view.reader.commands or not view.reader.markdown:
        return ""
    asked = json.dumps([{"uri": view.uri(symbol.path), "symbol": symbol.id}])
    return f" · [tree of dependents](command:{OPEN_TREE}?{quote(asked)})"
