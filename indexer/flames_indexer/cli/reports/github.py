"""Findings as workflow commands, which GitHub turns into annotations of a pull request.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from flames_indexer.cli.output import plural
from flames_indexer.cli.reports import Report
from flames_indexer.model import Finding, Severity

_COMMANDS = {
    Severity.HINT: "notice",
    Severity.INFO: "notice",
    Severity.WARNING: "warning",
    Severity.ERROR: "error",
}


def render(report: Report) -> list[str]:
    gaps = ", ".join([*report.coverage.notes(), *report.notes])
    total = f"Flames: {plural(len(report.findings), 'finding')}"
    last = f"{total}. Not covered: {gaps}" if gaps else total
    return [*(_annotation(report, finding) for finding in report.findings), last]


def _annotation(report: Report, finding: Finding) -> str:
    first, last = report.lines.first(finding.span), report.lines.last(finding.span)
    others = [
        f"{other.span.path}:{report.lines.first(other.span)}: {other.message or other.symbol}"
        for other in finding.related
    ]
    place = {"file": finding.span.path, "title": f"Flames {finding.rule}"}
    if first:
        place |= {"line": str(first), "endLine": str(last)}
    properties = ",".join(f"{name}={_property(value)}" for name, value in place.items())
    text = _data("\n".join([finding.message, *finding.evidence, *others]))
    return f"::{_COMMANDS[finding.severity]} {properties}::{text}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
