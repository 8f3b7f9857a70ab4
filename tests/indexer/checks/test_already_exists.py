"""A described function without a body, and the one that exists."""

from collections.abc import Callable
from typing import Any

import pytest

Repository = Callable[..., Any]
RULE = "already-exists"
TEXT = '''
def slugify(title, limit=60):
    """A title as part of an address: lower case, words joined by hyphens."""
    return "-".join(title.lower().split())[:limit]
'''
STUB = '''
def slug_of(title):
    """A title as part of an address: lower case, words joined by hyphens."""
'''


def found(repository: Repository, pages: str, before: str = "", **settings: object) -> list[str]:
    files = {"shop/text.py": TEXT, "shop/pages.py": before or "import os\n"}
    made = repository(files, settings)
    made.edit("shop/pages.py", pages)
    result = made.check(["shop/pages.py"], before={"shop/pages.py": before}, rule=RULE)
    return [finding.message for finding in result.findings]


@pytest.mark.parametrize("body", ["", "    pass\n", "    ...\n"])
def test_the_existing_one_is_named(repository: Repository, body: str) -> None:
    (message,) = found(repository, STUB + body)
    assert message.startswith("`slugify` in shop/text.py is described like `slug_of`.")


@pytest.mark.parametrize(
    "pages",
    [
        STUB + "    return title.strip()\n",
        STUB.replace("A title as part", "How many things of a customer lie in").replace(
            "slug", "n"
        ),
        "def slug_of(title):\n    pass\n",
        STUB.replace("def", "@overload\ndef"),
        "class Page:\n" + STUB.replace("\n", "\n    "),
        STUB.replace("):", "):  # flames: ignore[already-exists] other rules here"),
    ],
    ids=["body", "else", "no documentation", "overload", "method", "silenced"],
)
def test_other_functions_are_left_alone(repository: Repository, pages: str) -> None:
    assert found(repository, pages) == []


def test_one_that_was_there_at_the_last_commit_is_left_alone(repository: Repository) -> None:
    assert found(repository, STUB, before=STUB) == []


def test_how_near_is_near_can_be_set(repository: Repository) -> None:
    assert found(repository, STUB, **{"rules.already-exists.min_score": 1.0}) == []


def test_a_plan_of_many_functions_is_not_covered_with_hints(repository: Repository) -> None:
    many = "".join(STUB.replace("slug_of", f"slug_of_{n}") for n in "abcde")
    assert len(found(repository, many)) == 3
