"""Which symbols hold which words: an inverted table of the stored terms, scored by BM25."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from flames_indexer.embedding.pieces import Pieces
from flames_indexer.embedding.terms import NAMED, TIMES, Terms
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


class Lexicon:
    """The words of many texts. Immutable."""

    def __init__(self, terms: Terms, files: Ints, paths: Sequence[str], pieces: Pieces) -> None:
        """`files`: for each text the number of its path. Some 10 ms for a million terms."""
        order = np.argsort(terms.ids, kind="stable")
        lengths = np.diff(terms.ends, prepend=0)
        self._files = files
        self._owners = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)[order]
        self._counts = terms.counts[order]
        self._starts = np.searchsorted(terms.ids[order], np.arange(len(pieces.all) + 1))
        times = (terms.counts & TIMES).astype(np.float32)
        total = np.append(np.float32(0), np.cumsum(times, dtype=np.float64))
        self._lengths = np.diff(total[np.append(0, terms.ends)]).astype(np.float32)
        self._file_lengths = np.bincount(files, self._lengths, len(paths)).astype(np.float32)
        self._name_lengths = np.bincount(
            self._owners, (self._counts & NAMED) > 0, len(lengths)
        ).astype(np.float32)
        self._places = _Places([_words_of(path, pieces) for path in paths])
        self._titles = _Places([_words_of(path.rpartition("/")[2], pieces) for path in paths])

    def rarities(self, query: Query) -> list[float]:
        """How much each word of the query tells: BM25's idf, over files."""
        files = len(self._file_lengths)
        held = (int(np.count_nonzero(self._by_file(self._found(word)[0]))) for word in query.words)
        return [_rarity(count, files) for count in held]

    def score(self, query: Query, rarities: Sequence[float]) -> Lexical:
        """Of every row and file."""
        rows, files = len(self._lengths), len(self._file_lengths)
        score, named, covered = (np.zeros(rows, np.float32) for _ in range(3))
        file_score, placed = (np.zeros(files, np.float32) for _ in range(2))
        norm = _norm(self._lengths)
        file_norm = _norm(self._file_lengths)
        for word, rarity in zip(query.words, rarities, strict=True):
            times, in_name = self._found(word)
            holding = np.flatnonzero(times)
            by_file = self._by_file(times)
            here = self._places.holding(word.anywhere + word.joined)
            weighted = times[holding] + _NAME_WEIGHT * (in_name[holding] > 0)
            score[holding] += rarity * weighted * (_K + 1) / (weighted + norm[holding])
            by_file += _PATH_WEIGHT * here
            file_score += (rarity * by_file * (_K + 1) / (by_file + file_norm)).astype(np.float32)
            named += rarity * (in_name > 0)
            covered += in_name
            placed += rarity * here
        share = max(sum(rarities), 1e-9)
        covered /= np.maximum(self._name_lengths, 1)
        meant = np.zeros(rows, np.float32)
        for name in query.names:
            held = np.sum([self._holding(piece)[1] for piece in name], axis=0)
            meant[(held == len(name)) & (self._name_lengths == len(name))] = 1
        full = ((covered >= 1) & (self._name_lengths > 1)).astype(np.float32)
        titled = self._titles.made_of(
            {p for word in query.words for one in word.anywhere for p in one}
        )
        return Lexical(
            *(score, file_score, named / share, covered, full, meant, placed / share, titled)
        )

    def _by_file(self, times: Floats) -> Floats:
        held = np.flatnonzero(times)
        sums = np.bincount(self._files[held], times[held], len(self._file_lengths))
        return sums.astype(np.float32)

    def _found(self, word: Word) -> tuple[Floats, Floats]:
        """How often each row holds one of the alternatives, and how many pieces its name does."""
        size = len(self._lengths)
        times, named = np.zeros(size, np.float32), np.zeros(size, np.float32)
        for pieces in word.anywhere:
            own, own_named = self._all_of(pieces)
            times += own
            named += own_named
        for pieces in word.joined:
            own, own_named = self._all_of(pieces)
            times += np.where(own_named > 0, own, 0)
            named += own_named
        return times, named

    def _all_of(self, pieces: Sequence[int]) -> tuple[Floats, Floats]:
        own, own_named = self._holding(pieces[0])
        for piece in pieces[1:]:
            more, more_named = self._holding(piece)
            own = np.minimum(own, more)
            both = np.minimum(own_named, more_named) > 0
            own_named = np.where(both, own_named + more_named, np.float32(0))
        return own, own_named

    def _holding(self, piece: int) -> tuple[Floats, Floats]:
        start, end = self._starts[piece], self._starts[piece + 1]
        owners, counts = self._owners[start:end], self._counts[start:end]
        times, named = (np.zeros(len(self._lengths), np.float32) for _ in range(2))
        times[owners] = counts & TIMES
        named[owners] = (counts & NAMED) > 0
        return times, named


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
