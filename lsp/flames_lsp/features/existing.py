"""What exists already: found by words, shown so that one can choose, and what calling it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_lsp.features.commands import Json, gaps_of
from flames_lsp.features.hierarchy_items import KINDS
from flames_lsp.features.offers import text_edits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flames_indexer.insertion import Insertion
    from flames_indexer.model import Symbol

    from flames_lsp.features.view import View

_MOST = 20  # what a list that is read while typing can hold
_BY_NAME = 5  # of those, whose names begin with what was typed
_MOST_SIGNATURE = 120  # characters


@dataclass(frozen=True, slots=True)
class Told:
    """A symbol in words: `def slugify(title, max_length=60)` and what its documentation begins
    with."""

    signature: str
    summary: str


def existing(view: View, text: str, path: str | None) -> Json:
    """What fits `text`, best first, each with what a call in the file at `path` takes: `insertion`
    is None where one cannot be (of a method, or it would make an import circle)."""
    found = list(_found(view, text))
    shown = [_row(view, path, symbol, score, why) for symbol, score, why in found]
    kept = [row for row in shown if row is not None]
    return {"matches": kept, "gaps": gaps_of(view, len(shown) - len(kept))}


def told(view: View, symbol: Symbol) -> Told:
    """How a symbol is called, as its file writes it, and the first line said of it."""
    text, facts = view.text(symbol.path), view.snapshot.facts(symbol.path)
    if text is None or facts is None:
        return Told(symbol.name, "")
    source, table = text.source, facts.definitions
    row = next(
        (r for r, at in enumerate(table.name_start) if at == symbol.name_span.start and r), None
    )
    if row is None or table.end[row] > len(source):
        return Told(symbol.name, "")
    until = table.body_start[row]
    head = source[symbol.name_span.start : until if until > 0 else table.end[row]]
    signature = " ".join(head.decode(errors="replace").split()).rstrip(":{=> ")
    if len(signature) > _MOST_SIGNATURE:
        signature = signature[:_MOST_SIGNATURE] + "…"
    documentation = b""
    if table.doc_start[row] >= 0:
        documentation = source[table.doc_start[row] : table.doc_end[row]]
    return Told(signature, _first_line(documentation.decode(errors="replace")))


def called(insertion: Insertion, *, snippet: bool, given: Sequence[str] = ()) -> str:
    """The call: with `given` arguments, else with places to fill in where the client has them."""
    if given or not snippet:
        return f"{insertion.name}({', '.join(given)})"
    places = ", ".join(f"${{{n}:{name}}}" for n, name in enumerate(insertion.parameters, 1))
    return f"{insertion.name}({places or '$0'})"


def _found(view: View, text: str) -> Iterable[tuple[Symbol, float, Sequence[str]]]:
    from flames_indexer.search import search
    from flames_indexer.search.names import named

    seen: set[str] = set()
    for one in named(view.snapshot, text, _BY_NAME):
        symbol = view.snapshot.symbol(one.symbol)
        if symbol is not None and one.name.lower().startswith(text.strip().lower()):
            seen.add(symbol.id)
            yield symbol, 1.0, ("its name begins so",)
    for match in search(view.snapshot, text, _MOST) if view.building is None else ():
        symbol = view.snapshot.symbol(match.symbol)
        if symbol is None or symbol.id == symbol.path or not match.reasons:
            continue  # a file is nothing to call; what fits for no reason is there to fill a list
        if symbol.id not in seen and len(seen) < _MOST:
            seen.add(symbol.id)
            yield symbol, match.score, match.reasons


def _row(
    view: View, path: str | None, symbol: Symbol, score: float, why: Sequence[str]
) -> Json | None:
    location = view.location(symbol.name_span)
    if location is None:
        return None
    words = told(view, symbol)
    return {
        "symbol": symbol.id,
        "name": symbol.id.rpartition("::")[2],
        "kind": KINDS[symbol.kind].value,
        "path": symbol.path,
        "signature": words.signature,
        "summary": words.summary,
        "score": round(score, 3),
        "reasons": list(why),
        "location": location,
        "insertion": _insertion(view, path, symbol),
    }


def _insertion(view: View, path: str | None, symbol: Symbol) -> Json | None:
    from flames_indexer.insertion import insertion

    found = None if path is None else insertion(view.snapshot, path, symbol)
    imports = None if found is None else text_edits(view, found.imports)
    if found is None or imports is None:
        return None
    return {"call": called(found, snippet=False), "imports": imports}


def _first_line(documentation: str) -> str:
    lines = (line.strip().strip("\"'*/ ").strip() for line in documentation.splitlines())
    return next((line for line in lines if line), "")
