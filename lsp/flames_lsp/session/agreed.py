"""The text that callers were last agreed on: what git has committed, else what the session first
saw. A broken caller stays reported after a save, until it fits again or the change is committed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flames_indexer.index import Index

_FRESH_S = 10.0  # a commit is noticed so much later; asking git takes 5 ms, a check has 50


class AgreedTexts:
    """One root's. Two threads that ask at once both look, and find the same."""

    def __init__(self, top: Path) -> None:
        from flames_indexer import git

        self._top = top
        self._git = git.worktree(top) is not None
        self._known: dict[str, tuple[bytes | None, float]] = {}

    def before(self, index: Index) -> Callable[[str], bytes | None]:
        """A path's agreed text; None where there was none."""

        def text(path: str) -> bytes | None:
            known = self._known.get(path)
            if known is None or time.monotonic() > known[1]:
                known = self._known[path] = self._look(path, index)
            return known[0]

        return text

    def _look(self, path: str, index: Index) -> tuple[bytes | None, float]:
        from flames_indexer import git

        if self._git:
            return git.show(self._top, path), time.monotonic() + _FRESH_S
        source = index.source(path)  # there is none before the first build: it is asked for again
        return source, float("inf") if source is not None else time.monotonic()
