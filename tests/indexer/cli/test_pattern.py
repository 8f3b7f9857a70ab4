"""`flames pattern`."""

from pathlib import Path

import click
import pytest
from flames_indexer.errors import TargetError
from shop import Run, checked

_EXCEPTIONS = "".join(
    f'class {name}Error(ShopError):\n    """{name}."""\n    status = 400\n\n\n'
    for name in ("Price", "Order", "Cart")
)


@pytest.fixture(autouse=True)
def errors(shop: Path) -> None:
    """A role that the shop has."""
    text = "class ShopError(Exception):\n    pass\n\n\n" + _EXCEPTIONS
    (shop / "shop" / "errors.py").write_text(text)


def test_a_card_as_text(run: Run):
    out = run("pattern", "exceptions").out
    assert "exception: 4 members (classes)" in out
    assert "3 of 4  inherits ShopError  shop/errors.py:" in out
    assert "shop/errors.py:5" in out


def test_a_card_as_json(run: Run):
    document = checked(run("pattern", "exception", "--format", "json"), "pattern")
    assert document["role"] == "exception"
    assert document["cards"][0]["members"] == 4
    assert {"sets status", "inherits ShopError"} == {
        row["what"] for row in document["cards"][0]["most"]
    }
    assert document["roles"] == []


def test_a_card_as_markdown_links_to_its_evidence(run: Run):
    out = run("pattern", "exception", "--format", "markdown").out
    assert "- inherits `ShopError`: 3 of 4 [shop/errors.py:10](shop/errors.py#L10)" in out


def test_without_a_role_all_are_listed(run: Run):
    document = checked(run("pattern", "--format", "json"), "pattern")
    assert {"name": "exception", "members": 4, "known": True, "files": "source"} in document[
        "roles"
    ]
    assert "4  exception" in run("pattern").out


def test_for_a_place(run: Run):
    document = checked(run("pattern", "--for", "shop/errors.py:6", "--format", "json"), "pattern")
    assert document["cards"][0]["members"] == 3
    assert "shop/errors.py::PriceError" not in [
        one["symbol"] for one in document["cards"][0]["exemplars"]
    ]


def test_a_role_that_is_not_here_says_which_are(run: Run):
    with pytest.raises(TargetError, match=r"Nothing here is a migration.*has: exception"):
        run("pattern", "migration")
    with pytest.raises(TargetError, match=r"No role is called 'zebra'.*has: exception"):
        run("pattern", "zebra")


def test_a_place_without_a_role_says_so(run: Run):
    with pytest.raises(TargetError, match="lines_of has no role"):
        run("pattern", "--for", "lines_of")


def test_words_and_a_place_are_two_questions(run: Run):
    with pytest.raises(click.UsageError, match="not both"):
        run("pattern", "view", "--for", "shop/errors.py:6")
