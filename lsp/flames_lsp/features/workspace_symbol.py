"""Workspace symbols: by name as it is typed, and by what code does.

Where a symbol stands takes reading its file, so a client that can ask for that later is told the
file alone: of fifty names one is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as t

from flames_lsp.features.hierarchy_items import KINDS

if TYPE_CHECKING:
    from flames_indexer.search.names import Named

    from flames_lsp.features.view import View

_MOST = 50  # of one root; nobody reads further
_PLACED = 15  # of one root, for a client that wants all places at once: milliseconds each
_ENOUGH = 10  # names, from which on nobody means anything else
_BY_MEANING = 10  # places for what fits in other ways than by its name


def workspace_symbols(view: View, text: str) -> list[t.WorkspaceSymbol]:
    """What fits `text`, best first."""
    found = (_symbol(view, one) for one in _found(view, text))
    return [symbol for symbol in found if symbol is not None]


def resolved(view: View, symbol: t.WorkspaceSymbol, identity: str) -> t.WorkspaceSymbol:
    """The same with its place in the file."""
    symbol.location = _location(view, identity) or symbol.location
    return symbol


def _found(view: View, text: str) -> list[Named]:
    """Names come first: they are what most look for. Words ask what code does."""
    from flames_indexer.search import search
    from flames_indexer.search.names import described, named

    snapshot = view.snapshot
    most = _MOST if view.reader.places_symbols_later else _PLACED
    by_name = {one.symbol: one for one in named(snapshot, text, most)}
    if view.building is None and len(by_name) < _ENOUGH:
        for match in search(snapshot, text, _BY_MEANING):
            symbol = snapshot.symbol(match.symbol)
            if symbol is not None and symbol.id != symbol.path:
                by_name.setdefault(symbol.id, described(symbol))
    return list(by_name.values())


def _symbol(view: View, one: Named) -> t.WorkspaceSymbol | None:
    location: t.Location | t.LocationUriOnly | None = t.LocationUriOnly(view.uri(one.path))
    if not view.reader.places_symbols_later:
        location = _location(view, one.symbol)
    if location is None:
        return None
    owner = one.qualname.rpartition(".")[0]
    within = f"{owner} · {one.path}" if owner else one.path
    data = {"symbol": one.symbol, "top": view.top}
    return t.WorkspaceSymbol(location, one.name, KINDS[one.kind], data, None, within)


def _location(view: View, identity: str) -> t.Location | None:
    symbol = view.snapshot.symbol(identity)
    return None if symbol is None else view.location(symbol.name_span)
