"""Which rows come first: words, meaning, names, places and use, weighed together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flames_indexer.search.lexicon import Lexical

_LEXICAL = 300  # best rows by words that are looked at
_FILES = 40  # best files, whose best rows are looked at

Floats = NDArray[np.floating]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Weights:
    """In standard deviations of the fused score.

    Tuned by coordinate ascent on every second question of ten repositories (semble's public
    benchmark); the other half scores .013 lower, so little of it is luck.
    """

    dense: float = 0.6  # of meaning, against words
    named: float = 1.5  # of the query's words that stand in the row's name
    exact: float = 4.0  # … times the share of the name that the query holds
    full: float = 1.0  # for a name of several words that the query all holds
    meant: float = 2.0  # the name is spelled out in the query
    placed: float = 2.0  # of the query's words that stand in the file's path
    titled: float = 1.0  # for a file whose own name is all words of the query
    whole: float = 0.5  # for a module, which stands for its file
    typed: float = 0.0  # for a class or the like
    coherence: float = 0.5  # of how well the file's rows fit together
    used: float = 0.15  # each doubling of the callers
    again: float = 2.0  # taken off each further row of one file


QUESTION = Weights()
NAME = Weights(typed=1.0)
"""For queries that are an identifier: who asks for `Router` means the type, not its variables."""


def candidates(lexical: Lexical, near: Ints, firsts: NDArray[np.int32]) -> Ints:
    """The rows worth weighing: the best by words, by meaning, and the first of the best files."""
    by_words = _best(lexical.rows, _LEXICAL)
    best_files = _best(lexical.files * (1 + lexical.placed), _FILES)
    return np.unique(np.concatenate([by_words, firsts[best_files], near])).astype(np.int64)


def weigh(
    lexical: Lexical,
    rows: Ints,
    cosines: Floats,
    files: NDArray[np.int32],
    is_whole: NDArray[np.bool_],
    by: Weights,
) -> Floats:
    """A score for each of `rows`, in these `files`; 0 is what the middle one has."""
    named = lexical.named[rows]
    score = (1 - by.dense) * _standard(lexical.rows[rows])
    score += by.dense * _standard(cosines)
    score += by.named * named + by.exact * named * lexical.covered[rows]
    score += by.full * lexical.full[rows] + by.meant * lexical.meant[rows]
    score += by.placed * lexical.placed[files] + by.titled * lexical.titled[files]
    score += by.whole * is_whole.astype(np.float32)
    return score + by.coherence * _coherence(score, files)


def spread(scores: Sequence[float], files: Sequence[str], by: Weights) -> list[float]:
    """The scores, best first given, with each further one of a file lowered."""
    seen: dict[str, int] = {}
    lowered: list[float] = []
    for score, file in zip(scores, files, strict=True):
        lowered.append(score - by.again * seen.get(file, 0))
        seen[file] = seen.get(file, 0) + 1
    return lowered


def _coherence(scores: Floats, files: NDArray[np.int32]) -> Floats:
    """Of each row, how well its file fits as a whole: the root of the sum of its good rows."""
    good = np.maximum(scores, 0)
    total = np.bincount(files, good)
    return _standard(np.sqrt(total).astype(np.float32)[files])


def _best(scores: Floats, most: int) -> Ints:
    """Numbers of the best that are above 0."""
    found = np.flatnonzero(scores > 0)
    if len(found) > most:
        found = found[np.argpartition(-scores[found], most)[:most]]
    return found.astype(np.int64)


def _standard(scores: Floats) -> Floats:
    spread = float(scores.std()) if len(scores) else 0.0
    if spread == 0:
        return np.zeros(len(scores), np.float32)
    return ((scores - scores.mean()) / spread).astype(np.float32)
