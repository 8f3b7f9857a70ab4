"""Ways out of a broken contract: what each makes of the files, and that nothing breaks then."""

from collections.abc import Callable
from typing import Any

import pytest
from flames_indexer.impact import Asked, fixes, fixes_of_file, gone_files, impacts

Repository = Callable[..., Any]


def fixed(repository: Repository, old: str, new: str, use: str, wanted: str, suffix: str) -> Any:
    """(title, lib, app) after the fix whose title holds `wanted`; None when it is not offered.
    Fails if what it leaves is reported still."""
    lib, app = f"lib.{suffix}", f"app.{suffix}"
    made = repository({lib: new, app: use})
    before = {lib: old.encode(), app: use.encode()}
    asked = Asked(made.snapshot, before.get)
    was, now = asked.old(lib), asked.now(lib)
    assert was is not None and now is not None
    offered = [fix for impact in impacts(asked, lib, was, now) for fix in fixes(asked, lib, impact)]
    found = [fix for fix in offered if wanted in fix.title]
    if not found:
        return None
    texts = {lib: new.encode(), app: use.encode()}
    for edit in sorted(found[0].edits, key=lambda edit: edit.span, reverse=True):
        path, start, end = edit.span.path, edit.span.start, edit.span.end
        texts[path] = texts[path][:start] + edit.text.encode() + texts[path][end:]
    for path, text in texts.items():
        made.edit(path, text.decode())
    left = made.check(before={path: text.decode() for path, text in before.items()}).findings
    assert [finding.message for finding in left] == []
    return found[0].title, texts[lib].decode(), texts[app].decode()


IMPORT = "from lib import f\n\n"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a", "a, b", "a, b=None"),
        ("a", "a, b: int", "a, b: int = None"),
        ("a", "a, *, b", "a, *, b=None"),
        ("a, b=1", "a, b", "a, b=None"),
        ("a", "b, a", None),
        ("a, b", "a", None),
    ],
)
def test_a_default_is_added(repository: Repository, old: str, new: str, expected: Any) -> None:
    before, now = (f"def f({parameters}): ...\n" for parameters in (old, new))
    found = fixed(repository, before, now, IMPORT + "f(1)\n", "optional", "py")
    assert found == (
        None
        if expected is None
        else (
            "Make `b` optional, so that nothing breaks",
            f"def f({expected}): ...\n",
            IMPORT + "f(1)\n",
        )
    )


@pytest.mark.parametrize(
    ("old", "new", "use", "expected"),
    [
        ("a", "a, b", "f(1)", "f(1, None)"),
        ("a", "a, *, b", "f(1)", "f(1, b=None)"),
        ("a, b=1", "a", "f((1, 2), b='x,')", "f((1, 2))"),
        ("a, b=1", "a, *, b=1", "f(1, 2)", "f(1, b=2)"),
        ("a, b", "b, a", "f(1, g(2, 3))", "f(g(2, 3), 1)"),
        ("a, b", "a, c", "f(1, b=2)", "f(1, c=2)"),
        ("a, b", "a, b, /", "f(1, b=2)", "f(1, 2)"),
        ("a, b=1, c=2", "a, c=2", "f(1, 2, 3)", "f(1, 3)"),
        ("a, b=1", "a, c=0, b=1", "f(1, 2)", "f(1, b=2)"),
        ("a", "a, b", "f(*[1, 2], 3)", None),
    ],
)
def test_calls_are_updated(
    repository: Repository, old: str, new: str, use: str, expected: str | None
) -> None:
    before, now = (f"def f({parameters}): ...\n" for parameters in (old, new))
    found = fixed(repository, before, now, IMPORT + use + "\n", "Update", "py")
    told = None if found is None else found[2].removeprefix(IMPORT).rstrip("\n")
    assert told == expected


def test_uses_get_the_new_name(repository: Repository) -> None:
    body = "(a):\n    total = a + 1\n    return total\n"
    use = "import lib\nfrom lib import f\n\nf(1)\nlib.f(2)\n"
    found = fixed(repository, "def f" + body, "def g" + body, use, "Update", "py")
    assert found[0] == "Update 3 uses of `f`"
    assert found[2] == use.replace(" f", " g").replace("f(", "g(")


def test_the_old_name_is_kept(repository: Repository) -> None:
    body = "(a):\n    total = a + 1\n    return total\n"
    use = IMPORT + "f(1)\n"
    found = fixed(repository, "def f" + body, "def g" + body, use, "deprecated", "py")
    assert found[1] == "def g" + body.rstrip("\n") + "\n\nf = g  # deprecated: use g\n"


def test_the_old_name_of_a_method_is_kept(repository: Repository) -> None:
    body = "(self, a):\n        total = a + 1\n        return total\n"
    use = "from lib import K\n\nK().f(1)\n"
    old, new = ("class K:\n    def " + name + body for name in ("f", "g"))
    found = fixed(repository, old, new, use, "deprecated", "py")
    assert found[1].endswith("return total\n    f = g  # deprecated: use g\n")


def test_waiting_is_added_where_one_can_wait(repository: Repository) -> None:
    use = "from lib import f\n\nasync def g():\n    x = f(1)\n    return f(2).y\n"
    found = fixed(
        repository, "def f(a): return a\n", "async def f(a): return a\n", use, "Update", "py"
    )
    assert found[2].endswith("    x = await f(1)\n    return (await f(2)).y\n")


@pytest.mark.parametrize(
    ("old", "new", "wanted", "expected"),
    [
        ("a: number", "a: number, b: number", "optional", "a: number, b?: number"),
        ("a: number", "a: number, b: number", "Update", "f(1, undefined)"),
    ],
)
def test_typescript(repository: Repository, old: str, new: str, wanted: str, expected: str) -> None:
    before, now = (f"export function f({p}) {{ return 1 }}\n" for p in (old, new))
    use = "import { f } from './lib'\nf(1)\n"
    found = fixed(repository, before, now, use, wanted, "ts")
    assert expected in found[1] + found[2]


def test_the_old_name_is_kept_in_typescript(repository: Repository) -> None:
    body = "(a: number) { const b = a + 1; return b }\n"
    use = "import { f } from './lib'\nf(1)\n"
    old, new = (f"export function {name}{body}" for name in ("f", "g"))
    found = fixed(repository, old, new, use, "deprecated", "ts")
    assert found[1].endswith("/** @deprecated use g */\nexport const f = g\n")


def after_a_move(repository: Repository, old: str, files: dict[str, str], user: str) -> Any:
    """The user's text once its imports are updated; None when that is not offered. `old` is the
    path whose text, or whose `f`, is in another file now."""
    made = repository(files)
    agreed = {path: text.encode() for path, text in files.items() if path != "pkg/new.py"}
    agreed = {path: text for path, text in agreed.items() if not path.endswith("new.ts")}
    agreed[old] = MOVED["ts" if old.endswith("ts") else "py"].encode()
    asked = Asked(made.snapshot, agreed.get)
    was, now = asked.old(old), asked.now(old)
    assert was is not None
    if now is None:
        offered = [fix for g in gone_files(asked, [old, *files]) for fix in fixes_of_file(asked, g)]
    else:
        found = impacts(asked, old, was, now)
        offered = [fix for impact in found for fix in fixes(asked, old, impact)]
    fix = next((fix for fix in offered if "imports" in fix.title), None)
    if fix is None:
        return None
    text = files[user].encode()
    for edit in sorted(fix.edits, key=lambda edit: edit.span, reverse=True):
        if edit.span.path == user:
            text = text[: edit.span.start] + edit.text.encode() + text[edit.span.end :]
    return text.decode()


MOVED = {
    "py": "def f(a):\n    total = a + 1\n    return [total, total]\n\n\ndef g(): ...\n",
    "ts": "export function f(a: number) {\n  const b = a + 1\n  return [b, b]\n}\n"
    "export function g() {}\n",
}
F = {
    suffix: text[: text.index("\n\n\ndef g" if suffix == "py" else "export function g")] + "\n"
    for suffix, text in MOVED.items()
}


@pytest.mark.parametrize(
    ("user", "use", "expected"),
    [
        ("pkg/a.py", "from .old import f, g\n", "from .new import f, g\n"),
        ("pkg/a.py", "from pkg.old import f\n", "from pkg.new import f\n"),
        ("a.py", "from pkg.old import f as h\n", "from pkg.new import f as h\n"),
        ("a.py", "import pkg.old\n", "import pkg.new\n"),
        ("sub/__init__.py", "from pkg.old import f\n", "from pkg.new import f\n"),
    ],
)
def test_imports_follow_a_file(repository: Repository, user: str, use: str, expected: str) -> None:
    files = {"pkg/__init__.py": "", "pkg/new.py": MOVED["py"], user: use}
    assert after_a_move(repository, "pkg/old.py", files, user) == expected


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("import { f } from './lib/old'\n", "import { f } from './lib/new'\n"),
        ('import { f } from "./lib/old.js"\n', 'import { f } from "./lib/new.js"\n'),
    ],
)
def test_imports_follow_a_typescript_file(repository: Repository, use: str, expected: str) -> None:
    files = {"src/lib/new.ts": MOVED["ts"], "src/a.ts": use}
    assert after_a_move(repository, "src/lib/old.ts", files, "src/a.ts") == expected


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("from .old import f\n", "from .new import f\n"),
        ("from .old import f as h, g\n", "from .new import f as h\nfrom .old import g\n"),
        (
            "from pkg.old import (\n    g,\n    f,\n)\n",
            "from pkg.new import f\nfrom pkg.old import (\n    g,\n)\n",
        ),
    ],
)
def test_imports_follow_a_function(repository: Repository, use: str, expected: str) -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/old.py": "def g(): ...\n",
        "pkg/new.py": F["py"],
        "pkg/a.py": use,
    }
    assert after_a_move(repository, "pkg/old.py", files, "pkg/a.py") == expected


def test_imports_follow_a_typescript_function(repository: Repository) -> None:
    files = {
        "old.ts": "export function g() {}\n",
        "new.ts": F["ts"],
        "a.ts": "import { g, f } from './old'\nf(1)\n",
    }
    expected = "import { f } from './new'\nimport { g } from './old'\nf(1)\n"
    assert after_a_move(repository, "old.ts", files, "a.ts") == expected


def test_very_many_calls_are_not_counted_before_they_are_updated(repository: Repository) -> None:
    use = IMPORT + "f(1)\n" * 201
    found = fixed(repository, "def f(a): ...\n", "def f(a, b): ...\n", use, "Update", "py")
    assert found[0] == "Update all calls of `f`"
    assert found[2].count("f(1, None)") == 201
