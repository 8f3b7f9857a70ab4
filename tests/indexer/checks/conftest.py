"""`check`: files as strings -> what the rules find in them. The only code that touches the API."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest
from flames_indexer.build import build
from flames_indexer.checks import CheckResult, run_checks
from flames_indexer.config import load
from flames_indexer.index import Index, Snapshot
from flames_indexer.trace import Trace

Files = Mapping[str, str]


class Checked:
    """A repository made of strings, and what the rules say of it."""

    def __init__(self, root: Path, files: Files, settings: Mapping[str, object]) -> None:
        self.root = root
        for path, text in files.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(dedent(text), "utf-8")
        self.config, _ = load(root, settings)
        build(root, self.config)
        self.snapshot = Snapshot.of(Index.open(root, self.config))

    def edit(self, path: str, text: str) -> None:
        """Unsaved text."""
        self.snapshot = self.snapshot.with_edit(path, dedent(text).encode(), 1)

    def check(
        self,
        paths: Collection[str] | None = None,
        *,
        before: Files | None = None,
        rule: str | None = None,
        changed_since: str | None = None,
        baseline: bool = True,
        committed: bool = False,
    ) -> CheckResult:
        """`before`: the agreed texts; `committed`: they are those at git HEAD."""
        known = {path: dedent(text).encode() for path, text in (before or {}).items()}
        result = run_checks(
            self.snapshot,
            self.snapshot.paths() if paths is None else paths,
            self.config,
            trace=Trace(None),
            changed_since=changed_since,
            before=None if committed else known.get,
            baseline=baseline,
        )
        kept = tuple(f for f in result.findings if rule in (None, f.rule))
        return replace(result, findings=kept)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Checked]:
    """Call it with files (and settings, and a folder that has some): an indexed repository."""
    monkeypatch.setenv("FLAMES_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("FLAMES_DATA_DIR", str(tmp_path / "data"))

    def make(
        files: Files, settings: Mapping[str, object] | None = None, root: Path | None = None
    ) -> Checked:
        if root is None:
            root = tmp_path / "repository"
            root.mkdir()
        return Checked(root, files, settings or {})

    return make
