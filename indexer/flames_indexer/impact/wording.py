"""A change in a sentence."""

import re
from collections.abc import Iterator

from flames_indexer.impact.changes import Change
from flames_indexer.impact.contract import Contract, Receiver
from flames_indexer.impact.results import Gives
from flames_indexer.model import Parameter, ParameterKind

_STARS = {ParameterKind.VARIADIC: "*", ParameterKind.KEYWORDS: "**"}
_RECEIVERS = {
    Receiver.NOTHING: "a function",
    Receiver.INSTANCE: "an instance method",
    Receiver.CLASS: "a class method",
    Receiver.STATIC: "a static method",
}
_GIVES = {
    Gives.NOTHING: "returns nothing now",
    Gives.MAYBE: "may return nothing now",
    Gives.GENERATOR: "became a generator",
    Gives.VALUE: "returns its value now, and no generator",
}
_PATTERN = re.compile(r"^\{.*\}$", re.DOTALL)  # a parameter that is unpacked at once
_SHORT = 60  # characters of a signature that is quicker read than what differs


def describe(change: Change) -> str:
    """What happened to a name, to stand behind it."""
    if change.demands:
        return f"asks its subclasses for {', '.join(f'`{n}`' for n in sorted(change.demands))} now"
    if all(change.raises):
        return "raised `{}` and raises `{}` now".format(*change.raises)
    if change.renamed:
        path, _, name = change.renamed.rpartition("::")
        same = name == change.qualname
        return f"was moved to {path}" if path and same else f"was renamed to `{change.renamed}`"
    if change.now is None:
        return "is not exported any more" if change.hidden else "was removed"
    return " and ".join(_differences(change.before, change.now))


def _differences(before: Contract, now: Contract) -> Iterator[str]:
    if before.is_property != now.is_property:
        yield f"became a {'property' if now.is_property else 'method'}"
        return
    if before.receiver is not now.receiver:
        yield f"became {_RECEIVERS[now.receiver]}"
    was, gives = before.gives_beside(now), now.gives_beside(before)
    if was is not gives and Gives.GENERATOR in (was, gives):
        yield _GIVES[gives]
    elif before.is_async != now.is_async:
        yield "became async" if now.is_async else "is not async any more"
    elif was is not gives and gives in _GIVES and was is not Gives.UNKNOWN:
        yield _GIVES[gives]
    if before.made.resized(now.made):
        yield f"returns {now.made.items} values now, not {before.made.items}"
    lost = before.made.lost(now.made)
    if lost:
        yield f"returns no {_listed(lost)} any more"
    yield from _objects(before, now)
    if before.ways != now.ways and before.ways and now.ways and _shown(before) != _shown(now):
        yield f"was called as {_shown(before)} and is now {_shown(now)}"


def _objects(before: Contract, now: Contract) -> Iterator[str]:
    for was, then in zip(before.objects, now.objects, strict=False):
        if was is None or then is None or was == then:
            continue
        if then.required - was.required:
            yield f"asks for {_listed(then.required - was.required)} in its object now"
        if was.keys - then.keys:
            yield f"takes no {_listed(was.keys - then.keys)} in its object any more"


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _shown(contract: Contract) -> str:
    return " or ".join(f"`({', '.join(_parameters(way))})`" for way in contract.ways[:2])


def _parameters(way: tuple[Parameter, ...]) -> list[str]:
    shown: list[str] = []
    starred = False
    for at, p in enumerate(way):
        if p.kind is ParameterKind.KEYWORD_ONLY and not starred:
            shown.append("*")
        starred = starred or p.kind in (ParameterKind.VARIADIC, ParameterKind.KEYWORD_ONLY)
        shown.append(
            f"{_STARS.get(p.kind, '')}{_PATTERN.sub('{…}', p.name)}{'=…' if p.has_default else ''}"
        )
        following = way[at + 1].kind if at + 1 < len(way) else ParameterKind.POSITIONAL
        if p.kind is ParameterKind.POSITIONAL_ONLY and following != p.kind:
            shown.append("/")
    return shown
