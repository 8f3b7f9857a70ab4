"""A file's tokens as columns of hashes, in a few passes of numpy over its bytes.

Good enough to compare functions, not to understand them: no grammar, three languages alike. A token
is a run of word bytes or one other byte; words inside strings are tokens too. Comments go (a mark
with balanced quotes before it on its line), and so do the byte ranges the caller names.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

U64: TypeAlias = NDArray[np.uint64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Span = tuple[int, int]

KEYWORDS: Final = frozenset(
    b"False None True and as assert async await break class continue def del elif else except "
    b"finally for from global if import in is lambda nonlocal not or pass raise return try while "
    b"with yield self cls case catch const debugger default delete do enum export extends function "
    b"implements instanceof interface let new null of super switch this throw typeof undefined var "
    b"void true false".split()
)
"""Of all languages together: a local variable named as another language's keyword is harmless."""

_DEFINING: Final = frozenset((b"def", b"class", b"function", b"interface", b"enum"))
_SPACE: Final = 0
_WORD: Final = 1
_OTHER: Final = 2
_PRIME: Final = 0x100000001B3  # FNV's; odd, so that it has an inverse modulo 2**64
_INVERSE: Final = pow(_PRIME, -1, 2**64)
_BLIND: Final = np.uint64(0x9E3779B97F4A7C15)  # stands for any name that a rename changes
_NUMBER: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_MIX: Final = np.uint64(0xD6E8FEB86659FD93)  # odd; Rein's xmx mixer
_BLOCK_COMMENT: Final = re.compile(
    rb"/\*(?:(?<=^/\*)|(?<=[\s;{}(,]/\*)).*?(?:\*/|(?=\0)|\Z)", re.DOTALL
)

BETWEEN_FILES: Final = b"\n\0;\n"
"""Joins sources whose tokens are as if each stood alone: ends comments, and is a token that no name
stands beside."""


def _classes() -> NDArray[np.uint8]:
    table = np.full(256, _OTHER, np.uint8)
    table[list(b" \t\n\r\f\v\0")] = _SPACE
    table[list(b"0123456789_$ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")] = _WORD
    table[128:] = _WORD
    return table


_CLASS: Final = _classes()


@dataclass(frozen=True, slots=True)
class Tokens:
    """Equally long columns, in source order."""

    start: Ints  # byte offset
    line: Ints  # line number in the bytes given, from 0
    raw: U64  # hash of the bytes
    blind: U64  # the same where a rename would not reach, else one value for all
    named: Bools  # a name that is not blinded


def tokenize(source: bytes, comment: str, skip: Iterable[Span] = ()) -> Tokens:
    """The tokens of `source`; `comment` starts a line comment, `skip` are ranges to leave out."""
    data = np.frombuffer(source, np.uint8)
    kind = _CLASS[data]
    start, end = _ranges(kind == _WORD, kind == _OTHER)
    keep = _outside(start, [*skip, *_comments(source, data, comment)])
    start, end = start[keep], end[keep]
    raw = _hashes(data, start, end)
    blind, named = _blinded(data, start, raw)
    return Tokens(start, _before(np.flatnonzero(data == 10), start), raw, blind, named)


def _ranges(word: Bools, other: Bools) -> tuple[Ints, Ints]:
    """Where the runs of word bytes and the other bytes start and end."""
    edge = np.zeros(len(word) + 1, np.bool_)  # between a byte and the one before it
    edge[:-1] = word
    edge[1:] ^= word
    starts, ends = edge.copy(), edge
    starts[:-1] &= word
    starts[:-1] |= other
    starts[-1] = False
    ends[1:] &= word
    ends[0] = False
    ends[1:] |= other
    return np.flatnonzero(starts), np.flatnonzero(ends)


def ngrams(values: U64, n: int) -> U64:
    """Hash of each `n` neighbours, in order; all 64 bits are well mixed. May be empty."""
    count = max(0, len(values) - n + 1)
    total = np.full(count, n, np.uint64)
    for offset in range(n):
        total = (total ^ values[offset : offset + count]) * _MIX
        total ^= total >> np.uint64(29)
    total *= _MIX
    return total ^ (total >> np.uint64(32))


def _hashes(data: NDArray[np.uint8], start: Ints, end: Ints) -> U64:
    """Polynomial hash of each range, all from one running sum."""
    n = len(data)
    total = np.zeros(n + 1, np.uint64)
    np.cumsum((data.astype(np.uint64) + np.uint64(1)) * _powers(_PRIME, n), out=total[1:])
    found = (total[end] - total[start]) * _powers(_INVERSE, n)[start]
    return found ^ (found >> np.uint64(31))


def _powers(of: int, n: int) -> U64:
    """The first `n` powers of a number; those of large files, which are few, are not kept."""
    first = _first_powers(of)
    if n > len(first):
        strides = np.array([pow(of, at, 2**64) for at in range(0, n, len(first))], np.uint64)
        first = np.multiply.outer(strides, first).ravel()
    return first[:n]


@cache
def _first_powers(of: int) -> U64:
    factors = np.full(1 << 16, of, np.uint64)
    factors[0] = 1
    return np.multiply.accumulate(factors)


@cache
def _keywords() -> tuple[U64, Bools]:
    """Sorted hashes of the keywords, and which of them define the name that follows."""
    hashes = {int(_hash_of(word)): word in _DEFINING for word in KEYWORDS}
    known = sorted(hashes)
    return np.array(known, np.uint64), np.array([hashes[one] for one in known])


def _hash_of(word: bytes) -> np.uint64:
    data = np.frombuffer(word, np.uint8)
    return _hashes(data, np.array([0]), np.array([len(data)]))[0]


def _blinded(data: NDArray[np.uint8], start: Ints, raw: U64) -> tuple[U64, Bools]:
    first = data[start]
    word = _CLASS[first] == _WORD
    number = (first >= 48) & (first <= 57)
    before = np.concatenate([np.zeros(1, np.uint8), first[:-1]])
    after = np.concatenate([first[1:], np.zeros(1, np.uint8)])
    keywords, defining = _keywords()
    place = np.minimum(np.searchsorted(keywords, raw), len(keywords) - 1)
    known = keywords[place] == raw
    defined = np.concatenate([np.zeros(1, np.bool_), (known & defining[place])[:-1]])
    quoted = (before == 34) | (before == 39)
    named = word & ~number & ~known & ~defined & ((before == 46) | (after == 40) | quoted)
    blind = np.where(word & ~known & ~named, _BLIND, raw)
    return np.where(number, _NUMBER, blind), named


def _before(places: Ints, start: Ints) -> Ints:
    """How many of the places are before each start; cheap where the places are few."""
    return np.cumsum(np.bincount(np.searchsorted(start, places), minlength=len(start) + 1))[:-1]


def _outside(start: Ints, spans: list[Span]) -> Bools:
    first, behind = np.array(spans, np.int64).reshape(-1, 2).T
    return _before(first, start) == _before(behind, start)


def _comments(source: bytes, data: NDArray[np.uint8], mark: str) -> list[Span]:
    marks = np.flatnonzero(data == ord(mark[0]))
    if len(mark) > 1:
        following = data[np.minimum(marks + 1, len(data) - 1)]
        marks = marks[following == ord(mark[1])]
    if not len(marks):
        return _blocks(source, mark)
    newlines = np.concatenate([np.flatnonzero(data == 10), [len(data)]])
    line_end = newlines[np.searchsorted(newlines, marks)]
    line = np.searchsorted(newlines, marks) - 1
    line_start = np.where(line >= 0, newlines[line] + 1, 0)
    balanced = np.ones(len(marks), np.bool_)
    for quote in b"\"'`":
        quotes = np.flatnonzero(data == quote)
        count = np.searchsorted(quotes, marks) - np.searchsorted(quotes, line_start)
        balanced &= count % 2 == 0
    lines = zip(marks[balanced].tolist(), line_end[balanced].tolist(), strict=True)
    return [*lines, *_blocks(source, mark)]


def _blocks(source: bytes, mark: str) -> list[Span]:
    return [] if mark != "//" else [m.span() for m in _BLOCK_COMMENT.finditer(source)]
