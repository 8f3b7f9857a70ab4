"""What has happened to a file's contracts, and to everybody who relied on them."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.impact.asked import Asked
from flames_indexer.impact.changes import Change, State, changes
from flames_indexer.impact.conventions import Conventions, conventions_of
from flames_indexer.impact.demands import demands, is_inherited, unmet
from flames_indexer.impact.earlier import Earlier
from flames_indexer.impact.moves import moved_to
from flames_indexer.impact.raising import reraised, uncaught
from flames_indexer.impact.sites import Site
from flames_indexer.impact.variables import lost_variables
from flames_indexer.impact.verdicts import Judge, Level, Verdict
from flames_indexer.model import Certainty, EdgeKind

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_SUBCLASS_DEPTH = 4  # how far down classes without a constructor of their own are followed


@dataclass(frozen=True, slots=True)
class Impact:
    """A change, and the uses that are not fine with it."""

    change: Change
    verdicts: tuple[Verdict, ...]

    @property
    def broken(self) -> list[Verdict]:
        """The uses that break or may break."""
        return [verdict for verdict in self.verdicts if verdict.level > Level.UNKNOWN]


def impacts(asked: Asked, path: str, old: State, new: State) -> Iterator[Impact]:
    """What changed in a file that is still there, in the order of the old definitions."""
    conventions = conventions_of(old.facts.language)
    if conventions is None:
        return
    for change in demands(old, new, conventions):
        lacking = unmet(asked, path, old, change, conventions.checks_abstract)
        yield Impact(change, tuple(lacking))
    for change in reraised(old, new, conventions):
        yield Impact(change, tuple(uncaught(asked, path, change)))
    found = [change for change in changes(old, new) if not _is_still_there(asked, path, change)]
    variables = lost_variables(old, new, conventions)
    if not found and not variables.changes:
        return
    found += variables.changes
    rebound = [change for change in found if change.rebinds]
    names = [change.qualname for change in variables.changes]
    with closing(Earlier(asked.snapshot, asked.sites, path, variables.old, names)) as earlier:
        lost = earlier.uses({c.qualname: c.renamed for c in rebound}) if rebound else {}
    judge = Judge(asked, path, conventions)
    for change in found:
        asked.go_on()
        moved = change
        if change.now is None and not change.renamed and not change.hidden:
            moved = moved_to(asked, path, variables.old, change)
        uses = [*lost.get(change.qualname, ()), *_uses(asked, path, change, conventions)]
        verdicts = _judged(asked, judge, change, _each_once(uses))
        yield Impact(moved, tuple(verdicts))


def _judged(asked: Asked, judge: Judge, change: Change, uses: list[Site]) -> Iterator[Verdict]:
    for site in uses:
        asked.go_on()
        if verdict := judge.verdict(change, site):
            yield verdict


def _is_still_there(asked: Asked, path: str, change: Change) -> bool:
    """Whether a member that a class has no more comes from a class above."""
    if change.now is not None:
        return False
    if change.is_data:
        return is_inherited(asked.snapshot, path, change)
    return bool(asked.sites.inherited(f"{path}::{change.qualname}"))


def _each_once(sites: list[Site]) -> list[Site]:
    return list({site.span: site for site in reversed(sites)}.values())[::-1]


def _uses(asked: Asked, path: str, change: Change, conventions: Conventions) -> Iterator[Site]:
    if change.now is None:
        return
    identity = f"{path}::{change.qualname}"
    targets = [identity]
    owner, _, last = change.qualname.rpartition(".")
    if change.before.is_type:
        built = _inheriting(asked.snapshot, identity, conventions, _SUBCLASS_DEPTH)
        targets = [*built, *(f"{identity}.{name}" for name in conventions.constructors)]
    elif last in conventions.constructors:
        targets.append(f"{path}::{owner}")
    for target in targets:
        yield from asked.sites.of(target)
    yield from asked.sites.overridden(identity)


def _inheriting(
    snapshot: "Snapshot", identity: str, conventions: Conventions, depth: int
) -> Iterator[str]:
    """The class, and its subclasses that are constructed as it is."""
    yield identity
    if depth:
        for edge in snapshot.edges_to(identity, (EdgeKind.INHERIT,)):
            own = (f"{edge.source}.{name}" for name in conventions.constructors)
            if edge.certainty <= Certainty.INFERRED and not any(map(snapshot.symbol, own)):
                yield from _inheriting(snapshot, edge.source, conventions, depth - 1)
