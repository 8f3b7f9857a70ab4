"""What the user dismissed: not shown again, kept outside of cache and repository, no source in it."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flames_indexer.errors import StoreError
from flames_indexer.feedback import dismiss, dismissed, dismissed_anywhere, feedback_file, restore
from flames_indexer.model import Severity

Repository = Callable[..., Any]
FILES = {"lib.py": "def f(a, b): ...\n", "app.py": "from lib import f\n\nf(1)\n"}
BEFORE = {"lib.py": "def f(a): ...\n", "app.py": FILES["app.py"]}


BODY = """
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
ALIKE = {
    "shop.py": f"def collect_totals(orders, currency):{BODY}",
    "report.py": f"def sum_of_orders(orders, currency):{BODY}",
}


def found(made: Any) -> list[Any]:
    return list(made.check(before=BEFORE).findings)


def test_a_dismissed_finding_is_not_found_until_it_is_restored(repository: Repository) -> None:
    made = repository(FILES)
    (finding,) = found(made)
    file = feedback_file(made.root)
    dismiss(file, finding, "lib.py::f")
    assert found(made) == []
    (said,) = dismissed(file).values()
    assert (said.rule, said.place) == ("broken-callers", "lib.py::f")
    assert dismissed_anywhere() == [said]
    restore(file, said)
    assert found(made) == [finding]
    assert dismissed(file) == {}


def test_it_holds_no_source(repository: Repository) -> None:
    made = repository(FILES)
    file = feedback_file(made.root)
    dismiss(file, found(made)[0], "lib.py::f")
    text = file.read_text()
    assert "def " not in text
    assert "does not pass" not in text
    assert file.stat().st_mode & 0o077 == 0


def test_what_cannot_be_read_is_left_out(repository: Repository) -> None:
    made = repository(FILES)
    file = feedback_file(made.root)
    dismiss(file, found(made)[0], "lib.py::f")
    file.write_bytes(b'{"half\n\xff\n[1]\n{"fingerprint": 3}\n' + file.read_bytes())
    assert found(made) == []


def test_where_it_cannot_be_kept_is_said(repository: Repository, tmp_path: Path) -> None:
    made = repository(FILES)
    (tmp_path / "data").write_text("no folder")
    with pytest.raises(StoreError, match="cannot be written"):
        dismiss(feedback_file(made.root), found(made)[0], "")


def test_all_worktrees_of_a_repository_share_it(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    git = ["git", "-c", "user.name=n", "-c", "user.email=e@x", "-C"]
    subprocess.run(["git", "init", "-q", str(one)], check=True)
    subprocess.run([*git, str(one), "commit", "-q", "--allow-empty", "-m", "first"], check=True)
    subprocess.run([*git, str(one), "worktree", "add", "-q", str(other)], check=True)
    assert feedback_file(one) == feedback_file(other) != feedback_file(tmp_path)


def test_a_rule_that_is_dismissed_a_lot_only_hints(repository: Repository) -> None:
    made = repository(ALIKE)
    (finding,) = made.check(rule="parallel-logic").findings
    assert finding.severity is Severity.WARNING
    file = feedback_file(made.root)
    others = [replace(finding, fingerprint=f"{number:032x}") for number in range(5)]
    for other in others[:4]:
        dismiss(file, other, "")
    assert made.check(rule="parallel-logic").findings == (finding,)
    dismiss(file, others[4], "")
    (quiet,) = made.check(rule="parallel-logic").findings
    assert quiet == replace(finding, severity=Severity.HINT)
    restore(file, next(iter(dismissed(file).values())))
    assert made.check(rule="parallel-logic").findings == (finding,)


def test_a_broken_caller_stays_an_error(repository: Repository) -> None:
    made = repository(FILES)
    (finding,) = found(made)
    for number in range(5):
        dismiss(feedback_file(made.root), replace(finding, fingerprint=f"{number:032x}"), "")
    assert found(made) == [finding]
    assert finding.severity is Severity.ERROR


def test_a_dismissed_pair_stays_so_where_the_two_move(repository: Repository) -> None:
    made = repository(ALIKE)
    (finding,) = made.check(rule="parallel-logic").findings
    moved = {f"new/{path}": f"\n\n{text}" for path, text in ALIKE.items()}
    moved = repository(moved, root=made.root.parent / "moved")
    (again,) = moved.check(rule="parallel-logic").findings
    assert again.fingerprint == finding.fingerprint
