"""One question about one snapshot: what is there, and what was there when callers agreed to it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from flames_indexer.errors import Cancelled
from flames_indexer.impact.changes import State
from flames_indexer.impact.sites import Sites
from flames_indexer.languages import language_of
from flames_indexer.parse import parse

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_KEEP_OLD = 64  # old states: those of changed files are asked for at every key


class Asked:
    """Remembers the states of the files that it was asked about; not for several threads.

    `before` gives a path's text when its contracts were agreed on; None where there was none.
    """

    def __init__(
        self,
        snapshot: "Snapshot",
        before: Callable[[str], bytes | None],
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self.snapshot = snapshot
        self.before = before
        self._cancelled = cancelled
        self.sites = Sites(snapshot, self.go_on)
        self._now: dict[str, State | None] = {}
        self._texts: dict[str, bytes | None] = {}

    def go_on(self) -> None:
        """Between two pieces of work; raises Cancelled when nobody wants the answer any more."""
        if self._cancelled():
            raise Cancelled("The question was taken back.")

    def text(self, path: str) -> bytes | None:
        """The present text."""
        if path not in self._texts:
            self._texts[path] = self.snapshot.source(path)
        return self._texts[path]

    def old(self, path: str) -> State | None:
        """The agreed state of a file; kept with the index."""
        source, language = self.before(path), language_of(path)
        if source is None or language is None:
            return None
        known: dict[tuple[str, bytes], State] = self.snapshot.derived("agreed-states", dict)
        key = (language.name, source)
        if key not in known:
            if len(known) >= _KEEP_OLD:
                known.clear()
            known[key] = State.of(source, parse(source, language))
        return known[key]

    def now(self, path: str) -> State | None:
        """The present state."""
        if path not in self._now:
            source, facts = self.text(path), self.snapshot.facts(path)
            self._now[path] = (
                State.of(source, facts) if source is not None and facts is not None else None
            )
        return self._now[path]
