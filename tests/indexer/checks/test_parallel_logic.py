"""What counts as one function too many, which of the two is told of, and while typing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from copies import (
    COLLECT,
    COPY_FOLDER,
    OTHER,
    RENAMED,
    RULE,
    background,
    findings,
    pair,
)
from flames_indexer.model import Severity

Repository = Callable[..., Any]


def test_a_renamed_copy_with_new_lines_names_the_other(repository: Repository) -> None:
    (finding,) = findings(repository(pair(COLLECT, RENAMED)))
    assert finding.severity is Severity.WARNING
    assert {finding.span.path, finding.related[0].span.path} == {"one.py", "pkg/other.py"}
    assert "collect_totals" in finding.message
    assert "sum_by_sku" in finding.message
    assert finding.message == (
        "`sum_by_sku` in pkg/other.py does all that `collect_totals` does, and more."
        " What both do could be one function."
    )


def test_unlike_functions_are_silent(repository: Repository) -> None:
    assert findings(repository(background() | {"one.py": COLLECT})) == []


def test_the_less_used_one_is_to_be_replaced(repository: Repository) -> None:
    files = pair(COLLECT, RENAMED) | {
        "app.py": "from pkg.other import sum_by_sku\n\nsum_by_sku([], 'EUR')\nsum_by_sku([], 'USD')\n"
    }
    (finding,) = findings(repository(files))
    assert (finding.span.path, finding.related[0].symbol) == (
        "one.py",
        "pkg/other.py::sum_by_sku",
    )


def test_the_finding_stands_in_the_file_asked_about(repository: Repository) -> None:
    made = repository(pair(COLLECT, RENAMED))
    assert [f.span.path for f in findings(made, ["one.py"])] == ["one.py"]
    assert [f.span.path for f in findings(made, ["pkg/other.py"])] == ["pkg/other.py"]


def test_unsaved_text_is_compared(repository: Repository) -> None:
    made = repository(background() | {"one.py": COLLECT, "new.py": "x = 1\n"})
    assert findings(made, ["new.py"]) == []
    made.edit("new.py", RENAMED)
    (finding,) = findings(made, ["new.py"])
    assert finding.related[0].symbol == "one.py::collect_totals"


def test_javascript_is_compared(repository: Repository) -> None:
    one = """
    export function collectTotals(orders, currency) {
      const totals = {};
      for (const order of orders) {
        if (order.cancelled || order.currency !== currency) {
          continue;
        }
        for (const line of order.lines) {
          let price = line.quantity * line.unitPrice;
          if (line.discount) {
            price = applyDiscount(price, line.discount);
          }
          totals[line.product.sku] = (totals[line.product.sku] ?? 0) + price;
        }
      }
      return totals;
    }
    """
    other = one
    for old, new in (("collectTotals", "sumBySku"), ("totals", "sums"), ("order", "purchase")):
        other = re.sub(rf"\b{old}\b", new, other)
    made = repository({"one.js": one, "lib/two.js": other, "settings.py": OTHER})
    assert [f.severity for f in findings(made)] == [Severity.WARNING]


def test_three_copies_are_two_findings(repository: Repository) -> None:
    third = RENAMED.replace("sum_by_sku", "add_up").replace("entry", "item")
    found = findings(repository(pair(COLLECT, RENAMED) | {"third.py": third}))
    assert len({f.span.path for f in found}) == len(found) == 2


def test_only_what_changed_is_looked_at(repository: Repository) -> None:
    made = repository(pair(COLLECT, RENAMED))
    texts = {"one.py": COLLECT, "pkg/other.py": RENAMED}
    assert findings(made, before=texts, changed_since="HEAD") == []
    (finding,) = findings(made, before={"one.py": COLLECT}, changed_since="HEAD")
    assert finding.span.path == "pkg/other.py"


def test_the_fingerprint_survives_moves_and_lines(repository: Repository) -> None:
    made = repository(pair(COLLECT, RENAMED))
    before = [f.fingerprint for f in findings(made)]
    made.edit("one.py", "# one more line\n" + COLLECT)
    assert [f.fingerprint for f in findings(made)] == before


@pytest.mark.parametrize(("threshold", "value"), [("min_lines", 40), ("min_score", 1.0)])
def test_the_thresholds_are_the_repositorys(
    repository: Repository, threshold: str, value: float
) -> None:
    settings = {f"rules.{RULE}.{threshold}": value}
    assert findings(repository(pair(COLLECT, RENAMED), settings)) == []


@pytest.mark.parametrize("marked", ["one.py", "pkg/other.py"])
def test_a_comment_at_either_of_the_two_silences_both(repository: Repository, marked: str):
    files = pair(COLLECT, RENAMED)
    files[marked] = files[marked].replace("def ", "# flames: ignore[parallel-logic] meant\ndef ", 1)
    assert findings(repository(files)) == []


def test_while_one_function_is_typed_the_others_are_told_as_before(repository: Repository):
    made = repository(pair(COLLECT, RENAMED))
    near = COLLECT.replace("collect_totals", "gather").replace("totals", "sums")
    for typed in ("\ndef typed(a):\n    pass\n", "\ndef typed(a, b):\n    return a\n", near):
        made.edit("one.py", typed + COLLECT)
        told = {(f.span.path, f.related[0].symbol) for f in findings(made)}
        assert told & {
            ("one.py", "pkg/other.py::sum_by_sku"),
            ("pkg/other.py", "one.py::collect_totals"),
        }
    assert any("gather" in f.message for f in findings(made))


def test_what_is_typed_to_call_the_other_is_told_no_more(repository: Repository):
    made = repository(pair(COLLECT, RENAMED))
    made.edit(
        "one.py",
        "from pkg.other import sum_by_sku\n"
        + COLLECT.replace("    return totals", "    return totals or sum_by_sku(orders, currency)"),
    )
    assert findings(made) == []


EXPORT_SITE = """
def export_site(place, destination, rules, report):
    if is_plain(place):
        copy_one(place, destination)
        report.say(place)
        return
    for root, _, found in walk_tree(place):
        inside = relative_to(place, root)
        for file in found:
            if rules(join_path(inside, file)):
                continue
            copy_one(join_path(root, file), join_path(destination, inside))
"""


def test_what_is_likely_but_differs_in_much_is_a_hint(repository: Repository) -> None:
    (finding,) = findings(repository(pair(COPY_FOLDER, EXPORT_SITE)))
    assert finding.severity is Severity.HINT


def test_one_form_with_other_calls_is_silent(repository: Repository) -> None:
    other = EXPORT_SITE.replace("walk_tree", "rows_of").replace("copy_one", "put")
    other = other.replace("relative_to", "cut").replace("join_path", "glue")
    assert findings(repository(pair(COPY_FOLDER, other))) == []
