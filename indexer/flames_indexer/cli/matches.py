"""Matches of `search` and `similar`, as text or JSON."""

from typing import TYPE_CHECKING

from flames_indexer.cli.lines import Lines
from flames_indexer.cli.output import (
    Column,
    coverage_json,
    faint,
    not_covered,
    table,
    write_json,
    write_lines,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flames_indexer.cli.opened import Opened
    from flames_indexer.model import Match


def write_matches(
    asked: "Opened",
    found: "Sequence[Match]",
    form: str,
    notes: "Sequence[str]" = (),
    grade: "Callable[[float], str]" = "{:.2f}".format,
) -> None:
    """Best first; what is not covered is said with it, and what else there is to note. `grade`: a
    score as text."""
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
                "coverage": coverage_json(coverage, (*asked.notes, *notes)),
            }
        )
        return
    shown = _text(lines, found, grade) if found else ["Nothing found."]
    remarks = [faint(f"{note}.") for note in notes]
    write_lines([*shown, *remarks, *not_covered(coverage, asked.notes)])


def _text(lines: Lines, found: "Sequence[Match]", grade: "Callable[[float], str]") -> list[str]:
    names = [match.symbol.partition("::")[2] or match.symbol for match in found]
    columns = [
        Column([grade(match.score) for match in found]),
        Column([f"{match.span.path}:{lines.first(match.span)}" for match in found]),
        Column(names, style={"bold": True}),
        Column([faint(", ".join(match.reasons)) for match in found]),
    ]
    return table(columns, indent="")
