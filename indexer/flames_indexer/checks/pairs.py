"""The pairs of functions that one rule reports: likely one piece of code, and what speaks for it.

A likelihood alone is never enough. What must be there beside it, and which evidence makes a report
loud, was set by reading every report on a dozen packages.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from flames_indexer.checks.check import Request
from flames_indexer.checks.counterparts import (
    Subject,
    alike_on_purpose,
    may_repeat,
    same_name,
    subject_of,
)
from flames_indexer.checks.remarks import is_deprecated, is_said_to_be_a_copy
from flames_indexer.checks.surroundings import Surroundings
from flames_indexer.impact import Asked as AskedBefore
from flames_indexer.impact import State
from flames_indexer.similarity.candidates import Function
from flames_indexer.similarity.code import Code, Typed, code_of
from flames_indexer.similarity.compare import Comparer
from flames_indexer.similarity.differences import Comparison
from flames_indexer.similarity.estimates import Asked, Estimate, Estimator
from flames_indexer.similarity.evidence import Likeness

_Made = TypeVar("_Made")

_MIN_LINES = 5
_MIN_SCORE = 0.7
_MIN_STEPS = 4  # statements and clauses: with fewer, a body only passes its arguments on …
_MIN_STEPS_OF_COPIES = 2  # … unless the two are the same text
_COPY = 0.9  # likeness
# What likeness counts, with so much of one body in the other and so many rare calls of both: a copy
# with all names exchanged is less alike, and all there.
_ALIKE = ((0.15, 0.85, 0), (0.10, 0.5, 4), (0.0, 0.5, 0), (0.0, 0.35, 2))
_ALIKE_ACROSS = (*_ALIKE, (0.15, 0.7, 2), (0.10, 0.7, 1))  # siblings in one file call the same
# Siblings in one file are mostly meant: only long copies are hinted at, and what is very likely.
_SAME_FILE_LINES, _SAME_FILE_SCORE = 8, 0.85
_MIN_SHARED = 3  # sketch values; pairs of any interest share at least 6 of 32
_COMPARED = 16  # the best by sketch and by words, in turn
_LOOKED_AT = 40
_LEAST_ALIKE = 0.3  # of bodies; what is only said alike may do another thing
_KEEP_TYPED = 500  # of the pairs of one function with others that are edited
_IDIOM_STEPS = 8  # statements and clauses; shorter bodies that call nothing special are idioms
_RARE_FILES = 6  # that call something; what more do is no sign of anything
_HINT_BELOW = 0.1  # of likelihood


@dataclass(frozen=True, slots=True)
class Pair:
    """`one` would call `other`. `calls`: shared, and called by hardly anything else."""

    one: Subject
    other: Subject
    likeness: Likeness
    likelihood: float
    back: float  # that `other` should call `one` instead, at most `likelihood` if both may change
    calls: tuple[str, ...]
    steps: int  # statements and clauses of the shorter one
    users: int  # other files that use `other`

    @property
    def files(self) -> frozenset[str]:
        """The one or two files."""
        return frozenset((self.one.function.path, self.other.function.path))

    @property
    def score(self) -> float:
        """The likelihood that the two should be one piece of code, by all they share or by their
        bodies alone: readers found 9 of 10 pairs worth reading that are .7 or more alike."""
        return max(self.likelihood, self.back, self._alike)

    @property
    def _alike(self) -> float:
        overlap = max(self.likeness.contained, self.likeness.covers)
        known = _ALIKE if len(self.files) == 1 else _ALIKE_ACROSS
        worth = (
            worth for worth, least, calls in known if overlap >= least and len(self.calls) >= calls
        )
        return min(1.0, self.likeness.score + max(worth, default=-1.0))

    @property
    def idiom(self) -> bool:
        """Whether it is short, calls nothing special, and is no copy: written so by anybody."""
        return not self.calls and self.steps < _IDIOM_STEPS and not self.copied

    @property
    def copied(self) -> bool:
        """Whether it is the same text, nearly."""
        return self.likeness.score >= _COPY


class PairSearch:
    """Answers for one request."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._snapshot = request.snapshot
        self.comparer = self._comparer = Comparer(request.snapshot)
        self._estimator = Estimator(request.snapshot, self._comparer)
        self.surroundings = Surroundings(request.snapshot)
        limits = request.rule.thresholds
        self._min_lines = int(limits.get("min_lines", _MIN_LINES))
        self._min_score = float(limits.get("min_score", _MIN_SCORE))
        self._unsaved = frozenset(self._snapshot.overlays())
        self._subjects: dict[Function, Subject | None] = self._snapshot.derived("subjects", dict)
        self._own_subjects: dict[Function, Subject | None] = {}
        self._limits = (self._min_lines, self._min_score)
        self._before: dict[str, frozenset[Code]] = {}
        self._asked_about: list[Function] = []
        self._beside: dict[Function, list[Function]] = {}

    def subjects(self, path: str) -> list[Subject]:
        """The functions of a file that are asked about."""
        functions = (f for f in self._comparer.functions(path) if f.lines >= self._min_lines)
        subjects = (self.subject(function) for function in functions)
        asked = [s for s in subjects if s is not None and may_repeat(s) and self.is_asked(s)]
        if path in self._unsaved:
            self._asked_about += (subject.function for subject in asked)
        return asked

    def pairs(self, subject: Subject) -> Iterator[Pair]:
        """What may be reported of the function and others, each two of them once."""
        first = subject.function
        for pair in self._all_pairs(subject, once=True):
            if first < pair.other.function or not self.is_asked(pair.other):
                yield pair

    def directed(self, pair: Pair) -> Pair:
        """The same, with the function to be replaced first, if a finding may stand there."""
        if not self.is_asked(pair.other):
            return pair
        if (pair.likelihood, pair.one.id) >= (pair.back, pair.other.id):
            return pair
        users = self._estimator.files_using(pair.one.id)
        return replace(
            pair,
            one=pair.other,
            other=pair.one,
            likeness=pair.likeness.turned,
            likelihood=pair.back,
            back=pair.likelihood,
            users=users,
        )

    def beside(self, pair: Pair) -> Comparison | None:
        """The two bodies side by side; None where a text is not at hand any more."""
        return self._comparer.side_by_side(pair.one.function, pair.other.function)

    def is_likely(self, pair: Pair) -> bool:
        """Whether the pair is across files, and likely enough."""
        return len(pair.files) > 1 and pair.score >= self._min_score

    def remembered(
        self, one: Subject, other: Subject, key: object, make: Callable[[], _Made]
    ) -> _Made:
        """What `make` gives, made once for two texts while the first one's file is unsaved: the
        next key press changes one function, and asks again of all. `key`: of what is made."""
        typed = self._typed(one)
        if typed is None:
            return make()
        both = (key, other.id, self._comparer.code(other.function))
        return self._comparer.found(typed, both, make)

    def is_deprecated(self, subject: Subject) -> bool:
        """Whether it says so itself."""
        text = self._comparer.text_around(subject.function)
        return text is not None and is_deprecated(*text, subject)

    def is_said_to_be_a_copy(self, subject: Subject) -> bool:
        """Whether a remark where it stands says so."""
        text = self._comparer.text_around(subject.function)
        return text is not None and is_said_to_be_a_copy(*text, subject)

    def kin(self, subject: Subject) -> int:
        """How many functions of other files are as alike."""
        return sum(self.is_likely(pair) for pair in self._all_pairs(subject))

    def functions(self, path: str) -> int:
        """How many functions of a file are long enough to be compared."""
        return sum(f.lines >= self._min_lines for f in self._comparer.functions(path))

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

    def _all_pairs(self, subject: Subject, *, once: bool = False) -> Iterator[Pair]:
        """`once`: some that are asked about later may be left out."""
        typed = self._typed(subject)
        if typed is not None:
            found = [*self._with_saved(subject, typed), *self._with_typed(subject, typed)]
        else:
            found = self._weighed(subject, once=once)
        for pair in found:
            if not (
                self.surroundings.explain(pair.one, pair.other)
                or any(map(self._comparer.is_assembled, pair.files))
            ):
                yield pair

    def _with_saved(self, subject: Subject, typed: Typed) -> Iterator[Pair]:
        """The pairs with saved functions: the next key press changes one function, not fifty."""

        def weighed() -> list[tuple[object, Pair]]:
            pairs = self._weighed(subject)
            return [(self._comparer.content(pair.other.function.path), pair) for pair in pairs]

        known = self._comparer.found(typed, ("saved", subject.derived, self._limits), weighed)
        for content, pair in known:
            path = pair.other.function.path
            if path not in self._unsaved and self._comparer.content(path) == content:
                yield replace(pair, one=subject)

    def _with_typed(self, subject: Subject, typed: Typed) -> Iterator[Pair]:
        """The pairs with unsaved functions, each two texts judged once."""
        key = ("typed", subject.derived, self._limits)
        known = self._comparer.found(typed, key, dict[tuple[int, bool], tuple[bool, Pair | None]])
        if len(known) > _KEEP_TYPED:
            known.clear()
        compared = 0
        for function in self._near_typed(subject.function):
            other = self.subject(function)
            their = None if other is None else self._typed(other)
            if other is None or their is None:
                continue
            both = (their.number, other.derived)
            if both not in known:
                known[both] = self._judged_two(subject, other)
            is_counterpart, pair = known[both]
            if pair is not None:
                yield replace(pair, one=subject, other=other)
            compared += is_counterpart
            if compared == _COMPARED:
                break

    def _judged_two(self, subject: Subject, other: Subject) -> tuple[bool, Pair | None]:
        """Whether the two may be compared, and the pair they are."""
        asked = self._estimator.asked(subject.function)
        if asked is None or self._counterpart(subject, other.function) is None:
            return False, None
        return True, next(self._judged(asked, subject, {other.function: other}), None)

    def _near_typed(self, function: Function) -> list[Function]:
        if function not in self._beside:
            wanted = list(dict.fromkeys((function, *self._asked_about)))
            near = self._comparer.near_unsaved(wanted, _LOOKED_AT, _MIN_SHARED)
            self._beside.update(zip(wanted, near, strict=True))
        return self._beside[function]

    def _weighed(self, subject: Subject, *, once: bool = False) -> Iterator[Pair]:
        """The pairs with saved functions that what both share speaks for; all of a saved one."""
        asked = self._estimator.asked(subject.function)
        if asked is None:
            return
        first = subject.function
        others: dict[Function, Subject] = {}
        for function in self._near(first, asked):
            other = self._counterpart(subject, function)
            if other is not None:
                others[function] = other
            if len(others) == _COMPARED:
                break
        if once:
            others = {f: o for f, o in others.items() if first < f or not self.is_asked(o)}
        yield from self._judged(asked, subject, others)

    def _judged(
        self, asked: Asked, subject: Subject, others: Mapping[Function, Subject]
    ) -> Iterator[Pair]:
        for estimate in self._estimator.estimates(asked, list(others), _LEAST_ALIKE):
            pair = self._pair(asked, subject, others[estimate.function], estimate)
            if pair is not None:
                yield pair

    def _near(self, function: Function, asked: Asked) -> list[Function]:
        unsaved = False if function.path in self._unsaved else None
        near = self._comparer.near(function, _LOOKED_AT, _MIN_SHARED, unsaved=unsaved)
        return [f for f in self._estimator.candidates(asked, near, _LOOKED_AT) if f != function]

    def _typed(self, subject: Subject) -> Typed | None:
        function = subject.function
        return self._comparer.typed(function) if function.path in self._unsaved else None

    def subject(self, function: Function) -> Subject | None:
        """The function with its names; None when its file cannot be read any more."""
        unsaved = function.path in self._unsaved
        subjects = self._own_subjects if unsaved else self._subjects
        if function not in subjects:
            facts = self._snapshot.facts(function.path)
            subjects[function] = facts and subject_of(function, facts)
        return subjects[function]

    def _counterpart(self, subject: Subject, function: Function) -> Subject | None:
        other = self.subject(function) if function.lines >= self._min_lines else None
        if other is None or other.language != subject.language:
            return None
        return other if may_repeat(other) and not alike_on_purpose(subject, other) else None

    def _pair(self, asked: Asked, one: Subject, other: Subject, found: Estimate) -> Pair | None:
        their_code = self._comparer.code(other.function)
        if their_code is None or self.is_deprecated(one) or self.is_deprecated(other):
            return None
        alike = found.likeness
        ours, theirs = (self._comparer.weighed(c).views for c in (asked.code, their_code))
        calls = self._rare(ours.calls & theirs.calls)
        pair = Pair(
            *(one, other, alike, found.there, found.back, calls),
            steps=min(ours.steps, theirs.steps),
            users=self._estimator.files_using(other.id),
        )
        likely = pair.score >= self._min_score - _HINT_BELOW
        return pair if likely and self._is_substantial(pair) else None

    def _rare(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of `names` that hardly any file calls."""
        sampled = self._comparer.rare_calls(names)
        return tuple(n for n in sampled if len(self._snapshot.paths_calling(n)) <= _RARE_FILES)

    def _is_substantial(self, pair: Pair) -> bool:
        if same_name(pair.one, pair.other) and not pair.copied:
            return False
        if pair.steps < (_MIN_STEPS_OF_COPIES if pair.copied else _MIN_STEPS):
            return False
        long_copy = pair.copied and pair.one.function.lines >= _SAME_FILE_LINES
        return len(pair.files) > 1 or long_copy or pair.score >= _SAME_FILE_SCORE

    def _bodies_before(self, path: str) -> frozenset[Code]:
        """The bodies the file had when it was last agreed on."""
        old = AskedBefore(self._snapshot, self._request.before).old(path)
        if old is None:
            return frozenset()
        known: dict[str, tuple[State, frozenset[Code]]]
        known = self._snapshot.derived("agreed-bodies", dict)
        if path not in known or known[path][0] is not old:
            rows = range(1, len(old.facts.definitions))
            known[path] = old, frozenset(code_of(old.source, old.facts, row) for row in rows)
        return known[path][1]
