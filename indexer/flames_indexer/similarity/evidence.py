"""How alike two functions are, by four views and by what they share that others do not.

A score is the mean of four tf-idf cosines (measured: a trained combination of them is within noise
of the mean). A cosine alone never says that one function repeats another; `Evidence` carries what a
reader can check.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flames_indexer.similarity.tokens import U64
from flames_indexer.similarity.views import VIEWS, Bag, Views

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weighted:
    """A function's views as unit vectors: per view, ascending features and their weights."""

    views: Views
    features: tuple[U64, ...]
    weights: tuple[Floats, ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """One query against one candidate. Shares are of squared tf-idf weight."""

    score: float  # mean of the four cosines
    cosines: tuple[float, float, float, float]  # in the order of VIEWS
    contained: float  # share of the query's api view that the candidate has too
    covers: float  # share of the candidate's api view that the query has too

    @property
    def turned(self) -> "Likeness":
        """The candidate against the query."""
        return Likeness(self.score, self.cosines, self.covers, self.contained)


class Rarity:
    """How rare features are, from a sample of functions: idf = log((1 + n) / (1 + df)) + 1."""

    def __init__(self, sample: Sequence[Views], *, complete: bool = False) -> None:
        """`complete`: the sample is all there is, so the two compared are in it."""
        self._n = len(sample)
        self._least = 2 if complete else 1
        self._known = [
            _document_counts(views.bags[i] for views in sample) for i in range(len(VIEWS))
        ]
        calls: dict[str, int] = {}
        for views in sample:
            for name in views.calls:
                calls[name] = calls.get(name, 0) + 1
        self._calls = calls
        strings: dict[bytes, int] = {}
        for views in sample:
            for text in views.strings:
                strings[text] = strings.get(text, 0) + 1
        self._strings = strings

    def weigh(self, views: Views) -> Weighted:
        """The views as unit vectors."""
        features = tuple(bag.features for bag in views.bags)
        weights = tuple(
            self._unit(bag, *known) for bag, known in zip(views.bags, self._known, strict=True)
        )
        return Weighted(views, features, weights)

    def rare_calls(self, names: Iterable[str], share: float = 0.003) -> list[str]:
        """Those of `names` that at most `share` of the sample calls, besides the two compared."""
        most = max(self._least, int(share * self._n))
        return sorted(name for name in names if self._calls.get(name, 0) <= most)

    def rare_strings(self, texts: Iterable[bytes]) -> list[bytes]:
        """Those of `texts` that none of the sample holds, besides the two compared."""
        return [text for text in texts if self._strings.get(text, 0) < self._least]

    def _unit(self, bag: Bag, features: U64, counts: Floats) -> Floats:
        place = np.searchsorted(features, bag.features)
        place = np.minimum(place, max(0, len(features) - 1))
        df = np.zeros(len(bag.features), np.float32)
        if len(features):
            df = np.where(features[place] == bag.features, counts[place], df)
        weights = bag.weights * (np.log((1 + self._n) / (1 + df)) + 1)
        return (weights / max(1e-9, float(np.linalg.norm(weights)))).astype(np.float32)


def liken(query: Weighted, candidates: Sequence[Weighted]) -> list[Likeness]:
    """`query` against each candidate, in their order."""
    if not candidates:
        return []
    cosines = np.zeros((len(candidates), len(VIEWS)), np.float32)
    shares = np.zeros((len(candidates), 2), np.float32)
    for i, view in enumerate(VIEWS):
        shared, theirs, ours = _overlap(query, candidates, i)
        cosines[:, i] = shared
        if view == "api":
            shares[:, 0], shares[:, 1] = ours, theirs
    return [
        Likeness(
            float(c.mean()),
            (float(c[0]), float(c[1]), float(c[2]), float(c[3])),
            float(s[0]),
            float(s[1]),
        )
        for c, s in zip(cosines.astype(float), shares, strict=True)
    ]


def _overlap(
    query: Weighted, candidates: Sequence[Weighted], view: int
) -> tuple[Floats, Floats, Floats]:
    """Per candidate: cosine, and the shared part of its and of the query's squared weight."""
    mine, weight = query.features[view], query.weights[view]
    lengths = [len(candidate.features[view]) for candidate in candidates]
    owner = np.repeat(np.arange(len(candidates)), lengths)
    features = np.concatenate([candidate.features[view] for candidate in candidates])
    weights = np.concatenate([candidate.weights[view] for candidate in candidates])
    if not len(mine) or not len(features):
        nothing = np.zeros(len(candidates), np.float32)
        return nothing, nothing, nothing
    place = np.minimum(np.searchsorted(mine, features), len(mine) - 1)
    same = mine[place] == features
    owner, theirs, ours = owner[same], weights[same], weight[place[same]]
    sums = (
        np.bincount(owner, part, len(candidates)).astype(np.float32)
        for part in (theirs * ours, theirs * theirs, ours * ours)
    )
    cosine, of_theirs, of_ours = sums
    return cosine, of_theirs, of_ours


def _document_counts(bags: Iterable[Bag]) -> tuple[U64, Floats]:
    features = [bag.features for bag in bags]
    joined = np.concatenate(features) if features else np.zeros(0, np.uint64)
    distinct, counts = np.unique(joined, return_counts=True)
    return distinct, counts.astype(np.float32)
