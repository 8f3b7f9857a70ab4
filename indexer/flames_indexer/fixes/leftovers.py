"""Imports that nothing in a file needs any more once a fix has taken code out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from flames_indexer.insertion.top import Row, Statement, Top
from flames_indexer.model import EdgeKind, Fix, Span, TextEdit

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_WORD = re.compile(rb"[^\W\d]\w*")
_NEXT = re.compile(rb"\s*,\s*")
_MOST_IMPORTERS = 40  # read to see what they ask for; of more nobody waits for the answer
_PACKAGES = ("__init__.py", "index.ts", "index.js")  # what they import is for others
_REMARKS = (b"#", b"//", b"/*")  # in a statement, which may be there for its own sake


def without_leftovers(snapshot: Snapshot, fix: Fix) -> Fix:
    """The fix, and what was imported only for what it takes away: names that stand nowhere else
    in the file, not in a text either, and that no other file has from it."""
    paths = sorted({edit.span.path for edit in fix.edits})
    own = ([edit for edit in fix.edits if edit.span.path == path] for path in paths)
    tidy = (_tidy(snapshot, *pair) for pair in zip(paths, own, strict=True))
    return replace(fix, edits=tuple(edit for edits in tidy for edit in edits))


def _tidy(snapshot: Snapshot, path: str, edits: list[TextEdit]) -> list[TextEdit]:
    """Those of one file, and what they leave behind."""
    top = None if path.endswith(_PACKAGES) else Top.of(snapshot, path)
    if top is None:
        return edits
    gone = {word for e in edits for word in _WORD.findall(top.source[e.span.start : e.span.end])}
    found = list(edits)
    for statement in top.statements:
        names = [_bound(row) for row in statement.rows]
        wanted = [name for name in names if name and name in gone]
        if not wanted or any(mark in _text(top, statement) for mark in _REMARKS):
            continue
        left = _left(top, statement, edits)
        unused = [name for name in wanted if name not in left and not _shared(snapshot, top, name)]
        if len(unused) == len(names):
            found = _without_all(top, statement, found)
        elif len(unused) == 1 and not _touching(statement, found):
            found += _without(top, statement, names.index(unused[0]))
    return found


def _bound(row: Row) -> bytes:
    """The one name that the file has from it; "" where it is not as simple."""
    return row.alias.encode() if row.name != "*" and "." not in row.alias else b""


def _text(top: Top, statement: Statement) -> bytes:
    return top.source[statement.start : statement.end]


def _touching(statement: Statement, edits: Sequence[TextEdit]) -> list[TextEdit]:
    return [e for e in edits if e.span.start <= statement.end + 1 and statement.start <= e.span.end]


def _without_all(top: Top, statement: Statement, edits: list[TextEdit]) -> list[TextEdit]:
    """What would be put behind the statement takes its place."""
    touching = _touching(statement, edits)
    if not touching:
        return [*edits, _edit(top, statement.start, _next_line(top, statement.end))]
    behind = Span(top.path, statement.end, statement.end)
    if len(touching) > 1 or touching[0].span != behind:
        return edits
    rest = [edit for edit in edits if edit not in touching]
    taken = Span(top.path, statement.start, statement.end)
    return [*rest, TextEdit(taken, touching[0].text.lstrip())]


def _left(top: Top, statement: Statement, edits: Sequence[TextEdit]) -> frozenset[bytes]:
    """The words of the file as it is then, but for those of the statement."""
    spans = [(e.span.start, e.span.end, e.text.encode()) for e in edits]
    found: set[bytes] = set()
    at = 0
    for start, end, text in sorted([*spans, (statement.start, statement.end, b"")]):
        found.update(_WORD.findall(top.source[at:start]), _WORD.findall(text))
        at = max(at, end)
    return frozenset(found.union(_WORD.findall(top.source[at:])))


def _shared(snapshot: Snapshot, top: Top, name: bytes) -> bool:
    """Whether another file may have the name from this one: it names both."""
    stem = top.path.rpartition("/")[2].partition(".")[0].encode()
    edges = snapshot.edges_to(top.path, (EdgeKind.IMPORT,))
    for symbol in snapshot.symbols_in(top.path):
        edges += snapshot.edges_to(symbol.id, (EdgeKind.IMPORT,))
    importers = {edge.span.path for edge in edges} - {top.path}
    if len(importers) > _MOST_IMPORTERS:
        return True
    for path in importers:
        other = Top.of(snapshot, path)
        rows = other.rows if other is not None else ()
        if any(row.meant == top.path and row.name.encode() == name for row in rows):
            return True
        if other is None or b"%b.%b" % (stem, name) in other.source:
            return True
    return False


def _without(top: Top, statement: Statement, number: int) -> Iterator[TextEdit]:
    """One name of a list less; nothing where it is not plainly one of a list."""
    imports = top.facts.imports
    starts = [imports.start[row.number] for row in statement.rows]
    ends = [imports.end[row.number] for row in statement.rows]
    row = statement.rows[number]
    if row.alias != row.name or top.source[starts[number] : ends[number]] != row.name.encode():
        return
    if number + 1 < len(starts) and _NEXT.fullmatch(top.source[ends[number] : starts[number + 1]]):
        yield _edit(top, starts[number], starts[number + 1])
    elif number and _NEXT.fullmatch(top.source[ends[number - 1] : starts[number]]):
        yield _edit(top, ends[number - 1], ends[number])


def _next_line(top: Top, end: int) -> int:
    newline = top.source.find(b"\n", end)
    return len(top.source) if newline < 0 else newline + 1


def _edit(top: Top, start: int, end: int) -> TextEdit:
    return TextEdit(Span(top.path, start, end), "")
