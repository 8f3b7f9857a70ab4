"""What becomes of a result: how many values it has, which properties, and who relies on that."""

from collections.abc import Callable
from typing import Any

import pytest

Repository = Callable[..., Any]
RULE = "broken-callers"


def reasons(repository: Repository, suffix: str, old: str, new: str, use: str) -> list[str]:
    imported = "from lib import f\n\n" if suffix == "py" else "import { f } from './lib'\n"
    made = repository({f"lib.{suffix}": new, f"app.{suffix}": imported + use})
    result = made.check(before={f"lib.{suffix}": old}, rule=RULE)
    assert result.failed == ()
    return [place.message for finding in result.findings for place in finding.related]


PAIR, TRIPLE = "def f(): return 1, 2\n", "def f(): return (1, 2, 3)\n"


@pytest.mark.parametrize(
    ("old", "new", "use", "expected"),
    [
        (PAIR, TRIPLE, "a, b = f()", ["unpacks it into 2, and there are 3 now"]),
        (PAIR, TRIPLE, "(a, x.b) = f()", ["unpacks it into 2, and there are 3 now"]),
        (PAIR, TRIPLE, "r = f()\na, b = r", ["unpacks it into 2, and there are 3 now"]),
        (PAIR, TRIPLE, "a, b[0] = f()", ["unpacks it into 2, and there are 3 now"]),
        (TRIPLE, PAIR, "a, b, c = f()", ["unpacks it into 3, and there are 2 now"]),
        (
            PAIR,
            TRIPLE,
            "def g() -> tuple[int, int]:\n    return f()",
            ["returns it as 2 values, and there are 3 now"],
        ),
        (
            "def f() -> tuple[int, int]: return x\n",
            "def f() -> tuple[int, int, int]: return x\n",
            "a, b = f()",
            ["unpacks it into 2, and there are 3 now"],
        ),
        # what is fine, adapted, or cannot be told
        (PAIR, TRIPLE, "a, b, c = f()", []),
        (PAIR, TRIPLE, "a, *b = f()", []),
        (PAIR, TRIPLE, "r = f()", []),
        (PAIR, TRIPLE, "r = f()\nr = g()\na, b = r", []),
        (PAIR, "def f(): return (1, *x)\n", "a, b = f()", []),
        (PAIR, "def f(): return 3, 4\n", "a, b = f()", []),
        ("def f(): return [1, 2]\n", "def f(): return [1, 2, 3]\n", "a, b = f()", []),
        (PAIR, "def f():\n    if x: return 1, 2\n    return 1, 2, 3\n", "a, b = f()", []),
        (
            "def f() -> tuple[int, ...]: ...\n",
            "def f() -> tuple[str, ...]: ...\n",
            "a, b = f()",
            [],
        ),
        # a result that is gone
        (
            "def f(): return x",
            "def f(): g()",
            "r = f()\nr.close()",
            ["may break: uses its result, and it returns nothing now"],
        ),
        (
            "def f(): return x",
            "def f(): g()",
            "def g() -> int:\n    return f()",
            ["may break: returns its result, and it returns nothing now"],
        ),
        ("def f(): return x", "def f(): g()", "def g() -> int | None:\n    return f()", []),
        ("def f(): return x", "def f(): g()", "r = f()\nprint(r)", []),
    ],
)
def test_python(repository: Repository, old: str, new: str, use: str, expected: list) -> None:
    assert reasons(repository, "py", old, new, use + "\n") == expected


BOTH = "export function f() { return { a: 1, b: 2 } }\n"
ONE = "export function f() { return { a: 1, c: 2 } }\n"
GONE = ["reads `b`, which it no longer has"]


@pytest.mark.parametrize(
    ("old", "new", "use", "expected"),
    [
        (BOTH, ONE, "f().b", GONE),
        (BOTH, ONE, "const { a, b } = f()", GONE),
        (BOTH, ONE, "const r = f(); r.b", GONE),
        (
            "export async function f(): Promise<{ a: number; b: number }> { return x }\n",
            "export async function f(): Promise<{ a: number }> { return x }\n",
            "async function g() { const r = await f(); return r.b }",
            GONE,
        ),
        (
            "export const f = (): [number, string] => x\n",
            "export const f = (): [number, string, string] => x\n",
            "const [a, b] = f()",
            [],
        ),
        (
            "export const f = (): [number, string] => x\n",
            "export const f = (): [number] => x\n",
            "const [a, b] = f()",
            ["unpacks it into 2, and there are 1 now"],
        ),
        (BOTH, ONE, "f().a", []),
        (BOTH, ONE, "const { a } = f()", []),
        (BOTH, ONE, "const r = g(); r.b; f()", []),
        (BOTH, "export function f() { return { a: 1, ...rest } }\n", "f().b", []),
        (BOTH, "export function f(): Both { return { a: 1 } }\n", "f().b", []),
        (
            BOTH,
            "export function f() { if (x) return { a: 1 }; return { b: 1, a: 1 } }\n",
            "f().b",
            [],
        ),
    ],
)
def test_typescript(repository: Repository, old: str, new: str, use: str, expected: list) -> None:
    assert reasons(repository, "ts", old, new, use + "\n") == expected


MAYBE = ["may break: uses its result, and that may be nothing now"]


@pytest.mark.parametrize(
    ("suffix", "old", "new", "expected"),
    [
        ("py", "-> A", "-> A | None", MAYBE),
        ("py", "-> A", "-> Optional[A]", MAYBE),
        ("py", "-> A", "-> 'Union[A, None]'", MAYBE),
        ("py", "-> A", "-> Any", MAYBE),
        # what a container holds, or a function gives, is not what is given
        ("py", "-> A", "-> A[dict[str, Any]]", []),
        ("py", "-> A", "-> Callable[[], None]", []),
        # a type that is written now is no other result
        ("py", "", "-> A | None", []),
        ("py", "-> A | None", "", []),
        ("ts", ": A", ": A | undefined", MAYBE),
        ("ts", ": A", ": (A | null)", MAYBE),
        ("ts", ": A", ": any[]", []),
        ("ts", ": A", ": Array<A | undefined>", []),
        ("ts", ": A", ": { a: any }", []),
        ("ts", ": A", ": () => void", []),
        ("ts", ": A", ": (a: any) => A", []),
        ("ts", ": A", ": (() => void) | undefined", MAYBE),
        ("ts", "", ": A | undefined", []),
    ],
)
def test_a_type_that_has_room_for_nothing(
    repository: Repository, suffix: str, old: str, new: str, expected: list[str]
) -> None:
    text = "def f() {}: return x\n" if suffix == "py" else "export function f(){} {{ return x }}\n"
    assert reasons(repository, suffix, text.format(old), text.format(new), "f().a\n") == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "async ", ["may break: does not await it"]),
        ("@traced\n", "@traced\nasync ", ["may break: does not await it"]),
        ("@started\n", "@made_deferred\nasync ", []),
        ("", "@made_deferred\nasync ", []),
    ],
)
def test_another_decorator_decides_what_a_call_gives(
    repository: Repository, old: str, new: str, expected: list[str]
) -> None:
    head = "from outside import made_deferred, started, traced\n\n"
    before, now = (f"{head}{text}def f(): return 1\n" for text in (old, new))
    assert reasons(repository, "py", before, now, "f()\n") == expected
