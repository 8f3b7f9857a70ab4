"""Architecture: the modules of a repository, who imports whom, and the circles in that.

The only importer of networkx, which is loaded when a question is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from flames_indexer.model import Edge, EdgeKind

if TYPE_CHECKING:
    from networkx import DiGraph

    from flames_indexer.graph import Graph


class Indexed(Protocol):
    """What has a graph: an index, or a snapshot."""

    @property
    def graph(self) -> Graph: ...


@dataclass(frozen=True, slots=True)
class Cycle:
    """Modules that all need each other, and one way round through some of them."""

    modules: tuple[str, ...]  # paths, sorted
    edges: tuple[Edge, ...]  # imports; each begins in the file that the one before asks for


def imports(indexed: Indexed) -> Iterator[Edge]:
    """The first import of each other file of the repository, file by file."""
    graph = indexed.graph
    for path in graph.paths():
        seen: set[str] = {path}
        for edge in graph.edges_in(path):
            imported = edge.target.partition("::")[0]
            if edge.kind == EdgeKind.IMPORT and imported not in seen:
                seen.add(imported)
                if not imported.startswith("ext:"):
                    yield edge


def module_graph(indexed: Indexed) -> DiGraph[str]:
    """Files as nodes; an edge is an import, with its `edge` as attribute."""
    import networkx as nx

    modules: DiGraph[str] = nx.DiGraph()
    modules.add_nodes_from(indexed.graph.paths())
    for edge in imports(indexed):
        modules.add_edge(edge.span.path, edge.target.partition("::")[0], edge=edge)
    return modules


def cycles(indexed: Indexed) -> list[Cycle]:
    """Sets of files that import each other in a circle, largest first."""
    import networkx as nx

    modules = module_graph(indexed)
    found: list[Cycle] = []
    for component in nx.strongly_connected_components(modules):
        if len(component) > 1:
            ordered = tuple(sorted(component))
            way = nx.find_cycle(modules.subgraph(ordered), source=ordered[0])
            edges = tuple(modules.edges[step[0], step[1]]["edge"] for step in way)
            found.append(Cycle(ordered, edges))
    return sorted(found, key=lambda cycle: (-len(cycle.modules), cycle.modules))
