"""The pairs of functions that one rule reports: found by sketch, weighed, and what speaks against.

A score alone is never enough. What must be there beside it, and which evidence makes a report loud,
was set by reading every report on a dozen packages.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from flames_indexer.checks.check import Request
from flames_indexer.checks.counterparts import (
    Subject,
    alike_on_purpose,
    may_repeat,
    patterns_of,
    subject_of,
)
from flames_indexer.languages import language_of
from flames_indexer.model import EdgeKind, SymbolKind
from flames_indexer.parse import parse
from flames_indexer.similarity.compare import Code, Comparer, Function, Likeness, code_of

_MIN_LINES = 8
_MIN_SCORE = 0.70
_MIN_STEPS = 4  # statements and clauses: with fewer, a body only passes its arguments on …
_MIN_STEPS_OF_COPIES = 2  # … unless the two are the same text
_COPY_SCORE = 0.9
_SAME_FILE_LINES = 12  # siblings in one file are mostly meant: only long copies are hinted at
_MIN_SHARED = 3  # sketch values; pairs of any interest share at least 6 of 32
_COMPARED = 12  # nearest by sketch; the best is among the first 5 in 97 of 100 injected copies
_LOOKED_AT = 50
_ENTRY_POINTS = 2  # more functions of one name are what a framework looks for (`setup`, `main`)
_PLUGINS = 8  # files that differ in one folder: locales, drivers; each is to be read on its own
# With so many pairs one file is a copy of the other; with fewer too, if half of a file is in them.
_FORK_PAIRS, _FORK_PAIRS_OF_HALF = 8, 4

_KEEP_TOLD = 2_000  # functions whose pairs are remembered while they are edited
_FAMILY = 3  # with as many alike in other files, it is how things are done here
_IDIOM_STEPS = 8  # statements and clauses; shorter bodies that call nothing special are idioms

# What must be shared beside the score, as (below `min_score`, contained, rare calls): a score that
# is good enough; a lower one where both call what nothing else does; one all inside the other.
_ENOUGH = ((0.0, 0.5, 0), (0.0, 0.35, 2), (0.10, 0.5, 4), (0.15, 0.85, 0))
_HINT = ((0.10, 0.35, 2),)
_HINT_CALLS = 2  # a quiet hint needs them too, or a copy: likeness alone was wrong in 9 of 10
_LOWEST = max(below for below, _, _ in (*_ENOUGH, *_HINT))


@dataclass(frozen=True, slots=True)
class Pair:
    """`calls`: shared, and called by hardly anything else."""

    one: Subject
    other: Subject
    likeness: Likeness
    calls: tuple[str, ...]
    steps: int  # statements and clauses of the shorter one

    @property
    def files(self) -> frozenset[str]:
        """The one or two files."""
        return frozenset((self.one.function.path, self.other.function.path))

    def shows(self, evidence: tuple[tuple[float, float, int], ...], min_score: float) -> bool:
        """Whether any of the kinds of evidence is there."""
        contained = max(self.likeness.contained, self.likeness.covers)
        return any(
            self.likeness.score >= min_score - below
            and contained >= most
            and len(self.calls) >= rare
            for below, most, rare in evidence
        )


class PairSearch:
    """Answers for one request."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._snapshot = request.snapshot
        self.comparer = self._comparer = Comparer(request.snapshot)
        limits = request.rule.thresholds
        self._min_lines = int(limits.get("min_lines", _MIN_LINES))
        self._min_score = float(limits.get("min_score", _MIN_SCORE))
        self._unsaved = frozenset(self._snapshot.overlays())
        self._subjects: dict[Function, Subject | None] = self._snapshot.derived("subjects", dict)
        self._own_subjects: dict[Function, Subject | None] = {}
        self._before: dict[str, set[Code]] = {}
        self._told: dict[tuple[object, ...], list[Pair]] = self._snapshot.derived("pairs", dict)

    def subjects(self, path: str) -> list[Subject]:
        """The functions of a file that are asked about."""
        functions = (f for f in self._comparer.functions(path) if f.lines >= self._min_lines)
        subjects = (self._subject(function) for function in functions)
        return [s for s in subjects if s is not None and may_repeat(s) and self.is_asked(s)]

    def pairs(self, subject: Subject) -> Iterator[Pair]:
        """What may be reported of the function and others, each two of them once."""
        first = subject.function
        for pair in self._all_pairs(subject, once=True):
            if first < pair.other.function or not self.is_asked(pair.other):
                yield pair

    def _all_pairs(self, subject: Subject, *, once: bool = False) -> Iterator[Pair]:
        """`once`: some that are asked about later may be left out."""
        code = self._comparer.code(subject.function)
        if code is None:
            return
        if subject.function.path in self._unsaved:
            found = [*self._remembered(subject, code), *self._weighed(subject, code, unsaved=True)]
        else:
            found = self._weighed(subject, code, once=once)
        yield from filter(self._is_one_too_many, found)

    def _remembered(self, subject: Subject, code: Code) -> list[Pair]:
        """The pairs with saved functions: the next key press changes one function, not fifty."""
        key = (subject.id, code, self._unsaved, self._min_lines, self._min_score)
        known = self._told.get(key)
        if known is None:
            if len(self._told) >= _KEEP_TOLD:
                self._told.clear()
            known = self._told[key] = list(self._weighed(subject, code, unsaved=False))
        return [replace(pair, one=subject) for pair in known]

    def _weighed(
        self, subject: Subject, code: Code, *, unsaved: bool | None = None, once: bool = False
    ) -> Iterator[Pair]:
        """The pairs that sketch, source and evidence speak for."""
        first = subject.function
        others: dict[Function, Subject] = {}
        for function in self._comparer.near(first, _LOOKED_AT, _MIN_SHARED, unsaved=unsaved):
            other = self._counterpart(subject, function)
            if other is not None:
                others[function] = other
            if len(others) == _COMPARED:
                break
        if once:
            others = {f: o for f, o in others.items() if first < f or not self.is_asked(o)}
        for function, likeness in self._comparer.liken(code, list(others)):
            if likeness.score >= self._min_score - _LOWEST:
                pair = self._pair(code, subject, others[function], likeness)
                if pair is not None:
                    yield pair

    def directed(self, pair: Pair) -> Pair:
        """The same, with the function to be replaced first: the one with fewer callers."""
        if not self.is_asked(pair.other):
            return pair
        used = [self._snapshot.usage(subject.id).callers for subject in (pair.one, pair.other)]
        if (used[0], pair.other.id) <= (used[1], pair.one.id):
            return pair
        turned = Likeness(
            pair.likeness.score,
            pair.likeness.cosines,
            pair.likeness.covers,
            pair.likeness.contained,
        )
        return Pair(pair.other, pair.one, turned, pair.calls, pair.steps)

    def is_telling(self, pair: Pair) -> bool:
        """Whether the pair is worth a warning: across files, alike enough, and no idiom."""
        idiom = not pair.calls and pair.steps < _IDIOM_STEPS and pair.likeness.score < _COPY_SCORE
        return len(pair.files) > 1 and not idiom and pair.shows(_ENOUGH, self._min_score)

    def is_hinting(self, pair: Pair) -> bool:
        """Whether the pair is worth a hint where it is not worth a warning."""
        return pair.likeness.score >= _COPY_SCORE or len(pair.calls) >= _HINT_CALLS

    def kin(self, subject: Subject) -> int:
        """How many functions of other files are as alike."""
        return sum(len(pair.files) > 1 for pair in self._all_pairs(subject))

    def functions(self, path: str) -> int:
        """How many functions of a file are long enough to be compared."""
        return sum(f.lines >= self._min_lines for f in self._comparer.functions(path))

    def _subject(self, function: Function) -> Subject | None:
        unsaved = function.path in self._unsaved
        subjects = self._own_subjects if unsaved else self._subjects
        if function not in subjects:
            facts = self._snapshot.facts(function.path)
            subjects[function] = facts and subject_of(function, facts)
        return subjects[function]

    def _counterpart(self, subject: Subject, function: Function) -> Subject | None:
        other = self._subject(function) if function.lines >= self._min_lines else None
        if other is None or other.language != subject.language:
            return None
        return other if may_repeat(other) and not alike_on_purpose(subject, other) else None

    def _pair(self, code: Code, one: Subject, other: Subject, alike: Likeness) -> Pair | None:
        their_code = self._comparer.code(other.function)
        if their_code is None:
            return None
        ours, theirs = (self._comparer.weighed(c).views for c in (code, their_code))
        copied = alike.score >= _COPY_SCORE
        if min(ours.steps, theirs.steps) < (_MIN_STEPS_OF_COPIES if copied else _MIN_STEPS):
            return None
        same_file = one.function.path == other.function.path
        if same_file and not (copied and one.function.lines >= _SAME_FILE_LINES):
            return None
        calls = tuple(self._comparer.rare_calls(ours.calls & theirs.calls))
        pair = Pair(one, other, alike, calls, min(ours.steps, theirs.steps))
        if not pair.shows((*_ENOUGH, *_HINT), self._min_score):
            return None
        return pair

    def _is_one_too_many(self, pair: Pair) -> bool:
        """Whether the graph knows no reason for there being two."""
        one, other = pair.one, pair.other
        return not (
            self._calls(one, other)
            or self._calls(other, one)
            or (one.owner and other.owner and self._overrides(one) and self._overrides(other))
            or (one.name == other.name and self._names[one.name] > _ENTRY_POINTS)
            or self._is_plugin(one.function.path, other.function.path)
        )

    def _calls(self, one: Subject, other: Subject) -> bool:
        edges = self._snapshot.edges_from(one.id, (EdgeKind.CALL, EdgeKind.PROPERTY))
        return any(edge.target == other.id for edge in edges)

    def _overrides(self, subject: Subject) -> bool:
        """Whether it overrides something: it has that one's promise to keep."""
        return bool(self._snapshot.edges_from(subject.id, (EdgeKind.OVERRIDE,)))

    def _is_plugin(self, one: str, other: str) -> bool:
        """Whether the files are the same part of two of many plugins."""
        shared = set(patterns_of(one)).intersection(patterns_of(other)) if one != other else ()
        return any(self._layouts[pattern] >= _PLUGINS for pattern in shared)

    @cached_property
    def _layouts(self) -> Counter[str]:
        """How many files differ in one folder only."""
        paths = self._snapshot.index.paths()
        return self._snapshot.derived(
            "layouts", lambda: Counter(pattern for path in paths for pattern in patterns_of(path))
        )

    @cached_property
    def _names(self) -> Counter[str]:
        """How many functions outside of classes have each name."""
        index = self._snapshot.index

        def counted() -> Counter[str]:
            return Counter(
                identity.rpartition("::")[2]
                for identity, kind in index.symbols_named()
                if kind is SymbolKind.FUNCTION
            )

        return self._snapshot.derived("function-names", counted)

    def is_asked(self, subject: Subject) -> bool:
        """Whether a finding may stand at this function."""
        path = subject.function.path
        if path not in self._request.paths:
            return False
        if not self._request.only_new:
            return True
        if path not in self._before:
            self._before[path] = self._bodies_before(path)
        return self._comparer.code(subject.function) not in self._before[path]

    def _bodies_before(self, path: str) -> set[Code]:
        """The bodies the file had when it was last agreed on."""
        source, language = self._request.before(path), language_of(path)
        if source is None or language is None:
            return set()
        facts = parse(source, language)
        return {code_of(source, facts, row) for row in range(1, len(facts.definitions))}


class Families:
    """What the number of alike functions explains: forks of files, and ways things are done."""

    def __init__(self, search: PairSearch, found: list[Pair]) -> None:
        self._search = search
        self._files = Counter(pair.files for pair in found)
        self._kin = Counter(
            subject.id for p in found if len(p.files) > 1 for subject in (p.one, p.other)
        )

    def between(self, pair: Pair) -> int:
        """How many pairs the two files have."""
        return self._files[pair.files]

    def explain(self, pair: Pair) -> bool:
        """Whether the two are alike because so many are: whoever made them knows."""
        return self._is_fork(pair) or any(
            self._kin_of(subject) >= _FAMILY for subject in (pair.one, pair.other)
        )

    def _is_fork(self, pair: Pair) -> bool:
        count = self.between(pair)
        smaller = min(self._search.functions(path) for path in pair.files)
        return count >= _FORK_PAIRS or (count >= _FORK_PAIRS_OF_HALF and 2 * count >= smaller)

    def _kin_of(self, subject: Subject) -> int:
        asked = self._search.is_asked(subject)
        return self._kin[subject.id] if asked else self._search.kin(subject)
