"""Writes the repository that the editor tests work on: `python fixture.py FOLDER`.

A function that is called from several files and from tests; a function that re-implements another
one; all of it committed, so that a changed signature is a change against HEAD.
"""

import subprocess
import sys
from pathlib import Path

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
    "tests/test_pricing.py": """\
from shop.pricing import total_price


def test_nothing_costs_nothing():
    assert total_price([], 0.19) == 0
""",
}


def write(folder: Path) -> None:
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    git = ["git", "-C", str(folder), "-c", "user.name=flames", "-c", "user.email=flames@localhost"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "the shop"]):
        subprocess.run([*git, *words], check=True)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
