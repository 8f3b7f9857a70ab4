"""Where a name or a file that is gone has gone to: another file that says the same."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from flames_indexer.impact.asked import Asked
from flames_indexer.impact.changes import Change, State
from flames_indexer.impact.renames import ALIKE, likeness, pairs

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_SAME_FILE = 0.5  # of the lines, as git's rename detection has it


def moved_to(asked: Asked, path: str, old: State, change: Change) -> Change:
    """The change, with the file that has the name now if one has that had it not."""
    snapshot, name = asked.snapshot, change.qualname
    was = pairs(old.text(name), name)
    saved: dict[str, list[str]] = snapshot.derived("named", dict)  # the same from key to key
    if name not in saved:
        saved[name] = snapshot.index.graph.named(name)
    typed = (f"{overlay}::{name}" for overlay in snapshot.overlays())
    for identity in sorted({*saved[name], *typed}):
        other, _, there = identity.partition("::")
        symbol = snapshot.symbol(identity) if there == name and other != path else None
        source = snapshot.source(other) if symbol else None
        if symbol is None or source is None:
            continue
        text = source[symbol.span.start : symbol.span.end]
        new_there = text not in (asked.before(other) or b"")
        if new_there and likeness(was, pairs(text, name)) >= ALIKE:
            return replace(change, renamed=f"{other}::{name}")
    return change


def file_moved_to(
    snapshot: "Snapshot", source: bytes, suffix: str, new: Collection[str]
) -> str | None:
    """The one of the new files that holds most of the lines of a text, at least half of them."""
    lines = _lines(source)
    best = (0.0, "")
    for path in new:
        text = snapshot.source(path) if path.endswith(suffix) else None
        if text is not None:
            best = max(best, (_share(lines, _lines(text)), path))
    return best[1] if best[0] >= _SAME_FILE else None


def _lines(source: bytes) -> Counter[bytes]:
    return Counter(line for line in map(bytes.strip, source.splitlines()) if line)


def _share(a: Counter[bytes], b: Counter[bytes]) -> float:
    largest = max(a.total(), b.total())
    return (a & b).total() / largest if largest else 0.0
