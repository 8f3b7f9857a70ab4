"""What the store keeps of one file beside its facts: its edges, its vectors.

Edges go with the names of the file's symbols, so that a graph is loaded without any facts.
"""

import struct
import zlib
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from flames_indexer.resolve import FileEdges, decode_edges, encode_edges

_LENGTH = struct.Struct("<I")
_SHAPE = struct.Struct("<II")
_SEPARATOR = "\n"  # no string of facts holds a line break


def pack_block(path: str, symbols: Iterable[str], edges: FileEdges) -> bytes:
    """The ids of a file's symbols and its edges; what resolving read is kept elsewhere."""
    names = _SEPARATOR.join(symbol.removeprefix(path) for symbol in symbols)
    packed = zlib.compress(names.encode("utf-8", "surrogatepass"), 1)
    return _LENGTH.pack(len(packed)) + packed + encode_edges(edges)


def unpack_block(path: str, block: bytes) -> tuple[list[str], FileEdges]:
    """What `pack_block` was given."""
    start = _LENGTH.size
    end = start + _LENGTH.unpack_from(block)[0]
    names = zlib.decompress(block[start:end]).decode("utf-8", "surrogatepass")
    return [path + name for name in names.split(_SEPARATOR)], decode_edges(block[end:])


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
