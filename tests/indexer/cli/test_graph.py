"""`flames graph`, through the real index."""

import json
from pathlib import Path

import jsonschema
import pytest
from shop import SCHEMAS, Run, checked


def test_graph_jsonl_by_its_schema_and_closed(run: Run):
    schema = json.loads((SCHEMAS / "graph-line.json").read_text())
    rows = [json.loads(line) for line in run("graph", "--format", "jsonl").out.splitlines()]
    for row in rows:
        jsonschema.validate(row, schema)
    symbols = {row["id"]: row for row in rows if row["type"] == "symbol"}
    edges = [row for row in rows if row["type"] == "edge"]
    assert symbols["shop/prices.py::Price.with_tax"] == {
        "type": "symbol",
        "id": "shop/prices.py::Price.with_tax",
        "kind": "method",
        "path": "shop/prices.py",
        "line": 8,
        "end_line": 9,
    }
    assert {
        "type": "edge",
        "source": "shop/prices.py::Price.with_tax",
        "target": "shop/prices.py::add_tax",
        "kind": "call",
        "certainty": "resolved",
        "path": "shop/prices.py",
        "line": 9,
    } in edges
    assert {edge[end] for edge in edges for end in ("source", "target")} <= symbols.keys()


def test_graph_with_what_is_outside(run: Run):
    rows = [json.loads(line) for line in run("graph", "--external").out.splitlines()]
    outside = {row["id"] for row in rows if row.get("kind") == "external"}
    assert "ext:json.dumps" in outside
    named = {row["target"] for row in rows if row["type"] == "edge" and row["target"][:4] == "ext:"}
    assert named == outside


def test_graph_of_modules(run: Run):
    document = checked(run("graph", "--level", "module", "--format", "json"), "graph")
    pairs = {(edge["source"], edge["target"]) for edge in document["edges"]}
    assert ("tests/test_prices.py", "shop/prices.py") in pairs
    assert {symbol["kind"] for symbol in document["symbols"]} == {"module"}


def test_graph_of_a_folder_is_what_begins_there(run: Run, tmp_path: Path):
    rows = [json.loads(line) for line in run("graph", "web", "-q").out.splitlines()]
    assert {row["path"] for row in rows} == {"cart.ts"}  # no git: the folder is its own root


@pytest.mark.parametrize("form", ["dot", "mermaid", "graphml"])
def test_graph_in_other_formats(run: Run, form: str):
    assert "with_tax" in run("graph", "--format", form).out
