"""`flames cycles`: files that need each other to be imported."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from flames_indexer.cli.invocation import Invocation, common

if TYPE_CHECKING:
    from flames_indexer.architecture import Cycle
    from flames_indexer.cli.lines import Lines
    from flames_indexer.model import Edge

_SHOWN_BACK = 8


@click.command("cycles")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
@click.option("--no-refresh", is_flag=True, help="Answer from the index as it is.")
@common
def command(invocation: Invocation, form: str, no_refresh: bool) -> int:
    """Show files that import each other in a circle.

    Those that close when the files are imported come first, then by size; each with a shortest
    way round it and the imports without which there would be no circle. Imports for type
    checkers only are left out; one in a function is marked, since it waits until that runs.
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
                        "at_start": cycle.at_start,
                        "back": [edge_json(lines, edge) for edge in cycle.back],
                    }
                    for cycle in found
                ],
                "coverage": coverage_json(coverage, asked.notes),
            }
        )
    else:
        shown = [line for cycle in found for line in _text(lines, cycle)]
        write_lines([*(shown or ["No import cycles."]), *not_covered(coverage, asked.notes)])
    return 0


def _text(lines: "Lines", cycle: "Cycle") -> Iterator[str]:
    from flames_indexer.cli.output import faint, plural, strong

    late = "" if cycle.at_start else ", closed only by imports inside functions"
    head = strong(f"A cycle of {plural(len(cycle.modules), 'file')}")
    yield f"{head}{late}. A way round it:"
    for edge in cycle.edges:
        inside = faint(f"  in {edge.source}") if edge.source != edge.span.path else ""
        yield f"  {_step(lines, edge)}{inside}"
    if len(cycle.modules) > len(cycle.edges):
        few = cycle.back[:_SHOWN_BACK]
        more = len(cycle.back) - len(few)
        yield f"  It needs {plural(len(cycle.back), 'import')} that lead back:"
        yield from (f"    {_step(lines, edge)}" for edge in few)
        if more:
            yield faint(f"    … {more:,} more: --format json names them")


def _step(lines: "Lines", edge: "Edge") -> str:
    return f"{edge.span.path}:{lines.first(edge.span)} → {edge.target.partition('::')[0]}"
