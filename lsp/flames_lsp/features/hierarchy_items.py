"""Symbols as the items of call and type hierarchies."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from flames_indexer.model import SymbolKind
from lsprotocol import types as t

if TYPE_CHECKING:
    from flames_indexer.model import Span, Symbol

    from flames_lsp.features.view import View

Item = TypeVar("Item", t.CallHierarchyItem, t.TypeHierarchyItem)

KINDS = {
    SymbolKind.MODULE: t.SymbolKind.Module,
    SymbolKind.CLASS: t.SymbolKind.Class,
    SymbolKind.FUNCTION: t.SymbolKind.Function,
    SymbolKind.METHOD: t.SymbolKind.Method,
    SymbolKind.INTERFACE: t.SymbolKind.Interface,
    SymbolKind.TYPE: t.SymbolKind.TypeParameter,
    SymbolKind.ENUM: t.SymbolKind.Enum,
}


def symbol_under(view: View, path: str, position: t.Position) -> Symbol | None:
    """What is defined or named at the cursor."""
    offset = view.offset(path, position)
    return None if offset is None else view.snapshot.symbol_at(path, offset)


def item_of(view: View, symbol: Symbol, make: type[Item]) -> Item | None:
    """None where the place is not there any more."""
    whole, name = view.range(symbol.span), view.range(symbol.name_span)
    if whole is None or name is None:
        return None
    owner = symbol.id.partition("::")[2].rpartition(".")[0]
    return make(
        symbol.name or symbol.path,
        KINDS[symbol.kind],
        view.uri(symbol.path),
        whole,
        name,
        detail=f"{owner} · {symbol.path}" if owner else symbol.path,
        data={"symbol": symbol.id, "top": view.top},
    )


def item_outside(view: View, target: str, named_at: Span, make: type[Item]) -> Item | None:
    """What is not in the repository, at the place that names it."""
    where = view.range(named_at)
    if where is None:
        return None
    module, _, name = target.removeprefix("ext:").rpartition(".")
    return make(
        name,
        t.SymbolKind.Class,
        view.uri(named_at.path),
        where,
        where,
        detail=f"{module} · not in this repository" if module else "not in this repository",
        data={"symbol": target, "top": view.top},
    )
