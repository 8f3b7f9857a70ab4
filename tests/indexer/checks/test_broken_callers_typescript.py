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


@pytest.mark.parametrize(
    ("old", "new", "use", "expected"),
    [
        ("interface K { a: 1; b: 2 }", "interface K { b: 2 }", "k.a", ["error"]),
        ("interface K { a: 1; b: 2 }", "interface K { b: 2 }", "k.b", []),
        ("interface K { a: 1; b: 2 }", "interface K { b: 2 }", "(k as any).a", []),
        ("interface K { a: 1; b: 2 }", "interface K { b: 2 }", "(<any>k).a", []),
        ("interface K { a: 1; b: 2 }", "interface K { b: 2 }", "[k as any, k.a]", ["error"]),
        ("interface K { a: 1 }", "interface K { c: 1 }", "k.a", ["error"]),
        ("interface K { a: 1 }", "interface K { [key: string]: 1 }", "k.a", []),
        ("interface K { a: 1 }", "interface K { get a(): 1 }", "k.a", []),
        ("interface K { a: 1 }", "interface K { a(): 1 }", "k.a", []),
        ("interface K { a: 1 }", "interface K extends Base {}", "k.a", []),
        ("interface K extends Base { a: 1 }", "interface K extends Base {}", "k.a", []),
        ("interface K { a: 1 }", "interface K extends Other {}", "k.a", []),
        ("type K = { a: 1; b: 2 }", "type K = { b: 2 }", "k.a", ["error"]),
        ("type K = { a: 1 }", "type K = Record<string, 1>", "k.a", []),
        ("class K { a = 1; b = 2 }", "class K { b = 2 }", "k.a", ["error"]),
        ("class K { a = 1; b = 2 }", "class K { b = 2; a = 3 }", "k.a", []),
        ("class K { static a = 1 }", "class K { static c = 'x' }", "K.a", ["error"]),
        ("class K { a = 1 }", "class K { constructor(public a: 1) {} }", "k.a", []),
        ("class K { constructor(public a: 1) {} }", "class K { constructor(a: 1) {} }", "k.a", 1),
        ("enum K { A, B }", "enum K { B }", "K.A", ["error"]),
        ("enum K { A, B }", "enum K { B, A }", "K.A", []),
        ("interface K { a: 1; n(): 2 }", "interface K { n(): 2 }", "k.n()", []),
    ],
)
def test_a_data_member_is_gone(
    repository: Repository, old: str, new: str, use: str, expected: list[str] | int
) -> None:
    rest = "import { Other } from 'other'\nexport interface Base { a: 1 }\n"
    before, now = (f"{rest}export {text}\n" for text in (old, new))
    found = [
        severity
        for severity, reason in reported(
            repository, before, now, f"function g(k: K) {{ return {use} }}\n"
        )
        if "old name" in reason
    ]
    assert found == (expected if isinstance(expected, list) else ["error"] * expected)


def test_data_that_goes_from_one_type_to_another_hides_no_other_change(
    repository: Repository,
) -> None:
    rest = "export function f(%s) {}\n"
    old = "interface A {\n  a: 1\n}\ninterface B {\n  b: 1\n}\n" + rest % "a: 1"
    new = "interface A {\n}\ninterface B {\n  b: 1\n  a: 1\n}\n" + rest % "a: 1, b: 1"
    assert reported(repository, old, new, "f(1)") == [("error", "does not pass `b`")]


@pytest.mark.parametrize(
    ("old", "new", "use", "expected"),
    [
        ("{ a }: { a: 1 }", "{ a, b }: { a: 1; b: 2 }", "f({ a: 1 })", ["does not pass `b` in"]),
        ("{ a }: { a: 1 }", "{ a, b }: { a: 1; b?: 2 }", "f({ a: 1 })", []),
        ("{ a }: { a: 1 }", "{ a, b }: { a: 1; b: 2 }", "f({ a: 1, ...x })", []),
        ("{ a }: { a: 1 }", "{ a, b }: { a: 1; b: 2 }", "f(x)", []),
        ("{ a }: { a: 1 }", "{ a, b }: { a: 1; b: 2 }", "f({ a: 1 } as any)", []),
        ("{ a }: { a: 1 }", "{ a, b }: { a: 1; b: 2 }", "f({ a: 1, b: 2 })", []),
        ("{ a }: { a: 1 }", "{ b }: { b: 1 }", "f({ a: 1 })", ["does not pass `b` in its object"]),
        ("{ a }: { a: 1; c: 2 }", "{ a }: { a: 1 }", "f({ a: 1, c: 2 })", ["passes `c` in its"]),
        ("{ a }: { a: 1; c: 2 }", "{ a }: { a: 1 }", "f({ ...x, c: 2 })", []),
        ("{ a }: { a: 1 }", "{ a, ...r }: { a: 1; [k: string]: 1 }", "f({ a: 1 })", []),
        ("{ a }", "{ a, b }", "f({ a: 1 })", ["does not pass `b`"]),
        ("{ a }", "{ a, b = 1 }", "f({ a: 1 })", []),
        ("{ a, b = 1 }", "{ a, b }", "f({ a: 1 })", ["does not pass `b`"]),
        ("{ a }", "{ a: z }", "f({ a: 1 })", []),
        ("{ a }", "{ a, ...rest }", "f({ a: 1 })", []),
        ("o: { a: 1 }", "o: { a: 1; b: 2 }", "f({ a: 1 })", ["does not pass `b`"]),
        ("o: { a: 1 }", "o: { a: 1 } | { b: 2 }", "f({ a: 1 })", []),
        ("o: { a: 1 }", "o: Partial<{ c: 1 }>", "f({ a: 1 })", []),
        ("{ a, b }: { a: 1; b: 1 }", "{ b, a }: { b: 1; a: 1 }", "f({ a: 1, b: 1 })", []),
    ],
)
def test_what_is_taken_in_an_object(
    repository: Repository, old: str, new: str, use: str, expected: list[str]
) -> None:
    found = [reason for _, reason in reported(repository, function(old), function(new), use)]
    assert len(found) == len(expected)
    for reason, start in zip(found, expected, strict=True):
        assert reason.startswith(start)


def test_an_object_of_a_type_of_the_same_file(repository: Repository) -> None:
    old = "interface P { a: 1 }\nexport const f = (p: P) => p\n"
    new = old.replace("a: 1", "a: 1; b: 2")
    made = repository({"lib.ts": new, "app.ts": "import { f } from './lib'\nf({ a: 1 })\n"})
    (finding,) = made.check(before={"lib.ts": old}, rule=RULE).findings
    assert finding.message == "`f` asks for `b` in its object now: 1 use in 1 file breaks."


@pytest.mark.parametrize(
    ("new", "use", "count"),
    [("{ a, b }", "f({ a: 1 })", 0), ("{ b }", "f({ a: 1 })", 1), ("{}", "f({ a: 1 })", 0)],
)
def test_javascript_objects_may_lack_what_is_taken(
    repository: Repository, new: str, use: str, count: int
) -> None:
    """Only a name that was taken for another one is told."""
    found = reported(repository, function("{ a }"), function(new), use, suffix="js")
    assert found == [("warning", "may break: does not pass `b` in its object")] * count


@pytest.mark.parametrize(
    ("base", "head", "count"),
    [
        ("class B { m() {} }", "class K extends B", 0),
        ("interface B { m(): void }", "interface K extends B", 0),
        ("class B { o() {} }", "class K extends B", 1),
    ],
)
def test_a_method_that_was_overriding_one_is_still_there(
    repository: Repository, base: str, head: str, count: int
) -> None:
    body = "m(): void" if "interface K" in head else "m() {}"
    old, new = (f"{base}\nexport {head} {{ {own} }}\n" for own in (body, "n: 1"))
    use = "import { K } from './lib'\nfunction g(k: K) { return k.m() }\n"
    made = repository({"lib.ts": old, "app.ts": use})
    made.edit("lib.ts", new)
    found = made.check(["lib.ts"], before={"lib.ts": old, "app.ts": use}, rule=RULE).findings
    named = [place.message for finding in found for place in finding.related]
    assert named == ["uses the old name"] * count
