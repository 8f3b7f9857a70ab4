"""Tests as runners name them: `tests/test_a.py::TestB::test_c`, `cart.test.ts -t "adds up"`."""

import re
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flames_indexer.model import Symbol, SymbolKind

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_PYTHON = (".py",)
_PYTHON_FILE = re.compile(r"(?:.*/)?(?:test_[^/]*|[^/]*_test|tests?)\.py")
_SCRIPT_FILE = re.compile(r".*\.[cm]?[jt]sx?")
_SCRIPT_NAME = re.compile(r"[._-](?:test|spec|e2e|cy)\.[cm]?[jt]sx?$|(?:^|/)__tests__/")
_SUITE = re.compile(rb"\b(?:it|test|describe|suite)[\w.]*\s*\(")
_SUPPORT = re.compile(r"(?:.*/)?(?:conftest\.py|__init__\.py|__(?:mocks|fixtures|snapshots)__/.*)")
# What stands before the function of a test: `it('adds up', `, `test.each([…])("adds %i", async `.
_TITLE = re.compile(
    r"\b(?:it|test)\b[^'\"`\n]*\(\s*(['\"`])((?:(?!\1)[^\\\n]|\\.)+)\1\s*,\s*(?:async\s*)?$"
)
_TITLE_BYTES = 300
_FILLED_IN = re.compile(r"%[a-z#]|\$\{|\$\w")  # what a title has only when it runs


def is_run(path: str) -> bool:
    """Whether a runner would look for tests in a file of tests, by its name."""
    if _SUPPORT.fullmatch(path):
        return False
    return bool(_PYTHON_FILE.fullmatch(path) or _SCRIPT_FILE.fullmatch(path))


def holds_tests(snapshot: "Snapshot", path: str) -> bool:
    """Whether a file that is run by its name has tests: a script in a folder of tests may be what
    they are given."""
    if not _SCRIPT_FILE.fullmatch(path) or _SCRIPT_NAME.search(path):
        return True
    source = snapshot.source(path)
    return source is not None and _SUITE.search(source) is not None


def tests_in(snapshot: "Snapshot", path: str) -> dict[str, str]:
    """The tests of a file: the id of each symbol that is one, and how it is run."""
    if path.endswith(_PYTHON):
        return dict(_python(snapshot.symbols_in(path)))
    source = snapshot.source(path)
    return {} if source is None else dict(_titled(snapshot.symbols_in(path), source))


def _python(symbols: list[Symbol]) -> Iterator[tuple[str, str]]:
    kinds = {symbol.id: symbol.kind for symbol in symbols}
    for symbol in symbols:
        path, _, name = symbol.id.partition("::")
        *owners, last = name.split(".")
        if not last.startswith("test") or symbol.kind is SymbolKind.CLASS:
            continue
        around = (".".join(owners[: n + 1]) for n in range(len(owners)))
        if all(kinds.get(f"{path}::{owner}") is SymbolKind.CLASS for owner in around):
            yield symbol.id, "::".join((path, *owners, last))


def _titled(symbols: list[Symbol], source: bytes) -> Iterator[tuple[str, str]]:
    for symbol in symbols:
        start = symbol.span.start
        before = source[max(0, start - _TITLE_BYTES) : start].decode("utf-8", "replace")
        found = None if symbol.kind is SymbolKind.MODULE else _TITLE.search(before)
        if found and not _FILLED_IN.search(found[2]):
            yield symbol.id, f"{symbol.path} -t {shlex.quote(found[2])}"
