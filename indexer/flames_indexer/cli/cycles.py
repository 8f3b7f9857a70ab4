"""`flames cycles`: files that need each other to be imported."""

from typing import TYPE_CHECKING

import click

from flames_indexer.cli.invocation import Invocation, common

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flames_indexer.cli.lines import Lines
    from flames_indexer.model import Edge


@click.command("cycles")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
@click.option("--no-refresh", is_flag=True, help="Answer from the index as it is.")
@common
def command(invocation: Invocation, form: str, no_refresh: bool) -> int:
    """Show files that import each other in a circle.

    Largest first, each with a way round it.
    """
    from flames_indexer.architecture import cycles
    from flames_indexer.cli.lines import Lines
    from flames_indexer.cli.opened import opened
    from flames_indexer.cli.output import coverage_json, not_covered, write_json, write_lines
    from flames_indexer.cli.path import edge_json

    asked = opened(invocation, refresh=not no_refresh)
    lines = Lines(asked.index)
    with asked.place.trace.record("cli.cycles") as record:
        found = [
            cycle for cycle in cycles(asked.index) if any(map(asked.place.shows, cycle.modules))
        ]
        record.count(cycles=len(found))
    coverage = asked.index.coverage()
    if form == "json":
        write_json(
            {
                "cycles": [
                    {
                        "modules": list(cycle.modules),
                        "edges": [edge_json(lines, edge) for edge in cycle.edges],
                    }
                    for cycle in found
                ],
                "coverage": coverage_json(coverage, asked.notes),
            }
        )
    else:
        shown = [line for cycle in found for line in _text(lines, cycle.modules, cycle.edges)]
        write_lines([*(shown or ["No import cycles."]), *not_covered(coverage, asked.notes)])
    return 0


def _text(lines: "Lines", modules: "Sequence[str]", edges: "Sequence[Edge]") -> list[str]:
    from flames_indexer.cli.output import plural, strong

    head = f"A cycle of {plural(len(modules), 'file')}, and a way round it"
    return [
        strong(head),
        *(
            f"  {edge.span.path}:{lines.first(edge.span)} → {edge.target.partition('::')[0]}"
            for edge in edges
        ),
    ]
