"""Graphviz: `flames graph --format dot --level module | dot -Tsvg`.

Imports give files their place, as layers have them; whatever stands against them is red. The
limits and straight lines take a fifth of the time that a few hundred files would need without.
"""

from collections.abc import Iterable, Iterator
from math import log10

from flames_indexer.cli.graphs import EdgeRow, Row, SymbolRow
from flames_indexer.cli.graphs.modules import is_followed
from flames_indexer.cli.output import harmless

_DASHED = ("unique-name", "possible")
_HEAD = """digraph flames {
  graph [rankdir=TB, ranksep=0.6, nodesep=0.25, nslimit=3, nslimit1=3, splines=polyline];
  node [shape=box, style="rounded,filled", fillcolor="#f4f6f8", color="#8896a5",
        fontname="Helvetica", fontsize=11, margin="0.12,0.06", height=0.3];
  edge [color="#66758599", fontname="Helvetica", fontsize=9, arrowsize=0.6];
"""


def encode(rows: Iterable[Row]) -> Iterator[bytes]:
    yield _HEAD.encode()
    for row in rows:
        yield (_node(row) if isinstance(row, SymbolRow) else _edge(row)).encode()
    yield b"}\n"


def _node(row: SymbolRow) -> str:
    name = row.id.partition("::")[2] or row.id
    return f"  {_quoted(row.id)} [label={_quoted(name)}, tooltip={_quoted(row.id)}];\n"


def _edge(row: EdgeRow) -> str:
    label = f"{row.kind} ×{row.places}" if row.places > 1 else row.kind
    look = [f"tooltip={_quoted(label)}", f"penwidth={1 + log10(row.places):.2g}"]
    of_files = "::" not in row.source
    if row.back:
        look += ['color="#d1242f"', "constraint=false"]
    elif of_files and not is_followed(row):
        look += ["constraint=false"]
    elif not of_files:
        look.append(f"label={_quoted(label)}")
    if row.certainty in _DASHED or (of_files and not is_followed(row)):
        look.append("style=dashed")
    return f"  {_quoted(row.source)} -> {_quoted(row.target)} [{', '.join(look)}];\n"


def _quoted(text: str) -> str:
    plain = harmless(text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + plain.replace("\n", "\\n") + '"'
