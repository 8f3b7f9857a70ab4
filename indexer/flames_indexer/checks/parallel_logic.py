"""A function does what another function of the repository already does.

**Why it matters.** Two copies of one thing drift apart: the fix that reaches one of them leaves the
other wrong. Code written quickly, or by a tool that sees one file, repeats what exists.

**What is reported.** Two functions of at least `min_lines` lines of code in different files whose
bodies are alike in four ways at once (their tokens, their calls with local names blinded, the words
in their names, the shape of their syntax), *and* that share what a reader can check: most of the
calls of one are in the other, or both call what hardly anything else calls. The one with fewer
callers is reported; the message names the other. Less alike, or in one file: a hint.

**Example.**

    # billing/export.py                      # reports/csv.py
    def rows_of(invoices):                   def table(orders):
        out = []                                 lines = []
        for invoice in invoices:                 for order in orders:
            if invoice.deleted: …                    if order.deleted: …

*instead:* call the one that exists, or move what both do to where both can import it.

**When it is wrong.** Copies kept apart on purpose: to avoid a dependency, because the two will
change for different reasons, in code that is being replaced. Overrides and methods of the same
name, sync and async twins, stubs, properties, dunders, visitors, versions of one thing, and
functions that only pass their arguments on are left out. Copies inside a longer function are not
found.

**Silence it.** `# flames: ignore[parallel-logic] reason` at the function; `exclude`, `min_lines`
and `min_score` under `[rules.parallel-logic]`; the baseline file.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from flames_indexer.checks.check import Check, Request
from flames_indexer.checks.counterparts import (
    Subject,
    alike_on_purpose,
    may_repeat,
    patterns_of,
    subject_of,
)
from flames_indexer.languages import language_of
from flames_indexer.model import (
    Certainty,
    EdgeKind,
    Finding,
    RelatedPlace,
    Severity,
    Span,
    SymbolKind,
)
from flames_indexer.parse import parse
from flames_indexer.similarity.compare import Code, Comparer, Function, Likeness, code_of

RULE = "parallel-logic"

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

# What must be shared beside the score, as (below `min_score`, contained, rare calls): a score that
# is good enough; a lower one where both call what nothing else does; one all inside the other.
_ENOUGH = ((0.0, 0.5, 0), (0.0, 0.35, 2), (0.10, 0.5, 3), (0.15, 0.85, 0))
_HINT = ((0.10, 0.5, 0), (0.10, 0.35, 2))
_LOWEST = max(below for below, _, _ in (*_ENOUGH, *_HINT))


@dataclass(frozen=True, slots=True)
class _Pair:
    """`calls`: shared, and called by hardly anything else."""

    one: Subject
    other: Subject
    likeness: Likeness
    calls: tuple[str, ...]

    def shows(self, evidence: tuple[tuple[float, float, int], ...], min_score: float) -> bool:
        """Whether any of the kinds of evidence is there."""
        contained = max(self.likeness.contained, self.likeness.covers)
        return any(
            self.likeness.score >= min_score - below
            and contained >= most
            and len(self.calls) >= rare
            for below, most, rare in evidence
        )


def run(request: Request) -> Iterator[Finding]:
    """At most one finding per function, and one per two files: the most alike pair."""
    search = _Search(request)
    found: list[_Pair] = []
    for path in sorted(request.paths):
        for subject in search.subjects(path):
            if request.cancelled():
                return
            found += search.pairs(subject)
    files: dict[frozenset[str], int] = Counter(_files(pair) for pair in found)
    named: set[str] = set()
    for pair in sorted(found, key=lambda p: (-p.likeness.score, p.one.id, p.other.id)):
        pair = search.directed(pair)
        if _files(pair) in files and pair.one.id not in named:
            named.add(pair.one.id)
            count = files.pop(_files(pair))
            yield _finding(pair, search.severity(pair, count), count - 1)


def _files(pair: _Pair) -> frozenset[str]:
    return frozenset((pair.one.function.path, pair.other.function.path))


class _Search:
    def __init__(self, request: Request) -> None:
        self._request = request
        self._snapshot = request.snapshot
        self._comparer = Comparer(request.snapshot)
        limits = request.rule.thresholds
        self._min_lines = int(limits.get("min_lines", _MIN_LINES))
        self._min_score = float(limits.get("min_score", _MIN_SCORE))
        self._unsaved = frozenset(self._snapshot.overlays())
        self._subjects: dict[Function, Subject | None] = self._snapshot.derived("subjects", dict)
        self._own_subjects: dict[Function, Subject | None] = {}
        self._before: dict[str, set[Code]] = {}

    def subjects(self, path: str) -> list[Subject]:
        """The functions of a file that are asked about."""
        functions = (f for f in self._comparer.functions(path) if f.lines >= self._min_lines)
        subjects = (self._subject(function) for function in functions)
        return [s for s in subjects if s is not None and may_repeat(s) and self._is_asked(s)]

    def pairs(self, subject: Subject) -> Iterator[_Pair]:
        """What may be reported of the function and others, each two of them once."""
        code = self._comparer.code(subject.function)
        if code is None:
            return
        others: dict[Function, Subject] = {}
        for function in self._comparer.near(subject.function, _LOOKED_AT, _MIN_SHARED):
            other = self._counterpart(subject, function)
            if other is not None:
                others[function] = other
            if len(others) == _COMPARED:
                break
        first = subject.function
        once = [f for f, other in others.items() if first < f or not self._is_asked(other)]
        for function, likeness in self._comparer.liken(code, once):
            if likeness.score >= self._min_score - _LOWEST:
                pair = self._pair(code, subject, others[function], likeness)
                if pair is not None:
                    yield pair

    def directed(self, pair: _Pair) -> _Pair:
        """The same, with the function to be replaced first: the one with fewer callers."""
        if not self._is_asked(pair.other):
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
        return _Pair(pair.other, pair.one, turned, pair.calls)

    def severity(self, pair: _Pair, count: int) -> Severity:
        """A warning for copies across files that are alike enough, else a hint.

        `count`: of the pairs in the two files. A fork of a whole file is known to who made it.
        """
        across = pair.one.function.path != pair.other.function.path
        enough = pair.shows(_ENOUGH, self._min_score)
        fork = count >= _FORK_PAIRS or (
            count >= _FORK_PAIRS_OF_HALF and 2 * count >= self._smaller_file(pair)
        )
        return Severity.WARNING if enough and across and not fork else Severity.HINT

    def _smaller_file(self, pair: _Pair) -> int:
        """How many functions of the shorter of the two files are long enough to be compared."""
        paths = _files(pair)
        functions = (self._comparer.functions(path) for path in paths)
        return min(sum(f.lines >= self._min_lines for f in file) for file in functions)

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

    def _pair(self, code: Code, one: Subject, other: Subject, alike: Likeness) -> _Pair | None:
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
        pair = _Pair(one, other, alike, calls)
        if not pair.shows((*_ENOUGH, *_HINT), self._min_score):
            return None
        return pair if self._is_one_too_many(pair) else None

    def _is_one_too_many(self, pair: _Pair) -> bool:
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

    def _is_asked(self, subject: Subject) -> bool:
        """Whether a finding may stand at this function."""
        path = subject.function.path
        if path not in self._request.paths:
            return False
        if self._request.changed_since is None:
            return True
        if path not in self._before:
            self._before[path] = self._bodies_before(path)
        return self._comparer.code(subject.function) not in self._before[path]

    def _bodies_before(self, path: str) -> set[Code]:
        """The bodies the file had at `changed_since`."""
        source, language = self._request.before(path), language_of(path)
        if source is None or language is None:
            return set()
        facts = parse(source, language)
        return {code_of(source, facts, row) for row in range(1, len(facts.definitions))}


def _finding(pair: _Pair, severity: Severity, more: int) -> Finding:
    one, other = pair.one, pair.other
    place = other.function.path
    there = "in this file" if place == one.function.path else f"in {place}"
    return Finding(
        rule=RULE,
        span=Span(one.function.path, one.name_start, one.name_end),
        severity=severity,
        certainty=Certainty.INFERRED if severity is Severity.WARNING else Certainty.POSSIBLE,
        message=f"`{one.qualname}` {_degree(pair)} `{other.qualname}` {there}."
        " Call that one, or move what both do to where both can use it.",
        score=round(pair.likeness.score, 3),
        evidence=tuple(_evidence(pair, more)),
        related=(
            RelatedPlace(
                Span(place, other.name_start, other.name_end),
                other.id,
                "the one that exists already",
            ),
        ),
        fingerprint=_fingerprint(one, other),
    )


def _degree(pair: _Pair) -> str:
    if pair.likeness.score >= 0.9:
        return "is nearly a copy of"
    return "does what is done by" if pair.likeness.score >= 0.8 else "does nearly the same as"


def _evidence(pair: _Pair, more: int) -> Iterator[str]:
    yield f"alike {pair.likeness.score:.0%}"
    yield f"{pair.likeness.contained:.0%} of its calls and structure are there"
    if pair.calls:
        named = ", ".join(f"`{name}`" for name in pair.calls[:4])
        yield f"both call {named}, which hardly anything else does"
    if more:
        yield f"{more} more of the two files' functions are alike"


def _fingerprint(one: Subject, other: Subject) -> str:
    """Of the two names, not of paths and lines: survives moves."""
    names = "\0".join(sorted((one.qualname, other.qualname)))
    return hashlib.blake2b(f"{RULE}\0{names}".encode(), digest_size=16).hexdigest()


CHECK = Check(
    rule=RULE,
    stage="warning",
    summary="A function does what another function of the repository already does.",
    explanation=__doc__ or "",
    run=run,
)
