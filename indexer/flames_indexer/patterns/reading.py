"""Members of a role as they were read: what each does, and which of them are copies of one."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.model import Span
from flames_indexer.patterns.candidates import Candidate
from flames_indexer.patterns.features import Definition, Feature, features

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_DOUBTS = re.compile(rb"deprecat|legacy|experimental")
_DOUBLE = re.compile(r"^_?(Test|Mock|Fake|Dummy|Stub)[A-Z]")
_ABSTRACT = re.compile(
    rb"notimplementederror|@(abc\.)?abstractmethod|\babstract class\b|\babstract = true"
)
_BASE = re.compile(r"^(Base|Abstract)[A-Z]|(Base|Mixin)$")
_COPIES = 0.8  # of the features of two of one name; with as many the same, one is a copy


@dataclass(frozen=True, slots=True)
class Member:
    """`features`: what it does, each with the offset that shows it."""

    candidate: Candidate
    features: dict[Feature, int]
    is_documented: bool
    is_doubtful: bool  # says of itself that it is not to be followed
    is_abstract: bool  # made to be inherited, where one asks for what is made of it
    span: Span


def read_members(snapshot: "Snapshot", some: Iterable[Candidate]) -> list[Member]:
    """Those whose source is at hand. 0.4 ms a member."""
    return [member for one in some if (member := _read(snapshot, one)) is not None]


def spread(some: Sequence[Candidate], most: int) -> list[Candidate]:
    """At most so many, evenly over the paths."""
    step = max(1.0, len(some) / most)
    return [some[int(at * step)] for at in range(min(most, len(some)))]


def without_copies(members: Sequence[Member]) -> list[Member]:
    """One of each set of copies: the same name, and nearly the same done."""
    kept: dict[str, list[Member]] = {}
    for member in members:
        same = kept.setdefault(member.candidate.name, [])
        if not any(_is_copy(member, other) for other in same):
            same.append(member)
    left = {id(member) for same in kept.values() for member in same}
    return [member for member in members if id(member) in left]


def shares(members: Sequence[Member], least: int = 1) -> dict[Feature, float]:
    """How many of them have each feature; of fewer than `least`, as if the others had none."""
    counts = Counter(feature for one in members for feature in one.features)
    return {feature: count / max(len(members), least) for feature, count in counts.items()}


def _read(snapshot: "Snapshot", one: Candidate) -> Member | None:
    facts, source = snapshot.facts(one.path), snapshot.source(one.path)
    if facts is None or source is None or one.row >= len(facts.definitions.kind):
        return None
    table = facts.definitions
    span = Span(one.path, table.start[one.row], table.end[one.row])
    text = source[span.start : min(span.end, span.start + 1500)].lower()
    return Member(
        candidate=one,
        features=features(Definition(one, facts, source)),
        is_documented=table.doc_start[one.row] >= 0,
        is_doubtful=_DOUBTS.search(text + one.symbol.lower().encode()) is not None
        or _DOUBLE.search(one.name) is not None,
        is_abstract=_BASE.search(one.name) is not None or _ABSTRACT.search(text) is not None,
        span=span,
    )


def _is_copy(one: Member, other: Member) -> bool:
    both = len(one.features.keys() & other.features.keys())
    return both >= _COPIES * len(one.features.keys() | other.features.keys())
