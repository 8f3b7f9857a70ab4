"""`flames feedback`: the findings that you dismissed here, and how one comes back."""

from typing import TYPE_CHECKING

import click

from flames_indexer.cli.invocation import Invocation, common

if TYPE_CHECKING:
    from collections.abc import Collection

    from flames_indexer.feedback import Said
    from flames_indexer.model import Finding

_HEX = frozenset("0123456789abcdef")


@click.command("feedback")
@click.option("--dismiss", metavar="FINGERPRINT", default="", help="Do not show this finding.")
@click.option("--restore", metavar="FINGERPRINT", default="", help="Show it again.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
@common
def command(invocation: Invocation, dismiss: str, restore: str, form: str) -> int:
    """List the findings that you dismissed in this repository.

    They are kept on this machine, for you alone; the baseline file is for everybody. A fingerprint
    may be shortened as long as it is unique, as `flames check` shows it.

    A pair of functions that is dismissed is not told again wherever the two move to. A rule of
    which five findings are dismissed here only hints in this repository, for you, until some are
    restored; its errors stay.
    """
    from flames_indexer import feedback
    from flames_indexer.cli.opened import place_of
    from flames_indexer.cli.output import write_json, write_lines

    root = place_of(invocation).root
    file = feedback.feedback_file(root)
    if dismiss:
        finding, place = _finding(invocation, dismiss)
        feedback.dismiss(file, finding, place)
        invocation.say(f"flames: dismissed {finding.fingerprint[:12]}")
        return 0
    if restore:
        said = _one(restore, feedback.dismissed(file).values())
        feedback.restore(file, said)
        invocation.say(f"flames: restored {said.fingerprint[:12]}")
        return 0
    listed = list(feedback.dismissed(file).values())
    if form == "json":
        rows = [
            {"fingerprint": s.fingerprint, "rule": s.rule, "place": s.place, "day": s.day}
            for s in listed
        ]
        quieter = sorted(feedback.unwelcome(listed))
        write_json({"file": str(file), "dismissed": rows, "quieter": quieter})
    elif not listed:
        invocation.say(f"flames: nothing is dismissed in {root}")
    else:
        write_lines(f"{s.fingerprint[:12]}  {s.day}  {s.rule}  {s.place}" for s in listed)
        for rule in sorted(feedback.unwelcome(listed)):
            invocation.say(f"flames: {rule} only hints here: so much of it is dismissed")
    return 0


def _one(start: str, listed: "Collection[Said]") -> "Said":
    from flames_indexer.errors import TargetError

    found = [said for said in listed if said.fingerprint.startswith(start)]
    if len(found) != 1:
        many = "several start" if found else "none starts"
        raise TargetError(f"Of the dismissed findings {many} with {start!r}: `flames feedback`.")
    return found[0]


def _finding(invocation: Invocation, start: str) -> "tuple[Finding, str]":
    """And the symbol that it stands in."""
    from flames_indexer.cli.opened import opened
    from flames_indexer.cli.review import review
    from flames_indexer.errors import TargetError

    if not _HEX.issuperset(start):
        raise TargetError(f"{start!r} is no fingerprint: `flames check` shows them.")
    asked = opened(invocation)
    report = review(asked, None, with_baseline=True)
    found = {f.fingerprint: f for f in report.findings if f.fingerprint.startswith(start)}
    if len(found) != 1:
        many = "Several findings have" if found else "No finding has"
        raise TargetError(f"{many} a fingerprint that starts with {start}: `flames check`.")
    finding = next(iter(found.values()))
    symbol = asked.snapshot.enclosing(finding.span.path, finding.span.start)
    return finding, symbol.id if symbol is not None else finding.span.path
