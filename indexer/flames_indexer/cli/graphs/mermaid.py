"""Mermaid, which Markdown viewers draw. Ids are numbered: Mermaid's own may hold few characters."""

from collections.abc import Iterable, Iterator
from html import escape

from flames_indexer.cli.graphs import EdgeRow, Row, SymbolRow
from flames_indexer.cli.graphs.modules import IMPORT, is_followed
from flames_indexer.cli.output import harmless

_DASHED = ("unique-name", "possible")


def encode(rows: Iterable[Row]) -> Iterator[bytes]:
    yield b"flowchart TB\n"
    numbers: dict[str, int] = {}
    back: list[int] = []  # edges are numbered in the order in which they are written
    edges = 0
    for row in rows:
        if isinstance(row, SymbolRow):
            name = row.id.partition("::")[2] or row.id
            yield f"  {_node(numbers, row.id)}[{_quoted(name)}]\n".encode()
            continue
        if row.back:
            back.append(edges)
        edges += 1
        ends = _node(numbers, row.source), _node(numbers, row.target)
        yield f"  {ends[0]} {_arrow(row)} {ends[1]}\n".encode()
    if back:
        yield f"  linkStyle {','.join(map(str, back))} stroke:#d1242f\n".encode()


def _node(numbers: dict[str, int], symbol: str) -> str:
    return f"n{numbers.setdefault(symbol, len(numbers))}"


def _arrow(row: EdgeRow) -> str:
    """Imports of files go without saying; what else it is stands on the arrow."""
    of_files = "::" not in row.source
    dashed = row.certainty in _DASHED or (of_files and not is_followed(row))
    arrow = "-.->" if dashed else "-->"
    if of_files and row.kind == IMPORT:
        return arrow
    return f"{arrow}|{row.kind} ×{row.places}|" if row.places > 1 else f"{arrow}|{row.kind}|"


def _quoted(text: str) -> str:
    plain = escape(harmless(" ".join(text.split())), quote=False).replace('"', "&quot;")
    return f'"{plain}"'
