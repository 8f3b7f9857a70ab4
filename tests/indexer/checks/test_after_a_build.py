"""What is said of an unsaved file right after a build: a view that does not wait is content with
what the index before gave, as far as that still holds; who waits is told what holds now."""

from collections.abc import Callable
from typing import Any

import pytest
from copies import COLLECT, OTHER, RENAMED, RULE
from flames_indexer.build import build
from flames_indexer.checks import run_checks
from flames_indexer.index import Snapshot
from flames_indexer.trace import Trace

TYPED = "# typed\n" + COLLECT


class Typing:
    """A file that is open, and a repository around it that is built anew."""

    def __init__(self, made: Any) -> None:
        self.made = made
        self.given = 0
        self.snapshot = Snapshot.of(made.snapshot.index, self._given)
        self.snapshot = self.snapshot.with_edit("a.py", TYPED.encode(), 1)

    def _given(self) -> None:
        self.given += 1

    def save(self, path: str, text: str) -> None:
        (self.made.root / path).write_text(text)
        build(self.made.root, self.made.config)
        self.snapshot = self.snapshot.with_index(self.snapshot.index.reopened())

    def found(self, snapshot: Snapshot) -> list[str]:
        result = run_checks(snapshot, ["a.py"], self.made.config, trace=Trace(None), rules=(RULE,))
        assert not result.failed
        return [f.related[0].symbol for f in result.findings]


@pytest.fixture
def typing(repository: Callable[..., Any]) -> Typing:
    made = Typing(repository({"a.py": COLLECT, "b.py": RENAMED, "c.py": OTHER}))
    assert made.found(made.snapshot) == ["b.py::sum_by_sku"]
    return made


def test_what_is_typed_is_not_compared_again_at_once(typing: Typing) -> None:
    typing.save("c.py", "# other\n" + OTHER)
    before = typing.given
    assert typing.found(typing.snapshot.at_once()) == ["b.py::sum_by_sku"]
    at_once = typing.given
    assert typing.found(typing.snapshot) == ["b.py::sum_by_sku"]
    assert typing.given - at_once > at_once - before


def test_a_copy_whose_file_was_saved_is_not_told_at_once(typing: Typing) -> None:
    typing.save("b.py", "# above\n" + RENAMED)
    assert typing.found(typing.snapshot.at_once()) == []
    assert typing.found(typing.snapshot) == ["b.py::sum_by_sku"]
    assert typing.found(typing.snapshot.at_once()) == ["b.py::sum_by_sku"]


def test_a_copy_that_came_is_told_by_who_waits(typing: Typing) -> None:
    typing.save("b.py", OTHER)
    assert typing.found(typing.snapshot) == []
    typing.save("d.py", RENAMED)
    assert typing.found(typing.snapshot.at_once()) == []
    assert typing.found(typing.snapshot) == ["d.py::sum_by_sku"]
