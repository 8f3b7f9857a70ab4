"""How often `parallel-logic` speaks on ordinary commits.

    python bench/commit_noise.py FOLDER REPOSITORY… --commits 60 --out FINDINGS.jsonl

REPOSITORY is a git directory; FOLDER keeps clones and the index between runs. Of each repository a
seeded sample of the latest commits that change or add source files, and no more than a few, is
replayed in order: the tree after the commit is indexed, and asked is what
`flames check --changed-since` its parent says. Counted beside are the functions of those files
whose code the file of that path did not have before, however short they are: those that the rule
itself takes for new or changed.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from commits import changed_paths, clone, sample, snapshot_at
from flames_indexer import git
from flames_indexer.checks import run_checks
from flames_indexer.facts import DefinitionKind, FileFacts
from flames_indexer.index import Snapshot
from flames_indexer.languages import language_of
from flames_indexer.model import Finding, Role, Severity
from flames_indexer.parse import parse
from flames_indexer.roles import role_of
from flames_indexer.similarity.code import Code, code_of
from flames_indexer.trace import Trace

_RULE = "parallel-logic"
_KINDS = "AM"  # as git has them


@dataclass(slots=True)
class Counts:
    """Of one repository, or several."""

    commits: int = 0
    functions: int = 0  # added or changed
    warnings: int = 0
    hints: int = 0
    warned: int = 0  # commits

    def add(self, other: "Counts") -> None:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

    def line(self, name: str) -> str:
        """One line of the table."""
        warnings, hints = (
            100 * count / max(1, self.functions) for count in (self.warnings, self.hints)
        )
        return (
            f"{name:12} {self.commits:4} commits {self.functions:5} functions added or changed"
            f"  warnings {self.warnings:3} ({warnings:.2f} per 100, in {self.warned} commits)"
            f"  hints {self.hints:3} ({hints:.2f} per 100)"
        )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("repositories", type=Path, nargs="+")
    parser.add_argument("--commits", type=int, default=60)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--out", type=Path, help="each finding as a line of JSON")
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    os.environ["FLAMES_CACHE_DIR"] = str(folder / "cache")
    total, rows = Counts(), list[dict[str, object]]()
    for repository in asked.repositories:
        tree = clone(repository.resolve(), folder)
        counts = Counts()
        for commit in sample(tree, asked.commits, asked.seed, _KINDS, _is_source):
            counted, found = replayed(tree, commit)
            counts.add(counted)
            rows += [_row(tree, commit, finding) for finding in found]
        total.add(counts)
        print(counts.line(tree.name), flush=True)
    print(total.line("all"))
    if asked.out:
        asked.out.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return 0


def replayed(tree: Path, commit: str) -> tuple[Counts, tuple[Finding, ...]]:
    """What is said of one commit."""
    snapshot, config = snapshot_at(tree, commit)
    roles, parent = snapshot.roles(), f"{commit}~1"
    paths = [p for p in changed_paths(tree, commit, _KINDS) if roles.get(p) is Role.SOURCE]
    found = run_checks(
        snapshot,
        paths,
        config,
        trace=Trace(None),
        changed_since=parent,
        rules=[_RULE],
        baseline=False,
    ).findings
    warnings = sum(finding.severity >= Severity.WARNING for finding in found)
    functions = sum(_new_functions(snapshot, path, parent) for path in paths)
    return Counts(1, functions, warnings, len(found) - warnings, int(warnings > 0)), found


def _is_source(path: str) -> bool:
    return role_of(path, generated=False) is Role.SOURCE


def _new_functions(snapshot: Snapshot, path: str, parent: str) -> int:
    """How many functions of the file have code that the file did not have at `parent`."""
    source, facts = snapshot.source(path), snapshot.facts(path)
    language = language_of(path)
    if source is None or facts is None or language is None:
        return 0
    old = git.show(snapshot.index.root, path, parent) or b""
    before = set(_codes(old, parse(old, language)))
    return sum(code not in before for code in _codes(source, facts))


def _codes(source: bytes, facts: FileFacts) -> Iterator[Code]:
    for row, kind in enumerate(facts.definitions.kind):
        if kind == DefinitionKind.FUNCTION:
            yield code_of(source, facts, row)


def _row(tree: Path, commit: str, finding: Finding) -> dict[str, object]:
    return {
        "repository": tree.name,
        "commit": commit,
        "severity": finding.severity.name.lower(),
        "path": finding.span.path,
        "message": finding.message,
        "evidence": finding.evidence,
        "related": [asdict(place) for place in finding.related],
    }


if __name__ == "__main__":
    sys.exit(main())
