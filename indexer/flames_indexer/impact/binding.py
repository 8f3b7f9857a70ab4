"""Whether a call as written binds to a contract: positional arguments first, then keywords, then
defaults (for Python: the reference manual, section "Calls")."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from flames_indexer.impact.contract import Contract, Receiver
from flames_indexer.impact.shapes import Shape
from flames_indexer.model import Parameter, ParameterKind

POSITIONS = (ParameterKind.POSITIONAL_ONLY, ParameterKind.POSITIONAL)
_NAMED = (ParameterKind.POSITIONAL, ParameterKind.KEYWORD_ONLY)


class Fit(IntEnum):
    """How well a call binds, best first."""

    BINDS = 0
    UNKNOWN = 1  # `*args` or `**kwargs` may bring what is missing
    LACKS = 2  # an argument
    BREAKS = 3  # it passes what is not taken


@dataclass(frozen=True, slots=True)
class Bound:
    """`reason` says what does not bind; `names` are the parameters the positional ones reach."""

    fit: Fit
    reason: str = ""
    names: tuple[str, ...] = ()


def fit(contract: Contract, shape: Shape, *, receiver_is_parameter: bool = True) -> Bound:
    """The best of the ways the contract can be called."""
    positional = shape.positional
    on_instance = contract.is_type or contract.receiver is Receiver.INSTANCE
    if shape.through_class and receiver_is_parameter and on_instance:
        if not positional:
            fits = Fit.UNKNOWN if shape.spread else Fit.LACKS
            return Bound(fits, "calls it on the class and does not pass the instance")
        positional -= 1
    ways = [bind(way, shape, positional) for way in contract.ways]
    return min(ways, key=lambda bound: bound.fit, default=Bound(Fit.UNKNOWN))


def bind(way: Sequence[Parameter], shape: Shape, positional: int) -> Bound:
    """`positional` arguments and the rest of `shape` against one list of parameters."""
    positions = [p for p in way if p.kind in POSITIONS]
    names = _reached(way, positions, positional)
    reason = _surplus(way, positions, shape, positional)
    if reason:
        return Bound(Fit.BREAKS, reason, names)
    missing = _missing(way, positions, shape, positional)
    if not missing:
        return Bound(Fit.BINDS, names=names)
    brought = all(
        (shape.spread and p.kind in POSITIONS)
        or (shape.keyword_spread and p.kind is not ParameterKind.POSITIONAL_ONLY)
        for p in missing
    )
    listed = ", ".join(f"`{p.name}`" for p in missing)
    return Bound(Fit.UNKNOWN if brought else Fit.LACKS, f"does not pass {listed}", names)


def _reached(
    way: Sequence[Parameter], positions: list[Parameter], positional: int
) -> tuple[str, ...]:
    """The parameters of the positional arguments, in order; `*name` for one that takes the rest."""
    rest = [f"*{p.name}" for p in way if p.kind is ParameterKind.VARIADIC]
    surplus = max(0, positional - len(positions)) if rest else 0
    return (*(p.name for p in positions[:positional]), *(rest[0] for _ in range(surplus)))


def _surplus(
    way: Sequence[Parameter], positions: list[Parameter], shape: Shape, positional: int
) -> str:
    kinds = {p.kind for p in way}
    if positional > len(positions) and ParameterKind.VARIADIC not in kinds:
        given = f"{positional} positional argument{'' if positional == 1 else 's'}"
        taken = f"{len(positions) or 'none'} {'are' if len(positions) > 1 else 'is'} taken"
        return f"passes {given}, {taken}"
    taken = {p.name for p in positions[:positional] if p.kind is ParameterKind.POSITIONAL}
    named = {p.name for p in way if p.kind in _NAMED}
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
