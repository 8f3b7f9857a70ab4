"""Repositories written as strings, with real git, and a cache folder of their own."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Repository:
    """A folder under test. `text` marks files by lines `#- path`."""

    root: Path

    def write(self, text: str) -> "Repository":
        name, lines = "", list[str]()
        for line in [*text.splitlines(), "#- "]:
            if line.startswith("#- "):
                if name:
                    self.put(name, "".join(f"{row}\n" for row in lines))
                name, lines = line[3:].strip(), []
            else:
                lines.append(line)
        return self

    def put(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def git(self, *arguments: str, cwd: Path | None = None) -> str:
        identity = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org"}
        identity |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org"}
        configured = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *arguments],
            cwd=cwd or self.root,
            env=os.environ | identity | configured,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def init(self) -> "Repository":
        self.git("init", "-q", "-b", "main")
        return self

    def commit(self) -> "Repository":
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "state")
        return self


@pytest.fixture
def folder(tmp_path: Path) -> Repository:
    """A folder without git."""
    root = tmp_path / "repo"
    root.mkdir()
    return Repository(root)


@pytest.fixture
def repository(folder: Repository) -> Repository:
    """A git checkout without commits."""
    return folder.init()


@pytest.fixture(autouse=True)
def cache_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """FLAMES_CACHE_DIR for the test."""
    path = tmp_path / "cache"
    monkeypatch.setenv("FLAMES_CACHE_DIR", str(path))
    return path


@pytest.fixture
def config(cache_dir: Path):
    """Defaults, with the test's cache; one process."""
    from flames_indexer.config import config_of

    return config_of({"workers": 1})
