"""What the commands answer, as JSON that any client can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flames_lsp.features.call_hierarchy import CALLS
from flames_lsp.features.hierarchy_items import symbol_under

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
DEPENDENTS_TREE = "flames.dependentsTree"
EXPLAIN = "flames.explain"
SHOW_TESTS = "flames.showTests"
DISMISS = "flames.dismiss"
OPEN_TREE = "flames.openDependentsTree"  # the client's own: [{"uri", "symbol"}]
OPEN_BOTH = "flames.openBoth"  # the client's own: [{"left": Location, "right": Location, "title"}]

_MAX_SIMILAR = 20
_MAX_DEPTH = 20

Json = dict[str, object]


def dependents_at(view: View, path: str, position: t.Position, depth: int = 1) -> Json:
    """As `dependents`, of the symbol under the cursor; `symbol` is None where there is none."""
    symbol = symbol_under(view, path, position)
    if symbol is None:
        return {"symbol": None, "dependents": [], "gaps": view.gaps()}
    return dependents(view, symbol.id, depth)


def dependents(view: View, symbol: str, depth: int = 1) -> Json:
    """Every place that uses the symbol with `symbol`'s id, and what that does not cover; with a
    `depth` above 1 each symbol that uses it so far away once, at its surest use."""
    if depth > 1:
        from flames_indexer.neighbours import Question, neighbours

        asked = Question("dependents", min(depth, _MAX_DEPTH))
        uses = [(near.edge, near.depth) for near in neighbours(view.snapshot, [symbol], asked)]
    else:
        uses = [(edge, 1) for edge in view.snapshot.edges_to(symbol)]
    places = [
        {
            "symbol": edge.source,
            "kind": edge.kind.label,
            "certainty": edge.certainty.label,
            "call": edge.kind in CALLS,
            "depth": away,
            "location": location,
        }
        for edge, away in uses
        if (location := view.location(edge.span)) is not None
    ]
    return {"symbol": symbol, "dependents": places, "gaps": gaps_of(view, len(uses) - len(places))}


def explain(view: View | None, rule: str, path: str | None, fingerprint: str) -> Json | None:
    """The manual page of a rule, below what it says here if a finding is named; None: no rule."""
    from flames_indexer.checks import CHECKS

    check = next((check for check in CHECKS if check.rule == rule), None)
    if check is None:
        return None
    found = view.findings(path) if view is not None and path is not None else ()
    here = [
        f"> {line}"
        for finding in found
        if finding.fingerprint == fingerprint
        for line in (finding.message, *finding.evidence)
    ]
    head = "  \n".join(here[:_MAX_SIMILAR])
    page = f"# {rule}\n\n{head}\n\n{check.explanation.strip()}\n"
    return {"rule": rule, "title": f"Flames: {rule}", "markdown": page}


def dismiss(view: View, path: str, rule: str, fingerprint: str) -> bool:
    """Keeps for this user that a finding of the file is not to be shown; whether there is one."""
    from flames_indexer import feedback

    found = (f for f in view.findings(path) if (f.rule, f.fingerprint) == (rule, fingerprint))
    finding = next(found, None)
    if finding is None:
        return False
    symbol = view.snapshot.enclosing(path, finding.span.start)
    file = feedback.feedback_file(view.snapshot.index.root)
    feedback.dismiss(file, finding, symbol.id if symbol is not None else path)
    return True


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
