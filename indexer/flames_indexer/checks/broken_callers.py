"""A function, class, variable or file is used in a way it can no longer be used.

**Why it matters.** A changed signature breaks its callers where nobody is looking: in files that
are not open, in code that no test runs.

**What is reported.** The contract at the last commit (or at `--changed-since`) is compared with the
one being written: parameters added, removed, reordered, made keyword-only; names and files removed,
renamed or moved, a module's variables among them, as far as other files ask for them; `async`,
`static`, property or generator added or taken away; a result that is nothing now, or has another
number of values or fewer properties; abstract methods that subclasses lack; data that a TypeScript
type no longer declares, and what is taken in an object there. Each use that fitted the old contract
and does not fit the new one is named, overriding methods and calls through `functools.partial` and
the like among them. A use that has been adapted is not reported, nor one that never fitted. The
report stays until the last one fits or the change is committed.

**Example.**

    def send(message, *, timeout):           # `timeout` is new and has no default
        …
    send("hello")                            # elsewhere: does not pass `timeout`

*instead:* give the new parameter a default, or change the callers named.

**How sure it is.** *error*: a use certainly fails, or passes its arguments to other parameters.
*warning*: it may, because a decorator out of sight may change the signature, or the receiver's type
is inferred. Calls with `*args`, functions passed on as values, calls of the method that the changed
one overrides, those of what a decorator put in its place, and results where another decorator than
before decides what they are, are counted, not reported.

**When it is wrong.** Decorators that change signatures where they cannot be read; classes built by
metaclasses or base classes (no contract is read there); callers that are dead code. Python,
TypeScript and JavaScript; in JavaScript a call with too few arguments only may break, one with too
many does not.

**Silence it.** `# flames: ignore[broken-callers] reason` at the definition (or at the call, for a
finding there); `exclude` under `[rules.broken-callers]`; the baseline file.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flames_indexer.checks.check import Check, Request
from flames_indexer.facts import DefinitionKind
from flames_indexer.impact import (
    Asked,
    Gone,
    Impact,
    Level,
    State,
    Verdict,
    describe,
    fixes,
    fixes_of_file,
    gone_files,
    impacts,
)
from flames_indexer.model import Finding, Fix, RelatedPlace, Severity, Span

RULE = "broken-callers"

_NAMED = re.compile("`([^`]+)`")  # in a message: what changed, first
_ASK_EACH = 8  # paths; above, git is trusted to say which of them changed


@dataclass(frozen=True, slots=True)
class _News:
    """What is to be said of one change. `span`: where it is, or None where nothing is left."""

    name: str
    happened: str  # to stand behind the name
    path: str  # the file that had it
    span: Span | None
    verdicts: Sequence[Verdict]
    fixes: tuple[str, ...] = ()  # titles

    @property
    def broken(self) -> list[Verdict]:
        broken = (v for v in self.verdicts if v.level > Level.UNKNOWN)
        return sorted(broken, key=lambda v: (-v.level, v.site.span))

    @property
    def level(self) -> Level:
        return max(v.level for v in self.verdicts)


def run(request: Request) -> Iterator[Finding]:
    """One finding per changed contract, at its definition; at the use when that is in a file
    that was asked about and the definition is not."""
    asked = Asked(request.snapshot, request.before, request.cancelled)
    known = request.changed()
    few = request.paths if known is None or len(request.paths) <= _ASK_EACH else ()
    changed = sorted({*(known or ()), *request.snapshot.overlays(), *few})
    for path in changed:
        if request.cancelled():
            return
        old = asked.old(path)
        new = asked.now(path) if old is not None else None
        if old is not None and new is not None and old.source != new.source:
            for impact in impacts(asked, path, old, new):
                yield from _findings(request, _news(asked, path, new, impact))
    for gone in gone_files(asked, changed):
        yield from _findings(request, _news_of_file(asked, gone))


def fixes_of(asked: Asked, finding: Finding) -> list[Fix]:
    """The ways out of a finding of this rule, the one that touches least first."""
    named = _NAMED.search(finding.message)
    now = finding.span.path
    if named is not None and not asked.snapshot.exists(named[1]):
        places = (place.span.path for place in finding.related)
        for gone in gone_files(asked, [named[1], now, *places]):
            return fixes_of_file(asked, gone)
    paths = (now, *(place.span.path for place in finding.related[:1]))
    for path in dict.fromkeys(paths):
        old, new = asked.old(path), asked.now(path)
        if old is None or new is None:
            continue
        for impact in impacts(asked, path, old, new):
            if _is_about(finding, _news(asked, path, new, impact)):
                return fixes(asked, path, impact)
    return []


def _is_about(finding: Finding, news: _News) -> bool:
    places = ("", *(v.site.symbol for v in news.broken if v.site.span == finding.span))
    return any(_fingerprint(news, place) == finding.fingerprint for place in places)


def _news(asked: Asked, path: str, state: State, impact: Impact) -> _News:
    change = impact.change
    span = _span(path, state, change.row)
    offered = fixes(asked, path, impact, titles=True) if impact.broken else ()
    titles = tuple(fix.title for fix in offered)
    return _News(change.qualname, describe(change), path, span, impact.verdicts, titles)


def _news_of_file(asked: Asked, gone: Gone) -> _News:
    happened = f"was moved to {gone.now}" if gone.now else "was deleted"
    span = Span(gone.now, 0, gone.first_line) if gone.now else None
    titles = tuple(fix.title for fix in fixes_of_file(asked, gone))
    return _News(gone.path, happened, gone.path, span, gone.verdicts, titles)


def _findings(request: Request, news: _News) -> Iterator[Finding]:
    if not news.broken:
        return
    if news.span is not None and news.span.path in request.paths:
        yield _at_definition(news, news.span)
        return
    for verdict in news.broken:
        if verdict.site.span.path in request.paths:
            yield _at_use(news, verdict)


def _at_definition(news: _News, span: Span) -> Finding:
    broken = news.broken
    return Finding(
        rule=RULE,
        span=span,
        severity=_severity(news.level),
        certainty=min(v.site.certainty for v in broken),
        message=f"`{news.name}` {news.happened}: {_counted_uses(broken)}.",
        score=_score(news.level),
        evidence=tuple(_evidence(news)),
        related=tuple(
            RelatedPlace(v.site.span, v.site.symbol, _hedged(v.level) + v.reason) for v in broken
        ),
        fingerprint=_fingerprint(news),
        fixes=news.fixes,
    )


def _at_use(news: _News, verdict: Verdict) -> Finding:
    site = verdict.site
    hedge = "" if verdict.level is Level.BREAKS else " This may break."
    where = "" if news.name == news.path else f" in {news.path}"
    changed = (
        (RelatedPlace(news.span, f"{news.path}::{news.name}", "what was changed"),)
        if news.span is not None
        else ()
    )
    return Finding(
        rule=RULE,
        span=site.span,
        severity=_severity(verdict.level),
        certainty=site.certainty,
        message=f"This {verdict.reason}: `{news.name}`{where} {news.happened}.{hedge}",
        score=_score(verdict.level),
        evidence=(),
        related=changed,
        fingerprint=_fingerprint(news, site.symbol),
        fixes=news.fixes,
    )


def _counted_uses(broken: Sequence[Verdict]) -> str:
    """`3 calls in 2 files break`, `1 break, 2 may break in 1 file`."""
    files = _counted(len({v.site.span.path for v in broken}), "file")
    what = "call" if all(v.is_call for v in broken) else "use"
    sure = sum(v.level is Level.BREAKS for v in broken)
    if sure == len(broken):
        return f"{_counted(sure, what)} in {files} break{'s' if sure == 1 else ''}"
    if not sure:
        return f"{_counted(len(broken), what)} in {files} may break"
    verb = "breaks" if sure == 1 else "break"
    return f"{_counted(sure, what)} {verb} and {len(broken) - sure} may break, in {files}"


def _evidence(news: _News) -> Iterator[str]:
    reasons = Counter(v.reason for v in news.broken)
    for reason, count in reasons.most_common(3):
        yield f"{_counted(count, 'place')}: {reason}"
    untold = Counter(v.reason for v in news.verdicts if v.level is Level.UNKNOWN)
    for reason, count in untold.items():
        yield f"{_counted(count, 'more use')} not known to fit: {reason}"


def _span(path: str, state: State, row: int) -> Span:
    """The name of what changed or of what it stood in; the first line for a module."""
    table = state.facts.definitions
    if row and table.kind[row] != DefinitionKind.MODULE:
        return Span(path, table.name_start[row], table.name_end[row])
    end = state.source.find(b"\n")
    return Span(path, 0, len(state.source) if end < 0 else end)


def _severity(level: Level) -> Severity:
    return Severity.ERROR if level is Level.BREAKS else Severity.WARNING


def _score(level: Level) -> float:
    return 1.0 if level is Level.BREAKS else 0.7


def _hedged(level: Level) -> str:
    return "" if level is Level.BREAKS else "may break: "


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _fingerprint(news: _News, where: str = "") -> str:
    text = "\0".join((RULE, news.name, news.happened, where))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


CHECK = Check(
    rule=RULE,
    stage="warning",
    summary="A function, class, variable or file is used in a way it can no longer be used.",
    explanation=__doc__ or "",
    run=run,
    reaches=True,
)
