"""A small fingerprint of every function, so that counterparts are found without reading code.

One pass over the file's bytes makes a stream of hashed tokens, shared by all its functions, without
comments and docstrings. Names that a rename leaves alone are kept: keywords, what follows a dot or
a quote, what is called. Everything else is blinded. Of each function's body the sketch holds

    words    the 20 smallest hashes of its token 3-grams that hold a kept name
    shapes   the 12 smallest hashes of its token 5-grams

Being smallest is a property of the hash, not of the function, so two functions that share n-grams
share sketch values (bottom-k sampling, Broder 1997). A value is 32 bits: 128 bytes a function.
Nothing here decides that two functions are alike; `evidence` does, on few candidates.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flames_indexer.facts import DefinitionKind, FileFacts
from flames_indexer.languages import language_named
from flames_indexer.similarity.tokens import BETWEEN_FILES, U64, Bools, Ints, Span, ngrams, tokenize

MIN_LINES: Final = 5
"""Lines with code; however long a signature is, it counts as one. Below, all things look alike."""

WORDS: Final = 20
SHAPES: Final = 12
WIDTH: Final = WORDS + SHAPES
MAX_GRAMS: Final = 4096  # of either kind: about 1,000 lines
EMPTY: Final = np.uint32(0xFFFFFFFF)
"""Pads a sketch with fewer n-grams than it has room for; never a value."""

Values = NDArray[np.uint32]

_FUNCTIONS: Final = (DefinitionKind.FUNCTION, DefinitionKind.LAMBDA)
_GROUP_BYTES: Final = 128_000  # of source: many calls of numpy saved, columns still in the cache

_Chosen = tuple[bytes, FileFacts, list[int]]  # a file and its definition rows to sketch

_MAGIC: Final = b"FLsk\x01"
_COUNT: Final = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Sketches:
    """Columns over the functions of one file, in definition order."""

    definitions: NDArray[np.int32]  # definition rows
    lines: NDArray[np.int32]  # as MIN_LINES counts them
    tokens: NDArray[np.int32]
    values: Values  # [n, WIDTH]; words then shapes, each sorted, padded with EMPTY

    def __len__(self) -> int:
        return len(self.definitions)

    def part(self, start: int, end: int) -> "Sketches":
        """The functions number `start` to `end`."""
        among = slice(start, end)
        return Sketches(
            self.definitions[among], self.lines[among], self.tokens[among], self.values[among]
        )

    @staticmethod
    def none() -> "Sketches":
        """Of a file without functions to sketch."""
        nothing = np.zeros(0, np.int32)
        return Sketches(nothing, nothing, nothing, np.zeros((0, WIDTH), np.uint32))


def encode_sketches(sketches: Sketches) -> bytes:
    """Deterministic bytes; the values are random numbers and do not compress."""
    columns = (sketches.definitions, sketches.lines, sketches.tokens)
    body = b"".join(column.astype("<i4").tobytes() for column in columns)
    return _MAGIC + _COUNT.pack(len(sketches)) + body + sketches.values.astype("<u4").tobytes()


def decode_sketches(blob: bytes) -> Sketches:
    """What `encode_sketches` was given. ValueError when it was not made by it."""
    head = len(_MAGIC) + _COUNT.size
    if len(blob) < head or not blob.startswith(_MAGIC):
        raise ValueError("not a sketch blob of this version")
    (n,) = _COUNT.unpack_from(blob, len(_MAGIC))
    if len(blob) != head + n * 4 * (3 + WIDTH):
        raise ValueError("a sketch blob of the wrong length")
    columns = np.frombuffer(blob, "<i4", 3 * n, head).reshape(3, n)
    values = np.frombuffer(blob, "<u4", n * WIDTH, head + 12 * n).reshape(n, WIDTH)
    return Sketches(columns[0], columns[1], columns[2], values)


def sketch_file(source: bytes, facts: FileFacts, only: int | None = None) -> Sketches:
    """The sketches of all functions with at least MIN_LINES lines of code.

    `only`: of this definition alone, whatever it is and however short.
    """
    rows = _long_functions(source, facts) if only is None else [only]
    return _sketched([(source, facts, rows)], MIN_LINES if only is None else 0)[0]


def grams_of(source: bytes, facts: FileFacts, row: int) -> Values:
    """All values that the sketch of the function in definition row `row` is drawn from."""
    table = facts.definitions
    start, end = max(table.body_start[row], table.start[row]), table.end[row]
    docs = [
        (a - start, b - start)
        for a, b in zip(table.doc_start, table.doc_end, strict=True)
        if start <= a < end
    ]
    tokens = tokenize(source[start:end], language_named(facts.language).comment, docs)
    low, high = np.array([0]), np.array([len(tokens.start)])
    words = _smallest(MAX_GRAMS, ngrams(tokens.blind, 3), _any3(tokens.named), low, high - 2)
    shapes = _smallest(MAX_GRAMS, ngrams(tokens.blind, 5), None, low, high - 4)
    values: Values = np.concatenate([words[0], shapes[0]])
    return values[values != EMPTY]


def sketch_files(files: Iterable[tuple[bytes, FileFacts]]) -> list[Sketches]:
    """What `sketch_file` gives of each, for half of the time: numpy is asked for many at once."""
    found: list[Sketches] = []
    group: list[_Chosen] = []
    size, comment = 0, ""
    for source, facts in files:
        mark = language_named(facts.language).comment
        if size > _GROUP_BYTES or mark != comment:
            found += _sketched(group, MIN_LINES)
            group, size, comment = [], 0, mark
        group.append((source, facts, _long_functions(source, facts)))
        size += len(source)
    return found + _sketched(group, MIN_LINES)


def _long_functions(source: bytes, facts: FileFacts) -> list[int]:
    table = facts.definitions
    return [
        row
        for row, kind in enumerate(table.kind)
        if kind in _FUNCTIONS
        and source.count(b"\n", table.start[row], table.end[row]) >= MIN_LINES - 1
    ]


def _sketched(files: Sequence[_Chosen], least_lines: int) -> list[Sketches]:
    """The sketches of the rows chosen in each file; all files have the same comment mark."""
    if not any(rows for _, _, rows in files):
        return [Sketches.none() for _ in files]
    docs: list[Span] = []
    bodies: list[Span] = []
    at = 0
    for source, facts, rows in files:
        table = facts.definitions
        if rows:
            spans = zip(table.doc_start, table.doc_end, strict=True)
            docs += [(a + at, b + at) for a, b in spans if a >= 0]
            bodies += [
                (max(table.body_start[r], table.start[r]) + at, table.end[r] + at) for r in rows
            ]
            at += len(source) + len(BETWEEN_FILES)
    text = BETWEEN_FILES.join(source for source, _, rows in files if rows)
    tokens = tokenize(text, language_named(files[0][1].language).comment, docs)
    low, high = np.searchsorted(tokens.start, np.array(bodies, np.int64).T)
    lines = _distinct_lines(tokens.line, low, high) + 1
    enough = lines >= least_lines
    low, high = low[enough], high[enough]
    words = _smallest(WORDS, ngrams(tokens.blind, 3), _any3(tokens.named), low, high - 2)
    shapes = _smallest(SHAPES, ngrams(tokens.blind, 5), None, low, high - 4)
    whole = Sketches(
        np.array([row for _, _, rows in files for row in rows], np.int32)[enough],
        lines[enough].astype(np.int32),
        (high - low).astype(np.int32),
        np.concatenate([words, shapes], axis=1),
    )
    kept = np.concatenate([[0], np.cumsum(enough)])
    ends = kept[np.cumsum([0, *(len(rows) for _, _, rows in files)])].tolist()
    return [whole.part(start, end) for start, end in pairwise(ends)]


def _distinct_lines(line: Ints, low: Ints, high: Ints) -> Ints:
    """How many lines hold a token of each range [low, high)."""
    changes = np.concatenate([[0, 0], np.cumsum(np.diff(line) > 0)])
    return np.where(high > low, changes[high] - changes[np.minimum(low + 1, high)] + 1, 0)


def _any3(flags: Bools) -> Bools:
    return flags[:-2] | flags[1:-1] | flags[2:]


def _smallest(keep: int, grams: U64, chosen: Bools | None, low: Ints, high: Ints) -> Values:
    """Per range of n-grams its `keep` smallest distinct hashes, ascending, padded with EMPTY."""
    lengths = np.maximum(high - low, 0)
    owner = np.repeat(np.arange(len(low)), lengths)
    at = np.arange(len(owner)) + np.repeat(low - np.cumsum(lengths) + lengths, lengths)
    if chosen is not None:
        owner, at = owner[chosen[at]], at[chosen[at]]
    hashes = np.minimum(grams[at] >> np.uint64(32), np.uint64(EMPTY - 1))
    keys = _distinct((owner.astype(np.uint64) << np.uint64(32)) | hashes)
    owner = (keys >> np.uint64(32)).astype(np.int64)
    rank = np.arange(len(keys)) - np.searchsorted(owner, np.arange(len(low)))[owner]
    found = np.full((len(low), keep), EMPTY, np.uint32)
    small = rank < keep
    found[owner[small], rank[small]] = keys[small].astype(np.uint32)
    return found


def _distinct(keys: U64) -> U64:
    """As `np.unique`, which is six times slower on some thousand integers (numpy 2.4)."""
    keys = np.sort(keys)
    first = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    return keys[first]
