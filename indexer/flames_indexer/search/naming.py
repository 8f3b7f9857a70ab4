"""Functions that a new one may repeat: told by the name being typed, or by what is said of it.

Compared are the outermost public functions of source files: others cannot be called instead, or
should not be. A name that several of them have is a convention (`main`, `register`), and says
nothing.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flames_indexer.embedding.static import StaticModel
from flames_indexer.model import Match, Role, Symbol, SymbolKind
from flames_indexer.search.words import parts_of, stem

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

ALIKE = 0.8
"""Share of two names' rarity that is common. Of 533 names in django, celery and wagtail whose
functions are like no other and whose words no other has, 5 met another name at it, and one in
eleven did while it was typed; at 0.75, 18 did."""
_BEGUN = 0.7  # the same while the last word is being typed
_TELLING = 8.0  # bits of rarity in common; at 7, twice as many unfinished names meet something
_SHORTEST = 6  # letters of a name of one word: shorter ones mean too much
_SHORTEST_BEGINNING = 4  # letters of a word that is being typed
_LEAST_NAMES = 1024  # a word is as rare in a small repository as it would be in a larger one
_CONVENTION = 3  # functions of one name
_DOC_BYTES = 600  # of which the first sentences tell
_COMPARED = 20  # best by words, whose texts are read: a few milliseconds each, once an index


class _Name(NamedTuple):
    symbol: str
    words: tuple[str, ...]  # stems


class _Table:
    """The names there are, by their words."""

    def __init__(self, symbols: Iterable[str]) -> None:
        names = [_Name(s, _stems(s.rpartition("::")[2])) for s in symbols]
        times = Counter(frozenset(name.words) for name in names)
        self.names = [n for n in names if times[frozenset(n.words)] < _CONVENTION]
        total = max(len(self.names), _LEAST_NAMES)
        self.by_word: dict[str, list[int]] = {}
        for number, name in enumerate(self.names):
            for word in name.words:
                self.by_word.setdefault(word, []).append(number)
        self.words = sorted(self.by_word)
        self._unknown = math.log2(total) + 0.5
        self._rarity = {w: math.log2(total / len(n)) + 0.5 for w, n in self.by_word.items()}

    def rarity(self, word: str) -> float:
        """Bits."""
        return self._rarity.get(word, self._unknown)

    def beginning(self, start: str) -> list[str]:
        """The words that begin so."""
        first = bisect_left(self.words, start)
        end = bisect_left(self.words, start + "\uffff", first)
        return self.words[first:end]


def named_alike(
    snapshot: "Snapshot", name: str, besides: Collection[str] = (), limit: int = 3
) -> list[str]:
    """Ids of functions whose names are practically `name`, which may end within a word."""
    if len(name.strip("_")) < _SHORTEST_BEGINNING:
        return []
    table = _table(snapshot)
    last = next(iter(parts_of(name)[-1:]), "")
    begun = table.beginning(last) if len(last) >= _SHORTEST_BEGINNING else []
    stems = _stems(name)
    numbers = {n for word in (*stems, *begun) for n in table.by_word.get(word, ())}
    found: list[tuple[float, str]] = []
    for number in numbers:
        other = table.names[number]
        whole = _likeness(table, stems, other.words, "")
        partly = _likeness(table, stems, other.words, last) if begun else 0.0
        short = len(other.words) == 1 and len(other.symbol.rpartition("::")[2]) < _SHORTEST
        if (whole >= ALIKE or partly >= _BEGUN) and not short and other.symbol not in besides:
            found.append((-max(whole, partly), other.symbol))
    return [symbol for _, symbol in sorted(found)[:limit]]


def said_alike(snapshot: "Snapshot", symbol: Symbol, least: float, limit: int = 3) -> list[Match]:
    """Functions that do what is said of one without a body, by its name, parameters and
    documentation; at least `least` near in meaning, nearest first."""
    own = _said(snapshot, symbol)
    if not own:
        return []
    table = _table(snapshot)
    model = snapshot.lasting("model", StaticModel)
    known: dict[str, NDArray[np.float32]] = snapshot.derived("search/said", dict)
    others = _sharing(table, _stems(own), {symbol.id})
    fresh = [s for s in others if s not in known]
    if fresh:
        symbols = [snapshot.symbol(identity) for identity in fresh]
        vectors = model.encode([_said(snapshot, s) if s is not None else "" for s in symbols])
        known.update(zip(fresh, vectors, strict=True))
    vector = model.encode([own])[0]
    near = sorted((-float(known[identity] @ vector), identity) for identity in others)
    matches: list[Match] = []
    for score, identity in near:
        other = snapshot.symbol(identity)
        if -score >= least and other is not None and len(matches) < limit:
            matches.append(Match(identity, other.name_span, round(-score, 4)))
    return matches


def _table(snapshot: "Snapshot") -> _Table:
    return snapshot.derived("search/naming", lambda: _Table(_candidates(snapshot)))


def _candidates(snapshot: "Snapshot") -> Iterable[str]:
    roles = snapshot.roles()
    for symbol, kind in snapshot.index.symbols_named():
        path, _, name = symbol.partition("::")
        outermost = kind == SymbolKind.FUNCTION and not name.startswith("_")
        if outermost and "." not in name and "<" not in name and roles.get(path) is Role.SOURCE:
            yield symbol


def _likeness(table: _Table, ours: Sequence[str], theirs: Sequence[str], last: str) -> float:
    """Common rarity by all rarity; 0 where what is common is too little to tell anything. `last`:
    the beginning of the last of our words, for as much of theirs as it has letters."""
    common = typed = 0.0
    is_begun = not last
    for number, word in enumerate(ours):
        rarity = table.rarity(word)
        if word in theirs:
            common += rarity
        elif last and number == len(ours) - 1:
            begun = next((w for w in theirs if w.startswith(last) and w not in ours), "")
            if begun:
                rarity = table.rarity(begun) * len(last) / len(begun)
                common += rarity
                is_begun = True
        typed += rarity
    every = typed + sum(table.rarity(word) for word in theirs) - common
    return common / every if is_begun and common >= _TELLING else 0.0


def _sharing(table: _Table, words: Sequence[str], besides: Collection[str]) -> list[str]:
    scores: Counter[int] = Counter()
    for word in words:
        begun = table.beginning(word) if len(word) >= _SHORTEST_BEGINNING else [word]
        for held in begun:
            for number in table.by_word.get(held, ()):
                scores[number] += round(100 * table.rarity(held))
    best = scores.most_common(_COMPARED + len(besides))
    found = [table.names[number].symbol for number, _ in best]
    return [symbol for symbol in found if symbol not in besides][:_COMPARED]


def _said(snapshot: "Snapshot", symbol: Symbol) -> str:
    """Name, parameters and documentation, without a body: one of the two compared has none yet. All
    in parentheses, so that the name counts no more than the rest: of what is written a second
    time, it is what differs. "" without documentation."""
    source, facts = snapshot.source(symbol.path), snapshot.facts(symbol.path)
    if source is None or facts is None:
        return ""
    table, parameters, strings = facts.definitions, facts.parameters, facts.strings
    for row, start in enumerate(table.name_start):
        if row and start == symbol.name_span.start and table.doc_start[row] >= 0:
            rows = [at for at, of in enumerate(parameters.definition) if of == row]
            given = ", ".join(strings[parameters.name[at]] for at in rows)
            documentation = source[table.doc_start[row] : table.doc_end[row]][:_DOC_BYTES]
            return f"({symbol.name} {given}) {documentation.decode(errors='replace')}"
    return ""


def _stems(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stem(part) for part in parts_of(text)))
