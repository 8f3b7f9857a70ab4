"""Two bodies side by side: what is the same in them, what is said of it, and how loudly."""

from collections.abc import Callable
from textwrap import indent
from typing import Any

import pytest
from copies import COLLECT, background, findings, pair
from flames_indexer.model import Severity

Repository = Callable[..., Any]
WARNING, HINT = Severity.WARNING, Severity.HINT


def renamed(code: str = COLLECT) -> str:
    return code.replace("collect_totals", "sum_by_sku").replace("totals", "sums")


def said(made: Any) -> tuple[Severity | None, str]:
    """Of the only finding."""
    found = findings(made)
    assert len(found) <= 1
    return (found[0].severity, found[0].message) if found else (None, "")


IMPORT = "from shop import apply_discount\n"
SHOP = {"shop.py": "def apply_discount(price, discount):\n    return price - discount\n"}


@pytest.mark.parametrize(
    ("changes", "severity", "message"),
    [
        pytest.param(
            {},
            WARNING,
            "`sum_by_sku` does just what `collect_totals` in one.py does. Call that one.",
            id="nothing",
        ),
        pytest.param(
            {"order.cancelled": "order.refunded"},
            HINT,
            "`sum_by_sku` is the same as `collect_totals` in one.py but for `refunded` (there"
            " `cancelled`). One function that takes it could serve both.",
            id="a value",
        ),
        pytest.param(
            {"order.cancelled": "order.refunded", "line.discount:": "line.rebate:"},
            HINT,
            "`sum_by_sku` is the same as `collect_totals` in one.py but for `refunded` and `rebate`"
            " (there `cancelled` and `discount`). One function that takes them could serve both.",
            id="two values",
        ),
        pytest.param(
            {"    totals = {}\n": "    totals = {}\n    note(orders)\n"},
            WARNING,
            "`sum_by_sku` does all that `collect_totals` in one.py does, and more. What both do could"
            " be one function.",
            id="a statement more",
        ),
        pytest.param(
            {"order.cancelled or ": "", "    return": "    note(totals)\n    return"},
            HINT,
            "10 of 11 lines of `sum_by_sku` are the same in `collect_totals` in one.py. What both do"
            " could be one function.",
            id="several things",
        ),
    ],
)
def test_what_differs_is_said(
    repository: Repository, changes: dict[str, str], severity: Severity, message: str
) -> None:
    other = COLLECT
    for old, new in changes.items():
        other = other.replace(old, new)
    files = pair(IMPORT + COLLECT, IMPORT + renamed(other)) | SHOP
    user = {"app.py": "from one import collect_totals\n\ncollect_totals([], 1)\n"}
    assert said(repository(files | user)) == (severity, message)


def test_a_name_that_each_file_has_for_itself_may_be_another_thing(repository: Repository) -> None:
    own = "\n\ndef apply_discount(price, discount):\n    return price - discount * {0}\n"
    made = repository(pair(COLLECT + own.format(1), renamed() + own.format(2)))
    assert said(made)[1].endswith(
        ", where `apply_discount` may be another one. One function could serve both."
    )


def test_what_is_read_of_a_module_is_what_is_imported_from_it(repository: Repository) -> None:
    whole = "import shop\n" + COLLECT.replace("apply_discount", "shop.apply_discount")
    assert " does just what " in said(repository(pair(whole, IMPORT + renamed()) | SHOP))[1]


def test_a_class_names_itself(repository: Repository) -> None:
    def of(name: str, method: str) -> str:
        code = COLLECT.replace("collect_totals(", f"{method}(").replace("apply", f"{name}.apply")
        return f"class {name}:\n    @staticmethod{indent(code, '    ')}"

    made = repository(pair(of("Retail", "totals"), of("Trade", "sums")))
    assert " does just what " in said(made)[1]


def test_what_nobody_uses_elsewhere_is_not_to_be_called(repository: Repository) -> None:
    message = said(repository(pair(IMPORT + COLLECT, IMPORT + renamed()) | SHOP))[1]
    assert message.endswith("One function could serve both.")


FIND = """
def find(rows, key):
    for row in rows:
        if row.key == key and not row.hidden and row.price > 0:
            return row.value.strip_all()
    raise KeyError(key)
"""


@pytest.mark.parametrize(("value", "severity"), [(".value", WARNING), (".text", HINT)])
def test_what_is_short_is_loud_only_where_nothing_differs(
    repository: Repository, value: str, severity: Severity
) -> None:
    other = FIND.replace("find(", "look_up(").replace(".value", value)
    assert said(repository(pair(FIND, other)))[0] is severity


@pytest.mark.parametrize(
    ("one", "other", "severity"),
    [("totals_lock", "totals_no_lock", HINT), ("totals_lock", "totals_a_lock", WARNING)],
)
def test_with_and_without_are_never_loud(
    repository: Repository, one: str, other: str, severity: Severity
) -> None:
    files = (COLLECT.replace("collect_totals", name) for name in (one, other))
    assert said(repository(pair(*files)))[0] is severity


@pytest.mark.parametrize(
    ("above", "doc", "severity"),
    [
        ("# Copied from one.py: what runs there has no packages.\n", "", HINT),
        ("# Has to be kept in sync\n# by hand.\n@timed\n", "", HINT),
        ("", "A duplicate of `collect_totals`.", HINT),
        ("# Makes one of many.\n", "", WARNING),
        ("# Copied from one.py\n\n\nx = 1\n", "", WARNING),
        ("", "Leaves a copy on the table.", WARNING),
    ],
)
def test_who_says_that_it_is_a_copy_knows(
    repository: Repository, above: str, doc: str, severity: Severity
) -> None:
    head, _, body = renamed().lstrip().partition("\n")
    other = f'{above}{head}\n    """{doc}"""\n{body}'
    assert said(repository(pair(COLLECT, other)))[0] is severity


SETTLE = """
def settle(session, order):
    ledger = session.ledger(order.month)
    charge = ledger.charge_for(order, "strict", session.clock)
    receipt = charge.post(session.account, order.currency)
    journal = session.journal(receipt.number, order.month)
    journal.write(receipt.text, order.customer, "settled")
    session.archive(receipt, journal)
    return receipt.close(session.account)
"""


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        pytest.param({}, WARNING, id="the same"),
        pytest.param({'"settled"': '"paid"'}, HINT, id="one value"),
    ],
)
def test_one_thing_after_the_other_is_loud_only_where_it_is_said_again(
    repository: Repository, changes: dict[str, str], severity: Severity
) -> None:
    other = SETTLE.replace("settle(", "clear(").replace("receipt", "slip")
    for old, new in changes.items():
        other = other.replace(old, new)
    assert said(repository(pair(SETTLE, other)))[0] is severity


@pytest.mark.parametrize(
    ("one", "other", "severity"),
    [
        ("read_totals", "write_totals", HINT),
        ("pack_totals", "unpack_totals", HINT),
        ("read_totals", "fetch_totals", WARNING),
    ],
)
def test_opposites_are_never_loud(
    repository: Repository, one: str, other: str, severity: Severity
) -> None:
    files = (COLLECT.replace("collect_totals", name) for name in (one, other))
    assert said(repository(pair(*files)))[0] is severity


WARNED = '    warnings.warn("use totals_of", {0})\n    totals = {{}}\n'


@pytest.mark.parametrize(
    ("code", "severity"),
    [
        (COLLECT.replace("    totals = {}\n", WARNED.format("DeprecationWarning")), None),
        (COLLECT.replace("    totals = {}\n", WARNED.format("UserWarning")), WARNING),
        (f"@deprecated{COLLECT}", None),
        (f"@deprived{COLLECT}", WARNING),
    ],
)
def test_what_is_deprecated_is_not_named(
    repository: Repository, code: str, severity: Severity | None
) -> None:
    assert said(repository(pair(code, renamed())))[0] is severity


@pytest.mark.parametrize(
    ("path", "name", "severity"),
    [
        ("pkg/demo2.py", "sum_by_sku", None),
        ("pkg/other.py", "demo_sums", None),
        ("pkg/other.stories.py", "sum_by_sku", None),
        ("pkg/testing/other.py", "sum_by_sku", None),
        ("pkg/other.py", "fixture_sums", None),
        ("pkg/demoted.py", "democratic_sums", WARNING),
        ("pkg/attesting/other.py", "fixed_sums", WARNING),
    ],
)
def test_examples_are_silent(
    repository: Repository, path: str, name: str, severity: Severity | None
) -> None:
    other = COLLECT.replace("collect_totals", name)
    assert said(repository(background() | {"one.py": COLLECT, path: other}))[0] is severity


@pytest.mark.parametrize(
    ("decorator", "severity"), [('@app.route("{0}")', HINT), ("@app.timed({0})", WARNING)]
)
def test_what_is_registered_under_a_name_stands_for_itself(
    repository: Repository, decorator: str, severity: Severity
) -> None:
    one, other = (decorator.format(n) + code for n, code in ((1, COLLECT), (2, renamed())))
    assert said(repository(pair(one, other)))[0] is severity


@pytest.mark.parametrize(
    ("decorator", "severity"), [("", WARNING), ("from functools import singledispatch\n", HINT)]
)
def test_who_calls_what_decorators_made_of_its_name_calls_another(
    repository: Repository, decorator: str, severity: Severity
) -> None:
    again = COLLECT.replace("return totals", "return collect_totals(totals)")
    dispatching = decorator + ("\n\n@singledispatch" * bool(decorator))
    one, other = (dispatching + "\n" + code.lstrip() for code in (again, renamed(again)))
    assert said(repository(pair(one, other)))[0] is severity


def test_a_function_inside_of_another_cannot_be_called(repository: Repository) -> None:
    inside = COLLECT.strip().replace("\n", "\n    ")
    one = f"def outer(orders):\n    {inside}\n    return collect_totals(orders, 1)\n"
    found = findings(repository(pair(one, renamed())))
    assert [f.severity for f in found if "`outer.collect_totals`" in f.message] == [HINT]


def test_the_nearest_is_named(repository: Repository) -> None:
    near = COLLECT.replace("collect_totals", "totals_of")
    far = renamed(COLLECT.replace("order.cancelled", "order.refunded"))
    made = repository(background() | {"one.py": COLLECT, "near.py": near, "far.py": far})
    ends = {(f.span.path, f.related[0].span.path) for f in findings(made)}
    assert ends & {("one.py", "near.py"), ("near.py", "one.py")}
