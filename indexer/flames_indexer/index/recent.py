"""What was asked for last, up to a number of bytes."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class Recent(Generic[Kept]):
    """By path, each with a weight; what was not asked for the longest goes first. Thread-safe."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[Kept, int]] = OrderedDict()
        self.size_bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, path: str) -> Kept | None:
        """None: not kept, or no more."""
        with self._lock:
            if (known := self._kept.get(path)) is None:
                return None
            self._kept.move_to_end(path)
            return known[0]

    def hold(self, most_bytes: int) -> None:
        """Keeps so much from here on."""
        self._most_bytes = most_bytes

    def clear(self) -> None:
        """Keeps nothing."""
        with self._lock:
            self._kept = OrderedDict()
            self.size_bytes = 0

    def take(self, other: "Recent[Kept]", wanted: Callable[[str], bool]) -> None:
        """Keeps what another one keeps of the wanted paths."""
        with other._lock:
            kept = list(other._kept.items())
        for path, (made, size_bytes) in kept:
            if wanted(path):
                self.keep(path, made, size_bytes)

    def keep(self, path: str, made: Kept, size_bytes: int) -> None:
        """Also one that is larger than all that may be kept: whoever made it asks for it again."""
        with self._lock:
            if (old := self._kept.pop(path, None)) is not None:
                self.size_bytes -= old[1]
            self._kept[path] = (made, size_bytes)
            self.size_bytes += size_bytes
            while self.size_bytes > self._most_bytes and len(self._kept) > 1:
                self.size_bytes -= self._kept.popitem(last=False)[1][1]
