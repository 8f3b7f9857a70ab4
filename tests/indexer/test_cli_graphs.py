"""The graph formats, each read back by a parser that is not ours."""

import json
from xml.etree import ElementTree

import pytest
from flames_indexer.cli.graph import module_rows
from flames_indexer.cli.graphs import FORMATS, EdgeRow, Row, SymbolRow, encoded

ODD = 'a/b.py::say "<hi>" \\ ü\n'
ROWS: list[Row] = [
    SymbolRow("a/b.py", "module", "a/b.py", 1, 9),
    SymbolRow("a/b.py::f", "function", "a/b.py", 2, 3),
    EdgeRow("a/b.py::f", "c.py::g", "call", "resolved", "a/b.py", 3),
    EdgeRow("a/b.py", "c.py::g", "call", "unique-name", "a/b.py", 8),
    SymbolRow("c.py", "module", "c.py", 1, 5),
    SymbolRow("c.py::g", "function", "c.py", 1, 5),
    SymbolRow(ODD, "function", "a/b.py", 4, 5),
]


def text(form: str, rows: list[Row] = ROWS) -> str:
    return b"".join(encoded(iter(rows), form)).decode()


def test_jsonl_is_one_object_a_line_in_the_contract_s_words():
    objects = [json.loads(line) for line in text("jsonl").splitlines()]
    assert objects[1] == {
        "type": "symbol",
        "id": "a/b.py::f",
        "kind": "function",
        "path": "a/b.py",
        "line": 2,
        "end_line": 3,
    }
    assert objects[2] == {
        "type": "edge",
        "source": "a/b.py::f",
        "target": "c.py::g",
        "kind": "call",
        "certainty": "resolved",
        "path": "a/b.py",
        "line": 3,
    }
    assert objects[-1]["id"] == ODD


@pytest.mark.parametrize("rows", [ROWS, ROWS[:1], ROWS[2:3], []])
def test_json_is_one_document(rows: list[Row]):
    document = json.loads(text("json", rows))
    symbols = sum(isinstance(row, SymbolRow) for row in rows)
    assert (len(document["symbols"]), len(document["edges"])) == (symbols, len(rows) - symbols)


def test_graphml_is_read_back_with_every_value():
    root = ElementTree.fromstring(text("graphml"))
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    nodes = {node.get("id"): node for node in root.iterfind(".//g:node", space)}
    # XML turns line breaks in attributes into spaces unless they are written as references.
    assert ODD in nodes
    edge = root.findall(".//g:edge", space)[1]
    values = {data.get("key"): data.text for data in edge.iterfind("g:data", space)}
    assert values["edge.certainty"] == "unique-name"
    declared = {key.get("id") for key in root.iterfind("g:key", space)}
    assert values.keys() <= declared


def test_graphml_survives_characters_that_xml_forbids():
    ElementTree.fromstring(text("graphml", [SymbolRow("a\x00\x1f\ufffe", "module", "a", 1, 1)]))


def test_graphml_is_read_by_networkx():
    import networkx

    graph = networkx.parse_graphml(text("graphml"))
    assert graph.nodes["a/b.py::f"]["line"] == 2


def test_dot_quotes_names_and_dashes_what_is_less_sure():
    lines = text("dot").splitlines()
    assert '  "a/b.py::f" -> "c.py::g" [label="call"];' in lines
    assert '  "a/b.py" -> "c.py::g" [label="call", style=dashed];' in lines
    assert r'"a/b.py::say \"<hi>\" \\ ü\n"' in text("dot")
    assert (lines[0], lines[-1]) == ("digraph flames {", "}")


def test_mermaid_ids_are_plain_and_labels_escaped():
    lines = text("mermaid").splitlines()
    assert lines[0] == "flowchart LR"
    assert '  n1["f"]' in lines
    assert "  n1 -->|call| n2" in lines
    assert any("&quot;&lt;hi&gt;&quot;" in line for line in lines)


def test_modules_add_up_their_edges_and_keep_the_surest():
    rows = list(module_rows(iter(ROWS)))
    assert rows == [
        ROWS[0],
        ROWS[4],
        EdgeRow("a/b.py", "c.py", "call", "resolved", "a/b.py", 3, 2),
    ]
    assert json.loads(text("jsonl", rows).splitlines()[-1])["places"] == 2


def test_a_module_s_edges_to_itself_are_left_out():
    inner = EdgeRow("a.py::f", "a.py::g", "call", "resolved", "a.py", 1)
    outer = EdgeRow("a.py::f", "ext:os.path", "call", "resolved", "a.py", 1)
    assert [
        row.target for row in module_rows(iter([inner, outer])) if isinstance(row, EdgeRow)
    ] == ["ext:os.path"]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_streams(form: str):
    def rows():
        yield from ROWS
        raise StopAsyncIteration  # reached only when everything before was asked for

    pieces = encoded(rows(), form)
    next(pieces)
