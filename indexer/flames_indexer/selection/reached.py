"""Which tests run what was changed: from the uses in the graph, directly or through others.

Each changed symbol hands its weight on to those that use it, in shares: what one test calls says
more of that test than what a hundred do.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.model import Certainty, Edge, EdgeKind

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_STEPS = 3
_WIDEST = 300  # symbols that hand on in one step, the heaviest; bounds a hub at some 0.1 s
_HANDED_ON = 0.5  # of its weight by what is no test: a test of a caller tests it less
_LIGHTEST = 1e-4
_KINDS = {EdgeKind.TEST: 3.0, EdgeKind.REFERENCE: 0.7, EdgeKind.IMPORT: 0.7, EdgeKind.TEXT: 0.5}
_CERTAINTIES = {Certainty.RESOLVED: 1.0, Certainty.INFERRED: 0.9}
_GUESSED = 0.4
_NONE: Mapping[str, Sequence[Edge]] = {}
_SPREAD = 0.5  # 1: many users share one weight; 0: each has it all


@dataclass(frozen=True, slots=True)
class Step:
    """How a test gets to a changed symbol: the edge at its end, so many steps away."""

    weight: float
    edge: Edge
    steps: int


def reached(
    snapshot: "Snapshot",
    seeds: Mapping[str, float],
    is_test: Callable[[str], bool],
    lost: Mapping[str, Sequence[Edge]] = _NONE,
) -> dict[str, Step]:
    """The symbols of test files (`is_test` of a path) that use a seed, with their weights. `lost`:
    uses that the graph has no more, by what was used."""
    found: dict[str, Step] = {}
    wave = dict(seeds)
    seen = set(wave)
    for steps in range(1, _STEPS + 1):
        following: dict[str, float] = {}
        heaviest = sorted(wave, key=lambda symbol: (-wave[symbol], symbol))[:_WIDEST]
        for symbol in heaviest:
            users = _users((*snapshot.edges_to(symbol), *lost.get(symbol, ())))
            whole = sum(weight for weight, _ in users.values()) ** _SPREAD
            for user, (weight, edge) in users.items():
                share = wave[symbol] * weight / max(whole, 1.0)
                if share < _LIGHTEST or user in seeds:
                    continue
                if is_test(edge.span.path):
                    known = found.get(user)
                    step = known or Step(0.0, edge, steps)
                    found[user] = Step(step.weight + share, step.edge, step.steps)
                if user not in seen:
                    following[user] = following.get(user, 0.0) + share * _HANDED_ON
        seen |= following.keys()
        wave = following
    return found


def _users(edges: Sequence[Edge]) -> dict[str, tuple[float, Edge]]:
    """Who uses a symbol, by the heaviest edge of each."""
    users: dict[str, tuple[float, Edge]] = {}
    for edge in edges:
        if edge.kind is EdgeKind.OVERRIDE or edge.source == edge.target:
            continue
        weight = _KINDS.get(edge.kind, 1.0) * _CERTAINTIES.get(edge.certainty, _GUESSED)
        if edge.source not in users or users[edge.source][0] < weight:
            users[edge.source] = (weight, edge)
    return users
