"""Replays real commits: is the index after each the one that a build from nothing gives?

    python bench/replay.py REPOSITORY [--commits 100] [--every 10]

Checks the last commits of REPOSITORY out one by one in a clone, indexes each incrementally, and at
every tenth compares with a full build in a fresh cache: records, edges, reads and contents, byte
for byte. Prints the times of the increments. Exit status 1 when anything differed.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from flames_indexer.build import BuildSummary, build
from flames_indexer.config import config_of
from flames_indexer.store import Database, place_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the replay; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Formatter)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--commits", type=int, default=100)
    parser.add_argument("--every", type=int, default=10)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="flames-replay-") as folder:
        return replay(options.repository, Path(folder), options.commits, options.every)


def replay(repository: Path, folder: Path, commits: int, every: int) -> int:
    """Indexes the last `commits` in a clone below `folder`; 1 when a sampled one differed."""
    clone = folder / "clone"
    _git(folder, "clone", "-q", "--shared", "--no-checkout", str(repository), str(clone))
    names = _git(clone, "rev-list", "--first-parent", f"-{commits}", "HEAD").split()[::-1]
    seconds: list[float] = []
    changed: list[int] = []
    differing = 0
    for number, name in enumerate(names):
        _git(clone, "checkout", "-q", "-f", name)
        started = time.process_time()
        summary = _build(clone, folder / "cache")
        if number:
            seconds.append(time.process_time() - started)
            changed.append(summary.changed)
        if number % every == 0 or number == len(names) - 1:
            differences = compare(clone, folder / "cache", folder / f"fresh{number}")
            differing += bool(differences)
            print(f"{name[:10]} {summary.files} files: {differences or 'equal'}", flush=True)
    if seconds:
        print(
            f"{len(seconds)} increments, CPU s: median {statistics.median(seconds):.2f},"
            f" p95 {_p95(seconds):.2f}, most {max(seconds):.2f};"
            f" files resolved: median {statistics.median(changed)}, most {max(changed)}"
        )
    return int(differing > 0)


def compare(root: Path, cache: Path, fresh: Path) -> list[str]:
    """What differs between the index in `cache` and one made from nothing: `what: paths`."""
    _build(root, fresh)
    ours, theirs = stored(root, cache), stored(root, fresh)
    differences: list[str] = []
    for what, expected in theirs.items():
        paths = ours[what].keys() | expected.keys()
        wrong = sorted(path for path in paths if ours[what].get(path) != expected.get(path))
        if wrong:
            differences.append(f"{what}: {len(wrong)} files, first {wrong[0]}")
    return differences


def stored(root: Path, cache: Path) -> dict[str, dict[str, object]]:
    """All that an index answers from, by path."""
    place = place_of(root, cache)
    with Database.read(place.database) as database:
        manifest = database.manifest(place.root)
        assert manifest is not None, "the index was just built"
        records = {path: r for path, r in manifest.files.items() if r.has_facts}
        checks = {path: record.edges for path, record in records.items()}
        keys = {p: manifest.generation.versions.keys(r.language, r.key) for p, r in records.items()}
        return {
            "records": {p: (r.key, r.role, r.symbols, r.certainties) for p, r in records.items()},
            "edges": dict(database.edges(place.root, checks)),
            "reads": dict(database.reads(place.root, checks)),
            "contents": {p: [database.content(k) for k in own if k] for p, own in keys.items()},
        }


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the description."""


def _build(root: Path, cache: Path) -> BuildSummary:
    return build(root, config_of({"cache.dir": str(cache), "workers": 1}))


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "advice.detachedHead=false", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


if __name__ == "__main__":
    sys.exit(main())
