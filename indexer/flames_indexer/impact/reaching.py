"""Where arguments go: to which parameters they moved, and what calls a contract takes."""

from collections.abc import Collection

from flames_indexer.impact.binding import POSITIONS, Bound
from flames_indexer.impact.contract import Contract
from flames_indexer.impact.shapes import Shape
from flames_indexer.model import Parameter, ParameterKind


def moved(was: Bound, bound: Bound, before: Contract, now: Contract) -> tuple[str, bool]:
    """A positional argument that reaches another parameter than it did, "" if none does. Its own is
    still there (True: it certainly goes wrong), or the other was there already."""
    there, earlier = names(now), names(before)
    for old, new in zip(was.names, bound.names, strict=False):
        if old != new and (old in there or new in earlier):
            return f"passes `{old}` by position, which reaches `{new}` now", old in there
    return "", False


def names(contract: Contract) -> set[str]:
    return {
        f"*{p.name}" if p.kind is ParameterKind.VARIADIC else p.name
        for way in contract.ways
        for p in way
    }


def only_rest(contract: Contract, shape: Shape) -> bool:
    """Whether what is unpacked in a call goes to the parameter that takes the rest."""
    return shape.spread and any(
        any(p.kind is ParameterKind.VARIADIC for p in way)
        and sum(p.kind in POSITIONS for p in way) <= shape.positional
        for way in contract.ways
    )


def calls_of(way: tuple[Parameter, ...], known: Collection[str]) -> list[Shape]:
    """The barest call that a list of parameters takes, and the fullest."""
    way = tuple(p for p in way if p.name in known or not p.has_default)
    positions = [
        p for p in way if p.kind in (ParameterKind.POSITIONAL, ParameterKind.POSITIONAL_ONLY)
    ]
    keywords = [p for p in way if p.kind is ParameterKind.KEYWORD_ONLY]
    required = [p for p in positions if not p.has_default]
    bare = Shape(len(required), tuple(p.name for p in keywords if not p.has_default))
    full = Shape(len(positions), tuple(p.name for p in keywords))
    return [bare, full]
