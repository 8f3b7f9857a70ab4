"""The graph formats, each read back by a parser that is not ours."""

import json
from xml.etree import ElementTree

import pytest
from flames_indexer.cli.graphs import FORMATS, EdgeRow, Row, SymbolRow, encoded
from flames_indexer.cli.graphs.modules import around, layered, module_rows, one_a_pair, only

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

FILES: list[Row] = [
    SymbolRow("web/a.py", "module", "web/a.py", 1, 10, "source"),
    SymbolRow("db/b.py", "module", "db/b.py", 1, 20, "source"),
    SymbolRow("db/sql/c.py", "module", "db/sql/c.py", 1, 30, "test"),
    EdgeRow("web/a.py", "db/b.py", "import", "resolved", "web/a.py", 1, places=3),
    EdgeRow("web/a.py", "db/b.py", "call", "inferred", "web/a.py", 7, places=4),
    EdgeRow("db/b.py", "web/a.py", "import", "resolved", "db/b.py", 2),
    EdgeRow("db/b.py", "db/sql/c.py", "import", "resolved", "db/b.py", 1, "type-only"),
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


def test_graphml_names_and_weighs_as_gephi_and_yed_read_it():
    import networkx

    graph = networkx.parse_graphml(text("graphml", list(one_a_pair(layered(FILES)))))
    assert graph.nodes["web/a.py"]["label"] == "web/a.py"
    assert float(graph.nodes["web/a.py"]["y"]) < float(graph.nodes["db/b.py"]["y"])  # y grows down
    edge = graph.edges["web/a.py", "db/b.py"]
    assert (edge["weight"], edge["back"]) == (7, False)
    assert graph.edges["db/b.py", "web/a.py"]["back"] is True


def test_dot_quotes_names_and_dashes_what_is_less_sure():
    lines = text("dot").splitlines()
    [sure] = [line for line in lines if line.startswith('  "a/b.py::f" -> "c.py::g"')]
    assert 'label="call"' in sure
    assert "dashed" not in sure
    [unsure] = [line for line in lines if line.startswith('  "a/b.py" -> "c.py::g"')]
    assert "style=dashed" in unsure
    assert r'"a/b.py::say \"<hi>\" \\ ü\n"' in text("dot")
    assert (lines[0], lines[-1]) == ("digraph flames {", "}")


def test_dot_draws_what_stands_against_the_layers_red_and_lets_it_move_nothing():
    lines = text("dot", list(one_a_pair(layered(FILES)))).splitlines()
    [back] = [line for line in lines if line.startswith('  "db/b.py" -> "web')]
    assert "#d1242f" in back
    assert "constraint=false" in back


def test_mermaid_ids_are_plain_and_labels_escaped():
    lines = text("mermaid").splitlines()
    assert lines[0] == "flowchart TB"
    assert '  n1["f"]' in lines
    assert "  n1 -->|call| n2" in lines
    assert any("&quot;&lt;hi&gt;&quot;" in line for line in lines)


def test_mermaid_draws_what_stands_against_the_layers_red():
    lines = text("mermaid", list(one_a_pair(layered(FILES)))).splitlines()
    edges = [line for line in lines if ">" in line and "[" not in line]
    assert lines[-1] == f"  linkStyle {edges.index('  n1 --> n0')} stroke:#d1242f"


def test_modules_add_up_their_edges_and_keep_the_surest():
    rows = list(module_rows(iter(ROWS)))
    assert rows == [
        ROWS[0],
        ROWS[4],
        EdgeRow("a/b.py", "c.py", "call", "resolved", "a/b.py", 3, places=2),
    ]
    assert json.loads(text("jsonl", rows).splitlines()[-1])["places"] == 2


def test_a_module_s_edges_to_itself_are_left_out():
    inner = EdgeRow("a.py::f", "a.py::g", "call", "resolved", "a.py", 1)
    outer = EdgeRow("a.py::f", "ext:os.path", "call", "resolved", "a.py", 1)
    assert [
        row.target for row in module_rows(iter([inner, outer])) if isinstance(row, EdgeRow)
    ] == ["ext:os.path"]


def test_layers_come_from_the_imports_that_are_followed():
    rows = layered(FILES)
    assert {row.id: row.layer for row in rows if isinstance(row, SymbolRow)} == {
        "web/a.py": 1,
        "db/b.py": 0,
        "db/sql/c.py": 0,
    }
    back = [(row.source, row.target) for row in rows if isinstance(row, EdgeRow) and row.back]
    assert back == [("db/b.py", "web/a.py")]


def test_folded_files_add_up_in_their_folder():
    rows = list(module_rows(FILES, {"db/b.py": "db/", "db/sql/c.py": "db/"}))
    assert rows[1] == SymbolRow("db/", "folder", "db/", 1, 50, "")
    assert [row.target for row in rows if isinstance(row, EdgeRow)] == ["db/", "db/", "web/a.py"]


def test_a_type_only_import_is_kept_apart_from_one_that_is_followed():
    other = EdgeRow("db/b.py", "db/sql/c.py", "import", "resolved", "db/b.py", 9)
    rows = [row for row in module_rows([*FILES, other]) if isinstance(row, EdgeRow)]
    assert [row.via for row in rows if row.target == "db/sql/c.py"] == ["type-only", ""]


def test_a_picture_has_one_line_between_two_files_and_an_import_goes_first():
    [first, *_] = [row for row in one_a_pair(FILES) if isinstance(row, EdgeRow)]
    assert (first.kind, first.places, first.certainty) == ("import", 7, "resolved")


def test_around_a_file_are_its_users_and_its_needs_but_not_the_users_of_these():
    rows = [
        EdgeRow(source, target, "import", "resolved", source, 1)
        for source, target in ("ab", "bc", "cd", "xc", "ay")
    ]
    assert around(rows, "b", 1) == {"a", "b", "c"}
    assert around(rows, "b", 2) == {"a", "b", "c", "d"}
    kept = [row for row in only(rows, {"a", "b", "c"}) if isinstance(row, EdgeRow)]
    assert [(row.source, row.target) for row in kept] == [("a", "b"), ("b", "c")]


@pytest.mark.parametrize("form", sorted({*FORMATS} - {"html"}))
def test_every_format_streams(form: str):
    def rows():
        yield from ROWS
        raise StopAsyncIteration  # reached only when everything before was asked for

    pieces = encoded(rows(), form)
    next(pieces)


@pytest.mark.parametrize("form", FORMATS)
def test_no_name_steers_a_terminal(form: str):
    assert "\x1b" not in text(form, [SymbolRow("a\x1b[31m.py", "module", "a\x1b[31m.py", 1, 9)])
