"""Standing: what a text is taken to say while somebody is in the middle of typing it.

A text that does not parse says less than its author means, and something else after every key. So
it is taken to say what the last one that did parse said, at the places where that is now. Where
several places differ from that one, those that parse by themselves are taken in: an unfinished line
that is left for later does not keep what is written elsewhere from being seen.

White space in front of code is often the beginning of a line that is still to be typed there, and
parses by accident: a function stands in the one above it. Such a text says what it says, but does
not stand when what comes next does not parse.

This is for buffers only: the index says of a file what its bytes say.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flames_indexer.facts import FileFacts, Table
from flames_indexer.index.edits import EditMap, Replaced
from flames_indexer.parse import OpenParse
from flames_indexer.resolve import FileEdges

_Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Standing:
    """`text` is the one that stands, `edits` lead from it to the present one."""

    text: OpenParse
    edits: EditMap
    unindented: "Standing | None" = None  # what stood before white space in front of code changed

    def edited(self, start: int, old_end: int, new_end: int) -> "Standing":
        """The same, before a text that was edited once more."""
        edits = self.edits.then(start, old_end, new_end)
        unindented = self.unindented and self.unindented.edited(start, old_end, new_end)
        return Standing(self.text, edits, unindented)

    def facts(self) -> FileFacts:
        """What the present text is taken to say."""
        return moved_facts(self.text.facts(), self.edits)


def taken(text: OpenParse, before: Standing | None, at: int) -> Standing:
    """What stands when `text` is the present one, and `before` stood; `at` was typed last."""
    if before is None or not before.edits.replaced or text.problems <= before.text.problems:
        return Standing(text, EditMap(), _unindented(text, before))
    if before.unindented is not None and len(before.unindented.edits.replaced) == 1:
        before = before.unindented
    if len(before.edits.replaced) > 1:
        for without in _partly(before.edits, at):
            candidate = _without(before, text, without)
            if candidate.text.problems <= before.text.problems:
                return candidate
    return before


def _unindented(text: OpenParse, before: Standing | None) -> Standing | None:
    """What stood before all that was done since is white space in front of code."""
    earliest = before and (before.unindented or before)
    if earliest is None or len(earliest.edits.replaced) != 1:
        return None
    r = earliest.edits.replaced[0]
    indent = text.source[text.source.rfind(b"\n", 0, r.now_start) + 1 : r.now_end]
    replaced = earliest.text.source[r.start : r.end]
    blank = not (indent + replaced).strip() and b"\n" not in indent + replaced
    code = text.source[r.now_end :].split(b"\n", 1)[0].strip()
    return earliest if blank and code else None


def _partly(edits: EditMap, at: int) -> Iterator[frozenset[Replaced]]:
    """What to leave out: the place that is being typed, else all others."""
    typed = frozenset(r for r in edits.replaced if r.now_start <= at <= r.now_end)
    yield typed
    yield frozenset(edits.replaced) - typed


def _without(before: Standing, present: OpenParse, left_out: frozenset[Replaced]) -> Standing:
    """The standing text with all edits but some, which then lead to the present one."""
    text, open_edits, shift = before.text, EditMap(), 0
    source = text.source
    for r in before.edits.replaced:
        start, end = r.start + shift, r.end + shift
        if r in left_out:
            open_edits = open_edits.then(r.now_start, r.now_start + r.end - r.start, r.now_end)
            continue
        new = present.source[r.now_start : r.now_end]
        source = source[:start] + new + source[end:]
        text = text.edit(start, end, start + len(new), source)
        shift += len(new) - (end - start)
    return Standing(text, open_edits)


def moved_facts(facts: FileFacts, edits: EditMap) -> FileFacts:
    """The same with all offsets where they are after the edits. What was replaced is an empty
    place there; what an edit cut into ends or begins at it."""
    if not edits.replaced:
        return facts
    parts: dict[str, Any] = {f.name: getattr(facts, f.name) for f in fields(facts)}
    tables = {n: part for n, part in parts.items() if isinstance(part, Table)}
    return replace(facts, **{n: _moved_table(table, edits) for n, table in tables.items()})


def moved_edges(edges: FileEdges, edits: EditMap) -> FileEdges:
    """The same without those whose place was replaced."""
    if not edits.replaced:
        return edges
    start, end = _starts(_column(edges.start), edits), _ends(_column(edges.end), edits)
    kept = (end > start) | (_column(edges.start) == _column(edges.end))
    rows: dict[str, Any] = {
        name: _ints(_column(getattr(edges, name))[kept])
        for name in ("source", "target", "kind", "certainty", "via")
    }
    unknown = _ints(_starts(_column(edges.unknown), edits))
    return replace(edges, **rows, start=_ints(start[kept]), end=_ints(end[kept]), unknown=unknown)


def _moved_table(table: Table, edits: EditMap) -> Table:
    columns: dict[str, array[int]] = {f.name: getattr(table, f.name) for f in fields(table)}
    moved = {n: _starts(_column(c), edits) for n, c in columns.items() if n.endswith("start")}
    for name in [name for name in columns if name.endswith("end")]:
        start = moved[f"{name.removesuffix('end')}start"]
        moved[name] = np.maximum(start, _ends(_column(columns[name]), edits))
    return replace(table, **{name: _ints(column) for name, column in moved.items()})


def _starts(offsets: _Ints, edits: EditMap) -> _Ints:
    """Where something that starts at each offset starts now; -1 is none and stays."""
    now = offsets.copy()
    for r in edits.replaced:
        now[(offsets > r.start) & (offsets < r.end)] = r.now_end
        behind = (offsets >= r.end) & (offsets >= 0)
        now[behind] = offsets[behind] + (r.now_end - r.end)
    return now


def _ends(offsets: _Ints, edits: EditMap) -> _Ints:
    """Where something that ends at each offset ends now."""
    now = offsets.copy()
    for r in edits.replaced:
        now[(offsets > r.start) & (offsets < r.end)] = r.now_start
        behind = (offsets >= r.end) & (offsets > r.start)
        now[behind] = offsets[behind] + (r.now_end - r.end)
    return now


def _column(column: "array[int]") -> _Ints:
    return np.frombuffer(column, np.int32) if column else np.zeros(0, np.int32)


def _ints(column: _Ints) -> "array[int]":
    return array("i", column.astype(np.int32).tobytes())
