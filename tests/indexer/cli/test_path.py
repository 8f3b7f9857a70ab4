"""`flames path`: how one thing comes to use another, step by step with its evidence."""

from pathlib import Path

import pytest
from shop import Run, checked


def test_path(run: Run):
    document = checked(run("path", "saved", "add_tax", "--format", "json"), "path")
    assert [edge["target"] for edge in document["edges"]] == [
        "shop/orders.py::total",
        "shop/prices.py::Price.with_tax",
        "shop/prices.py::add_tax",
    ]


def test_each_step_shows_its_line(run: Run):
    [_, _, last] = run("path", "saved", "add_tax", "--format", "json").json["edges"]
    assert (last["path"], last["line"]) == ("shop/prices.py", 9)
    assert last["text"] == "return add_tax(self.amount)"
    out = run("path", "saved", "add_tax").out
    assert "  ↓ call  shop/prices.py:9  return add_tax(self.amount)\n" in out


def test_no_path_is_an_answer(run: Run):
    ran = run("path", "add_tax", "saved")
    assert ran.code == 0
    assert "is not known to reach" in ran.out


def test_both_ends_the_same_is_said(run: Run):
    assert "is both ends" in run("path", "add_tax", "shop/prices.py:13").out


def test_from_file_to_file_it_is_the_way_of_the_imports(run: Run):
    document = run("path", "tests/test_prices.py", "shop/orders.py", "--format", "json").json
    steps = [(edge["kind"], edge["path"], edge["text"]) for edge in document["edges"]]
    assert steps == [
        ("import", "tests/test_prices.py", "from shop.prices import add_tax"),
        ("import", "shop/prices.py", "from shop import orders"),
    ]


def test_a_class_stands_for_all_that_is_in_it(run: Run):
    document = run("path", "Price", "add_tax", "--format", "json").json
    assert [edge["source"] for edge in document["edges"]] == ["shop/prices.py::Price.with_tax"]


SURE = {
    "a.py": """\
from b import short, long


def start(thing):
    thing.finish()
    long()
""",
    "b.py": """\
def short(): ...


def long():
    longer()


def longer():
    Goal().finish()


class Goal:
    def finish(self): ...
""",
}


def test_a_sure_way_wins_over_a_shorter_one(run: Run, tmp_path: Path):
    for path, text in SURE.items():
        (tmp_path / path).write_text(text)
    at = ("--root", str(tmp_path), "--format", "json")
    edges = run("path", "start", "Goal.finish", *at).json["edges"]
    assert {edge["certainty"] for edge in edges} <= {"resolved", "inferred"}
    assert len(edges) == 3


def test_a_way_that_is_known_by_name_only_is_better_than_none(run: Run, tmp_path: Path):
    (tmp_path / "b.py").write_text(SURE["b.py"])
    (tmp_path / "a.py").write_text("def start(thing):\n    thing.finish()\n")
    at = ("--root", str(tmp_path), "--format", "json")
    [edge] = run("path", "start", "Goal.finish", *at).json["edges"]
    assert edge["certainty"] == "unique-name"


@pytest.mark.parametrize("length", [10, 5000])
def test_a_line_of_minified_code_is_cut(run: Run, tmp_path: Path, length: int):
    text = f"def f(): ...\ndef g(): f();{' ' * length}x = '{'y' * length}'\n"
    (tmp_path / "a.py").write_text(text)
    [edge] = run("path", "g", "f", "--root", str(tmp_path), "--format", "json").json["edges"]
    assert edge["text"].startswith("def g(): f();")
    assert len(edge["text"]) <= 400
