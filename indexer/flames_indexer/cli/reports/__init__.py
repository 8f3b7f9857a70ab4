"""Findings as text for people, JSON for programs, SARIF for code hosts, annotations for GitHub."""

from dataclasses import dataclass
from pathlib import Path

from flames_indexer.cli.lines import Lines
from flames_indexer.model import Coverage, Finding

FORMATS = ("text", "json", "sarif", "github")


@dataclass(frozen=True, slots=True)
class Report:
    """What `flames check` found. `failed` names rules that broke, `suppressed` counts by why."""

    findings: tuple[Finding, ...]
    coverage: Coverage
    failed: tuple[str, ...]
    notes: tuple[str, ...]
    lines: Lines
    root: Path
    seconds: float


def rendered(report: Report, form: str) -> list[str]:
    """Lines for stdout in one of FORMATS."""
    from importlib import import_module

    module = import_module(f"flames_indexer.cli.reports.{form}")
    lines: list[str] = module.render(report)
    return lines
