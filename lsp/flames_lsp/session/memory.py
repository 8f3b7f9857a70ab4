"""Garbage collection at moments when nobody waits for an answer.

An index is a million objects that live for hours: each full collection looks at all of them, 120 ms
in django, and one came about once a key press. So they are frozen, out of the collector's sight,
and what became garbage among them is collected when the keys have been quiet for a while.
"""

from __future__ import annotations

import asyncio
import gc

_QUIET_S = 1.0  # nobody hovers so soon after typing; after a build nobody waits


def freeze() -> None:
    """Takes everything there is out of the collector's sight. Takes no time."""
    gc.freeze()


class Tidying:
    """On the loop's thread: a collection stops all threads wherever it runs."""

    def __init__(self, quiet_s: float = _QUIET_S) -> None:
        self._quiet_s = quiet_s
        self._timer: asyncio.TimerHandle | None = None

    def want(self) -> None:
        """An index was replaced: its objects may be garbage now."""
        self._timer = self._timer or self._later()

    def postpone(self) -> None:
        """Somebody typed."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = self._later()

    def _later(self) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(self._quiet_s, self._tidy)

    def _tidy(self) -> None:
        self._timer = None
        gc.unfreeze()
        gc.collect()
        gc.freeze()
