"""The graph in formats that other programs read, each a stream: no format holds the graph whole."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

FORMATS = ("jsonl", "json", "dot", "mermaid", "graphml")


class SymbolRow(NamedTuple):
    """A node. Lines are 1-based; 0 when the file is gone or changed since it was indexed."""

    id: str
    kind: str
    path: str
    line: int
    end_line: int


class EdgeRow(NamedTuple):
    """An edge, and how many places stand behind it (more than 1 at module level only)."""

    source: str
    target: str
    kind: str
    certainty: str
    path: str
    line: int
    places: int = 1


Row = SymbolRow | EdgeRow


def encoded(rows: Iterable[Row], form: str) -> Iterator[bytes]:
    """`rows` in one of FORMATS. Symbols may come after edges that name them."""
    from importlib import import_module

    module = import_module(f"flames_indexer.cli.graphs.{form}")
    pieces: Iterator[bytes] = module.encode(rows)
    return pieces
