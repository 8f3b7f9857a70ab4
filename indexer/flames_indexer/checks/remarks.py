"""What is said of a function where it stands: that it is to be replaced, or is one of two."""

import re

from flames_indexer.checks.counterparts import Subject
from flames_indexer.facts import FileFacts

# What is to be replaced is called by nobody new, and what it repeats is gone with it.
_DEPRECATED = re.compile(rb"deprecated|DeprecationWarning", re.IGNORECASE)
_COPY = re.compile(
    rb"\b(cop(y|ied)\s+(of|from)|duplicate[ds]?|(in|out\s+of)\s+sync\s+with|kept?\s+in\s+sync)\b",
    re.IGNORECASE,
)
_ABOVE = re.compile(rb"[ \t]*(#|//|/\*|\*|@)")  # a comment, a decorator


def is_deprecated(source: bytes, facts: FileFacts, subject: Subject) -> bool:
    """Whether its decorators, documentation or code say so."""
    return _DEPRECATED.search(source, _first(facts, subject), subject.end) is not None


def is_said_to_be_a_copy(source: bytes, facts: FileFacts, subject: Subject) -> bool:
    """Whether a comment right above it or its documentation says so."""
    first = source.rfind(b"\n", 0, _first(facts, subject)) + 1
    while first and _ABOVE.match(source, above := source.rfind(b"\n", 0, first - 1) + 1):
        first = above
    table, row = facts.definitions, subject.function.row
    last = max(table.body_start[row], table.doc_end[row], subject.name_start)
    return _COPY.search(source, first, last) is not None


def _first(facts: FileFacts, subject: Subject) -> int:
    """Where it begins, or what documents it."""
    doc = facts.definitions.doc_start[subject.function.row]
    return min(subject.start, doc) if doc >= 0 else subject.start
