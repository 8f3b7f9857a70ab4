"""The functions that one should perhaps have called instead, with how likely that is.

Candidates are those with like sketches and those with like words; each that is looked at is
compared in full: by the text of both (`evidence`), by what both say (`profiles`), and by what the
stored graph knows of both: what they call, and who calls them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from flames_indexer.embedding.static import StaticModel
from flames_indexer.embedding.terms import terms_of
from flames_indexer.facts import FileFacts
from flames_indexer.model import Certainty, EdgeKind
from flames_indexer.resolve.symbols import symbol_id
from flames_indexer.similarity.candidates import Function
from flames_indexer.similarity.code import Code, code_of
from flames_indexer.similarity.compare import Comparer
from flames_indexer.similarity.evidence import Likeness
from flames_indexer.similarity.likelihood import Shared, likelihood
from flames_indexer.similarity.profiles import Profile, profile_of

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_BY_TERMS: Final = 60
_KEEP_PROFILES: Final = 20_000  # about 4 KB each
_USING: Final = (EdgeKind.CALL, EdgeKind.PROPERTY, EdgeKind.REFERENCE)
_COMMON: Final = 200  # a symbol with more callers says nothing of who calls it


@dataclass(frozen=True, slots=True)
class Asked:
    """A function whose counterparts are looked for. `id`: "" for text that is in no file."""

    path: str
    id: str
    code: Code
    profile: Profile
    lines: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """Of one counterpart. The likelihoods: that the function asked for should call it, and that
    it should call the function asked for."""

    function: Function
    likeness: Likeness
    there: float
    back: float

    @property
    def likelihood(self) -> float:
        """That the two should be one piece of code."""
        return max(self.there, self.back)


@dataclass(slots=True)
class _Memory:
    profiles: dict[tuple[bytes, int], Profile] = field(
        default_factory=dict["tuple[bytes, int]", Profile]
    )


@dataclass(slots=True)
class _Uses:
    """What the graph of one generation says, by symbol id."""

    callees: dict[str, frozenset[str]] = field(default_factory=dict[str, "frozenset[str]"])
    callers: dict[str, int] = field(default_factory=dict[str, int])
    files: dict[str, int] = field(default_factory=dict[str, int])
    used: dict[str, frozenset[str]] = field(default_factory=dict[str, "frozenset[str]"])


class Estimator:
    """Answers over one comparer's snapshot."""

    def __init__(self, snapshot: "Snapshot", comparer: Comparer) -> None:
        self._snapshot = snapshot
        self._comparer = comparer
        self._unsaved = frozenset(snapshot.overlays())
        self._memory = snapshot.lasting("estimated", _Memory)
        self._model = snapshot.lasting("model", StaticModel)
        # The stored graph: resolving what is being typed would cost more than all the rest.
        self._graph = snapshot.index.graph
        self._uses = snapshot.derived("similarity/uses", _Uses)

    def asked(self, function: Function) -> Asked | None:
        """None when the file changed on disk since it was indexed."""
        code, profile = self._comparer.code(function), self.profile(function)
        facts = self._snapshot.facts(function.path)
        if code is None or profile is None or facts is None:
            return None
        identity = symbol_id(function.path, facts, function.row)
        return Asked(function.path, identity, code, profile, function.lines)

    def asked_text(self, source: bytes, facts: FileFacts, row: int, lines: int) -> Asked:
        """Of a text that is in no file."""
        code = code_of(source, facts, row)
        profile = profile_of(source, facts, Function("", row, lines, 0), code.text, self._model)
        return Asked("", "", code, profile, lines)

    def candidates(
        self, asked: Asked, near: Sequence[Function], limit: int = _BY_TERMS
    ) -> list[Function]:
        """`near` and those with like words, in turn; what is unsaved is found by sketch only."""
        terms = terms_of([asked.profile.text], self._model.pieces)
        places = self._comparer.terms.near(terms, limit)
        saved = ((path, row) for path, row in places if path not in self._unsaved)
        like = (self._comparer.function_at(path, row) for path, row in saved)
        worded = [function for function in like if function is not None]
        turns = max(len(near), len(worded))
        mixed = (f for at in range(turns) for f in (*near[at : at + 1], *worded[at : at + 1]))
        return list(dict.fromkeys(mixed))

    def estimates(
        self, asked: Asked, functions: Sequence[Function], least: float = 0.0
    ) -> list[Estimate]:
        """Of each whose text is at hand, and at least so alike, in their order."""
        found: list[Estimate] = []
        for function, likeness in self._comparer.liken(asked.code, functions):
            other = self.asked(function) if likeness.score >= least else None
            if other is not None:
                self._snapshot.give_way()
                found.append(self._estimate(asked, other, function, likeness))
        return found

    def _estimate(self, one: Asked, other: Asked, place: Function, alike: Likeness) -> Estimate:
        strings = self._shared_strings(one.code, other.code)
        there = likelihood(self._shared(one, other, alike, strings))
        back = likelihood(self._shared(other, one, alike.turned, strings)) if one.id else 0.0
        return Estimate(place, alike, there, back)

    def _shared_strings(self, one: Code, other: Code) -> int:
        """The number of strings that both hold and hardly any other."""
        ours, theirs = (self._comparer.weighed(code).views.strings for code in (one, other))
        return len(self._comparer.rare_strings(ours & theirs))

    def profile(self, function: Function) -> Profile | None:
        """What the function says, memoised."""
        if function.path in self._unsaved:
            typed = self._comparer.typed(function)
            return None if typed is None else typed.found("profile", lambda: self._read(function))
        key = self._snapshot.index.files()[function.path].key, function.row
        known = self._memory.profiles.get(key)
        if known is None and (made := self._read(function)) is not None:
            if len(self._memory.profiles) >= _KEEP_PROFILES:
                self._memory.profiles.clear()
            known = self._memory.profiles[key] = made
        return known

    def _read(self, function: Function) -> Profile | None:
        source, facts = self._comparer.source(function.path), self._snapshot.facts(function.path)
        code = self._comparer.code(function)
        if source is None or facts is None or code is None:
            return None
        return profile_of(source, facts, function, code.text, self._model)

    def _shared(self, one: Asked, other: Asked, alike: Likeness, strings: int) -> Shared:
        ours, theirs = one.profile, other.profile
        _, api, words, _ = alike.cosines
        placed = one.id != ""  # else nobody knows from where it would be called
        return Shared(
            api=api,
            words=words,
            contained=alike.contained,
            covers=alike.covers,
            body=float(ours.words @ theirs.words),
            name=float(ours.name @ theirs.name),
            said=float(ours.said @ theirs.said),
            called=self._called(one.id, other.id),
            strings=math.log1p(strings),
            parameters=float(abs(ours.parameters - theirs.parameters)),
            outermost=float(placed and theirs.outermost),
            users=math.log1p(self.files_using(other.id)) if placed else 0.0,
            imported=float(other.path in self._used_by(one.path)),
            private=float(ours.private),
        )

    # What the graph says

    def _called(self, one: str, other: str) -> float:
        """Share of what the other calls that the one calls too, by rarity."""
        theirs = self.callees(other)
        both = self.callees(one) & theirs if one else frozenset[str]()
        return sum(map(self._rarity, both)) / max(1e-6, sum(map(self._rarity, theirs)))

    def callees(self, identity: str) -> frozenset[str]:
        """What a function surely calls or names."""
        known = self._uses.callees.get(identity)
        if known is None:
            edges = self._graph.edges_from(identity, _USING, possible=False)
            sure = (edge.target for edge in edges if edge.certainty <= Certainty.INFERRED)
            known = self._uses.callees[identity] = frozenset(sure)
        return known

    def _rarity(self, identity: str) -> float:
        callers = self._uses.callers.get(identity)
        if callers is None:
            callers = self._uses.callers[identity] = self._graph.usage(
                identity, self._snapshot.roles()
            ).callers
        if callers > _COMMON:
            return 0.0
        return max(0.0, math.log((len(self._comparer) + 1) / (callers + 0.5)))

    def files_using(self, identity: str) -> int:
        """How many other files that are compared surely use a symbol."""
        known = self._uses.files.get(identity)
        if known is None:
            home = identity.partition("::")[0]
            edges = self._graph.edges_to(identity, _USING, possible=False, limit=_COMMON)
            paths = {e.span.path for e in edges if e.certainty <= Certainty.INFERRED}
            sources = {path for path in paths - {home} if self._comparer.knows(path)}
            known = self._uses.files[identity] = len(sources)
        return known

    def _used_by(self, path: str) -> frozenset[str]:
        """The files of which a file uses something."""
        known = self._uses.used.get(path)
        if known is None:
            edges = self._graph.edges_in(path) if path else ()
            known = frozenset(edge.target.partition("::")[0] for edge in edges)
            self._uses.used[path] = known
        return known
