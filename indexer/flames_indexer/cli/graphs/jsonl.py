"""One JSON object a line: `{"type":"symbol",…}` and `{"type":"edge",…}`."""

from collections.abc import Iterable, Iterator

import msgspec

from flames_indexer.cli.graphs import Row, SymbolRow


class _Symbol(msgspec.Struct, tag="symbol", omit_defaults=True):
    id: str
    kind: str
    path: str
    line: int
    end_line: int
    role: str = ""
    layer: int | None = None


class _Edge(msgspec.Struct, tag="edge", omit_defaults=True):
    source: str
    target: str
    kind: str
    certainty: str
    path: str
    line: int
    via: str = ""
    places: int = 1
    back: bool = False


def encode(rows: Iterable[Row]) -> Iterator[bytes]:
    encoder = msgspec.json.Encoder()
    for row in rows:
        yield encoder.encode(_Symbol(*row) if isinstance(row, SymbolRow) else _Edge(*row)) + b"\n"
