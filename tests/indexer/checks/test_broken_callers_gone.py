"""Names and files that are gone, moved or renamed: who is told, and when nobody is."""

import subprocess
from collections.abc import Callable
from textwrap import dedent
from typing import Any

import pytest
from flames_indexer.build import build
from flames_indexer.index import Index, Snapshot

Repository = Callable[..., Any]
RULE = "broken-callers"


def committed(repository: Repository, files: dict[str, str]) -> Any:
    """A repository whose files are at git HEAD."""
    made = repository({path: dedent(text) for path, text in files.items()})
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        subprocess.run(["git", *identity, *arguments], cwd=made.root, check=True)
    return made


def rewritten(made: Any, files: dict[str, str | None]) -> Any:
    """The same after somebody else wrote (or, None: removed) files and the index was renewed."""
    for path, text in files.items():
        if text is None:
            (made.root / path).unlink()
        else:
            (made.root / path).parent.mkdir(parents=True, exist_ok=True)
            (made.root / path).write_text(dedent(text), "utf-8")
    build(made.root, made.config)
    made.snapshot = Snapshot.of(Index.open(made.root, made.config))
    return made


def told(made: Any, paths: list[str] | None = None) -> list[tuple[str, str, list[str]]]:
    """(where, message, paths of the places named) of every finding."""
    result = made.check(paths, before=None, rule=RULE, committed=True)
    assert result.failed == ()
    return [
        (f.span.path, f.message, sorted({place.span.path for place in f.related}))
        for f in result.findings
    ]


LONG = (
    "def f(a):\n    total = a + 1\n    for i in range(a):\n        total += i\n    return total\n"
)


def test_a_deleted_module_names_its_importers(repository: Repository) -> None:
    made = committed(
        repository,
        {
            "pkg/__init__.py": "",
            "pkg/m.py": "def f(): ...\n",
            "a.py": "from pkg.m import f\n\nf()\n",
            "b.py": "import pkg.m\n",
            "c.py": "import pkg\n",
        },
    )
    rewritten(made, {"pkg/m.py": None})
    assert told(made) == [
        ("a.py", "This imports it: `pkg/m.py` was deleted.", []),
        ("b.py", "This imports it: `pkg/m.py` was deleted.", []),
    ]


def test_an_import_of_several_names_is_one_place(repository: Repository) -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/m.py": "def f(): ...\ndef g(): ...\n",
        "pkg/a.py": "from .m import f, g\n",
        "pkg/b.py": "from . import m\n",
    }
    made = committed(repository, files)
    rewritten(made, {"pkg/m.py": None})
    found = made.check(None, before=None, rule=RULE, committed=True).findings
    named = [files[f.span.path][f.span.start : f.span.end] for f in found]
    assert named == [".m", "m"]


def test_a_moved_module_says_where_it_is(repository: Repository) -> None:
    made = committed(
        repository,
        {"pkg/__init__.py": "", "pkg/m.py": LONG, "a.py": "from pkg.m import f\n\nf(1)\n"},
    )
    rewritten(made, {"pkg/m.py": None, "pkg/n.py": "# moved\n" + LONG})
    assert told(made) == [
        ("pkg/n.py", "`pkg/m.py` was moved to pkg/n.py: 1 use in 1 file breaks.", ["a.py"])
    ]
    assert told(made, ["a.py"]) == [
        ("a.py", "This imports it: `pkg/m.py` was moved to pkg/n.py.", ["pkg/n.py"])
    ]


@pytest.mark.parametrize(
    ("old", "new"), [("pkg/m.py", "pkg/m/__init__.py"), ("m.py", "m/__init__.py")]
)
def test_a_module_that_became_a_package_is_not_gone(
    repository: Repository, old: str, new: str
) -> None:
    name = old.removesuffix(".py").replace("/", ".")
    made = committed(
        repository, {"pkg/__init__.py": "", old: LONG, "a.py": f"from {name} import f\n\nf(1)\n"}
    )
    rewritten(made, {old: None, new: LONG})
    assert told(made) == []


def test_a_deleted_module_that_nobody_imports(repository: Repository) -> None:
    made = committed(repository, {"m.py": LONG, "n.py": LONG, "a.py": "from n import f\n"})
    rewritten(made, {"m.py": None})
    assert told(made) == []


def test_a_deleted_typescript_module(repository: Repository) -> None:
    made = committed(
        repository,
        {
            "src/m.ts": "export function f(a: number) { return a }\n",
            "src/a.ts": "import { f } from './m'\nf(1)\n",
        },
    )
    rewritten(made, {"src/m.ts": None})
    assert told(made) == [("src/a.ts", "This imports it: `src/m.ts` was deleted.", [])]


def test_a_renamed_method_used_through_an_indirect_import(repository: Repository) -> None:
    files = {
        "app.py": "class App:\n    def sync(self, f):\n        g = f\n        return g\n",
        "holder.py": "from app import App\n\ncurrent: App = App()\n",
        "views.py": "from holder import current\n\n\ndef view():\n    return current.sync(1)\n",
    }
    made = committed(repository, files)
    rewritten(made, {"app.py": files["app.py"].replace("sync", "run_sync")})
    assert told(made) == [
        (
            "app.py",
            "`App.sync` was renamed to `App.run_sync`: 1 use in 1 file breaks.",
            ["views.py"],
        )
    ]


def test_a_function_moved_to_another_file(repository: Repository) -> None:
    made = committed(
        repository,
        {"m.py": LONG, "n.py": "x = 1\n", "a.py": "from m import f\n\nf(1)\n"},
    )
    rewritten(made, {"m.py": "y = 2\n", "n.py": "x = 1\n\n\n" + LONG})
    assert told(made) == [("m.py", "`f` was moved to n.py: 2 uses in 1 file break.", ["a.py"])]
    rewritten(made, {"m.py": "from n import f\n"})
    assert told(made) == []


def test_a_rename_with_changes_is_still_a_rename(repository: Repository) -> None:
    made = committed(repository, {"m.py": LONG, "a.py": "from m import f\n\nf(1)\n"})
    rewritten(made, {"m.py": LONG.replace("f(a)", "g(a, b=2)").replace("+ 1", "+ b")})
    assert told(made)[0][1] == "`f` was renamed to `g`: 2 uses in 1 file break."


def test_an_open_caller_is_told_of_what_somebody_else_wrote(repository: Repository) -> None:
    made = committed(repository, {"m.py": LONG, "a.py": "from m import f\n\nf(1)\n"})
    rewritten(made, {"m.py": LONG.replace("f(a)", "f(a, b)")})
    assert told(made, ["a.py"]) == [
        (
            "a.py",
            "This does not pass `b`: `f` in m.py was called as `(a)` and is now `(a, b)`.",
            ["m.py"],
        )
    ]
    rewritten(made, {"a.py": "from m import f\n\nf(1, 2)\n"})
    assert told(made) == []


def test_what_was_committed_is_agreed_on(repository: Repository) -> None:
    made = committed(repository, {"m.py": LONG, "a.py": "from m import f\n\nf(1)\n"})
    rewritten(made, {"m.py": LONG.replace("f(a)", "f(a, b)")})
    assert told(made) != []
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qam", "b"],
        cwd=made.root,
        check=True,
    )
    assert told(made) == []


def test_a_renamed_method_used_in_its_own_file(repository: Repository) -> None:
    text = """\
        class Base:
            def path(self, a):
                b = a + 1
                return b


        class Below(Base):
            def use(self):
                def inner():
                    return self.path(1)

                return inner() + self.path(2)


        def use(base: Base):
            return base.path(3)


        def other(path):
            return path(4)
        """
    made = committed(repository, {"m.py": text})
    made.edit("m.py", text.replace("def path", "def road"))
    assert told(made) == [
        ("m.py", "`Base.path` was renamed to `Base.road`: 3 uses in 1 file break.", ["m.py"])
    ]


def test_a_renamed_method_that_some_receivers_still_have(repository: Repository) -> None:
    base = "class Base:\n    def close(self):\n        a = 1\n        return a\n"
    made = committed(
        repository,
        {
            "base.py": base,
            "below.py": "from base import Base\n\n\nclass Below(Base):\n    def close(self): ...\n",
            "use.py": "from base import Base\nfrom below import Below\n\n\n"
            "def use(a: Base | Below):\n    a.close()\n",
        },
    )
    made.edit("base.py", base.replace("close", "shut"))
    assert told(made) == [
        (
            "base.py",
            "`Base.close` was renamed to `Base.shut`: 2 uses in 2 files may break.",
            ["below.py", "use.py"],
        )
    ]


def test_a_line_that_is_still_being_written_removes_no_method(repository: Repository) -> None:
    text = """\
        class K:
            def a(self):
                return self.b()

            def b(self):
                return 1


        K().b()
        """
    made = committed(repository, {"m.py": text})
    made.edit("m.py", dedent(text).replace("        return self.b()", "x = 1\nreturn self.b()"))
    assert told(made) == []


def test_a_renamed_function_that_calls_itself(repository: Repository) -> None:
    text = "def f(a):\n    if a:\n        return f(a - 1)\n    return [a, a, a]\n"
    made = committed(repository, {"m.py": text})
    made.edit("m.py", text.replace("def f", "def g"))
    assert told(made) == [
        ("m.py", "`f` was renamed to `g`: 1 use in 1 file breaks.", ["m.py"]),
    ]


def test_a_module_that_makes_up_names_makes_up_none_for_itself(repository: Repository) -> None:
    rest = "def h():\n    return f(1)\n\n\ndef __getattr__(name): ...\n"
    made = committed(repository, {"m.py": LONG + rest, "a.py": "from m import f\n\nf(1)\n"})
    made.edit("m.py", rest)
    assert told(made) == [("m.py", "`f` was removed: 1 use in 1 file breaks.", ["m.py"])]


@pytest.mark.parametrize("saved", [True, False])
def test_a_renamed_method_of_one_of_two_classes(repository: Repository, saved: bool) -> None:
    text = """\
        class A:
            def render(self):
                a = 1
                return a


        class B:
            def render(self):
                return 2


        def use(a: A | B, b: B):
            a.render()
            b.render()
        """
    elsewhere = dedent(text)[dedent(text).index("def use") :]
    user = "from m import A, B\n\n\n" + elsewhere.replace("use", "again")
    made = committed(repository, {"m.py": text, "a.py": user})
    new = dedent(text).replace("def render", "def drawn", 1)
    if saved:
        rewritten(made, {"m.py": new})
    else:
        made.edit("m.py", new)
    assert told(made) == [
        (
            "m.py",
            "`A.render` was renamed to `A.drawn`: 2 uses in 2 files may break.",
            ["a.py", "m.py"],
        )
    ]


def test_a_deleted_file_since_a_commit(repository: Repository) -> None:
    files = {"m.py": LONG, "n.py": LONG, "a.py": "from m import f\n", "b.py": "from n import f\n"}
    made = committed(repository, files)
    rewritten(made, {"m.py": None, "n.py": LONG.replace("f(a)", "f(a, b)"), "c.py": "x = 1\n"})
    rewritten(made, {"b.py": "from n import f\n\nf(1)\n"})
    found = made.check(None, before=None, rule=RULE, committed=True, changed_since="HEAD").findings
    assert [(f.span.path, f.message) for f in found] == [
        ("a.py", "This imports it: `m.py` was deleted. This may break."),
        ("n.py", "`f` was called as `(a)` and is now `(a, b)`: 1 call in 1 file breaks."),
    ]


@pytest.mark.parametrize(
    ("files", "gone", "expected"),
    [
        (
            {
                "lib/m.ts": "export function f() {}\nexport function g() {}\n",
                "lib/index.ts": "export * from './m'\n",
                "app.ts": "import { f } from './lib'\nf()\n",
                "web.ts": "import * as lib from './lib'\nlib.g()\n",
            },
            "lib/m.ts",
            ["app.ts: f", "lib/index.ts: ./m", "web.ts: g"],
        ),
        (
            {
                "pkg/m.py": "def f(): ...\n",
                "pkg/__init__.py": "from .m import *\n",
                "app.py": "from pkg import f\nf()\n",
            },
            "pkg/m.py",
            ["app.py: f", "pkg/__init__.py: .m"],
        ),
        (  # the import that fails is the one there
            {
                "pkg/m.py": "def f(): ...\n",
                "pkg/__init__.py": "from .m import f\n",
                "app.py": "from pkg import f\nf()\n",
            },
            "pkg/m.py",
            ["pkg/__init__.py: .m"],
        ),
        (  # another file passes on the same name
            {
                "lib/m.ts": "export function f() {}\n",
                "lib/n.ts": "export function f() {}\n",
                "lib/index.ts": "export * from './m'\nexport { f } from './n'\n",
                "app.ts": "import { f } from './lib'\nf()\n",
            },
            "lib/m.ts",
            ["lib/index.ts: ./m"],
        ),
    ],
)
def test_names_that_a_gone_file_had_passed_on(
    repository: Repository, files: dict[str, str], gone: str, expected: list[str]
) -> None:
    made = committed(repository, files)
    rewritten(made, {gone: None})
    found = made.check(None, before=None, rule=RULE, committed=True).findings
    named = [f"{f.span.path}: {files[f.span.path][f.span.start : f.span.end]}" for f in found]
    assert sorted(named) == expected


def test_a_variable_that_a_package_passed_on_goes_with_its_module(repository: Repository) -> None:
    made = committed(
        repository,
        {
            "pkg/__init__.py": "from .m import *\n",
            "pkg/m.py": "LIMIT = 1\n",
            "a.py": "from pkg import LIMIT\n\nprint(LIMIT)\n",
        },
    )
    rewritten(made, {"pkg/m.py": None})
    assert told(made) == [
        ("a.py", "This imports `LIMIT`, which comes from it: `pkg/m.py` was deleted.", []),
        ("pkg/__init__.py", "This imports it: `pkg/m.py` was deleted.", []),
    ]


@pytest.mark.parametrize(
    ("bases", "expected"),
    [
        ("Mixin", ["overrides the old name"]),
        ("Mixin, Own", ["overrides the old name"]),
        ("Mixin, View", []),
    ],
)
def test_what_overrides_a_method_that_is_gone_may_override_one_from_outside(
    repository: Repository, bases: str, expected: list[str]
) -> None:
    use = "from outside import View\nfrom lib import Mixin\n\n\nclass Own: ...\n\n\n"
    use += f"class Page({bases}):\n    def setup(self): ...\n"
    old = "class Mixin:\n    def setup(self): ...\n    def f(self): ...\n"
    made = repository({"lib.py": "class Mixin:\n    def f(self): ...\n", "app.py": use})
    found = made.check(before={"lib.py": old}, rule=RULE).findings
    reasons = [place.message.removeprefix("may break: ") for f in found for place in f.related]
    assert reasons == expected


def test_a_file_that_only_left_the_index_is_not_gone(repository: Repository) -> None:
    files = {"pkg/__init__.py": "", "pkg/m.py": "def f(): ...\n", "a.py": "from pkg.m import f\n"}
    made = committed(repository, files)
    rewritten(made, {"pkg/m.py": "def f(): ...\n\0"})
    assert not made.snapshot.exists("pkg/m.py")
    assert told(made) == []


def test_tests_are_told_of_what_they_lose_and_of_their_own_helpers(
    repository: Repository,
) -> None:
    made = committed(
        repository,
        {
            "pkg/__init__.py": "",
            "pkg/m.py": "def f(): ...\n",
            "tests/helpers.py": "def sent(a): ...\n",
            "tests/test_m.py": "from pkg.m import f\nfrom helpers import sent\n\nsent(f)\n",
        },
    )
    rewritten(made, {"pkg/m.py": None, "tests/helpers.py": "def sent(a, b): ...\n"})
    assert told(made) == [
        (
            "tests/helpers.py",
            "`sent` was called as `(a)` and is now `(a, b)`: 1 call in 1 file breaks.",
            ["tests/test_m.py"],
        ),
        ("tests/test_m.py", "This imports it: `pkg/m.py` was deleted.", []),
    ]
