"""Hover: who uses this, what it uses, what is like it, and what of that is not known.

A few lines, whatever the symbol: the hottest one of a repository has thousands of callers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flames_indexer.model import Certainty, SymbolKind
from lsprotocol import types as t

from flames_lsp.features.call_hierarchy import CALLS
from flames_lsp.features.code_lens import counted

if TYPE_CHECKING:
    from flames_indexer.graph import Usage
    from flames_indexer.model import Edge, Finding, Span, Symbol

    from flames_lsp.features.view import View

_MAX_SIMILAR = 3
_USES_A_CALLER = 4  # looked at for each caller that is named: one may use a symbol several times

# What a reader should know of a caller that is not for sure.
_DOUBTS = {Certainty.UNIQUE_NAME: " (by name)", Certainty.POSSIBLE: " (through an override)"}


def hover(view: View, path: str, position: t.Position) -> t.Hover | None:
    """What is known of the symbol under the cursor; None where there is none."""
    return _hover(view.at_once(path), path, position) or _hover(view, path, position)


def _hover(view: View, path: str, position: t.Position) -> t.Hover | None:
    offset = view.offset(path, position)
    symbol = None if offset is None else view.snapshot.symbol_at(path, offset)
    if symbol is None:
        return None
    headline = f"Flames · {symbol.kind.label} `{qualname(symbol.id)}`"
    usage = view.snapshot.usage(symbol.id)
    dependencies = len(view.snapshot.dependencies(symbol.id, 1))
    used = usage_words(usage, dependencies, _perhaps(view, symbol, usage))
    lines = [headline, used, *_callers(view, symbol, usage), *_similar(view, symbol)]
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


def _callers(view: View, symbol: Symbol, usage: Usage) -> list[str]:
    limit = view.config.hover.max_callers
    first: dict[str, Edge] = {}
    for edge in view.uses_of(symbol.id, CALLS, _USES_A_CALLER * limit):
        if edge.source != symbol.id:
            first.setdefault(edge.source, edge)
    best = list(first.values())[:limit]
    if not best:
        return []
    rest = usage.callers + usage.tests - len(best)
    more = f" and {rest:,} more" if rest > 0 else ""
    return ["callers: " + ", ".join(_caller(view, edge) for edge in best) + more]


def _caller(view: View, edge: Edge) -> str:
    return _link(view, edge.source, edge.span) + _DOUBTS.get(edge.certainty, "")


def _similar(view: View, symbol: Symbol) -> list[str]:
    """From the findings of the last check: comparing here would cost more than a hover may."""
    if not view.config.hover.similar:
        return []
    inside = (
        place
        for finding in view.findings(symbol.path)
        if finding.rule == "parallel-logic" and _within(view, finding, symbol)
        for place in finding.related
    )
    links = dict.fromkeys(_link(view, place.symbol, place.span) for place in inside)
    return ["similar: " + ", ".join(list(links)[:_MAX_SIMILAR])] if links else []


def _within(view: View, finding: Finding, symbol: Symbol) -> bool:
    return symbol.span.start <= finding.span.start < symbol.span.end


def _link(view: View, symbol: str, span: Span) -> str:
    name = qualname(symbol)
    if not view.reader.markdown:
        return name
    text = view.text(span.path)
    line = "" if text is None else f"#L{text.line_of(span.start) + 1}"
    return f"[`{name}`]({view.uri(span.path)}{line})"


def qualname(symbol: str) -> str:
    """What a reader calls it: the id without its path; a module's path."""
    return symbol.rpartition("::")[2]
