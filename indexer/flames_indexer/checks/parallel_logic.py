"""A function does what another function of the repository already does.

**Why it matters.** Two copies of one thing drift apart: the fix that reaches one of them leaves the
other wrong. Code written quickly, or by a tool that sees one file, repeats what exists.

**What is reported.** Two functions of at least `min_lines` lines of code in different files that
are, by all they share, `min_score` likely to be one piece of code: the calls and structure of their
bodies with local names blinded, the words in them, their names, parameters and documentation read
for meaning, rare things that both call, and how widely the one is used already. Beside that their
bodies must be alike, and short ones must be copies or call what hardly anything else calls. The
likelihood is fitted on what maintainers later made one, and what readers of findings said. Which of
the two is to be replaced follows from who calls them; the message names the other. In one file, or
less likely with rare calls in common: a hint. So is a third pair of the same two files.
Lines of a longer function that do what a whole existing function does are reported too, loudly
where a call could take their place; lines that two functions have, as a hint.

**Example.**

    # billing/export.py                      # reports/csv.py
    def rows_of(invoices):                   def table(orders):
        out = []                                 lines = []
        for invoice in invoices:                 for order in orders:
            if invoice.deleted: …                    if order.deleted: …

*instead:* call the one that exists, or move what both do to where both can import it.

**When it is wrong.** Copies kept apart on purpose: to avoid a dependency, because the two will
change for different reasons, in code that is being replaced. Overrides and methods of the same
name, sync and async twins, stubs, properties, dunders, visitors, versions of one thing, functions
that only pass their arguments on, and what is done alike in four places are left out.

**Silence it.** `# flames: ignore[parallel-logic] reason` at the function; `exclude`, `min_lines`
and `min_score` under `[rules.parallel-logic]`; the baseline file.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator

from flames_indexer.checks.check import Check, Request
from flames_indexer.checks.counterparts import Subject
from flames_indexer.checks.families import Families
from flames_indexer.checks.pairs import Pair, PairSearch
from flames_indexer.checks.regions import RegionCheck
from flames_indexer.model import Certainty, Finding, RelatedPlace, Severity, Span
from flames_indexer.similarity.candidates import Function

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
    named: set[str] = set()
    told: set[frozenset[Function]] = set()
    forks: set[frozenset[str]] = set()
    warned: Counter[frozenset[str]] = Counter()
    directed = map(search.directed, found)
    for pair in sorted(directed, key=lambda p: (-p.score, p.one.id, p.other.id)):
        loud = search.is_telling(pair) and not families.explain(pair)
        loud = loud and warned[pair.files] < _MOST_LOUD
        if pair.one.id in named or pair.files in forks or not (loud or search.is_hinting(pair)):
            continue
        named.add(pair.one.id)
        told.add(frozenset((pair.one.function, pair.other.function)))
        warned[pair.files] += loud
        if families.is_fork(pair):
            forks.add(pair.files)
        severity = Severity.WARNING if loud else Severity.HINT
        yield _finding(pair, severity, families.between(pair) - 1)
    yield from _of_parts(request, search, named, told)


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


def _finding(pair: Pair, severity: Severity, more: int) -> Finding:
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
        score=round(pair.score, 3),
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


def _degree(pair: Pair) -> str:
    if pair.copied:
        return "is nearly a copy of"
    return "does what is done by" if pair.likeness.score >= 0.75 else "does nearly the same as"


def _evidence(pair: Pair, more: int) -> Iterator[str]:
    yield f"{pair.score:.0%} likely to be one piece of code"
    yield f"{pair.likeness.contained:.0%} of its calls and structure are there"
    if pair.calls:
        named = ", ".join(f"`{name}`" for name in pair.calls[:4])
        yield f"both call {named}, which hardly anything else does"
    if pair.users:
        files = "1 other file uses" if pair.users == 1 else f"{pair.users} other files use"
        yield f"{files} `{pair.other.name}`"
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
    mutual=True,
)
