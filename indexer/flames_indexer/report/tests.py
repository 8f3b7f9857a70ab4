"""The tests that a change, or one symbol, affects: what to ask `selection` for, and with what."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.coverage_data import Covered, covered
from flames_indexer.history import History
from flames_indexer.impact import Asked, gone_files
from flames_indexer.model import Symbol, SymbolKind
from flames_indexer.neighbours import seeds_of
from flames_indexer.report.touched import How, lost_uses, touched_in
from flames_indexer.selection import Question, Selection, tests_of

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_COUNTED = (How.CONTRACT, How.BODY, How.ADDED)


@dataclass(frozen=True, slots=True)
class Past:
    """What the commits say; `own` are those that the change consists of."""

    history: History | None
    own: Collection[str] = ()


def tests_of_change(
    snapshot: "Snapshot",
    changed: Collection[str],
    before: Callable[[str], bytes | None],
    past: Past,
    limit: int,
) -> Selection:
    """The tests of what differs in some files from their former texts, which `before` gives."""
    asked = Asked(snapshot, before)
    paths = [path for path in sorted(changed) if asked.old(path) or asked.now(path)]
    found = [one for path in paths for one in touched_in(asked, path)]
    lost = lost_uses(found, gone_files(asked, paths))
    symbols = [*(one.symbol for one in found if one.how in _COUNTED), *lost]
    own = past.history.numbers(past.own) if past.history is not None else ()
    return _selected(snapshot, Question(symbols, paths, own=own, lost=lost), past, limit)


def tests_of_symbol(snapshot: "Snapshot", symbol: Symbol, past: Past, limit: int) -> Selection:
    """The tests of one symbol; a class is what is in it too."""
    inner = seeds_of(snapshot, symbol)
    if symbol.kind is SymbolKind.CLASS:
        within = f"{symbol.id}."
        inner += [s.id for s in snapshot.symbols_in(symbol.path) if s.id.startswith(within)]
    return _selected(snapshot, Question(inner, [symbol.path], nearby=False), past, limit)


def _selected(snapshot: "Snapshot", question: Question, past: Past, limit: int) -> Selection:
    ran = _covered(snapshot, question.symbols)
    return tests_of(snapshot, question, past.history, ran, limit)


def _covered(snapshot: "Snapshot", symbols: Iterable[str]) -> Covered:
    """What runners have written down of the lines of some symbols."""
    places: dict[str, list[range]] = {}
    for identity in symbols:
        symbol = snapshot.symbol(identity)
        source = snapshot.source(symbol.path) if symbol is not None else None
        if symbol is None or source is None:
            continue
        for definition in symbol.definitions:
            first = source.count(b"\n", 0, definition.span.start) + 1
            last = source.count(b"\n", 0, definition.span.end) + 1
            body = range(first + 1, last + 1)  # the first line runs when the file is imported
            places.setdefault(symbol.path, []).append(body)
    return covered(snapshot.index.root, places)
