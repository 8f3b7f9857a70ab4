"""How loudly two functions that are alike are told of.

A likelihood says that two functions are about the same thing. Whether they are one piece of code
shows where their bodies stand side by side, and only what stands in one of them whole is told
loudly: where each does something of its own, readers called a third right, whether that was a value
or some lines, and of what is whole four fifths. The less of the longer one it is, the longer it
must be. What readers said of 304 pairs of 63 repositories set that.
"""

from flames_indexer.checks.counterparts import opposite
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
_STRAIGHT = 33  # leaves of what only does one thing after the other, and is said again
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
            and _is_whole(beside)
            and pair.steps >= _MIN_STEPS
            and any(beside.share >= share and beside.same >= same for share, same in _ENOUGH)
            and (not beside.bound or self._is_due(pair, beside))
            and (beside.decides or _is_said_again(beside))
            and not (pair.one.nested or pair.other.nested or opposite(pair.one, pair.other))
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


def _is_whole(beside: Comparison) -> bool:
    """Whether one of them does all that the other one does."""
    return not beside.differences or beside.same in (beside.ours, beside.theirs)


def _is_said_again(beside: Comparison) -> bool:
    return not beside.differences and beside.same >= _STRAIGHT


def _is_hint(pair: Pair, beside: Comparison) -> bool:
    least = _OPPOSITE_SHARE if opposite(pair.one, pair.other) else _LEAST_SHARE
    lines = sorted(subject.function.lines for subject in (pair.one, pair.other))
    if beside.share < least or lines[1] > _LONGER * lines[0]:
        return False  # what they share is a part of one: `regions` says where
    sure = pair.score >= _SURE and not pair.idiom
    return sure or pair.copied or len(pair.calls) >= _HINT_CALLS
