"""Copies in new code first: what is asked for decides which functions are looked at."""

import subprocess
from collections.abc import Callable
from textwrap import dedent
from typing import Any

import pytest
from flames_indexer.checks import run_checks
from flames_indexer.trace import Trace

Repository = Callable[..., Any]
BODY = """
    rows = []
    for invoice in {0}:
        if invoice.deleted:
            continue
        rows.append((invoice.number, invoice.total.rounded(2), invoice.customer.name))
        if invoice.notes:
            rows.append(("", "", invoice.notes.strip()))
    rows.sort(key=lambda row: row[0])
    return rows
"""
FILES = {
    "export.py": "def rows_of(invoices):" + BODY.format("invoices"),
    "report.py": "def table(orders):" + BODY.format("orders"),
}


def git(made: Any, *arguments: str) -> None:
    named = ("-c", "user.name=n", "-c", "user.email=e@x")
    subprocess.run(["git", *named, *arguments], cwd=made.root, check=True)


def found(made: Any, *, new_code: bool, **more: Any) -> list[str]:
    result = run_checks(
        made.snapshot,
        made.snapshot.paths(),
        made.config,
        trace=Trace(None),
        new_code=new_code,
        **more,
    )
    return [finding.span.path for finding in result.findings if finding.rule == "parallel-logic"]


@pytest.fixture
def committed(repository: Repository) -> Any:
    made = repository(FILES)
    git(made, "init", "-q")
    git(made, "add", ".")
    git(made, "commit", "-qm", "first")
    return made


def test_copies_that_are_committed_are_left_in_peace(committed: Any) -> None:
    assert len(found(committed, new_code=False)) == 1
    assert found(committed, new_code=True) == []


def test_a_function_that_is_new_is_looked_at(committed: Any) -> None:
    committed.edit("third.py", "def lines(bills):" + BODY.format("bills"))
    assert found(committed, new_code=True) == ["third.py"]


def test_a_function_that_was_changed_is_looked_at(committed: Any) -> None:
    changed = dedent(FILES["report.py"]).replace("invoice.deleted", "invoice.deleted or not orders")
    committed.edit("report.py", changed)
    assert found(committed, new_code=True) == ["report.py"]


def test_where_git_cannot_tell_everything_is(repository: Repository) -> None:
    assert len(found(repository(FILES), new_code=True)) == 1
