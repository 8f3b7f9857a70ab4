"""Nearness to a question of texts that are stored as terms.

A cosine is a sum over a text's terms of what each piece has with the question, so nobody makes,
keeps or reads the texts' vectors. Of many texts those that hold the pieces nearest to the question
are looked at, so that a query costs what these hold and not what there is.

What a symbol means is read off three things: its text, its name once more, and its file's path. A
body alone says how, the name what for: with both, vectors alone find .75 instead of .65 (NDCG@10).
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from flames_indexer.embedding.static import StaticModel
from flames_indexer.embedding.terms import NAMED, WEIGHTS, Terms
from flames_indexer.search.postings import Postings
from flames_indexer.vectors import Found, Ids, Rows, nearest_of

_NAME, _PATH = 0.5, 0.8  # of unit vectors, against the text's; .3 to .8 do as well
_PIECES = 256  # nearest to the question; what texts have of others decides among hundreds
_LOOKED_AT = 1000  # texts that have most of these; fewer than that are all looked at
_BATCH = 64  # texts; neighbours share pieces, and their vectors stay in the cache


class Nearness(Protocol):
    """What `Vectors` and `TermVectors` both answer."""

    def cosines(self, query: Rows, ids: Ids) -> Rows: ...
    def nearest(self, queries: Rows, limit: int) -> Found: ...


class TermVectors:
    """The vectors that the shipped model has for texts; text i under id i."""

    def __init__(
        self,
        model: StaticModel,
        terms: Terms,
        postings: Postings,
        files: NDArray[np.int32],
        paths: Sequence[str],
    ) -> None:
        """`files`: for each text the number of its path."""
        self._model = model
        self._count = len(terms.ends)
        self._terms = terms
        self._postings = postings
        self._files = files
        self._places = model.encode([path.rpartition(".")[0] or path for path in paths])
        self._of_text, self._of_name, self._of_place = self._shares(terms)
        self._last = b"", np.zeros(0, np.float32)  # a query asks for the nearest, then for others

    def cosines(self, query: Rows, ids: Ids) -> Rows:
        """As `Vectors.cosines`."""
        return self._exact(query, self._along(query), ids)

    def nearest(self, queries: Rows, limit: int) -> Found:
        """As `Vectors.nearest`; of more than a thousand texts nearly always the same."""
        found: list[Found] = []
        for query in queries:
            along = self._along(query)
            ids = self._promising(query, along)
            found.append(nearest_of(self._exact(query, along, ids)[None], ids, limit))
        return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])

    def _along(self, query: Rows) -> Rows:
        asked, last = query.tobytes(), self._last
        if last[0] != asked:
            last = self._last = asked, self._model.along(query)
        return last[1]

    def _promising(self, query: Rows, along: Rows) -> Ids:
        if self._count <= _LOOKED_AT:
            return np.arange(self._count, dtype=np.int64)
        sums = (self._places @ query)[self._files] * self._of_place
        pieces = np.argpartition(-along, _PIECES)[:_PIECES]
        held = [self._postings.of(piece) for piece in pieces.tolist()]
        owners = np.concatenate([owners for owners, _ in held])
        weights = self._weights(owners, np.concatenate([counts for _, counts in held]))
        weights *= np.repeat(along[pieces], [len(owners) for owners, _ in held])
        sums += np.bincount(owners, weights, self._count).astype(np.float32)
        return np.sort(np.argpartition(-sums, _LOOKED_AT)[:_LOOKED_AT])

    def _exact(self, query: Rows, along: Rows, ids: Ids) -> Rows:
        cosines = (self._places @ query)[self._files[ids]] * self._of_place[ids]
        terms = self._terms
        ends = terms.ends[ids].astype(np.int64)
        starts = np.where(ids > 0, terms.ends[np.maximum(ids - 1, 0)], 0).astype(np.int64)
        lengths = ends - starts
        offsets = np.cumsum(lengths) - lengths
        places = np.repeat(starts - offsets, lengths) + np.arange(int(lengths.sum()))
        weights = self._weights(np.repeat(ids, lengths), terms.counts[places])
        each = weights * along[terms.ids[places]]
        filled = np.flatnonzero(lengths)
        if len(filled):
            cosines[filled] += np.add.reduceat(each, offsets[filled])
        return cosines

    def _weights(self, texts: NDArray[np.integer], counts: NDArray[np.uint8]) -> Rows:
        """Of terms in the vectors of their texts; cheaper made again than kept."""
        weights = WEIGHTS[counts] * self._of_text[texts]
        weights += (counts >= NAMED) * self._of_name[texts]
        return weights

    def _shares(self, terms: Terms) -> tuple[Rows, Rows, Rows]:
        """Of each text, what its sum, its name's and its place are multiplied with."""
        shares = np.zeros((3, self._count), np.float32)
        for at in range(0, self._count, _BATCH):
            end = min(at + _BATCH, self._count)
            part = terms.part(at, end)
            text, name = self._model.sums(part), self._model.sums(part.named)
            of_place = np.full(end - at, _PATH, np.float32)
            own = np.stack([_inverse(text), _NAME * _inverse(name), of_place])
            place = self._places[self._files[at:end]]
            whole = own[0, :, None] * text + own[1, :, None] * name + own[2, :, None] * place
            shares[:, at:end] = own * _inverse(whole.astype(np.float32))
        return shares[0], shares[1], shares[2]


def _inverse(rows: Rows) -> Rows:
    """Of the rows' lengths; 0 where there is none."""
    lengths = np.linalg.norm(rows, axis=1)
    return np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > 0)
