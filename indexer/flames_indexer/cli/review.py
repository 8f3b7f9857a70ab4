"""Runs the rules for a command and keeps what it needs to report them."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flames_indexer.cli import opened
from flames_indexer.cli.lines import Lines
from flames_indexer.cli.output import plural
from flames_indexer.cli.reports import Report
from flames_indexer.errors import ConfigError

if TYPE_CHECKING:
    from flames_indexer.cli.opened import Opened

_SHOWN = 3


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
        (*asked.notes, *_unread(asked)),
        Lines(asked.index),
        asked.place.root,
        time.perf_counter() - started,
    )


def _unread(asked: "Opened") -> Iterator[str]:
    unread = asked.unread()
    if unread:
        shown = [*unread[:_SHOWN], *(["…"] if len(unread) > _SHOWN else [])]
        named = ", ".join(shown)
        yield f"nothing indexed in {len(unread)} of the paths asked for ({named})"


def accept(asked: "Opened", report: Report) -> str:
    """Writes the findings to the baseline; what was done, as a sentence."""
    from flames_indexer.checks import write_baseline

    root = asked.place.root.resolve()
    path = root / asked.place.config.checks.baseline
    if not path.resolve().is_relative_to(root):
        raise ConfigError(f"{path} leads out of the repository: change checks.baseline.")
    write_baseline(path, report.findings)
    return f"{plural(len(report.findings), 'finding')} accepted in {path}; commit it to share them."
