"""The symbols around one, each by its best edge: what `dependents` and `dependencies` show."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from flames_indexer.model import Certainty, Edge, EdgeKind, Role, Span, Symbol, SymbolKind
from flames_indexer.neighbours.groups import GROUPS, TESTS, Group, group_of, rank_of

if TYPE_CHECKING:
    from flames_indexer.graph import Usage
    from flames_indexer.index import Snapshot

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
    depth: int = 1
    only: tuple[str, ...] = ()
    external: bool = False


def neighbours(
    snapshot: "Snapshot",
    seeds: list[str],
    question: Question,
    lost: Mapping[str, Sequence[Edge]] | None = None,
) -> list[Near]:
    """Each symbol by its best edge: nearest first, then by group and place; no seed itself.

    `lost`: uses of what is gone, by what that was; the graph has them no more.
    """
    forward = question.direction == "dependencies"
    known = snapshot.edges_from if forward else snapshot.edges_to

    def edges(symbol: str) -> list[Edge]:
        return [*known(symbol), *lost.get(symbol, ())] if lost else known(symbol)

    wave = seeds
    seen = set(wave)
    roles = snapshot.roles()
    found: list[Near] = []
    for depth in range(1, question.depth + 1):
        best = _wave(wave, edges, question)
        fresh = {other: edge for other, edge in best.items() if other not in seen}
        for other, edge in fresh.items():
            test = roles.get(edge.span.path) is Role.TEST and not forward
            group = TESTS if test else group_of(edge.kind)
            found.append(Near(other, edge, depth, group, edge.source if forward else edge.target))
        seen |= fresh.keys()
        wave = list(fresh)
    if question.only:
        found = [near for near in found if near.group.key in question.only]
    return sorted(found, key=_order)


def seeds_of(snapshot: "Snapshot", symbol: Symbol) -> list[str]:
    """A module stands for everything in it."""
    if symbol.kind is not SymbolKind.MODULE:
        return [symbol.id]
    return [inner.id for inner in snapshot.symbols_in(symbol.path)]


def usage_of(snapshot: "Snapshot", symbol: Symbol) -> "Usage":
    """How much it is used; a module's uses are those of all that is in it."""
    if symbol.kind is not SymbolKind.MODULE:
        return snapshot.usage(symbol.id)
    from flames_indexer.graph import Usage

    own = set(seeds_of(snapshot, symbol))
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


def _order(near: Near) -> tuple[int, int, Span, str]:
    return near.depth, GROUPS.index(near.group), near.edge.span, near.symbol


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
