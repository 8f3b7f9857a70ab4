"""What a rule is: how it introduces itself, what it is asked, what it answers."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.config import RuleConfig
from flames_indexer.model import Finding

if TYPE_CHECKING:
    from flames_indexer.history import History
    from flames_indexer.index import Snapshot


@dataclass(frozen=True, slots=True)
class Request:
    """One question to one rule."""

    snapshot: "Snapshot"
    paths: frozenset[str]  # findings are wanted in these files, all of them source
    rule: RuleConfig
    changed_since: str | None  # git ref: only what differs from it; None: everything
    cancelled: Callable[[], bool]  # asked between functions; True: stop early with what there is
    before: Callable[[str], bytes | None]  # a path's text at `changed_since`, else at git HEAD
    changed: Callable[[], Collection[str] | None]
    """Paths that are not what they were then, or are not there any more; None: git cannot tell.
    Asked of git once an index, so it may name some that were committed since."""
    history: Callable[[], "History | None"]  # None: there is none, or it is still being read
    only_new: bool = False  # copies are wanted only in functions that `before` does not have so


@dataclass(frozen=True, slots=True)
class Check:
    """One rule. `stage` is how loud it is until a repository says otherwise."""

    rule: str
    stage: str  # observe | hint | warning
    summary: str  # one sentence
    explanation: str  # the manual page
    run: Callable[[Request], Iterable[Finding]]
    reaches: bool = False  # what has changed is also told in files that have not, and of tests
    mutual: bool = False  # of two places that are alike: a comment at either one silences it
