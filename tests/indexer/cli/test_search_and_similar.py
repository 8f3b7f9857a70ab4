"""`flames search` and `flames similar`."""

from types import SimpleNamespace

import pytest
from flames_indexer.errors import TargetError
from shop import FILES, Run, checked


def test_search(run: Run):
    document = checked(run("search", "add", "tax", "--format", "json"), "search")
    assert document["matches"][0]["symbol"] == "shop/prices.py::add_tax"
    assert "shop/prices.py:12" in run("search", "add", "tax").out


def test_similar_to_code_on_stdin(run: Run):
    start = FILES["shop/orders.py"].index("def lines_of")
    code = FILES["shop/orders.py"][start:].replace("found", "kept").replace("name", "key")
    document = checked(run("similar", "-", "--format", "json", stdin=code), "similar")
    assert document["matches"][0]["symbol"] == "shop/orders.py::lines_of"


def test_similar_to_a_line(run: Run):
    checked(run("similar", "shop/prices.py:13", "--format", "json"), "similar")


def test_similar_of_a_line_in_no_function_says_so(run: Run):
    with pytest.raises(TargetError, match="is in no function"):
        run("similar", "shop/prices.py:1")


def test_a_function_too_short_to_be_compared_is_told_so(run: Run):
    ran = run("similar", "add_tax")
    assert (
        "shop/prices.py::add_tax has 2 lines of code, and functions are compared from 5" in ran.out
    )
    document = checked(run("similar", "add_tax", "--format", "json"), "similar")
    assert any("2 lines of code" in note for note in document["coverage"]["notes"])
    assert "lines of code" not in run("similar", "lines_of").out


def test_a_class_is_no_function(run: Run):
    with pytest.raises(TargetError, match="Price is no function: ask for one of its methods"):
        run("similar", "Price")


@pytest.mark.parametrize("code", ["def (", "", "x = 1\n"])
def test_text_without_a_function_is_said_to_be_that(run: Run, code: str):
    ran = run("similar", "-", stdin=code)
    assert "What was read holds no function of 5 lines" in ran.out


def test_closed_standard_input_is_said(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("flames_indexer.cli.similar.sys", SimpleNamespace(stdin=None))
    with pytest.raises(TargetError, match="standard input is closed"):
        run("similar", "-")


def test_likelihoods_are_words_where_the_order_is_of_more(run: Run):
    first = run("similar", "shop/prices.py:13").out.splitlines()[0]
    assert first.split("  ")[0] in ("likely the same", "maybe the same", "somewhat alike")
