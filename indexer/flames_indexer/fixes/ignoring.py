"""*Ignore here*: the comment that silences a finding, where it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flames_indexer.fixes.conventions import Conventions, conventions_of
from flames_indexer.languages import language_named
from flames_indexer.model import Finding, Fix, Span, TextEdit
from flames_indexer.silencing import marks

if TYPE_CHECKING:
    from flames_indexer.facts import FileFacts
    from flames_indexer.fixes.bodies import Node
    from flames_indexer.index import Snapshot

_REASON = "reason"


def ignore_here(snapshot: Snapshot, finding: Finding) -> Fix | None:
    """A comment above the definition that the finding names, else above its line; a rule more in
    one that stands there."""
    path, start = finding.span.path, finding.span.start
    source, facts = snapshot.source(path), snapshot.facts(path)
    kinds = conventions_of(facts.language) if facts is not None else None
    if source is None or facts is None or kinds is None:
        return None
    at = _defined(facts, start)
    if at is None:
        at = start if _takes_comments(source, facts, kinds, start) else _around(facts, start)
    title = f"Ignore {finding.rule} here, with a reason"
    return Fix(title, (_comment(path, source, kinds, finding.rule, at),))


def _comment(path: str, source: bytes, kinds: Conventions, rule: str, at: int) -> TextEdit:
    line = source.rfind(b"\n", 0, at) + 1
    above = source.rfind(b"\n", 0, max(0, line - 1)) + 1
    there = next(marks(source, above, line), None)
    if there is not None:
        return TextEdit(Span(path, there.end, there.end), f", {rule}")
    text = f"{kinds.comment} flames: ignore[{rule}] {_REASON}"
    newline = "\r\n" if b"\r\n" in source else "\n"
    if source.startswith(b"#!") and not line:
        end = source.find(b"\n")
        end = len(source) if end < 0 else end
        return TextEdit(Span(path, end, end), f"  {text}")
    indent = source[line : line + len(source[line:at]) - len(source[line:at].lstrip())]
    place = line + len(indent)
    return TextEdit(Span(path, place, place), f"{text}{newline}{indent.decode()}")


def _defined(facts: FileFacts, start: int) -> int | None:
    """Where the definition begins whose name stands there."""
    table = facts.definitions
    rows = (r for r, at in enumerate(table.name_start) if at == start and r)
    return next((table.start[row] for row in rows), None)


def _around(facts: FileFacts, start: int) -> int:
    table = facts.definitions
    starts = (a for a, b in zip(table.start, table.end, strict=True) if a <= start < b)
    return max(starts, default=0)


def _takes_comments(source: bytes, facts: FileFacts, kinds: Conventions, start: int) -> bool:
    """Whether a line of comment may come before the line: not inside of a text or of markup."""
    line = source.rfind(b"\n", 0, start) + 1
    tree = language_named(facts.language).grammar().parse(source)
    node = cast("Node", tree.root_node).descendant_for_byte_range(line, line)
    while node is not None:
        if node.type in kinds.uncommented and node.start_byte < line:
            return False
        node = node.parent
    return True
