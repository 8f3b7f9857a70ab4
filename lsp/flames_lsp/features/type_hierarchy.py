"""Type hierarchy: of a class its bases and subclasses, of a method what it overrides and what
overrides it, one step at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flames_indexer.model import EdgeKind, SymbolKind
from lsprotocol import types as t

from flames_lsp.features.hierarchy_items import item_of, item_outside, symbol_under

if TYPE_CHECKING:
    from flames_lsp.features.view import View

_INHERITED = (EdgeKind.INHERIT, EdgeKind.OVERRIDE)
_KINDS = (SymbolKind.CLASS, SymbolKind.INTERFACE, SymbolKind.METHOD, SymbolKind.TYPE)


def prepare(view: View, path: str, position: t.Position) -> list[t.TypeHierarchyItem] | None:
    """The class or method under the cursor, as an item to ask on with."""
    symbol = symbol_under(view, path, position)
    if symbol is None or symbol.kind not in _KINDS:
        return None
    item = item_of(view, symbol, t.TypeHierarchyItem)
    return None if item is None else [item]


def supertypes(view: View, symbol: str) -> list[t.TypeHierarchyItem]:
    """The bases of a class, in their order, those outside the repository at the place that names
    them; the methods that a method overrides."""
    edges = view.snapshot.edges_from(symbol, _INHERITED)
    items = {
        edge.target: (
            item_outside(view, edge.target, edge.span, t.TypeHierarchyItem)
            if edge.target.startswith("ext:")
            else _item(view, edge.target)
        )
        for edge in edges
    }
    return [item for item in items.values() if item is not None]


def subtypes(view: View, symbol: str) -> list[t.TypeHierarchyItem]:
    """The classes that name it as a base; the methods that override it."""
    edges = view.snapshot.edges_to(symbol, _INHERITED)
    items = (_item(view, source) for source in dict.fromkeys(edge.source for edge in edges))
    return [item for item in items if item is not None]


def _item(view: View, identity: str) -> t.TypeHierarchyItem | None:
    symbol = view.snapshot.symbol(identity)
    return None if symbol is None else item_of(view, symbol, t.TypeHierarchyItem)
