"""Runs the rules for a command and keeps what it needs to report them."""

import time
from typing import TYPE_CHECKING

from flames_indexer.cli.lines import Lines
from flames_indexer.cli.reports import Report

if TYPE_CHECKING:
    from flames_indexer.cli.opened import Opened


def review(asked: "Opened", changed_since: str | None, *, with_baseline: bool) -> Report:
    """What the rules find in the paths asked for, most severe first, then by place.

    `changed_since` is a git ref; None looks at everything. The baseline hides accepted findings.
    """
    from flames_indexer.checks import run_checks
    from flames_indexer.index import Snapshot

    started = time.perf_counter()
    result = run_checks(
        Snapshot.of(asked.index),
        asked.paths(),
        asked.place.config,
        trace=asked.place.trace,
        changed_since=changed_since,
        baseline=with_baseline,
    )
    findings = sorted(result.findings, key=lambda f: (-f.severity, f.span, f.rule))
    return Report(
        tuple(findings),
        result.coverage,
        tuple(result.failed),
        asked.notes,
        Lines(asked.index),
        asked.place.root,
        time.perf_counter() - started,
    )


def accept(asked: "Opened", report: Report) -> str:
    """Writes the findings to the baseline; what was done, as a sentence."""
    from flames_indexer.checks import write_baseline

    path = asked.place.root / asked.place.config.checks.baseline
    write_baseline(path, report.findings)
    return f"{len(report.findings)} findings accepted in {path}; commit it to share them."
