"""A function does what another function of the repository already does.

**Why it matters.** Two copies of one thing drift apart: the fix that reaches one of them leaves the
other wrong. Code written quickly, or by a tool that sees one file, repeats what exists.

**What is reported.** Two functions of at least `min_lines` lines of code in different files that
are, by all they share, `min_score` likely to be one piece of code: the calls and structure of their
bodies with local names blinded, the words in them, their names, parameters and documentation read
for meaning, rare things that both call, and how widely the one is used already. The likelihood is
fitted on what maintainers later made one, and what readers of findings said. Then the two bodies
are laid side by side, without layout and local names. A warning needs one of them to do all that
the other one does, and no less than seven tenths of a long body to be that; where each does
something of its own, if only with another value, it is a hint. Of two methods what they have of
their own objects counts not, since a function would have to be handed it, unless their classes have
more methods that are the same. The message says what holds: that the one can call the other (then a
code action does it), what the two differ in, or how many lines are the same. Which of the two is to
be replaced follows from who calls them. In one file, or less alike: a hint. So is a third pair of
the same two files. Lines of a longer function that do
what a whole existing function does are reported too, loudly where a call can take their place;
lines that two functions have, as a hint.

**Example.**

    # billing/export.py                      # reports/csv.py
    def rows_of(invoices):                   def table(orders):
        out = []                                 lines = []
        for invoice in invoices:                 for order in orders:
            if invoice.deleted: …                    if order.deleted: …

*instead:* call the one that exists, or move what both do to where both can import it.

**When it is wrong.** Copies kept apart on purpose: to avoid a dependency, because the two will
change for different reasons, in code that is being replaced. Overrides and methods of the same
name, sync and async twins, stubs, properties, dunders, visitors, versions of one thing, what is
deprecated, examples, files made of others, and functions that only pass their arguments on are left
out. Commands and routes, what is done alike in four places, the same files of trees that are
parallel by design, what a remark calls a copy, and opposites (`read_page`, `write_page`) never
warn.

**Silence it.** `# flames: ignore[parallel-logic] reason` at the function; `exclude`, `min_lines`
and `min_score` under `[rules.parallel-logic]`; the baseline file.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from flames_indexer.checks.check import Check, Request
from flames_indexer.checks.counterparts import Subject
from flames_indexer.checks.families import Families
from flames_indexer.checks.loudness import Loudness
from flames_indexer.checks.pairs import Pair, PairSearch
from flames_indexer.checks.regions import RegionCheck
from flames_indexer.checks.wording import evidence, message
from flames_indexer.model import Certainty, Finding, RelatedPlace, Severity, Span
from flames_indexer.similarity.candidates import Function
from flames_indexer.similarity.differences import Comparison

RULE = "parallel-logic"

_MOST_LOUD = 2  # of two files: the evidence says how many more there are


def run(request: Request) -> Iterator[Finding]:
    """At most one finding a function, and one for a file and its copy: the likeliest pair."""
    search = PairSearch(request)
    found: list[Pair] = []
    for path in sorted(request.paths):
        for subject in search.subjects(path):
            if request.cancelled():
                return
            found += search.pairs(subject)
    families = Families(search, found)
    loudness = Loudness(search, families)
    named: set[str] = set()
    told: set[frozenset[Function]] = set()
    forks: set[frozenset[str]] = set()
    warned: Counter[frozenset[str]] = Counter()
    for told_of in _ranked(search, loudness, map(search.directed, found)):
        pair, severity = told_of.pair, told_of.severity
        loud = severity is Severity.WARNING
        if pair.one.id in named or pair.files in forks:
            continue
        if loud and warned[pair.files] >= _MOST_LOUD:
            told_of = replace(told_of, severity=Severity.HINT)
        named.add(pair.one.id)
        told.add(frozenset((pair.one.function, pair.other.function)))
        warned[pair.files] += loud
        if families.is_fork(pair):
            forks.add(pair.files)
        words = search.remembered(
            *(pair.one, pair.other, "words"),
            partial(message, request.snapshot, pair, told_of.beside),
        )
        yield _finding(told_of, words, families.between(pair) - 1)
    yield from _of_parts(request, search, named, told)


@dataclass(frozen=True, slots=True)
class _Told:
    """A pair, its bodies side by side, and how loudly it is told of."""

    pair: Pair
    beside: Comparison
    severity: Severity

    @property
    def rank(self) -> tuple[float, int, float, int, float, str, str]:
        """Of two that are about as alike what is loud comes first, then what is nearer, then what
        is used more."""
        pair, share = self.pair, self.beside.share
        alike = -round(share, 1), -self.severity, -round(share, 2)
        return (*alike, -pair.users, -pair.score, pair.one.id, pair.other.id)


def _ranked(search: PairSearch, loudness: Loudness, pairs: Iterable[Pair]) -> list[_Told]:
    """Those that are told of, best first."""
    found: list[_Told] = []
    for pair in pairs:
        beside = search.beside(pair)
        severity = None if beside is None else loudness.of(pair, beside)
        if beside is not None and severity is not None:
            found.append(_Told(pair, beside, severity))
    return sorted(found, key=lambda one: one.rank)


def _of_parts(
    request: Request, search: PairSearch, named: set[str], told: set[frozenset[Function]]
) -> Iterator[Finding]:
    """At most one finding for each function that nothing is told of yet, and for each two."""
    regions = RegionCheck(request, search)
    for path in sorted(request.paths):
        for subject in regions.subjects(path):
            if request.cancelled():
                return
            found = None if subject.id in named else regions.finding(subject)
            if found is not None and found.functions not in told:
                told.add(found.functions)
                yield found.finding


def _finding(told: _Told, words: str, more: int) -> Finding:
    pair, severity = told.pair, told.severity
    one, other = pair.one, pair.other
    place = other.function.path
    return Finding(
        rule=RULE,
        span=Span(one.function.path, one.name_start, one.name_end),
        severity=severity,
        certainty=Certainty.INFERRED if severity is Severity.WARNING else Certainty.POSSIBLE,
        message=words,
        score=round(pair.score, 3),
        evidence=tuple(evidence(pair, told.beside, more)),
        related=(
            RelatedPlace(
                Span(place, other.name_start, other.name_end),
                other.id,
                "the other one",
            ),
        ),
        fingerprint=_fingerprint(one, other),
    )


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
    mutual=True,
)
