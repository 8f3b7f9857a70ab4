"""What `dependents` and `dependencies` share: they differ in which end of an edge is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from flames_indexer.cli.groups import GROUPS, TESTS, Group, group_of, rank_of
from flames_indexer.cli.invocation import Invocation
from flames_indexer.cli.lines import Lines
from flames_indexer.model import Certainty, Edge, EdgeKind, Role, Span, SymbolKind

if TYPE_CHECKING:
    from flames_indexer.cli.opened import Opened
    from flames_indexer.graph import Usage
    from flames_indexer.index import Snapshot
    from flames_indexer.model import Symbol

Direction = Literal["dependents", "dependencies"]
_SILENT = (EdgeKind.OVERRIDE, EdgeKind.IMPORT, EdgeKind.TEST, EdgeKind.REGISTER)  # use nothing


class Near(NamedTuple):
    """A symbol at the far end of an edge, `depth` edges away; `through` is at the near end."""

    symbol: str
    edge: Edge
    depth: int
    group: Group
    through: str


class Question(NamedTuple):
    """What is asked of the graph. `external`: outside the repository too; `only`: group keys."""

    direction: Direction
    target: str
    depth: int
    only: tuple[str, ...] = ()
    external: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """`usage` and `unknown` are of dependents only: `unknown` are the (path, line) of calls of
    something of the target's name whose callee nobody knows."""

    symbol: "Symbol"
    question: Question
    found: list[Near]
    usage: "Usage | None" = None
    unknown: tuple[tuple[str, int], ...] = ()


def answer(invocation: Invocation, question: Question, form: str, *, refresh: bool) -> int:
    """Writes the neighbours of a target; the exit code."""
    from flames_indexer.cli.neighbours_shown import as_json, as_text
    from flames_indexer.cli.opened import opened
    from flames_indexer.cli.output import write_json, write_lines
    from flames_indexer.cli.targets import target

    asked = opened(invocation, refresh=refresh)
    lines = Lines(asked.index)
    with asked.place.trace.record(f"cli.{question.direction}") as record:
        symbol = target(asked.snapshot, lines, question.target)
        found = neighbours(asked.snapshot, symbol, question)
        record.count(symbols=len(found))
    told = Answer(symbol, question, found)
    if question.direction == "dependents":
        unknown = _unknown(asked, lines, symbol)
        told = Answer(symbol, question, found, _usage(asked.snapshot, symbol), unknown)
    if form == "json":
        write_json(as_json(asked, lines, told))
    else:
        write_lines(as_text(asked, lines, told))
    return 0


def neighbours(snapshot: "Snapshot", symbol: "Symbol", question: Question) -> list[Near]:
    """Each symbol by its best edge: nearest first, then by group and place; no target itself."""
    edges = snapshot.edges_to if question.direction == "dependents" else snapshot.edges_from
    wave = _seeds(snapshot, symbol)
    seen = set(wave)
    roles = snapshot.roles()
    found: list[Near] = []
    for depth in range(1, question.depth + 1):
        best = _wave(wave, edges, question)
        fresh = {other: edge for other, edge in best.items() if other not in seen}
        for other, edge in fresh.items():
            test = roles.get(edge.span.path) is Role.TEST and question.direction == "dependents"
            group = TESTS if test else group_of(edge.kind)
            through = edge.target if question.direction == "dependents" else edge.source
            found.append(Near(other, edge, depth, group, through))
        seen |= fresh.keys()
        wave = list(fresh)
    if question.only:
        found = [near for near in found if near.group.key in question.only]

    def rank(near: Near) -> tuple[int, int, Span, str]:
        return near.depth, GROUPS.index(near.group), near.edge.span, near.symbol

    return sorted(found, key=rank)


def _seeds(snapshot: "Snapshot", symbol: "Symbol") -> list[str]:
    """A module stands for everything in it."""
    if symbol.kind is not SymbolKind.MODULE:
        return [symbol.id]
    return [inner.id for inner in snapshot.symbols_in(symbol.path)]


def _wave(
    symbols: list[str], edges: Callable[[str], list[Edge]], question: Question
) -> dict[str, Edge]:
    best: dict[str, Edge] = {}
    for symbol in symbols:
        for edge in edges(symbol):
            other = edge.source if question.direction == "dependents" else edge.target
            if other.startswith("ext:") and not question.external:
                continue
            if other not in best or _rank(edge) < _rank(best[other]):
                best[other] = edge
    return best


def _rank(edge: Edge) -> tuple[int, int, str, int]:
    return edge.certainty, rank_of(edge.kind), edge.span.path, edge.span.start


def _usage(snapshot: "Snapshot", symbol: "Symbol") -> "Usage":
    """The numbers that hovers and lenses show too; a module's are those of all that is in it."""
    from flames_indexer.graph import Usage

    if symbol.kind is not SymbolKind.MODULE:
        return snapshot.usage(symbol.id)
    own = set(_seeds(snapshot, symbol))
    edges = [e for inner in own for e in snapshot.edges_to(inner) if e.source not in own]
    sure = [edge for edge in edges if edge.certainty <= Certainty.INFERRED]
    users = {edge.source for edge in sure if edge.kind not in _SILENT}
    roles = snapshot.roles()
    tests = {user for user in users if roles.get(user.partition("::")[0]) is Role.TEST}
    unsure = {edge.source for edge in edges} - {edge.source for edge in sure}
    return Usage(
        callers=len(users - tests),
        files=len({edge.span.path for edge in sure}),
        tests=len(tests),
        calls=sum(edge.kind is EdgeKind.CALL for edge in sure),
        unsure=len(unsure),
        registered=sum(edge.kind is EdgeKind.REGISTER for edge in sure),
    )


def _unknown(asked: "Opened", lines: Lines, symbol: "Symbol") -> tuple[tuple[str, int], ...]:
    if symbol.kind is SymbolKind.MODULE:
        return ()
    places = asked.snapshot.graph.unknown_calls(symbol.name)
    return tuple((path, lines.line(path, offset)) for path, offset in places)
