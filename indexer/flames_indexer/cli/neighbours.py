"""What `dependents` and `dependencies` share: they differ in which end of an edge is asked for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.cli.invocation import Invocation
from flames_indexer.cli.lines import Lines
from flames_indexer.model import SymbolKind
from flames_indexer.neighbours import Near, Question, neighbours, seeds_of, usage_of

if TYPE_CHECKING:
    from flames_indexer.cli.opened import Opened
    from flames_indexer.graph import Usage
    from flames_indexer.model import Symbol


@dataclass(frozen=True, slots=True)
class Answer:
    """`usage` and `unknown` are of dependents only: `unknown` are the (path, line) of calls of
    something of the target's name whose callee nobody knows."""

    symbol: "Symbol"
    question: Question
    found: list[Near]
    usage: "Usage | None" = None
    unknown: tuple[tuple[str, int], ...] = ()


def answer(
    invocation: Invocation, words: str, question: Question, form: str, *, refresh: bool
) -> int:
    """Writes the neighbours of the target that `words` name; the exit code."""
    from flames_indexer.cli.neighbours_shown import as_json, as_text
    from flames_indexer.cli.opened import opened
    from flames_indexer.cli.output import write_json, write_lines
    from flames_indexer.cli.targets import target

    asked = opened(invocation, refresh=refresh)
    lines = Lines(asked.index)
    with asked.place.trace.record(f"cli.{question.direction}") as record:
        symbol = target(asked.snapshot, lines, words)
        found = neighbours(asked.snapshot, seeds_of(asked.snapshot, symbol), question)
        record.count(symbols=len(found))
    told = Answer(symbol, question, found)
    if question.direction == "dependents":
        unknown = unknown_calls(asked, lines, symbol)
        told = Answer(symbol, question, found, usage_of(asked.snapshot, symbol), unknown)
    if form == "json":
        write_json(as_json(asked, lines, told))
    else:
        write_lines(as_text(asked, lines, told))
    return 0


def unknown_calls(asked: "Opened", lines: Lines, symbol: "Symbol") -> tuple[tuple[str, int], ...]:
    """The (path, line) of calls of something of its name whose callee nobody knows."""
    if symbol.kind is SymbolKind.MODULE:
        return ()
    places = asked.snapshot.graph.unknown_calls(symbol.name)
    return tuple((path, lines.line(path, offset)) for path, offset in places)
