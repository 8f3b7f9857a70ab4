"""Broken callers beside a type checker: automatic edits of signatures, site by site.

    python bench/mutations.py FOLDER… [--edits 40] [--seed 1] [--typescript PACKAGE] [--show]

FOLDER holds the sources of one package. Each edit is done to a buffer; what Flames names is
compared with the errors that basedpyright (Python) or TypeScript's checker reports after it and not
before. A site is the name at a use. Errors that no use of the name explains (a value passed on, an
override) are counted as elsewhere. Harmless edits count only when the checker finds none either.
"""

import argparse
import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from flames_indexer.build import build
from flames_indexer.checks import run_checks
from flames_indexer.config import load
from flames_indexer.facts import ExpressionKind, FileFacts
from flames_indexer.index import Index, Snapshot
from flames_indexer.languages import language_of
from flames_indexer.parse import parse
from flames_indexer.trace import Trace
from mutating.checkers import Checker, Error, Python, TypeScript
from mutating.edits import BREAKING, HARMLESS, Definition, Edit, definitions, edits

_CALLS = (ExpressionKind.CALL, ExpressionKind.NEW)
_NAMES = (ExpressionKind.NAME, ExpressionKind.MEMBER)
_NAMED = {"rename", "to static"}  # the error is at the name, not around the call
# Errors of the edited function itself, of overrides and of overloads: no uses.
_NOT_USES = re.compile(
    "Override|Overload|reportRedeclaration|reportInconsistent|reportSelfCls"
    "|^(2416|2420|2430|2415|2417|2394|1016|2322|2355|7030|6133)$"
)
_PARTLY_SEEN = {"to async"}  # an un-awaited result that is returned or tested is no type error
_APPLIERS = ("partial", "partialmethod", "bind")  # what the checkers follow too
_CONSTRUCTORS = ("__init__", "constructor")
Site = tuple[str, int]


@dataclass
class Tally:
    both: int = 0
    ours: int = 0
    theirs: int = 0
    edits: int = 0
    elsewhere: int = 0
    shown: list[str] = field(default_factory=list[str])


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
        self.before = Counter(
            (e.path, e.rule, e.message) for e in self.checker.errors({}, sorted(self.texts))
        )

    def definitions(self) -> list[Definition]:
        """Functions whose name is called somewhere."""
        words = Counter(w for t in self.texts.values() for w in re.findall(rb"(\w+)[(<\[]", t))
        return [
            d
            for path in sorted(self.texts)
            if (facts := self.index.facts(path)) is not None and not len(facts.problems)
            for d in definitions(path, self.texts[path], facts)
            if words[d.word.encode()] > 1 or d.word in _CONSTRUCTORS
        ]

    def new_errors(self, edit: Edit, names: set[str]) -> list[Error]:
        texts = {**self.texts, **edit.texts}
        words = re.compile(rb"\b(" + b"|".join(re.escape(n.encode()) for n in names) + rb")\b")
        ask = sorted(p for p, t in texts.items() if words.search(t) or p in edit.texts)
        left = Counter(self.before)
        found: list[Error] = []
        for error in self.checker.errors(edit.texts, ask):
            key = (error.path, error.rule, error.message)
            if left[key]:
                left[key] -= 1
            else:
                found.append(error)
        return found

    def named(self, edit: Edit) -> tuple[set[Site], list[str]]:
        """What Flames names."""
        snapshot = self.snapshot
        for path, text in edit.texts.items():
            snapshot = snapshot.with_edit(path, text, 1)
        result = run_checks(
            snapshot,
            list(edit.texts),
            self.config,
            trace=Trace(None),
            before=self.texts.get,
            rules=("broken-callers",),
        )
        assert not result.failed, result.failed
        places = [place for finding in result.findings for place in finding.related]
        uses = [p for p in places if "overrid" not in p.message]
        return {(p.span.path, p.span.start) for p in uses}, [f.message for f in result.findings]


def names_of(package: Package, edit: Edit) -> set[str]:
    """The words that a use of the edited function may show."""
    names = {edit.word}
    text = b"\n".join(package.texts.values()).decode()
    if edit.word in _CONSTRUCTORS:
        names |= {"cls", "super", "__init__", edit.name.split(".")[-2]}
        for _ in range(4):
            known = "|".join(names - {"cls", "super", "__init__", "constructor"})
            below = re.findall(
                rf"class (\w+)\s*(?:<.*>)?(?:\(|\s+extends )[^:{{]*\b(?:{known})\b", text
            )
            names |= set(below)
    known = "|".join(map(re.escape, names - {"cls", "super"}))
    return names | set(re.findall(rf"\b(?:{known}) as (\w+)", text))


def _callee(facts: FileFacts, call: int) -> int:
    """The name that is called, behind type arguments."""
    row = facts.expressions.a[call]
    while facts.expressions.kind[row] == ExpressionKind.SUBSCRIPT:
        row = facts.expressions.a[row]
    return row


def _word(facts: FileFacts, row: int) -> str:
    table, strings = facts.expressions, facts.strings
    if table.kind[row] == ExpressionKind.NAME:
        return strings[table.a[row]]
    return strings[table.b[row]] if table.kind[row] == ExpressionKind.MEMBER else ""


def frames(
    path: str, facts: FileFacts, names: set[str], *, calls: bool
) -> Iterator[tuple[int, int, Site]]:
    """(start, end, site) of every use of one of the names, with the call it is in if `calls`.
    Without names: of every call."""
    table, strings = facts.expressions, facts.strings
    callees = {_callee(facts, r): r for r in range(len(table)) if table.kind[r] in _CALLS}
    arguments = {
        facts.operands.value[at]: call
        for call in callees.values()
        for at in range(table.b[call], table.b[call] + table.c[call])
        if _word(facts, _callee(facts, call)) in _APPLIERS
    }
    for row in range(len(table)):
        if table.kind[row] not in _NAMES:
            continue
        if _word(facts, row) in names or (not names and row in callees):
            span = table.start[row], table.end[row]
            call = callees.get(row, arguments.get(row)) if calls else None
            around = (table.start[call], table.end[call]) if call is not None else span
            yield *around, (path, span[0])
    if not calls:
        for name, start, end in zip(
            facts.imports.name, facts.imports.start, facts.imports.end, strict=True
        ):
            if strings[name] in names:
                yield start, end, (path, start)


def attributed(
    package: Package, edit: Edit, errors: Sequence[Error], names: set[str], ours: set[Site]
) -> tuple[set[Site], list[Error]]:
    """The sites that the errors are about, and the errors that are about none."""
    texts = {**package.texts, **edit.texts}
    sites: set[Site] = set()
    rest: list[Error] = []
    known: dict[str, list[tuple[int, int, Site]]] = {}
    for error in errors:
        language = language_of(error.path)
        if error.path not in known and language is not None:
            facts = parse(texts[error.path], language)
            known[error.path] = list(
                frames(error.path, facts, names, calls=edit.kind not in _NAMED)
            )
        around = [f for f in known[error.path] if f[0] <= error.start and error.end <= f[1]]
        if not around and language is not None:  # the function has another name there
            every = frames(error.path, parse(texts[error.path], language), set(), calls=True)
            inside = [f for f in every if f[0] <= error.start and error.end <= f[1]]
            around = [f for f in inside if f[2] in ours or edit.word in _CONSTRUCTORS]
        site = min(around, key=lambda f: f[1] - f[0])[2] if around else None
        own = site not in ours and _is_own(edit, error)
        if site is not None and not own and not _NOT_USES.search(error.rule):
            sites.add(site)
        else:
            rest.append(error)
    return sites, rest


def _follow_from_imports(
    package: Package, edit: Edit, ours: set[Site], theirs: set[Site]
) -> set[Site]:
    """Uses in files whose import of the name is an error already: checkers stay silent there."""
    broken: set[str] = set()
    for path, start in theirs - {(edit.path, 0)}:
        facts = package.index.facts(path)
        if path != edit.path and facts is not None and start in facts.imports.start:
            broken.add(path)
    return {site for site in ours - theirs if site[0] in broken}


def _is_own(edit: Edit, error: Error) -> bool:
    """Whether it tells what the edit did to the function itself or to types, not to a use."""
    if edit.kind == "to static" and error.path == edit.path and error.rule in ("2339", "2576"):
        return b"super" in edit.texts[error.path][max(0, error.start - 8) : error.start]
    unknown = error.rule in ("reportUndefinedVariable", "2304", "2552", "18004")
    if edit.kind == "make required":  # `?` allowed undefined as well
        return unknown or error.rule in ("2345", "2769", "2322")
    return unknown and edit.kind != "rename"


def breaking(
    package: Package, count: int, seed: int, until: float, tallies: Mapping[str, Tally]
) -> Tally:
    """Tallies by kind of edit; returns that of the decoys."""
    decoys = Tally()
    found = package.definitions()
    shared = Counter(d.word for d in found)
    made = list(edits(found, BREAKING, count, seed))
    random.Random(seed).shuffle(made)
    for edit in made:
        if time.monotonic() > until:
            break
        names = names_of(package, edit)
        errors = package.new_errors(edit, names)
        ours, messages = package.named(edit)
        theirs, rest = attributed(package, edit, errors, names, ours)
        if edit.kind == "rename":
            ours -= _follow_from_imports(package, edit, ours, theirs)
        tally = tallies[edit.kind]
        tally.edits += 1
        tally.both += len(ours & theirs)
        tally.ours += len(ours - theirs)
        tally.theirs += len(theirs - ours)
        tally.elsewhere += len(rest)
        if not theirs and shared[edit.word] > 1:
            decoys.edits += 1
            decoys.ours += bool(ours)
        for label, sites in (("only ours", ours - theirs), ("only theirs", theirs - ours)):
            tally.shown += [
                f"{label}: {_shown(package, edit, s)}  <- {messages}" for s in sorted(sites)
            ]
    return decoys


def harmless(package: Package, count: int, seed: int, until: float, tally: Tally) -> None:
    """Counts the edits that break nothing, and those of them that Flames reports (`ours`)."""
    made = list(edits(package.definitions(), HARMLESS, count, seed))
    random.Random(seed).shuffle(made)
    for edit in made:
        if time.monotonic() > until:
            break
        texts = edit.texts
        if any(len(parse(t, lang).problems) for p, t in texts.items() if (lang := language_of(p))):
            continue
        if any(e.path != edit.path or edit.kind != "edit body" for e in _uses_only(package, edit)):
            continue
        tally.edits += 1
        ours, messages = package.named(edit)
        if ours or messages:
            tally.ours += 1
            tally.shown.append(f"{edit.kind} {edit.path}::{edit.name}: {messages}")


def _uses_only(package: Package, edit: Edit) -> list[Error]:
    errors = package.new_errors(edit, {edit.word})
    return [e for e in errors if not _NOT_USES.search(e.rule) and not e.path.endswith("_flames.py")]


def _shown(package: Package, edit: Edit, site: Site) -> str:
    text = edit.texts.get(site[0]) or package.texts[site[0]]
    line = text.count(b"\n", 0, site[1]) + 1
    shown = text.split(b"\n")[line - 1].strip().decode()[:90]
    return f"[{edit.kind}] {edit.path}::{edit.name} at {site[0]}:{line} `{shown}`"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--edits", type=int, default=44)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60.0, help="then no more edits of one")
    parser.add_argument("--typescript", type=Path)
    parser.add_argument("--python", default=sys.executable, help="whose packages the checker sees")
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    os.nice(5)
    for folder in asked.folders:
        tallies: dict[str, Tally] = defaultdict(Tally)
        with tempfile.TemporaryDirectory() as work:
            package = Package(folder, Path(work), asked.typescript, asked.python)
            until = time.monotonic() + 60 * asked.minutes
            decoys = breaking(package, asked.edits, asked.seed, until, tallies)
            quiet = Tally()
            until = time.monotonic() + 60 * asked.minutes / 3
            harmless(package, asked.edits // 2, asked.seed, until, quiet)
            package.checker.close()
        report(folder.name, tallies, decoys, quiet, show=asked.show)


def report(
    name: str, tallies: Mapping[str, Tally], decoys: Tally, quiet: Tally, *, show: bool
) -> None:
    print(f"\n{name}: kind, edits, both, only Flames, only checker, errors elsewhere")
    total = Tally()
    for kind, t in tallies.items():
        if kind in _PARTLY_SEEN:
            print(_row(f"({kind}, not in all)", t))
            continue
        print(_row(kind, t))
        for column in ("edits", "both", "ours", "theirs", "elsewhere"):
            setattr(total, column, getattr(total, column) + getattr(t, column))
    print(_row("all", total))
    precision = total.both / max(1, total.both + total.ours)
    recall = total.both / max(1, total.both + total.theirs)
    print(f"  precision {precision:.3f} recall {recall:.3f}")
    print(f"  decoys {decoys.edits}, of them reported {decoys.ours}")
    print(f"  harmless edits {quiet.edits}, of them reported {quiet.ours}")
    if show:
        for tally in (*tallies.values(), quiet):
            for line in tally.shown:
                print("   ", line)


def _row(name: str, t: Tally) -> str:
    return f"  {name:24} {t.edits:4} {t.both:5} {t.ours:4} {t.theirs:4} {t.elsewhere:5}"


if __name__ == "__main__":
    main()
