"""Garbage collection at moments when nobody waits for an answer.

An index is a million objects that live for hours: each full collection looks at all of them, 120 ms
in django, and one came about once a key press. So they are frozen, out of the collector's sight,
and what became garbage among them is collected when the keys have been quiet for a while.

What is freed goes back to the system.
"""

from __future__ import annotations

import asyncio
import gc
import mmap
from collections.abc import Callable
from pathlib import Path

from flames_indexer import heap

_QUIET_S = 1.0  # nobody hovers so soon after typing; after a build nobody waits
# Resident; above, what can be made again is let go in the quiet. The next key is a first look then:
# 3 s of CPU in django, not .2. So this bounds long sessions, far above what one file, its keys and
# some searches take there (250 to 300); a limit of 240 would forget at every pause.
_MOST_MB = 400
_ROOM_MB = 150  # what work takes anew after that: no reason to forget again
# What a replaced index leaves in cycles is hardly anything, 2,000 objects a save; to look for it
# takes .15 to .4 s of everybody's time. Done when so much more is held than after the last time,
_GROWN_MB = 40
_REPLACED = 20  # or so many were replaced.


def freeze() -> None:
    """Takes everything there is out of the collector's sight. Takes no time."""
    gc.freeze()


def resident_mb() -> float:
    """What this process holds; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * mmap.PAGESIZE / (1 << 20)


class Tidying:
    """On the loop's thread: a collection stops all threads wherever it runs."""

    def __init__(
        self,
        quiet_s: float = _QUIET_S,
        forget: Callable[[], None] = lambda: None,
        resident_mb: Callable[[], float] = resident_mb,
    ) -> None:
        """`forget` lets go of all that can be made again."""
        self._quiet_s = quiet_s
        self._forget = forget
        self._resident_mb = resident_mb
        self._most_mb: float = _MOST_MB
        self._timer: asyncio.TimerHandle | None = None
        self._replaced = 0  # indexes, since the last collection
        self._least_mb: float = 0.0  # held since then; what the start leaves is collected

    def want(self) -> None:
        """An index was replaced: its objects may be garbage now."""
        self._replaced += 1
        self._timer = self._timer or self._later()

    def postpone(self) -> None:
        """Somebody is at work, which takes memory."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._later()

    def _is_worth_it(self) -> bool:
        grown_mb = self._resident_mb() - self._least_mb
        return self._replaced >= _REPLACED or (self._replaced > 0 and grown_mb > _GROWN_MB)

    def _later(self) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(self._quiet_s, self._tidy)

    def _tidy(self) -> None:
        self._timer = None
        is_full = self._resident_mb() > self._most_mb
        if is_full:
            self._forget()
        if collects := is_full or self._is_worth_it():
            self._replaced = 0
            gc.unfreeze()
            gc.collect()
            gc.freeze()
        heap.give_back()
        if collects:
            self._least_mb = self._resident_mb()
        if is_full:  # a repository that needs more is not forgotten at every pause
            self._most_mb = max(_MOST_MB, self._resident_mb() + _ROOM_MB)
