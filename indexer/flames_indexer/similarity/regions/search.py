"""The regions of one function that other functions have too.

Candidates come from the sketches that the index has: a sketch holds a sample of a function's token
n-grams, so how many of them *all* n-grams of a longer function include tells how much of the
sketched one is inside of it. What is read after that is a dozen bodies.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from flames_indexer.facts import FileFacts
from flames_indexer.similarity.candidates import Function
from flames_indexer.similarity.compare import Comparer
from flames_indexer.similarity.regions.alignment import Key, Match, chain, mapped
from flames_indexer.similarity.regions.flow import Flow, Step, flow_of
from flames_indexer.similarity.regions.statements import (
    Body,
    Extract,
    Statement,
    body_of,
    bound_in,
    extract_of,
    locals_of,
    token_weight,
)
from flames_indexer.similarity.sketch import grams_of

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_CANDIDATES: Final = 12
_LOOKED_AT: Final = 40
_LEAST_SHARED: Final = 3  # sketch values
_LEAST_MATCHES: Final = 3  # statements; two in a row are an idiom
_KEEP_BODIES: Final = 4_000  # about 10 KB each
_KEEP_BOUND: Final = 200  # files, about 100 KB each, as long as one request
_ENOUGH: Final = 8.0  # weight of what matches at which its amount counts 63 %: three or four calls


@dataclass(frozen=True, slots=True)
class Region:
    """A run of whole statements of one nesting level."""

    function: Function
    start: int  # bytes in the file
    end: int
    statements: int
    share: float  # of what the function's whole body says


@dataclass(frozen=True, slots=True)
class RegionPair:
    """One region in two functions. Weights are of `Statement.weight`."""

    one: Region
    other: Region
    mapping: Mapping[str, str]  # local names of the other -> what the first has there
    agreement: float  # share of local names that the mapping explains
    density: float  # share of what both regions say that they have in common
    matched: int  # statements that are equal but for local names
    weight: float  # of what they have in common
    calls: tuple[str, ...]  # common, and called by hardly anything else
    texts: tuple[str, ...]  # string literals they have in common, in source order
    text_share: float  # of the weight, what strings are
    score: float  # 0 to 1


@dataclass(frozen=True, slots=True)
class Read:
    """A function's body, and where it is from. `total` is what its statements weigh."""

    source: bytes
    facts: FileFacts
    extract: Extract
    body: Body
    total: float

    def span(self, number: int) -> tuple[int, int]:
        """Where in the file a statement starts, and where its head or it ends."""
        statement = self.body.statements[number]
        following = self.body.statements[number + 1 : number + 2]
        end = statement.end
        if following and following[0].start < end:
            end = following[0].start
        end = statement.start + len(self.body.text[statement.start : end].rstrip())
        return self.extract.offset(self.source, statement.start), self.extract.offset(
            self.source, end
        )


@dataclass(slots=True)
class _Memory:
    """By content: holds for every generation."""

    bodies: dict[tuple[bytes, str, frozenset[str]], Body] = field(
        default_factory=dict["tuple[bytes, str, frozenset[str]]", Body]
    )


class RegionSearch:
    """One thread, one snapshot, as the comparer."""

    def __init__(self, snapshot: "Snapshot", comparer: Comparer) -> None:
        self._snapshot = snapshot
        self._comparer = comparer
        self._memory = snapshot.lasting("regions", _Memory)
        self._bound: dict[int, tuple[FileFacts, dict[int, set[str]]]] = {}  # facts live as long

    def pairs(
        self, function: Function, accept: Callable[[Function], bool], limit: int = _CANDIDATES
    ) -> list[RegionPair]:
        """The best region that `function` has in common with each function accepted, best first."""
        ours = self.read(function)
        if ours is None:
            return []
        values = grams_of(ours.source, ours.facts, function.row)
        near = self._comparer.near_values(values, _LOOKED_AT, _LEAST_SHARED)
        others: list[tuple[Function, Read]] = []
        for other in near:
            theirs = self.read(other) if other != function and accept(other) else None
            if theirs is not None:
                others.append((other, theirs))
            if len(others) == limit:
                break
        rarity = _rarity([theirs.body for _, theirs in others])
        found = (self._pair(function, ours, *other, rarity) for other in others)
        kept = [pair for pair in found if pair is not None]
        return sorted(kept, key=lambda pair: (-pair.score, pair.other.function))

    def between(self, one: Function, other: Function) -> RegionPair | None:
        """The best region that two functions have in common."""
        ours, theirs = self.read(one), self.read(other)
        if ours is None or theirs is None:
            return None
        return self._pair(one, ours, other, theirs, {})

    def read(self, function: Function) -> Read | None:
        """The body of a function; None when the file changed on disk since it was indexed."""
        text = self._comparer.text_around(function)
        return None if text is None else self.read_row(*text, function.row)

    def read_row(self, source: bytes, facts: FileFacts, row: int) -> Read:
        """The body of the function in definition row `row` of any text."""
        extract, local = (
            extract_of(source, facts, row),
            locals_of(facts, row, self._bound_in(facts)),
        )
        key = (extract.text, facts.language, local)
        body = self._memory.bodies.get(key)
        if body is None:
            self._snapshot.give_way()
            if len(self._memory.bodies) >= _KEEP_BODIES:
                self._memory.bodies.clear()
            body = self._memory.bodies[key] = body_of(*key)
        return Read(source, facts, extract, body, sum(s.weight for s in body.statements))

    def _bound_in(self, facts: FileFacts) -> dict[int, set[str]]:
        known = self._bound.get(id(facts))
        if known is None:
            if len(self._bound) >= _KEEP_BOUND:
                self._bound.clear()
            known = self._bound[id(facts)] = (facts, bound_in(facts))
        return known[1]

    def flow(self, region: Region) -> Flow | None:
        """What flows into and out of a region; None when its file cannot be read any more."""
        read = self.read(region.function)
        if read is None:
            return None
        statements, extract = read.body.statements, read.extract
        places = [(extract.offset(read.source, s.start), s) for s in statements]
        around = next((s.parent for start, s in places if start == region.start), -1)
        holding = {s.parent for s in statements}
        steps = [
            Step(
                start,
                extract.offset(read.source, s.end),
                s.kind,
                s.tokens,
                is_outermost=s.parent == around and number not in holding,
            )
            for number, (start, s) in enumerate(places)
        ]
        return flow_of(read.facts, region.function.row, region.start, region.end, steps)

    def _pair(
        self,
        one: Function,
        ours: Read,
        other: Function,
        theirs: Read,
        rarity: Mapping[Key, float],
    ) -> RegionPair | None:
        self._snapshot.give_way()
        matches = chain(ours.body, theirs.body, rarity)
        best: tuple[float, float, list[Match], tuple[int, int], tuple[int, int]] | None = None
        for kept in _nested(ours.body, matches):
            if len(kept) < _LEAST_MATCHES:
                continue
            first = run_around(ours.body, [m.one for m in kept])
            second = run_around(theirs.body, [m.other for m in kept])
            weight = sum(match.weight for match in kept)
            total = _said(ours.body, first) + _said(theirs.body, second)
            density = min(1.0, 2 * weight / total) if total else 0.0
            value = density * density * weight
            if best is None or value > best[0]:
                best = value, density, kept, first, second
        if best is None:
            return None
        _, density, kept, first, second = best
        return self._told(one, ours, first, other, theirs, second, kept, density)

    def _told(
        self,
        one: Function,
        ours: Read,
        first: tuple[int, int],
        other: Function,
        theirs: Read,
        second: tuple[int, int],
        kept: list[Match],
        density: float,
    ) -> RegionPair:
        mapping, agreement = mapped(ours.body, theirs.body, kept)
        equal = [match for match in kept if match.is_equal]
        shared = [ours.body.statements[match.one] for match in equal]
        calls = self._comparer.rare_calls({name for s in shared for name in s.calls})
        texts = dict.fromkeys(t for s in shared for t in s.tokens if t[0] in "\"'`" and len(t) > 5)
        weight = sum(match.weight for match in kept)
        score = agreement * density * (1 - math.exp(-weight / _ENOUGH))
        return RegionPair(
            _region(one, ours, first),
            _region(other, theirs, second),
            mapping,
            agreement,
            density,
            len(equal),
            weight,
            tuple(calls),
            tuple(texts),
            _text_share(shared),
            score,
        )


def _text_share(statements: list[Statement]) -> float:
    total = sum(s.weight for s in statements)
    texts = sum(token_weight(t) for s in statements for t in s.tokens if t[0] in "\"'`")
    return texts / total if total else 0.0


def _nested(body: Body, matches: list[Match]) -> list[list[Match]]:
    """The matches inside of each statement that has some, and all of them."""
    groups: dict[int, list[Match]] = {-1: matches}
    for match in matches:
        at = body.statements[match.one].parent
        while at >= 0:
            groups.setdefault(at, []).append(match)
            at = body.statements[at].parent
    return list(groups.values())


def run_around(body: Body, numbers: Collection[int]) -> tuple[int, int]:
    """The first and the last of the shortest run of whole statements, side by side, that holds
    those of the numbers given."""
    paths = [_path(body, number) for number in numbers]
    depth = 0
    while all(len(path) > depth for path in paths) and len({path[depth] for path in paths}) == 1:
        depth += 1
    if any(len(path) == depth for path in paths):  # one of them holds the others
        depth -= 1
    while depth > 0 and not _side_by_side(body, {path[depth] for path in paths}):
        depth -= 1
    level = [path[depth] for path in paths]
    return min(level), max(level)


def _path(body: Body, number: int) -> list[int]:
    path = [number]
    while (parent := body.statements[path[-1]].parent) >= 0:
        path.append(parent)
    return path[::-1]


def _side_by_side(body: Body, numbers: Collection[int]) -> bool:
    sequences = {body.statements[number].sequence for number in numbers}
    return len(sequences) == 1 and -1 not in sequences


def _said(body: Body, run: tuple[int, int]) -> float:
    """The weight of all that a run of statements holds."""
    start, end = body.statements[run[0]].start, body.statements[run[1]].end
    return sum(
        s.weight + 0.5 * sum(slot.count(".") for slot in s.slots)
        for s in body.statements[run[0] :]
        if start <= s.start and s.end <= end
    )


def _region(function: Function, read: Read, run: tuple[int, int]) -> Region:
    statements, extract = read.body.statements, read.extract
    first, last = statements[run[0]], statements[run[1]]

    def placed(at: int) -> int:
        return extract.offset(read.source, at)

    start, end = placed(first.start), placed(last.end)
    inside = [s for s in statements if first.start <= s.start and s.end <= last.end]
    share = sum(s.weight for s in inside) / read.total if read.total else 0.0
    return Region(function, start, end, len(inside), share)


def _rarity(bodies: list[Body]) -> dict[Key, float]:
    """A factor below 1 for statements that many of the candidates have: idioms of the place."""
    having = Counter(
        tokens for body in bodies for tokens in {s.tokens for s in body.statements if s.tokens}
    )
    return {tokens: 1 / math.sqrt(count - 1) for tokens, count in having.items() if count > 2}
