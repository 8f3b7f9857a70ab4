"""`flames dependents` and `flames dependencies`."""

from pathlib import Path

import pytest
from flames_indexer.cli.neighbours_shown import usage_words
from flames_indexer.graph import Usage
from shop import Run, checked


def test_dependents(run: Run):
    document = checked(run("dependents", "add_tax", "--format", "json"), "dependents")
    users = {row["symbol"]: row for row in document["dependents"]}
    assert {"shop/prices.py::Price.with_tax", "tests/test_prices.py::test_tax"} <= users.keys()
    assert users["tests/test_prices.py::test_tax"]["line"] == 5
    assert document["coverage"]["unparsed_files"] == 1


def test_dependents_in_words(run: Run):
    out = run("dependents", "add_tax").out
    assert out.startswith("shop/prices.py::add_tax (function) is used by ")
    assert "shop/prices.py:9" in out
    assert out.splitlines()[0].endswith("is used by 1 caller and 1 test in 2 files")
    assert out.splitlines()[-1].startswith("Not covered: ")
    assert "1 file did not parse" in out


def test_dependents_further_away(run: Run):
    near = run("dependents", "add_tax", "--format", "json").json["dependents"]
    far = run("dependents", "add_tax", "--depth", "3", "--format", "json").json["dependents"]
    assert {row["symbol"] for row in near} < {row["symbol"] for row in far}
    assert next(r for r in far if r["symbol"] == "shop/orders.py::saved")["depth"] == 3


def test_what_uses_it_further_away_says_through_what(run: Run):
    far = run("dependents", "add_tax", "--depth", "3", "--format", "json").json["dependents"]
    through = {row["symbol"]: row["through"] for row in far}
    assert through["shop/orders.py::saved"] == "shop/orders.py::total"
    assert "Callers, 2 steps away (1)" in run("dependents", "add_tax", "--depth", "2").out


KINDS = {
    "base.py": """\
import functools


class Base:
    def run(self): ...

    @property
    def size(self): ...


def mark(function):
    return function
""",
    "use.py": """\
from base import Base, mark


class Child(Base):
    def run(self): ...


@mark
def call(base: Base):
    base.run()
    return base.size


def hand_on():
    return [mark]
""",
    "tests/test_use.py": """\
from base import Base


def test_run():
    Base().run()
""",
}


@pytest.fixture
def kinds(tmp_path: Path) -> Path:
    for path, text in KINDS.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    "target, group, users",
    [
        ("Base.run", "callers", {"use.py::call"}),
        ("Base.run", "overrides", {"use.py::Child.run"}),
        ("Base.run", "tests", {"tests/test_use.py::test_run"}),
        ("Base.size", "readers", {"use.py::call"}),
        ("Base", "subclasses", {"use.py::Child"}),
        ("Base", "importers", {"use.py"}),
        ("mark", "references", {"use.py::hand_on"}),
        ("mark", "decorated", {"use.py::call"}),
        ("mark", "importers", {"use.py"}),
    ],
)
def test_uses_are_in_groups(run: Run, kinds: Path, target: str, group: str, users: set[str]):
    at = ("dependents", target, "--root", str(kinds))
    rows = checked(run(*at, "--format", "json"), "dependents")["dependents"]
    assert {row["symbol"] for row in rows if row["group"] == group} == users
    only = run(*at, "--only", group, "--format", "json").json["dependents"]
    assert {row["symbol"] for row in only} == users


def test_groups_have_headings(run: Run, kinds: Path):
    lines = run("dependents", "Base.run", "--root", str(kinds)).out.splitlines()
    assert [line for line in lines[1:] if not line.startswith(" ")] == [
        "Callers (1)",
        "Overridden by (1)",
        "Tests (1)",
    ]
    lines = run("dependencies", "use.py", "--root", str(kinds)).out.splitlines()
    assert "Bases (1)" in lines
    assert "Decorated with (1)" in lines
    assert "Imports (1)" in lines  # the file; what is imported of it is used


def test_calls_of_that_very_name_that_nobody_can_place_are_told(run: Run, tmp_path: Path):
    (tmp_path / "a.py").write_text(
        "class A:\n    def go(self): ...\n\n\nclass B:\n    def go(self): ...\n"
    )
    (tmp_path / "b.py").write_text("def f(x, y):\n    x.go()\n    y.come()\n    y.go()\n")
    at = ("dependents", "A.go", "--root", str(tmp_path))
    ran = run(*at)
    assert ran.out.splitlines() == [
        "Nothing is known to use a.py::A.go (method)",
        "Unknown: whether 2 calls of something named go, at b.py:2, b.py:4.",
    ]
    document = checked(run(*at, "--format", "json"), "dependents")
    assert document["unresolved_calls_of_its_name"] == [
        {"path": "b.py", "line": 2},
        {"path": "b.py", "line": 4},
    ]


def test_a_module_is_used_by_what_uses_anything_in_it(run: Run):
    document = run("dependents", "shop/prices.py", "--format", "json").json
    users = {row["symbol"] for row in document["dependents"]}
    assert "tests/test_prices.py::test_tax" in users
    assert not any(user.startswith("shop/prices.py") for user in users)


def test_dependencies(run: Run):
    document = checked(run("dependencies", "saved", "--format", "json"), "dependencies")
    assert [row["symbol"] for row in document["dependencies"]] == ["shop/orders.py::total"]
    outside = run("dependencies", "saved", "--external", "--format", "json").json
    assert "ext:json.dumps" in {row["symbol"] for row in outside["dependencies"]}


def test_nothing_known_is_not_none(run: Run):
    first = run("dependents", "saved").out.splitlines()[0]
    assert first == "Nothing is known to use shop/orders.py::saved (function)"


def test_a_file_name_cannot_steer_the_terminal(run: Run, shop: Path):
    steering = shop / "shop" / "\x1b[2Jx.py"
    steering.write_text("from shop.prices import Price\n")
    try:
        out = run("dependents", "Price").out
    finally:
        steering.unlink()
    assert "shop/\\x1b[2Jx.py:1" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    "usage, words",
    [
        ({}, ""),
        ({"callers": 1, "files": 1}, "1 caller in 1 file"),
        ({"callers": 2, "tests": 3, "files": 4}, "2 callers and 3 tests in 4 files"),
        ({"files": 2}, "imports in 2 files"),
        ({"tests": 1, "files": 1, "unsure": 1}, "1 test in 1 file, 1 more by name only"),
        ({"unsure": 2}, "2 symbols by name only"),
        ({"registered": 1, "files": 1}, "registered in 1 place"),
        (
            {"callers": 1, "files": 2, "registered": 2},
            "1 caller in 2 files, registered in 2 places",
        ),
    ],
)
def test_usage_in_words(usage: dict[str, int], words: str):
    assert usage_words(Usage(**usage)) == words
