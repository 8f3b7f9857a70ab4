"""Garbage collection at moments when nobody waits for an answer.

An index is a million objects that live for hours: each full collection looks at all of them, 120 ms
in django, and one came about once a key press. So they are frozen, out of the collector's sight,
and what became garbage among them is collected when the keys have been quiet for a while.

What is freed goes back to the system: a C library that is left alone keeps a heap for each thread,
and takes ever larger arrays from it, between which nothing can be given back.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import sys

_QUIET_S = 1.0  # nobody hovers so soon after typing; after a build nobody waits
# Bytes from which an array is a mapping of its own. Temporary ones of a search are larger; smaller
# ones, of which a key press makes hundreds, would cost a page fault each 4 KB.
_MAPPED = 1 << 20
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # malloc.h


def share_one_heap() -> None:
    """Before threads start: they compute in turns, so one heap is enough. In django 20 MB less."""
    if (libc := _glibc()) is not None:
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.mallopt(_M_MMAP_THRESHOLD, _MAPPED)


def _give_back() -> None:
    if (libc := _glibc()) is not None:
        libc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    """The C library, where it is one that can be told."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "malloc_trim") else None


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
        _give_back()
