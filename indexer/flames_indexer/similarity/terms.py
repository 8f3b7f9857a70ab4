"""Which functions speak of the same things: those whose texts hold the same rare pieces.

Sketches find what is written alike. Another hand's version shares words instead: of the names, the
documentation, what is called. The index has each definition's pieces already, so that an inverted
index over them (as `candidates` has one over sketches) finds both long and short functions.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flames_indexer.embedding.terms import NAMED, TIMES, Terms, joined

_MAX_SHARING: Final = 1_000
"""Definitions; a piece that more have is a word of the house, and costs most of the time. Without
it the same are found (development history)."""

_ROOTS: Final = np.sqrt(np.arange(TIMES + 1, dtype=np.float32))

Place = tuple[str, int]  # path and definition row


class TermTable:
    """The pieces of many definitions' texts, in the order given. Immutable."""

    def __init__(self, files: Iterable[tuple[str, NDArray[np.int32], Terms]]) -> None:
        known = list(files)
        self._paths = [path for path, rows, _ in known for _ in range(len(rows))]
        self._rows = np.concatenate([np.zeros(0, np.int32), *(rows for _, rows, _ in known)])
        terms = joined([terms for _, _, terms in known])
        count = len(terms.ends)
        held = np.bincount(terms.ids)
        self._rarity = np.log((count + 1) / (held + 1)).astype(np.float32)
        weights = _weights(terms) * self._rarity[terms.ids]
        length = np.sqrt(np.bincount(terms.owners, weights * weights, count)) + 1e-6
        order = np.argsort(terms.ids, kind="stable")
        self._owners = terms.owners[order]
        self._weights = (weights / length[terms.owners]).astype(np.float32)[order]
        self._ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(held)])

    def near(self, text: Terms, limit: int) -> list[Place]:
        """The `limit` definitions that have most in common with one text, nearest first."""
        scores = np.zeros(len(self._rows), np.float32)
        known = text.ids < len(self._rarity)
        pieces, weights = text.ids[known], _weights(text)[known]
        for piece, weight in zip(pieces.tolist(), weights.tolist(), strict=True):
            own = slice(self._ends[piece], self._ends[piece + 1])
            if own.stop - own.start <= _MAX_SHARING:
                scores[self._owners[own]] += self._weights[own] * (weight * self._rarity[piece])
        most = min(limit, len(scores))
        best = np.argpartition(-scores, most - 1)[:most] if most else np.zeros(0, np.int64)
        best = best[scores[best] > 0]
        order = best[np.lexsort((best, -scores[best]))]
        return [(self._paths[number], int(self._rows[number])) for number in order]


def _weights(terms: Terms) -> NDArray[np.float32]:
    """A piece of the name counts once more."""
    return _ROOTS[terms.counts & TIMES] + (terms.counts & NAMED > 0)
