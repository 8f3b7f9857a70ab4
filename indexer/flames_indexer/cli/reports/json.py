"""Findings for a program, as `schemas/check.json` describes them."""

import json

from flames_indexer.cli.output import Json, coverage_json
from flames_indexer.cli.reports import Report
from flames_indexer.model import Finding, RelatedPlace


def render(report: Report) -> list[str]:
    document: Json = {
        "findings": [finding_json(report, finding) for finding in report.findings],
        "coverage": {
            **coverage_json(report.coverage, report.notes),
            "failed_rules": list(report.failed),
        },
    }
    return [json.dumps(document, indent=2, ensure_ascii=False)]


def finding_json(report: Report, finding: Finding) -> Json:
    return {
        "rule": finding.rule,
        "path": finding.span.path,
        "line": report.lines.first(finding.span),
        "end_line": report.lines.last(finding.span),
        "severity": finding.severity.label,
        "certainty": finding.certainty.label,
        "message": finding.message,
        "score": round(finding.score, 4),
        "evidence": list(finding.evidence),
        "related": [_related(report, other) for other in finding.related],
        "fingerprint": finding.fingerprint,
    }


def _related(report: Report, other: RelatedPlace) -> Json:
    return {
        "path": other.span.path,
        "line": report.lines.first(other.span),
        "symbol": other.symbol,
        "message": other.message,
    }
