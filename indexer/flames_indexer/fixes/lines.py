"""Lists in brackets, in as many lines as the file's width takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flames_indexer.fixes.bodies import Body


@dataclass(frozen=True, slots=True)
class Call:
    """What is called, and with what, as written."""

    name: str
    given: tuple[str, ...]

    def laid_out(self, body: Body, form: str, indent: str) -> str:
        """`form` with the call in it, as it stands behind an indentation; lines further down have
        it too."""
        first, _, rest = form.partition("\n")
        before, _, after = first.partition("{call}")
        text = listed(body, before + self.name, self.given, after, indent)
        return f"{text}{body.newline}{indent}{rest}" if rest else text


def listed(body: Body, before: str, items: Sequence[str], after: str, indent: str) -> str:
    """`before(items)after` behind an indentation, in lines that the file's width takes."""
    line = f"{before}({', '.join(items)}){after}"
    if not items or len(indent + line) <= body.width:
        return line
    newline, inner = body.newline, indent + body.unit
    together = f"{inner}{', '.join(items)}"
    if body.conventions.colon and len(together) <= body.width:
        return f"{before}({newline}{together}{newline}{indent}){after}"
    each = "".join(f"{newline}{inner}{item}," for item in items)
    return f"{before}({each}{newline}{indent}){after}"
