"""Findings of an earlier text, at their places in a later one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flames_indexer.model import Finding


@dataclass(frozen=True, slots=True)
class Known:
    """What was found in one text of a file."""

    source: bytes
    findings: tuple[Finding, ...] = ()

    def at(self, source: bytes) -> tuple[Finding, ...]:
        """The same in another text; what an edit cut into is left out."""
        from flames_indexer.index.edits import difference

        if not self.findings or self.source == source:
            return self.findings
        edits = difference(self.source, source)
        places = ((finding, edits.span(finding.span)) for finding in self.findings)
        return tuple(replace(f, span=span) for f, span in places if span is not None)
