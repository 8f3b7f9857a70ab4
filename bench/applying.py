"""A copy of a project with a fix applied: does it parse, type-check and pass its tests?"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

from flames_indexer.build import build
from flames_indexer.checks import run_checks
from flames_indexer.config import load
from flames_indexer.fixes import extract_shared, import_existing, use_existing, use_in_region
from flames_indexer.fixes.bodies import Body
from flames_indexer.index import Index, Snapshot
from flames_indexer.languages import language_of
from flames_indexer.model import Finding, Fix, Role, Symbol
from flames_indexer.parse import parse
from flames_indexer.report.tests import Past, tests_of_symbol
from flames_indexer.trace import Trace
from mutating.checkers import Checker, Python, TypeScript

RULE = "parallel-logic"
_TESTS_S = 120.0
_MOST_TESTS = 3  # files, the shortest first

Texts = Mapping[str, bytes]


class Project:
    """A copy of a folder, its index, and a checker beside it."""

    def __init__(self, folder: Path, work: Path, options: argparse.Namespace) -> None:
        self.root = work / folder.name
        self.options = options
        ignored = shutil.ignore_patterns("*.pyc", "docs", "*.egg-info", ".git")
        shutil.copytree(folder, self.root, ignore=ignored, ignore_dangling_symlinks=True)
        minimum = options.min_lines
        self.config, _ = load(
            self.root,
            {"cache.dir": str(work / "cache"), f"rules.{RULE}.min_lines": minimum},
        )
        self._passing: dict[str, bool] = {}
        self.index()
        server = Path(sys.executable).with_name("basedpyright-langserver")
        self.checker = Python(self.root, server, options.tests or sys.executable)
        package = options.typescript
        self.script_checker = TypeScript(self.root, package) if package else None

    def index(self) -> None:
        build(self.root, self.config)
        self.snapshot = Snapshot.of(Index.open(self.root, self.config))

    def findings(self, paths: list[str] | None = None) -> list[Finding]:
        asked = self.snapshot.paths() if paths is None else paths
        found = run_checks(
            self.snapshot, asked, self.config, trace=Trace(None), rules=(RULE,), baseline=False
        )
        return [finding for finding in found.findings if finding.related]

    def fix_of(self, one: Symbol, start: int, other: Symbol, other_start: int) -> Fix | None:
        """The first that the editor would show."""
        return (
            import_existing(self.snapshot, one, start, other)
            or import_existing(self.snapshot, other, other_start, one)
            or use_existing(self.snapshot, one, start, other)
            or use_existing(self.snapshot, other, other_start, one)
            or use_in_region(self.snapshot, one, start, other)
            or use_in_region(self.snapshot, other, other_start, one)
            or extract_shared(self.snapshot, one, start, other, other_start)
        )

    def applied(self, fix: Fix) -> Texts:
        """The files that it changes, as they are then."""
        texts = {edit.span.path: (self.root / edit.span.path).read_bytes() for edit in fix.edits}
        for edit in sorted(fix.edits, key=lambda e: e.span, reverse=True):
            path, start, end = edit.span.path, edit.span.start, edit.span.end
            texts[path] = texts[path][:start] + edit.text.encode() + texts[path][end:]
        return texts

    def parses(self, texts: Texts) -> bool:
        return all(
            _problems(path, text) <= _problems(path, (self.root / path).read_bytes())
            and (not path.endswith(".py") or _is_compiled(path, text))
            for path, text in texts.items()
        )

    def types(self, texts: Texts) -> bool | None:
        """None where no checker reads the language."""
        checker = self._checker(next(iter(texts)))
        if checker is None:
            return None
        paths = list(texts)
        was = Counter((e.rule, e.message) for e in checker.errors({}, paths))
        now = Counter((e.rule, e.message) for e in checker.errors(texts, paths))
        for rule, message in now - was:
            print(f"        {paths}: {rule}: {message[:160]}")
        return not now - was

    def tests(self, texts: Texts, only: Sequence[str] = ("tests",)) -> bool:
        """Whether the tests pass, with other texts of files."""
        was = {path: (self.root / path).read_bytes() for path in texts}
        for path, text in texts.items():
            (self.root / path).write_bytes(text)
        command = [self.options.tests, "-m", "pytest", "-qx", "-p", "no:cacheprovider", *only]
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.root / self.options.source),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        try:
            ran = subprocess.run(
                [*command, "--ignore=tests/test_serving.py"],
                cwd=self.root,
                env=environment,
                capture_output=True,
                timeout=_TESTS_S,
                check=False,
            )
            return ran.returncode == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            for path, text in was.items():
                (self.root / path).write_bytes(text)

    def tests_of(self, symbols: Sequence[Symbol]) -> list[str]:
        """The test files that run one of these functions: they pass, and fail where it raises."""
        if not self.options.tests:
            return []
        found: list[str] = []
        for symbol in symbols:
            body = Body.of(self.snapshot, symbol)
            if body is None or not body.statements:
                continue
            at = body.statements[0].start_byte
            text = body.source[:at] + b"raise NotImplementedError; " + body.source[at:]
            likely = (file for file in self._likely(symbol) if file not in found)
            failing = (file for file in likely if not self.tests({symbol.path: text}, [file]))
            found += islice((file for file in failing if self._passes(file)), 1)
        return sorted(set(found))

    def _passes(self, file: str) -> bool:
        """With the project as it is."""
        if file not in self._passing:
            self._passing[file] = self.tests({}, [file])
        return self._passing[file]

    def _likely(self, symbol: Symbol) -> list[str]:
        """Test files that name it, the shortest first; then those that the graph leads to."""
        word = re.compile(rb"\b%b\b" % symbol.name.encode())
        roles = self.snapshot.roles()
        tests = (path for path in self.snapshot.paths() if roles.get(path) is Role.TEST)
        naming = [p for p in tests if word.search((self.root / p).read_bytes())]
        naming.sort(key=lambda path: (self.root / path).stat().st_size)
        chosen = tests_of_symbol(self.snapshot, symbol, Past(None), _MOST_TESTS).tests
        files = dict.fromkeys((*naming[:_MOST_TESTS], *(test.path for test in chosen)))
        return [p for p in files if re.search(r"test_\w+\.py$|\w_tests?\.py$|tests?\.py$", p)]

    def _checker(self, path: str) -> Checker | None:
        if path.endswith(".py"):
            return self.checker
        return self.script_checker

    def close(self) -> None:
        for checker in (self.checker, self.script_checker):
            if checker is not None:
                checker.close()


def _is_compiled(path: str, text: bytes) -> bool:
    try:
        compile(text, path, "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def _problems(path: str, text: bytes) -> int:
    language = language_of(path)
    assert language is not None
    return len(parse(text, language).problems)
