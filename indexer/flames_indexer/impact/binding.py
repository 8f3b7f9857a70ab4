"""Whether a call as written binds to a contract, by the rules of Python's calls.

(The reference manual, section "Calls": positional arguments first, then keywords, then defaults.)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from flames_indexer.impact.contract import Contract, Receiver
from flames_indexer.model import Parameter, ParameterKind

_POSITIONS = (ParameterKind.POSITIONAL_ONLY, ParameterKind.POSITIONAL)


class Fit(IntEnum):
    """How well a call binds, best first."""

    BINDS = 0
    UNKNOWN = 1  # `*args` or `**kwargs` may bring what is missing
    BREAKS = 2


@dataclass(frozen=True, slots=True)
class Shape:
    """The arguments of a call as written."""

    positional: int
    keywords: tuple[str, ...] = ()
    spread: bool = False  # *args
    keyword_spread: bool = False  # **kwargs
    through_class: bool = False  # `K.m(k, …)`: the receiver is passed
    awaited: bool = False
    kept: bool = False  # assigned, returned or passed on: who has it may await it


@dataclass(frozen=True, slots=True)
class Bound:
    """`reason` says what does not bind; `names` are the parameters the positional ones reach."""

    fit: Fit
    reason: str = ""
    names: tuple[str, ...] = ()


def fit(contract: Contract, shape: Shape) -> Bound:
    """The best of the ways the contract can be called."""
    positional = shape.positional
    if shape.through_class and contract.receiver is Receiver.INSTANCE:
        if not positional:
            return Bound(Fit.UNKNOWN)
        positional -= 1
    ways = [bind(way, shape, positional) for way in contract.ways]
    return min(ways, key=lambda bound: bound.fit, default=Bound(Fit.UNKNOWN))


def bind(way: Sequence[Parameter], shape: Shape, positional: int) -> Bound:
    """`positional` arguments and the rest of `shape` against one list of parameters."""
    positions = [p for p in way if p.kind in _POSITIONS]
    names = tuple(p.name for p in positions[:positional])
    reason = _surplus(way, positions, shape, positional)
    if reason:
        return Bound(Fit.BREAKS, reason, names)
    missing = _missing(way, positions, shape, positional)
    if not missing:
        return Bound(Fit.BINDS, names=names)
    brought = all(
        (shape.spread and p.kind in _POSITIONS)
        or (shape.keyword_spread and p.kind is not ParameterKind.POSITIONAL_ONLY)
        for p in missing
    )
    listed = ", ".join(f"`{p.name}`" for p in missing)
    return Bound(Fit.UNKNOWN if brought else Fit.BREAKS, f"does not pass {listed}", names)


def _surplus(
    way: Sequence[Parameter], positions: list[Parameter], shape: Shape, positional: int
) -> str:
    kinds = {p.kind for p in way}
    if positional > len(positions) and ParameterKind.VARIADIC not in kinds:
        given = f"{positional} positional argument{'' if positional == 1 else 's'}"
        return f"passes {given}, {len(positions)} {'is' if len(positions) == 1 else 'are'} taken"
    taken = {p.name for p in positions[:positional] if p.kind is ParameterKind.POSITIONAL}
    named = {
        p.name for p in way if p.kind in (ParameterKind.POSITIONAL, ParameterKind.KEYWORD_ONLY)
    }
    for keyword in shape.keywords:
        if keyword in taken:
            return f"passes `{keyword}` twice"
        if keyword not in named and ParameterKind.KEYWORDS not in kinds:
            return f"passes `{keyword}=`, which is not taken"
    return ""


def _missing(
    way: Sequence[Parameter], positions: list[Parameter], shape: Shape, positional: int
) -> list[Parameter]:
    rest = [*positions[positional:], *(p for p in way if p.kind is ParameterKind.KEYWORD_ONLY)]
    return [
        p
        for p in rest
        if not p.has_default
        and (p.kind is ParameterKind.POSITIONAL_ONLY or p.name not in shape.keywords)
    ]
