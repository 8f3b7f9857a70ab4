"""`search`: words -> the symbols they most likely mean.

words      what the query asks for, and which pieces of the vocabulary mean it
corpus     what can be found: symbols with their terms and vectors, unparsed files by outline
meaning    how near stored terms are to a question
postings   which texts hold a piece
lexicon    BM25 over rows and over files, names and paths apart
ranking    words, meaning, names and places weighed together
here       use, roles and a spread over files; rows become matches
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import accumulate, islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flames_indexer.embedding import Embedder
from flames_indexer.embedding.static import StaticModel
from flames_indexer.facts import DefinitionKind, Definitions
from flames_indexer.model import Match, Role, Span
from flames_indexer.resolve.symbols import id_of
from flames_indexer.roles import role_of
from flames_indexer.search import ranking, words
from flames_indexer.search.corpus import Corpus, corpus_of, unsaved_corpus
from flames_indexer.search.lexicon import Lexical
from flames_indexer.search.ranking import Weights

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_NEAREST = 100  # rows by meaning
_WEIGHED_BY_USE = 15  # best rows
_LOOKED_AT = 30  # rows that files share the places among
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
    model = snapshot.lasting("model", StaticModel)
    encoder = embedder or model
    stems = snapshot.lasting("search/stems", lambda: words.stems_of(model.pieces.all))
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
    fresh = (h for h in hits if h.corpus is not corpora[0] or h.path not in unsaved)
    return _matches(snapshot, _mixed(fresh), by, limit)


_DefinitionsOf = Callable[[str], tuple[list[str], Definitions] | None]


class _Hit(NamedTuple):
    score: float
    corpus: Corpus
    row: int
    is_whole: bool  # it stands for its file
    reasons: tuple[str, ...]

    @property
    def path(self) -> str:
        return self.corpus.path(self.row)

    @property
    def place(self) -> tuple[str, int]:
        """Hits of the same score are in this order."""
        return self.path, self.row


def _hits(
    snapshot: "Snapshot",
    corpora: Sequence[Corpus],
    query: words.Query,
    vector: NDArray[np.float32],
    by: Weights,
) -> Iterator[_Hit]:
    """The rows worth a look, best first."""
    found = [corpus.lexicon.find(query) for corpus in corpora]
    rarities = corpora[0].lexicon.rarities(found[0])
    lexical = Lexical.joined(
        [c.lexicon.score(query, own, rarities) for c, own in zip(corpora, found, strict=True)]
    )
    if not lexical.rows.any() and not lexical.placed.any():
        return  # none of the words stands anywhere: what is near is chance
    first_rows = _starts(len(corpus.rows) for corpus in corpora)
    first_files = _starts(len(corpus.paths) for corpus in corpora)
    firsts = np.concatenate([c.firsts + at for c, at in zip(corpora, first_rows, strict=True)])
    rows = ranking.candidates(lexical, _nearest(corpora, first_rows, vector), firsts)
    owners = np.searchsorted(first_rows, rows, side="right") - 1
    own_rows = rows - np.array(first_rows)[owners]
    cosines, costs = np.zeros(len(rows), np.float32), np.zeros(len(rows))
    files, is_whole = np.zeros(len(rows), np.int32), np.zeros(len(rows), np.bool_)
    for number, corpus in enumerate(corpora):
        own = owners == number
        among = own_rows[own]
        cosines[own] = corpus.vectors.cosines(vector[0], among)
        costs[own] = _costs(snapshot, corpus, among)
        files[own] = corpus.files[among] + first_files[number]
        is_whole[own] = corpus.is_whole(among)
    scores = ranking.weigh(lexical, rows, cosines, files, is_whole, by) - costs
    is_near = cosines > cosines.mean() + cosines.std()
    for at in np.argsort(-scores, kind="stable").tolist():
        reasons = tuple(_reasons(lexical, int(rows[at]), bool(is_near[at])))
        corpus, row = corpora[int(owners[at])], int(own_rows[at])
        yield _Hit(float(scores[at]), corpus, row, bool(is_whole[at]), reasons)


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


def _mixed(hits: Iterable[_Hit]) -> Iterator[_Hit]:
    """The hits with what is left of a file once it had its turn put last."""
    turns: Counter[str] = Counter()
    rest: list[_Hit] = []
    for hit in hits:
        turns[hit.path] += 1
        if turns[hit.path] <= _OF_ONE_FILE:
            yield hit
        else:
            rest.append(hit)
    yield from rest


def _matches(snapshot: "Snapshot", hits: Iterable[_Hit], by: Weights, limit: int) -> list[Match]:
    """The hits as matches, weighed by what their file is for and how much they are used.

    Only of what is weighed by use, or is given, definitions are read: .2 ms a file.
    """
    definitions = cache(snapshot.definitions)
    weighed: list[tuple[float, _Hit]] = []
    for number, hit in enumerate(islice(hits, max(_LOOKED_AT, 2 * limit))):
        score = hit.score
        if number < _WEIGHED_BY_USE or by.typed:
            match, is_type = _match(definitions, hit)
            if match is None:
                continue
            callers = snapshot.callers(match.symbol) if number < _WEIGHED_BY_USE else 0
            score += by.used * math.log2(1 + callers) + by.typed * is_type
        weighed.append((score, hit))
    weighed.sort(key=lambda one: (-one[0], one[1].place))
    ranked = _symbols_first(weighed)
    lowered = ranking.spread([s for s, _ in ranked], [hit.path for _, hit in ranked], by)
    found: dict[str, Match] = {}
    for at in sorted(range(len(ranked)), key=lambda at: (-lowered[at], ranked[at][1].place)):
        match, _ = _match(definitions, ranked[at][1])
        if match is not None and match.symbol not in found:
            score = round(1 / (1 + math.exp(-lowered[at] / 2)), 4)
            found[match.symbol] = replace(match, score=score)
        if len(found) == limit:
            break
    return list(found.values())


def _symbols_first(ranked: Sequence[tuple[float, _Hit]]) -> list[tuple[float, _Hit]]:
    """A module changes places with the best symbol in it: who asks wants the nearest place."""
    best: dict[str, int] = {}
    for at, (_, hit) in enumerate(ranked):
        if not hit.is_whole:
            best.setdefault(hit.path, at)
    swapped = list(ranked)
    for at, (score, hit) in enumerate(ranked):
        there = best.get(hit.path, -1) if hit.is_whole else -1
        if there > at:
            swapped[at] = score, ranked[there][1]
            swapped[there] = ranked[there][0], hit
    return swapped


def _costs(snapshot: "Snapshot", corpus: Corpus, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of each row, what the role of its file costs."""
    roles = snapshot.roles()
    files, places = np.unique(corpus.files[rows], return_inverse=True)
    paths = [corpus.paths[number] for number in files.tolist()]
    known = [roles.get(path) or role_of(path, generated=False) for path in paths]
    return np.array([_ROLES.get(role, 0.0) for role in known])[places]


def _match(definitions: _DefinitionsOf, hit: _Hit) -> tuple[Match | None, bool]:
    """What a hit stands for, without its score, and whether it is a type."""
    path = hit.path
    declared = hit.corpus.declared(hit.row)
    if declared is not None:
        reasons = (*hit.reasons, "found by text: Flames does not parse this language")
        identity = f"{path}::{declared.name}" if declared.name else path
        return Match(identity, Span(path, declared.start, declared.end), 0, reasons), False
    known, row = definitions(path), int(hit.corpus.rows[hit.row])
    if known is None or row >= len(known[1].kind):
        return None, False
    strings, table = known
    span = Span(path, table.start[row], table.end[row])
    identity = id_of(path, strings, table, row)
    return Match(identity, span, 0, hit.reasons), table.kind[row] in _TYPES
