"""Circles of imports between the files of a repository.

Imports that only a type checker follows are left out: they hold up nobody when the program runs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from flames_indexer.architecture.layers import Step, circles, layers
from flames_indexer.model import Edge, EdgeKind, SymbolKind

if TYPE_CHECKING:
    from networkx import DiGraph

    from flames_indexer.graph import Graph
    from flames_indexer.model import Symbol


class Indexed(Protocol):
    """What has a graph: an index, or a snapshot."""

    @property
    def graph(self) -> Graph: ...
    def symbols_in(self, path: str) -> list[Symbol]: ...


@dataclass(frozen=True, slots=True)
class Cycle:
    """Files that all need each other, and one way round through some of them.

    `at_start`: the way round is imported when its files are; else at least one of its imports is
    inside a function, and waits until that runs. `back`: without these there is no circle.
    """

    modules: tuple[str, ...]  # paths, sorted
    edges: tuple[Edge, ...]  # imports; each begins in the file that the one before asks for
    at_start: bool
    back: tuple[Edge, ...]  # the first import of each step that stands against the layers


def imports(indexed: Indexed) -> Iterator[Edge]:
    """The imports of other files of the repository that a running program follows, by file."""
    graph = indexed.graph
    for path in graph.paths():
        for edge in graph.edges_in(path):
            if edge.kind != EdgeKind.IMPORT or edge.type_only or edge.target.startswith("ext:"):
                continue
            if _imported(edge) != path:
                yield edge


def cycles(indexed: Indexed) -> list[Cycle]:
    """Sets of files that import each other in a circle: those at start first, then by size."""
    found = list(imports(indexed))
    functions = _functions(indexed, found)
    first: dict[Step, Edge] = {}
    at_start: set[Step] = set()
    needs: dict[Step, int] = {}
    for edge in found:
        step = edge.span.path, _imported(edge)
        needs[step] = needs.get(step, 0) + 1
        waits = edge.source in functions.get(edge.span.path, ())
        if step not in first or (step not in at_start and not waits):
            first[step] = edge
        if not waits:
            at_start.add(step)
    names = {path for step in needs for path in step}
    back = layers(names, needs).back
    rings = (_cycle(ring, first, at_start, back) for ring in circles(names, needs))
    return sorted(rings, key=lambda cycle: not cycle.at_start)


def _cycle(
    ring: tuple[str, ...],
    first: Mapping[Step, Edge],
    at_start: Collection[Step],
    back: Collection[Step],
) -> Cycle:
    files = set(ring)
    inside = {s: edge for s, edge in first.items() if s[0] in files and s[1] in files}
    way = _way_round([step for step in inside if step in at_start]) or _way_round(inside)
    edges = tuple(inside[step] for step in way)
    against = tuple(edge for step, edge in inside.items() if step in back)
    return Cycle(ring, edges, all(step in at_start for step in way), against)


def _way_round(steps: Collection[Step]) -> list[Step]:
    """A shortest circle, through the first of the files for which there is one; [] if none."""
    import networkx as nx

    graph: DiGraph[str] = nx.DiGraph(sorted(steps))
    for start in sorted(graph):
        try:
            way = nx.bidirectional_shortest_path(graph, next(graph.successors(start)), start)
        except (nx.NetworkXNoPath, StopIteration):
            continue
        return list(zip([start, *way], way, strict=False))
    return []


def _functions(indexed: Indexed, edges: Collection[Edge]) -> dict[str, set[str]]:
    """The functions of the files in which an import stands elsewhere than at the top."""
    functions: dict[str, set[str]] = {}
    for edge in edges:
        path = edge.span.path
        if edge.source != path and path not in functions:
            functions[path] = {
                symbol.id
                for symbol in indexed.symbols_in(path)
                if symbol.kind in (SymbolKind.FUNCTION, SymbolKind.METHOD)
            }
    return functions


def _imported(edge: Edge) -> str:
    return edge.target.partition("::")[0]
