"""Which functions are worth comparing with one: those that share rare sketch values.

An inverted index over the sketch values of all functions, made once per index generation (30 ms for
20,000 functions); the few functions of unsaved files get a table of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flames_indexer.similarity.sketch import EMPTY, WIDTH, Sketches, Values

MAX_SHARING: Final = 200
"""A sketch value that more functions have says nothing (idiom: `if not`, `self . _`)."""


@dataclass(frozen=True, slots=True, order=True)
class Function:
    """One function of a file. `lines` and `tokens` count code, not comments and docstrings."""

    path: str
    row: int  # definition row
    lines: int
    tokens: int


class SketchTable:
    """The sketches of many functions, in the order given. Immutable."""

    def __init__(self, files: Iterable[tuple[str, Sketches]]) -> None:
        known = [(path, sketches) for path, sketches in files if len(sketches)]
        ends = np.cumsum([len(sketches) for _, sketches in known]).tolist()
        self._rows = {
            path: range(end - len(sketches), end)
            for (path, sketches), end in zip(known, ends, strict=True)
        }
        self.functions = [
            Function(path, *row)
            for path, sketches in known
            for row in zip(
                sketches.definitions.tolist(),
                sketches.lines.tolist(),
                sketches.tokens.tolist(),
                strict=True,
            )
        ]
        parts = [sketches.values for _, sketches in known]
        self.values: Values = np.concatenate([np.zeros((0, WIDTH), np.uint32), *parts])
        flat = self.values.ravel()
        order = np.argsort(flat, kind="stable")
        order = order[: np.searchsorted(flat, EMPTY, sorter=order)]
        self._sorted = flat[order]
        self._owner = order // WIDTH
        self._known_keys: NDArray[np.uint64] | None = None

    def __len__(self) -> int:
        return len(self.functions)

    def of_file(self, path: str) -> range:
        """The numbers of the functions of a file, in definition order."""
        return self._rows.get(path, range(0))

    def drawn(self, most: int) -> list[int]:
        """A sample of at most `most` functions, by what they say: adding, changing or removing one
        exchanges at most one other."""
        return np.argsort(self._keys(), kind="stable")[:most].tolist()

    def repeated(self, path: str) -> tuple[int, frozenset[str]]:
        """How many functions of a file others say too, and the files that do. 1 ms."""
        keys, own = self._keys(), np.zeros(len(self), np.bool_)
        rows = self.of_file(path)
        own[rows.start : rows.stop] = True
        others = np.isin(keys, keys[own]) & ~own
        count = int(np.isin(keys[own], keys[others]).sum())
        return count, frozenset(self.functions[n].path for n in np.flatnonzero(others).tolist())

    def _keys(self) -> NDArray[np.uint64]:
        """Of two functions the same where their sketches are."""
        known = self._known_keys
        if known is None:
            odd = np.random.default_rng(1).integers(0, 2**63, WIDTH, np.uint64) | np.uint64(1)
            known = (self.values.astype(np.uint64) * odd).sum(axis=1, dtype=np.uint64)
            self._known_keys = known
        return known

    def near(self, values: Values, least: int = 1) -> tuple[list[int], list[float]]:
        """Numbers of the functions sharing at least `least` values, and the sum of their rarities.

        Nearest first, ties in table order. Rarity: log(functions / functions with the value).
        """
        return self.near_each(values.reshape(1, -1), least)[0]

    def near_each(self, values: Values, least: int = 1) -> list[tuple[list[int], list[float]]]:
        """As `near` of each row of values."""
        asked, column = np.nonzero(values != EMPTY)
        wanted = values[asked, column]
        low = np.searchsorted(self._sorted, wanted, side="left")
        high = np.searchsorted(self._sorted, wanted, side="right")
        telling = (high > low) & (high - low <= MAX_SHARING)
        asked, low, counts = asked[telling], low[telling], (high - low)[telling]
        rarity = np.log(max(2, len(self)) / counts) + 0.1
        at = np.repeat(low - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        pairs = np.repeat(asked * max(1, len(self)), counts) + self._owner[at]
        pairs, place, shared = np.unique(pairs, return_inverse=True, return_counts=True)
        scores = np.bincount(place, np.repeat(rarity, counts), len(pairs))
        enough = shared >= least
        asked, owners = np.divmod(pairs[enough], max(1, len(self)))
        scores = scores[enough]
        order = np.lexsort((owners, -scores, asked))
        ends = np.searchsorted(asked, np.arange(len(values) + 1)).tolist()
        owners, scores = owners[order], scores[order]
        return [(owners[a:b].tolist(), scores[a:b].tolist()) for a, b in pairwise(ends)]
