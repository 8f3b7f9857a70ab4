"""Findings as diagnostics: where, what, how sure, and the other places that show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flames_indexer.model import Severity
from lsprotocol import types as t

if TYPE_CHECKING:
    from flames_indexer.model import Finding, RelatedPlace

    from flames_lsp.features.view import View

_SEVERITIES = {
    Severity.HINT: t.DiagnosticSeverity.Hint,
    Severity.INFO: t.DiagnosticSeverity.Information,
    Severity.WARNING: t.DiagnosticSeverity.Warning,
    Severity.ERROR: t.DiagnosticSeverity.Error,
}
_MAX_RELATED = 10


def diagnostics(view: View, path: str, findings: Iterable[Finding]) -> list[t.Diagnostic]:
    """Those of `path`, worst first, at most as many as configured; the last one says how many
    more there are."""
    ours = [finding for finding in findings if finding.span.path == path]
    ours.sort(key=lambda finding: (-finding.severity, finding.span))
    most = view.config.diagnostics.max_per_file
    shown = [d for finding in ours[:most] if (d := _diagnostic(view, finding)) is not None]
    if shown and len(ours) > most:
        more = f"and {len(ours) - most} more in this file (diagnostics.max_per_file)"
        shown[-1].message = f"{shown[-1].message}\n{more}"
    return shown


def _diagnostic(view: View, finding: Finding) -> t.Diagnostic | None:
    where = view.range(finding.span)
    if where is None:
        return None  # edited away since: the next check will say
    href = view.manual.get(finding.rule) if view.reader.links else None
    return t.Diagnostic(
        where,
        _message(view, finding),
        _SEVERITIES[finding.severity],
        finding.rule,
        None if href is None else t.CodeDescription(href),
        "flames",
        None,
        _related(view, finding) if view.reader.related else None,
        {"fingerprint": finding.fingerprint},
    )


def _message(view: View, finding: Finding) -> str:
    lines = [finding.message, *finding.evidence]
    if not view.reader.related:
        lines += [f"{place.message}: {place.symbol}" for place in finding.related[:_MAX_RELATED]]
    return "\n".join(lines)


def _related(view: View, finding: Finding) -> list[t.DiagnosticRelatedInformation]:
    return [_place(view, place) for place in finding.related[:_MAX_RELATED]]


def _place(view: View, place: RelatedPlace) -> t.DiagnosticRelatedInformation:
    location = view.location(place.span) or view.start_of(place.span.path)
    return t.DiagnosticRelatedInformation(location, place.message)
