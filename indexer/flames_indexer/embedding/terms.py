"""The pieces of texts, counted: what both the static encoder and search by words read."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flames_indexer.embedding.pieces import Pieces

TIMES: Final = 0x7F
NAMED: Final = 0x80

_MAX_PIECES: Final = 400  # of a text; longer ones repeat themselves
_IN_NAME: Final = 1.5
_ROOTS: Final = np.sqrt(np.arange(TIMES + 1, dtype=np.float32))
WEIGHTS: Final = np.concatenate([_ROOTS, _ROOTS + np.float32(_IN_NAME)])
"""Of a term in the vector of its text, by its `counts`: the root of how often it stands there, and
more if it is in the name. A body says how a thing is done, its name what for."""

_BITS: Final = np.int64(16)  # a vocabulary has fewer pieces than that


class Terms(NamedTuple):
    """Text after text, its distinct pieces in ascending order.

    `counts`: how often, up to 127 (TIMES); with NAMED where the text's name holds the piece.
    """

    ends: NDArray[np.int32]  # of each text, in the other two
    ids: NDArray[np.uint16]
    counts: NDArray[np.uint8]

    @property
    def owners(self) -> NDArray[np.int32]:
        """Of each term, its text."""
        lengths = np.diff(self.ends, prepend=0)
        return np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)

    @property
    def weights(self) -> NDArray[np.float32]:
        """Of each term in the vector of its text."""
        return WEIGHTS[self.counts]

    @property
    def named(self) -> "Terms":
        """Those of the texts' names, each once."""
        holds = self.counts & NAMED > 0
        before = np.append(0, np.cumsum(holds))
        ends = before[self.ends].astype(np.int32)
        return Terms(ends, self.ids[holds], np.ones(int(before[-1]), np.uint8))

    def part(self, start: int, end: int) -> "Terms":
        """Those of the texts from `start` to `end`."""
        first = int(self.ends[start - 1]) if start else 0
        last = int(self.ends[end - 1]) if end else 0
        return Terms(self.ends[start:end] - first, self.ids[first:last], self.counts[first:last])


def joined(parts: Sequence[Terms]) -> Terms:
    """The texts of all parts, one after the other."""
    starts = np.cumsum([0, *(len(part.ids) for part in parts)])
    ends = [part.ends + start for part, start in zip(parts, starts[:-1], strict=True)]
    return Terms(
        np.concatenate([np.zeros(0, np.int32), *ends]).astype(np.int32),
        np.concatenate([np.zeros(0, np.uint16), *(part.ids for part in parts)]),
        np.concatenate([np.zeros(0, np.uint8), *(part.counts for part in parts)]),
    )


def terms_of(texts: Sequence[str], pieces: Pieces) -> Terms:
    """The terms of texts that `texts.texts_of` made: a name stands before a `(`."""
    found: list[int] = []
    named: list[int] = []
    found_ends: list[int] = []
    named_ends: list[int] = []
    for text in texts:
        pieces.add_text(text, found, _MAX_PIECES)
        found_ends.append(len(found))
        pieces.add_text(text.partition("(")[0], named, _MAX_PIECES)
        named_ends.append(len(named))
    keys, counts = np.unique(_keys(found, found_ends), return_counts=True)
    in_name = _holds(np.sort(_keys(named, named_ends)), keys)
    return Terms(
        np.searchsorted(keys, np.arange(1, len(texts) + 1) << _BITS).astype(np.int32),
        (keys & 0xFFFF).astype(np.uint16),
        np.minimum(counts, TIMES).astype(np.uint8) | (in_name * np.uint8(NAMED)).astype(np.uint8),
    )


def _keys(pieces: Sequence[int], ends: Sequence[int]) -> NDArray[np.int64]:
    lengths = [end - start for start, end in pairwise((0, *ends))]
    owners = np.repeat(np.arange(len(ends), dtype=np.int64), lengths)
    return (owners << _BITS) | np.array(pieces, np.int64)


def _holds(known: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    """As `np.isin` of sorted numbers, which takes six times as long (numpy 2.4)."""
    if not len(known):
        return np.zeros(len(keys), np.bool_)
    return known[np.minimum(np.searchsorted(known, keys), len(known) - 1)] == keys
