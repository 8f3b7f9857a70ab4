"""Exemplars: the few members of a role that together show how the others are made.

A role is rarely done in one way. So the first exemplar is the one most others are like, and each
further one is like those that the ones before are not (greedy facility location); what is read,
documented, tested and used by others goes before its equals.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from flames_indexer.model import Span
from flames_indexer.patterns.features import Feature
from flames_indexer.patterns.reading import Member

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_EXEMPLARS = 3
_NEAR = 0.5  # cosine from which one member stands for another
_LIKE_OTHERS = 2.0  # weight of what an exemplar adds to those before it, beside its own merits
_TYPICAL = 0.5  # weight of being like all the others
_SAME_FILE = 0.3
_OF_OTHERS = 0.05  # that an exemplar stands for at least: what is like fewer shows no way to do it
_CERTAIN = 0.05  # added to shares: a feature that nothing else has is worth five bits at most

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A member that others may be modelled on, and why."""

    symbol: str
    span: Span
    reasons: tuple[str, ...]


def exemplars(
    snapshot: "Snapshot",
    members: Sequence[Member],
    telling: Mapping[Feature, float],
    elsewhere: Mapping[Feature, float],
    changed: Mapping[str, int],
) -> list[tuple[Member, Exemplar]]:
    """The best first. `telling`: the share of members with each feature that says something of the
    role, `elsewhere` of other definitions; `changed` ranks the files that changed of late.
    """
    if not members:
        return []
    alike = _alike(members, telling, elsewhere)
    chosen = _chosen(members, alike, _merits(snapshot, members, changed))
    stands_for = _stands_for(alike, chosen)
    return [
        (members[at], _exemplar(snapshot, members[at], stands_for.get(at, 0), len(members)))
        for at in chosen
    ]


def _chosen(members: Sequence[Member], alike: Floats, merits: Floats) -> list[int]:
    chosen: list[int] = []
    covered = np.zeros(len(members), np.float32)
    while len(chosen) < _EXEMPLARS:
        gained = np.maximum(alike - covered[None, :], 0.0)
        np.fill_diagonal(gained, 0.0)
        stands_for = ((alike >= _NEAR) & (gained > 0)).sum(axis=1)
        enough = np.flatnonzero(stands_for >= int(_OF_OTHERS * (len(members) - 1))).tolist()
        left = [at for at in enough if at not in chosen]
        if not left and chosen:
            break
        score = _LIKE_OTHERS * gained.mean(axis=1) + _TYPICAL * alike.mean(axis=1) + merits
        for at in chosen:
            score[_same_file(members, at)] -= _SAME_FILE
        best = max(left or range(len(members)), key=lambda at: (score[at], _reversed(members[at])))
        chosen.append(best)
        covered = np.maximum(covered, alike[best])
    return chosen


def bits(here: float, elsewhere: float) -> float:
    """How much a feature tells that such shares of a role and of others have."""
    return max(0.0, math.log2((here + _CERTAIN) / (elsewhere + _CERTAIN)))


def _alike(
    members: Sequence[Member], telling: Mapping[Feature, float], elsewhere: Mapping[Feature, float]
) -> Floats:
    """Cosines of all pairs; features weigh what they tell of the role."""
    columns = {feature: at for at, feature in enumerate(sorted(telling))}
    rows = np.zeros((len(members), len(columns)), np.float32)
    for at, member in enumerate(members):
        for feature in member.features:
            if feature in columns:
                rows[at, columns[feature]] = bits(telling[feature], elsewhere.get(feature, 0.0))
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    rows /= np.where(lengths > 0, lengths, 1.0)
    found: Floats = rows @ rows.T
    np.fill_diagonal(found, 1.0)
    return found


def _merits(snapshot: "Snapshot", members: Sequence[Member], changed: Mapping[str, int]) -> Floats:
    """What speaks for each by itself. To be called is usual where most are, else it is odd."""
    sizes = sorted(one.candidate.size_bytes for one in members)
    median = sizes[len(sizes) // 2] or 1
    bases = {base for one in members for base in one.candidate.bases}
    usages = [snapshot.usage(one.candidate.symbol) for one in members]
    most = max(math.log1p(usage.callers) for usage in usages) or 1.0
    called = _usual([usage.callers > 0 for usage in usages])
    abstract = _usual([one.is_abstract for one in members]) > 0
    found = np.zeros(len(members), np.float32)
    for at, (one, usage) in enumerate(zip(members, usages, strict=True)):
        candidate = one.candidate
        size = math.exp(-abs(math.log((candidate.size_bytes or 1) / median)))
        merit = 0.3 * size + 0.2 * called * math.log1p(usage.callers) / most
        merit += 0.15 * one.is_documented + 0.15 * (usage.tests > 0)
        merit += 0.1 * changed.get(candidate.path, 0) / max(len(changed), 1)
        merit -= 0.5 * (candidate.symbol in bases) + 1.0 * (one.is_abstract and not abstract)
        merit -= 2.0 * one.is_doubtful
        found[at] = merit
    return found


def _usual(having: Sequence[bool]) -> float:
    """1 for what all have, -1 for what none has."""
    return 2 * sum(having) / len(having) - 1


def _same_file(members: Sequence[Member], at: int) -> list[int]:
    path = members[at].candidate.path
    return [other for other, member in enumerate(members) if member.candidate.path == path]


def _reversed(member: Member) -> tuple[int, ...]:
    """Of equals the first by name."""
    return tuple(-ord(letter) for letter in member.candidate.symbol)


def _stands_for(alike: Floats, chosen: Sequence[int]) -> Counter[int]:
    """How many others are nearest to each of the chosen, and near."""
    among = alike[list(chosen)]
    nearest, how_near = among.argmax(axis=0), among.max(axis=0)
    return Counter(
        chosen[int(nearest[at])]
        for at in range(alike.shape[0])
        if at not in chosen and how_near[at] >= _NEAR
    )


def _exemplar(snapshot: "Snapshot", one: Member, stands_for: int, among: int) -> Exemplar:
    usage = snapshot.usage(one.candidate.symbol)
    reasons = [f"like {stands_for} of {among - 1} others"] if stands_for else []
    reasons += ["documented"] * one.is_documented + ["tested"] * (usage.tests > 0)
    return Exemplar(one.candidate.symbol, one.span, tuple(reasons))
