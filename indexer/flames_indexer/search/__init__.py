"""`search`: words -> the symbols they most likely mean.

words      what the query asks for, and which pieces of the vocabulary mean it
corpus     what can be found: symbols with their terms and vectors, unparsed files by outline
meaning    how near stored terms are to a question
lexicon    BM25 over rows and over files, names and paths apart
ranking    words, meaning, names and places weighed together
here       use, roles and a spread over files; rows become matches
"""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flames_indexer.embedding import Embedder
from flames_indexer.embedding.static import StaticModel
from flames_indexer.facts import DefinitionKind
from flames_indexer.model import Match, Role, Span
from flames_indexer.resolve.symbols import symbol_id
from flames_indexer.roles import role_of
from flames_indexer.search import ranking, words
from flames_indexer.search.corpus import Corpus, corpus_of, unsaved_corpus
from flames_indexer.search.lexicon import Lexical
from flames_indexer.search.ranking import Weights

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_NEAREST = 100  # rows by meaning
_WEIGHED_BY_USE = 15  # best rows; counting callers takes half a millisecond each
_LOOKED_AT = 30  # rows whose facts are read; each costs up to a millisecond
_OF_ONE_FILE = 4  # rows of a file that are looked at before other files' are
_TYPES = (
    *(DefinitionKind.CLASS, DefinitionKind.INTERFACE),
    *(DefinitionKind.TYPE, DefinitionKind.ENUM),
)
_ROLES = {Role.TEST: 3.0, Role.EXAMPLE: 2.0, Role.VENDORED: 3.0, Role.GENERATED: 4.0}
"""What a role costs, in the standard deviations that `ranking` counts in."""


def search(
    snapshot: "Snapshot", text: str, limit: int = 10, embedder: Embedder | None = None
) -> list[Match]:
    """At most `limit` symbols and places, best first; ties in the order of ids.

    `embedder`: the one the index was built with; by default the shipped model. Of an index that was
    built with another one, the words alone decide.
    """
    model = snapshot.derived("search/model", StaticModel)
    encoder = embedder or model
    stems = snapshot.derived("search/stems", lambda: words.stems_of(model.pieces.all))
    query = words.read(text, model.pieces, stems)
    if not query.words or limit < 1:
        return []
    key = f"search/corpus/{encoder.fingerprint}"
    corpora = [snapshot.derived(key, lambda: corpus_of(snapshot, encoder, model))]
    if snapshot.overlays():
        corpora.append(unsaved_corpus(snapshot, encoder, model))
    by = ranking.NAME if query.is_name else ranking.QUESTION
    hits = _hits(snapshot, corpora, query, encoder.encode([text]), by)
    unsaved = frozenset(snapshot.overlays())
    fresh = [h for h in hits if h.corpus is not corpora[0] or h.corpus.path(h.row) not in unsaved]
    return _matches(snapshot, _mixed(fresh), by, limit)


class _Hit(NamedTuple):
    score: float
    corpus: Corpus
    row: int
    reasons: tuple[str, ...]


def _hits(
    snapshot: "Snapshot",
    corpora: Sequence[Corpus],
    query: words.Query,
    vector: NDArray[np.float32],
    by: Weights,
) -> list[_Hit]:
    """The rows worth a look, best first."""
    rarities = corpora[0].lexicon.rarities(query)
    lexical = Lexical.joined([corpus.lexicon.score(query, rarities) for corpus in corpora])
    if not lexical.rows.any() and not lexical.placed.any():
        return []  # none of the words stands anywhere: what is near is chance
    first_rows = _starts(len(corpus.rows) for corpus in corpora)
    first_files = _starts(len(corpus.paths) for corpus in corpora)
    of_file = np.concatenate([c.files + at for c, at in zip(corpora, first_files, strict=True)])
    is_whole = np.concatenate([corpus.is_whole for corpus in corpora])
    rows = ranking.candidates(lexical, _nearest(corpora, first_rows, vector), of_file)
    owners = [bisect_right(first_rows, row) - 1 for row in rows.tolist()]
    places = [
        (corpora[n], row - first_rows[n]) for n, row in zip(owners, rows.tolist(), strict=True)
    ]
    cosines = np.zeros(len(rows), np.float32)
    for number, corpus in enumerate(corpora):
        own = np.array(owners, np.int64) == number
        cosines[own] = corpus.vectors.cosines(vector[0], rows[own] - first_rows[number])
    costs = _costs(snapshot, [corpus.path(row) for corpus, row in places])
    scores = ranking.weigh(lexical, rows, cosines, of_file, is_whole, by) - costs
    is_near = cosines > cosines.mean() + cosines.std()
    hits: list[_Hit] = []
    for at in np.argsort(-scores, kind="stable").tolist():
        corpus, row = places[at]
        reasons = tuple(_reasons(lexical, int(rows[at]), bool(is_near[at])))
        hits.append(_Hit(float(scores[at]), corpus, row, reasons))
    return hits


def _starts(lengths: Iterable[int]) -> list[int]:
    """Where each of several tables begins when they stand one after the other."""
    return [0, *accumulate(lengths)][:-1]


def _nearest(
    corpora: Sequence[Corpus], first_rows: Sequence[int], vector: NDArray[np.float32]
) -> NDArray[np.int64]:
    found = [corpus.vectors.nearest(vector, _NEAREST)[0][0] for corpus in corpora]
    return np.concatenate([f[f >= 0] + at for f, at in zip(found, first_rows, strict=True)])


def _reasons(lexical: Lexical, row: int, is_near: bool) -> Iterator[str]:
    if lexical.named[row]:
        yield "its name holds the words"
    elif lexical.rows[row]:
        yield "holds the words"
    if is_near:
        yield "is near in meaning"


def _mixed(hits: Iterable[_Hit]) -> list[_Hit]:
    """The hits with what is left of a file once it had its turn put last."""
    turns: Counter[str] = Counter()
    first: list[_Hit] = []
    rest: list[_Hit] = []
    for hit in hits:
        path = hit.corpus.path(hit.row)
        (first if turns[path] < _OF_ONE_FILE else rest).append(hit)
        turns[path] += 1
    return first + rest


def _matches(snapshot: "Snapshot", hits: Iterable[_Hit], by: Weights, limit: int) -> list[Match]:
    """The hits as matches, weighed by what their file is for and how much they are used."""
    weighed: dict[str, tuple[float, Match]] = {}
    for hit in hits:
        match, is_type = _match(snapshot, hit)
        if match is not None and match.symbol not in weighed:
            looked_up = len(weighed) < _WEIGHED_BY_USE
            callers = snapshot.usage(match.symbol).callers if looked_up else 0
            score = hit.score + by.used * math.log2(1 + callers) + by.typed * is_type
            weighed[match.symbol] = score, match
        if len(weighed) >= max(_LOOKED_AT, 2 * limit):
            break
    ranked = _symbols_first(sorted(weighed.values(), key=lambda one: (-one[0], one[1].symbol)))
    lowered = ranking.spread([s for s, _ in ranked], [m.span.path for _, m in ranked], by)
    matches = [match for _, match in ranked]
    order = sorted(range(len(matches)), key=lambda at: (-lowered[at], matches[at].symbol))
    return [
        replace(matches[at], score=round(1 / (1 + math.exp(-lowered[at] / 2)), 4))
        for at in order[:limit]
    ]


def _symbols_first(ranked: Sequence[tuple[float, Match]]) -> list[tuple[float, Match]]:
    """A module changes places with the best symbol in it: who asks wants the nearest place."""
    best: dict[str, int] = {}
    for at, (_, match) in enumerate(ranked):
        if match.symbol != match.span.path:
            best.setdefault(match.span.path, at)
    swapped = list(ranked)
    for at, (score, match) in enumerate(ranked):
        there = best.get(match.symbol, -1)
        if there > at:
            swapped[at] = score, ranked[there][1]
            swapped[there] = ranked[there][0], match
    return swapped


def _costs(snapshot: "Snapshot", paths: Sequence[str]) -> NDArray[np.float64]:
    """Of each path, what its role costs."""
    roles = snapshot.roles()
    known = {p: roles.get(p) or role_of(p, generated=False) for p in dict.fromkeys(paths)}
    return np.array([_ROLES.get(known[path], 0.0) for path in paths])


def _match(snapshot: "Snapshot", hit: _Hit) -> tuple[Match | None, bool]:
    """What a hit stands for, without its score, and whether it is a type."""
    path = hit.corpus.path(hit.row)
    declared = hit.corpus.declared(hit.row)
    if declared is not None:
        reasons = (*hit.reasons, "found by text: Flames does not parse this language")
        identity = f"{path}::{declared.name}" if declared.name else path
        return Match(identity, Span(path, declared.start, declared.end), 0, reasons), False
    facts, row = snapshot.facts(path), int(hit.corpus.rows[hit.row])
    if facts is None or row >= len(facts.definitions):
        return None, False
    table = facts.definitions
    span = Span(path, table.start[row], table.end[row])
    return Match(symbol_id(path, facts, row), span, 0, hit.reasons), table.kind[row] in _TYPES
