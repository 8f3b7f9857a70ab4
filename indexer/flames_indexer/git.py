"""What git knows of a folder: the only module that runs git.

The repository chooses nothing: hooks, fsmonitor, filters and external diff commands are switched
off, the network is out of reach, no lock is taken, every run has a time limit, and `git` is looked
for in absolute PATH entries only. git absent, failing, slow or refusing (`safe.directory`) is the
value None, never an exception.
"""

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec

# Seconds. Listing 50k files takes about one on a warm disk; a hung network mount must not hang us.
TIME_LIMIT_S = 60.0
_ASK_AGAIN_S = 0.1  # whether a run is still wanted

_HARDENING = (
    "--no-optional-locks",
    "-c", "core.fsmonitor=",
    "-c", "core.hooksPath=" + os.devnull,
    "-c", "core.untrackedCache=false",
    "-c", "core.quotePath=false",
    "-c", "protocol.allow=never",
    "-c", "submodule.recurse=false",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Worktree:
    """A checkout. Several worktrees of one repository share `common_dir`."""

    top: Path
    common_dir: Path


class Commit(msgspec.Struct, frozen=True, array_like=True):
    """What one commit changed. `paths`: deleted ones too, and of `renamed` (old, new) the new."""

    id: str
    time: int  # of committing, seconds since 1970
    paths: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...] = ()


class LineChange(NamedTuple):
    """The last change of a line. `commit` is "" while it is not committed; `time_s`: since 1970."""

    commit: str
    author: str
    time_s: int
    subject: str


def worktree(folder: Path) -> Worktree | None:
    """The checkout that holds `folder`; None where there is none or it is bare.

    A configured `core.worktree` that points away from `folder` counts as none.
    """
    out = _run(folder, "rev-parse", "--show-toplevel", "--git-common-dir")
    lines = _decode(out or b"").splitlines()
    if len(lines) != 2:
        return None
    here, top = folder.resolve(), Path(lines[0]).resolve()
    return Worktree(top, (here / lines[1]).resolve()) if here.is_relative_to(top) else None


def tracked(top: Path) -> list[str] | None:
    """Paths in the index, as git spells them, submodules left out.

    Paths may be gone from the disk, be symbolic links, or lie behind what is one by now.
    """
    out = _run(top, "ls-files", "-z", "--cached", "--stage")
    return None if out is None else _without_submodules(out)


def untracked(top: Path) -> list[str] | None:
    """Paths on disk that are neither tracked nor ignored. A nested repository is not entered."""
    out = _run(top, "ls-files", "-z", "--others", "--exclude-standard")
    return None if out is None else [p for p in _split(out) if not p.endswith("/")]


def ignores(top: Path, path: Path) -> bool:
    """Whether the ignore rules of the checkout cover `path`."""
    return _run(top, "check-ignore", "-q", "--", str(path)) is not None


def show(top: Path, path: str, ref: str = "HEAD") -> bytes | None:
    """The bytes committed at `ref` under `path`; None when there are none."""
    if ref.startswith("-"):
        return None
    return _run(top, "cat-file", "blob", f"{ref}:{path}")


def changed_since(top: Path, ref: str) -> list[str] | None:
    """Paths whose content on disk differs from `ref`, new and deleted ones included."""
    if ref.startswith("-"):
        return None
    flags = ("--name-only", "--no-ext-diff", "--no-textconv", "--no-renames", "-z")
    out = _run(top, "diff", *flags, ref, "--", configured=_filters_off(top))
    new = untracked(top)
    return None if out is None or new is None else sorted({*_split(out), *new})


def last_changed(top: Path, commits: int) -> list[str] | None:
    """The paths that the latest commits changed, each once, the latest first; merges left out."""
    flags = ("--name-only", "--format=", "--no-ext-diff", "--no-textconv", "--no-renames", "-z")
    out = _run(top, "log", *flags, "--no-merges", "-n", str(commits), "--relative", "--")
    return None if out is None else list(dict.fromkeys(p for p in _split(out) if p))


def commit_of(top: Path, ref: str = "HEAD") -> str | None:
    """The id of the commit that `ref` names."""
    if ref.startswith("-"):
        return None
    out = _run(top, "rev-parse", "--verify", "--quiet", "--end-of-options", ref + "^{commit}")
    return _decode(out).strip() if out else None


def log(
    top: Path,
    ref: str,
    limit: int,
    *,
    but_of: str = "",
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Commit] | None:
    """The commits that lead to `ref`, the latest first, at most `limit`; merges left out.

    `but_of`: without those that lead to this commit. Half a CPU second for 15,000 commits of 1,000
    files, a fifth of it for finding renames. Once `cancelled` answers True git is stopped: None.
    """
    if ref.startswith("-"):
        return None
    revisions = (ref, *([f"^{but_of}"] if but_of else []), "--")
    flags = ("-z", "--format=%x01%H %ct", "--no-merges", "--no-show-signature", "-n", str(limit))
    diff = ("--name-status", "--no-ext-diff", "--no-textconv", "-O/dev/null")
    for renames in (("-M", f"-l{_MOST_RENAMES}"), ("-M100%",)):  # contents may be missing
        out = _run(top, "log", *flags, *diff, *renames, *revisions, cancelled=cancelled)
        if out is not None or cancelled():
            break
    return None if out is None else list(_commits(out.decode("utf-8", "replace")))


def blame(
    top: Path, path: str, *, cancelled: Callable[[], bool] = lambda: False
) -> list[LineChange] | None:
    """Who changed each line of a file on disk last. A few seconds where a file has a long past."""
    flags = ("--porcelain", "--no-progress", "--no-textconv", "--encoding=UTF-8")
    settings = ("-c", "blame.ignoreRevsFile=", "-c", "blame.markIgnoredLines=false")
    out = _run(
        top, "blame", *flags, "--", path, configured=(*_filters_off(top), *settings),
        cancelled=cancelled,
    )  # fmt: skip
    return None if out is None else list(_line_changes(out.decode("utf-8", "replace")))


def leads_to(top: Path, old: str, new: str) -> bool:
    """Whether the commit `old` is among those that lead to `new`."""
    ids = _COMMIT_ID.fullmatch(old) and _COMMIT_ID.fullmatch(new)
    return bool(ids) and _run(top, "merge-base", "--is-ancestor", old, new) is not None


def subjects(top: Path, ids: Sequence[str]) -> list[str] | None:
    """The first line of each commit's message."""
    if not ids or not all(_COMMIT_ID.fullmatch(one) for one in ids):
        return None if ids else []
    flags = ("-z", "--format=%s", "--no-walk=unsorted", "--no-show-signature")
    out = _run(top, "log", *flags, *ids, "--")
    return None if out is None else _split(out)


def _line_changes(porcelain: str) -> Iterable[LineChange]:
    """A header a line, what is known of its commit where that is named first, then the line."""
    told: dict[str, dict[str, str]] = {}
    commit = ""
    for line in porcelain.split("\n"):
        if line.startswith("\t"):
            of = told[commit]
            yield LineChange(
                "" if commit.strip("0") == "" else commit,
                of.get("author", ""),
                int(of.get("author-time", 0)),
                of.get("summary", ""),
            )
        elif _BLAMED.match(line):
            commit = line.partition(" ")[0]
            told.setdefault(commit, {})
        else:
            key, _, value = line.partition(" ")
            told.setdefault(commit, {})[key] = value


_BLAMED = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})? \d+ \d+")
_COMMIT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_COMMIT = re.compile(r"([0-9a-f]{40}(?:[0-9a-f]{24})?) (\d+)\0\n?")
_MOST_RENAMES = 100  # files added and files gone; above, a commit's renames are additions


def _commits(out: str) -> Iterable[Commit]:
    """From `log -z --name-status`: `\\1ID TIME NUL LF (STATUS NUL PATH NUL [PATH NUL])*`."""
    for part in re.split(r"(?:^|(?<=\0))\x01(?=[0-9a-f]{40})", out):
        head = _COMMIT.match(part)
        if head is None:
            continue
        fields = iter(part[head.end() :].split("\0"))
        paths: list[str] = []
        renamed: list[tuple[str, str]] = []
        for status in fields:
            old = next(fields, "") if status[:1] in ("R", "C") else ""
            path = next(fields, "")
            if path:
                paths.append(path)
            if status[:1] == "R" and path:
                renamed.append((old, path))
        yield Commit(head[1], int(head[2]), tuple(paths), tuple(renamed))


def _filters_off(top: Path) -> Sequence[str]:
    """Settings that replace every configured content filter by nothing: `diff` would run them."""
    out = _run(top, "config", "--name-only", "-z", "--get-regexp", r"^filter\.")
    names = {key.rsplit(".", 1)[0] for key in _split(out or b"")}
    off = (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false"))
    return [w for n in sorted(names) for key, v in off for w in ("-c", f"{n}.{key}={v}")]


def _run(
    folder: Path,
    *arguments: str,
    configured: Iterable[str] = (),
    cancelled: Callable[[], bool] | None = None,
) -> bytes | None:
    git = _executable(os.environ)
    if git is None:
        return None
    try:
        running = subprocess.Popen(
            [git, *_HARDENING, *configured, *arguments],
            cwd=folder,
            env=_environment(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, ValueError):
        return None
    with running:
        out = _output(running, cancelled)
        if out is None:
            running.kill()
    return out if running.returncode == 0 else None


def _output(
    running: "subprocess.Popen[bytes]", cancelled: Callable[[], bool] | None
) -> bytes | None:
    """What it writes until its end; None when it is not waited for any more."""
    give_up = time.monotonic() + TIME_LIMIT_S
    try:
        while (left := give_up - time.monotonic()) > 0 and not (cancelled and cancelled()):
            try:
                return running.communicate(timeout=min(left, _ASK_AGAIN_S) if cancelled else left)[
                    0
                ]
            except subprocess.TimeoutExpired:
                continue
    except BaseException:
        running.kill()
        raise
    return None


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Our environment without anything that redirects git, and without a way to the network."""
    kept = {k: v for k, v in ours.items() if not k.upper().startswith("GIT_")}
    return kept | {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "LC_ALL": "C",
    }


def _executable(environment: Mapping[str, str]) -> str | None:
    """`git` in an absolute PATH entry. The current directory is never looked in."""
    name = "git.exe" if os.name == "nt" else "git"
    for entry in environment.get("PATH", "").split(os.pathsep):
        candidate = Path(entry, name)
        if candidate.is_absolute() and candidate.is_file() and os.access(candidate, os.X_OK):
            return str(candidate)
    return None


def _without_submodules(stage: bytes) -> list[str]:
    """The paths of `ls-files --stage`; a path in conflict has several rows there."""
    rows = (row.partition("\t") for row in _split(stage))
    return list(dict.fromkeys(path for head, _, path in rows if not head.startswith("160000")))


def _split(out: bytes) -> list[str]:
    return _decode(out).rstrip("\0").split("\0") if out else []


def _decode(out: bytes) -> str:
    return os.fsdecode(out)
