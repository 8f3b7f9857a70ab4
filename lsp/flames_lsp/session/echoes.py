"""What the watcher tells of a save after the editor has: the build that the save asked for has seen
it, or will. Another look at all that is stored would find nothing."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

# Two writes of one tick of the system's clock look alike: 10 ms at most on what we know.
_TICK_NS = 20_000_000

_State = tuple[int, int, int]  # size, time of change, inode


class Echoes:
    """By path in a root. What is looked at twice is no defect; a change that nobody looks at is."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], _State] = {}

    def looks(self, top: str, paths: Iterable[str]) -> None:
        """A build will read these, as they are now or later."""
        for path in paths:
            state = _state(top, path)
            if state is not None and state[1] + _TICK_NS < time.time_ns():
                self._seen[top, path] = state
            else:
                self._seen.pop((top, path), None)

    def news(self, top: str, paths: Iterable[str]) -> frozenset[str]:
        """Those of the paths that are not as they were then."""
        return frozenset(
            path
            for path in paths
            if (seen := self._seen.get((top, path))) is None or seen != _state(top, path)
        )

    def forget(self, top: str) -> None:
        """A build did not come to its end."""
        self._seen = {place: state for place, state in self._seen.items() if place[0] != top}


def _state(top: str, path: str) -> _State | None:
    try:
        status = Path(top, path).stat()
    except OSError:
        return None
    return status.st_size, max(status.st_mtime_ns, status.st_ctime_ns), status.st_ino
