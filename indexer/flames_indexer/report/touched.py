"""Which symbols of a file changed between two states of it, and how."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from flames_indexer.facts import DefinitionKind
from flames_indexer.impact import Asked, Gone, Impact, State, Verdict, describe, impacts
from flames_indexer.model import Edge, Span

_COMMENTS = (b"#", b"//", b"/*", b"*")


class How(StrEnum):
    """What happened to a symbol, worst for others first."""

    REMOVED = "removed"
    CONTRACT = "contract"  # how it is called, or what it gives
    BODY = "body"
    ADDED = "added"
    WORDS = "words"  # comments, documentation and empty lines only
    ASKED = "asked"  # nothing: the report is about it


@dataclass(frozen=True, slots=True)
class Touched:
    """A symbol that changed. `span`: its name now, or where it stood; `said` stands behind its
    name; `verdicts` are the uses that are not fine with it."""

    symbol: str
    how: How
    span: Span
    said: str = ""
    verdicts: tuple[Verdict, ...] = ()


def touched_in(asked: Asked, path: str) -> Iterator[Touched]:
    """The symbols of a file that changed since its former text, with the uses that mind."""
    old, new = asked.old(path), asked.now(path)
    if new is None or (old is not None and old.source == new.source):
        return
    found = list(impacts(asked, path, old, new)) if old is not None else []
    yield from touched(path, old, new, found)


def lost_uses(found: Iterable[Touched], gone: Iterable[Gone]) -> dict[str, list[Edge]]:
    """The uses of what is gone, by what that was: no graph of the present has them."""
    removed = [(one.symbol, one.verdicts) for one in found if one.how is How.REMOVED]
    removed += [(file.path, file.verdicts) for file in gone]
    lost: dict[str, list[Edge]] = {}
    for target, verdicts in removed:
        for site in (verdict.site for verdict in verdicts):
            edge = Edge(site.symbol, target, site.kind, site.certainty, site.span)
            lost.setdefault(target, []).append(edge)
    return lost


def touched(path: str, old: State | None, new: State, found: list[Impact]) -> Iterator[Touched]:
    """The symbols of a file that changed, in source order; `found` are the changed contracts."""
    impacts = {impact.change.qualname: impact for impact in found}
    for name, impact in impacts.items():
        if impact.change.now is None:
            row = impact.change.row
            yield _of_impact(path, new, row, impact, How.REMOVED)
        elif name in new.contracts:
            yield _of_impact(path, new, new.contracts[name].row, impact, How.CONTRACT)
    before = _own_texts(old) if old is not None else {}
    texts = _own_texts(new)
    unread = len(new.facts.problems) > 0  # then what stands in which class is not sure
    elsewhere = {_last(name) for name in before if name not in texts} if unread else set[str]()
    for name, (row, text) in texts.items():
        if name in impacts or (name not in before and _last(name) in elsewhere):
            continue
        how = How.ADDED if name not in before else _difference(before[name][1], text)
        if how is not None:
            symbol = f"{path}::{name}" if name else path
            yield Touched(symbol, how, _name_span(path, new, row))


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _of_impact(path: str, new: State, row: int, impact: Impact, how: How) -> Touched:
    symbol = f"{path}::{impact.change.qualname}"
    span = _name_span(path, new, row)
    return Touched(symbol, how, span, describe(impact.change), impact.verdicts)


def _difference(before: bytes, now: bytes) -> How | None:
    if before == now:
        return None
    return How.WORDS if _code(before) == _code(now) else How.BODY


def _code(text: bytes) -> list[bytes]:
    """The lines that are more than comment or space."""
    lines = (line.rstrip() for line in text.splitlines())
    return [line for line in lines if line and not line.lstrip().startswith(_COMMENTS)]


def _own_texts(state: State) -> dict[str, tuple[int, bytes]]:
    """Row and text of each definition without those inside it and without its documentation; ""
    is the file. Several definitions of one name are one text."""
    table, strings = state.facts.definitions, state.facts.strings
    named = {row for written in state.contracts.values() for row in written.rows}
    inside: dict[int, list[tuple[int, int]]] = {}
    for row in named:
        outer = table.parent[row]
        while outer > 0 and outer not in named:
            outer = table.parent[outer]
        inside.setdefault(max(outer, 0), []).append((table.start[row], table.end[row]))
    found: dict[str, tuple[int, bytes]] = {}
    for row in (0, *sorted(named)):
        is_file = table.kind[row] == DefinitionKind.MODULE
        start, end = (0, len(state.source)) if is_file else (table.start[row], table.end[row])
        cut = [*inside.get(row, ()), (table.doc_start[row], table.doc_end[row])]
        text = _without(state.source, start, end, cut)
        name = "" if is_file else strings[table.qualname[row]]
        first, before = found.get(name, (row, b""))
        found[name] = (first, before + text)
    return found


def _without(source: bytes, start: int, end: int, cut: list[tuple[int, int]]) -> bytes:
    kept: list[bytes] = []
    for inner, behind in sorted(cut):
        if inner >= start:
            kept.append(source[start:inner])
            start = max(start, behind)
    return b"".join([*kept, source[start:end]])


def _name_span(path: str, state: State, row: int) -> Span:
    table = state.facts.definitions
    if row <= 0 or table.kind[row] == DefinitionKind.MODULE:
        return Span(path, 0, 0)
    return Span(path, table.name_start[row], table.name_end[row])
