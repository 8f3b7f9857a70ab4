"""Answers come first: work that nobody looks at stands still while one is being given.

Threads take turns every half a millisecond, and a compiled function keeps its turn to its end. So
an answer of 2 ms took 15 beside a check. What takes long asks `give_way` between two of its pieces.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

R = TypeVar("R")

# An answer takes 2 ms. One that takes longer may wait for what the work that stands still holds,
# so that then goes on beside it.
_PATIENCE_S = 0.02


class Precedence:
    """Thread-safe."""

    def __init__(self, patience_s: float = _PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._changed = threading.Condition()
        self._asked = 0
        self._round = 0  # grows whenever an answer is asked for while none was
        self._given_up = 0  # the round that took too long
        self._answering: set[int] = set()  # threads

    def asked(self) -> None:
        """An answer is wanted from here on."""
        with self._changed:
            self._round += not self._asked
            self._asked += 1

    def answered(self) -> None:
        """It is on its way to who asked."""
        with self._changed:
            self._asked -= 1
            self._changed.notify_all()

    def first(self, answer: Callable[[], R]) -> R:
        """What `answer` gives; it gives way to nobody."""
        thread = threading.get_ident()
        self._answering.add(thread)
        try:
            return answer()
        finally:
            self._answering.discard(thread)

    def give_way(self) -> None:
        """Returns when no answer is wanted, at once on a thread that gives one; .1 us when none
        is."""
        if self._asked and threading.get_ident() not in self._answering:
            self._wait()

    def _wait(self) -> None:
        with self._changed:
            if self._given_up == self._round:
                return
            if not self._changed.wait_for(lambda: not self._asked, self._patience_s):
                self._given_up = self._round
