"""A file is changed, and one that nearly always changes with it is not.

**Why it matters.** What belongs together without a call between the two (a model and its migration
rules, both halves of a protocol, code and its test) is known to those who changed it before, and
to the commits.

**What is reported.** A saved source file that differs from the last commit (or from
`--changed-since`), and a source or test file that does not, though it changed in most of its last
changes and the other way round. The latest and the smallest commits count most; merges and commits
of more than 30 files do not count; renamed files keep their past; a file that changes all the time,
with whatever, is nobody's partner. Of a change of several files all must have the partner. At most
two partners; nothing is said of a change of more than ten files, nor of a file with less than four
changes. Never more than a hint. The report goes away when the partner changes too or the change is
committed.

**Example.**

    $ git diff --name-only
    shop/wire/encode.py

*said:* In 9 of the last 11 changes of this file, `shop/wire/decode.py` changed too; it is
untouched.

**When it is wrong.** Habits of the past: a file that was rewritten step by step together with
another one, and is done. A change that only touches wording. Lock files, documentation and
changelogs are never named: partners are source files and tests. When one file of a commit is left
out, what is said of the rest is right three times in four (seven repositories that it was not tuned
on: 52 to 89 of 100), and something is said of 0 to 6 of 100 commits as they are.

**Silence it.** `# flames: ignore[forgotten-partner] reason` in the first changed line; `exclude`
and `min_strength` under `[rules.forgotten-partner]`; `stage = "off"`.
"""

import hashlib
from collections.abc import Collection, Iterator

from flames_indexer import git
from flames_indexer.checks.check import Check, Request
from flames_indexer.history import MOST_CHANGED, MOST_COMMITS, History, Partner, partners
from flames_indexer.model import Certainty, Finding, RelatedPlace, Role, Severity, Span
from flames_indexer.roles import role_of

RULE = "forgotten-partner"

_MOST = 2  # partners; the third is a guess
_SHOWN_COMMITS = 3
_COUNTED = (Role.SOURCE, Role.TEST)


def run(request: Request) -> Iterator[Finding]:
    """At most `_MOST`, each at the first changed line of the file that says most about it."""
    for partner in forgotten(request):
        if partner.changed in request.paths:
            yield _finding(request, partner)


def forgotten(request: Request) -> list[Partner]:
    """The partners of the whole change that it leaves alone, the strongest first."""
    saved = frozenset(request.changed() or ())
    touched = _touched(request, saved)
    sources = [path for path in touched if path in saved and _role(request, path) is Role.SOURCE]
    if not sources or len(touched) > MOST_CHANGED:
        return []
    history = request.history()
    if history is None or request.cancelled():
        return []
    own = _own_commits(request, history)
    found = partners(history, touched, lambda path: _counts(request, path), sources, own)
    least = request.rule.thresholds["min_strength"]
    return [partner for partner in found if partner.strength >= least][:_MOST]


def _touched(request: Request, saved: Collection[str]) -> list[str]:
    """The files that are not what they were, unsaved ones among them."""
    asked = {path for path in (*saved, *request.snapshot.overlays()) if _counts(request, path)}
    if len(asked) > MOST_CHANGED + len(request.snapshot.overlays()):
        return []
    return sorted(path for path in asked if request.before(path) != request.snapshot.source(path))


def _counts(request: Request, path: str) -> bool:
    return request.snapshot.exists(path) and _role(request, path) in _COUNTED


def _role(request: Request, path: str) -> Role:
    return request.snapshot.roles().get(path) or role_of(path, generated=False)


def _own_commits(request: Request, history: History) -> Collection[int]:
    """Those that the change consists of, if some of it is committed."""
    if request.changed_since is None:
        return ()
    base = git.commit_of(request.snapshot.index.root, request.changed_since)
    own = git.log(request.snapshot.index.root, "HEAD", MOST_COMMITS, but_of=base or "")
    return history.numbers([commit.id for commit in own or ()])


def _finding(request: Request, partner: Partner) -> Finding:
    return Finding(
        rule=RULE,
        span=_first_change(request, partner.changed),
        severity=Severity.HINT,
        certainty=Certainty.POSSIBLE,
        message=f"In {partner.shared} of the last {partner.of} changes of this file,"
        f" `{partner.path}` changed too; it is untouched.",
        score=round(min(1.0, partner.strength), 3),
        evidence=tuple(_commits(request, partner)),
        related=(RelatedPlace(Span(partner.path, 0, 0), partner.path, "untouched"),),
        fingerprint=_fingerprint(partner.changed, partner.path),
    )


def _first_change(request: Request, path: str) -> Span:
    """The first line that differs; the first of all where the file is new."""
    now = request.snapshot.source(path) or b""
    start = 0
    for old, new in zip((request.before(path) or b"").splitlines(True), now.splitlines(True)):  # noqa: B905
        if old != new:
            break
        start += len(new)
    start = min(start, max(0, now.rstrip(b"\n").rfind(b"\n") + 1))
    end = now.find(b"\n", start)
    return Span(path, start, len(now) if end < 0 else end)


def _commits(request: Request, partner: Partner) -> Iterator[str]:
    """The latest commits that changed both, as `1a2b3c4d5 subject`."""
    latest, root = partner.commits[:_SHOWN_COMMITS], request.snapshot.index.root
    subjects = request.snapshot.derived(
        f"subjects {latest}", lambda: git.subjects(root, latest) or [""] * len(latest)
    )
    for commit, subject in zip(latest, subjects, strict=False):
        yield f"both changed in {commit[:9]} {subject}".rstrip()


def _fingerprint(*paths: str) -> str:
    return hashlib.blake2b("\0".join((RULE, *paths)).encode(), digest_size=16).hexdigest()


CHECK = Check(
    rule=RULE,
    stage="hint",
    summary="A file is changed, and one that nearly always changes with it is not.",
    explanation=__doc__ or "",
    run=run,
)
