"""What counts as one function too many, and everything that only looks like it."""

from collections.abc import Callable
from textwrap import indent
from typing import Any

import pytest
from flames_indexer.model import Finding, Severity

Repository = Callable[..., Any]
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


def test_a_renamed_copy_with_new_lines_names_the_other(repository: Repository) -> None:
    (finding,) = findings(repository(pair(COLLECT, RENAMED)))
    assert finding.severity is Severity.WARNING
    assert {finding.span.path, finding.related[0].span.path} == {"one.py", "pkg/other.py"}
    assert "collect_totals" in finding.message
    assert "sum_by_sku" in finding.message
    assert finding.evidence[0].endswith("likely to be one piece of code")


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
        other = other.replace(f"{old}.", f"{new}.").replace(f"{old} ", f"{new} ")
    other = other.replace("collectTotals", "sumBySku")
    made = repository({"one.js": one, "lib/two.js": other, "settings.py": OTHER})
    assert [f.severity for f in findings(made)] == [Severity.WARNING]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            in_class(COLLECT, "A"),
            in_class(RENAMED.replace("sum_by_sku", "collect_totals"), "B"),
            id="methods of one name",
        ),
        pytest.param(COLLECT.replace("collect_totals", "__call__"), RENAMED, id="a special method"),
        pytest.param(COLLECT, RENAMED.replace("def ", "async def "), id="sync and async"),
        pytest.param(
            in_class(COLLECT.replace("collect_totals", "visit_order"), "A"),
            in_class(RENAMED.replace("sum_by_sku", "depart_purchase"), "B"),
            id="visitors",
        ),
        pytest.param(
            COLLECT, RENAMED.replace("sum_by_sku", "collect_totals_v2"), id="versions by name"
        ),
        pytest.param(
            "from pkg.other import sum_by_sku\n" + COLLECT + "    sum_by_sku([], 1)\n",
            RENAMED,
            id="one calls the other",
        ),
        pytest.param(
            "\n".join(COLLECT.splitlines()[:6]) + "\n",
            "\n".join(RENAMED.splitlines()[:7]) + "\n",
            id="too short",
        ),
    ],
)
def test_alike_on_purpose(repository: Repository, one: str, other: str) -> None:
    assert findings(repository(pair(one, other))) == []


@pytest.mark.parametrize(
    "path",
    [
        "tests/test_one.py",
        "vendor/lib/one.py",
        "examples/one.py",
        "app/migrations/0001_initial.py",
        "pkg/legacy/other.py",
    ],
)
def test_places_that_are_left_alone(repository: Repository, path: str) -> None:
    assert findings(repository(background() | {"one.py": COLLECT, path: RENAMED})) == []


def test_generated_code_is_left_alone(repository: Repository) -> None:
    made = repository(pair(COLLECT, "# @generated by a tool\n" + RENAMED))
    assert findings(made) == []


def test_two_overrides_keep_their_own_promises(repository: Repository) -> None:
    base = "class Base:\n    def {0}(self, orders, currency):\n        return None\n\n\n"
    one = base.format("collect_totals") + in_class(COLLECT, "A", "(Base)")
    other = base.format("sum_by_sku") + in_class(RENAMED, "B", "(Base)")
    assert findings(repository(pair(one, other))) == []


def test_functions_that_pass_their_arguments_on(repository: Repository) -> None:
    arguments = "".join(f"        {name}={name},\n" for name in "abcdefghij")
    code = f"def get(url, a, b, c, d, e, f, g, h, i, j):\n    return request(\n{arguments}    )\n"
    assert findings(repository(pair(code, code.replace("get", "fetch").replace("url", "u")))) == []


def test_siblings_in_one_file_are_a_hint_at_most(repository: Repository) -> None:
    longer = COLLECT.replace(
        "    return totals", "    for sku in totals:\n        check_sku(sku)\n    return totals"
    )
    copy = longer.replace("collect_totals", "collect_others")
    made = repository(background() | {"one.py": longer + "\n" + copy})
    assert [f.severity for f in findings(made)] == [Severity.HINT]


def test_short_siblings_in_one_file_are_silent(repository: Repository) -> None:
    one = "def first_of(rows, key):\n    for row in rows:\n        if row.key == key:\n"
    one += "            return row\n    raise KeyError(key)\n"
    other = one.replace("first_of", "last_of").replace("in rows", "in reversed(rows)")
    assert findings(repository(background() | {"one.py": one + "\n" + other})) == []


def test_three_copies_are_two_findings(repository: Repository) -> None:
    third = RENAMED.replace("sum_by_sku", "add_up").replace("entry", "item")
    found = findings(repository(pair(COLLECT, RENAMED) | {"third.py": third}))
    assert len({f.span.path for f in found}) == len(found) == 2


def test_a_name_every_module_has_is_an_entry_point(repository: Repository) -> None:
    files = {f"plugin{n}.py": COLLECT.replace("collect_totals", "setup") for n in range(3)}
    assert findings(repository(background() | files)) == []


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


def test_one_source_built_twice_is_silent(repository: Repository) -> None:
    code = "export function a(orders) {\n" + "".join(
        f"  if (orders.part{n} > {n}) {{ send(orders.part{n}); }}\n" for n in range(9)
    )
    made = repository(background() | {"lib/a.js": code + "}\n", "lib/a.cjs": code + "}\n"})
    assert findings(made) == []


def test_the_same_part_of_many_plugins_is_silent(repository: Repository) -> None:
    files = {f"locale/{name}/format.py": OTHER for name in "abcdefgh"}
    files["locale/a/format.py"] = COLLECT
    files["locale/b/format.py"] = RENAMED
    assert findings(repository({"report.py": RENAME_FILE} | files)) == []


def test_a_file_copied_as_a_whole_is_a_hint(repository: Repository) -> None:
    parts = [COLLECT, OTHER, RENAME_FILE, RENAMED.replace("sku", "code").replace("lines", "rows")]
    copies = [
        part.replace(name, f"{name}_again")
        for part, name in zip(
            parts, ("collect_totals", "load_settings", "archive_report", "sum_by_code"), strict=True
        )
    ]
    made = repository({"one.py": "\n".join(parts), "two.py": "\n".join(copies)})
    found = [f for f in findings(made) if f.span.path != f.related[0].span.path]
    assert [f.severity for f in found] == [Severity.HINT]
    assert found[0].evidence[-1].endswith("more of the two files' functions are alike")


def test_what_many_functions_do_is_how_things_are_done(repository: Repository) -> None:
    names = ["sum_by_sku", "add_up", "tally", "accumulate"]
    copies = {f"{name}.py": RENAMED.replace("sum_by_sku", name) for name in names}
    found = findings(repository(background() | {"one.py": COLLECT} | copies))
    assert {f.severity for f in found} == {Severity.HINT}


def test_an_idiom_without_calls_of_its_own_is_silent(repository: Repository) -> None:
    one = (
        "def value_of(form, key):\n    if form is None:\n        return None\n"
        "    found = form.get(\n        key,\n        None,\n    )\n    return str(found).lower()\n"
    )
    other = one.replace("form", "row").replace("value_of", "text_in").replace("str(", "repr(")
    calls = "    a.get(1)\n    a.lower()\n    str(a)\n    repr(a)\n    print(a, {n})\n"
    common = {f"c{n}.py": f"def f{n}(a):\n" + calls.format(n=n) for n in range(3)}
    found = findings(repository(common | pair(one, other)))
    assert found == []


COMMANDS = """
def command(function):
    REGISTERED.append(function)
    return function
"""


@pytest.mark.parametrize(("commands", "severity"), [(6, Severity.HINT), (2, Severity.WARNING)])
def test_commands_of_one_family_begin_alike(
    repository: Repository, commands: int, severity: Severity
) -> None:
    top = "from registry import command\n\n\n@command"
    files = {"registry.py": COMMANDS, "one.py": top + COLLECT, "two.py": top + RENAMED}
    others = {
        f"more{n}.py": f"{top}\ndef more{n}(x):\n    return x + {n}\n" for n in range(commands - 2)
    }
    found = findings(repository(background() | files | others))
    assert [f.severity for f in found] == [severity]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            COLLECT,
            in_class(RENAMED.replace("sum_by_sku", "collect_totals"), "B"),
            id="a function and a method of one name",
        ),
        pytest.param(
            in_class(COLLECT, "A"),
            in_class(COLLECT.replace("for order", "for  order"), "B"),
            id="methods of one name and text, of classes without any base",
        ),
        pytest.param(COLLECT.replace("collect_totals", "_call_"), RENAMED, id="no special method"),
        pytest.param(
            COLLECT.replace("def ", "async def "),
            RENAMED.replace("def ", "async def "),
            id="both async",
        ),
        pytest.param(
            in_class(COLLECT.replace("collect_totals", "visitors_of"), "A"),
            in_class(RENAMED.replace("sum_by_sku", "departures_of"), "B"),
            id="no visitors",
        ),
        pytest.param(COLLECT, RENAMED.replace("sum_by_sku", "collect_totals_net"), id="no version"),
        pytest.param(
            "from settings import load_settings\n" + COLLECT + "    load_settings([], 1)\n",
            RENAMED,
            id="one calls a third",
        ),
    ],
)
def test_near_what_is_alike_on_purpose(repository: Repository, one: str, other: str) -> None:
    assert len(findings(repository(pair(one, other)))) == 1


@pytest.mark.parametrize(
    "path",
    ["contests/one.py", "vendoring/one.py", "app/migrate/0001_initial.py", "pkg/delegacy/other.py"],
)
def test_places_that_only_sound_alike(repository: Repository, path: str) -> None:
    assert len(findings(repository(background() | {"one.py": COLLECT, path: RENAMED}))) == 1


def test_code_that_speaks_of_generating_is_ours(repository: Repository) -> None:
    made = repository(pair(COLLECT, "# Totals are generated for each order.\n" + RENAMED))
    assert len(findings(made)) == 1


def test_one_override_may_call_what_is_none(repository: Repository) -> None:
    base = "class Base:\n    def collect_totals(self, orders, currency):\n        return None\n\n\n"
    one = base + in_class(COLLECT, "A", "(Base)")
    assert len(findings(repository(pair(one, in_class(RENAMED, "B"))))) == 1


def test_the_same_part_of_few_plugins_speaks(repository: Repository) -> None:
    files = {"locale/a/format.py": COLLECT, "locale/b/format.py": RENAMED}
    assert len(findings(repository(background() | files))) == 1


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


def test_most_of_one_with_rare_calls_in_common_is_loud(repository: Repository) -> None:
    (finding,) = findings(repository(pair(COPY_FOLDER, EXPORT_SITE)))
    assert finding.severity is Severity.WARNING


def test_one_form_with_other_calls_is_silent(repository: Repository) -> None:
    other = EXPORT_SITE.replace("walk_tree", "rows_of").replace("copy_one", "put")
    other = other.replace("relative_to", "cut").replace("join_path", "glue")
    assert findings(repository(pair(COPY_FOLDER, other))) == []


def test_two_files_are_warned_about_twice_at_most(repository: Repository) -> None:
    copied = (COLLECT, COPY_FOLDER, RENAME_FILE)
    files = {"settings.py": OTHER, "one.py": "".join(copied)}
    files["pkg/other.py"] = "".join(copied).replace("def ", "def again_")
    said = [f.severity for f in findings(repository(files))]
    assert sorted(said) == [Severity.HINT, Severity.WARNING, Severity.WARNING]
