"""The graph in formats that other programs read, each a stream: no format holds the graph whole."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

FORMATS = ("jsonl", "json", "dot", "mermaid", "graphml", "html")


class SymbolRow(NamedTuple):
    """A node. Lines are 1-based; 0 when the file is gone or changed since it was indexed.

    Only files and folders have a role ("" when a folder's files differ) and a layer (0: it imports
    nothing of the repository).
    """

    id: str
    kind: str
    path: str
    line: int
    end_line: int
    role: str = ""
    layer: int | None = None


class EdgeRow(NamedTuple):
    """An edge. `via` says what stands between its ends (model.Edge).

    At module level: how many places stand behind it, and whether it is an import that stands
    against the layers.
    """

    source: str
    target: str
    kind: str
    certainty: str
    path: str
    line: int
    via: str = ""
    places: int = 1
    back: bool = False


Row = SymbolRow | EdgeRow


def encoded(rows: Iterable[Row], form: str, title: str = "") -> Iterator[bytes]:
    """`rows` in one of FORMATS. Symbols may come after edges that name them."""
    from importlib import import_module

    module = import_module(f"flames_indexer.cli.graphs.{form}")
    pieces: Iterator[bytes] = module.encode(rows, title) if form == "html" else module.encode(rows)
    return pieces
