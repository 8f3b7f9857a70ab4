"""Functions that are copies of each other, code that is none, and what is said of a repository."""

from textwrap import indent
from typing import Any

from flames_indexer.model import Finding

RULE = "parallel-logic"

COLLECT = """
def collect_totals(orders, currency):
    totals = {}
    for order in orders:
        if order.cancelled or order.currency != currency:
            continue
        for line in order.lines:
            price = line.quantity * line.unit_price
            if line.discount:
                price = apply_discount(price, line.discount)
            totals[line.product.sku] = totals.get(line.product.sku, 0) + price
    return totals
"""

RENAMED = """
def sum_by_sku(purchases, money):
    result = {}
    seen = 0
    for p in purchases:
        if p.cancelled or p.currency != money:
            continue
        seen += 1
        for entry in p.lines:
            cost = entry.quantity * entry.unit_price
            if entry.discount:
                cost = apply_discount(cost, entry.discount)
            result[entry.product.sku] = result.get(entry.product.sku, 0) + cost
    return result
"""

OTHER = """
def load_settings(path, defaults):
    settings = dict(defaults)
    with open(path) as stream:
        for number, text in enumerate(stream):
            key, _, value = text.partition("=")
            if not key.strip():
                raise ValueError(f"line {number} has no key")
            settings[key.strip()] = value.strip()
    return settings
"""

RENAME_FILE = """
def archive_report(source, target):
    source.touch()
    stamp = source.stat().st_mtime
    if target.exists():
        backup = target.with_suffix(".bak")
        target.rename(backup)
    source.rename(target)
    return stamp
"""

COPY_FOLDER = """
def copy_folder(source, target, skipped):
    target.mkdir(parents=True)
    if is_plain(source):
        copy_one(source, target)
        return
    for folder, _, names in walk_tree(source):
        below = relative_to(source, folder)
        for name in names:
            if not skipped(join_path(below, name)):
                copy_one(join_path(folder, name), join_path(target, below))
"""


def findings(made: Any, paths: Any = None, **options: Any) -> list[Finding]:
    result = made.check(paths, rule=RULE, **options)
    assert result.failed == ()
    return list(result.findings)


def background() -> dict[str, str]:
    """Other code, so that what is common is not rare."""
    return {"settings.py": OTHER, "report.py": RENAME_FILE}


def pair(one: str, other: str) -> dict[str, str]:
    return {**background(), "one.py": one, "pkg/other.py": other}


def in_class(code: str, name: str, base: str = "") -> str:
    method = code.strip().replace("def ", "def ", 1).replace("(", "(self, ", 1)
    return f"class {name}{base}:\n{indent(method, '    ')}\n"
