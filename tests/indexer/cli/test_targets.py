"""What a TARGET may be, and what is said when it is none."""

from pathlib import Path

import pytest
from flames_indexer.errors import TargetError
from shop import Run


def test_targets_by_id_name_suffix_path_and_line(run: Run, shop: Path):
    for words in (
        "shop/prices.py::Price.with_tax",
        "Price.with_tax",
        "with_tax",
        "shop/prices.py:9",
        "./shop/prices.py:8",
        f"{shop}/shop/prices.py:9",
    ):
        found = run("dependents", words, "--format", "json").json["target"]
        assert found["id"] == "shop/prices.py::Price.with_tax"
    assert run("dependents", "shop/prices.py:1", "--format", "json").json["target"]["id"] == (
        "shop/prices.py"
    )


@pytest.mark.parametrize(
    "words, says",
    [
        (" ", "TARGET is empty"),
        ("nobody", "No symbol is named 'nobody'. `flames search nobody`"),
        ("shop/prices.py:999", "shop/prices.py has no line 999"),
        ("shop/gone.py:1", "shop/gone.py is not an indexed file"),
        ("shop/gone.py", "shop/gone.py is not an indexed file"),
        ("Price.with_taxes", "Did you mean\n  shop/prices.py::Price.with_tax"),
        ("shop", "shop is a folder"),
        ("shop/notes.md", "shop/notes.md is not in a language"),
        ("left_out.py:1", "left_out.py is not indexed: ignored"),
        ("shop/prices.py::nobody", "shop/prices.py has no symbol 'nobody'."),
        ("shop/prices.py::Price.with_taxes", "Did you mean\n  shop/prices.py::Price.with_tax"),
    ],
)
def test_a_target_that_is_not_there_says_what_to_try(run: Run, shop: Path, words: str, says: str):
    (shop / "shop" / "notes.md").write_text("# Notes\n")
    (shop / "left_out.py").write_text("def left_out(): ...\n")
    (shop / ".flamesignore").write_text("left_out.py\n")
    try:
        with pytest.raises(TargetError) as error:
            run("dependents", words)
    finally:
        for left in (shop / "shop" / "notes.md", shop / "left_out.py", shop / ".flamesignore"):
            left.unlink()
    assert says in str(error.value)


_KINDS_OF_PRICE = """\
from shop.prices import Price


class Sale(Price):
    pass


class Mark:
    def with_tax(self) -> int:
        return 1


class Last(Sale, Mark):
    pass


def local() -> type:
    class Price:
        pass

    return Price
"""


@pytest.mark.parametrize("words", ["Sale.with_tax", "Last.with_tax", "shop/sale.py::Sale.with_tax"])
def test_an_inherited_member_is_that_of_the_base(run: Run, shop: Path, words: str):
    (shop / "shop" / "sale.py").write_text(_KINDS_OF_PRICE)
    try:
        found = run("dependents", words, "--format", "json").json["target"]
    finally:
        (shop / "shop" / "sale.py").unlink()
    assert found["id"] == "shop/prices.py::Price.with_tax"


def test_a_name_inside_a_function_does_not_make_a_target_ambiguous(run: Run, shop: Path):
    (shop / "shop" / "sale.py").write_text(_KINDS_OF_PRICE)
    try:
        found = run("dependents", "Price", "--format", "json").json["target"]
    finally:
        (shop / "shop" / "sale.py").unlink()
    assert found["id"] == "shop/prices.py::Price"


def test_a_target_is_found_by_a_link_and_with_a_column(run: Run, shop: Path, tmp_path: Path):
    (tmp_path / "link").symlink_to(shop)
    for words in (f"{tmp_path}/link/shop/prices.py:9", "shop/prices.py:9:5"):
        found = run("dependents", words, "--format", "json").json["target"]
        assert found["id"] == "shop/prices.py::Price.with_tax"


def test_an_ambiguous_target_lists_its_candidates(run: Run, shop: Path):
    other = shop / "web" / "total.py"
    other.write_text("def total():\n    return 1\n")
    try:
        with pytest.raises(TargetError) as error:
            run("dependents", "total")
    finally:
        other.unlink()
    assert "  shop/orders.py::total" in str(error.value)
    assert "  web/total.py::total" in str(error.value)


VARIABLES = """\
from shop.prices import Price

CHEAPEST = Price(1)


class Cart:
    limit: int = 3

    def __init__(self, owner):
        self.owner_name = owner
"""


@pytest.mark.parametrize(
    "words, place, around",
    [
        ("CHEAPEST", "shop/cart.py:3", "shop/cart.py"),
        ("Cart.limit", "shop/cart.py:7", "shop/cart.py::Cart"),
        ("shop/cart.py::CHEAPEST", "shop/cart.py:3", "shop/cart.py"),
        ("owner_name", "shop/cart.py:10", "shop/cart.py::Cart.__init__"),
        ("owner", "shop/cart.py:9", "shop/cart.py::Cart.__init__"),
        ("Cart.owner_name", "shop/cart.py:10", "shop/cart.py::Cart.__init__"),
        ("shop.cart.CHEAPEST", "shop/cart.py:3", "shop/cart.py"),
    ],
)
def test_a_variable_says_what_can_be_asked(
    run: Run, shop: Path, words: str, place: str, around: str
):
    (shop / "shop" / "cart.py").write_text(VARIABLES)
    try:
        with pytest.raises(TargetError) as error:
            run("dependents", words)
    finally:
        (shop / "shop" / "cart.py").unlink()
    assert f"{words!r} is a variable (bound at {place})" in str(error.value)
    assert f"({around})" in str(error.value)


@pytest.mark.parametrize("words", ["Price.limit", "Cart.CHEAPEST", "other.CHEAPEST", "Cart.owner"])
def test_a_variable_of_something_else_is_not_meant(run: Run, shop: Path, words: str):
    (shop / "shop" / "cart.py").write_text(VARIABLES)
    try:
        with pytest.raises(TargetError, match=f"No symbol is named '{words}'"):
            run("dependents", words)
    finally:
        (shop / "shop" / "cart.py").unlink()
