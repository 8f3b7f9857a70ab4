"""Near-copies of a function as it was, and which of its statements they still have.

Twins are compared with the old text: the edit is what makes the two differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from flames_indexer.similarity.regions.alignment import Match, agrees, chain, mapped
from flames_indexer.similarity.regions.statements import Body

# Of 47 commits that made one change in two functions with most lines in common, 0.8 would have
# named 29; nothing was said of 36 ordinary commits at this one, nor of 152 at 0.8.
_LEAST_LIKE: Final = 0.65  # share of statements that are equal but for local names
_LEAST_EQUAL: Final = 3  # statements; shorter bodies are alike by chance
_LEAST_WEIGHT: Final = 5.0  # of all that is equal: names and texts, not shape
_LEAST_SAID: Final = 0.8  # by the changed statements: at least one name that is not local
_REWRITTEN: Final = 0.5  # share of statements; with more changed, the function is another one now


@dataclass(frozen=True, slots=True)
class Change:
    """Statements of the old body that the new one does not have, by number."""

    gone: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Twin:
    """`kept`: statement of the old body -> the same in the twin, of those that changed."""

    kept: tuple[tuple[int, int], ...]
    equal: int
    likeness: float


def change_of(old: Body, new: Body) -> Change | None:
    """What an edit took from a body; None where it did not, or put another body in its place.

    Comments, layout and consistent renames of local names change nothing.
    """
    matcher = SequenceMatcher(
        None, [s.tokens for s in old.statements], [s.tokens for s in new.statements], autojunk=False
    )
    same = [
        Match(block.a + at, block.b + at, 1.0, is_equal=True)
        for block in matcher.get_matching_blocks()
        for at in range(block.size)
    ]
    mapping, _ = mapped(old, new, same)
    stayed = {m.one for m in same if agrees(old, new, m, mapping)}
    gone = [number for number in range(len(old.statements)) if number not in stayed]
    if not gone or len(gone) > _REWRITTEN * len(old.statements):
        return None
    return Change(tuple(gone)) if _said(old, gone) >= _LEAST_SAID else None


def twin_of(old: Body, change: Change, other: Body) -> Twin | None:
    """What `other` still has of what changed, if it is a near-copy of the body as it was."""
    equal = [match for match in chain(old, other, {}) if match.is_equal]
    likeness = 2 * len(equal) / (len(old.statements) + len(other.statements))
    if likeness < _LEAST_LIKE or len(equal) < _LEAST_EQUAL:
        return None
    if sum(match.weight for match in equal) < _LEAST_WEIGHT:
        return None
    mapping, _ = mapped(old, other, equal)
    gone = set(change.gone)
    kept = tuple(
        (m.one, m.other) for m in equal if m.one in gone and agrees(old, other, m, mapping)
    )
    if _said(old, (number for number, _ in kept)) < _LEAST_SAID:
        return None
    return Twin(kept, len(equal), likeness)


def _said(body: Body, numbers: Iterable[int]) -> float:
    return sum(
        body.statements[n].weight + 0.5 * sum(slot.count(".") for slot in body.statements[n].slots)
        for n in numbers
    )
