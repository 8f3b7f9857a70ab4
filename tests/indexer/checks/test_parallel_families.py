"""What the number of alike functions and the rest of a repository say: family, fork, accident."""

from collections.abc import Callable
from textwrap import dedent
from typing import Any

import pytest
from copies import (
    COLLECT,
    COPY_FOLDER,
    OTHER,
    RENAME_FILE,
    RENAMED,
    background,
    findings,
    pair,
)
from flames_indexer.model import Severity

Repository = Callable[..., Any]

LONGER = COLLECT.replace(
    "    return totals", "    for sku in totals:\n        check_sku(sku)\n    return totals"
)


def again(code: str) -> str:
    return code.replace("def ", "def again_", 1)


def severities(made: Any) -> list[Severity]:
    return sorted(finding.severity for finding in findings(made))


def test_siblings_in_one_file_are_a_hint_at_most(repository: Repository) -> None:
    files = {"one.py": f"{LONGER}\n{again(LONGER)}"}
    assert severities(repository(background() | files)) == [Severity.HINT]


def test_the_same_in_two_files_is_a_warning(repository: Repository) -> None:
    assert severities(repository(pair(LONGER, again(LONGER)))) == [Severity.WARNING]


def test_short_siblings_in_one_file_are_silent(repository: Repository) -> None:
    one = "def first_of(rows, key):\n    for row in rows:\n        if row.key == key:\n"
    one += "            return row\n    raise KeyError(key)\n"
    other = one.replace("first_of", "last_of").replace("in rows", "in reversed(rows)")
    assert findings(repository(background() | {"one.py": one + "\n" + other})) == []


@pytest.mark.parametrize(("modules", "said"), [("abc", []), ("ab", [Severity.WARNING])])
def test_a_name_every_module_has_is_an_entry_point(
    repository: Repository, modules: str, said: list[Severity]
) -> None:
    code = COLLECT.replace("collect_totals", "setup")
    files = {f"plugin_{name}.py": code for name in modules}
    assert severities(repository(background() | files)) == said


@pytest.mark.parametrize(
    ("plugins", "said"),
    [(8, []), (7, [Severity.HINT]), (4, [Severity.HINT]), (3, [Severity.WARNING])],
)
def test_the_same_part_of_some_trees_is_a_hint_and_of_many_plugins_silent(
    repository: Repository, plugins: int, said: list[Severity]
) -> None:
    files = {
        f"locale/{name}/format.py": f"def short(a):\n    return a + {n}\n"
        for n, name in enumerate("abcdefgh"[:plugins])
    }
    files |= {"locale/a/format.py": COLLECT, "locale/b/format.py": RENAMED}
    assert severities(repository(background() | files)) == said


def test_a_file_copied_as_a_whole_is_a_hint(repository: Repository) -> None:
    parts = [COLLECT, OTHER, RENAME_FILE, RENAMED.replace("sku", "code").replace("lines", "rows")]
    made = repository({"one.py": "\n".join(parts), "two.py": "\n".join(map(again, parts))})
    found = [f for f in findings(made) if f.span.path != f.related[0].span.path]
    assert [f.severity for f in found] == [Severity.HINT]
    assert found[0].evidence[-1].endswith("more of the two files' functions are alike")


COPIED = (COLLECT, COPY_FOLDER, RENAME_FILE)


def test_two_files_are_warned_about_twice_at_most(repository: Repository) -> None:
    files = {"settings.py": OTHER, "one.py": "".join(COPIED)}
    files["pkg/other.py"] = "".join(map(again, COPIED))
    said = severities(repository(files))
    assert said == [Severity.HINT, Severity.WARNING, Severity.WARNING]


def test_copies_in_other_files_are_warned_about_each(repository: Repository) -> None:
    files = {"settings.py": OTHER, "one.py": "".join(COPIED)}
    files |= {f"pkg/other{n}.py": again(code) for n, code in enumerate(COPIED)}
    assert severities(repository(files)) == [Severity.WARNING] * 3


@pytest.mark.parametrize(("copies", "said"), [(4, Severity.HINT), (3, Severity.WARNING)])
def test_what_many_functions_do_is_how_things_are_done(
    repository: Repository, copies: int, said: Severity
) -> None:
    names = ["sum_by_sku", "add_up", "tally", "accumulate"][:copies]
    files = {f"{name}.py": RENAMED.replace("sum_by_sku", name) for name in names}
    assert {f.severity for f in findings(repository(background() | files))} == {said}


@pytest.mark.parametrize(("shape", "said"), [("str", []), ("slugged", [Severity.HINT])])
def test_an_idiom_without_calls_of_its_own_is_silent(
    repository: Repository, shape: str, said: list[Severity]
) -> None:
    one = (
        "def value_of(form, key):\n    if form is None:\n        return None\n"
        "    found = form.get(\n        key,\n        None,\n    )\n    return str(found).lower()\n"
    ).replace("str(", f"{shape}(")
    other = one.replace("form", "row").replace("value_of", "text_in")
    other = other.replace("str(", "repr(")
    calls = "    a.get(1)\n    a.lower()\n    str(a)\n    repr(a)\n    print(a, {n})\n"
    common = {f"c{n}.py": f"def f{n}(a):\n" + calls.format(n=n) for n in range(3)}
    assert severities(repository(common | pair(one, other))) == said


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
    assert severities(repository(background() | files | others)) == [severity]


@pytest.mark.parametrize(("files", "severity"), [(4, Severity.HINT), (3, Severity.WARNING)])
def test_a_folder_copied_as_a_whole_is_a_hint(
    repository: Repository, files: int, severity: Severity
) -> None:
    codes = [COLLECT, COPY_FOLDER, dedent(GIVEN), dedent(SECOND)]
    trees = {
        f"{tree}/parts/file{n}.py": again(code) if tree == "modern" else code
        for tree in ("classic", "modern")
        for n, code in enumerate(codes[:files])
    }
    assert set(severities(repository(background() | trees))) == {severity}


PARTS = [
    OTHER.replace("load_settings", f"load_{n}").replace('"="', f'"{n}" + spread_{n}')
    for n in range(8)
]


@pytest.mark.parametrize(("own", "is_told"), [(0, False), (9, True)])
def test_a_file_that_is_made_of_others_is_no_source(
    repository: Repository, own: int, is_told: bool
) -> None:
    files = {f"part{n}.py": "".join(PARTS[2 * n : 2 * n + 2]) for n in range(4)}
    others = [
        f"def own_{n}(a, b):\n    c = a.part_{n}(b)\n    c.add_{n}(a)\n    d = c.sum_{n}(b)\n"
        f"    d.end_{n}(c)\n    return d.of_{n}(a)\n"
        for n in range(own)
    ]
    made = repository(background() | files | {"built/all.py": "".join(PARTS + others)})
    places = {place for f in findings(made) for place in (f.span.path, f.related[0].span.path)}
    assert ("built/all.py" in places) is is_told


METHODS = """
class {name}:
    def __init__(self, shop):
        self.rates = shop
{methods}
"""
PRICE = """
    def price_of(self, order):
        total = self.base(order)
        for line in order.lines:
            if line.count > self.limit:
                total += self.rates.of(line)
        return total
"""
GIVEN = PRICE.replace("self.", "order.")
SECOND = """
    def stock_of(self, shelf):
        try:
            found = self.shelves[shelf.name]
        except KeyError:
            found = self.shelves[shelf.name] = self.empty(shelf)
        return found.count or self.none
"""
LONG = PRICE.replace("        return", "        self.log.add(order)\n        return").replace(
    "        for",
    "".join(f"        order.n{n}.add(total, {n})\n" for n in range(6)) + "        for",
)


@pytest.mark.parametrize(
    ("methods", "said"),
    [
        pytest.param([PRICE], {Severity.HINT}, id="one about its own object"),
        pytest.param([GIVEN], {Severity.WARNING}, id="one about what it is given"),
        pytest.param([PRICE, SECOND], {Severity.WARNING}, id="two of the class"),
        pytest.param([LONG], {Severity.WARNING}, id="a long one"),
    ],
)
def test_what_methods_have_of_their_own_objects_counts_not(
    repository: Repository, methods: list[str], said: set[Severity]
) -> None:
    one = METHODS.format(name="Retail", methods="".join(methods))
    other = METHODS.format(name="Trade", methods="".join(methods).replace("_of(", "_for("))
    found = findings(repository(background() | {"one.py": one, "pkg/two.py": other}))
    assert {f.severity for f in found} == said
