"""What the commands answer, as JSON that any client can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flames_lsp.features.call_hierarchy import CALLS

if TYPE_CHECKING:
    from flames_indexer.model import Match
    from lsprotocol import types as t

    from flames_lsp.features.view import View

REINDEX = "flames.reindex"
STATUS = "flames.status"
SHOW_DEPENDENTS = "flames.showDependents"
FIND_SIMILAR = "flames.findSimilar"
FIND_EXISTING = "flames.findExisting"
SHOW_PATTERN = "flames.showPattern"
ALL = (REINDEX, STATUS, SHOW_DEPENDENTS, FIND_SIMILAR, FIND_EXISTING, SHOW_PATTERN)

_MAX_SIMILAR = 20

Json = dict[str, object]


def dependents_at(view: View, path: str, position: t.Position) -> Json:
    """As `dependents`, of the symbol under the cursor; `symbol` is None where there is none."""
    offset = view.offset(path, position)
    symbol = None if offset is None else view.snapshot.symbol_at(path, offset)
    if symbol is None:
        return {"symbol": None, "dependents": [], "gaps": view.gaps()}
    return dependents(view, symbol.id)


def dependents(view: View, symbol: str) -> Json:
    """Every place that uses the symbol with `symbol`'s id, and what that does not cover."""
    edges = view.snapshot.edges_to(symbol)
    places = [
        {
            "symbol": edge.source,
            "kind": edge.kind.label,
            "certainty": edge.certainty.label,
            "call": edge.kind in CALLS,
            "location": location,
        }
        for edge in edges
        if (location := view.location(edge.span)) is not None
    ]
    return {"symbol": symbol, "dependents": places, "gaps": gaps_of(view, len(edges) - len(places))}


def similar_at(view: View, path: str, position: t.Position) -> Json:
    """What the repository has like the definition around the cursor."""
    from flames_indexer.similarity import similar

    offset = view.offset(path, position)
    if offset is None:
        return {"matches": [], "gaps": view.gaps()}
    return _matches(view, similar(view.snapshot, path, offset, _MAX_SIMILAR))


def similar_to(view: View, source: bytes) -> Json:
    """What the repository has like a piece of text that is no file of it."""
    from flames_indexer.similarity import similar_text

    return _matches(view, similar_text(view.snapshot, source, _MAX_SIMILAR))


def _matches(view: View, matches: list[Match]) -> Json:
    found = [
        {
            "symbol": match.symbol,
            "score": round(match.score, 3),
            "reasons": list(match.reasons),
            "location": location,
        }
        for match in matches
        if (location := view.location(match.span)) is not None
    ]
    return {"matches": found, "gaps": gaps_of(view, len(matches) - len(found))}


def gaps_of(view: View, moved: int) -> list[str]:
    """What an answer does not cover, `moved` places among it."""
    places = "place changed" if moved == 1 else "places changed"
    return [*view.gaps(), *([f"{moved} {places} since the index was built"] if moved else [])]
