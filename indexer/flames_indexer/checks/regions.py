"""What `parallel-logic` says of parts of functions: lines that do what another function does, and
lines that two functions have.

Told of what whole functions leave: a long function with an existing small one inside of it is like
nothing as a whole. A run of equal statements is common, so much must be said in it, and by names
and texts, not by its shape; what is not there cannot be loud.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from flames_indexer.checks.check import Request
from flames_indexer.checks.counterparts import (
    Subject,
    alike_on_purpose,
    may_repeat,
    same_name,
)
from flames_indexer.checks.pairs import PairSearch
from flames_indexer.facts import DefinitionFlag
from flames_indexer.model import Certainty, Finding, RelatedPlace, Severity, Span
from flames_indexer.similarity.candidates import Function
from flames_indexer.similarity.regions import Region, RegionPair, RegionSearch

_MIN_LINES = 8  # of the function that holds the region
_WHOLE = 0.85  # share of what a body says: more of both is a matter of whole functions
# Read on four packages, 6,000 functions: of 30 pairs with so much in common none was an accident.
_CONTAINED = (0.6, 4, 9.0)  # score, equal statements, weight
_SHARED = (0.7, 5, 12.0)
_SURE = (0.65, 0.9)  # score and density from which, with rare evidence, it is told loudly: where
# less is the same, one of the two does something more, and a call could not take its place
_MOST_TEXT = 0.8  # a region of whose weight more is texts and numbers is a table
_HELD = ("yield", "await", "break", "continue")  # a call cannot do these for its caller


@dataclass(frozen=True, slots=True)
class RegionFinding:
    """A finding, and the regions it is about."""

    finding: Finding
    pair: RegionPair

    @property
    def functions(self) -> frozenset[Function]:
        """The two of them."""
        return frozenset((self.pair.one.function, self.pair.other.function))


class RegionCheck:
    """Answers for one request."""

    def __init__(self, request: Request, search: PairSearch) -> None:
        """`search`: what was asked of whole functions."""
        self._snapshot = request.snapshot
        self._comparer = search.comparer
        self._search = RegionSearch(request.snapshot, search.comparer)
        self._surroundings = search.surroundings
        self._subject = search.subject
        self._is_asked = search.is_asked
        self._is_deprecated = search.is_deprecated
        self._remembered = search.remembered
        self._unsaved = frozenset(request.snapshot.overlays())

    def subjects(self, path: str) -> Iterator[Subject]:
        """The functions of a file whose parts are asked about."""
        long = (f for f in self._comparer.functions(path) if f.lines >= _MIN_LINES)
        subjects = (subject for f in long if (subject := self._subject(f)) is not None)
        yield from filter(self._is_asked, subjects)

    def finding(self, subject: Subject) -> RegionFinding | None:
        """The best that there is to say of the parts of a function.

        Of most there is nothing to say, and the next key press changes one of them, so that is
        remembered of the functions of unsaved files until they are saved.
        """
        unsaved = subject.function.path in self._unsaved
        typed = self._comparer.typed(subject.function) if unsaved else None
        if typed is None:
            return self._found(subject)
        first: list[RegionFinding | None] = []

        def is_silent() -> bool:
            first.append(self._found(subject))
            return first[0] is None

        silent = self._comparer.found(typed, ("silent", subject.derived), is_silent)
        return None if silent else first[0] if first else self._found(subject)

    def _found(self, subject: Subject) -> RegionFinding | None:
        others: dict[Function, Subject] = {}

        def accepted(function: Function) -> bool:
            other = self._counterpart(subject, function)
            if other is not None:
                others[function] = other
            return other is not None

        for pair in self._search.pairs(subject.function, accepted):
            other = others[pair.other.function]
            if (
                self._is_telling(subject, other, pair)
                and not self._surroundings.call_each_other(subject, other)
                and not (self._is_deprecated(subject) or self._is_deprecated(other))
            ):
                return RegionFinding(self._told(subject, other, pair), pair)
        return None

    def _counterpart(self, subject: Subject, function: Function) -> Subject | None:
        other = self._subject(function)
        if not other or other.language != subject.language or same_name(subject, other):
            return None
        return None if alike_on_purpose(subject, other) else other

    def _is_telling(self, one: Subject, other: Subject, pair: RegionPair) -> bool:
        if pair.one.share >= _WHOLE and pair.other.share >= _WHOLE:
            return False
        if pair.text_share > _MOST_TEXT:
            return False
        if pair.other.share >= _WHOLE:
            return may_repeat(other) and _reaches(pair, _CONTAINED)
        if pair.one.share >= _WHOLE and self._is_asked(other):
            return False  # said of the longer one
        first = (one.function.path, one.start) < (other.function.path, other.start)
        return (not first or not self._is_asked(other)) and _reaches(pair, _SHARED)

    def _is_sure(self, one: Subject, other: Subject, pair: RegionPair) -> bool:
        """Whether a call of the existing function can stand in place of the region."""
        return self._is_promising(one, other, pair) and self._remembered(
            *(one, other, ("callable", pair.one.start - one.start)),
            partial(self._can_be_called, one, other, pair),
        )

    def _can_be_called(self, one: Subject, other: Subject, pair: RegionPair) -> bool:
        from flames_indexer.fixes import use_in_region

        ours, theirs = self._snapshot.symbol(one.id), self._snapshot.symbol(other.id)
        if ours is None or theirs is None:
            return False
        return use_in_region(self._snapshot, ours, pair.one.start, theirs) is not None

    def _is_promising(self, one: Subject, other: Subject, pair: RegionPair) -> bool:
        return (
            pair.other.share >= _WHOLE
            and pair.score >= _SURE[0]
            and pair.density >= _SURE[1]
            and bool(pair.calls or len(pair.texts) > 1)
            and self._can_call(one, other)
            and self._is_left_at_its_end(pair.one)
        )

    def _is_left_at_its_end(self, region: Region) -> bool:
        flow = self._search.flow(region)
        return flow is not None and flow.exits.isdisjoint(_HELD)

    def _can_call(self, one: Subject, other: Subject) -> bool:
        """Whether the one has the other at hand: a function of a module, or of its own class."""
        if not other.owner:
            return "." not in other.qualname
        if other.flags & (DefinitionFlag.STATIC | DefinitionFlag.CLASSMETHOD):
            return True
        return one.owner == other.owner and one.function.path == other.function.path

    def _told(self, one: Subject, other: Subject, pair: RegionPair) -> Finding:
        sure = self._is_sure(one, other, pair)
        source = self._snapshot.source(one.function.path) or b""
        theirs = self._snapshot.source(other.function.path) or b""
        end = source.find(b"\n", pair.one.start)
        here, there = _lines(source, pair.one), _lines(theirs, pair.other)
        contained = pair.other.share >= _WHOLE
        place = (
            "in this file"
            if one.function.path == other.function.path
            else (f"in {other.function.path}")
        )
        if contained:
            both = f"`{other.qualname}` {place}"
            message = (
                f"{here} of `{one.qualname}` do what {both} does. Call that one."
                if sure
                else f"{here} of `{one.qualname}` are nearly all of what {both} does."
            )
        else:
            message = f"{here} of `{one.qualname}` are in `{other.qualname}` {place} too."
            message += " A function could hold them for both."
        return Finding(
            rule="parallel-logic",
            span=Span(one.function.path, pair.one.start, pair.one.end if end < 0 else end),
            severity=Severity.WARNING if sure else Severity.HINT,
            certainty=Certainty.INFERRED if sure else Certainty.POSSIBLE,
            message=message,
            score=round(pair.score, 3),
            evidence=tuple(_evidence(pair)),
            related=(
                RelatedPlace(
                    Span(other.function.path, pair.other.start, pair.other.end),
                    other.id,
                    "the one that exists already" if contained else f"the same, {there.lower()}",
                ),
            ),
            fingerprint=_fingerprint(one, other),
        )


def _reaches(pair: RegionPair, least: tuple[float, int, float]) -> bool:
    score, matched, weight = least
    return pair.score >= score and pair.matched >= matched and pair.weight >= weight


def _lines(source: bytes, region: Region) -> str:
    first = source.count(b"\n", 0, region.start) + 1
    last = first + source.count(b"\n", region.start, region.end)
    return f"Lines {first}-{last}"


def _evidence(pair: RegionPair) -> Iterator[str]:
    yield f"{pair.matched} statements are the same but for local names"
    if pair.calls:
        named = ", ".join(f"`{name}`" for name in pair.calls[:4])
        yield f"both call {named}, which hardly anything else does"
    if pair.texts:
        yield f"both have {', '.join(pair.texts[:3])}"


def _fingerprint(one: Subject, other: Subject) -> str:
    """As of the two as a whole: who dismissed them wants to hear of no part either."""
    names = "\0".join(sorted((one.qualname, other.qualname)))
    return hashlib.blake2b(f"parallel-logic\0{names}".encode(), digest_size=16).hexdigest()
