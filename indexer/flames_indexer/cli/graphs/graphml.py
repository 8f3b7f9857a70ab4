"""GraphML, which Gephi, yEd and networkx read. http://graphml.graphdrawing.org/specification.html

Gephi shows the attributes `label` and `weight`; yEd shows its own graphics and would else open a
heap of nameless boxes: files stand in their layers, symbols in rows.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from flames_indexer.cli.graphs import EdgeRow, Row, SymbolRow

_TYPES = {"line": "int", "end_line": "int", "layer": "int", "weight": "int", "back": "boolean"}
_NODE_VALUES = ("label", *SymbolRow._fields[1:])
_EDGE_VALUES = (*EdgeRow._fields[2:7], "weight", "back")
_WIDTH, _HEIGHT, _ACROSS = 170, 60, 40  # of a cell in yEd, and how many to a row
# XML 1.0 section 2.2: what may not appear even as a reference.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def encode(rows: Iterable[Row]) -> Iterator[bytes]:
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
    yield b'<graphml xmlns="http://graphml.graphdrawing.org/xmlns"'
    yield b' xmlns:y="http://www.yworks.com/xml/graphml">\n'
    for place, names in (("node", _NODE_VALUES), ("edge", _EDGE_VALUES)):
        for name in names:
            kind = _TYPES.get(name, "string")
            key = f'id="{place}.{name}" for="{place}" attr.name="{name}" attr.type="{kind}"'
            yield f"  <key {key}/>\n".encode()
    yield b'  <key id="node.graphics" for="node" yfiles.type="nodegraphics"/>\n'
    yield b'  <graph id="flames" edgedefault="directed">\n'
    drawn: Counter[int | None] = Counter()
    for row in rows:
        if isinstance(row, SymbolRow):
            yield _node(row, drawn[row.layer]).encode()
            drawn[row.layer] += 1
        else:
            yield _edge(row).encode()
    yield b"  </graph>\n</graphml>\n"


def _node(row: SymbolRow, before: int) -> str:
    label = row.id.partition("::")[2] or row.id
    values = _values("node", zip(_NODE_VALUES, (label, *row[1:]), strict=True))
    y = before // _ACROSS if row.layer is None else -row.layer
    x = before % _ACROSS if row.layer is None else before
    place = f'x="{x * _WIDTH}" y="{y * _HEIGHT}" width="{_WIDTH - 20}" height="{_HEIGHT - 30}"'
    shape = f"<y:Geometry {place}/><y:NodeLabel>{_text(label)}</y:NodeLabel>"
    graphics = f'<data key="node.graphics"><y:ShapeNode>{shape}</y:ShapeNode></data>'
    return f"    <node id={_attribute(row.id)}>{values}{graphics}</node>\n"


def _edge(row: EdgeRow) -> str:
    ends = f"source={_attribute(row.source)} target={_attribute(row.target)}"
    values = zip(_EDGE_VALUES, row[2:], strict=True)
    return f"    <edge {ends}>{_values('edge', values)}</edge>\n"


def _values(place: str, values: Iterable[tuple[str, object]]) -> str:
    return "".join(
        f'<data key="{place}.{name}">{_text(value)}</data>'
        for name, value in values
        if value not in (None, "")
    )


def _text(value: object) -> str:
    return escape(_allowed(str(value).lower() if isinstance(value, bool) else str(value)))


def _attribute(text: str) -> str:
    return quoteattr(_allowed(text))


def _allowed(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
