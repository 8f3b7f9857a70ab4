"""Nearness to a question of texts that are stored as terms.

A cosine is a sum over a text's terms of what each piece has with the question, so nobody makes,
keeps or reads the texts' vectors. Of many texts those that hold the pieces nearest to the question
are looked at, so that a query costs what these hold and not what there is.

What a symbol means is read off three things: its text, its name once more, and its file's path. A
body alone says how, the name what for: with both, vectors alone find .75 instead of .65 (NDCG@10).
"""

import hashlib
from collections.abc import Iterator, MutableMapping, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from flames_indexer.embedding.static import StaticModel
from flames_indexer.embedding.terms import NAMED, WEIGHTS, Terms, terms_of
from flames_indexer.search.postings import Postings
from flames_indexer.vectors import Found, Ids, Rows, nearest_of

_NAME, _PATH = 0.5, 0.8  # of unit vectors, against the text's; .3 to .8 do as well
_PIECES = 256  # nearest to the question; what texts have of others decides among hundreds
_POSTINGS = 30_000  # of these pieces, the nearest first; common pieces come last
_LOOKED_AT = 1000  # texts that have most of these; fewer than that are all looked at
_BATCH = 64  # texts; neighbours share pieces, and their vectors stay in the cache


class Nearness(Protocol):
    """What `Vectors` and `TermVectors` both answer."""

    def cosines(self, query: Rows, ids: Ids) -> Rows: ...
    def nearest(self, queries: Rows, limit: int) -> Found: ...


class _Asked(NamedTuple):
    """What a question has with each piece of the vocabulary, and with the sum of each path's."""

    query: bytes
    pieces: Rows
    places: Rows


class TermVectors:
    """The vectors that the shipped model has for texts; text i under id i."""

    def __init__(
        self,
        model: StaticModel,
        terms: Terms,
        postings: Postings,
        files: NDArray[np.int32],
        paths: Sequence[str],
        known: MutableMapping[bytes, Rows] | None = None,
    ) -> None:
        """`files`: for each text the number of its path, in order. `known`: what was made of files
        before, and is of these now; most of the time goes into that.
        """
        self._model = model
        self._count = len(terms.ends)
        self._terms = terms
        self._postings = postings
        self._files = files
        names = [path.rpartition(".")[0] or path for path in paths]
        self._places = terms_of(names, model.pieces)
        self._place_weights = self._places.weights
        shares = self._shares(terms, paths, {} if known is None else known)
        self._of_text, self._of_name, self._of_place = shares
        nothing = np.zeros(0, np.float32)
        self._last = _Asked(b"", nothing, nothing)  # a query asks for the nearest, then for others

    def cosines(self, query: Rows, ids: Ids) -> Rows:
        """As `Vectors.cosines`."""
        return self._exact(self._asked(query), ids)

    def nearest(self, queries: Rows, limit: int) -> Found:
        """As `Vectors.nearest`; of more than a thousand texts nearly always the same."""
        found: list[Found] = []
        for query in queries:
            asked = self._asked(query)
            ids = self._promising(asked)
            found.append(nearest_of(self._exact(asked, ids)[None], ids, limit))
        return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])

    def _asked(self, query: Rows) -> _Asked:
        text, last = query.tobytes(), self._last
        if last.query != text:
            last = self._last = self._read(query)
        return last

    def _read(self, query: Rows) -> _Asked:
        along, places = self._model.along(query), self._places
        each = self._place_weights * along[places.ids]
        return _Asked(query.tobytes(), along, _added(each, np.diff(places.ends, prepend=0)))

    def _promising(self, asked: _Asked) -> Ids:
        if self._count <= _LOOKED_AT:
            return np.arange(self._count, dtype=np.int64)
        along = asked.pieces
        sums = asked.places[self._files] * self._of_place
        pieces = np.argpartition(-along, _PIECES)[:_PIECES]
        pieces = pieces[np.argsort(-along[pieces])]
        pieces = pieces[: 1 + self._postings.fitting(pieces, _POSTINGS)]
        held = [self._postings.of(piece) for piece in pieces.tolist()]
        owners = np.concatenate([owners for owners, _ in held]).astype(np.int64)
        weights = self._weights(owners, np.concatenate([counts for _, counts in held]))
        weights *= np.repeat(along[pieces], [len(owners) for owners, _ in held])
        sums += np.bincount(owners, weights, self._count).astype(np.float32)
        return np.sort(np.argpartition(-sums, _LOOKED_AT)[:_LOOKED_AT])

    def _exact(self, asked: _Asked, ids: Ids) -> Rows:
        cosines = asked.places[self._files[ids]] * self._of_place[ids]
        terms = self._terms
        ends = terms.ends[ids].astype(np.int64)
        starts = np.where(ids > 0, terms.ends[np.maximum(ids - 1, 0)], 0).astype(np.int64)
        lengths = ends - starts
        offsets = np.cumsum(lengths) - lengths
        places = np.repeat(starts - offsets, lengths) + np.arange(int(lengths.sum()))
        weights = self._weights(np.repeat(ids, lengths), terms.counts[places])
        return cosines + _added(weights * asked.pieces[terms.ids[places]], lengths)

    def _weights(self, texts: NDArray[np.integer], counts: NDArray[np.uint8]) -> Rows:
        """Of terms in the vectors of their texts; cheaper made again than kept."""
        weights = WEIGHTS[counts] * self._of_text[texts]
        named = np.flatnonzero(counts >= NAMED)
        weights[named] += self._of_name[texts[named]]
        return weights

    def _shares(
        self, terms: Terms, paths: Sequence[str], known: MutableMapping[bytes, Rows]
    ) -> Rows:
        """Of each text, what its sum, its name's and its place are multiplied with."""
        shares = np.zeros((3, self._count), np.float32)
        starts = np.searchsorted(self._files, np.arange(len(paths) + 1)).tolist()
        spans = {
            _key(path, terms.part(*span)): span
            for path, span in zip(paths, pairwise(starts), strict=True)
        }
        missing = np.zeros(self._count, np.bool_)
        for key, (start, end) in spans.items():
            before = known.get(key)
            missing[start:end] = before is None
            shares[:, start:end] = 0 if before is None else before
        places = self._sums(self._places)
        for at, end in _runs(missing):
            shares[:, at:end] = self._made(terms.part(at, end), places[self._files[at:end]])
        known.clear()
        known.update((key, shares[:, start:end]) for key, (start, end) in spans.items())
        return shares

    def _made(self, part: Terms, place: Rows) -> Rows:
        text, name = self._model.sums(part), self._model.sums(part.named)
        own = np.stack([_inverse(text), _NAME * _inverse(name), _PATH * _inverse(place)])
        whole = own[0, :, None] * text + own[1, :, None] * name + own[2, :, None] * place
        return own * _inverse(whole.astype(np.float32))

    def _sums(self, terms: Terms) -> Rows:
        count = len(terms.ends)
        rows = np.zeros((count, self._model.dim), np.float32)
        for at in range(0, count, _BATCH):
            rows[at : at + _BATCH] = self._model.sums(terms.part(at, min(at + _BATCH, count)))
        return rows


def _added(each: Rows, lengths: NDArray[np.integer]) -> Rows:
    """The sums of so many after so many."""
    sums = np.zeros(len(lengths), np.float32)
    filled = np.flatnonzero(lengths)
    if len(filled):
        sums[filled] = np.add.reduceat(each, (np.cumsum(lengths) - lengths)[filled])
    return sums


def _key(path: str, terms: Terms) -> bytes:
    """Of a file, what its shares follow from."""
    digest = hashlib.blake2b(path.encode("utf-8", "surrogatepass"), digest_size=16)
    for column in terms:
        digest.update(column.tobytes())
    return digest.digest()


def _runs(wanted: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Where the wanted ones begin and end, at most a batch at once."""
    turns = np.flatnonzero(np.diff(wanted, prepend=False, append=False)).tolist()
    for first, last in zip(turns[::2], turns[1::2], strict=True):
        for at in range(first, last, _BATCH):
            yield at, min(at + _BATCH, last)


def _inverse(rows: Rows) -> Rows:
    """Of the rows' lengths; 0 where there is none."""
    lengths = np.linalg.norm(rows, axis=1)
    return np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > 0)
