"""The part of the graph that a report speaks of, small enough to be read.

What changed and what breaks is always its own node. Those who depend on it are nodes of their own
while there are few; of many, the farthest first, one node stands for a file, then for a folder.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from flames_indexer.impact import Level
from flames_indexer.model import Certainty, Span
from flames_indexer.neighbours import TESTS, Near
from flames_indexer.report.change import Report
from flames_indexer.report.touched import How

NODES = 60  # more are no picture any more: the eye takes in about as many boxes with names
_CHANGED = (How.REMOVED, How.CONTRACT, How.BODY, How.ASKED)


class NodeKind(StrEnum):
    ASKED = "asked"  # nothing happened to it
    CONTRACT = "contract"  # changed so that its users notice
    BODY = "body"
    BROKEN = "broken"  # uses it in a way that does not work any more
    USER = "user"
    TEST = "test"


_KINDS = {How.BODY: NodeKind.BODY, How.ASKED: NodeKind.ASKED}


class Node(NamedTuple):
    """A symbol, or what stands for `members` of them. `depth` 0 is what changed."""

    name: str
    path: str
    label: str
    kind: NodeKind
    depth: int
    members: int = 1
    said: str = ""
    place: Span | None = None  # of the changed name, or of the first use


class Use(NamedTuple):
    """`source` uses `target`, nodes by name. `level`: BREAKS, MAY_BREAK, or None: it is fine."""

    source: str
    target: str
    kind: str
    sure: bool
    level: Level | None


@dataclass(frozen=True, slots=True)
class Picture:
    """`left_out`: symbols that no node stands for."""

    nodes: tuple[Node, ...]
    uses: tuple[Use, ...]
    left_out: int


def picture(report: Report, most: int = NODES) -> Picture:
    """Nodes nearest first, and the uses between them."""
    changed = [one for one in report.touched if one.how in _CHANGED]
    broken = {verdict.site.symbol: verdict for _, verdict in reversed(report.broken())}
    nodes = {
        one.symbol: Node(
            one.symbol,
            one.symbol.partition("::")[0],
            one.symbol.rpartition("::")[2],
            _KINDS.get(one.how, NodeKind.CONTRACT),
            0,
            1,
            one.said,
            one.span,
        )
        for one in changed[:most]
    }
    room = max(most - len(nodes), most // 2)
    reached = _telling(report.reach.near)
    names = _folded(reached, set(broken), room)
    for symbol, verdict in broken.items():
        if symbol not in nodes and len(nodes) < 2 * most:
            label, said = symbol.rpartition("::")[2], verdict.reason
            place = verdict.site.span
            nodes[symbol] = Node(symbol, _file(symbol), label, NodeKind.BROKEN, 1, 1, said, place)
    nodes |= {node.name: node for node in _others(reached, names, nodes)}
    shown = dict(sorted(nodes.items(), key=lambda row: (row[1].depth, row[1].path, row[0])))
    left_out = sum(not name for name in names.values())
    return Picture(
        tuple(shown.values()),
        tuple(_uses(report, reached, names, shown)),
        left_out + max(0, len(changed) - most),
    )


def _telling(near: tuple[Near, ...]) -> list[Near]:
    """Without files that import what something in them uses: that goes without saying."""
    inside = {_file(one.symbol) for one in near if "::" in one.symbol}
    return [one for one in near if one.symbol not in inside]


def _folded(near: list[Near], kept: set[str], room: int) -> dict[str, str]:
    """The node that stands for each dependent; "" where there is no room for it."""
    names = {one.symbol: one.symbol for one in near}
    depth = {one.symbol: one.depth for one in near}
    for coarser in (_file, _folder):
        for away in sorted({*depth.values()}, reverse=True):
            if len({*names.values()}) <= room:
                return names
            for symbol, name in names.items():
                if depth[symbol] == away and symbol not in kept:
                    names[symbol] = coarser(name)
    size = Counter(names.values())
    first = {name: depth[symbol] for symbol, name in reversed(names.items())}
    order = sorted(size, key=lambda name: (name not in kept, first[name], -size[name], name))
    shown = {*order[:room]}
    return {symbol: name if name in shown else "" for symbol, name in names.items()}


def _file(name: str) -> str:
    return name.partition("::")[0]


def _folder(name: str) -> str:
    return f"{_file(name).rpartition('/')[0]}/"


def _others(reached: list[Near], names: dict[str, str], known: dict[str, Node]) -> Iterator[Node]:
    members: dict[str, list[Near]] = {}
    for one in reached:
        members.setdefault(names[one.symbol], []).append(one)
    for name, few in members.items():
        if name and name not in known:
            tests = all(one.group is TESTS for one in few)
            alone = name == few[0].symbol
            label = name.rpartition("::")[2] if alone else name
            kind = NodeKind.TEST if tests else NodeKind.USER
            depth = min(one.depth for one in few)
            place = few[0].edge.span if alone else None
            yield Node(name, _file(name), label, kind, depth, len(few), place=place)


def _uses(
    report: Report, reached: list[Near], names: dict[str, str], nodes: dict[str, Node]
) -> Iterator[Use]:
    found: dict[tuple[str, str], Use] = {}
    for target, verdict in report.broken():
        key = (verdict.site.symbol, target)
        if key[0] in nodes and key[1] in nodes and key[0] != key[1]:
            sure = verdict.site.certainty <= Certainty.INFERRED
            found.setdefault(key, Use(*key, verdict.site.kind.label, sure, verdict.level))
    for one in reached:
        through = one.through if one.through in nodes else names.get(one.through, "")
        key = (names[one.symbol], through or _owner_in(one.through, nodes))
        if key[0] in nodes and key[1] in nodes and key[0] != key[1]:
            sure = one.edge.certainty <= Certainty.INFERRED
            found.setdefault(key, Use(*key, one.edge.kind.label, sure, None))
    yield from found.values()


def _owner_in(symbol: str, nodes: dict[str, Node]) -> str:
    """The node that a seed without one belongs to: a class for its constructor, a file for what
    is in it."""
    inside = (name for name in nodes if name.startswith((f"{symbol}.", f"{symbol}::")))
    return _file(symbol) if _file(symbol) in nodes else next(inside, "")
