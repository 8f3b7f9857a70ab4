"""`flames graph`, through the real index."""

import json
from pathlib import Path

import click
import jsonschema
import pytest
from shop import SCHEMAS, Ran, Run, checked


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


def edges_of(ran: Ran) -> list[dict]:
    return [row for row in map(json.loads, ran.out.splitlines()) if row["type"] == "edge"]


IMPLIED = {
    "a.py": """\
class Bag:
    def __len__(self): ...


def size(bag: Bag):
    return len(bag), Bag()
"""
}


def test_uses_without_a_name_are_asked_for(run: Run, tmp_path: Path):
    (tmp_path / "a.py").write_text(IMPLIED["a.py"])
    at = ("graph", "--root", str(tmp_path))
    ran = run(*at)
    assert {edge["kind"] for edge in edges_of(ran)} == {"reference", "call"}
    assert "flames: left out: 1 uses where no name stands (--implied)" in ran.err
    ran = run(*at, "--implied")
    assert {edge["kind"] for edge in edges_of(ran)} == {"reference", "call", "protocol"}
    assert "--implied" not in ran.err


def test_what_is_written_and_what_is_left_out_add_up_to_what_status_says(run: Run):
    counted = run("status", "--refresh", "--format", "json").json["edges"]
    ran = run("graph")
    left_out = [
        int(line.split()[3].replace(",", "")) for line in ran.err.splitlines() if "left out" in line
    ]
    assert len(edges_of(ran)) + sum(left_out) == sum(counted.values())
    assert len(edges_of(run("graph", "--external", "--implied"))) == sum(counted.values())


def test_around_a_target_are_its_users_and_its_needs(run: Run):
    rows = [
        json.loads(line) for line in run("graph", "--around", "Price.with_tax").out.splitlines()
    ]
    assert {row["id"] for row in rows if row["type"] == "symbol"} == {
        "shop/orders.py::total",
        "shop/prices.py::Price.with_tax",
        "shop/prices.py::add_tax",
    }
    far = run("graph", "--around", "Price.with_tax", "--depth", "2").out
    assert "shop/orders.py::saved" in far


def test_around_a_file(run: Run):
    asked = ("graph", "--around", "tests/test_prices.py", "--level", "module", "--format", "json")
    document = checked(run(*asked), "graph")
    assert [row["id"] for row in document["symbols"]] == ["shop/prices.py", "tests/test_prices.py"]


def test_folders_stand_for_their_files(run: Run):
    document = checked(run("graph", "--fold", "1", "--format", "json"), "graph")
    kinds = {row["id"]: (row["kind"], row.get("layer")) for row in document["symbols"]}
    assert kinds["shop/"] == ("folder", 0)
    assert kinds["tests/"] == ("folder", 1)


def test_a_page_is_one_document(run: Run):
    out = run("graph", "--format", "html").out
    assert out.startswith("<!doctype html>")
    assert "shop/prices.py" in out


@pytest.mark.parametrize("wrong", [("--level", "symbol"), ("--fold", "2"), ("--external",)])
def test_what_a_page_does_not_show_is_said(run: Run, wrong: tuple[str, ...]):
    with pytest.raises(click.UsageError, match="--format html shows the files"):
        run("graph", "--format", "html", *wrong)


def test_what_is_too_large_for_a_viewer_is_said(run: Run, monkeypatch: pytest.MonkeyPatch):
    assert "viewers" not in run("graph", "--format", "mermaid").err
    monkeypatch.setattr("flames_indexer.cli.graph._DRAWN_EDGES", {"mermaid": (2, "too many")})
    assert "edges: too many. --level module, --fold or --around" in (
        run("graph", "--format", "mermaid").err
    )
