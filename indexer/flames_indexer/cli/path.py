"""`flames path`: how one symbol comes to use another."""

from typing import TYPE_CHECKING

import click

from flames_indexer.cli.invocation import Invocation, common
from flames_indexer.model import SymbolKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flames_indexer.cli.lines import Lines
    from flames_indexer.cli.output import Json
    from flames_indexer.index import Snapshot
    from flames_indexer.model import Edge, Symbol


@click.command("path")
@click.argument("source", metavar="A")
@click.argument("target", metavar="B")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
@click.option("--no-refresh", is_flag=True, help="Answer from the index as it is.")
@common
def command(invocation: Invocation, source: str, target: str, form: str, no_refresh: bool) -> int:
    """Show how A comes to use B, by a shortest way.

    Each step comes with the line that makes it. A and B are TARGETs; a class stands for all that
    is in it. From file to file it is the way of the imports, where there is one. That there is no
    way is an answer, not an error.
    """
    from flames_indexer.cli import targets
    from flames_indexer.cli.lines import Lines
    from flames_indexer.cli.opened import opened
    from flames_indexer.cli.output import coverage_json, not_covered, write_json, write_lines

    asked = opened(invocation, refresh=not no_refresh)
    lines = Lines(asked.index)
    with asked.place.trace.record("cli.path") as record:
        first = targets.target(asked.snapshot, lines, source)
        last = targets.target(asked.snapshot, lines, target)
        edges = _way(asked.snapshot, first, last)
        record.count(edges=len(edges))
    coverage = asked.index.coverage()
    if form == "json":
        write_json(
            {
                "source": first.id,
                "target": last.id,
                "edges": [edge_json(lines, e) | {"text": lines.text(e.span)} for e in edges],
                "coverage": coverage_json(coverage, asked.notes),
            }
        )
    elif first.id == last.id:
        write_lines([f"{first.id} is both ends: name two that differ."])
    elif edges:
        write_lines([*_text(lines, edges), *not_covered(coverage, asked.notes)])
    else:
        none = f"{first.id} is not known to reach {last.id}."
        write_lines([none, *not_covered(coverage, asked.notes)])
    return 0


def edge_json(lines: "Lines", edge: "Edge") -> "Json":
    """An edge as every JSON answer shows it."""
    return {
        "source": edge.source,
        "target": edge.target,
        "kind": edge.kind.label,
        "certainty": edge.certainty.label,
        "path": edge.span.path,
        "line": lines.first(edge.span),
        "via": edge.via,
    }


def _way(snapshot: "Snapshot", first: "Symbol", last: "Symbol") -> "list[Edge]":
    from flames_indexer.architecture import import_way, way

    if first.id == last.id:
        return []
    files = first.kind is last.kind is SymbolKind.MODULE
    imported = import_way(snapshot, first.id, last.id) if files else []
    return imported or way(snapshot, _within(snapshot, first), _within(snapshot, last))


def _within(snapshot: "Snapshot", symbol: "Symbol") -> list[str]:
    """A file or class stands for all that is in it."""
    inside = "::" if symbol.kind is SymbolKind.MODULE else "."
    return [
        inner.id
        for inner in snapshot.symbols_in(symbol.path)
        if inner.id == symbol.id or inner.id.startswith(symbol.id + inside)
    ]


def _text(lines: "Lines", edges: "list[Edge]") -> "Iterator[str]":
    from flames_indexer.cli.output import faint, strong

    yield strong(edges[0].source)
    for edge in edges:
        sure = "" if edge.certainty == 0 else f", {edge.certainty.label}"
        via = f", via {edge.via}" if edge.via else ""
        place = f"{edge.span.path}:{lines.first(edge.span)}"
        yield faint(f"  ↓ {edge.kind.label}{sure}{via}  {place}  ") + lines.text(edge.span)
        yield strong(edge.target)
