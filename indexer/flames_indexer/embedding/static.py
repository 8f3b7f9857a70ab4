"""Hashed subtokens: an encoder without a model, numpy only.

Each identifier is split into subtokens (`parseHTTPHeader` -> parse http header); each subtoken is
hashed to four signed coordinates; a text is the sqrt-weighted sum, unit length. It knows words, not
meanings: near texts share vocabulary. (sqrt(tf) and the subtokens as in the best measured static
embedding; the sparse signs are feature hashing, Weinberger et al. 2009.)
"""

import re
import zlib
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

_DIM = 256
_COORDINATES = 4
_BATCH = 512  # keys of one batch stay in the cache
_MEMO_LIMIT = 200_000  # identifiers; some 30 MB
_MAX_SUBTOKENS = 400
_IDENTIFIER = re.compile(r"[A-Za-z0-9]+")
_SUBTOKEN = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_COMMON = """
self cls def this return if else for in not none null true false is and or of to with as try except
catch raise throw elif while the a an const let var new function import from
"""
_MULTIPLIERS = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F], np.uint64)


class HashedSubtokens:
    """An `Embedder`; 30k functions per CPU second. Memoises identifiers, nothing else."""

    name = "hashed-subtokens-256"
    fingerprint = "hashed-subtokens-256-1"
    dim = _DIM

    def __init__(self) -> None:
        self._memo: dict[str, tuple[int, ...]] = {}

    def encode(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """`float32[n, 256]`, unit rows; rows of zeros for texts without a word."""
        rows = np.zeros((len(texts), _DIM), np.float32)
        for at in range(0, len(texts), _BATCH):
            batch = texts[at : at + _BATCH]
            rows[at : at + len(batch)] = self._batch(batch)
        return rows

    def _batch(self, texts: Sequence[str]) -> NDArray[np.float32]:
        hashes: list[int] = []
        counts: list[int] = []
        for text in texts:
            before = len(hashes)
            self._subtokens(text, hashes)
            counts.append(len(hashes) - before)
        owner = np.repeat(np.arange(len(texts), dtype=np.uint64), counts)
        keys, tf = np.unique(
            (owner << np.uint64(32)) | np.array(hashes, np.uint64), return_counts=True
        )
        return _project(keys, np.sqrt(tf), len(texts))

    def _subtokens(self, text: str, out: list[int]) -> None:
        limit = len(out) + _MAX_SUBTOKENS
        memo = self._memo
        if len(memo) > _MEMO_LIMIT:
            memo.clear()
        for word in _IDENTIFIER.findall(text):
            known = memo.get(word)
            if known is None:
                known = memo[word] = _hashes(word)
            out.extend(known)
            if len(out) > limit:
                return


@cache
def _common() -> frozenset[str]:
    return frozenset(_COMMON.split())


def _hashes(word: str) -> tuple[int, ...]:
    common = _common()
    parts = (part.lower() for part in _SUBTOKEN.findall(word))
    return tuple(zlib.crc32(part.encode()) for part in parts if part not in common)


def _project(keys: NDArray[np.uint64], weights: NDArray[np.float64], n: int) -> NDArray[np.float32]:
    """`keys` = text number << 32 | subtoken hash; the sum of their signed coordinates."""
    mixed = (keys[:, None] & np.uint64(0xFFFFFFFF)) * _MULTIPLIERS >> np.uint64(20)
    column = (mixed & np.uint64(_DIM - 1)).astype(np.int64)
    sign = (mixed >> np.uint64(9) & np.uint64(1)).astype(np.float64) * 2 - 1
    place = (keys >> np.uint64(32)).astype(np.int64)[:, None] * _DIM + column
    total = np.bincount(place.ravel(), (sign * weights[:, None]).ravel(), minlength=n * _DIM)
    rows = total.reshape(n, _DIM)
    length = np.sqrt((rows * rows).sum(1, keepdims=True))
    return (rows / np.where(length == 0, 1, length)).astype(np.float32)
