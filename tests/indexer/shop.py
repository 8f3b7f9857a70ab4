"""One small repository that every command is asked about, and what a command gave back."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
from flames_indexer import cli

SCHEMAS = Path(cli.__file__).parent / "schemas"
FILES = {
    "shop/__init__.py": "",
    "shop/prices.py": """\
from shop import orders


class Price:
    def __init__(self, amount: int) -> None:
        self.amount = amount

    def with_tax(self) -> int:
        return add_tax(self.amount)


def add_tax(amount: int) -> int:
    return amount * 119 // 100
""",
    "shop/orders.py": """\
import json

from shop.prices import Price


def total(order: list[int]) -> int:
    return sum(Price(item).with_tax() for item in order)


def saved(order: list[int]) -> str:
    return json.dumps({"total": total(order)})


def lines_of(text: str) -> list[str]:
    found = []
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, _, value = line.partition("=")
        if name.isidentifier():
            found.append(f"{name.lower()}: {value.strip()}")
    return sorted(found)
""",
    "shop/broken.py": "def fine():\n    return 1\n\n\ndef broken(:\n",
    "tests/test_prices.py": """\
from shop.prices import add_tax


def test_tax():
    assert add_tax(100) == 119
""",
    "web/cart.ts": "export function cart(items: number[]) { return items.length }\n",
}


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


Run = Callable[..., Ran]


def checked(ran: Ran, schema: str) -> dict[str, Any]:
    document = ran.json
    jsonschema.validate(document, json.loads((SCHEMAS / f"{schema}.json").read_text()))
    return document


def repository_with_a_broken_caller(folder: Path) -> Path:
    root = folder / "repository"
    root.mkdir()
    (root / "a.py").write_text("def price(amount):\n    return amount\n")
    (root / "b.py").write_text("from a import price\n\n\ndef total():\n    return price(1)\n")
    git = shutil.which("git")
    assert git is not None
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "first"]):
        subprocess.run([git, *command], cwd=root, check=True, timeout=60)
    (root / "a.py").write_text("def price(amount, currency):\n    return amount\n")
    return root
