"""Findings as SARIF 2.1.0, which code hosts show beside the lines they speak of.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/ (sections named where a choice was made).
"""

import json
from urllib.parse import quote

from flames_indexer import __version__
from flames_indexer.cli.output import Json
from flames_indexer.cli.reports import Report
from flames_indexer.model import Finding, Severity, Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {
    Severity.HINT: "note",
    Severity.INFO: "note",
    Severity.WARNING: "warning",
    Severity.ERROR: "error",
}


def render(report: Report) -> list[str]:
    rules = _rules()
    numbers = {str(rule["id"]): number for number, rule in enumerate(rules)}
    run: Json = {
        "tool": {
            "driver": {
                "name": "Flames",
                "semanticVersion": __version__,
                "rules": rules,
            }
        },
        "invocations": [_invocation(report)],
        # 3.14.14: uriBaseId keeps paths relative, so a log can be read on another machine.
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the index."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(report, finding, numbers) for finding in report.findings],
    }
    return [json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)]


def _rules() -> list[Json]:
    from flames_indexer.checks import CHECKS

    return [
        {
            "id": check.rule,
            "shortDescription": {"text": check.summary},
            "fullDescription": {"text": check.summary},
            "help": {"text": check.explanation, "markdown": check.explanation},
            "defaultConfiguration": {
                "level": "warning" if check.stage == "warning" else "note",
                "enabled": check.stage != "off",
            },
        }
        for check in CHECKS
    ]


def _invocation(report: Report) -> Json:
    gaps = [*report.coverage.notes(), *report.notes]
    messages = [("note", f"Not covered: {gap}") for gap in gaps]
    messages += [("error", f"The rule {rule} failed") for rule in report.failed]
    return {
        "executionSuccessful": not report.failed,
        "toolExecutionNotifications": [
            {"level": level, "message": {"text": text}} for level, text in messages
        ],
    }


def _result(report: Report, finding: Finding, numbers: dict[str, int]) -> Json:
    known: Json = {"ruleIndex": numbers[finding.rule]} if finding.rule in numbers else {}
    text = "\n".join([finding.message, *finding.evidence])
    return {
        "ruleId": finding.rule,
        **known,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [_location(report, finding.span)],
        "relatedLocations": [
            {
                "id": number,
                **_location(report, other.span),
                "message": {"text": other.message or other.symbol},
            }
            for number, other in enumerate(finding.related)
        ],
        "partialFingerprints": {"flames/v1": finding.fingerprint},
        "rank": round(100 * min(1.0, max(0.0, finding.score)), 1),
        "properties": {"certainty": finding.certainty.label},
    }


def _location(report: Report, span: Span) -> Json:
    place: Json = {"artifactLocation": {"uri": quote(span.path), "uriBaseId": "SRCROOT"}}
    first = report.lines.first(span)
    if first:  # 3.30.5: lines start at 1, so an unknown one is left out
        place["region"] = {"startLine": first, "endLine": report.lines.last(span)}
    return {"physicalLocation": place}
