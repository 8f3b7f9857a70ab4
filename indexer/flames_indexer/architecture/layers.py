"""Layers: who stands above whom, where no two need each other; and what stands against that.

Works on any names: files, or folders of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from networkx import DiGraph

Step: TypeAlias = tuple[str, str]  # who needs, what is needed


@dataclass(frozen=True, slots=True)
class Layers:
    """Whoever needs something stands in a higher layer than it, but for the `back` steps.

    Layer 0 needs nothing. Without the `back` steps there is no circle; they are few, not fewest.
    """

    of: Mapping[str, int]
    back: frozenset[Step]


def layers(names: Iterable[str], needs: Mapping[Step, int]) -> Layers:
    """The layers of `names`, given how often each needs another."""
    import networkx as nx

    graph = _graph(names, needs)
    back = {step for circle in _circles(graph) for step in _against(graph, circle, needs)}
    graph.remove_edges_from(back)
    of: dict[str, int] = {}
    for name in reversed(list(nx.topological_sort(graph))):
        of[name] = max((of[needed] + 1 for needed in graph.successors(name)), default=0)
    return Layers(of, frozenset(back))


def circles(names: Iterable[str], needs: Iterable[Step]) -> list[tuple[str, ...]]:
    """Sets of names that all need each other, directly or not; largest first, each sorted."""
    found = (tuple(sorted(circle)) for circle in _circles(_graph(names, needs)))
    return sorted(found, key=lambda circle: (-len(circle), circle))


def _graph(names: Iterable[str], needs: Iterable[Step]) -> DiGraph[str]:
    import networkx as nx

    graph: DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(sorted(names))
    graph.add_edges_from(sorted(step for step in needs if step[0] != step[1]))
    return graph


def _circles(graph: DiGraph[str]) -> Iterator[set[str]]:
    import networkx as nx

    return (found for found in nx.strongly_connected_components(graph) if len(found) > 1)


def _against(
    graph: DiGraph[str], circle: Collection[str], needs: Mapping[Step, int]
) -> Iterator[Step]:
    """The steps without which a circle is none."""
    inside = {step: needs[step] for step in graph.edges(circle) if step[1] in circle}
    place = {name: number for number, name in enumerate(_ordered(circle, inside))}
    return (step for step in inside if place[step[0]] > place[step[1]])


def _ordered(names: Iterable[str], needs: Mapping[Step, int]) -> list[str]:
    """Names such that little is needed against the order: whoever needs comes first.

    Eades, Lin, Smyth, "A fast and effective heuristic for the feedback arc set problem" (1993):
    take who is needed by nobody left to the front, who needs nobody left to the end, else to the
    front who needs most more than it is needed.
    """
    down: dict[str, dict[str, int]] = {name: {} for name in sorted(names)}
    up: dict[str, dict[str, int]] = {name: {} for name in down}
    for (source, target), count in needs.items():
        down[source][target] = up[target][source] = count
    first: list[str] = []
    last: list[str] = []
    while down:
        ends = [name for name in down if not down[name]]
        starts = [name for name in down if down[name] and not up[name]]
        if not ends and not starts:
            starts = [max(down, key=lambda name: _surplus(down[name], up[name]))]
        last.extend(ends)
        first.extend(starts)
        for name in (*ends, *starts):
            for needed in down.pop(name):
                del up[needed][name]
            for needing in up.pop(name):
                del down[needing][name]
    return first + last[::-1]


def _surplus(down: Mapping[str, int], up: Mapping[str, int]) -> int:
    return sum(down.values()) - sum(up.values())
