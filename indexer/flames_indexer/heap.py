"""The C library's heap, where it is one that can be told what to do (glibc); elsewhere nothing.

A C library that is left alone keeps a heap for each thread, and takes ever larger arrays from it,
between which nothing can be given back.
"""

import ctypes
import sys

# Bytes from which an array is a mapping of its own. Temporary ones of a search are larger; smaller
# ones, of which a key press makes hundreds, would cost a page fault each 4 KB.
_MAPPED = 1 << 20
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # malloc.h


def share() -> None:
    """Before threads start: they compute in turns, so one heap is enough. In django 20 MB less."""
    if (libc := _glibc()) is not None:
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.mallopt(_M_MMAP_THRESHOLD, _MAPPED)


def give_back() -> None:
    """What is free goes back to the system."""
    if (libc := _glibc()) is not None:
        libc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "malloc_trim") else None
