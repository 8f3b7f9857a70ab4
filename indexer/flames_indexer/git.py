"""What git knows of a folder: the only module that runs git.

The repository chooses nothing: hooks, fsmonitor, filters and external diff commands are switched
off, the network is out of reach, no lock is taken, every run has a time limit, and `git` is looked
for in absolute PATH entries only. git absent, failing, slow or refusing (`safe.directory`) is the
value None, never an exception.
"""

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# Seconds. Listing 50k files takes about one on a warm disk; a hung network mount must not hang us.
TIME_LIMIT_S = 60.0

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


def _filters_off(top: Path) -> Sequence[str]:
    """Settings that replace every configured content filter by nothing: `diff` would run them."""
    out = _run(top, "config", "--name-only", "-z", "--get-regexp", r"^filter\.")
    names = {key.rsplit(".", 1)[0] for key in _split(out or b"")}
    off = (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false"))
    return [w for n in sorted(names) for key, v in off for w in ("-c", f"{n}.{key}={v}")]


def _run(folder: Path, *arguments: str, configured: Iterable[str] = ()) -> bytes | None:
    git = _executable(os.environ)
    if git is None:
        return None
    try:
        done = subprocess.run(
            [git, *_HARDENING, *configured, *arguments],
            cwd=folder,
            env=_environment(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIME_LIMIT_S,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


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
