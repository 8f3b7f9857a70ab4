"""Which symbols hold which words: an inverted table of the stored terms, scored by BM25."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from flames_indexer.embedding.pieces import Pieces
from flames_indexer.embedding.terms import NAMED, TIMES, Terms
from flames_indexer.index.recent import Recent
from flames_indexer.search.postings import Counts, Postings
from flames_indexer.search.words import Query, Word

_K, _B = 1.2, 0.75  # Robertson & Zaragoza 2009, the usual middle of both ranges
_NAME_WEIGHT = 4.0  # a word in a symbol's name, against one in its body
_PATH_WEIGHT = 6.0  # a word in a file's path, against one in its symbols
_COMMON = 5_000  # rows with a word: half a millisecond
_KEEP_FOUND_BYTES = 8_000_000  # of common words; one of 30,000 rows is half a megabyte

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Rows = NDArray[np.int64]


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
        if len(parts) == 1:
            return parts[0]
        return Lexical(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


class Found(NamedTuple):
    """Where a word stands, and how well it fits there but for its rarity."""

    rows: Rows  # that hold one of its alternatives
    fit: Floats  # BM25 of each
    named: Rows  # those of them whose names hold it
    pieces: Floats  # how many of an alternative each of these names holds
    files: int  # that have such a row
    file_fit: Floats  # BM25 of each file there is
    placed: Floats  # 1 for a file whose path holds it

    @property
    def size_bytes(self) -> int:
        return sum(part.nbytes for part in self if isinstance(part, np.ndarray))


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
        self._found = Recent[Found](_KEEP_FOUND_BYTES)

    def find(self, query: Query) -> list[Found]:
        """Where each word of the query stands."""
        return [self._of_word(word) for word in query.words]

    def rarities(self, found: Iterable[Found]) -> list[float]:
        """How much each word of the query tells: BM25's idf, over files."""
        return [_rarity(one.files, len(self._file_norm)) for one in found]

    def score(self, query: Query, found: Sequence[Found], rarities: Sequence[float]) -> Lexical:
        """Of every row and file."""
        rows, files = len(self._norm), len(self._file_norm)
        score, named, covered = (np.zeros(rows, np.float32) for _ in range(3))
        file_score, placed = (np.zeros(files, np.float32) for _ in range(2))
        for one, rarity in zip(found, rarities, strict=True):
            score[one.rows] += rarity * one.fit
            file_score += rarity * one.file_fit
            named[one.named] += rarity
            covered[one.named] += one.pieces
            placed += rarity * one.placed
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

    def _of_word(self, word: Word) -> Found:
        key = str(word)
        if (known := self._found.get(key)) is not None:
            return known
        found = self._fitting(word)
        if len(found.rows) > _COMMON:  # costs most, and is asked for again
            self._found.keep(key, found, found.size_bytes)
        return found

    def _fitting(self, word: Word) -> Found:
        rows, times, pieces = self._standing(word)
        in_name = pieces > 0
        by_file = np.bincount(self._files[rows], times, len(self._file_norm)).astype(np.float32)
        placed = self._places.holding(word.anywhere + word.joined)
        weighted, by_place = times.copy(), by_file + _PATH_WEIGHT * placed
        weighted[in_name] += _NAME_WEIGHT
        return Found(
            rows=rows,
            fit=_fit(weighted, self._norm[rows]),
            named=rows[in_name],
            pieces=pieces[in_name],
            files=int(np.count_nonzero(by_file > 0)),
            file_fit=_fit(by_place, self._file_norm),
            placed=placed,
        )

    def _standing(self, word: Word) -> tuple[Rows, Floats, Floats]:
        """The rows that hold one of a word's alternatives, how often, and how many pieces of them
        their names hold."""
        parts = [self._postings.all_of(pieces) for pieces in word.anywhere]
        parts += [_in_names(*self._postings.all_of(pieces)) for pieces in word.joined]
        parts = [part for part in parts if len(part[0])]
        if len(parts) == 1:  # most words have one form that is in use
            rows, own, own_named = parts[0]
            return rows.astype(np.int64), own.astype(np.float32), own_named.astype(np.float32)
        size = len(self._norm)
        times, named = np.zeros(size, np.float32), np.zeros(size, np.float32)
        for owners, own, own_named in parts:
            some = owners.astype(np.int64)
            times[some] += own
            named[some] += own_named
        rows = np.flatnonzero(times > 0)
        return rows, times[rows], named[rows]


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


def _in_names(rows: Ints, times: Counts, named: Counts) -> tuple[Ints, Counts, Counts]:
    within = named > 0
    return rows[within], times[within], named[within]


def _words_of(path: str, pieces: Pieces) -> frozenset[int]:
    found: list[int] = []
    pieces.add_text(path.rpartition(".")[0] or path, found, 64)
    return frozenset(found)


def _norm(lengths: Floats) -> Floats:
    mean = float(lengths.mean()) if len(lengths) else 1.0
    return (_K * (1 - _B + _B * lengths / max(mean, 1.0))).astype(np.float32)


def _fit(times: NDArray[np.floating], norm: Floats) -> Floats:
    return (np.float32(_K + 1) * times / (times + norm)).astype(np.float32, copy=False)


def _rarity(holding: int, total: int) -> float:
    return float(np.log(1 + (total - holding + 0.5) / (holding + 0.5)))
