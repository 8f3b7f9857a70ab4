"""How one thing comes to use another: a shortest chain of uses."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable

from flames_indexer.architecture.cycles import Indexed, imports
from flames_indexer.model import Certainty, Edge, EdgeKind

_NO_USES = (EdgeKind.OVERRIDE, EdgeKind.TEST)  # they say something of a symbol, they run nothing


def way(indexed: Indexed, sources: Collection[str], targets: Collection[str]) -> list[Edge]:
    """From one of some symbols to one of some others; [] when none is known.

    A way that rests on resolved and inferred edges alone wins over a shorter one that does not.
    """
    graph = indexed.graph

    def sure(symbol: str) -> Iterable[Edge]:
        edges = graph.edges_from(symbol, possible=False)
        return (e for e in edges if e.certainty <= Certainty.INFERRED and e.kind not in _NO_USES)

    def every(symbol: str) -> Iterable[Edge]:
        return (e for e in graph.edges_from(symbol) if e.kind not in _NO_USES)

    return _shortest(sources, targets, sure, str) or _shortest(sources, targets, every, str)


def import_way(indexed: Indexed, source: str, target: str) -> list[Edge]:
    """How one file comes to import another, each step the first import; [] when it does not."""
    of_file: dict[str, list[Edge]] = {}
    for edge in imports(indexed):
        of_file.setdefault(edge.span.path, []).append(edge)
    return _shortest([source], [target], lambda path: of_file.get(path, ()), _file)


def _shortest(
    sources: Collection[str],
    targets: Collection[str],
    edges_from: Callable[[str], Iterable[Edge]],
    named: Callable[[str], str],
) -> list[Edge]:
    """Breadth first; `named` is what a step calls the end of an edge."""
    wanted = set(targets)
    came: dict[str, Edge | None] = dict.fromkeys(sources)
    queue = deque(sources)
    while queue:
        for edge in edges_from(queue.popleft()):
            reached = named(edge.target)
            if reached in came:
                continue
            came[reached] = edge
            if reached in wanted:
                return _chain(came, reached, named)
            queue.append(reached)
    return []


def _chain(came: dict[str, Edge | None], end: str, named: Callable[[str], str]) -> list[Edge]:
    chain: list[Edge] = []
    while (edge := came[end]) is not None:
        chain.append(edge)
        end = named(edge.source)
    return chain[::-1]


def _file(identity: str) -> str:
    return identity.partition("::")[0]
