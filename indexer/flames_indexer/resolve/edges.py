"""FileEdges: what one file uses, as columns, and how they are stored.

Encoded, for the store, which checks integrity: compressed, over

    "FE", version, rows, unknown rows, strings, names, reads      int32 each
    the edge columns, then the three unknown columns              int32, as byte planes
    the strings and the names, a line each, then a line a place read: key TAB what was, in hex
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from flames_indexer.compression import compress, decompress
from flames_indexer.formats import EDGES_VERSION

# Grows when resolving gives other edges for the same program, or the layout moves.
_MAGIC: Final = 0x4645
_HEAD: Final = 7 * 4
_COLUMNS: Final = ("source", "target", "kind", "certainty", "start", "end", "via")
_UNKNOWN: Final = ("unknown", "unknown_scope", "unknown_name")


def _ints() -> "array[int]":
    return array("i")


@dataclass(slots=True)
class FileEdges:
    """The edges of one file, by source position. Treat as frozen once resolved."""

    source: "array[int]" = field(default_factory=_ints)  # position in the file's `symbol_ids`
    target: "array[int]" = field(default_factory=_ints)  # row of `strings`
    kind: "array[int]" = field(default_factory=_ints)  # EdgeKind
    certainty: "array[int]" = field(default_factory=_ints)  # Certainty
    start: "array[int]" = field(default_factory=_ints)  # of the naming identifier
    end: "array[int]" = field(default_factory=_ints)
    via: "array[int]" = field(default_factory=_ints)  # row of `strings` or -1
    strings: list[str] = field(default_factory=list[str])  # ids of targets, and `Edge.via`
    unknown: "array[int]" = field(default_factory=_ints)  # starts of calls of nobody knows what
    unknown_scope: "array[int]" = field(default_factory=_ints)  # and their sources
    unknown_name: "array[int]" = field(default_factory=_ints)  # row of `names`: what they call
    names: list[str] = field(default_factory=list[str])  # "" where the callee has none
    reads: dict[str, bytes] = field(default_factory=dict[str, bytes])  # see `resolve.reads`

    def __len__(self) -> int:
        return len(self.source)


def encode_edges(edges: FileEdges, reads: Mapping[str, bytes] | None = None) -> bytes:
    """The edges as bytes, for `decode_edges` of this EDGES_VERSION; `reads` instead of theirs."""
    read = edges.reads if reads is None else reads
    told = [f"{key}\t{packed.hex()}" for key, packed in sorted(read.items())]
    text = "\n".join((*edges.strings, *edges.names, *told)).encode("utf-8", "surrogatepass")
    columns = [getattr(edges, name) for name in (*_COLUMNS, *_UNKNOWN)]
    header = array(
        "i",
        (
            _MAGIC,
            EDGES_VERSION,
            len(edges.source),
            len(edges.unknown),
            len(edges.strings),
            len(edges.names),
            len(told),
        ),
    )
    packed = b"".join(column.tobytes() for column in columns)
    planes = b"".join(packed[plane::4] for plane in range(4))
    return compress(header.tobytes() + planes + text)


def decode_edges(data: bytes) -> FileEdges:
    """The edges of those bytes; ValueError if they are none of this version."""
    raw = decompress(data)
    magic, version, rows, unknown, strings, names, reads = array("i", raw[:_HEAD])
    if magic != _MAGIC or version != EDGES_VERSION:
        raise ValueError(f"expected edges of version {EDGES_VERSION}, got {version}")
    count = rows * len(_COLUMNS) + unknown * len(_UNKNOWN)
    packed = bytearray(count * 4)
    for plane in range(4):
        packed[plane::4] = raw[_HEAD + plane * count : _HEAD + (plane + 1) * count]
    cells = array("i", bytes(packed))
    edges = FileEdges()
    at = 0
    for name in (*_COLUMNS, *_UNKNOWN):
        length = unknown if name in _UNKNOWN else rows
        setattr(edges, name, cells[at : at + length])
        at += length
    lines = raw[_HEAD + count * 4 :].decode("utf-8", "surrogatepass").split("\n")
    edges.strings = lines[:strings]
    edges.names = lines[strings : strings + names]
    for line in lines[strings + names : strings + names + reads]:
        key, _, digest = line.partition("\t")
        edges.reads[key] = bytes.fromhex(digest)
    return edges
