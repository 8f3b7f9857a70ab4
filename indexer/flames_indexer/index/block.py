"""One file's edges with the names of its symbols: a graph is loaded without any facts."""

import struct
import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flames_indexer.resolve import FileEdges

_LENGTH = struct.Struct("<I")
_SEPARATOR = "\n"  # no string of facts holds a line break


def pack_block(path: str, symbols: Iterable[str], edges: "FileEdges") -> bytes:
    """The ids of a file's symbols and its edges; what resolving read is kept elsewhere."""
    from flames_indexer.resolve import encode_edges

    names = _SEPARATOR.join(symbol.removeprefix(path) for symbol in symbols)
    packed = zlib.compress(names.encode("utf-8", "surrogatepass"), 1)
    return _LENGTH.pack(len(packed)) + packed + encode_edges(edges)


def unpack_block(path: str, block: bytes) -> "tuple[list[str], FileEdges]":
    """What `pack_block` was given."""
    from flames_indexer.resolve import decode_edges

    start = _LENGTH.size
    end = start + _LENGTH.unpack_from(block)[0]
    names = zlib.decompress(block[start:end]).decode("utf-8", "surrogatepass")
    return [path + name for name in names.split(_SEPARATOR)], decode_edges(block[end:])
