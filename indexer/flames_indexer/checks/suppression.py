"""Comments that silence a rule: `# flames: ignore[rule] reason` in the language's comment syntax.

Read on the line of the finding, on the line above it, and on the same two lines of the definition
that encloses it. Without a rule in brackets it silences nothing: what is switched off is named.
"""

from collections.abc import Iterable, Iterator

from flames_indexer.facts import FileFacts
from flames_indexer.model import Span
from flames_indexer.silencing import marks


def suppressed(rule: str, span: Span, source: bytes, facts: FileFacts | None) -> bool:
    """Whether a comment in the span's file silences the rule there."""
    starts = [span.start, *(_enclosing(facts, span.start) if facts else ())]
    return any(rule in rules for rules in _rules(source, starts))


def _enclosing(facts: FileFacts, offset: int) -> Iterator[int]:
    """Where the innermost definition around `offset` starts, and where its name stands."""
    table = facts.definitions
    for row in range(len(table) - 1, 0, -1):
        if table.start[row] <= offset < table.end[row]:
            yield table.start[row]
            if table.name_start[row] >= 0:
                yield table.name_start[row]
            return


def _rules(source: bytes, offsets: Iterable[int]) -> Iterator[frozenset[str]]:
    for offset in offsets:
        start = source.rfind(b"\n", 0, offset) + 1
        above = source.rfind(b"\n", 0, max(0, start - 1)) + 1
        end = source.find(b"\n", offset)
        for mark in marks(source, above, len(source) if end < 0 else end):
            yield mark.rules
