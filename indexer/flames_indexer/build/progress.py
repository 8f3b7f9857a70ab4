"""How a build tells where it is, and hears that it should stop."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from flames_indexer.errors import Cancelled

_Item = TypeVar("_Item")
# Seconds between reports: more than an editor or terminal can show is waste.
_REPORT_S = 0.1


class Progress(NamedTuple):
    """`done` of `total` in a step: find, parse, resolve, embed, write."""

    step: str
    done: int
    total: int


def nobody(generation: int) -> None:
    """Hears and does nothing."""


@dataclass(slots=True)
class Reporter:
    """Wraps the loops of a build."""

    progress: Callable[[Progress], None] | None
    cancelled: Callable[[], bool]
    stored: Callable[[int], None] = nobody  # told of a generation that another will follow
    _last: float = 0.0

    def step(self, name: str, done: int = 0, total: int = 0) -> None:
        """Reports, and raises Cancelled when the user asked to stop."""
        if self.cancelled():
            raise Cancelled("The build was stopped; the last index stays in force.")
        now = time.monotonic()
        if self.progress is not None and (done in (0, total) or now - self._last > _REPORT_S):
            self._last = now
            self.progress(Progress(name, done, total))

    def each(self, name: str, items: Iterable[_Item], total: int) -> Iterator[_Item]:
        """`items`, reported one by one."""
        done = 0
        for done, item in enumerate(items):
            self.step(name, done, total)
            yield item
        self.step(name, total, total)
