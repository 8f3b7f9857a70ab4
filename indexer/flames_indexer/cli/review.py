"""Runs the rules for a command and keeps what it needs to report them."""

import time
from typing import TYPE_CHECKING

from flames_indexer.cli import opened
from flames_indexer.cli.lines import Lines
from flames_indexer.cli.output import plural
from flames_indexer.cli.reports import Report
from flames_indexer.errors import ConfigError

if TYPE_CHECKING:
    from flames_indexer.cli.opened import Opened


def review(asked: "Opened", changed_since: str | None, *, with_baseline: bool) -> Report:
    """What the rules find in the paths asked for, most severe first, then by place.

    `changed_since` is a git ref; None looks at everything. The baseline hides accepted findings.
    """
    from flames_indexer.checks import run_checks

    started = time.perf_counter()
    if changed_since is not None:
        opened.changed_since(asked.place, changed_since)
    result = run_checks(
        asked.snapshot,
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

    root = asked.place.root.resolve()
    path = root / asked.place.config.checks.baseline
    if not path.resolve().is_relative_to(root):
        raise ConfigError(f"{path} leads out of the repository: change checks.baseline.")
    write_baseline(path, report.findings)
    return f"{plural(len(report.findings), 'finding')} accepted in {path}; commit it to share them."
