"""One JSON document: `{"symbols":[…],"edges":[…]}`, edges kept aside until the symbols are out."""

import tempfile
from collections.abc import Iterable, Iterator

from flames_indexer.cli.graphs import EdgeRow, Row, jsonl

_MEMORY_BYTES = 8 << 20  # edges beyond this wait in a temporary file


def encode(rows: Iterable[Row]) -> Iterator[bytes]:
    with tempfile.SpooledTemporaryFile(_MEMORY_BYTES) as edges:

        def symbols() -> Iterator[Row]:
            for row in rows:
                if isinstance(row, EdgeRow):
                    edges.writelines(jsonl.encode([row]))
                else:
                    yield row

        yield b'{"symbols":[\n'
        yield from _separated(jsonl.encode(symbols()))
        yield b'],"edges":[\n'
        edges.seek(0)
        yield from _separated(edges)
        yield b"]}\n"


def _separated(lines: Iterable[bytes]) -> Iterator[bytes]:
    for number, line in enumerate(lines):
        yield line if number == 0 else b"," + line
