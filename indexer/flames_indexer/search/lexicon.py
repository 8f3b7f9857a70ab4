"""Which symbols hold which words: an inverted table of the stored terms, scored by BM25."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from flames_indexer.embedding.pieces import Pieces
from flames_indexer.embedding.terms import NAMED, TIMES, Terms
from flames_indexer.search.postings import Postings
from flames_indexer.search.words import Query, Word

_K, _B = 1.2, 0.75  # Robertson & Zaragoza 2009, the usual middle of both ranges
_NAME_WEIGHT = 4.0  # a word in a symbol's name, against one in its body
_PATH_WEIGHT = 6.0  # a word in a file's path, against one in its symbols

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


class Lexical(NamedTuple):
    """How well the words fit. Shares are of the words' rarity, 0..1."""

    rows: Floats  # BM25 of each row
    files: Floats  # BM25 of each file
    named: Floats  # share of the query that the row's name holds
    covered: Floats  # share of the row's name that the query holds
    full: Floats  # 1 where the row's name has several words and the query holds all
    meant: Floats  # 1 where the row's name is an identifier in the query
    placed: Floats  # share of the query that the file's path holds
    titled: Floats  # 1 where the query holds all words of the file's own name

    @staticmethod
    def joined(parts: "Sequence[Lexical]") -> "Lexical":
        """One after the other, rows and files alike."""
        return Lexical(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


class Found(NamedTuple):
    """Where a word stands: the rows that hold one of its alternatives."""

    rows: Ints
    times: Floats  # how often
    named: Floats  # how many pieces of an alternative the row's name holds


class Lexicon:
    """The words of many texts. Immutable."""

    def __init__(
        self, terms: Terms, postings: Postings, files: Ints, paths: Sequence[str], pieces: Pieces
    ) -> None:
        """`files`: for each text the number of its path. Some 10 ms for a million terms."""
        self._files = files
        self._postings = postings
        times = np.append(np.float32(0), np.cumsum(terms.counts & TIMES, dtype=np.float64))
        lengths = np.diff(times[np.append(0, terms.ends)]).astype(np.float32)
        file_lengths = np.bincount(files, lengths, len(paths)).astype(np.float32)
        self._norm, self._file_norm = _norm(lengths), _norm(file_lengths)
        named = np.append(0, np.cumsum(terms.counts >= NAMED))
        self._name_lengths = np.diff(named[np.append(0, terms.ends)]).astype(np.float32)
        self._places = _Places([_words_of(path, pieces) for path in paths])
        self._titles = _Places([_words_of(path.rpartition("/")[2], pieces) for path in paths])

    def find(self, query: Query) -> list[Found]:
        """Where each word of the query stands."""
        return [self._found(word) for word in query.words]

    def rarities(self, found: Iterable[Found]) -> list[float]:
        """How much each word of the query tells: BM25's idf, over files."""
        files = len(self._file_norm)
        return [_rarity(int(np.count_nonzero(self._by_file(one))), files) for one in found]

    def score(self, query: Query, found: Sequence[Found], rarities: Sequence[float]) -> Lexical:
        """Of every row and file."""
        rows, files = len(self._norm), len(self._file_norm)
        score, named, covered = (np.zeros(rows, np.float32) for _ in range(3))
        file_score, placed = (np.zeros(files, np.float32) for _ in range(2))
        for word, one, rarity in zip(query.words, found, rarities, strict=True):
            by_file = self._by_file(one)
            here = self._places.holding(word.anywhere + word.joined)
            weighted = one.times + _NAME_WEIGHT * (one.named > 0)
            score[one.rows] += rarity * weighted * (_K + 1) / (weighted + self._norm[one.rows])
            by_file += _PATH_WEIGHT * here
            file_score += (rarity * by_file * (_K + 1) / (by_file + self._file_norm)).astype(
                np.float32
            )
            held = one.named > 0
            named[one.rows[held]] += rarity
            covered[one.rows[held]] += one.named[held]
            placed += rarity * here
        share = max(sum(rarities), 1e-9)
        covered /= np.maximum(self._name_lengths, 1)
        full = ((covered >= 1) & (self._name_lengths > 1)).astype(np.float32)
        titled = self._titles.made_of(
            {p for word in query.words for one in word.anywhere for p in one}
        )
        meant = self._meant(query)
        return Lexical(
            *(score, file_score, named / share, covered, full, meant, placed / share, titled)
        )

    def _meant(self, query: Query) -> Floats:
        meant = np.zeros(len(self._norm), np.float32)
        for name in query.names:
            held = np.zeros(len(meant), np.int32)
            for piece in name:
                owners, counts = self._postings.of(piece)
                held[owners[counts >= NAMED]] += 1
            meant[(held == len(name)) & (self._name_lengths == len(name))] = 1
        return meant

    def _by_file(self, found: Found) -> Floats:
        sums = np.bincount(self._files[found.rows], found.times, len(self._file_norm))
        return sums.astype(np.float32)

    def _found(self, word: Word) -> Found:
        size = len(self._norm)
        times, named = np.zeros(size, np.float32), np.zeros(size, np.float32)
        for pieces in word.anywhere:
            rows, own, own_named = self._postings.all_of(pieces)
            times[rows] += own
            named[rows] += own_named
        for pieces in word.joined:
            rows, own, own_named = self._postings.all_of(pieces)
            within = own_named > 0
            times[rows[within]] += own[within]
            named[rows[within]] += own_named[within]
        rows = np.flatnonzero(times).astype(np.int32)
        return Found(rows, times[rows], named[rows])


class _Places:
    """The words of paths: for each piece, the paths that hold it."""

    def __init__(self, paths: Sequence[frozenset[int]]) -> None:
        held: dict[int, list[int]] = {}
        for number, pieces in enumerate(paths):
            for piece in pieces:
                held.setdefault(piece, []).append(number)
        self._held = {piece: np.array(numbers, np.int32) for piece, numbers in held.items()}
        self._lengths = np.array([len(pieces) for pieces in paths], np.int32)

    def holding(self, alternatives: Sequence[Sequence[int]]) -> Floats:
        """1 for a path that holds one of the alternatives, all its pieces."""
        found = np.zeros(len(self._lengths), np.float32)
        for pieces in alternatives:
            found[self._counted(pieces) == len(pieces)] = 1
        return found

    def made_of(self, pieces: Iterable[int]) -> Floats:
        """1 for a path without any other piece."""
        held = self._counted(pieces)
        return ((held == self._lengths) & (held > 0)).astype(np.float32)

    def _counted(self, pieces: Iterable[int]) -> Ints:
        found = np.zeros(len(self._lengths), np.int32)
        for piece in pieces:
            numbers = self._held.get(piece)
            if numbers is not None:
                found[numbers] += 1
        return found


def _words_of(path: str, pieces: Pieces) -> frozenset[int]:
    found: list[int] = []
    pieces.add_text(path.rpartition(".")[0] or path, found, 64)
    return frozenset(found)


def _norm(lengths: Floats) -> Floats:
    mean = float(lengths.mean()) if len(lengths) else 1.0
    return (_K * (1 - _B + _B * lengths / max(mean, 1.0))).astype(np.float32)


def _rarity(holding: int, total: int) -> float:
    return float(np.log(1 + (total - holding + 0.5) / (holding + 0.5)))
