"""How loudly two functions that are alike are told of.

A likelihood says that two functions are about the same thing. Whether they are one piece of code
shows where their bodies stand side by side: the less of them is the same, the longer must be what
is; and whether one function for both is worth having shows in what it would have to be handed.
What readers said of 244 pairs of 34 repositories set the numbers.
"""

from flames_indexer.checks.counterparts import opposite, opposite_words
from flames_indexer.checks.families import Families
from flames_indexer.checks.pairs import Pair, PairSearch
from flames_indexer.model import Severity
from flames_indexer.similarity.differences import Comparison

# Share of the longer body, and leaves of syntax that are the same. What is short and takes a value
# is called by about as much code as it is.
_ENOUGH = ((0.98, 22), (0.9, 33), (0.85, 50), (0.7, 70))
# Of two methods, each of which is about its own object: what they have of that must be handed over,
# or both classes be given a base for it. So it counts not, and more must be the same …
_ENOUGH_BOUND = ((0.9, 50), (0.7, 90))
# … unless the two classes have as many methods that are the same but for a value.
_METHODS, _SAME_METHOD = 2, 0.97
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
        return (
            self._search.is_likely(pair)
            and not pair.idiom
            and pair.steps >= _MIN_STEPS
            and any(beside.share >= share and beside.same >= same for share, same in _ENOUGH)
            and (not beside.bound or self._is_due(pair, beside))
            and (beside.decides or _is_said_again(beside))
            and not (pair.one.nested or pair.other.nested or _are_opposite(pair, beside))
            and not self._families.explain(pair)
        )

    def _is_due(self, pair: Pair, beside: Comparison) -> bool:
        """Whether two methods have more in common than the members of their objects, or their
        classes more than these methods."""
        if any(beside.share >= share and beside.free >= free for share, free in _ENOUGH_BOUND):
            return True
        if beside.share < _SAME_METHOD:
            return False
        others = map(self._search.beside, self._families.of_classes(pair))
        same = sum(other is not None and other.share >= _SAME_METHOD for other in others)
        return same >= _METHODS


def _are_opposite(pair: Pair, beside: Comparison) -> bool:
    """Whether the one does it the other way round: that is what the second one is for."""
    return opposite(pair.one, pair.other) or any(
        difference.is_value and opposite_words(difference.ours, difference.theirs)
        for difference in beside.differences
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
