"""`flames path`: how one symbol comes to use another."""

from typing import TYPE_CHECKING

import click

from flames_indexer.cli.invocation import Invocation, common

if TYPE_CHECKING:
    from flames_indexer.cli.lines import Lines
    from flames_indexer.cli.output import Json
    from flames_indexer.model import Edge


@click.command("path")
@click.argument("source", metavar="A")
@click.argument("target", metavar="B")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
@click.option("--no-refresh", is_flag=True, help="Answer from the index as it is.")
@common
def command(invocation: Invocation, source: str, target: str, form: str, no_refresh: bool) -> int:
    """Show how A comes to use B, by a shortest way.

    A and B are TARGETs. That there is no way is an answer, not an error.
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
        edges = asked.snapshot.path_between(first.id, last.id) or []
        record.count(edges=len(edges))
    coverage = asked.index.coverage()
    if form == "json":
        write_json(
            {
                "source": first.id,
                "target": last.id,
                "edges": [edge_json(lines, edge) for edge in edges],
                "coverage": coverage_json(coverage, asked.notes),
            }
        )
    else:
        way = _text(lines, edges) if edges else [f"{first.id} is not known to reach {last.id}."]
        write_lines([*way, *not_covered(coverage, asked.notes)])
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
    }


def _text(lines: "Lines", edges: "list[Edge]") -> list[str]:
    from flames_indexer.cli.output import faint, strong

    way = [strong(edges[0].source)]
    for edge in edges:
        sure = "" if edge.certainty == 0 else f", {edge.certainty.label}"
        how = f"{edge.kind.label}{sure} at {edge.span.path}:{lines.first(edge.span)}"
        way += [faint(f"  ↓ {how}"), strong(edge.target)]
    return way
