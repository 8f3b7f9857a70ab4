"""Writes the repository that the editor tests work on: `python fixture.py FOLDER`.

A function that is called from several files and from tests; a function that re-implements another
one; classes that inherit; handlers of one kind, and one that is not finished. All but the copy is
committed, so that a changed signature is a change against HEAD.
"""

import subprocess
import sys
from pathlib import Path

VIEW = """\
from api import app, render


@app.route("/{name}")
def {name}(request):
    return render("{name}")
"""
FILES = {
    "flames.toml": "[lens]\nmin_callers = 1\n",
    "shop/__init__.py": "",
    "shop/pricing.py": '''\
"""What things cost."""


def total_price(items, tax_rate):
    """The price of all items, with tax."""
    net = sum(item.price * item.count for item in items)
    return net + net * tax_rate


def _rounded(price):
    return round(price, 2)
''',
    "shop/orders.py": """\
from shop.pricing import total_price


def place_order(customer, items):
    price = total_price(items, 0.19)
    customer.charge(price)
    return price


def preview_order(items):
    return {"price": total_price(items, 0.19), "count": len(items)}
""",
    "shop/invoices.py": """\
from shop import pricing


def write_invoice(order):
    return f"to pay: {pricing.total_price(order.items, order.tax_rate)}"
""",
    "shop/text.py": '''\
def slugify(title, max_length=60):
    """A title as part of an address: lower case, words joined by hyphens."""
    kept = []
    for letter in title.strip().lower():
        if letter.isalnum():
            kept.append(letter)
        elif kept and kept[-1] != "-":
            kept.append("-")
    slug = "".join(kept).strip("-")
    if len(slug) > max_length:
        slug = slug[:max_length].rstrip("-")
    return slug or "untitled"
''',
    "web/cart.ts": """\
export function cartTotal(prices: number[]): number {
  return prices.reduce((sum, price) => sum + price, 0);
}
""",
    "web/checkout.ts": """\
import { cartTotal } from "./cart";

export function payable(prices: number[]): string {
  return `${cartTotal(prices)} EUR`;
}
""",
    "shop/payments.py": """\
class Payment:
    def pay(self, amount):
        raise NotImplementedError


class CardPayment(Payment):
    def pay(self, amount):
        return f"card: {amount}"


class Invoice(Payment):
    def pay(self, amount):
        return f"invoice: {amount}"
""",
    "api/__init__.py": "",
    **{f"api/{name}.py": VIEW.format(name=name) for name in ("index", "about", "login")},
    "api/account.py": """\
from api import app


@app.route("/account")
def account(request):
    pass
""",
    "tests/__init__.py": "",
    "tests/test_orders.py": """\
from shop.orders import preview_order


def test_a_preview_counts_what_is_in_it():
    assert preview_order([]) == {"price": 0, "count": 0}
""",
    "tests/test_pricing.py": """\
from shop.pricing import total_price


def test_nothing_costs_nothing():
    assert total_price([], 0.19) == 0
""",
}
NEW = {
    "shop/pages.py": """\
def page_address(heading, limit=60):
    parts = []
    for character in heading.strip().lower():
        if character.isalnum():
            parts.append(character)
        elif parts and parts[-1] != "-":
            parts.append("-")
    address = "".join(parts).strip("-")
    if len(address) > limit:
        address = address[:limit].rstrip("-")
    return address or "untitled"
""",
}


def write(folder: Path) -> None:
    _write(folder, FILES)
    git = ["git", "-C", str(folder), "-c", "user.name=flames", "-c", "user.email=flames@localhost"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "the shop"]):
        subprocess.run([*git, *words], check=True)
    _write(folder, NEW)


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
