"""The truth table of changed contracts in TypeScript and JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest

Repository = Callable[..., Any]
RULE = "broken-callers"


def reported(
    repository: Repository, old: str, new: str, use: str, *, suffix: str = "ts"
) -> list[tuple[str, str]]:
    """(severity, reason) of every use that is named."""
    imported = "import { %s } from './lib'\n" % ("K" if " K " in old + new else "f")
    made = repository({f"lib.{suffix}": new, f"app.{suffix}": imported + use})
    result = made.check(before={f"lib.{suffix}": old}, rule=RULE)
    assert result.failed == ()
    return [
        (finding.severity.label, place.message)
        for finding in result.findings
        for place in finding.related
    ]


def function(parameters: str) -> str:
    return f"export function f({parameters}) {{ return 1 }}\n"


@pytest.mark.parametrize(
    ("old", "new", "use", "expected"),
    [
        ("a: number", "a: number, b: number", "f(1)", ["does not pass `b`"]),
        ("a: number", "a: number, b?: number", "f(1)", []),
        ("a: number", "a: number, b = 2", "f(1)", []),
        ("a: number", "a: number, ...rest: number[]", "f(1)", []),
        ("a: number, b?: number", "a: number, b: number", "f(1)", ["does not pass `b`"]),
        ("a: number, b?: number", "a: number, b: number", "f(1, 2)", []),
        (
            "a: number, b: number",
            "a: number",
            "f(1, 2)",
            ["passes 2 positional arguments, 1 is taken"],
        ),
        ("a: number", "", "f(1)", ["passes 1 positional argument, none is taken"]),
        (
            "a: number, b: number",
            "b: number, a: number",
            "f(1, 2)",
            ["passes `a` by position, which reaches `b` now"],
        ),
        ("a: number, b: number", "a: number, c: number", "f(1, 2)", []),
        ("a: number", "a: number, b: number", "f(...[1])", []),
        ("...a: number[]", "b: number, ...a: number[]", "f(...xs)", ["unpacks a list where"]),
        ("...a: number[]", "...b: number[]", "f(...xs)", []),
        ("a: number", "a: number, b: number", "[1].map(f)", []),
        ("a: number, b: number", "a: number", "f.bind(null, 1, 2)", ["may break: passes 2"]),
        ("a: number", "a: string", "f(1)", []),
    ],
)
def test_function(repository: Repository, old: str, new: str, use: str, expected: list) -> None:
    found = [reason for _, reason in reported(repository, function(old), function(new), use)]
    assert len(found) == len(expected)
    for reason, start in zip(found, expected, strict=True):
        assert start.removeprefix("may break: ") in reason


@pytest.mark.parametrize(
    ("old", "new", "use", "expected"),
    [
        ("m(a: number) {}", "m(a: number, b: number) {}", "new K().m(1)", ["does not pass `b`"]),
        ("constructor(a: number) {}", "constructor() {}", "new K(1)", ["passes 1 positional"]),
        (
            "constructor(a: number) {}",
            "constructor(a: number, b: number) {}",
            "class L extends K { constructor() { super(1) } }",
            ["does not pass `b`"],
        ),
        ("static s() {}", "s() {}", "K.s()", ["calls it on the class"]),
        ("s() {}", "static s() {}", "new K().s()", ["calls it on an instance"]),
        ("get g() { return 1 }", "g() { return 1 }", "new K().g", ["it is a method now"]),
        ("m() {}", "n() {}", "new K().m()", ["uses the old name"]),
        ("m: F = (a, b) => 1", "m: F = (a) => 1", "new K().m(1, 2)", []),
        ("m = (a, b) => 1", "m = (a) => 1", "new K().m(1, 2)", ["passes 2 positional"]),
        ("m() {}\n  n() {}", "m = () => {}\n  n() {}", "new K().m()", []),
        (
            "m(a: number) {}",
            "m(a: number, b: number) {}",
            "class L extends K { m(a: number) {} }",
            [],
        ),
        (
            "m(a: number, b: number) {}",
            "m(a: number) {}",
            "class L extends K { m(a: number, b: number) {} }",
            ["overrides it: a call of the base does not pass `b`"],
        ),
        (
            "m(): number { return 1 }",
            "async m(): Promise<number> { return 1 }",
            "function g() { return new K().m().toFixed() }",
            ["does not await it"],
        ),
    ],
)
def test_class(repository: Repository, old: str, new: str, use: str, expected: list) -> None:
    before, now = (f"export class K {{\n  {body}\n}}\n" for body in (old, new))
    found = [reason for _, reason in reported(repository, before, now, use)]
    assert len(found) == len(expected)
    for reason, part in zip(found, expected, strict=True):
        assert part in reason


def test_overloads_are_what_callers_see(repository: Repository) -> None:
    body = "export function f(a: any, b?: any) { return a }\n"
    one, two = "export function f(a: string): void\n", "export function f(a: 1, b: 2): void\n"
    assert reported(repository, one + two + body, two + body, "f('')") == [
        ("error", "does not pass `b`")
    ]


def test_a_name_that_is_no_longer_exported(repository: Repository) -> None:
    rest = "export const x = 1\n"
    old = "export function f() {}\n" + rest
    assert reported(repository, old, "function f() {}\nf()\n" + rest, "f()") == [
        ("error", "imports what is not exported"),
        ("error", "uses what is not exported"),
    ]


@pytest.mark.parametrize(
    "new",
    ["export { f } from './other'\n", "const f = 1\nexport { f }\n", "export const f = make()\n"],
)
def test_a_name_that_is_still_exported(repository: Repository, new: str) -> None:
    assert reported(repository, function("a"), new, "f(1)") == []


def test_a_default_export_may_change_its_name(repository: Repository) -> None:
    made = repository(
        {
            "lib.ts": "export default function g(a: number) { return a + 1 }\n",
            "app.ts": "import f from './lib'\nf(1)\n",
        }
    )
    old = {"lib.ts": "export default function f(a: number) { return a + 1 }\n"}
    assert made.check(before=old, rule=RULE).findings == ()


def test_javascript_leaves_missing_arguments_undefined(repository: Repository) -> None:
    assert reported(repository, function("a"), function("a, b"), "f(1)", suffix="js") == [
        ("warning", "may break: does not pass `b`")
    ]


def test_javascript_ignores_surplus_arguments(repository: Repository) -> None:
    assert reported(repository, function("a, b"), function("a"), "f(1, 2)", suffix="js") == []


@pytest.mark.parametrize(("other", "count"), [("g", 0), ("f", 1)])
def test_one_of_two_functions_may_take_less(repository: Repository, other: str, count: int) -> None:
    """TypeScript takes the longer of two parameter lists for a function that is one of both."""
    rest = "export function g(a: number, b: number) { return 2 }\n"
    use = "import { g } from './lib'\nfunction h(c: boolean) { const k = c ? f : %s; k(1, 2) }\n"
    old, new = (function(p) + rest for p in ("a: number, b: number", "a: number"))
    assert len(reported(repository, old, new, use % other)) == count


@pytest.mark.parametrize(
    ("kind", "use", "expected"),
    [
        (
            "abstract class K {{\n  {}\n}}",
            "class L extends K { m() {} }",
            [("error", "does not define `n`")],
        ),
        (
            "interface K {{\n  {}\n}}",
            "class L<T> implements K { m() {} }",
            [("error", "does not define `n`")],
        ),
        ("abstract class K {{\n  {}\n}}", "class L extends K { m() {} n() {} }", []),
        ("abstract class K {{\n  {}\n}}", "class L extends K { m() {} n = () => 1 }", []),
        ("abstract class K {{\n  {}\n}}", "abstract class L extends K { m() {} }", []),
        ("interface K {{\n  {}\n}}", "interface L extends K { o(): void }", []),
    ],
)
def test_an_abstract_method_is_added(
    repository: Repository, kind: str, use: str, expected: list
) -> None:
    word = "abstract " if "abstract" in kind else ""
    old = "export " + kind.format(f"{word}m(): void") + "\n"
    new = old.replace("m(): void", f"m(): void\n  {word}n(): void")
    assert reported(repository, old + "class K0 {}", new + "class K0 {}", use) == expected


def test_an_optional_method_is_added_to_an_interface(repository: Repository) -> None:
    old = "export interface K {\n  m(): void\n}\nclass K0 {}\n"
    new = old.replace("m(): void", "m(): void\n  n?(): void")
    assert reported(repository, old, new, "class L implements K { m() {} }") == []
