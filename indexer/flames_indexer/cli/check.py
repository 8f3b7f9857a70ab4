"""`flames check`: what the rules find in the repository, in some paths, or in what changed."""

import gc
from pathlib import Path

import click

from flames_indexer.cli.invocation import Invocation, common
from flames_indexer.cli.reports import FORMATS

FAIL_LEVELS = ("hint", "info", "warning", "error", "never")
FOUND = 1
BROKEN = 2
_KEEP_DECODED_BYTES = 16_000_000  # of source: what 10,000 functions are compared with; 50 MB
_COLLECT_AFTER = (50_000, 20, 20)  # what is made here is kept, mostly


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True), metavar="[PATH]…")
@click.option(
    "--changed-since",
    metavar="REF",
    help="Only functions that differ from this commit, branch or tag.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_LEVELS),
    default="warning",
    show_default=True,
    help="Exit 1 when a finding is at least this severe.",
)
@click.option(
    "--write-baseline",
    is_flag=True,
    help="Accept today's findings: they are not reported again until they change.",
)
@click.option("--no-refresh", is_flag=True, help="Answer from the index as it is.")
@common
def command(
    invocation: Invocation,
    paths: tuple[Path, ...],
    changed_since: str | None,
    form: str,
    fail_on: str,
    write_baseline: bool,
    no_refresh: bool,
) -> int:
    """Report duplicates and broken callers.

    PATH is the repository, or files and folders in it. Exits 1 when there are findings at or
    above the fail level, 2 when a rule itself failed.
    """
    from flames_indexer.cli.opened import opened
    from flames_indexer.cli.output import write_lines
    from flames_indexer.cli.reports import rendered
    from flames_indexer.cli.review import accept, review

    asked = opened(invocation, paths, refresh=not no_refresh)
    asked.index.keep_decoded(_KEEP_DECODED_BYTES)
    gc.freeze()  # the index lives until the end: the collector need not look at it
    gc.set_threshold(*_COLLECT_AFTER)
    report = review(asked, changed_since, with_baseline=not write_baseline)
    if write_baseline:
        accepted = accept(asked, report)
        invocation.say(f"flames: {accepted}")
        return 0
    write_lines(rendered(report, form))
    if report.failed:
        invocation.say(f"flames: rules that failed: {', '.join(report.failed)}; -v shows why")
        return BROKEN
    at_least = FAIL_LEVELS.index(fail_on)
    return FOUND if any(finding.severity >= at_least for finding in report.findings) else 0
