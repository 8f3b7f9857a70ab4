"""How often `twin-edit` speaks on ordinary commits, and whether it catches what was forgotten.

    python bench/twin_edits.py FOLDER REPOSITORY… --commits 60 --kept 40 --twice 10
                               --out FINDINGS.jsonl

REPOSITORY is a git directory; FOLDER keeps clones and the index between runs. Of each repository a
seeded sample of commits that change source files is replayed in order: the tree after the commit is
indexed, and asked is what the rule says of the commit. `--kept`: as many more of those that took a
line out that still stands elsewhere in the source, the only ones of which it can speak.

*Leave one out*: of the commits that took the same lines out of two functions and put the same in, a
sample as well. Where two such functions had most lines in common, and neither is inside the other,
the change of one is undone, and the rule must name that one at the other.
"""

import argparse
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path

from commits import AMONG, MOST_FILES, changed_paths, clone, git, sample, snapshot_at
from flames_indexer.checks import run_checks
from flames_indexer.config import Config
from flames_indexer.facts import DefinitionKind
from flames_indexer.index import Snapshot
from flames_indexer.languages import language_of
from flames_indexer.model import Finding, Role
from flames_indexer.parse import parse
from flames_indexer.resolve.symbols import symbol_id
from flames_indexer.roles import role_of
from flames_indexer.trace import Trace

_RULE = "twin-edit"
_COPIES = 0.6  # share of lines in common (Jaccard) from which on two functions are copies here
_LEAST_TEXT = 15  # characters of the lines taken out
_LEAST_LINES = 5  # of a function with a sketch
_LONG = 30  # characters of a line that hardly stands in two places by chance
_MOST_LINES = 30  # asked git for, of one commit
_MOST_PAIRS = 3  # of one commit
_MARK = "\x01commit "

Hunk = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Changed:
    """A function that a commit changed."""

    id: str
    path: str
    old: str
    span: tuple[int, int]  # of the new text in its file
    hunks: frozenset[Hunk]


@dataclass(slots=True)
class Counts:
    commits: int = 0
    changed: int = 0  # functions
    spoke: int = 0  # commits
    findings: int = 0
    copies: int = 0
    copies_caught: int = 0

    def line(self, name: str) -> str:
        """One line of the table."""
        per = 100 * self.findings / max(1, self.commits)
        return (
            f"{name:12} {self.commits:4} commits {self.changed:5} functions changed"
            f"  spoke in {self.spoke:3} ({per:.1f} findings per 100 commits)"
            f"  left out and named {self.copies_caught}/{self.copies}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("repositories", type=Path, nargs="+")
    parser.add_argument("--commits", type=int, default=60)
    parser.add_argument("--kept", type=int, default=0)
    parser.add_argument("--twice", type=int, default=10)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, help="each finding as a line of JSON")
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    os.environ["FLAMES_CACHE_DIR"] = str(folder / "cache")
    total, rows = Counts(), list[dict[str, object]]()
    for repository in asked.repositories:
        counts = Counts()
        tree = clone(repository.resolve(), folder)
        for commit in sample(tree, asked.commits, asked.seed):
            rows += _replayed(tree, commit, counts)
        draw = random.Random(asked.seed)
        if asked.kept:
            print(counts.line(tree.name), flush=True)
            kept = list(_left_elsewhere(tree))
            print(f"{tree.name}: a line that went stands elsewhere in {len(kept)} of {AMONG}")
            for commit in draw.sample(kept, min(asked.kept, len(kept))):
                rows += _replayed(tree, commit, counts)
        twice = list(_changed_twice(tree))
        for commit in draw.sample(twice, min(asked.twice, len(twice))):
            _leave_one_out(tree, commit, counts)
        print(counts.line(tree.name), flush=True)
        for name in Counts.__slots__:
            setattr(total, name, getattr(total, name) + getattr(counts, name))
    print(total.line("all"))
    if asked.out:
        asked.out.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return 0


def _changed_twice(tree: Path) -> Iterator[str]:
    """Commits, the latest first, whose difference has one hunk of a source file twice."""
    form = ("-p", "-U0", "--no-renames", "--diff-filter=M", f"--format={_MARK}%H")
    log = git(tree, "log", "--no-merges", *form, "-n", str(AMONG), "origin/HEAD")
    for part in log.split(_MARK)[1:]:
        commit, _, difference = part.partition("\n")
        hunks = Counter(_hunks_of(difference))
        if any(count > 1 for count in hunks.values()):
            yield commit


def _left_elsewhere(tree: Path) -> Iterator[str]:
    """Commits, the latest first, that took a line out of a source file which another place of the
    source has still."""
    form = ("-p", "-U0", "--no-renames", "--diff-filter=M", f"--format={_MARK}%H")
    log = git(tree, "log", "--no-merges", *form, "-n", str(AMONG), "origin/HEAD")
    for part in log.split(_MARK)[1:]:
        commit, _, difference = part.partition("\n")
        gone = {line for hunk in _hunks_of(difference) for line in hunk[0]}
        gone -= {line for hunk in _hunks_of(difference) for line in hunk[1]}
        asked = [line for line in sorted(gone) if len(line) >= _LONG and line[0] not in "#/*\"'"]
        given = (part for line in asked[:_MOST_LINES] for part in ("-e", line))
        files = git(tree, "grep", "-lF", *given, commit) if asked else ""
        paths = (name.partition(":")[2] for name in files.splitlines())
        if any(language_of(p) and role_of(p, generated=False) is Role.SOURCE for p in paths):
            yield commit


def _hunks_of(difference: str) -> Iterator[Hunk]:
    for file in difference.split("\n+++ b/")[1:]:
        path = file.partition("\n")[0]
        if language_of(path) is None or role_of(path, generated=False) is not Role.SOURCE:
            continue
        for hunk in file.split("\n@@")[1:]:
            lines = hunk.splitlines()[1:]
            gone = tuple(line[1:].strip() for line in lines if line.startswith("-"))
            come = tuple(line[1:].strip() for line in lines if line.startswith("+"))
            if len("".join(gone)) >= _LEAST_TEXT:
                yield gone, come


def _snapshot(tree: Path, commit: str) -> tuple[Snapshot, Config, list[str]]:
    """The tree after a commit, and the source files that it changed."""
    snapshot, config = snapshot_at(tree, commit, {"embedding.model": "none"})
    roles = snapshot.roles()
    paths = [p for p in changed_paths(tree, commit) if roles.get(p) is Role.SOURCE]
    return snapshot, config, paths


def _replayed(tree: Path, commit: str, counts: Counts) -> Iterator[dict[str, object]]:
    snapshot, config, paths = _snapshot(tree, commit)
    if not paths:
        return
    found = _asked(snapshot, config, paths, commit)
    counts.commits += 1
    counts.changed += sum(len(_changed(tree, commit, path)) for path in paths)
    counts.spoke += bool(found)
    counts.findings += len(found)
    for finding in found:
        yield {
            "repository": tree.name,
            "commit": commit,
            "path": finding.span.path,
            "message": finding.message,
            "evidence": finding.evidence,
            "related": [(place.symbol, place.message) for place in finding.related],
        }


def _leave_one_out(tree: Path, commit: str, counts: Counts) -> None:
    paths = changed_paths(tree, commit)
    if len(paths) > MOST_FILES:
        return
    changed = [one for path in paths for one in _changed(tree, commit, path)]
    pairs = [pair for pair in combinations(changed, 2) if _are_copies(*pair)]
    if not pairs:
        return
    snapshot, config, _ = _snapshot(tree, commit)
    roles = snapshot.roles()
    for one, other in pairs[:_MOST_PAIRS]:
        if roles.get(one.path) is Role.SOURCE and roles.get(other.path) is Role.SOURCE:
            said = _left_out(snapshot, config, commit, one, other)
            said = said or _left_out(snapshot, config, commit, other, one)
            counts.copies += 1
            counts.copies_caught += said
            if not said:
                print(f"  not named: {tree.name} {commit[:10]} {one.id} {other.id}")


def _are_copies(one: Changed, other: Changed) -> bool:
    apart = not f"{one.id}.".startswith(f"{other.id}.") and not f"{other.id}.".startswith(
        f"{one.id}."
    )
    return apart and bool(one.hunks & other.hunks) and _jaccard(one.old, other.old) >= _COPIES


def _asked(snapshot: Snapshot, config: Config, paths: list[str], commit: str) -> list[Finding]:
    result = run_checks(
        snapshot,
        paths,
        config,
        trace=Trace(None),
        changed_since=f"{commit}~1",
        rules=[_RULE],
        baseline=False,
    )
    return list(result.findings)


def _left_out(
    snapshot: Snapshot, config: Config, commit: str, edited: Changed, undone: Changed
) -> bool:
    """Whether the rule names `undone` at `edited` when its change is taken back."""
    source = snapshot.source(undone.path)
    if source is None:
        return False
    start, end = undone.span
    text = source[:start] + undone.old.encode() + source[end:]
    found = _asked(snapshot.with_edit(undone.path, text, 1), config, [edited.path], commit)
    return any(place.symbol == undone.id for finding in found for place in finding.related)


def _changed(tree: Path, commit: str, path: str) -> list[Changed]:
    old, new = (_functions(tree, ref, path) for ref in (f"{commit}~1", commit))
    found: list[Changed] = []
    for identity, (text, span, signature) in new.items():
        before, _, was = old.get(identity, (text, span, signature))
        if before != text:
            hunks = _hunks(before[was:], text[signature:])
            if before.count("\n") >= _LEAST_LINES:
                found.append(Changed(identity, path, before, span, hunks))
    return found


def _functions(tree: Path, ref: str, path: str) -> dict[str, tuple[str, tuple[int, int], int]]:
    """Text, place and length of the signature of each function of a file."""
    language = language_of(path)
    shown = subprocess.run(["git", "show", f"{ref}:{path}"], cwd=tree, capture_output=True)
    if shown.returncode or language is None:
        return {}
    facts = parse(shown.stdout, language)
    table = facts.definitions
    return {
        symbol_id(path, facts, row): (
            shown.stdout[table.start[row] : table.end[row]].decode(errors="replace"),
            (table.start[row], table.end[row]),
            max(0, table.body_start[row] - table.start[row]),
        )
        for row, kind in enumerate(table.kind)
        if kind == DefinitionKind.FUNCTION
    }


def _hunks(old: str, new: str) -> frozenset[Hunk]:
    before, after = ([line.strip() for line in text.splitlines()] for text in (old, new))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return frozenset(
        (tuple(before[a:b]), tuple(after[c:d]))
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag in ("replace", "delete")
        and len("".join(before[a:b])) >= _LEAST_TEXT
        and not any(line.startswith(("#", '"')) for line in before[a:b])
    )


def _jaccard(one: str, other: str) -> float:
    a, b = ({line.strip() for line in text.splitlines()[1:]} for text in (one, other))
    return len(a & b) / max(1, len(a | b))


if __name__ == "__main__":
    sys.exit(main())
