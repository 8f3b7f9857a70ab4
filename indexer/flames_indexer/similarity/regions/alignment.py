"""Where two bodies run in step: the best chain of equal statements, and the names it maps.

A chain may skip a few statements on either side: a copy that was changed in two lines is one still.
Sparse dynamic programming over the pairs of equal statements, so long functions cost little.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flames_indexer.similarity.regions.statements import Body, Statement

_MAX_GAP: Final = 4  # statements skipped on one side between two that are equal
# A skipped statement, in the unit of `Statement.weight`; idioms weigh about 1
_GAP_COST: Final = 0.3
# A statement that a body has more often says nothing about where in it we are
_MAX_EQUAL: Final = 12
_LEAST_LIKE: Final = 0.6  # share of common tokens; below, two statements have nothing to do

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Statement `one` of the first body stands for statement `other` of the second."""

    one: int
    other: int
    weight: float
    is_equal: bool  # the same but for local names


def chain(one: Body, other: Body, rarity: Mapping[Key, float]) -> list[Match]:
    """The heaviest run of statements in step, those between filled in where they are alike.

    `rarity`: a factor on the weight of equal statements, 1 where it is silent.
    """
    found = _heaviest(_equal(one, other, rarity))
    return _filled(one, other, found)


def _equal(one: Body, other: Body, rarity: Mapping[Key, float]) -> list[Match]:
    found: list[Match] = []
    for tokens in one.said & other.said:
        places = other.places[tokens]
        if len(places) <= _MAX_EQUAL:
            for number in one.places[tokens]:
                for place in places:
                    ours, theirs = one.statements[number], other.statements[place]
                    weight = weight_of(ours, theirs, rarity)
                    found.append(Match(number, place, weight, is_equal=True))
    return sorted(found, key=_place)


def _place(match: Match) -> tuple[int, int]:
    return match.one, match.other


def weight_of(one: Statement, other: Statement, rarity: Mapping[Key, float]) -> float:
    """What it says that the two are equal: members of local names count where they are the same."""
    members = sum(
        0.5 * len(members_shared(a, b)) for a, b in zip(one.slots, other.slots, strict=False)
    )
    return (one.weight + members) * rarity.get(one.tokens, 1.0)


def members_shared(one: str, other: str) -> list[str]:
    """The last members that two slots have in common: `b`, `c` of `x.b.c` and `y.a.b.c`."""
    shared: list[str] = []
    for a, b in zip(reversed(one.split(".")[1:]), reversed(other.split(".")[1:]), strict=False):
        if a != b:
            break
        shared.append(a)
    return shared


def _heaviest(matches: Sequence[Match]) -> list[Match]:
    if not matches:
        return []
    best: list[float] = []
    before: list[int] = []
    by_one: dict[int, list[int]] = defaultdict(list)
    for at, match in enumerate(matches):  # in the order of `one`
        value, link = 0.0, -1
        for gap in range(1, _MAX_GAP + 2):
            for earlier in by_one.get(match.one - gap, ()):
                behind = match.other - matches[earlier].other
                if not 0 < behind <= _MAX_GAP + 1:
                    continue
                total = best[earlier] - _GAP_COST * (gap + behind - 2)
                if total > value:
                    value, link = total, earlier
        best.append(value + match.weight)
        before.append(link)
        by_one[match.one].append(at)
    at = max(range(len(matches)), key=best.__getitem__)
    found: list[Match] = []
    while at >= 0:
        found.append(matches[at])
        at = before[at]
    return found[::-1]


def _filled(one: Body, other: Body, found: list[Match]) -> list[Match]:
    """With the statements between two of the chain that were changed, not exchanged."""
    filled: list[Match] = found[:1]
    for match in found[1:]:
        last = filled[-1]
        ours, theirs = range(last.one + 1, match.one), range(last.other + 1, match.other)
        at = theirs.start
        for number in ours:
            for place in range(at, theirs.stop):
                like = likeness(one.statements[number], other.statements[place])
                if like >= _LEAST_LIKE:
                    weight = one.statements[number].weight * like
                    filled.append(Match(number, place, weight / 2, is_equal=False))
                    at = place + 1
                    break
        filled.append(match)
    return filled


def likeness(one: Statement, other: Statement) -> float:
    """The share of tokens that two statements have in common (Dice)."""
    ours, theirs = Counter(one.tokens), Counter(other.tokens)
    total = len(one.tokens) + len(other.tokens)
    return 2 * sum((ours & theirs).values()) / total if total else 0.0


def mapped(one: Body, other: Body, matches: Iterable[Match]) -> tuple[dict[str, str], float]:
    """Names of the second body -> what the first has there; and the share of slots that agree.

    What each name stands for is what it stands for most often; what two names of one side stand
    for is not the same on the other.
    """
    pairs: Counter[tuple[str, str]] = Counter()
    for match in matches:
        if match.is_equal:
            a, b = one.statements[match.one], other.statements[match.other]
            pairs.update(_paired(a, b))
    mapping: dict[str, str] = {}
    taken: set[str] = set()
    agreeing = 0
    for (theirs, ours), count in sorted(pairs.items(), key=lambda item: (-item[1], item[0])):
        if theirs not in mapping and ours not in taken:
            mapping[theirs] = ours
            taken.add(ours)
            agreeing += count
    total = sum(pairs.values())
    return mapping, agreeing / total if total else 1.0


def agrees(one: Body, other: Body, match: Match, mapping: Mapping[str, str]) -> bool:
    """Whether the local names of two equal statements are those that the mapping gives."""
    pairs = _paired(one.statements[match.one], other.statements[match.other])
    return all(mapping.get(theirs) == ours for theirs, ours in pairs)


def _paired(one: Statement, other: Statement) -> list[tuple[str, str]]:
    found = [(other.binds, one.binds)] if one.binds and other.binds else []
    for ours, theirs in zip(one.slots, other.slots, strict=False):
        cut = len(members_shared(ours, theirs))
        found.append((_without(theirs, cut), _without(ours, cut)))
    return found


def _without(chained: str, members: int) -> str:
    return chained.rsplit(".", members)[0] if members else chained
