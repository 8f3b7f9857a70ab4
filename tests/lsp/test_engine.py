"""What the session gets of the indexer, through the one seam between them."""

from pathlib import Path

import pytest
from flames_indexer.build import build
from flames_indexer.config import load
from flames_lsp.session.engine import IndexerEngine

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
EXPORT = "def rows_of(invoices):" + BODY.format("invoices")
REPORT = "def table(orders):" + BODY.format("orders")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FLAMES_CACHE_DIR", str(tmp_path / "cache"))
    root = tmp_path / "repository"
    root.mkdir()
    (root / "export.py").write_text(EXPORT)
    (root / "report.py").write_text(REPORT)
    build(root, load(root)[0])
    return root


def at_the_first_key(root: Path, *, checked: bool) -> tuple[int, list[str]]:
    """How often the glance after the first key gives way, and what it finds."""
    given: list[int] = []
    engine = IndexerEngine(lambda: given.append(1))
    opened = engine.open(str(root), {}, None)
    if checked:
        engine.check(opened.snapshot, "export.py", opened, lambda: False)
    given.clear()
    after = opened.snapshot.with_edit("export.py", b"#\n" + EXPORT.encode(), 2)
    found = engine.glance(after, "export.py", opened, lambda: False).findings
    return len(given), [finding.related[0].symbol for finding in found]


def test_the_first_key_finds_what_was_compared_when_the_file_was_opened(root: Path) -> None:
    looked, found = at_the_first_key(root, checked=True)
    looked_cold, found_cold = at_the_first_key(root, checked=False)
    assert found == found_cold == ["report.py::table"]
    assert looked < looked_cold


def test_a_check_tells_what_rules_of_both_kinds_find(root: Path) -> None:
    (root / "use.py").write_text("from export import rows_of\n\nrows_of([])\n")
    build(root, load(root)[0])
    engine = IndexerEngine()
    opened = engine.open(str(root), {}, None)
    checked = engine.check(opened.snapshot, "export.py", opened, lambda: False)
    assert [finding.rule for finding in checked.findings] == ["parallel-logic"]
    edited = opened.snapshot.with_edit("export.py", EXPORT.replace("rows_of", "r").encode(), 1)
    checked = engine.check(edited, "use.py", opened, lambda: False)
    assert {finding.rule for finding in checked.findings} == {"broken-callers"}
    assert checked.failed == ()


@pytest.mark.parametrize(
    ("text", "disturbed"),
    [
        ("def rows_of(invoices, deep=False): ...\n", ["use.py"]),
        ("def rows_of(invoices):\n    return []\n", []),
        ("def renamed(invoices): ...\n", ["use.py"]),
    ],
)
def test_a_generation_disturbs_who_uses_what_is_told_otherwise(
    root: Path, text: str, disturbed: list[str]
) -> None:
    (root / "use.py").write_text("from export import rows_of\n\nrows_of([])\n")
    build(root, load(root)[0])
    engine = IndexerEngine()
    before = engine.open(str(root), {}, None)
    (root / "export.py").write_text(text)
    build(root, load(root)[0])
    now = engine.open(str(root), {}, before)
    assert engine.disturbed(now, before, ["report.py", "use.py"]) == disturbed


def test_a_file_that_came_disturbs_all(root: Path) -> None:
    engine = IndexerEngine()
    before = engine.open(str(root), {}, None)
    (root / "new.py").write_text("")
    build(root, load(root)[0])
    now = engine.open(str(root), {}, before)
    assert engine.disturbed(now, before, ["report.py"]) == ["report.py"]
