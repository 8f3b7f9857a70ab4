"""Comments that silence rules: `# flames: ignore[rule, rule] reason`, in any language's syntax."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_COMMENT = re.compile(rb"(?:#|//|/\*)[^\n]*?\bflames:\s*ignore\[([\w\-, ]+)\]")


@dataclass(frozen=True, slots=True)
class Mark:
    """`end` is behind the last rule."""

    rules: frozenset[str]
    end: int


def marks(source: bytes, start: int, end: int) -> Iterator[Mark]:
    """Those between two offsets."""
    for comment in _COMMENT.finditer(source, start, end):
        listed = comment[1].decode(errors="replace").split(",")
        yield Mark(frozenset(rule.strip() for rule in listed), comment.end(1))
