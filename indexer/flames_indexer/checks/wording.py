"""What is said of two functions that are alike: what really holds, and what could be done."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flames_indexer.checks.counterparts import Subject
from flames_indexer.checks.pairs import Pair
from flames_indexer.similarity.differences import Comparison, Difference

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_NAMELESS = re.compile(r"<[^>]*>\.?")
_MOST_VALUES = 3  # a function that takes more is no simpler than two
_MOST_NAMED = 3
_LONGEST = 40  # letters of what differs


def message(snapshot: "Snapshot", pair: Pair, beside: Comparison) -> str:
    """One or two sentences."""
    one, other = (f"`{_name(subject)}`" for subject in (pair.one, pair.other))
    place = pair.other.function.path
    there = "in this file" if place == pair.one.function.path else f"in {place}"
    if not beside.differences:
        apart = _apart(snapshot, pair.one, pair.other)
        if apart:
            named = _listed([f"`{name}`" for name in apart[:_MOST_NAMED]])
            same = f"{one} is the same as {other} {there}, where {named}"
            return f"{same} may be another one. One function could serve both."
        if _is_at_hand(pair) and _can_call(snapshot, pair.one, pair.other):
            return f"{one} does just what {other} {there} does. Call that one."
        return f"{one} does just what {other} {there} does. One function could serve both."
    if 0 < len(beside.values) <= _MOST_VALUES:
        named = _listed([_short(value.ours) for value in beside.values])
        theirs = _listed([_theirs(value) for value in beside.values])
        them = "it" if len(beside.values) == 1 else "them"
        return (
            f"{one} is the same as {other} {there} but for {named} (there {theirs})."
            f" One function that takes {them} could serve both."
        )
    if beside.same == beside.ours:
        more = f"{other} {there} does all that {one} does, and more."
        return f"{more} What both do could be one function."
    if beside.same == beside.theirs:
        more = f"{one} does all that {other} {there} does, and more."
        return f"{more} What both do could be one function."
    lines = f"{beside.same_lines} of {beside.lines} lines of {one} are the same"
    return f"{lines} in {other} {there}. What both do could be one function."


def evidence(pair: Pair, beside: Comparison, more: int) -> Iterator[str]:
    """Each in a few words; `more`: pairs that the two files have beside this one."""
    if beside.differences:
        yield f"{beside.share:.0%} of the longer one is the same but for local names"
    if beside.differences and not 0 < len(beside.values) <= _MOST_VALUES:
        yield f"what differs: {_differing(beside.differences)}"
    if pair.calls:
        named = ", ".join(f"`{name}`" for name in pair.calls[:4])
        yield f"both call {named}, which hardly anything else does"
    if pair.users:
        files = "1 other file uses" if pair.users == 1 else f"{pair.users} other files use"
        yield f"{files} `{pair.other.name}`"
    if more:
        yield f"{more} more of the two files' functions are alike"


def _apart(snapshot: "Snapshot", one: Subject, other: Subject) -> list[str]:
    """Names that both write, each for something of its own file."""
    from flames_indexer.fixes.alignment import aligned
    from flames_indexer.fixes.bodies import Body
    from flames_indexer.fixes.meaning import Meanings

    symbols = snapshot.symbol(one.id), snapshot.symbol(other.id)
    if symbols[0] is None or symbols[1] is None:
        return []
    ours = Body.of(snapshot, symbols[0], one.name_start)
    theirs = Body.of(snapshot, symbols[1], other.name_start)
    if ours is None or theirs is None:
        return []
    found = aligned(ours, theirs, Meanings(snapshot, ours, theirs))
    pairs = found.different if found is not None else []
    named = (ours.text(a) for a, b in pairs if a and b and ours.text(a) == theirs.text(b))
    return list(dict.fromkeys(named))


def _can_call(snapshot: "Snapshot", one: Subject, other: Subject) -> bool:
    """Whether a call of the other could take the place of what the one does."""
    from flames_indexer.fixes import use_existing

    ours, theirs = snapshot.symbol(one.id), snapshot.symbol(other.id)
    if ours is None or theirs is None:
        return False
    return use_existing(snapshot, ours, one.name_start, theirs) is not None


def _is_at_hand(pair: Pair) -> bool:
    """Whether others use it, or it lies in the same folder: not what belongs to another part."""
    one, other = (subject.function.path.rpartition("/")[0] for subject in (pair.one, pair.other))
    return pair.users > 0 or one == other


def _differing(differences: tuple[Difference, ...]) -> str:
    named = [
        f"{_short(d.ours)} there {_short(d.theirs)}"
        if d.ours and d.theirs
        else (f"{_short(d.ours)} only here" if d.ours else f"{_short(d.theirs)} only there")
        for d in differences[:_MOST_NAMED]
    ]
    rest = len(differences) - len(named)
    return ", ".join(named) + (f" and {rest} more" if rest else "")


def _name(subject: Subject) -> str:
    """As people call it: without what stands for objects that have no name."""
    return _NAMELESS.sub("", subject.qualname) or subject.name


def _theirs(value: Difference) -> str:
    return "another one" if value.ours == value.theirs else _short(value.theirs)


def _listed(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def _short(text: str) -> str:
    """As code; cut where it is long."""
    text = text.replace("`", "'")
    return f"`{text}`" if len(text) <= _LONGEST else f"`{text[: _LONGEST - 1]}…`"
