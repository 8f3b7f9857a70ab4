"""What two functions are and where they are: alike on purpose, and next to it alike by accident.

Each reason to stay silent stands beside code that only looks like it, of which must be spoken.
"""

from collections.abc import Callable
from typing import Any

import pytest
from copies import COLLECT, RENAMED, background, findings, in_class, pair

Repository = Callable[..., Any]
Two = tuple[str, str]

BASE = "class Base:\n    def {0}(self, orders, currency):\n        return None\n\n\n"
AS_ASYNC = RENAMED.replace("def ", "async def ")
SAME_NAME = RENAMED.replace("sum_by_sku", "collect_totals")


def named(one: str, other: str) -> Two:
    return COLLECT.replace("collect_totals", one), RENAMED.replace("sum_by_sku", other)


def methods(one: str, other: str) -> Two:
    return in_class(one, "A"), in_class(other, "B")


def under(decorator: str, module: str) -> Two:
    """The first of the two is decorated."""
    return f"from {module} import {decorator}\n\n\n@{decorator}{COLLECT}", RENAMED


def passing(line: str) -> Two:
    arguments = "".join(f"        {name}={name},\n" for name in "abcdefghij")
    code = f"def get(url, a, b, c, d, e, f, g, h, i, j):\n{line}    return request(\n{arguments}    )\n"
    return code, code.replace("get(", "fetch(").replace("url", "u")


def calling(name: str, module: str) -> Two:
    return f"from {module} import {name}\n{COLLECT}    {name}([], 1)\n", RENAMED


def first_lines(count: int) -> Two:
    uncounted = RENAMED.replace("    seen = 0\n", "").replace("        seen += 1\n", "")
    one, other = ("\n".join(code.splitlines()[:count]) for code in (COLLECT, uncounted))
    return f"{one}\n", f"{other}\n"


OVERRIDE, OTHER_OVERRIDE = (
    BASE.format(name) + in_class(code, owner, "(Base)")
    for name, code, owner in (("collect_totals", COLLECT, "A"), ("sum_by_sku", RENAMED, "B"))
)
REFORMATTED = COLLECT.replace("for order", "for  order")

FILTERS: dict[str, tuple[Two, Two]] = {
    "methods of one name": (
        methods(COLLECT, SAME_NAME),
        (COLLECT, in_class(SAME_NAME, "B")),
    ),
    "methods of one name and text need a base to be meant": (
        (in_class(COLLECT, "A", "(Base)"), in_class(REFORMATTED, "B", "(Base)")),
        methods(COLLECT, REFORMATTED),
    ),
    "overrides": (
        (OVERRIDE, OTHER_OVERRIDE),
        (OVERRIDE, in_class(RENAMED, "B")),
    ),
    "special methods": (named("__call__", "sum_by_sku"), named("_call_", "sum_by_sku")),
    "abstract": (under("abstractmethod", "abc"), under("abstracted", "here")),
    "overloads": (under("overload", "typing"), under("overloaded", "here")),
    "properties": (
        (in_class(COLLECT, "A").replace("    def", "    @property\n    def"), RENAMED),
        (in_class(COLLECT, "A").replace("    def", "    @proper\n    def"), RENAMED),
    ),
    "sync and async": ((COLLECT, AS_ASYNC), (COLLECT.replace("def ", "async def "), AS_ASYNC)),
    "visitors": (
        methods(*named("visit_order", "depart_purchase")),
        methods(*named("visitors_of", "departures_of")),
    ),
    "serializers": (
        named("serialize_totals", "deserialize_sku"),
        named("serialized_totals", "deserialized_sku"),
    ),
    "versions of a class": (
        (in_class(COLLECT, "Ledger"), in_class(REFORMATTED, "AsyncLedger")),
        (in_class(COLLECT, "Ledger"), in_class(REFORMATTED, "AsynchronyLedger")),
    ),
    "handlers": (named("on_order", "on_purchase"), named("once_ordered", "only_purchased")),
    "versions": (
        named("collect_totals", "collect_totals_v2"),
        named("collect_totals", "collect_totals_net"),
    ),
    "one calls the other": (
        calling("sum_by_sku", "pkg.other"),
        calling("load_settings", "settings"),
    ),
    "what passes its arguments on": (
        passing(""),
        passing("    a = checked(a)\n    if b:\n        c = merged(b, c)\n    d = opened(d)\n"),
    ),
    "too short": (first_lines(6), first_lines(12)),
}

PLACES: dict[str, tuple[Two, Two]] = {
    "tests": (("one.py", "tests/test_one.py"), ("one.py", "contests/one.py")),
    "vendored": (("one.py", "vendor/lib/one.py"), ("one.py", "vendoring/one.py")),
    "examples": (("one.py", "examples/one.py"), ("one.py", "exemplary/one.py")),
    "migrations": (
        ("one.py", "app/migrations/0001_initial.py"),
        ("one.py", "app/migrate/0001_initial.py"),
    ),
    "what has a successor": (
        ("one.py", "pkg/legacy/other.py"),
        ("one.py", "pkg/delegacy/other.py"),
    ),
    "generated, by name": (("one.py", "orders_pb2.py"), ("one.py", "orders_pb.py")),
}


@pytest.mark.parametrize("name", FILTERS)
def test_alike_on_purpose(repository: Repository, name: str) -> None:
    assert findings(repository(pair(*FILTERS[name][0]))) == []


@pytest.mark.parametrize("name", FILTERS)
def test_near_what_is_alike_on_purpose(repository: Repository, name: str) -> None:
    assert len(findings(repository(pair(*FILTERS[name][1])))) == 1


@pytest.mark.parametrize("name", PLACES)
def test_places_that_are_left_alone(repository: Repository, name: str) -> None:
    one, other = PLACES[name][0]
    assert findings(repository(background() | {one: COLLECT, other: RENAMED})) == []


@pytest.mark.parametrize("name", PLACES)
def test_places_that_only_sound_alike(repository: Repository, name: str) -> None:
    one, other = PLACES[name][1]
    assert len(findings(repository(background() | {one: COLLECT, other: RENAMED}))) == 1


@pytest.mark.parametrize(
    ("comment", "said"),
    [("@generated by a tool", 0), ("Totals are generated for each order.", 1)],
)
def test_generated_code_is_left_alone(repository: Repository, comment: str, said: int) -> None:
    made = repository(pair(COLLECT, f"# {comment}\n{RENAMED}"))
    assert len(findings(made)) == said


@pytest.mark.parametrize(
    ("one", "other", "said"), [("_sync", "_async", 0), ("_first", "_second", 1)]
)
def test_one_module_for_sync_and_one_for_async(
    repository: Repository, one: str, other: str, said: int
) -> None:
    files = {f"lib/{one}/pool.py": COLLECT, f"lib/{other}/pool.py": SAME_NAME}
    assert len(findings(repository(background() | files))) == said


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [("synchronous", "asynchronous", 0), ("pool", "aiopool", 1), ("one/sync", "two/async", 1)],
)
def test_what_waits_and_what_does_not_call_nothing_of_each_other(
    repository: Repository, one: str, other: str, said: int
) -> None:
    files = {f"lib/{one}/pool.py": COLLECT, f"lib/{other}/pool.py": RENAMED}
    assert len(findings(repository(background() | files))) == said


@pytest.mark.parametrize(("other", "said"), [("lib/a.cjs", 0), ("lib/b.js", 1)])
def test_one_source_built_twice_is_silent(repository: Repository, other: str, said: int) -> None:
    code = "export function a(orders) {\n" + "".join(
        f"  if (orders.part{n} > {n}) {{ send(orders.part{n}); }}\n" for n in range(9)
    )
    built = code.replace("function a(", "function b(")
    made = repository(background() | {"lib/a.js": f"{code}}}\n", other: f"{built}}}\n"})
    assert len(findings(made)) == said
