"""The report for a program, as `schemas/impact.json` describes it."""

import json

from flames_indexer.cli.impacts import unknown
from flames_indexer.cli.lines import Lines
from flames_indexer.cli.opened import Opened
from flames_indexer.cli.output import Json, coverage_json
from flames_indexer.impact import Level, Verdict
from flames_indexer.report import Report

_LEVELS = {Level.BREAKS: "breaks", Level.MAY_BREAK: "may-break", Level.UNKNOWN: "unknown"}


def render(asked: Opened, lines: Lines, report: Report, title: str) -> list[str]:
    way = report.crossed
    document: Json = {
        "title": title,
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
        "not_known": unknown(report, asked.notes),
        "coverage": coverage_json(report.coverage, asked.notes),
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
