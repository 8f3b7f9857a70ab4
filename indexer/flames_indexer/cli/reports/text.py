"""Findings for a person: place, severity, sentence, then the evidence and the other places."""

from flames_indexer.cli.output import faint, not_covered, plural, strong, styled
from flames_indexer.cli.reports import Report
from flames_indexer.model import Finding, Severity

_COLOURS = {
    Severity.HINT: "cyan",
    Severity.INFO: "blue",
    Severity.WARNING: "yellow",
    Severity.ERROR: "red",
}


def render(report: Report) -> list[str]:
    lines = [line for finding in report.findings for line in [*_finding(report, finding), ""]]
    return [*lines, _total(report), *not_covered(report.coverage, report.notes)]


def _finding(report: Report, finding: Finding) -> list[str]:
    place = f"{finding.span.path}:{report.lines.first(finding.span)}"
    severity = styled(finding.severity.label, fg=_COLOURS[finding.severity], bold=True)
    head = f"{strong(place)}: {severity}: {finding.message}"
    evidence = [f"    {line}" for line in finding.evidence]
    related = [
        f"    {other.span.path}:{report.lines.first(other.span)}: {other.message or other.symbol}"
        for other in finding.related
    ]
    sure = f"{finding.rule}, {finding.certainty.label}, score {finding.score:.2f}"
    return [head, *evidence, *related, faint(f"    {sure}, {finding.fingerprint[:12]}")]


def _total(report: Report) -> str:
    if not report.findings:
        return "No findings."
    by_severity = [
        plural(count, severity.label)
        for severity in sorted(Severity, reverse=True)
        if (count := sum(finding.severity is severity for finding in report.findings))
    ]
    return f"{', '.join(by_severity)}. `flames explain RULE` says what a rule looks for."
