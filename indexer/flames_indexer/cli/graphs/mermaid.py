"""Mermaid, which Markdown viewers draw. Ids are numbered: Mermaid's own may hold few characters."""

from collections.abc import Iterable, Iterator

from flames_indexer.cli.graphs import Row, SymbolRow

_DASHED = ("unique-name", "possible")


def encode(rows: Iterable[Row]) -> Iterator[bytes]:
    yield b"flowchart LR\n"
    numbers: dict[str, int] = {}

    def node(symbol: str) -> str:
        number = numbers.setdefault(symbol, len(numbers))
        return f"n{number}"

    for row in rows:
        if isinstance(row, SymbolRow):
            name = row.id.partition("::")[2] or row.id
            yield f"  {node(row.id)}[{_quoted(name)}]\n".encode()
        else:
            arrow = "-.->" if row.certainty in _DASHED else "-->"
            label = f"{row.kind} ×{row.places}" if row.places > 1 else row.kind
            yield f"  {node(row.source)} {arrow}|{label}| {node(row.target)}\n".encode()


def _quoted(text: str) -> str:
    plain = text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return f'"{plain.replace(">", "&gt;")}"'
