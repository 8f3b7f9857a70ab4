"""`flames feedback`: dismissed on the command line, not shown, counted, restored."""

from pathlib import Path

import pytest
from flames_indexer.errors import TargetError
from shop import Run, checked


@pytest.fixture
def copied(shop: Path):
    body = "\n    ".join(
        (
            "rows = []",
            "for invoice in invoices:",
            "    if invoice.deleted:",
            "        continue",
            "    rows.append((invoice.number, invoice.total.rounded(2), invoice.name))",
            "    if invoice.notes:",
            '        rows.append(("", "", invoice.notes.strip()))',
            "rows.sort(key=lambda row: row[0])",
            "return rows",
        )
    )
    files = [shop / "copy_one.py", shop / "copy_two.py"]
    for file, name in zip(files, ("rows_of", "table_of"), strict=True):
        file.write_text(f"def {name}(invoices):\n    {body}\n")
    yield
    for file in files:
        file.unlink()


def fingerprints(run: Run) -> set[str]:
    found = run("check", "--format", "json").json["findings"]
    return {one["fingerprint"] for one in found if one["rule"] == "parallel-logic"}


@pytest.mark.usefixtures("copied")
def test_dismissed_here_is_not_shown_until_it_is_restored(run: Run):
    (mark,) = fingerprints(run)
    assert "dismissed" in run("feedback", "--dismiss", mark[:12]).err
    assert fingerprints(run) == set()
    (row,) = checked(run("feedback", "--format", "json"), "feedback")["dismissed"]
    assert (row["fingerprint"], row["rule"]) == (mark, "parallel-logic")
    assert row["place"].startswith("copy_")
    assert mark[:12] in run("feedback").out
    assert checked(run("stats", "--format", "json"), "stats")["dismissed"] == {"parallel-logic": 1}
    assert "1 dismissed" in run("stats").out
    run("feedback", "--restore", mark[:12])
    assert fingerprints(run) == {mark}
    assert "nothing is dismissed" in run("feedback").err


@pytest.mark.parametrize("option", ["--dismiss", "--restore"])
def test_what_is_not_there_is_said(run: Run, option: str):
    with pytest.raises(TargetError):
        run("feedback", option, "abc123")
