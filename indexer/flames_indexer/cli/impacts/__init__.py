"""What `flames impact` found, in the formats that people, programs and viewers read."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from flames_indexer.cli.output import plural
from flames_indexer.impact import Level
from flames_indexer.neighbours import Group, Near
from flames_indexer.report import How, Report

if TYPE_CHECKING:
    from flames_indexer.cli.lines import Lines
    from flames_indexer.cli.opened import Opened
    from flames_indexer.impact import Verdict
    from flames_indexer.model import Finding
    from flames_indexer.selection import Selection

_WORDS = {
    How.CONTRACT: "contract",
    How.BODY: "body",
}
_ESCAPED = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>|"})
_MANY = {How.BODY: "bodies"}


@dataclass(frozen=True, slots=True)
class Told:
    """All that there is to tell. Pictures tell of the report only: `tests` is None for them.
    `forgotten`: findings of files that usually change too."""

    asked: "Opened"
    lines: "Lines"
    title: str
    report: Report
    tests: "Selection | None" = None
    forgotten: "tuple[Finding, ...]" = ()


def rendered(told: Told, form: str) -> Iterable[str]:
    """Lines for stdout in one of the formats of `flames impact`."""
    from importlib import import_module

    module = import_module(f"flames_indexer.cli.impacts.{form}")
    found: Iterable[str] = module.render(told)
    return found


class Ring(NamedTuple):
    """The dependents of one group at one distance."""

    depth: int
    group: Group
    near: list[Near]

    @property
    def title(self) -> str:
        """`Callers`, `Callers, 2 steps away`."""
        return self.group.users + ("" if self.depth == 1 else f", {self.depth} steps away")


def rings(near: Iterable[Near]) -> Iterator[Ring]:
    """The dependents by distance and group, in their order."""
    for (depth, group), few in groupby(near, key=lambda one: (one.depth, one.group)):
        yield Ring(depth, group, list(few))


def summary(report: Report) -> str:
    """`2 contracts and 1 body changed in 2 files; 5 symbols in 3 files depend on them; …`."""
    found = Counter(one.how for one in report.touched)
    kinds = [
        plural(found[how], word, _MANY.get(how, "")) for how, word in _WORDS.items() if found[how]
    ]
    parts: list[str] = []
    if names := found[How.REMOVED]:
        parts.append(f"{plural(names, 'name')} {'is' if names == 1 else 'are'} gone")
    if kinds:
        *first, last = kinds
        listed = f"{', '.join(first)} and {last}" if first else last
        where = {one.span.path for one in report.touched if one.how in _WORDS}
        parts.append(f"{listed} changed in {plural(len(where), 'file')}")
    elif not found.keys() & {How.ASKED, How.ADDED, How.REMOVED}:
        parts.append("nothing changed that others could notice")
    if new := found[How.ADDED]:
        parts.append(f"{plural(new, 'symbol')} {'is' if new == 1 else 'are'} new")
    if report.gone:
        parts.append(f"{plural(len(report.gone), 'file')} gone that others import")
    near = len(report.reach.near)
    if near:
        where = plural(report.reach.files(), "file")
        parts.append(f"{plural(near, 'symbol')} in {where} depend{'s' if near == 1 else ''} on it")
    elif found[How.ASKED]:
        parts.append("nothing is known to depend on it")
    if broken := report.broken():
        parts.append(breaking(verdict for _, verdict in broken))
    return "; ".join(parts)


def breaking(verdicts: "Iterable[Verdict]") -> str:
    """`2 uses break, 1 may break`."""
    levels = Counter(verdict.level for verdict in verdicts)
    sure, perhaps = levels[Level.BREAKS], levels[Level.MAY_BREAK]
    said = [f"{plural(sure, 'use')} break{'s' if sure == 1 else ''}"] if sure else []
    said += (
        [f"{perhaps:,} may break" if sure else f"{plural(perhaps, 'use')} may break"]
        if perhaps
        else []
    )
    return ", ".join(said)


def unknown(told: Told) -> list[str]:
    """What the report does not cover, one phrase each."""
    report = told.report
    calls = [
        f"{plural(count, 'call')} of something named {name} whose callee nobody knows"
        for name, count in report.unresolved
    ]
    uses = [f"{plural(count, 'use')}: {reason}" for reason, count in report.untold().items()]
    unread = [f"{plural(len(report.unread), 'changed file')} not read"] if report.unread else []
    tests = told.tests.notes if told.tests is not None else ()
    return [*calls, *uses, *unread, *tests, *report.coverage.notes(), *told.asked.notes]


def in_markdown(text: str) -> str:
    """Words with `code` in them, so that no name of the repository is taken for markup."""
    pieces = " ".join(text.split()).split("`")
    if len(pieces) % 2 == 0:
        return text.translate(_ESCAPED)
    code = (piece.replace("|", "\\|") for piece in pieces[1::2])
    words = [piece.translate(_ESCAPED) for piece in pieces[::2]]
    return "".join(f"{word}`{piece}`" for word, piece in zip(words, code, strict=False)) + words[-1]
