"""The rules, and how they are run: guarded, timed, and silenced where the repository says so.

CHECKS is the whole list. A rule that fails is named in the result and takes nothing else with it.
Files that are tests, generated, vendored or examples are never reported in.
"""

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from flames_indexer import feedback, files, git
from flames_indexer.checks import (
    already_exists,
    broken_callers,
    forgotten_partner,
    parallel_logic,
    twin_edit,
)
from flames_indexer.checks.baseline import read_baseline, write_baseline
from flames_indexer.checks.check import Check, Request
from flames_indexer.checks.suppression import suppressed
from flames_indexer.config import Config, RuleConfig
from flames_indexer.errors import Cancelled, TargetError
from flames_indexer.history import History, history_of
from flames_indexer.model import Coverage, Finding, Role, Severity, Span
from flames_indexer.roles import role_of
from flames_indexer.trace import Trace

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

__all__ = ["CHECKS", "Check", "CheckResult", "read_baseline", "run_checks", "write_baseline"]

CHECKS: tuple[Check, ...] = (
    broken_callers.CHECK,
    forgotten_partner.CHECK,
    twin_edit.CHECK,
    already_exists.CHECK,
    parallel_logic.CHECK,
)
"""Cheapest first: what the first rules find is shown before the later ones are done."""

_HEAD = "HEAD"
_WRITTEN_HERE = (Role.SOURCE, Role.TEST, Role.EXAMPLE)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`failed`: rules that could not be run. `coverage`: what the findings do not cover."""

    findings: tuple[Finding, ...]
    failed: tuple[str, ...]
    coverage: Coverage


def run_checks(
    snapshot: "Snapshot",
    paths: Iterable[str],
    config: Config,
    *,
    trace: Trace,
    changed_since: str | None = None,
    baseline: bool = True,
    before: Callable[[str], bytes | None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    rules: Collection[str] | None = None,
    history: Callable[[], History | None] | None = None,
    new_code: bool = False,
) -> CheckResult:
    """What the rules find in `paths`, ordered by place.

    `changed_since`: a git ref; only what differs from it is looked at. `before` gives the text a
    path had when the contract was last agreed on; without it that is at `changed_since` or HEAD.
    `baseline`: leave out what is accepted in the repository or dismissed by the user, and only
    hint by rules of which they dismissed a lot here. Once `cancelled` answers True the rest is
    left out. `new_code`: copies are looked for only in functions that are new or changed, as with
    `changed_since`, as far as git can tell. `rules`: only these. `history`: which files change
    together; without it git is asked.
    Raises TargetError for a `changed_since` that git does not know.
    """
    by_role = {path: _role(snapshot, path) for path in paths}
    every = frozenset(path for path, role in by_role.items() if role in _WRITTEN_HERE)
    ours = frozenset(path for path in every if by_role[path] is Role.SOURCE)
    if changed_since is not None and before is None:
        ours &= _changed(snapshot, changed_since)
    said = _dismissed(snapshot) if baseline else {}
    accepted = _accepted(snapshot, config).union(said) if baseline else frozenset[str]()
    unwelcome = feedback.unwelcome(said.values())
    differing = _differing(snapshot, changed_since or _HEAD)
    before = before or _committed(snapshot, changed_since or _HEAD, differing)
    history = history or _history(snapshot, config)
    only_new = changed_since is not None or (new_code and differing() is not None)
    found: list[Finding] = []
    failed: list[str] = []
    for check in CHECKS:
        rule = config.rules.get(check.rule, RuleConfig(check.stage))
        if rule.stage == "off" or cancelled() or (rules is not None and check.rule not in rules):
            continue
        wanted = _included(every if check.reaches else ours, rule)
        request = Request(
            snapshot, wanted, rule, changed_since, cancelled, before, differing, history, only_new
        )
        try:
            findings = _run(check, request, accepted, trace)
            found += map(_quieter, findings) if check.rule in unwelcome else findings
        except Cancelled:  # in the middle of a rule
            break
        except Exception:  # one check
            _log.exception("rule %s failed", check.rule)
            failed.append(check.rule)
    found.sort(key=lambda finding: (finding.span, finding.rule, finding.message))
    return CheckResult(tuple(found), tuple(failed), snapshot.coverage())


def _accepted(snapshot: "Snapshot", config: Config) -> frozenset[str]:
    return read_baseline(snapshot.index.root / config.checks.baseline)


def _dismissed(snapshot: "Snapshot") -> dict[str, feedback.Said]:
    root = snapshot.index.root
    return feedback.dismissed(snapshot.derived("feedback", lambda: feedback.feedback_file(root)))


def _quieter(finding: Finding) -> Finding:
    """A hint instead of a warning; what is an error stays one."""
    return (
        finding if finding.severity is Severity.ERROR else replace(finding, severity=Severity.HINT)
    )


def _changed(snapshot: "Snapshot", ref: str) -> frozenset[str]:
    """Paths that differ from `ref`, and unsaved ones."""
    changed = git.changed_since(snapshot.index.root, ref)
    if changed is None:
        raise TargetError(
            f"{ref!r} is no commit, branch or tag here, or this is no git repository."
            " Name one with --changed-since."
        )
    return frozenset(changed).union(snapshot.overlays())


def _role(snapshot: "Snapshot", path: str) -> Role:
    return snapshot.roles().get(path) or role_of(path, generated=False)


def _run(check: Check, request: Request, accepted: frozenset[str], trace: Trace) -> list[Finding]:
    with trace.record(f"check.{check.rule}", files=len(request.paths)) as record:
        found = [
            finding
            for finding in check.run(request)
            if finding.fingerprint not in accepted and not _silenced(check, finding, request)
        ]
        record.count(findings=len(found))
    if request.rule.stage == "observe":
        return []
    loudest = Severity.HINT if request.rule.stage == "hint" else Severity.ERROR
    return [replace(f, severity=min(f.severity, loudest)) for f in found]


def _silenced(check: Check, finding: Finding, request: Request) -> bool:
    if finding.span.path not in request.paths:
        return True
    others = [place.span for place in finding.related] if check.mutual else []
    return any(_is_ignored(finding.rule, span, request) for span in (finding.span, *others))


def _is_ignored(rule: str, span: Span, request: Request) -> bool:
    source = request.snapshot.source(span.path)
    facts = request.snapshot.facts(span.path)
    return source is not None and suppressed(rule, span, source, facts)


def _included(paths: frozenset[str], rule: RuleConfig) -> frozenset[str]:
    if not rule.exclude:
        return paths
    excluded = files.matcher(rule.exclude)
    return frozenset(path for path in paths if not excluded(path))


def _differing(snapshot: "Snapshot", ref: str) -> Callable[[], Collection[str] | None]:
    def paths() -> Collection[str] | None:
        return git.changed_since(snapshot.index.root, ref)

    return lambda: snapshot.derived(f"differs from {ref}", paths)


def _history(snapshot: "Snapshot", config: Config) -> Callable[[], History | None]:
    def read() -> History | None:
        return history_of(snapshot.index.root, config.cache_dir)

    return lambda: snapshot.derived("history", read)


def _committed(
    snapshot: "Snapshot", ref: str, differing: Callable[[], Collection[str] | None]
) -> Callable[[str], bytes | None]:
    @cache
    def text(path: str) -> bytes | None:
        return git.show(snapshot.index.root, path, ref) if differing() is not None else None

    return text
