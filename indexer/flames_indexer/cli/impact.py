"""`flames impact`: what a change, or a change of one symbol, means for the rest."""

from typing import TYPE_CHECKING

import click

from flames_indexer.cli.invocation import Invocation, common

if TYPE_CHECKING:
    from collections.abc import Callable

    from flames_indexer.cli.lines import Lines
    from flames_indexer.cli.opened import Opened
    from flames_indexer.model import Finding
    from flames_indexer.report import Report

_MOST_TESTS = 15  # files of tests; `flames tests --limit` has more
_TOLD = ("text", "json", "markdown")  # the others are pictures of the graph
FORMATS = ("text", "json", "markdown", "mermaid", "dot", "html")


@click.command("impact")
@click.argument("target", required=False)
@click.option(
    "--changed-since",
    metavar="REF",
    help="Compare with this commit, branch or tag. [default: HEAD]",
)
@click.option(
    "--depth",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="Steps to follow from what changed to who depends on it.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--no-refresh", is_flag=True, help="Answer from the index as it is.")
@common
def command(
    invocation: Invocation,
    target: str | None,
    changed_since: str | None,
    depth: int,
    form: str,
    no_refresh: bool,
) -> int:
    """Show what changed, who depends on it, and what breaks.

    Without TARGET it is about all that differs from the last commit, or from --changed-since;
    with one, about that symbol, changed or not.

    \b
    flames impact --changed-since main --format markdown     for a pull request
    flames impact Client.send --format html > impact.html    a page to look at
    """
    from flames_indexer.cli.impacts import Told, rendered
    from flames_indexer.cli.lines import Lines
    from flames_indexer.cli.opened import opened
    from flames_indexer.cli.output import write_lines
    from flames_indexer.cli.tests import selection

    asked = opened(invocation, refresh=not no_refresh)
    lines = Lines(asked.index)
    ref = changed_since or "HEAD"
    with asked.place.trace.record("cli.impact") as record:
        report = _report(asked, lines, target, ref, depth)
        record.count(touched=len(report.touched), dependents=len(report.reach.near))
    title = target if target is not None else f"what changed since {ref}"
    tests = selection(asked, lines, target, ref, _MOST_TESTS) if form in _TOLD else None
    forgotten = _forgotten(asked, ref) if form in _TOLD and target is None else ()
    write_lines(rendered(Told(asked, lines, title, report, tests, forgotten), form))
    return 0


def _forgotten(asked: "Opened", ref: str) -> "tuple[Finding, ...]":
    """Files that usually change with the changed ones, as the rule says it."""
    from flames_indexer.checks import forgotten_partner, run_checks

    result = run_checks(
        asked.snapshot,
        asked.paths(),
        asked.place.config,
        trace=asked.place.trace,
        changed_since=ref,
        rules=(forgotten_partner.RULE,),
    )
    return result.findings


def _report(asked: "Opened", lines: "Lines", target: str | None, ref: str, depth: int) -> "Report":
    from flames_indexer.cli.opened import changed_since
    from flames_indexer.cli.targets import target as target_of
    from flames_indexer.report import report_of_change, report_of_symbol

    if target is not None:
        symbol = target_of(asked.snapshot, lines, target)
        return report_of_symbol(asked.snapshot, symbol, _before(asked, ref), depth)
    changed = changed_since(asked.place, ref, ", or name a symbol to ask about")
    shown = [path for path in changed if asked.place.shows(path)]
    return report_of_change(asked.snapshot, shown, _before(asked, ref), depth)


def _before(asked: "Opened", ref: str) -> "Callable[[str], bytes | None]":
    from functools import cache

    from flames_indexer import git

    @cache
    def text(path: str) -> bytes | None:
        return git.show(asked.place.root, path, ref)

    return text
