"""Call hierarchy: who calls this, what it calls, one step at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flames_indexer.model import EdgeKind
from lsprotocol import types as t

from flames_lsp.features.hierarchy_items import item_of, symbol_under

if TYPE_CHECKING:
    from flames_indexer.model import Edge, Span

    from flames_lsp.features.view import View

# What runs the target. Imports, references, bases and overrides do not.
CALLS = (
    EdgeKind.CALL,
    EdgeKind.PROPERTY,
    EdgeKind.OPERATOR,
    EdgeKind.PROTOCOL,
    EdgeKind.DECORATE,
    EdgeKind.FIXTURE,
)


def prepare(view: View, path: str, position: t.Position) -> list[t.CallHierarchyItem] | None:
    """The symbol under the cursor, as an item to ask on with."""
    symbol = symbol_under(view, path, position)
    item = None if symbol is None else item_of(view, symbol, t.CallHierarchyItem)
    return None if item is None else [item]


def incoming(view: View, symbol: str) -> list[t.CallHierarchyIncomingCall]:
    """The callers of a symbol, nearest files first as the graph orders them."""
    calls = _grouped(view, ((edge.source, edge) for edge in view.snapshot.edges_to(symbol, CALLS)))
    return [t.CallHierarchyIncomingCall(item, ranges) for item, ranges in calls]


def outgoing(view: View, symbol: str) -> list[t.CallHierarchyOutgoingCall]:
    """What a symbol calls inside the repository, overrides of a called method among it."""
    edges = view.snapshot.edges_from(symbol, CALLS)
    calls = _grouped(view, ((edge.target, edge) for edge in edges))
    return [t.CallHierarchyOutgoingCall(item, ranges) for item, ranges in calls]


def _grouped(
    view: View, calls: Iterable[tuple[str, Edge]]
) -> list[tuple[t.CallHierarchyItem, list[t.Range]]]:
    spans: dict[str, list[Span]] = {}
    for other, edge in calls:
        spans.setdefault(other, []).append(edge.span)
    found: list[tuple[t.CallHierarchyItem, list[t.Range]]] = []
    for other, places in spans.items():
        symbol = view.snapshot.symbol(other)
        item = None if symbol is None else item_of(view, symbol, t.CallHierarchyItem)
        if item is not None:
            ranges = (view.range(span) for span in places)
            found.append((item, [r for r in ranges if r is not None]))
    return found
