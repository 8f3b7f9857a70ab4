"""Byte offsets to 1-based lines, from the source as it was indexed."""

from bisect import bisect_left
from typing import Protocol

from flames_indexer.model import Span

UNKNOWN = 0  # the file is gone or differs from what was indexed
_LONGEST = 400  # bytes of a line that is shown: minified code is one line
_KEPT_FILES = 64  # answers jump between files; a stream stays in one


class Sources(Protocol):
    """Where indexed bytes come from."""

    def source(self, path: str) -> bytes | None: ...


class Lines:
    """Lines of offsets in indexed files; a line ends with its newline byte."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._newlines: dict[str, list[int] | None] = {}

    def line(self, path: str, offset: int) -> int:
        """The line that holds the byte at `offset`; UNKNOWN (0) when nobody can say."""
        newlines = self.newlines(path)
        return UNKNOWN if newlines is None else bisect_left(newlines, offset) + 1

    def first(self, span: Span) -> int:
        """The line a span begins on."""
        return self.line(span.path, span.start)

    def last(self, span: Span) -> int:
        """The line of a span's last byte."""
        return self.line(span.path, max(span.start, span.end - 1))

    def offset(self, path: str, line: int) -> int | None:
        """Where the first word of `line` begins; None beyond the end of the file."""
        source = self._sources.source(path)
        newlines = self.newlines(path)
        if source is None or newlines is None or not 1 <= line <= len(newlines) + 1:
            return None
        start = newlines[line - 2] + 1 if line > 1 else 0
        end = newlines[line - 1] if line <= len(newlines) else len(source)
        text = source[start:end]
        return start + len(text) - len(text.lstrip())

    def text(self, span: Span) -> str:
        """The line a span begins on, without the space around it; "" when nobody can say."""
        source, line = self._sources.source(span.path), self.first(span)
        if source is None or line == UNKNOWN:
            return ""
        newlines = self.newlines(span.path) or []
        start = newlines[line - 2] + 1 if line > 1 else 0
        end = newlines[line - 1] if line <= len(newlines) else len(source)
        return source[start:end][:_LONGEST].decode("utf-8", "replace").strip()

    def newlines(self, path: str) -> list[int] | None:
        """Offsets of the newline bytes of an indexed file, ascending."""
        if path not in self._newlines:
            if len(self._newlines) >= _KEPT_FILES:
                self._newlines.pop(next(iter(self._newlines)))
            source = self._sources.source(path)
            self._newlines[path] = None if source is None else newlines_of(source)
        return self._newlines[path]


def newlines_of(source: bytes) -> list[int]:
    """Offsets of the newline bytes, ascending."""
    import numpy as np

    found: list[int] = np.flatnonzero(np.frombuffer(source, np.uint8) == 10).tolist()
    return found
