"""`flames graph`: the dependency graph, streamed."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flames_indexer.cli.graphs import FORMATS, EdgeRow, Row, SymbolRow
from flames_indexer.cli.invocation import Invocation, common
from flames_indexer.cli.lines import UNKNOWN, Lines
from flames_indexer.model import Certainty, EdgeKind, SymbolKind

if TYPE_CHECKING:
    from flames_indexer.cli.opened import Opened
    from flames_indexer.index import Index

    Nodes = Callable[[Index, str, Lines], Iterator[SymbolRow]]

EXTERNAL = "ext:"
_KINDS = tuple(kind.label for kind in EdgeKind)  # `label` for 200k edges is a tenth of a second
_CERTAINTIES = tuple(certainty.label for certainty in Certainty)


@click.command("graph")
@click.argument(
    "folder",
    required=False,
    metavar="[ROOT]",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="jsonl", show_default=True)
@click.option(
    "--level",
    type=click.Choice(("symbol", "module")),
    default="symbol",
    show_default=True,
    help="`module` has one node a file and adds up the edges between two.",
)
@click.option("--external", is_flag=True, help="Also what is outside the repository (ext:…).")
@click.option("--no-refresh", is_flag=True, help="Answer from the index as it is.")
@common
def command(
    invocation: Invocation,
    folder: Path | None,
    form: str,
    level: str,
    external: bool,
    no_refresh: bool,
) -> int:
    """Write the dependency graph to stdout.

    ROOT is the repository, or a folder in it; of a folder, the edges that begin in it are written.
    """
    from flames_indexer.cli.graphs import encoded
    from flames_indexer.cli.opened import opened
    from flames_indexer.cli.output import write_bytes

    asked = opened(invocation.at(folder), refresh=not no_refresh)
    with asked.place.trace.record("cli.graph"):
        nodes = file_nodes if level == "module" else symbol_nodes
        rows = graph_rows(asked, nodes, external=external)
        write_bytes(encoded(module_rows(rows) if level == "module" else rows, form))
    for note in [*asked.index.coverage().notes(), *asked.notes]:
        invocation.say(f"flames: not covered: {note}")
    return 0


def graph_rows(asked: "Opened", nodes: "Nodes", *, external: bool) -> Iterator[Row]:
    """Nodes and edges, file by file; each external node before its first edge."""
    index, named = asked.index, set[str]()
    lines = Lines(index)
    for path in asked.paths():
        yield from nodes(index, path, lines)
        newlines = lines.newlines(path)
        for edge in index.graph.edges_in(path):
            if edge.target.startswith(EXTERNAL):
                if not external:
                    continue
                if edge.target not in named:
                    named.add(edge.target)
                    yield SymbolRow(edge.target, "external", "", UNKNOWN, UNKNOWN)
            yield EdgeRow(
                edge.source,
                edge.target,
                _KINDS[edge.kind],
                _CERTAINTIES[edge.certainty],
                path,
                UNKNOWN if newlines is None else bisect_left(newlines, edge.span.start) + 1,
            )


def file_nodes(index: "Index", path: str, lines: Lines) -> Iterator[SymbolRow]:
    """The file itself, without reading it."""
    yield SymbolRow(path, SymbolKind.MODULE.label, path, 1, max(1, index.files()[path].lines))


def symbol_nodes(index: "Index", path: str, lines: Lines) -> Iterator[SymbolRow]:
    """Every symbol of a file."""
    for symbol in index.symbols_in(path):
        first, last = lines.first(symbol.name_span), lines.last(symbol.span)
        yield SymbolRow(symbol.id, symbol.kind.label, symbol.path, first, last)


def module_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """One node a file, and one edge for each kind of use between two: the first and surest."""
    between: dict[tuple[str, str, str], EdgeRow] = {}
    for row in rows:
        if isinstance(row, SymbolRow):
            if row.kind in ("module", "external"):
                yield row
        else:
            _add(between, row)
    yield from between.values()


def _add(between: dict[tuple[str, str, str], EdgeRow], row: EdgeRow) -> None:
    source, target = row.source.partition("::")[0], row.target
    if not target.startswith(EXTERNAL):
        target = target.partition("::")[0]
    if source == target:
        return
    before = between.get((source, target, row.kind))
    if before is None:
        between[source, target, row.kind] = row._replace(source=source, target=target)
        return
    surest = min(before.certainty, row.certainty, key=_CERTAINTIES.index)
    between[source, target, row.kind] = before._replace(places=before.places + 1, certainty=surest)
