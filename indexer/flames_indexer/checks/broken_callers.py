"""A function, method or class is called in a way it can no longer be called.

**Why it matters.** A changed signature breaks its callers where nobody is looking: in files that
are not open, in code that no test runs.

**What is reported.** The contract at the last commit (or at `--changed-since`) is compared with
the one being written: parameters added, removed, reordered, made keyword-only, names removed or
renamed, `async` added or taken away. Each call that fitted the old contract and does not fit the
new one is named. A call that has been adapted is not reported, nor one that never fitted. The
report stays until the last caller fits or the change is committed.

**Example.**

    def send(message, *, timeout):           # `timeout` is new and has no default
        …
    send("hello")                            # elsewhere: does not pass `timeout`

*instead:* give the new parameter a default, or change the callers named.

**How sure it is.** *error*: a call certainly fails. *warning*: it may, because a decorator may
change the signature, the receiver's type is inferred, or the call still binds but means something
else. Calls with `*args` that cannot be told are counted, not reported.

**When it is wrong.** Decorators that change signatures; classes built by metaclasses or base
classes (no contract is read there); callers that are dead code. Only Python.

**Silence it.** `# flames: ignore[broken-callers] reason` at the definition (or at the call, for a
finding there); `exclude` under `[rules.broken-callers]`; the baseline file.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer import git
from flames_indexer.checks.check import Check, Request
from flames_indexer.facts import DefinitionKind, FileFacts
from flames_indexer.impact import Change, Contract, Fit, Site, Sites, changes, fit
from flames_indexer.languages import language_of
from flames_indexer.model import Certainty, EdgeKind, Finding, RelatedPlace, Severity, Span
from flames_indexer.parse import parse

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

RULE = "broken-callers"

_ASK_EACH = 8  # paths; above, git is asked once which files changed at all
_KEEP_EARLIER = 32  # parsed old states: the open files' ones are asked for at every key
_SUBCLASS_DEPTH = 4  # how far down classes without a constructor of their own are followed


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What a change does to one use. `sure`: it certainly fails."""

    site: Site
    reason: str
    sure: bool


def run(request: Request) -> Iterator[Finding]:
    """One finding per changed contract, at its definition; at the call when that is in a file
    that was asked about and the definition is not."""
    sites = Sites(request.snapshot)
    for path in _changed_files(request):
        if request.cancelled():
            return
        state = _State.of(request, path)
        if state is None:
            continue
        found = changes((state.old_source, state.old), (state.source, state.facts))
        gone = sites.of_gone(path, state.old, [c.qualname for c in found if c.now is None])
        for change in found:
            uses = gone.get(change.qualname) or _uses(request.snapshot, sites, path, change)
            yield from _findings(request, state, change, uses)


@dataclass(frozen=True, slots=True)
class _State:
    """A file as it was agreed on, and as it is."""

    path: str
    old_source: bytes
    old: FileFacts
    source: bytes
    facts: FileFacts

    @staticmethod
    def of(request: Request, path: str) -> "_State | None":
        """None where nothing changed, or one of the two states is not there or does not parse:
        what a syntax error hides is not removed."""
        language = language_of(path)
        source, facts = request.snapshot.source(path), request.snapshot.facts(path)
        if language is None or source is None or facts is None:
            return None
        old_source = request.before(path)
        if old_source is None or old_source == source or len(facts.problems):
            return None
        known: dict[bytes, FileFacts] = request.snapshot.derived("earlier-facts", dict)
        old = known.get(old_source)
        if old is None:
            if len(known) >= _KEEP_EARLIER:
                known.clear()
            old = known[old_source] = parse(old_source, language)
        return _State(path, old_source, old, source, facts)


def _changed_files(request: Request) -> list[str]:
    """Files whose contract may differ: those asked about, and unsaved ones they may call."""
    paths = request.paths
    if len(paths) > _ASK_EACH:
        changed = git.changed_since(request.snapshot.index.root, request.changed_since or "HEAD")
        paths = paths if changed is None else paths.intersection(changed)
    return sorted(paths.union(request.snapshot.overlays()))


def _uses(snapshot: "Snapshot", sites: Sites, path: str, change: Change) -> list[Site]:
    if change.now is None:
        return []
    identity = f"{path}::{change.qualname}"
    targets = [identity]
    if change.before.is_class:
        targets = [*_inheriting(snapshot, identity, _SUBCLASS_DEPTH), f"{identity}.__init__"]
    elif change.qualname.endswith(".__init__"):
        targets.append(identity.removesuffix(".__init__"))
    return [site for target in targets for site in sites.of(target)]


def _inheriting(snapshot: "Snapshot", identity: str, depth: int) -> Iterator[str]:
    """The class, and its subclasses that are constructed as it is."""
    yield identity
    if depth:
        for edge in snapshot.edges_to(identity, (EdgeKind.INHERIT,)):
            has_own = any(snapshot.symbol(f"{edge.source}.{n}") for n in ("__init__", "__new__"))
            if edge.certainty <= Certainty.INFERRED and not has_own:
                yield from _inheriting(snapshot, edge.source, depth - 1)


def _findings(
    request: Request, state: _State, change: Change, uses: Iterable[Site]
) -> Iterator[Finding]:
    verdicts = [v for site in uses if (v := _verdict(request, change, site)) is not None]
    broken = [v for v in verdicts if v.reason]
    if not broken:
        return
    if state.path in request.paths:
        yield _at_definition(state, change, broken, len(verdicts) - len(broken))
        return
    for verdict in broken:
        if verdict.site.span.path in request.paths:
            yield _at_call(state, change, verdict)


def _verdict(request: Request, change: Change, site: Site) -> _Verdict | None:
    """None: the use is fine. An empty reason: nobody can tell."""
    if change.now is None:
        word = "imports" if site.kind is EdgeKind.IMPORT else "uses"
        return _Verdict(site, f"{word} the old name", site.certainty is Certainty.RESOLVED)
    before, now = change.before, change.now
    if before.is_property != now.is_property:
        reason = _as_property(now, site)
        return _Verdict(site, reason, False) if reason else None
    if site.shape is None:
        return None if site.kind is EdgeKind.IMPORT else _Verdict(site, "", False)
    was, is_now = fit(before, site.shape), fit(now, site.shape)
    if was.fit is Fit.BREAKS:
        return None
    if is_now.fit is Fit.BREAKS:
        sure = before.certain and now.certain and site.certainty is Certainty.RESOLVED
        return _Verdict(site, is_now.reason, sure)
    moved = _moved(was.names, is_now.names, now)
    if moved:
        return None if _is_new(request, site) else _Verdict(site, moved, False)
    if before.is_async != now.is_async:
        return None if _is_new(request, site) else _awaiting(now, site)
    return _Verdict(site, "", False) if is_now.fit is Fit.UNKNOWN else None


def _is_new(request: Request, site: Site) -> bool:
    """Whether the call is not written like this in the old text of its file: it was adapted."""
    span = site.call
    old, now = request.before(span.path), request.snapshot.source(span.path)
    return old is not None and now is not None and now[span.start : span.end] not in old


def _as_property(now: Contract, site: Site) -> str:
    if now.is_property and site.shape is not None:
        return "calls it, and it is a property now"
    if not now.is_property and site.shape is None:
        return "does not call it, and it is a method now"
    return ""


def _moved(was: tuple[str, ...], names: tuple[str, ...], now: Contract) -> str:
    """A positional argument that reaches another parameter, while its own is still there."""
    known = {parameter.name for way in now.ways for parameter in way}
    for old, new in zip(was, names, strict=False):
        if old != new and old in known:
            return f"passes `{old}` by position, which reaches `{new}` now"
    return ""


def _awaiting(now: Contract, site: Site) -> _Verdict | None:
    shape = site.shape
    if shape is None or shape.awaited == now.is_async:
        return None
    if shape.kept:
        return _Verdict(site, "", False)
    reason = "does not await it" if now.is_async else "awaits it, and it is not async any more"
    return _Verdict(site, reason, False)


def _at_definition(state: _State, change: Change, broken: list[_Verdict], untold: int) -> Finding:
    files = len({verdict.site.span.path for verdict in broken})
    places = _counted(len(broken), "use" if change.now is None else "call")
    verb = "break" if any(v.sure for v in broken) else "may break"
    verb += "s" if len(broken) == 1 and verb == "break" else ""
    evidence = [
        f"{_counted(count, 'place')}: {reason}"
        for reason, count in Counter(v.reason for v in broken).most_common(3)
    ]
    if untold:
        evidence.append(f"{_counted(untold, 'more use')} cannot be told")
    return Finding(
        rule=RULE,
        span=_span(state, change),
        severity=Severity.ERROR if any(v.sure for v in broken) else Severity.WARNING,
        certainty=min(v.site.certainty for v in broken),
        message=f"`{change.qualname}` {change.describe()}: {places} in {_counted(files, 'file')}"
        f" {verb}.",
        score=1.0 if any(v.sure for v in broken) else 0.7,
        evidence=tuple(evidence),
        related=tuple(
            RelatedPlace(v.site.span, v.site.symbol, ("" if v.sure else "may break: ") + v.reason)
            for v in sorted(broken, key=lambda v: (not v.sure, v.site.span))
        ),
        fingerprint=_fingerprint(change),
    )


def _at_call(state: _State, change: Change, verdict: _Verdict) -> Finding:
    site = verdict.site
    hedge = "" if verdict.sure else " This may break."
    return Finding(
        rule=RULE,
        span=site.span,
        severity=Severity.ERROR if verdict.sure else Severity.WARNING,
        certainty=site.certainty,
        message=f"This {verdict.reason}: `{change.qualname}` in {state.path}"
        f" {change.describe()}.{hedge}",
        score=1.0 if verdict.sure else 0.7,
        evidence=(),
        related=(
            RelatedPlace(
                _span(state, change), f"{state.path}::{change.qualname}", "what was changed"
            ),
        ),
        fingerprint=_fingerprint(change, site.symbol),
    )


def _span(state: _State, change: Change) -> Span:
    """The name of what changed or of what it stood in; the first line for a module."""
    table = state.facts.definitions
    if change.row and table.kind[change.row] != DefinitionKind.MODULE:
        return Span(state.path, table.name_start[change.row], table.name_end[change.row])
    end = state.source.find(b"\n")
    return Span(state.path, 0, len(state.source) if end < 0 else end)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _fingerprint(change: Change, where: str = "") -> str:
    text = "\0".join((RULE, change.qualname, change.describe(), where))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


CHECK = Check(
    rule=RULE,
    stage="warning",
    summary="A function, method or class is called in a way it can no longer be called.",
    explanation=__doc__ or "",
    run=run,
)
