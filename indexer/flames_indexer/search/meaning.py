"""Nearness to a question of texts that are stored as terms.

A cosine is a sum over a text's terms of what each piece has with the question, so that a pass over
all terms (5 ms for 50,000 texts) answers, and nobody makes, keeps or reads the texts' vectors.

What a symbol means is read off three things: its text, its name once more, and its file's path. A
body alone says how, the name what for: with both, vectors alone find .75 instead of .65 (NDCG@10).
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from flames_indexer.embedding.static import StaticModel
from flames_indexer.embedding.terms import NAMED, Terms
from flames_indexer.vectors import Found, Ids, Rows, nearest_of

_NAME, _PATH = 0.5, 0.5  # of unit vectors, against the text's; .3 to .8 do as well
_BATCH = 64  # texts; neighbours share pieces, and their vectors stay in the cache


class Nearness(Protocol):
    """What `Vectors` and `TermVectors` both answer."""

    def cosines(self, query: Rows, ids: Ids) -> Rows: ...
    def nearest(self, queries: Rows, limit: int) -> Found: ...


class TermVectors:
    """The vectors that the shipped model has for texts; text i under id i."""

    def __init__(
        self, model: StaticModel, terms: Terms, files: NDArray[np.int32], paths: Sequence[str]
    ) -> None:
        """`files`: for each text the number of its path."""
        self._model = model
        self._count = len(terms.ends)
        self._pieces = terms.ids
        self._files = files
        self._places = model.encode([path.rpartition(".")[0] or path for path in paths])
        self._filled = np.flatnonzero(np.diff(terms.ends, prepend=0))
        self._starts = np.append(0, terms.ends[:-1])[self._filled]
        of_text, of_name, self._of_place = self._shares(terms)
        owners = terms.owners
        self._weights = terms.weights * of_text[owners]
        self._weights += (terms.counts & NAMED > 0) * of_name[owners]
        self._last = b"", np.zeros(0, np.float32)  # a query asks for the nearest, then for others

    def cosines(self, query: Rows, ids: Ids) -> Rows:
        """As `Vectors.cosines`."""
        return self._all(query)[ids]

    def nearest(self, queries: Rows, limit: int) -> Found:
        """As `Vectors.nearest`."""
        cosines = np.stack([self._all(query) for query in queries])
        return nearest_of(cosines, np.arange(self._count, dtype=np.int64), limit)

    def _all(self, query: Rows) -> Rows:
        asked, last = query.tobytes(), self._last
        if last[0] != asked:
            last = self._last = asked, self._computed(query)
        return last[1]

    def _computed(self, query: Rows) -> Rows:
        cosines = (self._places @ query)[self._files] * self._of_place
        if len(self._filled):
            each = self._weights * self._model.along(query)[self._pieces]
            cosines[self._filled] += np.add.reduceat(each, self._starts)
        return cosines

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
