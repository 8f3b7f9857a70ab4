"""The model that Flames ships: one vector a piece of an identifier, numpy only.

A text is the sum of its pieces' vectors, each times the root of its count, made unit length. The
model was trained on functions and their documentation (`training/model/README.md`), so that words
used for one purpose are near; it reads no grammar and no order.
"""

import hashlib
import json
import struct
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from flames_indexer.embedding.pieces import Pieces
from flames_indexer.embedding.terms import TIMES, Terms, terms_of
from flames_indexer.errors import EmbeddingError
from flames_indexer.formats import MODEL_DIGEST

MODEL = Path(__file__).with_name("model.safetensors")

_DIM = 256
_BATCH = 128  # texts; their rows stay in the cache
_LENGTH = struct.Struct("<Q")


class _Table(NamedTuple):
    pieces: Pieces
    rows: NDArray[np.int8]  # [pieces, dim]
    scales: NDArray[np.float32]  # [pieces]


class StaticModel:
    """An `Embedder`; 30k functions per CPU second. Reads its file at the first text."""

    name = "flames-static-256"
    fingerprint = f"static-{MODEL_DIGEST[:16]}"
    dim = _DIM

    def __init__(self, file: Path = MODEL, digest: str = MODEL_DIGEST) -> None:
        self._file = file
        self._digest = digest

    def encode(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """`float32[n, 256]`, unit rows; rows of zeros for texts without a known word."""
        rows = np.zeros((len(texts), _DIM), np.float32)
        for at in range(0, len(texts), _BATCH):
            terms = terms_of(texts[at : at + _BATCH], self.pieces)
            rows[at : at + len(terms.ends)] = self.encode_terms(terms)
        return rows

    def encode_terms(self, terms: Terms) -> NDArray[np.float32]:
        """As `encode`, of what `terms_of` gave of the texts."""
        out = np.zeros((len(terms.ends), _DIM), np.float32)
        for at in range(0, len(out), _BATCH):
            part = terms.part(at, min(at + _BATCH, len(out)))
            filled = np.flatnonzero(np.diff(part.ends, prepend=0))
            if len(filled):
                weights = np.sqrt(part.counts & TIMES) * self._table.scales[part.ids]
                rows = self._table.rows[part.ids].astype(np.float32)
                rows *= weights.astype(np.float32)[:, None]
                sums = np.add.reduceat(rows, np.append(0, part.ends[:-1])[filled], axis=0)
                out[at + filled] = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return out

    @property
    def pieces(self) -> Pieces:
        """The vocabulary."""
        return self._table.pieces

    @cached_property
    def _table(self) -> _Table:
        try:
            stored = self._file.read_bytes()
        except OSError as error:
            raise _broken(self._file, str(error)) from error
        if hashlib.sha256(stored).hexdigest() != self._digest:
            raise _broken(self._file, "its content is not what was released")
        (length,) = _LENGTH.unpack_from(stored)
        header = json.loads(stored[_LENGTH.size : _LENGTH.size + length])
        start = _LENGTH.size + length
        rows = np.frombuffer(stored, np.int8, np.prod(header["rows"]["shape"]), start)
        scales = np.frombuffer(stored, "<f2", header["scales"]["shape"][0], start + rows.nbytes)
        pieces = Pieces(header["__metadata__"]["pieces"].split("\n"))
        return _Table(pieces, rows.reshape(-1, _DIM), scales.astype(np.float32))


def _broken(file: Path, why: str) -> EmbeddingError:
    return EmbeddingError(
        f"the model {file} cannot be used: {why}. Install Flames again, "
        f'or set embedding.model to "none".'
    )
