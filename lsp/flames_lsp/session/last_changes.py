"""Who changed what last, as git tells it: looked up behind the answers, which never wait for it."""

from __future__ import annotations

import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flames_indexer.git import LineChange

_LIMIT_S = 5.0  # of one look-up: a file with twenty years of changes takes two
_KEPT = 32  # files; one of 3,000 lines takes 25 KB, its commits are shared
_FRESH_S = 300.0  # a commit is noticed so much later


class LastChanges:
    """One root's. Asked by the answers' thread; looks on one of its own, started when needed."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._executor = ThreadPoolExecutor(1, "last changes")
        self._known: OrderedDict[str, tuple[int, float, list[LineChange]]] = OrderedDict()
        self._looking: set[str] = set()

    def __call__(self, path: str, source: bytes) -> list[LineChange] | None:
        """A row for each line of a file whose text on disk is `source`; None while nobody knows."""
        known = self._known.get(path)
        text = hash(source)
        fresh = known is not None and known[0] == text and time.monotonic() - known[1] < _FRESH_S
        if not fresh and path not in self._looking:
            self._looking.add(path)
            self._executor.submit(self._look, path, text)
        return known[2] if known is not None and known[0] == text else None

    def _look(self, path: str, text: int) -> None:
        from flames_indexer import git

        give_up = time.monotonic() + _LIMIT_S
        found = git.blame(self._top, path, cancelled=lambda: time.monotonic() > give_up)
        self._known[path] = text, time.monotonic(), found or []
        self._known.move_to_end(path)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        self._looking.discard(path)
