"""The report for a program, as `schemas/impact.json` describes it."""

import json

from flames_indexer.cli.impacts import Told, unknown
from flames_indexer.cli.lines import Lines
from flames_indexer.cli.output import Json, coverage_json
from flames_indexer.impact import Level, Verdict

_LEVELS = {Level.BREAKS: "breaks", Level.MAY_BREAK: "may-break", Level.UNKNOWN: "unknown"}


def render(told: Told) -> list[str]:
    lines, report = told.lines, told.report
    way = report.crossed
    document: Json = {
        "title": told.title,
        "changed": [
            {
                "symbol": one.symbol,
                "how": one.how.value,
                "path": one.span.path,
                "line": lines.first(one.span),
                "said": one.said,
            }
            for one in report.touched
        ],
        "gone_files": [{"path": gone.path, "now": gone.now} for gone in report.gone],
        "files": list(report.files),
        "files_not_read": list(report.unread),
        "broken": [_verdict(lines, name, verdict) for name, verdict in report.verdicts()],
        "dependents": [
            {
                "symbol": one.symbol,
                "group": one.group.key,
                "kind": one.edge.kind.label,
                "certainty": one.edge.certainty.label,
                "path": one.edge.span.path,
                "line": lines.first(one.edge.span),
                "depth": one.depth,
                "through": one.through,
            }
            for one in report.reach.near
        ],
        "layers": {
            "highest": way.highest,
            "crossed": [
                {"folder": s.folder, "files": s.files, "depth": s.depth, "layer": s.layer}
                for s in way.stops
            ],
            "against": [
                {"path": e.span.path, "line": lines.first(e.span), "target": e.target}
                for e in way.back
            ],
        },
        "tests": [
            {"run": test.run, "symbol": test.symbol, "reasons": list(test.reasons)}
            for test in (told.tests.tests if told.tests is not None else ())
        ],
        "forgotten": [
            {
                "path": finding.related[0].span.path,
                "changed": finding.span.path,
                "message": finding.message,
                "evidence": list(finding.evidence),
            }
            for finding in told.forgotten
        ],
        "not_known": unknown(told),
        "coverage": coverage_json(report.coverage, told.asked.notes),
    }
    return [json.dumps(document, indent=2, ensure_ascii=False)]


def _verdict(lines: Lines, name: str, verdict: Verdict) -> Json:
    return {
        "target": name,
        "symbol": verdict.site.symbol,
        "path": verdict.site.span.path,
        "line": lines.first(verdict.site.span),
        "level": _LEVELS[verdict.level],
        "reason": verdict.reason,
    }
