"""A change in a sentence."""

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
_SHORT = 60  # characters of a signature that is quicker read than what differs


def describe(change: Change) -> str:
    """What happened to a name, to stand behind it."""
    if change.demands:
        return f"asks its subclasses for {', '.join(f'`{n}`' for n in sorted(change.demands))} now"
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
    if before.gives is not now.gives and Gives.GENERATOR in (before.gives, now.gives):
        yield _GIVES[now.gives]
    elif before.is_async != now.is_async:
        yield "became async" if now.is_async else "is not async any more"
    elif (
        before.gives is not now.gives and now.gives in _GIVES and before.gives is not Gives.UNKNOWN
    ):
        yield _GIVES[now.gives]
    if before.made.resized(now.made):
        yield f"returns {now.made.items} values now, not {before.made.items}"
    lost = sorted(before.made.lost(now.made))
    if lost:
        yield f"returns no {', '.join(f'`{name}`' for name in lost)} any more"
    if before.ways != now.ways and before.ways and now.ways:
        yield f"was called as {_shown(before)} and is now {_shown(now)}"


def _shown(contract: Contract) -> str:
    return " or ".join(f"`({', '.join(_parameters(way))})`" for way in contract.ways[:2])


def _parameters(way: tuple[Parameter, ...]) -> list[str]:
    shown: list[str] = []
    starred = False
    for at, p in enumerate(way):
        if p.kind is ParameterKind.KEYWORD_ONLY and not starred:
            shown.append("*")
        starred = starred or p.kind in (ParameterKind.VARIADIC, ParameterKind.KEYWORD_ONLY)
        shown.append(f"{_STARS.get(p.kind, '')}{p.name}{'=…' if p.has_default else ''}")
        following = way[at + 1].kind if at + 1 < len(way) else ParameterKind.POSITIONAL
        if p.kind is ParameterKind.POSITIONAL_ONLY and following != p.kind:
            shown.append("/")
    return shown
