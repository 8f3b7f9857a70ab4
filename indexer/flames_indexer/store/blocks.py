"""What the store keeps of one file beside its facts: its edges, its vectors.

Edges go with the names of the file's symbols, so that a graph is loaded without any facts, and
with the names that the file calls, so that the callers of a function are found without any.

    length, symbols (compressed) · length, digests of the names called · edges
"""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from flames_indexer.compression import compress, decompress
from flames_indexer.embedding.terms import Terms
from flames_indexer.facts import FileFacts
from flames_indexer.model import SymbolKind
from flames_indexer.resolve import FileEdges, decode_edges, encode_edges
from flames_indexer.resolve.symbols import symbols_with_kinds

_LENGTH = struct.Struct("<I")
_SHAPE = struct.Struct("<II")
_KINDS = tuple(SymbolKind)
_SEPARATOR = "\n"  # no string of facts holds a line break


def pack_block(path: str, facts: FileFacts, called: bytes, edges: FileEdges) -> bytes:
    """A file's edges behind its symbols' kinds and ids, and what `encoded_names` gives of it; what
    resolving read is kept elsewhere."""
    names = (
        f"{kind:d}{identity.removeprefix(path)}"
        for identity, kind in symbols_with_kinds(path, facts).items()
    )
    packed = compress(_SEPARATOR.join(names).encode("utf-8", "surrogatepass"))
    head = _LENGTH.pack(len(packed)) + packed + _LENGTH.pack(len(called)) + called
    return head + encode_edges(edges, reads={})


def unpack_edges(block: bytes) -> FileEdges:
    """The edges of a block."""
    return decode_edges(block[_head_end(block) :])


def head_of(block: bytes) -> bytes:
    """The part of a block that `unpack_symbols` and `called_in` need."""
    return block[: _head_end(block)]


def called_in(block: bytes) -> bytes:
    """The names that the file of a block calls, as `encoded_names` gives them."""
    return block[_symbols_end(block) + _LENGTH.size : _head_end(block)]


def _symbols_end(block: bytes) -> int:
    return _LENGTH.size + _LENGTH.unpack_from(block)[0]


def _head_end(block: bytes) -> int:
    start = _symbols_end(block)
    return start + _LENGTH.size + _LENGTH.unpack_from(block, start)[0]


def unpack_symbols(path: str, block: bytes) -> dict[str, SymbolKind]:
    """The symbols of a block: id to kind, as `symbol_ids` orders them."""
    packed = block[_LENGTH.size : _symbols_end(block)]
    names = decompress(packed).decode("utf-8", "surrogatepass")
    return {path + name[1:]: _KINDS[int(name[0])] for name in names.split(_SEPARATOR)}


def methods_in(path: str, block: bytes) -> list[str]:
    """The ids of the methods of a block."""
    symbols = unpack_symbols(path, block)
    return [identity for identity, kind in symbols.items() if kind == SymbolKind.METHOD]


def methods_of(path: str, facts: FileFacts) -> list[str]:
    """What `methods_in` gives of a file with these facts."""
    symbols = symbols_with_kinds(path, facts)
    return [identity for identity, kind in symbols.items() if kind == SymbolKind.METHOD]


def encode_vectors(rows: Sequence[int], matrix: NDArray[np.int8], terms: Terms) -> bytes:
    """What is searched of the definition rows of one file. The matrix is noise to zlib."""
    numbers = np.array(rows, "<i4").tobytes() + terms.ends.astype("<i4").tobytes()
    words = compress(numbers + terms.counts.tobytes() + terms.ids.astype("<u2").tobytes())
    return _SHAPE.pack(*matrix.shape) + matrix.tobytes() + words


def decode_vectors(stored: bytes) -> tuple[NDArray[np.int32], NDArray[np.int8], Terms]:
    """What `encode_vectors` was given."""
    count, dim = _SHAPE.unpack_from(stored)
    matrix = np.frombuffer(stored, np.int8, count * dim, _SHAPE.size).reshape(count, dim)
    words = decompress(memoryview(stored)[_SHAPE.size + matrix.nbytes :])
    rows, ends = np.frombuffer(words, "<i4", 2 * count).reshape(2, count)
    total = int(ends[-1]) if count else 0
    counts = np.frombuffer(words, np.uint8, total, 8 * count)
    ids = np.frombuffer(words, "<u2", total, 8 * count + total)
    return rows, matrix, Terms(ends, ids, counts)
