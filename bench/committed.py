"""A copy of a folder as a git repository with one commit, and what `flames check` says of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any


class Committed:
    """`folder`: where the copy and its cache are made; removing it is the caller's."""

    def __init__(self, source: Path, folder: Path) -> None:
        self.root = folder / source.name
        self._cache = folder / "cache"
        shutil.copytree(source, self.root, symlinks=True, ignore=shutil.ignore_patterns(".git"))
        self._git("init", "--quiet")
        self._git("add", "--all", "--force")
        self._git("commit", "--quiet", "--message", "as it was")

    def become(self, other: Path) -> None:
        """Puts the content of `other` into the working tree, uncommitted."""
        for entry in self.root.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                if entry.name != ".git":
                    shutil.rmtree(entry)
            else:
                entry.unlink()
        shutil.copytree(
            other,
            self.root,
            symlinks=True,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns(".git"),
        )
        self._git("add", "--all", "--force", "--intent-to-add")

    def findings(self, rule: str) -> list[dict[str, Any]]:
        """What `rule` says of the uncommitted change."""
        command = [sys.executable, "-m", "flames_indexer", "check", str(self.root)]
        done = subprocess.run(
            [*command, "--changed-since", "HEAD", "--format", "json"],
            capture_output=True,
            text=True,
            env={**os.environ, "XDG_CACHE_HOME": str(self._cache)},
            check=False,
        )
        if not done.stdout:
            raise RuntimeError(done.stderr)
        return [f for f in json.loads(done.stdout)["findings"] if f["rule"] == rule]

    def _git(self, *arguments: str) -> None:
        who = ["-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "gc.auto=0"]
        subprocess.run(["git", "-C", str(self.root), *who, *arguments], check=True)
