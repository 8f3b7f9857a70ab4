"""Nearness to a question of texts that are stored as terms.

A cosine is a sum over a text's terms of what each piece has with the question, so that a pass over
all terms (5 ms for 50,000 texts) answers, and nobody makes, keeps or reads the texts' vectors.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from flames_indexer.embedding.static import StaticModel
from flames_indexer.embedding.terms import Terms
from flames_indexer.vectors import Found, Ids, Rows, nearest_of


class Nearness(Protocol):
    """What `Vectors` and `TermVectors` both answer."""

    def cosines(self, query: Rows, ids: Ids) -> Rows: ...
    def nearest(self, queries: Rows, limit: int) -> Found: ...


class TermVectors:
    """The vectors that the shipped model has for texts; text i under id i."""

    def __init__(self, model: StaticModel, terms: Terms) -> None:
        self._model = model
        self._count = len(terms.ends)
        self._pieces = terms.ids
        lengths = model.lengths(terms)
        self._weights = terms.weights / np.where(lengths == 0, 1, lengths)[terms.owners]
        self._filled = np.flatnonzero(np.diff(terms.ends, prepend=0))
        self._starts = np.append(0, terms.ends[:-1])[self._filled]

    def cosines(self, query: Rows, ids: Ids) -> Rows:
        """As `Vectors.cosines`."""
        return self._all(query)[ids]

    def nearest(self, queries: Rows, limit: int) -> Found:
        """As `Vectors.nearest`."""
        cosines = np.stack([self._all(query) for query in queries])
        return nearest_of(cosines, np.arange(self._count, dtype=np.int64), limit)

    def _all(self, query: Rows) -> NDArray[np.float32]:
        cosines = np.zeros(self._count, np.float32)
        if len(self._filled):
            each = self._weights * self._model.along(query)[self._pieces]
            cosines[self._filled] = np.add.reduceat(each, self._starts)
        return cosines
