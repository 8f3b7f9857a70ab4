"""Replays real edits key by key: does half-typed source make known things come and go?

    python bench/keystrokes.py REPOSITORY… [--keystrokes 2000] [--files 10] [--seed 5]

Draws commits of each repository that change a few lines of one file, indexes the state before, and
types the change in an editor's buffer: what is replaced is removed by one key, what is new comes
character by character. After each key the buffer's edges and findings are asked for.

Stable is what holds before and after the whole change, has its place outside of the changed
functions, and does not rest on a name that the change writes in the open: one cannot use an import
while it is typed. *Flicker* is the share of keys after which something stable is missing; *ghosts*,
that after which an untouched function has an edge that it has neither before nor after. CPU is that
of one key: buffer, facts, edges. Exit status 1 when anything raised or facts vanished wholesale.
"""

from __future__ import annotations

import argparse
import difflib
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from clocks import Times
from flames_indexer.build import build
from flames_indexer.checks import run_checks
from flames_indexer.config import Config, config_of
from flames_indexer.index import Index, Snapshot
from flames_indexer.trace import Trace

SUFFIXES = (".py", ".ts", ".tsx")
MOST_TYPED, LEAST_TYPED = 800, 200  # characters of one change
RARELY = 8  # findings are asked for at every so many keys: they cost more than all else

NAME = re.compile(r"\w+")

Key = tuple[int, int, bytes]  # bytes [start, end) become this text
EdgeKey = tuple[str, str, str]


@dataclass(frozen=True)
class Change:
    """A commit's change of one file."""

    commit: str
    path: str
    before: bytes
    after: bytes

    def keys(self) -> Iterator[Key]:
        """Each key, in the text that the ones before it left."""
        moved = 0
        for start, end, new in _hunks(self.before, self.after):
            at = start + moved
            if end > start:
                yield at, at + end - start, b""
            for character in new.decode():
                typed = character.encode()
                yield at, at, typed
                at += len(typed)
            moved += len(new) - (end - start)


@dataclass
class Counts:
    """What happened at the keys of one or more changes."""

    keys: int = 0
    flickers: int = 0
    ghosts: int = 0
    asked: int = 0  # for findings
    findings_gone: int = 0
    findings_ghosts: int = 0
    fewest_definitions: float = 1.0  # of the stable ones
    cpu: Times = field(default_factory=Times)
    worst: list[str] = field(default_factory=list)

    def add(self, other: Counts) -> None:
        for name in ("keys", "flickers", "ghosts", "asked", "findings_gone", "findings_ghosts"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.fewest_definitions = min(self.fewest_definitions, other.fewest_definitions)
        self.cpu.samples += other.cpu.samples
        self.worst += other.worst

    def told(self) -> dict[str, object]:
        return {
            "keys": self.keys,
            "edge_flicker": round(self.flickers / max(1, self.keys), 4),
            "edge_ghosts": round(self.ghosts / max(1, self.keys), 4),
            "finding_flicker": round(self.findings_gone / max(1, self.asked), 4),
            "finding_ghosts": round(self.findings_ghosts / max(1, self.asked), 4),
            "fewest_definitions": round(self.fewest_definitions, 3),
            "cpu_ms": self.cpu.summary(),
        }


def _hunks(before: bytes, after: bytes) -> list[tuple[int, int, bytes]]:
    """What differs, by lines, less what a changed line keeps at both ends."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    places = [0]
    for line in old:
        places.append(places[-1] + len(line))
    found: list[tuple[int, int, bytes]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        gone, come = b"".join(old[a:b]), b"".join(new[c:d])
        start = next((i for i, (x, y) in enumerate(zip(gone, come, strict=False)) if x != y), 0)
        if gone.startswith(come) or come.startswith(gone):
            start = min(len(gone), len(come))
        rest = min(len(gone), len(come)) - start
        end = next((i for i in range(rest) if gone[-1 - i] != come[-1 - i]), rest)
        found.append((places[a] + start, places[b] - end, come[start : len(come) - end]))
    return found


def changes(repository: Path, drawn: random.Random) -> Iterator[Change]:
    """Changes of one file each, in the order drawn."""
    commits = git(repository, "rev-list", "--first-parent", "--no-merges", "-1500", "HEAD").split()
    drawn.shuffle(commits)
    for commit in commits:
        if git(repository, "rev-list", "--parents", "-1", commit).count(" ") != 1:
            continue
        names = git(repository, "diff", "--name-only", "--diff-filter=M", f"{commit}^", commit)
        sources = [name for name in names.splitlines() if name.endswith(SUFFIXES)]
        if len(sources) != 1:
            continue
        before, after = (show(repository, at, sources[0]) for at in (f"{commit}^", commit))
        typed = sum(len(new) for _, _, new in _hunks(before, after))
        if LEAST_TYPED <= typed <= MOST_TYPED and before.isascii() and after.isascii():
            yield Change(commit, sources[0], before, after)


def replay(change: Change, root: Path, config: Config, most: int) -> Counts:
    """Types one change, at most `most` keys of it."""
    git(root, "checkout", "-q", "-f", f"{change.commit}^")
    build(root, config)
    index = Index.open(root, config)
    start = Snapshot.of(index).with_edit(change.path, change.before, 0)
    end = start.with_edit(change.path, change.after, 0)
    stable = Stable(change, start, end, config)
    counts, snapshot, source = Counts(), start, change.before
    for number, (a, b, new) in enumerate(change.keys()):
        if number == most:
            break
        source = source[:a] + new + source[b:]
        began = time.process_time()
        snapshot = snapshot.with_edit(change.path, source, number + 1, (a, b, a + len(new)))
        edges = edge_keys(snapshot, change.path)
        counts.cpu.samples.append((time.process_time() - began) * 1000)
        stable.look(snapshot, edges, counts, number)
    return counts


class Stable:
    """What should be there at every key of a change."""

    def __init__(self, change: Change, start: Snapshot, end: Snapshot, config: Config) -> None:
        self._change = change
        self._config = config
        self._touched = touched(change, start, end)
        self._written = written(change) if change.path in self._touched else set[str]()
        before, after = (edge_keys(s, change.path) for s in (start, end))
        self._possible = before | after
        self._edges = self._untouched(before & after)
        self._definitions = symbols(start, change.path) & symbols(end, change.path)
        found = [findings(s, change, config) for s in (start, end)]
        self._findings, self._possible_findings = found[0] & found[1], found[0] | found[1]

    def look(self, snapshot: Snapshot, edges: set[EdgeKey], counts: Counts, number: int) -> None:
        counts.keys += 1
        missing, new = self._edges - edges, self._untouched(edges) - self._possible
        counts.flickers += bool(missing)
        counts.ghosts += bool(new)
        if (missing or new) and len(counts.worst) < 3:
            which = f"lacks {min(missing)}" if missing else f"ghost {min(new)}"
            counts.worst.append(f"{self._change.path} key {number}: {which}")
        there = symbols(snapshot, self._change.path) & self._definitions
        share = len(there) / max(1, len(self._definitions))
        counts.fewest_definitions = min(counts.fewest_definitions, share)
        if number % RARELY == 0:
            found = findings(snapshot, self._change, self._config)
            counts.asked += 1
            counts.findings_gone += bool(self._findings - found)
            counts.findings_ghosts += bool(found - self._possible_findings)

    def _untouched(self, edges: set[EdgeKey]) -> set[EdgeKey]:
        return {
            (source, kind, target)
            for source, kind, target in edges
            if source not in self._touched and NAME.findall(target)[-1] not in self._written
        }


def touched(change: Change, start: Snapshot, end: Snapshot) -> set[str]:
    """The innermost symbols that an edited place lies in, before or after."""
    names: set[str] = set()
    moved = 0
    for a, b, new in _hunks(change.before, change.after):
        for snapshot, first, last in ((start, a, b), (end, a + moved, a + moved + len(new))):
            for place in (first, last):
                symbol = snapshot.enclosing(change.path, place)
                names.add(symbol.id if symbol else change.path)
            names |= {
                s.id
                for s in snapshot.symbols_in(change.path)
                if any(first <= d.span.start and d.span.end <= last for d in s.definitions)
            }
        moved += len(new) - (b - a)
    return names


def written(change: Change) -> set[str]:
    """The names in what is removed and typed."""
    hunks = _hunks(change.before, change.after)
    texts = [text for a, b, new in hunks for text in (change.before[a:b], new)]
    return {name for text in texts for name in NAME.findall(text.decode())}


def edge_keys(snapshot: Snapshot, path: str) -> set[EdgeKey]:
    edges = snapshot.edges_in(path)
    return {(e.source, e.kind.label, e.target) for e in edges}


def symbols(snapshot: Snapshot, path: str) -> set[str]:
    return {symbol.id for symbol in snapshot.symbols_in(path)}


def findings(snapshot: Snapshot, change: Change, config: Config) -> set[str]:
    """Fingerprints, of what is compared with the state before the change."""
    old = {change.path: change.before}
    result = run_checks(
        snapshot, [change.path], config, trace=Trace(None, 0), before=old.get, baseline=False
    )
    assert not result.failed, result.failed
    return {f.fingerprint for f in result.findings}


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


def show(folder: Path, commit: str, path: str) -> bytes:
    command = ["git", "show", f"{commit}:{path}"]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout


def main() -> int:
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=formatter)
    parser.add_argument("repositories", type=Path, nargs="+", metavar="REPOSITORY")
    parser.add_argument("--keystrokes", type=int, default=2000)
    parser.add_argument("--files", type=int, default=10)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    whole = Counts()
    per_file = options.keystrokes // options.files
    with tempfile.TemporaryDirectory(prefix="flames-keystrokes-") as folder:
        drawn = random.Random(options.seed)
        clones: list[tuple[Path, Iterator[Change]]] = []
        for number, repository in enumerate(options.repositories):
            clone = Path(folder) / f"{number}-{repository.name}"
            git(Path(folder), "clone", "-q", "--shared", str(repository), str(clone))
            clones.append((clone, changes(clone, drawn)))
        config = config_of({"cache.dir": f"{folder}/cache", "workers": 1})
        seen: set[tuple[Path, str]] = set()
        number = 0
        while len(seen) < options.files:
            clone, source = clones[number % len(clones)]
            number += 1
            change = next(c for c in source if (clone, c.path) not in seen)
            seen.add((clone, change.path))
            counts = replay(change, clone, config, per_file)
            print(json.dumps({"file": change.path, **counts.told()}), *counts.worst, sep="\n  ")
            whole.add(counts)
    print(json.dumps(whole.told(), indent=1))
    return int(whole.fewest_definitions < 0.5)


if __name__ == "__main__":
    sys.exit(main())
