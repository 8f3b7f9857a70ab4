"""Call hierarchy: who calls this, what it calls, one step at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flames_indexer.model import EdgeKind, SymbolKind
from lsprotocol import types as t

if TYPE_CHECKING:
    from flames_indexer.model import Edge, Span, Symbol

    from flames_lsp.features.view import View

# What runs the target. Imports, references, bases and overrides do not.
CALLS = (
    EdgeKind.CALL,
    EdgeKind.PROPERTY,
    EdgeKind.OPERATOR,
    EdgeKind.PROTOCOL,
    EdgeKind.DECORATE,
)

KINDS = {
    SymbolKind.MODULE: t.SymbolKind.Module,
    SymbolKind.CLASS: t.SymbolKind.Class,
    SymbolKind.FUNCTION: t.SymbolKind.Function,
    SymbolKind.METHOD: t.SymbolKind.Method,
    SymbolKind.INTERFACE: t.SymbolKind.Interface,
    SymbolKind.TYPE: t.SymbolKind.TypeParameter,
    SymbolKind.ENUM: t.SymbolKind.Enum,
}


def prepare(view: View, path: str, position: t.Position) -> list[t.CallHierarchyItem] | None:
    """The symbol under the cursor, as an item to ask on with."""
    offset = view.offset(path, position)
    symbol = None if offset is None else view.snapshot.symbol_at(path, offset)
    item = None if symbol is None else _item(view, symbol)
    return None if item is None else [item]


def incoming(view: View, symbol: str) -> list[t.CallHierarchyIncomingCall]:
    """The callers of a symbol, nearest files first as the graph orders them."""
    calls = _grouped(view, ((edge.source, edge) for edge in view.snapshot.edges_to(symbol)))
    return [t.CallHierarchyIncomingCall(item, ranges) for item, ranges in calls]


def outgoing(view: View, symbol: str) -> list[t.CallHierarchyOutgoingCall]:
    """What a symbol calls inside the repository."""
    calls = _grouped(view, ((edge.target, edge) for edge in view.snapshot.edges_from(symbol)))
    return [t.CallHierarchyOutgoingCall(item, ranges) for item, ranges in calls]


def _grouped(
    view: View, calls: Iterable[tuple[str, Edge]]
) -> list[tuple[t.CallHierarchyItem, list[t.Range]]]:
    spans: dict[str, list[Span]] = {}
    for other, edge in calls:
        if edge.kind in CALLS:
            spans.setdefault(other, []).append(edge.span)
    found: list[tuple[t.CallHierarchyItem, list[t.Range]]] = []
    for other, places in spans.items():
        symbol = view.snapshot.symbol(other)
        item = None if symbol is None else _item(view, symbol)
        if item is not None:
            ranges = (view.range(span) for span in places)
            found.append((item, [r for r in ranges if r is not None]))
    return found


def _item(view: View, symbol: Symbol) -> t.CallHierarchyItem | None:
    whole, name = view.range(symbol.span), view.range(symbol.name_span)
    if whole is None or name is None:
        return None
    return t.CallHierarchyItem(
        symbol.name or symbol.path,
        KINDS[symbol.kind],
        view.uri(symbol.path),
        whole,
        name,
        detail=symbol.path,
        data={"symbol": symbol.id, "top": view.top},
    )
