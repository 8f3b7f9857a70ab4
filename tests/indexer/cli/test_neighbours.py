"""`flames dependents` and `flames dependencies`."""

from pathlib import Path

import pytest
from flames_indexer.cli.neighbours import usage_words
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
    ],
)
def test_usage_in_words(usage: dict[str, int], words: str):
    assert usage_words(Usage(**usage)) == words
