"""The tests of what is under the cursor, the likeliest first, each with its reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flames_lsp.features.commands import Json, gaps_of
from flames_lsp.features.hierarchy_items import symbol_under

if TYPE_CHECKING:
    from flames_indexer.model import Symbol
    from lsprotocol import types as t

    from flames_lsp.features.view import View

_MOST_FILES = 20


def tests_at(view: View, path: str, position: t.Position) -> Json:
    """Those of the symbol defined or named at the cursor, else of what the cursor stands in."""
    symbol = symbol_under(view, path, position)
    if symbol is None and (offset := view.offset(path, position)) is not None:
        symbol = view.snapshot.enclosing(path, offset)
    return _tests(view, symbol)


def tests_of(view: View, identity: str) -> Json:
    """Those of the symbol with that id."""
    return _tests(view, view.snapshot.symbol(identity))


def _tests(view: View, symbol: Symbol | None) -> Json:
    from flames_indexer.report import Past, tests_of_symbol

    if symbol is None:
        return {"symbol": None, "tests": [], "more": 0, "gaps": view.gaps()}
    found = tests_of_symbol(view.snapshot, symbol, Past(view.history()), _MOST_FILES)
    tests: list[Json] = []
    for test in found.tests:
        there = view.snapshot.symbol(test.symbol)
        location = view.location(there.name_span) if there is not None else None
        if location is not None:
            tests.append(
                {
                    "run": test.run,
                    "symbol": test.symbol,
                    "reasons": list(test.reasons),
                    "location": location,
                }
            )
    gaps = [*gaps_of(view, len(found.tests) - len(tests)), *found.notes]
    return {"symbol": symbol.id, "tests": tests, "more": found.more, "gaps": gaps}
