"""An error that a caller catches is raised no more, and another one is instead."""

from collections.abc import Callable
from typing import Any

import pytest

Repository = Callable[..., Any]
RULE = "broken-callers"
ERRORS = """class Missing(LookupError): ...
class Gone(Missing): ...
class Odd(Exception): ...


"""
LIB = ERRORS + "def f(key):\n    if not key:\n        raise {}(key)\n    return key\n"
CAUGHT = "from lib import f\n\ntry:\n    f(1)\nexcept {}:\n    pass\n"


def reasons(repository: Repository, old: str, new: str, use: str) -> list[str]:
    made = repository({"lib.py": new, "app.py": use})
    result = made.check(before={"lib.py": old}, rule=RULE)
    assert result.failed == ()
    return [place.message for finding in result.findings for place in finding.related]


@pytest.mark.parametrize(
    ("was", "now", "caught", "told"),
    [
        ("KeyError", "ValueError", "KeyError", True),
        ("KeyError", "ValueError", "(TypeError, KeyError) as error", True),
        ("Missing", "Odd", "lib.Missing", True),
        # caught all the same
        ("KeyError", "ValueError", "(KeyError, ValueError)", False),
        ("KeyError", "IndexError", "LookupError", False),
        ("Missing", "Gone", "Missing", False),
        ("KeyError", "Gone", "(KeyError, LookupError)", False),
        ("KeyError", "ValueError", "Exception", False),
        ("KeyError", "ValueError", "KeyError:\n    pass\nexcept", False),
        # another one was caught
        ("KeyError", "ValueError", "TypeError", False),
        # nobody knows what it is
        ("KeyError", "errors.Foreign", "KeyError", False),
        ("KeyError", "KeyError", "KeyError", False),
    ],
)
def test_the_type_of_an_error(
    repository: Repository, was: str, now: str, caught: str, *, told: bool
) -> None:
    use = CAUGHT.format(caught).replace("from lib import f", "import lib\nfrom lib import f")
    found = reasons(repository, LIB.format(was), LIB.format(now), use)
    assert found == [f"may break: catches `{was}`, and not the `{now}` that is raised now"] * told


@pytest.mark.parametrize(
    "use",
    [
        "from lib import f\n\ntry:\n    pass\nexcept KeyError:\n    f(1)\n",
        "from lib import f\n\ntry:\n    g = lambda: f(1)\nexcept KeyError:\n    pass\n",
        "from lib import f\n\ntry:\n    try:\n        f(1)\n    except ValueError:\n        pass\n"
        "except KeyError:\n    pass\n",
    ],
)
def test_a_call_that_it_does_not_concern(repository: Repository, use: str) -> None:
    assert reasons(repository, LIB.format("KeyError"), LIB.format("ValueError"), use) == []


def test_one_error_more_replaces_none(repository: Repository) -> None:
    more = LIB.format("KeyError").replace("    return", "    raise ValueError(key)\n    return")
    assert reasons(repository, LIB.format("KeyError"), more, CAUGHT.format("KeyError")) == []


def test_it_is_said_at_the_function(repository: Repository) -> None:
    made = repository({"lib.py": LIB.format("ValueError"), "app.py": CAUGHT.format("KeyError")})
    (finding,) = made.check(before={"lib.py": LIB.format("KeyError")}, rule=RULE).findings
    assert "`f` raised `KeyError` and raises `ValueError` now" in finding.message
