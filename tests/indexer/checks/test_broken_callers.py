"""The truth table of changed contracts: each breaking change, and the near miss beside it."""

import gc
from collections.abc import Callable
from typing import Any

import pytest
from flames_indexer.model import Severity

Repository = Callable[..., Any]
RULE = "broken-callers"
IMPORTS = "from lib import {names}\n\n"


def reported(
    repository: Repository, old: str, new: str, use: str, names: str = "*", paths: Any = None
) -> list[tuple[str, str]]:
    """(severity, reason) of every use that is named."""
    made = repository({"lib.py": new, "app.py": IMPORTS.format(names=names) + use})
    result = made.check(paths, before={"lib.py": old}, rule=RULE)
    assert result.failed == ()
    return [
        (finding.severity.label, place.message)
        for finding in result.findings
        for place in finding.related
    ]


@pytest.mark.parametrize(
    ("old", "new", "use", "expected"),
    [
        # a parameter is added
        ("def f(a): ...", "def f(a, b): ...", "f(1)", [("error", "does not pass `b`")]),
        ("def f(a): ...", "def f(a, b=1): ...", "f(1)", []),
        ("def f(a): ...", "def f(a, *, b): ...", "f(1)", [("error", "does not pass `b`")]),
        ("def f(a): ...", "def f(a, *, b=1): ...", "f(1)", []),
        ("def f(a): ...", "def f(a, *rest): ...", "f(1)", []),
        # already adapted, and never right
        ("def f(a): ...", "def f(a, b): ...", "f(1, 2)", []),
        ("def f(a): ...", "def f(a, b): ...", "f(1, b=2)", []),
        ("def f(a): ...", "def f(a, b): ...", "f()", []),
        # a parameter is removed
        (
            "def f(a, b=1): ...",
            "def f(a): ...",
            "f(1, 2)",
            [("error", "passes 2 positional arguments, 1 is taken")],
        ),
        (
            "def f(a, b=1): ...",
            "def f(a): ...",
            "f(1, b=2)",
            [("error", "passes `b=`, which is not taken")],
        ),
        ("def f(a, b=1): ...", "def f(a): ...", "f(1)", []),
        ("def f(a, b=1): ...", "def f(a, **more): ...", "f(1, b=2)", []),
        # a parameter is renamed
        (
            "def f(a, b): ...",
            "def f(a, c): ...",
            "f(1, b=2)",
            [("error", "passes `b=`, which is not taken")],
        ),
        ("def f(a, b): ...", "def f(a, c): ...", "f(1, 2)", []),
        # a parameter becomes keyword-only, positional-only, required
        (
            "def f(a, b=1): ...",
            "def f(a, *, b=1): ...",
            "f(1, 2)",
            [("error", "passes 2 positional arguments, 1 is taken")],
        ),
        ("def f(a, b=1): ...", "def f(a, *, b=1): ...", "f(1, b=2)", []),
        (
            "def f(a, b): ...",
            "def f(a, b, /): ...",
            "f(1, b=2)",
            [("error", "passes `b=`, which is not taken")],
        ),
        ("def f(a, b=1): ...", "def f(a, b): ...", "f(1)", [("error", "does not pass `b`")]),
        # parameters change places
        (
            "def f(a, b): ...",
            "def f(b, a): ...",
            "f(1, 2)",
            [("error", "passes `a` by position, which reaches `b` now")],
        ),
        ("def f(a, b): ...", "def f(b, a): ...", "f(a=1, b=2)", []),
        (
            "def f(a, b=1): ...",
            "def f(b=1): ...",
            "f(1)",
            [("warning", "may break: passes `a` by position, which reaches `b` now")],
        ),
        (
            "def f(*a): ...",
            "def f(b, *a): ...",
            "f(1)",
            [("error", "passes `*a` by position, which reaches `b` now")],
        ),
        (
            "def f(a, b=1): ...",
            "def f(a, c=0, b=1): ...",
            "f(1, 2)",
            [("error", "passes `b` by position, which reaches `c` now")],
        ),
        # what cannot be told is not reported
        ("def f(a): ...", "def f(a, b): ...", "f(*[1])", []),
        ("def f(a): ...", "def f(a, b): ...", "f(1, **{})", []),
        ("def f(a): ...", "def f(a, b): ...", "list(map(f, [1]))", []),
        (
            "def f(a, b=1): ...",
            "def f(a): ...",
            "f(*[1], b=2)",
            [("error", "passes `b=`, which is not taken")],
        ),
        # nothing a caller sees
        ("def f(a): return a", "def f(a): return a + 1", "f(1)", []),
        ("def f(a: int): ...", "def f(a: str) -> int: ...", "f(1)", []),
    ],
)
def test_function(repository: Repository, old: str, new: str, use: str, expected: list) -> None:
    assert reported(repository, old, new, use, "f") == expected


@pytest.mark.parametrize(
    ("old", "new", "use", "expected"),
    [
        ("def m(self, a): ...", "def m(self, a, b): ...", "K().m(1)", ["does not pass `b`"]),
        ("def m(self, a): ...", "def m(self, a, b): ...", "K.m(K(), 1)", ["does not pass `b`"]),
        ("def m(self, a): ...", "def m(self, a, b): ...", "K.m(K(), 1, 2)", []),
        ("def m(self, a): ...", "def m(self, a, b=1): ...", "K().m(1)", []),
        (
            "@classmethod\n    def m(cls, a): ...",
            "@classmethod\n    def m(cls, a, b): ...",
            "K.m(1)",
            ["does not pass `b`"],
        ),
        (
            "@staticmethod\n    def m(a): ...",
            "@staticmethod\n    def m(a, b): ...",
            "K.m(1)",
            ["does not pass `b`"],
        ),
        (
            "@property\n    def m(self): ...",
            "def m(self): ...",
            "K().m",
            ["may break: does not call it, and it is a method now"],
        ),
        (
            "def m(self): ...",
            "@property\n    def m(self): ...",
            "K().m()",
            ["may break: calls it, and it is a property now"],
        ),
        (
            "def __init__(self, a): ...",
            "def __init__(self, a, b): ...",
            "K(1)",
            ["does not pass `b`"],
        ),
        ("def __init__(self, a): ...", "def __init__(self, a, b): ...", "K(1, 2)", []),
        (
            "def __init__(self, a): ...",
            "def __init__(self, a, b): ...",
            "class L(K): ...\nL(1)",
            ["does not pass `b`"],
        ),
        (
            "def __init__(self, a): ...",
            "def __init__(self, a, b): ...",
            "class L(K):\n    def __init__(self):\n        super().__init__(1)\n",
            ["does not pass `b`"],
        ),
        (
            "def __init__(self, a): ...",
            "def __init__(self, a, b): ...",
            "class L(K):\n    def __init__(self): ...\nL()",
            [],
        ),
        (
            "def m(self, a): ...",
            "def m(self, a, b): ...",
            "class L(K):\n    def m(self, a):\n        return super().m(a)\nL().m(1)",
            [
                "does not pass `b`",
                "may break: overrides it: a call of the base passes 2 positional arguments,"
                " 1 is taken",
            ],
        ),
    ],
)
def test_method(repository: Repository, old: str, new: str, use: str, expected: list) -> None:
    before, now = (f"class K:\n    {body}\n" for body in (old, new))
    assert [reason for _, reason in reported(repository, before, now, use, "K")] == expected


@pytest.mark.parametrize(
    ("old", "new", "use", "expected"),
    [
        ("a: int", "a: int\n    b: str", "D(1)", ["does not pass `b`"]),
        ("a: int", "a: int\n    b: str = ''", "D(1)", []),
        ("a: int", "a: int\n    b: list = field(default_factory=list)", "D(1)", []),
        ("a: int", "a: int\n    b: list = field(repr=False)", "D(1)", ["does not pass `b`"]),
        ("a: int", "a: int\n    b: str = field(init=False)", "D(1)", []),
        ("a: int", "a: int\n    b: ClassVar[str]", "D(1)", []),
        ("a: int\n    b: int", "a: int", "D(1, 2)", ["passes 2 positional arguments, 1 is taken"]),
        (
            "a: int\n    b: int",
            "a: int\n    _: KW_ONLY\n    b: int",
            "D(1, 2)",
            ["passes 2 positional arguments, 1 is taken"],
        ),
    ],
)
def test_dataclass(repository: Repository, old: str, new: str, use: str, expected: list) -> None:
    head = "from dataclasses import KW_ONLY, dataclass, field\nfrom typing import ClassVar\n\n\n"
    before, now = (f"{head}@dataclass\nclass D:\n    {body}\n" for body in (old, new))
    assert [reason for _, reason in reported(repository, before, now, use, "D")] == expected


def test_an_unknown_decorator_makes_it_a_warning(repository: Repository) -> None:
    deco = "from other import deco\n\n@deco\n"
    old, new = deco + "def f(a): ...\n", deco + "def f(a, b): ...\n"
    assert reported(repository, old, new, "f(1)", "f") == [
        ("warning", "may break: does not pass `b`")
    ]


def test_a_call_of_what_became_async(repository: Repository) -> None:
    use = "f()\n\nasync def g():\n    await f()\n"
    assert reported(repository, "def f(): return 1\n", "async def f(): return 1\n", use, "f") == [
        ("warning", "may break: does not await it")
    ]


def test_implementations_of_overloads_decide(repository: Repository) -> None:
    old = "from typing import overload\n@overload\ndef f(a: int): ...\n@overload\ndef f(a: str): ...\n"
    assert (
        reported(
            repository,
            old + "def f(a): return a\n",
            old + "def f(a, b=0): return a\n",
            "f(1)",
            "f",
        )
        == []
    )


def test_a_removed_function_names_imports_and_calls(repository: Repository) -> None:
    made = repository(
        {"lib.py": "def g(): ...\n", "app.py": "from lib import f\nimport lib\n\nf(1)\nlib.f(2)\n"}
    )
    (finding,) = made.check(before={"lib.py": "def f(a):\n    return a\ndef g(): ...\n"}).findings
    assert finding.severity is Severity.ERROR
    assert finding.message == "`f` was removed: 3 uses in 1 file break."
    assert [place.message for place in finding.related] == [
        "imports the old name",
        "uses the old name",
        "uses the old name",
    ]


def test_a_renamed_function_says_its_new_name(repository: Repository) -> None:
    body = "(a):\n    total = a + 1\n    return total\n"
    made = repository({"lib.py": "def g" + body, "app.py": "from lib import f\n\nf(1)\n"})
    (finding,) = made.check(before={"lib.py": "def f" + body}).findings
    assert finding.message.startswith("`f` was renamed to `g`: 2 uses in 1 file break")
    assert (finding.span.start, finding.span.end) == (4, 5)


def test_what_was_resolved_again_is_let_go_at_once(repository: Repository) -> None:
    def worlds() -> int:
        return sum(type(thing).__name__ == "World" for thing in gc.get_objects())

    made = repository({"lib.py": "def g(): ...\n", "app.py": "from lib import f\n\nf(1)\n"})
    gc.collect()
    gc.disable()
    try:
        before = worlds()
        assert made.check(before={"lib.py": "def f(a):\n    return a\n"}, rule=RULE).findings
        assert worlds() == before
    finally:
        gc.enable()


def test_a_removed_method_of_a_known_receiver(repository: Repository) -> None:
    old = "class K:\n    def m(self): ...\n    def n(self): ...\n"
    new = "class K:\n    def n(self): ...\n"
    assert reported(repository, old, new, "def g(k: K):\n    k.m()\n    k.n()\n", "K") == [
        ("error", "uses the old name")
    ]


@pytest.mark.parametrize(
    "new",
    [
        "from elsewhere import f\n",  # moved, and still offered
        "f = print\n",
        "def __getattr__(name): ...\n",
        "from elsewhere import *\n",
    ],
)
def test_a_name_that_is_still_there_is_not_removed(repository: Repository, new: str) -> None:
    assert reported(repository, "def f(a): ...\n", new, "f(1)", "f") == []


def test_a_method_that_is_inherited_now_is_not_removed(repository: Repository) -> None:
    base = "class B:\n    def m(self): ...\n"
    old = base + "class K(B):\n    def m(self): ...\n"
    new = base + "class K(B):\n    x = 1\n"
    assert reported(repository, old, new, "K().m()", "K") == []


def test_a_removed_name_that_its_users_no_longer_use(repository: Repository) -> None:
    assert reported(repository, "def f(): ...\ndef g(): ...", "def g(): ...", "g()", "g") == []


def test_a_guarded_import_is_no_use(repository: Repository) -> None:
    made = repository(
        {
            "lib.py": "g = 1\n",
            "app.py": "try:\n    from lib import f\nexcept ImportError:\n    f = None\n",
        }
    )
    assert made.check(before={"lib.py": "def f(): ...\n"}).findings == ()


def test_unsaved_text_counts(repository: Repository) -> None:
    made = repository({"lib.py": "def f(a): ...\n", "app.py": "from lib import f\n\nf(1)\n"})
    before = {"lib.py": "def f(a): ...\n"}
    assert made.check(["lib.py"], before=before).findings == ()
    made.edit("lib.py", "def f(a, b): ...\n")
    (finding,) = made.check(["lib.py"], before=before).findings
    assert finding.span.path == "lib.py"
    made.edit("app.py", "from lib import f\n\nf(1, 2)\n")
    assert made.check(["lib.py"], before=before).findings == ()


def test_the_callers_file_is_told_at_the_call(repository: Repository) -> None:
    made = repository({"lib.py": "def f(a): ...\n", "app.py": "from lib import f\n\nf(1)\n"})
    made.edit("lib.py", "def f(a, b): ...\n")
    (finding,) = made.check(["app.py"], before={"lib.py": "def f(a): ...\n"}).findings
    assert (finding.span.path, finding.span.start) == ("app.py", 19)
    assert finding.message == (
        "This does not pass `b`: `f` in lib.py was called as `(a)` and is now `(a, b)`."
    )
    assert finding.related[0].span.path == "lib.py"


def test_a_file_without_an_old_state_has_no_contract(repository: Repository) -> None:
    made = repository({"lib.py": "def f(a, b): ...\n", "app.py": "from lib import f\n\nf(1)\n"})
    assert made.check(before={}).findings == ()


def test_a_syntax_error_removes_nothing(repository: Repository) -> None:
    made = repository({"lib.py": "def f(a): ...\n", "app.py": "from lib import f\n\nf(1)\n"})
    made.edit("lib.py", "def f(a:\n")
    assert made.check(["lib.py"], before={"lib.py": "def f(a): ...\n"}).findings == ()


def test_uses_in_the_same_file_stand_where_they_are_now(repository: Repository) -> None:
    old = "def f(): ...\n\nf()\n"
    made = repository({"lib.py": "# a new line\n# and another\n\nf()\n"})
    (finding,) = made.check(before={"lib.py": old}).findings
    assert [(p.span.start, p.span.end) for p in finding.related] == [(28, 29)]


def test_a_removed_method_called_on_self(repository: Repository) -> None:
    old = "class K:\n    def m(self): ...\n    def n(self):\n        self.m()\n"
    made = repository({"lib.py": "class K:\n    def n(self):\n        self.m()\n"})
    (finding,) = made.check(before={"lib.py": old}).findings
    assert finding.message == "`K.m` was removed: 1 use in 1 file breaks."


def test_a_function_inside_a_function_is_nobody_elses(repository: Repository) -> None:
    old = "def f():\n    def g(): ...\n    return g()\n"
    made = repository({"lib.py": "def f():\n    return 1\n"})
    assert made.check(before={"lib.py": old}).findings == ()


def test_a_call_rewritten_for_the_new_order_is_fine(repository: Repository) -> None:
    made = repository({"lib.py": "def f(b, a): ...\n", "app.py": "from lib import f\n\nf(2, 1)\n"})
    before = {"lib.py": "def f(a, b): ...\n", "app.py": "from lib import f\n\nf(1, 2)\n"}
    assert made.check(before=before).findings == ()


def test_a_coroutine_that_is_kept_may_be_awaited_later(repository: Repository) -> None:
    use = "async def g():\n    later = f()\n    await later\n"
    assert reported(repository, "def f(): return 1\n", "async def f(): return 1\n", use, "f") == []


@pytest.mark.parametrize(
    ("old", "new", "use", "expected"),
    [
        (
            "@staticmethod\n    def m(a): ...",
            "def m(self, a): ...",
            "K.m(1)",
            ["`K.m` became an instance method: 1 call in 1 file breaks."],
        ),
        (
            "@staticmethod\n    def m(): ...",
            "def m(self): ...",
            "K.m()",
            ["`K.m` became an instance method: 1 call in 1 file breaks."],
        ),
        ("@staticmethod\n    def m(a): ...", "def m(self, a): ...", "K().m(1)", []),
        ("def m(self, a): ...", "@staticmethod\n    def m(a): ...", "K().m(1)", []),
        (
            "def m(self): return [1]",
            "def m(self): self.x = 1",
            "K().m()[0]",
            ["`K.m` returns nothing now: 1 call in 1 file may break."],
        ),
        ("def m(self): return [1]", "def m(self): self.x = 1", "K().m()", []),
        (
            "def m(self): return [1]",
            "def m(self):\n        if self: return None\n        return [1]",
            "K().m()[0]",
            ["`K.m` may return nothing now: 1 call in 1 file may break."],
        ),
        (
            "def m(self): return [1]",
            "def m(self): yield 1",
            "for x in K().m(): ...\nK().m()[0]",
            ["`K.m` became a generator: 1 call in 1 file may break."],
        ),
        (
            "def m(self, a): ...",
            "def m(self, a, b): ...",
            "class L(K):\n    def m(self, a): ...",
            ["`K.m` was called as `(a)` and is now `(a, b)`: 1 use in 1 file may break."],
        ),
    ],
)
def test_what_is_said(repository: Repository, old: str, new: str, use: str, expected: list) -> None:
    before, now = (f"class K:\n    {body}\n" for body in (old, new))
    made = repository({"lib.py": now, "app.py": IMPORTS.format(names="K") + use + "\n"})
    found = made.check(before={"lib.py": before}, rule=RULE).findings
    assert [finding.message for finding in found] == expected


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("partial(f, 1)", []),
        ("partial(f, 1, 2, 3)", ["may break: passes 3 positional arguments, 2 are taken"]),
        ("partial(f, c=1)", ["may break: passes `c=`, which is not taken"]),
        ("pool.submit(f, 1)", ["may break: does not pass `b`"]),
        ("pool.submit(f, 1, 2)", []),
        ("pool.map(f, [1])", []),
    ],
)
def test_a_function_that_is_passed_on_with_its_arguments(
    repository: Repository, use: str, expected: list
) -> None:
    head = "from functools import partial\n"
    old, new = "def f(a, b=1, c=2): ...\n", "def f(a, b): ...\n"
    found = reported(repository, old, new, head + use, "f")
    assert [reason for _, reason in found] == expected


def test_what_cannot_be_told_is_counted(repository: Repository) -> None:
    use = "f(1)\nf(*[1])\nlist(map(f, [1]))\nx: 'f' = 1\n"
    made = repository({"lib.py": "def f(a, b): ...\n", "app.py": "from lib import f\n" + use})
    (finding,) = made.check(before={"lib.py": "def f(a): ...\n"}).findings
    assert finding.evidence == (
        "1 place: does not pass `b`",
        "1 more use not known to fit: unpacks its arguments",
        "1 more use not known to fit: passed on as a value",
    )


BASE_AND_BELOW = """\
class Base:
    def m(self, a):
        raise NotImplementedError


class Below(Base):
    def m({parameters}):
        return [a]
"""


def test_a_call_of_what_the_changed_method_overrides(repository: Repository) -> None:
    use = "def f(base: Base):\n    base.m(1)\n\n\ndef g(below: Below):\n    below.m(1)\n"
    old, new = (BASE_AND_BELOW.format(parameters=p) for p in ("self, a", "self, a, b"))
    assert reported(repository, old, new, use, "Base, Below") == [
        ("error", "does not pass `b`"),
        (
            "error",
            "may break: is overridden by it: a call of the base does not pass `b`",
        ),
    ]


ABSTRACT = "    @abstractmethod\n    def {name}(self): ...\n"
ABC = "from abc import ABC, abstractmethod\n\n\nclass K(ABC):\n" + ABSTRACT.format(name="m")


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        (
            "class L(K):\n    def m(self): ...\nL()",
            [("error", "builds `L`, which does not define `n`")],
        ),
        (
            "class L(K):\n    def m(self): ...",
            [("warning", "may break: does not define `n`")],
        ),
        ("class L(K):\n    def m(self): ...\n    def n(self): ...\nL()", []),
        ("class L(K):\n    def m(self): ...\n    n = m\nL()", []),
        ("class N:\n    def n(self): ...\nclass L(N, K):\n    def m(self): ...\nL()", []),
        ("class L(K):\n    pass\nclass M(L):\n    def m(self): ...\n    def n(self): ...\nM()", []),
        (
            "class L(K):\n    pass\nclass M(L):\n    def m(self): ...\nM()",
            [("error", "builds `M`, which does not define `n`")],
        ),
    ],
)
def test_an_abstract_method_is_added(repository: Repository, use: str, expected: list) -> None:
    assert reported(repository, ABC, ABC + ABSTRACT.format(name="n"), use, "K") == expected


def test_an_abstract_method_that_nobody_enforces(repository: Repository) -> None:
    old = "from abc import abstractmethod\n\n\nclass K:\n    x = 1\n"
    new = old + ABSTRACT.format(name="n")
    assert reported(repository, old, new, "class L(K): ...\nL()", "K") == []


WRAPPED = """\
def deco(f):
    @wraps(f)
    def inner({parameters}):
        return f()
    return inner


"""
MADE = """\
def deco(name):
    def made(f):
        registered[name] = f
        return f
    return made


"""


@pytest.mark.parametrize(
    ("head", "decorator", "expected"),
    [
        (WRAPPED.format(parameters="*args, **kwargs"), "deco", [("error", "does not pass `b`")]),
        ("def deco(f): return f\n\n\n", "deco", [("error", "does not pass `b`")]),
        (MADE, "deco('x')", [("error", "does not pass `b`")]),
        (
            WRAPPED.format(parameters="request, *args, **kwargs"),
            "deco",
            [("warning", "may break: does not pass `b`")],
        ),
        (WRAPPED.format(parameters="x").replace("    @wraps(f)\n", ""), "deco", []),
        (
            "def deco(f): return Task(f)\n\n\n",
            "deco",
            [("warning", "may break: does not pass `b`")],
        ),
    ],
)
def test_decorators_in_sight(
    repository: Repository, head: str, decorator: str, expected: list
) -> None:
    old, new = (f"{head}@{decorator}\ndef f({p}): ...\n" for p in ("a", "a, b"))
    assert reported(repository, old, new, "f(1)", "f") == expected


@pytest.mark.parametrize(
    ("old", "new", "use", "expected"),
    [
        ("*a", "b, *a", "class L(K):\n    def m(self): K.__init__(self, *self.a)\n", []),
        (
            "a",
            "a, b",
            "class L(K):\n    def __init__(self): K.__init__(self, 1)\n",
            [("error", "does not pass `b`")],
        ),
        ("a", "a, b", "class L(K):\n    def __init__(self): K.__init__(self, 1, 2)\n", []),
    ],
)
def test_a_constructor_called_through_its_class(
    repository: Repository, old: str, new: str, use: str, expected: list
) -> None:
    before, now = (f"class K:\n    def __init__(self, {p}): ...\n" for p in (old, new))
    assert reported(repository, before, now, use, names="K") == expected


@pytest.mark.parametrize(("use", "count"), [("K.L(1)", 1), ("K.L(1, 2)", 0)])
def test_a_class_inside_a_class(repository: Repository, use: str, count: int) -> None:
    text = "class K:\n    class L:\n        def __init__(self, {}): ...\n"
    found = reported(repository, text.format("a"), text.format("a, b"), use, names="K")
    assert found == [("error", "does not pass `b`")] * count
