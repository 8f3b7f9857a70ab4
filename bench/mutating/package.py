"""One folder of sources, copied and indexed, beside a type checker."""

import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from flames_indexer.build import build
from flames_indexer.checks import run_checks
from flames_indexer.config import load
from flames_indexer.index import Index, Snapshot
from flames_indexer.trace import Trace

from mutating.checkers import Checker, Error, Python, TypeScript
from mutating.definitions import Definition, Edit, definitions
from mutating.edits import CONSTRUCTORS

Site = tuple[str, int]
# An import that names the file itself; names that come through another one are not counted.
_MISSING = re.compile("reportMissingImports|unknown import symbol|^2307")
_NO_USE = re.compile("overrid")  # of what is reported
_NO_PYTHON_USE = re.compile("overrid|: does not define")


class Package:
    """One folder, copied, indexed, and beside a checker."""

    def __init__(self, folder: Path, work: Path, typescript: Path | None, python: str) -> None:
        self.root = work / "root"  # not the package itself: its modules are no outermost ones
        shutil.copytree(
            folder,
            self.root / folder.name,
            ignore=shutil.ignore_patterns("*.pyc", "tests", "__tests__"),
        )
        for path in self.root.rglob("*.py"):  # the checker is to see what these hide
            text = re.sub(rb"# (type|pyright): ?ignore", rb"# \1_ignore", path.read_bytes())
            path.write_bytes(text)
        for words in ("init -q", "add -A", "commit -qm agreed"):
            git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words.split()]
            subprocess.run(git, cwd=self.root, check=True)
        self.config, _ = load(self.root, {"cache": {"dir": str(work / "cache")}})
        build(self.root, self.config)
        self.index = Index.open(self.root, self.config)
        self.snapshot = Snapshot.of(self.index)
        self.texts = {p: (self.root / p).read_bytes() for p in self.index.paths()}
        self.python = any(path.endswith(".py") for path in self.texts)
        self.checker: Checker
        if self.python:
            server = Path(sys.executable).with_name("basedpyright-langserver")
            self.checker = Python(self.root, server, python)
        else:
            assert typescript is not None
            self.texts = {p: t for p, t in self.texts.items() if p.endswith((".ts", ".tsx"))}
            self.checker = TypeScript(self.root, typescript)
        errors = self.checker.errors({}, sorted(self.texts))
        self.before = Counter((e.path, e.rule, e.message) for e in errors)
        self.covered = Counter(
            (e.path, e.rule, self.texts[e.path][e.start : e.end]) for e in errors
        )

    def definitions(self) -> list[Definition]:
        """Functions whose name is called somewhere."""
        words = Counter(w for t in self.texts.values() for w in re.findall(rb"(\w+)[(<\[]", t))
        return [
            d
            for path in sorted(self.texts)
            if (facts := self.index.facts(path)) is not None and not len(facts.problems)
            for d in definitions(path, self.texts[path], facts)
            if words[d.word.encode()] > 1 or d.word in CONSTRUCTORS
        ]

    def new_errors(self, edit: Edit, names: set[str]) -> list[Error]:
        texts = {**self.texts, **edit.texts}
        words = re.compile(rb"\b(" + b"|".join(re.escape(n.encode()) for n in names) + rb")\b")
        ask = sorted(p for p, t in texts.items() if words.search(t) or p in edit.texts)
        left, covered = Counter(self.before), Counter(self.covered)
        found: list[Error] = []
        for error in self.checker.errors(edit.texts, ask):
            key = (error.path, error.rule, error.message)
            place = (error.path, error.rule, texts[error.path][error.start : error.end])
            if left[key] or covered[place]:  # the same, or in other words
                left[key] -= 1
                covered[place] -= 1
            else:
                found.append(error)
        return found

    def named(
        self, edit: Edit, was: Mapping[str, bytes] | None = None
    ) -> tuple[set[Site], list[str]]:
        """What Flames names. `was`: old texts that the package does not have."""
        agreed = {**self.texts, **(was or {})}
        snapshot = self.snapshot
        for path, text in edit.texts.items():
            snapshot = snapshot.with_edit(path, text, 1)
        result = run_checks(
            snapshot,
            list(edit.texts),
            self.config,
            trace=Trace(None),
            before=agreed.get,
            rules=("broken-callers",),
        )
        assert not result.failed, result.failed
        places = [place for finding in result.findings for place in finding.related]
        no_use = _NO_PYTHON_USE if self.python else _NO_USE
        uses = [p for p in places if not no_use.search(p.message)]
        return {(p.span.path, p.span.start) for p in uses}, [f.message for f in result.findings]

    def is_seen(self, edit: Edit, site: Site) -> bool:
        """Whether the checker knew before the edit that the name there is what was edited."""
        source, (path, at) = self.texts.get(edit.path, b""), site
        if path not in self.texts:
            return False
        was, now = self.texts[path], edit.texts.get(path, self.texts[path])
        if now[at:] == was[len(was) - len(now) + at :]:  # behind the edit
            at += len(was) - len(now)
        facts = self.index.facts(edit.path)
        assert facts is not None
        table = facts.definitions
        owner = edit.name.rpartition(".")[0]
        wanted = {edit.name, owner} if edit.word in CONSTRUCTORS else {edit.name}
        own = {
            table.name_start[row]
            for row in range(len(table))
            if facts.strings[table.qualname[row]] in wanted
        }
        assert source
        return any(
            p == edit.path and start in own for p, start in self.checker.definitions(path, at)
        )

    def without(self, path: str, *, moved: bool) -> tuple[set[Site], set[Site]]:
        """The imports that Flames and the checker miss a file at; it is there again afterwards."""
        file, text = self.root / path, self.texts[path]
        other = file.with_name(f"{file.name.partition('.')[0]}_flames{file.suffix}")
        file.unlink()
        if moved:
            other.write_bytes(text)
        build(self.root, self.config)
        snapshot = Snapshot.of(Index.open(self.root, self.config))
        self.checker.forget(path)
        rest = sorted(p for p in self.texts if p != path)
        theirs = {
            self._line(error.path, error.start)
            for error in self.checker.errors({}, rest)
            if _MISSING.search(error.rule + error.message)
            and (error.path, error.rule, error.message) not in self.before
        }
        result = run_checks(
            snapshot,
            snapshot.paths(),
            self.config,
            trace=Trace(None),
            rules=("broken-callers",),
        )
        assert not result.failed, result.failed
        ours: set[Site] = set()
        for finding in result.findings:
            places = [place.span for place in finding.related] if moved else [finding.span]
            ours |= {self._line(span.path, span.start) for span in places}
        file.write_bytes(text)
        other.unlink(missing_ok=True)
        build(self.root, self.config)
        self.checker.remember(path)
        return ours, theirs

    def _line(self, path: str, at: int) -> Site:
        return path, self.texts[path].rfind(b"\n", 0, at) + 1
