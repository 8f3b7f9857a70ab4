"""What `dependents` and `dependencies` share: they differ in which end of an edge is asked for."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from flames_indexer.cli.invocation import Invocation
from flames_indexer.cli.lines import Lines
from flames_indexer.cli.output import (
    Column,
    Json,
    coverage_json,
    faint,
    not_covered,
    plural,
    strong,
    table,
    write_json,
    write_lines,
)
from flames_indexer.model import Certainty, Edge, EdgeKind, Role, Span, Symbol, SymbolKind

if TYPE_CHECKING:
    from flames_indexer.cli.opened import Opened
    from flames_indexer.graph import Usage
    from flames_indexer.index import Snapshot

Direction = Literal["dependents", "dependencies"]


class Near(NamedTuple):
    """A symbol at the other end of an edge, `depth` edges away from the target."""

    symbol: str
    edge: Edge
    depth: int


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the graph. `external` asks for things outside the repository too."""

    direction: Direction
    target: str
    depth: int
    external: bool = False


def answer(invocation: Invocation, question: Question, form: str, *, refresh: bool) -> int:
    """Writes the neighbours of a target; the exit code."""
    from flames_indexer.cli.opened import opened
    from flames_indexer.cli.targets import target

    asked = opened(invocation, refresh=refresh)
    lines = Lines(asked.index)
    with asked.place.trace.record(f"cli.{question.direction}") as record:
        symbol = target(asked.snapshot, lines, question.target)
        found = neighbours(asked.snapshot, symbol, question)
        record.count(symbols=len(found))
    if form == "json":
        write_json(_json(asked, lines, symbol, question, found))
    else:
        write_lines(_text(asked, lines, symbol, question, found))
    return 0


def neighbours(snapshot: "Snapshot", symbol: Symbol, question: Question) -> list[Near]:
    """Each symbol by its best edge, nearest first, tests last; the target itself left out."""
    edges = snapshot.edges_to if question.direction == "dependents" else snapshot.edges_from
    seeds = _seeds(snapshot, symbol)
    seen = set(seeds)
    found: list[Near] = []
    wave = seeds
    for depth in range(1, question.depth + 1):
        nearer = _wave(wave, edges, question)
        fresh = {other: edge for other, edge in nearer.items() if other not in seen}
        found += [Near(other, edge, depth) for other, edge in fresh.items()]
        seen |= fresh.keys()
        wave = list(fresh)
    roles = snapshot.roles()

    def rank(near: Near) -> tuple[int, bool, Span, str]:
        test = roles.get(near.edge.span.path) is Role.TEST
        return near.depth, test, near.edge.span, near.symbol

    return sorted(found, key=rank)


def _seeds(snapshot: "Snapshot", symbol: Symbol) -> list[str]:
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
    return edge.certainty, edge.kind, edge.span.path, edge.span.start


def symbol_json(lines: Lines, symbol: Symbol) -> Json:
    """A symbol as every JSON answer shows it: the line of its name, and where it ends."""
    return {
        "id": symbol.id,
        "kind": symbol.kind.label,
        "path": symbol.path,
        "line": lines.first(symbol.name_span),
        "end_line": lines.last(symbol.span),
    }


def _json(
    asked: "Opened", lines: Lines, symbol: Symbol, question: Question, found: list[Near]
) -> Json:
    usage: Json = {}
    if question.direction == "dependents":
        usage = {"usage": asdict(_usage(asked, symbol))}
    return {
        "target": symbol_json(lines, symbol),
        **usage,
        question.direction: [
            {
                "symbol": near.symbol,
                "kind": near.edge.kind.label,
                "certainty": near.edge.certainty.label,
                "path": near.edge.span.path,
                "line": lines.first(near.edge.span),
                "depth": near.depth,
                "via": near.edge.via,
            }
            for near in found
        ],
        "coverage": coverage_json(asked.index.coverage(), asked.notes),
    }


def _text(
    asked: "Opened", lines: Lines, symbol: Symbol, question: Question, found: list[Near]
) -> list[str]:
    name = f"{strong(symbol.id)} ({symbol.kind.label})"
    if question.direction == "dependents":
        used = usage_words(_usage(asked, symbol))
        head = f"{name} is used by {used}" if used else f"Nothing is known to use {name}"
    else:
        files = len({near.symbol.partition("::")[0] for near in found})
        used = f"{plural(len(found), 'symbol')} of {plural(files, 'file')}"
        head = f"{name} uses {used}" if found else f"{name} is not known to use anything"
    deeper = question.depth > 1
    columns = [
        Column([f"{near.edge.span.path}:{lines.first(near.edge.span)}" for near in found]),
        Column([_name(near, symbol) for near in found], style={"bold": True}),
        Column([_how(near, deeper=deeper) for near in found]),
    ]
    gaps = not_covered(asked.index.coverage(), asked.notes)
    return [head, *table(columns), *gaps]


def _usage(asked: "Opened", symbol: Symbol) -> "Usage":
    """The numbers that hovers and lenses show too; a module's are those of all that is in it."""
    from flames_indexer.graph import Usage

    snapshot = asked.snapshot
    if symbol.kind is not SymbolKind.MODULE:
        return snapshot.usage(symbol.id)
    own = set(_seeds(snapshot, symbol))
    edges = [e for inner in own for e in snapshot.edges_to(inner) if e.source not in own]
    sure = [edge for edge in edges if edge.certainty <= Certainty.INFERRED]
    users = {edge.source for edge in sure if edge.kind is not EdgeKind.IMPORT}
    roles = asked.index.roles()
    tests = {user for user in users if roles.get(user.partition("::")[0]) is Role.TEST}
    unsure = {edge.source for edge in edges} - {edge.source for edge in sure}
    files = {edge.span.path for edge in sure}
    calls = sum(edge.kind is EdgeKind.CALL for edge in sure)
    return Usage(len(users - tests), len(files), len(tests), calls, len(unsure))


def usage_words(usage: "Usage") -> str:
    """What uses it, or "" when nothing is known to."""
    users = [plural(n, one) for n, one in ((usage.callers, "caller"), (usage.tests, "test")) if n]
    known = " and ".join(users) or ("imports" if usage.files else "")
    placed = [f"{known} in {plural(usage.files, 'file')}"] if known else []
    more = "more" if placed else plural(usage.unsure, "symbol").partition(" ")[2]
    unsure = [f"{usage.unsure:,} {more} by name only"] if usage.unsure else []
    return ", ".join([*placed, *unsure])


def _name(near: Near, symbol: Symbol) -> str:
    """Short where the place already says the file."""
    path, _, name = near.symbol.partition("::")
    if path not in (near.edge.span.path, symbol.path):
        return near.symbol
    return name or "(module)"


def _how(near: Near, *, deeper: bool) -> str:
    sure = "" if near.edge.certainty == 0 else f", {near.edge.certainty.label}"
    via = f", via {near.edge.via}" if near.edge.via else ""
    step = f", depth {near.depth}" if deeper else ""
    return faint(f"{near.edge.kind.label}{sure}{via}{step}")
