"""What the user said of findings: kept in the user's data, not in the cache nor the repository.

One file a repository, shared by all its worktrees, JSON lines, only ever appended to; the last line
of a fingerprint is in force. A line names the rule, the fingerprint, the symbol or file and the
day: never source text, and nothing of it leaves the machine. A line that cannot be read is left
out.
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from flames_indexer import git, jsonl
from flames_indexer.errors import StoreError
from flames_indexer.model import Finding

DISMISSED, RESTORED = "dismissed", "restored"
_ENOUGH = 5
"""Findings of one rule dismissed in a repository, after which it only hints there. A guess: fewer
may be five bad days, with more the rule would have been switched off."""
_FIELDS = ("fingerprint", "rule", "place", "said", "day")


@dataclass(frozen=True, slots=True)
class Said:
    """`place`: the id of a symbol or a path. `day` as 2026-11-22."""

    fingerprint: str
    rule: str
    place: str
    said: str
    day: str


def dismissed(file: Path) -> dict[str, Said]:
    """What is dismissed now, by fingerprint, in the order it was said."""
    return {mark: said for mark, said in _last(file).items() if _is_out(said)}


def unwelcome(said: Iterable[Said]) -> frozenset[str]:
    """The rules of which so much is dismissed that they should be quieter."""
    counts = Counter(one.rule for one in said)
    return frozenset(rule for rule, count in counts.items() if count >= _ENOUGH)


def dismissed_anywhere() -> list[Said]:
    """In all repositories of this user."""
    return [said for file in sorted(_folder().glob("*.jsonl")) for said in dismissed(file).values()]


def dismiss(file: Path, finding: Finding, place: str) -> None:
    """It is not shown until it is restored. StoreError where that cannot be kept."""
    _say(file, finding.fingerprint, finding.rule, place, DISMISSED)


def restore(file: Path, said: Said) -> None:
    """It is shown again."""
    _say(file, said.fingerprint, said.rule, said.place, RESTORED)


def feedback_file(root: Path) -> Path:
    """Where what is said of a repository is kept; asks git."""
    checkout = git.worktree(root)
    shared = checkout.common_dir if checkout and checkout.top == root.resolve() else root.resolve()
    name = shared.parent.name if shared.name == ".git" else shared.name
    mark = hashlib.blake2b(os.fsencode(os.path.normcase(shared)), digest_size=8).hexdigest()
    return _folder() / f"{name[:40]}-{mark}.jsonl"


def _folder() -> Path:
    if named := os.environ.get("FLAMES_DATA_DIR"):
        return Path(named)
    import platformdirs

    return platformdirs.user_data_path("flames", appauthor=False) / "feedback"


def _say(file: Path, fingerprint: str, rule: str, place: str, said: str) -> None:
    day = datetime.now(UTC).date().isoformat()
    line = json.dumps(asdict(Said(fingerprint, rule, place, said, day)), ensure_ascii=False) + "\n"
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as out:
            out.write(line.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise StoreError(f"{file} cannot be written: {error.strerror}.") from error


def _last(file: Path) -> dict[str, Said]:
    return {said.fingerprint: said for said in _read(file)}


def _read(file: Path) -> Iterator[Said]:
    for found in jsonl.objects(file):
        values = [found.get(name) for name in _FIELDS]
        if all(isinstance(value, str) for value in values):
            yield Said(*cast("list[str]", values))


def _is_out(said: Said) -> bool:
    return said.said == DISMISSED
