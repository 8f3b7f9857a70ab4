"""Vectors of the functions of one file, as stored, and of all files, as searched."""

import struct
import zlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_SHAPE = struct.Struct("<II")


class VectorTable(NamedTuple):
    """Row i is definition `rows[i]` of file `paths[i]`, in order of path and definition."""

    paths: list[str]
    rows: NDArray[np.int32]
    matrix: NDArray[np.int8]  # [n, dim], as `vectors.pack` makes them


def encode_vectors(rows: Sequence[int], matrix: NDArray[np.int8]) -> bytes:
    """The vectors of the definition rows of one file; zlib halves them and more: many are 0."""
    plain = _SHAPE.pack(*matrix.shape) + np.array(rows, "<i4").tobytes() + matrix.tobytes()
    return zlib.compress(plain, 1)


def decode_vectors(stored: bytes) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    """What `encode_vectors` was given."""
    plain = zlib.decompress(stored)
    count, dim = _SHAPE.unpack_from(plain)
    rows = np.frombuffer(plain, "<i4", count, _SHAPE.size)
    matrix = np.frombuffer(plain, np.int8, count * dim, _SHAPE.size + rows.nbytes)
    return rows, matrix.reshape(count, dim)


def vector_table(stored: Iterable[tuple[str, bytes]]) -> VectorTable | None:
    """All vectors, from each path's; None when there are none."""
    paths: list[str] = []
    rows: list[NDArray[np.int32]] = []
    blocks: list[NDArray[np.int8]] = []
    for path, one in stored:
        own_rows, matrix = decode_vectors(one)
        if len(own_rows):
            paths += [path] * len(own_rows)
            rows.append(own_rows)
            blocks.append(matrix)
    if not rows:
        return None
    return VectorTable(paths, np.concatenate(rows), np.concatenate(blocks))
