"""Graphviz: `flames graph --format dot --level module | dot -Tsvg`."""

from collections.abc import Iterable, Iterator

from flames_indexer.cli.graphs import Row, SymbolRow

_DASHED = ("unique-name", "possible")


def encode(rows: Iterable[Row]) -> Iterator[bytes]:
    yield b"digraph flames {\n  rankdir=LR;\n  node [shape=box, fontname=Helvetica];\n"
    for row in rows:
        yield (_node(row) if isinstance(row, SymbolRow) else _edge(*row)).encode()
    yield b"}\n"


def _node(row: SymbolRow) -> str:
    name = row.id.partition("::")[2] or row.id
    return f"  {_quoted(row.id)} [label={_quoted(name)}, tooltip={_quoted(row.id)}];\n"


def _edge(
    source: str, target: str, kind: str, certainty: str, path: str, line: int, places: int
) -> str:
    look = ", style=dashed" if certainty in _DASHED else ""
    label = f"{kind} ×{places}" if places > 1 else kind
    return f"  {_quoted(source)} -> {_quoted(target)} [label={_quoted(label)}{look}];\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
