"""`flames graph`: the dependency graph of everything or of what is around one target, streamed."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
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
_OUTSIDE = "uses of what is outside the repository (--external)"
_IMPLIED = "uses where no name stands (--implied)"
_DRAWN = ("dot", "mermaid", "html")  # looked at, not read by programs
_DRAWN_EDGES = {
    "mermaid": (500, "most viewers of Mermaid draw 500 at most"),  # its `maxEdges`
    "dot": (3000, "Graphviz may need minutes"),  # 1,500 take 4 s
}
_KINDS = tuple(kind.label for kind in EdgeKind)  # `label` for 200k edges is a tenth of a second
_CERTAINTIES = tuple(certainty.label for certainty in Certainty)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which graph is asked for. `fold` 0: no folders; `around` None: everything."""

    form: str
    modules: bool
    fold: int
    around: str | None
    depth: int
    external: bool
    implied: bool


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
    help="`module` has one node a file and adds up the edges between two; html is always that."
    " [default: symbol]",
)
@click.option(
    "--fold",
    type=click.IntRange(min=1),
    metavar="N",
    help="Of files that lie deeper than N folders the N-th folder; implies --level module.",
)
@click.option("--around", metavar="TARGET", help="Only what uses TARGET and what it uses.")
@click.option(
    "--depth",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="With --around: edges to follow.",
)
@click.option("--external", is_flag=True, help="Also what is outside the repository (ext:…).")
@click.option(
    "--implied",
    is_flag=True,
    help="Also uses where no name stands: operators, protocols (with, for, len), fixtures,"
    " registrations, names in strings, and what a test is about.",
)
@click.option("--no-refresh", is_flag=True, help="Answer from the index as it is.")
@common
def command(
    invocation: Invocation,
    folder: Path | None,
    form: str,
    level: str | None,
    fold: int | None,
    around: str | None,
    depth: int,
    external: bool,
    implied: bool,
    no_refresh: bool,
) -> int:
    """Write the dependency graph to stdout.

    ROOT is the repository, or a folder in it; of a folder, the edges that begin in it are written.
    Files have layers: each stands above all that it imports, but for edges marked `back`.

    \b
    flames graph --format html > graph.html              a page to explore, needs no network
    flames graph --level module --format dot | dot -Tsvg > graph.svg
    flames graph --around Client.send --format mermaid
    """
    from flames_indexer.cli.graphs import encoded
    from flames_indexer.cli.opened import opened
    from flames_indexer.cli.output import write_bytes

    if form == "html" and (level == "symbol" or fold or external):
        raise click.UsageError(
            "--format html shows the files of the repository and folds them itself: leave out"
            " --level symbol, --fold and --external."
        )
    if fold and level == "symbol":
        raise click.UsageError("--fold is for files: leave out --level symbol.")
    modules = level == "module" or fold is not None or form == "html"
    wanted = Wanted(form, modules, fold or 0, around, depth, external, implied)
    asked = opened(invocation.at(folder), refresh=not no_refresh)
    with asked.place.trace.record("cli.graph") as record:
        counts: Counter[str] = Counter()
        rows = _counted(_rows(asked, wanted, counts), counts)
        write_bytes(encoded(rows, form, asked.place.root.name))
        record.count(symbols=counts["symbols"], edges=counts["edges"])
    _warn_of_size(invocation, form, counts["edges"])
    for left_out in (_OUTSIDE, _IMPLIED):
        if counts[left_out]:
            invocation.say(f"flames: left out: {counts[left_out]:,} {left_out}")
    for note in [*asked.index.coverage().notes(), *asked.notes]:
        invocation.say(f"flames: not covered: {note}")
    return 0


def _rows(asked: "Opened", wanted: Wanted, counts: Counter[str]) -> Iterable[Row]:
    from flames_indexer.cli.graphs.modules import one_a_pair
    from flames_indexer.cli.targets import target

    start = None
    if wanted.around is not None:
        start = target(asked.snapshot, Lines(asked.index), wanted.around)
    if wanted.modules:
        return _module_rows(asked, wanted, start.path if start else None, counts)
    if start is None:
        return graph_rows(asked, symbol_nodes, wanted, counts)
    near = _near(asked, start.id, start.kind is SymbolKind.MODULE, wanted.depth)
    rows = graph_rows(asked, symbol_nodes, wanted, counts, near)
    return one_a_pair(rows) if wanted.form in _DRAWN else rows


def _module_rows(
    asked: "Opened", wanted: Wanted, start: str | None, counts: Counter[str]
) -> Iterable[Row]:
    from flames_indexer.architecture import folded
    from flames_indexer.cli.graphs import modules

    names = folded(asked.paths(), wanted.fold) if wanted.fold else None
    rows = graph_rows(asked, file_nodes, wanted, counts)
    found = modules.layered(modules.module_rows(rows, names))
    if start is not None:
        center = (names or {}).get(start, start)
        found = list(modules.only(found, modules.around(found, center, wanted.depth)))
    return modules.one_a_pair(found) if wanted.form in _DRAWN else found


def _near(asked: "Opened", start: str, is_module: bool, depth: int) -> set[str]:
    """A symbol, or all symbols of a file, with what uses it and what it uses."""
    graph = asked.snapshot.graph
    seeds = [s.id for s in asked.snapshot.symbols_in(start)] if is_module else [start]
    found = set(seeds)
    for seed in seeds:
        found.update(name for name, _ in graph.dependents(seed, depth))
        found.update(name for name, _ in graph.dependencies(seed, depth))
    return found


def _counted(rows: Iterable[Row], counts: Counter[str]) -> Iterator[Row]:
    for row in rows:
        counts["edges" if isinstance(row, EdgeRow) else "symbols"] += 1
        yield row


def _warn_of_size(invocation: Invocation, form: str, edges: int) -> None:
    limit, what = _DRAWN_EDGES.get(form, (edges, ""))
    if edges > limit:
        invocation.say(
            f"flames: {edges:,} edges: {what}. --level module, --fold or --around make it smaller;"
            " --format html shows any number of files."
        )


def graph_rows(
    asked: "Opened",
    nodes: "Nodes",
    wanted: Wanted,
    counts: Counter[str],
    only: Collection[str] | None = None,
) -> Iterator[Row]:
    """Nodes and edges, file by file; each external node before its first edge.

    `only`: no other nodes and no edges to or from others. `counts` gets what is left out.
    """
    index, named = asked.index, set[str]()
    lines = Lines(index)
    implied = () if wanted.implied else tuple(kind for kind in EdgeKind if kind.implied)
    files = None if only is None else {name.partition("::")[0] for name in only}
    for path in asked.paths():
        if files is not None and path not in files:
            continue
        yield from (row for row in nodes(index, path, lines) if only is None or row.id in only)
        newlines = lines.newlines(path)
        for edge in index.graph.edges_in(path):
            if only is not None and not (edge.source in only and edge.target in only):
                continue
            outside = edge.target.startswith(EXTERNAL)
            if outside and not wanted.external:
                counts[_OUTSIDE] += 1
                continue
            if edge.kind in implied:
                counts[_IMPLIED] += 1
                continue
            if outside and edge.target not in named:
                named.add(edge.target)
                yield SymbolRow(edge.target, "external", "", UNKNOWN, UNKNOWN)
            yield EdgeRow(
                edge.source,
                edge.target,
                _KINDS[edge.kind],
                _CERTAINTIES[edge.certainty],
                path,
                UNKNOWN if newlines is None else bisect_left(newlines, edge.span.start) + 1,
                edge.via,
            )


def file_nodes(index: "Index", path: str, lines: Lines) -> Iterator[SymbolRow]:
    """The file itself, without reading it."""
    record = index.files()[path]
    last = max(1, record.lines)
    yield SymbolRow(path, SymbolKind.MODULE.label, path, 1, last, record.role.value)


def symbol_nodes(index: "Index", path: str, lines: Lines) -> Iterator[SymbolRow]:
    """Every symbol of a file."""
    for symbol in index.symbols_in(path):
        first, last = lines.first(symbol.name_span), lines.last(symbol.span)
        yield SymbolRow(symbol.id, symbol.kind.label, symbol.path, first, last)
