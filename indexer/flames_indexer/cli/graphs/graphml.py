"""GraphML, which Gephi, yEd and networkx read. http://graphml.graphdrawing.org/specification.html"""

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from flames_indexer.cli.graphs import EdgeRow, Row, SymbolRow

_NUMBERS = ("line", "end_line", "places")
# XML 1.0 section 2.2: what may not appear even as a reference.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def encode(rows: Iterable[Row]) -> Iterator[bytes]:
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
    yield b'<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for place, names in (("node", SymbolRow._fields[1:]), ("edge", EdgeRow._fields[2:])):
        for name in names:
            kind = "int" if name in _NUMBERS else "string"
            key = (
                f'  <key id="{place}.{name}" for="{place}" attr.name="{name}" attr.type="{kind}"/>'
            )
            yield f"{key}\n".encode()
    yield b'  <graph id="flames" edgedefault="directed">\n'
    for row in rows:
        yield (_node(row) if isinstance(row, SymbolRow) else _edge(row)).encode()
    yield b"  </graph>\n</graphml>\n"


def _node(row: SymbolRow) -> str:
    values = zip(SymbolRow._fields[1:], row[1:], strict=True)
    return f"    <node id={_attribute(row.id)}>{_values('node', values)}</node>\n"


def _edge(row: EdgeRow) -> str:
    ends = f"source={_attribute(row.source)} target={_attribute(row.target)}"
    values = zip(EdgeRow._fields[2:], row[2:], strict=True)
    return f"    <edge {ends}>{_values('edge', values)}</edge>\n"


def _values(place: str, values: Iterable[tuple[str, object]]) -> str:
    return "".join(
        f'<data key="{place}.{name}">{escape(_allowed(str(value)))}</data>'
        for name, value in values
    )


def _attribute(text: str) -> str:
    return quoteattr(_allowed(text))


def _allowed(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
