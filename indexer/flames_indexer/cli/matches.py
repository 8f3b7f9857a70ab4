"""Matches of `search` and `similar`, as text or JSON."""

from typing import TYPE_CHECKING

from flames_indexer.cli.lines import Lines
from flames_indexer.cli.output import (
    coverage_json,
    faint,
    not_covered,
    strong,
    write_json,
    write_lines,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flames_indexer.cli.opened import Opened
    from flames_indexer.model import Match


def write_matches(asked: "Opened", found: "Sequence[Match]", form: str) -> None:
    """Best first; what is not covered is said with it."""
    lines = Lines(asked.index)
    coverage = asked.index.coverage()
    if form == "json":
        write_json(
            {
                "matches": [
                    {
                        "symbol": match.symbol,
                        "path": match.span.path,
                        "line": lines.first(match.span),
                        "score": round(match.score, 4),
                        "reasons": list(match.reasons),
                    }
                    for match in found
                ],
                "coverage": coverage_json(coverage, asked.notes),
            }
        )
        return
    shown = [line for match in found for line in _text(lines, match)]
    write_lines([*(shown or ["Nothing found."]), *not_covered(coverage, asked.notes)])


def _text(lines: Lines, match: "Match") -> list[str]:
    name = match.symbol.partition("::")[2] or match.symbol
    head = f"{match.score:.2f}  {strong(name)}  {match.span.path}:{lines.first(match.span)}"
    return [head, *(faint(f"      {reason}") for reason in match.reasons)]
