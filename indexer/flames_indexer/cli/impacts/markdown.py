"""The report as a comment of a pull request: short above, the rest folded away."""

from collections.abc import Iterator

from flames_indexer.cli.impacts import Ring, Told, in_markdown, rings, summary, unknown
from flames_indexer.cli.impacts.mermaid import diagram
from flames_indexer.cli.lines import Lines
from flames_indexer.cli.output import plural
from flames_indexer.impact import Level
from flames_indexer.report import How, Report, picture

_SHOWN = 30  # rows of a table; a comment may have 65,536 characters
_DRAWN = 40


def render(told: Told) -> Iterator[str]:
    lines, report = told.lines, told.report
    yield f"## Impact: {in_markdown(told.title)}"
    yield ""
    yield f"{in_markdown(summary(report))}."
    yield from _broken(lines, report)
    yield from _changed(lines, report)
    yield from _tests(told)
    yield from _dependents(lines, report)
    yield from _layers(lines, report)
    shown = picture(report, _DRAWN)
    if shown.uses:
        yield from ("", "<details><summary>Picture</summary>", "", "```mermaid")
        yield from diagram(shown)
        yield from ("```", "", "</details>")
    if gaps := unknown(told):
        yield from ("", f"<sub>Not covered: {in_markdown(', '.join(gaps))}.</sub>")


def _broken(lines: Lines, report: Report) -> Iterator[str]:
    broken = report.broken()
    if not broken:
        return
    yield from ("", "### Broken", "", "| where | what | why |", "|---|---|---|")
    for name, verdict in broken[:_SHOWN]:
        site = verdict.site
        hedge = "" if verdict.level is Level.BREAKS else "may break: "
        why = in_markdown(f"{hedge}{verdict.reason}")
        yield f"| `{site.span.path}:{lines.first(site.span)}` | {_code(name)} | {why} |"
    yield from _more(len(broken))


def _changed(lines: Lines, report: Report) -> Iterator[str]:
    rows = [one for one in report.touched if one.how is not How.ASKED]
    if not rows and not report.gone:
        return
    yield from ("", "### Changed", "", "| | what | where |", "|---|---|---|")
    for one in rows[:_SHOWN]:
        said = f" {in_markdown(one.said)}" if one.said else ""
        place = f"`{one.span.path}:{lines.first(one.span)}`"
        yield f"| {one.how.value} | {_code(one.symbol)}{said} | {place} |"
    for gone in report.gone:
        moved = f" moved to `{gone.now}`" if gone.now else ""
        yield f"| gone | `{gone.path}`{moved} | |"
    yield from _more(len(rows))


def _tests(told: Told) -> Iterator[str]:
    for finding in told.forgotten:
        yield from ("", f"**Forgotten?** `{finding.span.path}`: {in_markdown(finding.message)}")
    if told.tests is None or not told.tests.tests:
        return
    yield from ("", "### Tests to run first", "", "| test | why |", "|---|---|")
    for test in told.tests.tests[:_SHOWN]:
        yield f"| `{test.run}` | {in_markdown(', '.join(test.reasons))} |"
    yield from _more(len(told.tests.tests))


def _dependents(lines: Lines, report: Report) -> Iterator[str]:
    if not report.reach.near:
        return
    yield from ("", "### Depends on it", "")
    for ring in rings(report.reach.near):
        yield from _ring(lines, ring)


def _ring(lines: Lines, ring: Ring) -> Iterator[str]:
    files = len({one.edge.span.path for one in ring.near})
    head = f"{ring.title}: {len(ring.near):,} in {plural(files, 'file')}"
    yield f"<details><summary>{head}</summary>"
    yield ""
    for one in ring.near[:_SHOWN]:
        yield f"- {_code(one.symbol)} `{one.edge.span.path}:{lines.first(one.edge.span)}`"
    yield from _more(len(ring.near))
    yield from ("", "</details>", "")


def _layers(lines: Lines, report: Report) -> Iterator[str]:
    for edge in report.crossed.back:
        place = f"{edge.span.path}:{lines.first(edge.span)}"
        yield from ("", f"**Against the layers:** `{place}` now imports {_code(edge.target)}")
    stops = report.crossed.stops
    if len(stops) > 1:
        named = [
            f"`{stop.folder}/` (layer {stop.layer}, {plural(stop.files, 'file')})" for stop in stops
        ]
        more = f" and {len(named) - _SHOWN:,} more" if len(named) > _SHOWN else ""
        yield from ("", f"Layers crossed: {' → '.join(named[:_SHOWN])}{more}")


def _code(symbol: str) -> str:
    return f"`{symbol.rpartition('::')[2]}`"


def _more(size: int) -> list[str]:
    return ["", f"… and {size - _SHOWN:,} more"] if size > _SHOWN else []
