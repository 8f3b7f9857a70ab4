"""*Use the existing function*, applied: does the result parse, type-check and pass its tests?

    python bench/fixes.py FOLDER… [--injected 8] [--tests PYTHON] [--source src] [--min-lines 8]

Each FOLDER is copied. First the pairs that `flames check` reports there: for how many the fix is
offered (in either direction), and what each of them leaves; the same of all functions of three
lines and more whose text is the same but for the names that are theirs. Then, with `--injected`,
seeded copies of outermost functions of the folder, under other names and with all local names
renamed, in files of their own with the imports that they need: the *original* is replaced by a call
of its copy, so that the project's own tests, run by `--tests`, run the call. Only functions that
those tests run are drawn: where it raises, a test file that names it must fail. `found`: the check
reports the pair.

Parsed: no problem that was not there. Typed: no error of basedpyright in the changed file that was
not there. Tests: `PYTHON -m pytest tests`, with the folder (or its `--source`) on the path.
"""

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from flames_indexer.build import build
from flames_indexer.checks import run_checks
from flames_indexer.config import load
from flames_indexer.facts import DefinitionFlag, DefinitionKind
from flames_indexer.fixes import use_existing
from flames_indexer.fixes.bodies import Body
from flames_indexer.index import Index, Snapshot
from flames_indexer.languages import language_of
from flames_indexer.model import Finding, Fix, Role, Symbol, SymbolKind
from flames_indexer.parse import parse
from flames_indexer.similarity.compare import code_of
from flames_indexer.trace import Trace
from mutating.checkers import Python

_RULE = "parallel-logic"
_TESTS_S = 300.0
_CALLED = (SymbolKind.FUNCTION, SymbolKind.METHOD)


@dataclass
class Tally:
    counts: Counter[str] = field(default_factory=Counter[str])

    def add(self, **said: bool) -> None:
        for name, is_so in said.items():
            self.counts[f"{name} of"] += 1
            self.counts[name] += is_so

    def __str__(self) -> str:
        names = [name for name in self.counts if f"{name} of" in self.counts]
        return ", ".join(f"{n} {self.counts[n]}/{self.counts[f'{n} of']}" for n in names)


class Project:
    """A copy of a folder, its index, and a checker beside it."""

    def __init__(self, folder: Path, work: Path, options: argparse.Namespace) -> None:
        self.root = work / folder.name
        self.options = options
        ignored = shutil.ignore_patterns("*.pyc", "docs", "*.egg-info")
        shutil.copytree(folder, self.root, ignore=ignored)
        minimum = options.min_lines
        self.config, _ = load(
            self.root,
            {"cache.dir": str(work / "cache"), f"rules.{_RULE}.min_lines": minimum},
        )
        self.index()
        server = Path(sys.executable).with_name("basedpyright-langserver")
        self.checker = Python(self.root, server, options.tests or sys.executable)

    def index(self) -> None:
        build(self.root, self.config)
        self.snapshot = Snapshot.of(Index.open(self.root, self.config))

    def findings(self, paths: list[str] | None = None) -> list[Finding]:
        asked = self.snapshot.paths() if paths is None else paths
        found = run_checks(
            self.snapshot, asked, self.config, trace=Trace(None), rules=(_RULE,), baseline=False
        )
        return [finding for finding in found.findings if finding.related]

    def fix(self, finding: Finding) -> Fix | None:
        """Of either function of a pair."""
        one = self.snapshot.enclosing(finding.span.path, finding.span.start)
        other = self.snapshot.symbol(finding.related[0].symbol)
        if one is None or other is None:
            return None
        return use_existing(self.snapshot, one, finding.span.start, other) or use_existing(
            self.snapshot, other, finding.related[0].span.start, one
        )

    def applied(self, fix: Fix) -> tuple[str, bytes]:
        """The file that it changes, and its text then."""
        path = fix.edits[0].span.path
        text = (self.root / path).read_bytes()
        for edit in sorted(fix.edits, key=lambda e: e.span, reverse=True):
            text = text[: edit.span.start] + edit.text.encode() + text[edit.span.end :]
        return path, text

    def parses(self, path: str, text: bytes) -> bool:
        language = language_of(path)
        assert language is not None
        was = (self.root / path).read_bytes()
        return len(parse(text, language).problems) <= len(parse(was, language).problems)

    def types(self, path: str, text: bytes) -> bool:
        if not path.endswith(".py"):
            return True
        was = Counter((e.rule, e.message) for e in self.checker.errors({}, [path]))
        now = Counter((e.rule, e.message) for e in self.checker.errors({path: text}, [path]))
        for rule, message in now - was:
            print(f"        {path}: {rule}: {message[:100]}")
        return not now - was

    def tests(self, path: str, text: bytes, only: Sequence[str] = ("tests",)) -> bool:
        """Whether the tests pass, with another text of a file."""
        file = self.root / path
        was = file.read_bytes()
        file.write_bytes(text)
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
            file.write_bytes(was)


def real(project: Project, fixes: Iterable[Fix | None]) -> Tally:
    """What each of them leaves; None is a pair for which nothing was offered."""
    tally = Tally()
    for fix in fixes:
        tally.add(offered=fix is not None)
        if fix is None:
            continue
        print(f"    {fix.title}", flush=True)
        path, text = project.applied(fix)
        tally.add(parsed=project.parses(path, text), typed=project.types(path, text))
        if project.options.tests:
            tally.add(passed=project.tests(path, text))
    return tally


def equal(project: Project) -> Iterator[Fix | None]:
    """Of functions whose text is the same but for the names that are theirs, each with the first
    of its group."""
    groups: dict[bytes, list[tuple[Symbol, int]]] = defaultdict(list)
    for path in sorted(project.snapshot.paths()):
        if project.snapshot.roles().get(path) is Role.SOURCE:
            for symbol in project.snapshot.symbols_in(path):
                for key, start in _keys(project.snapshot, symbol):
                    groups[key].append((symbol, start))
    for (first, start), *others in groups.values():
        for other, at in others[:2]:
            yield use_existing(project.snapshot, other, at, first) or use_existing(
                project.snapshot, first, start, other
            )


def _keys(snapshot: Snapshot, symbol: Symbol) -> Iterator[tuple[bytes, int]]:
    source, facts = snapshot.source(symbol.path), snapshot.facts(symbol.path)
    if source is None or facts is None or symbol.kind not in _CALLED:
        return
    table, bindings = facts.definitions, facts.bindings
    starts = {definition.name_span.start for definition in symbol.definitions}
    for row, start in enumerate(table.name_start):
        if start not in starts or table.flags[row] & DefinitionFlag.STUB_BODY:
            continue
        text = code_of(source, facts, row).text
        own = [
            facts.strings[name].encode()
            for scope, name in zip(bindings.scope, bindings.name, strict=True)
            if scope == row
        ]
        if text.count(b"\n") >= 2 and len(text) > 80:
            words = b"|".join(map(re.escape, own)) or b"(?!)"
            blind = re.sub(rb"\b(?:%b)\b" % words, b"_", text)
            yield b" ".join(blind.split()), start


def injected(project: Project, count: int, seed: int) -> Tally:
    tally = Tally()
    candidates = sorted(_candidates(project), key=lambda symbol: symbol.id)
    random.Random(seed).shuffle(candidates)
    for symbol in candidates:
        if tally.counts["found of"] >= count:
            break
        planted = _planted(project, symbol)
        if planted is None or not _is_tested(project, symbol):
            continue
        file = project.root / planted[0]
        file.write_bytes(planted[1])
        project.checker.remember(planted[0])
        project.index()
        _one(project, symbol, planted[0], tally)
        print(f"        {tally}", flush=True)
        file.unlink()
    project.index()
    return tally


def _one(project: Project, symbol: Symbol, path: str, tally: Tally) -> None:
    pair = {symbol.path, path}
    both = [f for f in project.findings(sorted(pair)) if {f.span.path, _other(f)} == pair]
    tally.add(found=bool(both))
    model = project.snapshot.symbol(f"{path}::flames_again")
    original = project.snapshot.symbol(symbol.id)
    if model is None or original is None:
        return
    fix = use_existing(project.snapshot, original, original.name_span.start, model)
    tally.add(offered=fix is not None)
    print(f"    {symbol.id}: {fix.edits[-1].text.strip() if fix else 'not offered'}")
    if fix is None:
        return
    changed, text = project.applied(fix)
    tally.add(parsed=project.parses(changed, text), typed=project.types(changed, text))
    tally.add(passed=project.tests(changed, text))


def _other(finding: Finding) -> str:
    return finding.related[0].span.path


def _candidates(project: Project) -> Iterator[Symbol]:
    """Outermost functions that say something, in source files."""
    for path in project.snapshot.paths():
        facts = project.snapshot.facts(path)
        if not path.endswith(".py") or path.startswith("tests/") or facts is None:
            continue
        table = facts.definitions
        for symbol in project.snapshot.symbols_in(path):
            rows = [r for r, at in enumerate(table.name_start) if at == symbol.name_span.start]
            if len(symbol.definitions) == 1 and any(
                r
                and table.kind[r] == DefinitionKind.FUNCTION
                and not table.parent[r]
                and not table.flags[r] & DefinitionFlag.STUB_BODY
                for r in rows
            ):
                yield symbol


def _planted(project: Project, symbol: Symbol) -> tuple[str, bytes] | None:
    """A file beside the function's with a renamed copy; None where that needs the file itself."""
    body = Body.of(project.snapshot, symbol)
    facts = project.snapshot.facts(symbol.path)
    if body is None or facts is None or body.decorators:
        return None
    own = {
        facts.strings[name]
        for scope, name, kind in zip(
            facts.bindings.scope, facts.bindings.name, facts.bindings.kind, strict=True
        )
        if scope == 0 and kind != 1  # all but imports
    }
    span = symbol.span
    text = body.source[span.start : span.end].decode()
    words = set(re.findall(r"\w+", text))
    lines = text.count("\n") + 1
    if words & own - {symbol.name} or lines < project.options.min_lines or len(words) > 200:
        return None
    parameters = {p.name for p in body.parameters}
    for name in sorted(body.locals - parameters):
        text = re.sub(rf"(?<![.\w'\"]){name}\b(?!['\"])", f"{name}_other", text)
    text = re.sub(rf"(?<![.\w]){symbol.name}\b", "flames_again", text)
    head = _imports(body.source.decode(), words)
    folder = symbol.path.rpartition("/")[0]
    return f"{folder}/flames_planted_{symbol.name}.py", f"{head}\n\n\n{text}\n".encode()


def _imports(source: str, words: set[str]) -> str:
    """The imports of a file that a text with these words needs, those for a checker too."""
    tree = ast.parse(source)
    checked = [
        inner
        for n in tree.body
        if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.unparse(n.test)
        for inner in n.body
    ]
    lines: list[str] = []
    for node in (*tree.body, *checked):
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound = ((n.asname or n.name.partition(".")[0], n) for n in node.names)
            node.names = [n for name, n in bound if name in words or name == "annotations"]
            if node.names:
                lines.append(ast.unparse(node))
    return "\n".join(lines)


def _is_tested(project: Project, symbol: Symbol) -> bool:
    """Whether the tests fail when it raises."""
    body = Body.of(project.snapshot, symbol)
    assert body is not None
    at = body.statements[0].start_byte
    text = body.source[:at] + b"raise NotImplementedError; " + body.source[at:]
    word = re.compile(rf"\b{symbol.name}\b".encode())
    files = sorted((project.root / "tests").rglob("test_*.py"))
    naming = [str(f.relative_to(project.root)) for f in files if word.search(f.read_bytes())][:3]
    if not naming or not project.tests(symbol.path, body.source, naming):
        return False
    return not project.tests(symbol.path, text, naming)


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("folders", nargs="+", type=Path)
    arguments.add_argument("--injected", type=int, default=0)
    arguments.add_argument("--tests", default="", help="the Python that runs a project's tests")
    arguments.add_argument("--source", default=".")
    arguments.add_argument("--min-lines", type=int, default=8)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    for folder in options.folders:
        with tempfile.TemporaryDirectory() as work:
            os.environ["FLAMES_CACHE_DIR"] = f"{work}/cache"
            project = Project(folder.resolve(), Path(work), options)
            found = map(project.fix, project.findings())
            print(folder.name, "found by the check:", real(project, found), flush=True)
            print(folder.name, "equal but for names:", real(project, equal(project)), flush=True)
            if options.injected:
                tally = injected(project, options.injected, options.seed)
                print(folder.name, "injected:", tally, flush=True)
            project.checker.close()


if __name__ == "__main__":
    main()
