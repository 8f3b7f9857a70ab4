"""stdout: data, in UTF-8 whatever the terminal's locale says, written in large pieces."""

import json
import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flames_indexer.model import Coverage

Json = dict[str, object]
_PIECE_BYTES = 1 << 16
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but tab and newline
_COLOR = re.compile(r"(\x1b\[[0-9;]*m)")
_NOTHING = re.compile(r"(?!)")


def write_json(value: Json) -> None:
    """One JSON document, indented."""
    write_lines([json.dumps(value, indent=2, ensure_ascii=False)])


def write_lines(lines: Iterable[str]) -> None:
    """Lines of text. What a terminal or a file cannot take as UTF-8 is written as an escape.

    So is what would steer a terminal: names of files come from whoever wrote the repository.
    """
    write_bytes(f"{_but_of_colors(line)}\n".encode("utf-8", "backslashreplace") for line in lines)


def _but_of_colors(line: str) -> str:
    if _CONTROL.search(line) is None:
        return line
    context = click.get_current_context(silent=True)
    kept = _COLOR if context is not None and context.color else _NOTHING
    return "".join(part if kept.fullmatch(part) else harmless(part) for part in kept.split(line))


def harmless(text: str) -> str:
    """With an escape for what would steer a terminal, tab and newline excepted."""
    return _CONTROL.sub(_escape, text)


def _escape(found: "re.Match[str]") -> str:
    return f"\\x{ord(found[0]):02x}"


def write_bytes(pieces: Iterable[bytes]) -> None:
    """Pieces one after the other, gathered into larger ones."""
    sys.stdout.flush()
    out = sys.stdout.buffer
    gathered = bytearray()
    for piece in pieces:
        gathered += piece
        if len(gathered) >= _PIECE_BYTES:
            out.write(gathered)
            gathered.clear()
    out.write(gathered)
    out.flush()


def coverage_json(coverage: "Coverage", notes: "Sequence[str]" = ()) -> Json:
    """What an answer does not cover, as numbers and as words."""
    return {
        "unresolved_calls": coverage.unresolved_calls,
        "unparsed_files": coverage.unparsed_files,
        "pending_files": coverage.pending_files,
        "skipped_files": coverage.skipped_files,
        "notes": [*coverage.notes(), *notes],
    }


def not_covered(coverage: "Coverage", notes: "Sequence[str]" = ()) -> list[str]:
    """The last line of a text answer; none when everything is covered."""
    gaps = [*coverage.notes(), *notes]
    return [faint(f"Not covered: {', '.join(gaps)}.")] if gaps else []


class Column(NamedTuple):
    """Cells of a plain table; numbers line up on the right."""

    cells: list[str]
    right: bool = False
    style: dict[str, object] | None = None


def table(columns: "Sequence[Column]", indent: str = "  ") -> list[str]:
    """Rows of aligned columns, two spaces apart."""
    widths = [max((len(cell) for cell in column.cells), default=0) for column in columns]
    return [
        (indent + "  ".join(cell for cell in cells)).rstrip()
        for cells in zip(
            *(
                [_padded(cell, column, width) for cell in column.cells]
                for column, width in zip(columns, widths, strict=True)
            ),
            strict=True,
        )
    ]


def _padded(cell: str, column: Column, width: int) -> str:
    text = cell.rjust(width) if column.right else cell.ljust(width)
    return styled(text, **column.style) if column.style else text


def styled(text: str, **style: object) -> str:
    """Text with terminal colours when the command may use them."""
    context = click.get_current_context(silent=True)
    if context is None or not context.color:
        return text
    return click.style(text, **style)  # pyright: ignore[reportArgumentType] - click's own names


def faint(text: str) -> str:
    return styled(text, dim=True)


def strong(text: str) -> str:
    return styled(text, bold=True)


def plural(number: int, one: str, many: str = "") -> str:
    """`1 file`, `2 files`, `12,345 files`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def ago(seconds: float) -> str:
    """How long ago, in the largest unit that says something: `5 minutes`."""
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return plural(int(seconds // length), unit)
    return plural(max(0, int(seconds)), "second")
