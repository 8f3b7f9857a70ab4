"""The model that Flames ships: one vector a piece of an identifier, numpy only.

A text is the sum of its pieces' vectors, each times the root of its count and more where the name
holds it (`terms.WEIGHTS`), made unit length. The model was trained on functions and their
documentation (`training/model/README.md`), so that words used for one purpose are near; it reads no
grammar and no order.
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
from flames_indexer.embedding.terms import Terms, terms_of
from flames_indexer.errors import EmbeddingError
from flames_indexer.formats import MODEL_DIGEST

MODEL = Path(__file__).with_name("model.safetensors")

_DIM = 256
_BATCH = 64  # texts; neighbours share pieces, and their weights stay in the cache
_ALONG = 256  # pieces; as floats they stay in the cache: of 1,024 it takes half as long again
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
            sums = self.sums(terms.part(at, min(at + _BATCH, len(out))))
            lengths = np.linalg.norm(sums, axis=1, keepdims=True)
            out[at : at + _BATCH] = sums / np.where(lengths == 0, 1, lengths)
        return out

    def sums(self, terms: Terms) -> NDArray[np.float32]:
        """Of each text, before it is made unit length: one matrix product, so for few texts."""
        table = self._table
        seen = np.zeros(len(table.rows), np.bool_)
        seen[terms.ids] = True
        used = np.flatnonzero(seen)
        column = np.zeros(len(seen), np.int64)  # of each piece; np.unique takes six times as long
        column[used] = np.arange(len(used))
        weights = np.zeros((len(terms.ends), len(used)), np.float32)
        weights[terms.owners, column[terms.ids]] = terms.weights
        rows = table.rows[used] * table.scales[used, None]
        return weights @ rows.astype(np.float32, copy=False)

    def along(self, direction: NDArray[np.float32]) -> NDArray[np.float32]:
        """The dot product of each piece's vector with one."""
        rows = self._table.rows
        found = np.empty(len(rows), np.float32)
        for at in range(0, len(rows), _ALONG):
            found[at : at + _ALONG] = rows[at : at + _ALONG].astype(np.float32) @ direction
        return found * self._table.scales

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
