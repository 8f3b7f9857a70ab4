"""The report: what changed, who depends on it, what breaks, and what is not known of that."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.impact import Asked, Gone, Level, Verdict, gone_files
from flames_indexer.model import Coverage, Symbol
from flames_indexer.neighbours import seeds_of
from flames_indexer.report.reach import Crossed, Reach, crossed, reach
from flames_indexer.report.touched import How, Touched, lost_uses, touched_in

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_CARRIED = (How.CONTRACT, How.BODY, How.ASKED)  # what can make others behave in another way


@dataclass(frozen=True, slots=True)
class Report:
    """`files` are the changed ones that were read; `unread` those that Flames does not read."""

    touched: tuple[Touched, ...]
    gone: tuple[Gone, ...]
    files: tuple[str, ...]
    unread: tuple[str, ...]
    reach: Reach
    crossed: Crossed
    unresolved: tuple[tuple[str, int], ...]  # name of what changed, and calls of nobody knows what
    coverage: Coverage

    def verdicts(self) -> Iterator[tuple[str, Verdict]]:
        """Uses that are not fine, each with the name of what changed."""
        for one in self.touched:
            yield from ((one.symbol, verdict) for verdict in one.verdicts)
        for file in self.gone:
            yield from ((file.path, verdict) for verdict in file.verdicts)

    def broken(self) -> list[tuple[str, Verdict]]:
        """Of those, the ones that break or may break, worst first."""
        found = [row for row in self.verdicts() if row[1].level > Level.UNKNOWN]
        return sorted(found, key=lambda row: (-row[1].level, row[1].site.span))

    def untold(self) -> Counter[str]:
        """Of those, how many nobody can judge, by the reason."""
        return Counter(v.reason for _, v in self.verdicts() if v.level is Level.UNKNOWN)


def report_of_change(
    snapshot: "Snapshot",
    changed: Collection[str],
    before: Callable[[str], bytes | None],
    depth: int,
) -> Report:
    """What the changed files mean for the others. `before` gives their former texts."""
    asked = Asked(snapshot, before)
    files = [path for path in sorted(changed) if asked.now(path) or asked.old(path)]
    unread = tuple(sorted({*changed} - {*files}))
    found = [one for path in files for one in touched_in(asked, path)]
    gone = tuple(gone_files(asked, files))
    return _report(asked, found, gone, files, unread, depth)


def report_of_symbol(
    snapshot: "Snapshot", symbol: Symbol, before: Callable[[str], bytes | None], depth: int
) -> Report:
    """What a change of one symbol would mean, and does if it has changed."""

    def agreed(path: str) -> bytes | None:  # a file that was not there has changed nothing
        source = before(path)
        return snapshot.source(path) if source is None else source

    asked = Asked(snapshot, agreed)
    wanted = set(seeds_of(snapshot, symbol))
    found = [one for one in touched_in(asked, symbol.path) if one.symbol in wanted]
    changed = {one.symbol for one in found if one.how in _CARRIED}
    if symbol.id not in changed:
        found = [Touched(symbol.id, How.ASKED, symbol.name_span), *found]
    seeds = sorted(changed | wanted)
    return _report(asked, found, (), [symbol.path], (), depth, seeds)


def _report(
    asked: Asked,
    found: list[Touched],
    gone: tuple[Gone, ...],
    files: list[str],
    unread: tuple[str, ...],
    depth: int,
    seeds: list[str] | None = None,
) -> Report:
    snapshot = asked.snapshot
    carried = seeds or [one.symbol for one in found if one.how in _CARRIED]
    lost = lost_uses(found, gone)
    reached = reach(snapshot, [*carried, *lost], depth, lost)
    symbols = (symbol for symbol in carried if "::" in symbol)
    names = {symbol.rpartition("::")[2].rpartition(".")[2] for symbol in symbols}
    unresolved = ((name, len(snapshot.graph.unknown_calls(name))) for name in sorted(names))
    there = [path for path in files if snapshot.exists(path)]
    return Report(
        tuple(found),
        gone,
        tuple(files),
        unread,
        reached,
        crossed(snapshot, there, reached, asked.before),
        tuple((name, count) for name, count in unresolved if count),
        snapshot.coverage(),
    )
