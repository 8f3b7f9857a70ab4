"""What the commits and the graph tell of a change: the tests it affects, the file it forgot.

    python bench/history.py tests REPOSITORY… [--commits 100]
    python bench/history.py partners REPOSITORY… [--commits 800]

REPOSITORY is a clone with its history; a folder with nothing but git's own files will do.

tests      Real commits that touch code and tests, the latest. The tree of each one's parent is
           checked out with the code part of the commit on it, indexed, and asked which tests are
           affected; what is known of the history ends with the parent. The truth is the test files
           that the commit changed (new ones cannot be known). Mean reciprocal rank of the first,
           and the share of them among the first ten; beside names alone and BM25 over words (the
           changed lines against the test files).
partners   Real commits of source files. Each of their files is left out once: is it named first,
           and by what is reported at the shipped strength, how often is that right (each commit
           counts once)? And of how many commits as they are is something reported?
"""

import argparse
import math
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flames_indexer import git
from flames_indexer.build import build
from flames_indexer.config import config_of
from flames_indexer.history import MOST_CHANGED, MOST_COMMITS, History, history_of, partners
from flames_indexer.index import Index, Snapshot
from flames_indexer.languages import language_of
from flames_indexer.model import Role
from flames_indexer.report import Past, tests_of_change
from flames_indexer.roles import role_of
from flames_indexer.selection.evidence import _alike  # pyright: ignore[reportPrivateUsage]
from flames_indexer.selection.runnable import is_run

_MOST_FILES = 30  # of a commit that is asked about
_K1, _B = 1.2, 0.75  # of BM25, as everybody has them


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one of the measurements over repositories."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("tests", "partners"))
    parser.add_argument("repositories", type=Path, nargs="+")
    parser.add_argument("--commits", type=int)
    options = parser.parse_args(arguments)
    for repository in options.repositories:
        if options.what == "tests":
            print(tests(repository, options.commits or 100), flush=True)
        else:
            print(partners_of(repository, options.commits or 800), flush=True)
    return 0


# Tests


@dataclass(frozen=True, slots=True)
class Case:
    """A commit of code and tests."""

    commit: str
    parent: str
    code: tuple[tuple[str, str], ...]  # (status, path)
    tests: tuple[str, ...]


@dataclass(slots=True)
class Score:
    """Sums over commits."""

    reciprocal: float = 0.0
    recall: float = 0.0

    def add(self, ranked: Sequence[str], truth: Sequence[str]) -> None:
        ranks = [ranked.index(path) + 1 if path in ranked else math.inf for path in truth]
        self.reciprocal += 1 / min(ranks)
        self.recall += sum(rank <= 10 for rank in ranks) / len(ranks)


def tests(repository: Path, wanted: int) -> str:
    """One line of figures for a repository."""
    scores = {name: Score() for name in ("flames", "flames without history", "names", "BM25")}
    asked = files = 0
    seconds: list[float] = []
    with tempfile.TemporaryDirectory(prefix="flames-history-") as folder:
        clone, cache = Path(folder) / "clone", Path(folder) / "cache"
        _git(Path(folder), "clone", "-q", "--shared", "--no-checkout", str(repository), str(clone))
        for case in reversed(cases(clone, wanted)):
            config = config_of({"workers": 1, "cache.dir": str(cache)})
            _lay_out(clone, case)
            build(clone, config)
            snapshot = Snapshot.of(Index.open(clone, config))
            all_tests = [p for p, r in snapshot.roles().items() if r is Role.TEST and is_run(p)]
            truth = [path for path in case.tests if path in all_tests]
            if not truth:
                continue
            asked, files = asked + 1, len(all_tests)
            changed = [path for _, path in case.code]
            past = Past(history_of(clone, cache))
            started = time.process_time()
            ranked = _ranked(snapshot, clone, changed, past)
            seconds.append(time.process_time() - started)
            scores["flames"].add(ranked, truth)
            scores["flames without history"].add(
                _ranked(snapshot, clone, changed, Past(None)), truth
            )
            by_name = sorted(all_tests, key=lambda path: (-_alike(path, changed), path))
            scores["names"].add(by_name, truth)
            scores["BM25"].add(_bm25(clone, case, all_tests), truth)
    rows = ", ".join(
        f"{name} MRR {score.reciprocal / asked:.3f} R@10 {score.recall / asked:.3f}"
        for name, score in scores.items()
    )
    cost = f"{sorted(seconds)[len(seconds) // 2]:.2f} CPU s a question"
    return f"{_name(repository)}: {asked} commits, {files} test files: {rows}; {cost}"


def cases(clone: Path, wanted: int) -> list[Case]:
    """The latest commits that change an indexed source file and an existing test, latest first."""
    found: list[Case] = []
    for commit in git.log(clone, "HEAD", MOST_COMMITS) or ():
        if len(commit.paths) > _MOST_FILES or commit.renamed:
            continue
        code = [p for p in commit.paths if _role(p) is Role.SOURCE]
        if not code or not any(_role(path) is Role.TEST for path in commit.paths):
            continue
        out = _git(clone, "show", "--format=", "--name-status", "--no-renames", commit.id)
        status = [tuple(line.split("\t")) for line in out.splitlines() if line]
        changed = tuple((s, p) for s, p in status if p in code)
        tested = tuple(p for s, p in status if s == "M" and _role(p) is Role.TEST)
        if tested and any(s == "M" for s, _ in changed):
            parent = _git(clone, "rev-parse", f"{commit.id}^").strip()
            found.append(Case(commit.id, parent, changed, tested))
        if len(found) >= wanted:
            break
    return found


def _lay_out(clone: Path, case: Case) -> None:
    """The parent's tree, with the commit's code on it."""
    _git(clone, "checkout", "-q", "-f", "--detach", case.parent)
    _git(clone, "clean", "-qfdx")
    for status, path in case.code:
        if status == "D":
            (clone / path).unlink()
        else:
            _git(clone, "checkout", "-q", case.commit, "--", path)
    _git(clone, "reset", "-q")


def _ranked(snapshot: Snapshot, clone: Path, changed: Sequence[str], past: Past) -> list[str]:
    found = tests_of_change(snapshot, changed, lambda path: git.show(clone, path), past, 10_000)
    return list(dict.fromkeys(test.path for test in found.tests))


def _bm25(clone: Path, case: Case, all_tests: Sequence[str]) -> list[str]:
    changed = [path for _, path in case.code]
    diff = _git(clone, "diff", "HEAD", "--", *changed)
    lines = [line[1:] for line in diff.splitlines() if line[:1] in ("+", "-")]
    asked = Counter(_words("\n".join([*lines, *changed])))
    texts = {path: Counter(_words(f"{path}\n{_text(clone / path)}")) for path in all_tests}
    holding = Counter(word for words in texts.values() for word in words)
    average = sum(sum(words.values()) for words in texts.values()) / max(1, len(texts))
    scores: dict[str, float] = {}
    for path, words in texts.items():
        length = _K1 * (1 - _B + _B * sum(words.values()) / average)
        scores[path] = sum(
            math.log(1 + (len(texts) - holding[word] + 0.5) / (holding[word] + 0.5))
            * (words[word] * (_K1 + 1) / (words[word] + length))
            for word in asked
            if word in words
        )
    return sorted(scores, key=lambda path: (-scores[path], path))


def _text(path: Path) -> str:
    return path.read_text("utf-8", "replace") if path.is_file() else ""


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+|\d+", re.sub(r"([a-z])([A-Z])", r"\1 \2", text).lower())


# Partners


def partners_of(repository: Path, commits: int) -> str:
    """One line of figures for a repository."""
    least = config_of({}).rules["forgotten-partner"].thresholds["min_strength"]
    history = History(git.log(repository, "HEAD", MOST_COMMITS) or [])
    sums: dict[str, float] = defaultdict(float)
    for number in range(min(commits, len(history))):
        later = range(number + 1)
        files = list(history.files(number))
        sources = [path for path in files if _role(path) is Role.SOURCE]
        code = [path for path in files if _counts(path)]
        if not sources:
            continue
        sums["commits"] += 1
        if len(code) > MOST_CHANGED:
            continue
        told = partners(history, code, _counts, sources, later)
        if told and told[0].strength >= least:
            sums["told"] += 1
            soon = {path for n in range(max(0, number - 10), number) for path in history.files(n)}
            sums["soon"] += told[0].path in soon
        for weight, left_out, named, strength in _left_out(history, code, later):
            sums["asked"] += weight
            sums["first"] += weight * (named == left_out)
            if strength >= least:
                sums["named"] += weight
                sums["right"] += weight * (named == left_out)
    asked, named, every = (max(sums[key], 1e-9) for key in ("asked", "named", "commits"))
    return (
        f"{_name(repository)}: {every:.0f} commits of source files, {asked:.0f} of several files:"
        f" left out named first {sums['first'] / asked:.3f}; at strength {least} speaks of"
        f" {named / asked:.3f}, right {sums['right'] / named:.3f}; speaks of"
        f" {sums['told'] / every:.3f} of whole commits, {sums['soon']:.0f} of"
        f" {sums['told']:.0f} partners changed in one of the next ten commits"
    )


def _left_out(
    history: History, code: Sequence[str], later: range
) -> Iterator[tuple[float, str, str, float]]:
    """(weight, file left out, file named first, its strength) for each file of a commit."""
    cases: list[tuple[str, list[str]]] = []
    for path in code:
        rest = [other for other in code if other != path]
        sources = [other for other in rest if _role(other) is Role.SOURCE]
        if sources and history.changes(path, later, 1):  # it was there before
            cases.append((path, rest))
    for path, rest in cases:
        sources = [other for other in rest if _role(other) is Role.SOURCE]
        told = partners(history, rest, _counts, sources, later)
        best = told[0] if told else None
        yield (
            1 / len(cases),
            path,
            best.path if best is not None else "",
            best.strength if best is not None else 0.0,
        )


def _counts(path: str) -> bool:
    return _role(path) in (Role.SOURCE, Role.TEST)


def _role(path: str) -> Role | None:
    """None for what is not indexed."""
    return role_of(path, generated=False) if language_of(path) is not None else None


def _name(repository: Path) -> str:
    return repository.parent.name if repository.name in ("repo", ".git") else repository.name


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, timeout=600
    )
    return done.stdout.decode("utf-8", "replace")


if __name__ == "__main__":
    sys.exit(main())
