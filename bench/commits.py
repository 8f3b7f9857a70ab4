"""Real commits of a git directory, drawn by a seed and laid out one after the other in a clone."""

import random
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from flames_indexer.build import build
from flames_indexer.config import Config, load
from flames_indexer.index import Index, Snapshot
from flames_indexer.languages import language_of

AMONG = 1500  # latest commits
MOST_FILES = 25  # a commit that changes more moves things


def clone(repository: Path, folder: Path) -> Path:
    """A clone below `folder` without files, kept between runs; `<owner>+<name>/repo` is `name`."""
    name = repository.parent.name if repository.name == "repo" else repository.name
    tree = folder / name.partition("+")[2] if "+" in name else folder / name
    if not tree.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["git", "clone", "-q", "--shared", "--no-checkout", str(repository), str(tree)],
            check=True,
        )
    return tree


def _is_code(path: str) -> bool:
    return language_of(path) is not None


def sample(
    tree: Path,
    size: int,
    seed: int,
    kinds: str = "M",
    counts: Callable[[str], bool] = _is_code,
) -> list[str]:
    """Commits that change 1 to MOST_FILES files that count, oldest first; `kinds` as in git."""
    log = git(tree, "log", "--no-merges", "--format=%H", "-n", str(AMONG), "origin/HEAD")
    commits = log.split()
    random.Random(seed).shuffle(commits)
    kept: list[str] = []
    for commit in commits:
        if len(kept) == size:
            break
        if 0 < sum(map(counts, changed_paths(tree, commit, kinds))) <= MOST_FILES:
            kept.append(commit)
    order = {commit: number for number, commit in enumerate(log.split())}
    return sorted(kept, key=lambda commit: -order[commit])


def changed_paths(tree: Path, commit: str, kinds: str = "M") -> list[str]:
    """Files of code that differ from the first parent; none of a commit that has no parent."""
    difference = ("diff", "--name-only", "--no-renames", f"--diff-filter={kinds}")
    out = git(tree, *difference, f"{commit}~1", commit)
    return [path for path in out.splitlines() if _is_code(path)]


def snapshot_at(
    tree: Path, commit: str, settings: Mapping[str, object] | None = None
) -> tuple[Snapshot, Config]:
    """The tree after a commit, indexed on from whatever was there before."""
    git(tree, "checkout", "-q", "--force", commit)
    config, _ = load(tree, settings or {})
    build(tree, config)
    return Snapshot.of(Index.open(tree, config)), config


def git(tree: Path, *arguments: str) -> str:
    """What git prints, and nothing when it refuses."""
    done = subprocess.run(
        ["git", *arguments], cwd=tree, capture_output=True, text=True, errors="replace"
    )
    return done.stdout
