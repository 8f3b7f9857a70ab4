"""The report for a terminal: what changed, what breaks, who depends on it, where they stand."""

from collections.abc import Iterator

from flames_indexer.cli.impacts import Told, rings, summary, unknown
from flames_indexer.cli.lines import Lines
from flames_indexer.cli.output import Column, faint, plural, strong, styled, table
from flames_indexer.impact import Level
from flames_indexer.neighbours import Near
from flames_indexer.report import How, Report

_COLOURS = {How.CONTRACT: "yellow", How.REMOVED: "red", How.BODY: "cyan"}
_SHOWN = 15  # rows of a group at a distance; --format json has all
_SHOWN_STOPS = 12


def render(told: Told) -> Iterator[str]:
    lines, report = told.lines, told.report
    yield strong(f"{told.title}: {summary(report)}")
    yield from _changed(lines, report)
    yield from _broken(lines, report)
    for ring in rings(report.reach.near):
        yield f"{strong(ring.title)} {faint(f'({len(ring.near):,})')}"
        yield from _users(lines, ring.near[:_SHOWN])
        yield from _more(len(ring.near))
    yield from _tests(told)
    yield from _places(lines, report)
    if gaps := unknown(told):
        yield faint(f"Not covered: {', '.join(gaps)}.")


def _changed(lines: Lines, report: Report) -> Iterator[str]:
    rows = [one for one in report.touched if one.how is not How.ASKED]
    if rows or report.gone:
        yield strong("Changed")
    for one in rows:
        place = f"{one.span.path}:{lines.first(one.span)}"
        name = one.symbol.rpartition("::")[2]
        how = styled(one.how.value, fg=_COLOURS.get(one.how, "white"))
        said = f": {one.said}" if one.said else ""
        yield f"  {place}  {name}  {how}{said}"
    for gone in report.gone:
        moved = f", moved to {gone.now}" if gone.now else ""
        yield f"  {gone.path}  {styled('gone', fg='red')}{moved}"


def _broken(lines: Lines, report: Report) -> Iterator[str]:
    broken = report.broken()
    if not broken:
        return
    yield f"{strong('Broken')} {faint(f'({len(broken):,})')}"
    for name, verdict in broken[: 2 * _SHOWN]:
        site = verdict.site
        hedge = "" if verdict.level is Level.BREAKS else "may break: "
        where = f"{site.span.path}:{lines.first(site.span)}"
        user = site.symbol.rpartition("::")[2]
        yield f"  {where}  {user}  {hedge}{verdict.reason} {faint(f'({name})')}"
    yield from _more(len(broken), 2 * _SHOWN)


def _users(lines: Lines, few: list[Near]) -> list[str]:
    return table(
        [
            Column([f"{one.edge.span.path}:{lines.first(one.edge.span)}" for one in few]),
            Column([one.symbol.rpartition("::")[2] for one in few], style={"bold": True}),
            Column([faint(f"→ {one.through.rpartition('::')[2]}") for one in few]),
        ]
    )


def _tests(told: Told) -> Iterator[str]:
    if told.tests is not None and told.tests.tests:
        tests = told.tests.tests[:_SHOWN]
        yield f"{strong('Tests to run first')} {faint('(flames tests --format ids)')}"
        yield from table(
            [
                Column([test.run for test in tests], style={"bold": True}),
                Column([faint(", ".join(test.reasons)) for test in tests]),
            ]
        )
        yield from _more(len(told.tests.tests) + told.tests.more)
    for finding in told.forgotten:
        yield f"{styled('Forgotten?', fg='yellow')} {finding.span.path}: {finding.message}"


def _places(lines: Lines, report: Report) -> Iterator[str]:
    way = report.crossed
    if len(way.stops) > 1:
        yield strong(
            f"Layers crossed {faint(f'(0 imports nothing, {way.highest} is the highest)')}"
        )
        shown = way.stops[:_SHOWN_STOPS]
        steps = ["changed" if s.depth == 0 else plural(s.depth, "step") for s in shown]
        yield from table(
            [
                Column([f"layer {stop.layer}" for stop in shown]),
                Column([f"{stop.folder}/" for stop in shown], style={"bold": True}),
                Column([plural(stop.files, "file") for stop in shown], right=True),
                Column([faint(step) for step in steps]),
            ]
        )
        yield from _more(len(way.stops), _SHOWN_STOPS)
    for edge in way.back:
        place = f"{edge.span.path}:{lines.first(edge.span)}"
        yield f"{styled('Against the layers', fg='red')}: {place} now imports {edge.target}"


def _more(size: int, shown: int = _SHOWN) -> list[str]:
    return [faint(f"  … and {size - shown:,} more")] if size > shown else []
