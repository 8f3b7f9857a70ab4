"""How loudly two functions that are alike are told of.

A likelihood says that two functions are about the same thing. Whether they are one piece of code
shows where their bodies stand side by side: the less of them is the same, the longer must be what
is. What readers said of 184 pairs of thirteen repositories set the numbers: of those across files
they let 46 through, and of these 31 were plainly right, 12 worth reading and 3 wrong.
"""

from flames_indexer.checks.counterparts import opposite
from flames_indexer.checks.families import Families
from flames_indexer.checks.pairs import Pair, PairSearch
from flames_indexer.model import Severity
from flames_indexer.similarity.differences import Comparison

# Share of the longer body, and leaves of syntax that are the same.
_ENOUGH = ((0.9, 22), (0.85, 50), (0.75, 60), (0.7, 85))
_MIN_STEPS = 4  # statements and clauses
# What only does one thing after the other is told where it is said again: longer, and at most one
# value is another.
_STRAIGHT, _STRAIGHT_DIFFERENCES = 33, 1
_LEAST_SHARE, _OPPOSITE_SHARE = 0.6, 0.9  # for a hint
_LONGER = 1.5  # times the lines
_SURE = 0.85  # of likelihood
_HINT_CALLS = 2  # a quiet hint needs rare ones, or a copy: likeness alone was wrong in 9 of 10


class Loudness:
    """Answers for one request."""

    def __init__(self, search: PairSearch, families: Families) -> None:
        self._search = search
        self._families = families

    def of(self, pair: Pair, beside: Comparison) -> Severity | None:
        """None: nothing is said."""
        if self._is_loud(pair, beside):
            return Severity.WARNING
        return Severity.HINT if _is_hint(pair, beside) else None

    def _is_loud(self, pair: Pair, beside: Comparison) -> bool:
        """Whether it is the same code in two files, and nothing speaks for two."""
        one, other = pair.one, pair.other
        return (
            self._search.is_likely(pair)
            and not pair.idiom
            and pair.steps >= _MIN_STEPS
            and any(beside.share >= share and beside.same >= same for share, same in _ENOUGH)
            and (beside.decides or _is_said_again(beside))
            and not (one.nested or other.nested or opposite(one, other))
            and not self._families.explain(pair)
        )


def _is_said_again(beside: Comparison) -> bool:
    return beside.same >= _STRAIGHT and len(beside.differences) <= _STRAIGHT_DIFFERENCES


def _is_hint(pair: Pair, beside: Comparison) -> bool:
    least = _OPPOSITE_SHARE if opposite(pair.one, pair.other) else _LEAST_SHARE
    lines = sorted(subject.function.lines for subject in (pair.one, pair.other))
    if beside.share < least or lines[1] > _LONGER * lines[0]:
        return False  # what they share is a part of one: `regions` says where
    sure = pair.score >= _SURE and not pair.idiom
    return sure or pair.copied or len(pair.calls) >= _HINT_CALLS
