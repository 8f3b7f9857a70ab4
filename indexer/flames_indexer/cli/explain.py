"""`flames explain`: the manual page of a rule, or everything known about one finding."""

import click

from flames_indexer.cli.invocation import Invocation, common


@click.command("explain")
@click.argument("what", metavar="RULE|FINGERPRINT")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
@common
def command(invocation: Invocation, what: str, form: str) -> int:
    """Show a rule's manual page, or one finding in full.

    A fingerprint may be shortened as long as it is unique, as `flames check` shows it.
    """
    from flames_indexer.checks import CHECKS
    from flames_indexer.cli.output import Json, write_json, write_lines

    check = next((check for check in CHECKS if check.rule == what), None)
    if check is None:
        return _finding(invocation, what, form)
    page: Json = {
        "rule": check.rule,
        "stage": check.stage,
        "summary": check.summary,
        "explanation": check.explanation,
    }
    if form == "json":
        write_json(page)
    else:
        write_lines([f"{check.rule} ({check.stage})", "", check.explanation.strip()])
    return 0


def _finding(invocation: Invocation, start: str, form: str) -> int:
    from dataclasses import replace

    from flames_indexer.checks import CHECKS
    from flames_indexer.cli.opened import opened
    from flames_indexer.cli.output import write_lines
    from flames_indexer.cli.reports import rendered
    from flames_indexer.cli.review import review
    from flames_indexer.errors import TargetError

    rules = ", ".join(check.rule for check in CHECKS)
    if not start or not all(letter in "0123456789abcdef" for letter in start):
        raise TargetError(f"{start!r} is neither a rule nor a fingerprint. The rules are: {rules}.")
    report = review(opened(invocation), None, with_baseline=False)
    found = tuple(f for f in report.findings if f.fingerprint.startswith(start))
    if not found:
        raise TargetError(
            f"No finding has a fingerprint that starts with {start}. Run `flames check`."
        )
    if len({finding.fingerprint for finding in found}) > 1:
        raise TargetError(
            f"{len(found)} findings start with {start}: give more of the fingerprint."
        )
    write_lines(rendered(replace(report, findings=found), form))
    return 0
