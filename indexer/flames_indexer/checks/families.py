"""What the number of alike functions explains: forks of files, and ways things are done."""

from collections import Counter, defaultdict

from flames_indexer.checks.counterparts import Subject
from flames_indexer.checks.pairs import Pair, PairSearch

# With so many pairs one file is a copy of the other; with fewer too, if half of a file is in them.
_FORK_PAIRS, _FORK_PAIRS_OF_HALF = 8, 4
_FORK_FILES = 4  # that are alike in two trees: one is a copy of the other
_FAMILY = 3  # with as many alike in other files, it is how things are done here


class Families:
    """Of the pairs found for one request."""

    def __init__(self, search: PairSearch, found: list[Pair]) -> None:
        self._search = search
        self._files = Counter(pair.files for pair in found)
        self._classes: defaultdict[frozenset[str], list[Pair]] = defaultdict(list)
        self._trees: defaultdict[frozenset[str], set[str]] = defaultdict(set)
        for pair in found:
            self._classes[_classes(pair)].append(pair)
            if (trees := _trees(pair)) is not None:
                self._trees[trees[0]].add(trees[1])
        self._kin = Counter(
            subject.id for p in found if search.is_likely(p) for subject in (p.one, p.other)
        )

    def between(self, pair: Pair) -> int:
        """How many pairs the two files have."""
        return self._files[pair.files]

    def of_classes(self, pair: Pair) -> list[Pair]:
        """The pairs of methods of the same two classes, this one among them."""
        return self._classes[_classes(pair)]

    def explain(self, pair: Pair) -> bool:
        """Whether the two are alike because so many are, or somebody says so: whoever made them
        knows."""
        return (
            self.is_fork(pair)
            or self._is_of_forks(pair)
            or self._search.surroundings.handed_alike(pair.one, pair.other)
            or self._search.surroundings.beside_each_other(pair.one, pair.other)
            or any(map(self._search.is_said_to_be_a_copy, (pair.one, pair.other)))
            or any(self._kin_of(subject) >= _FAMILY for subject in (pair.one, pair.other))
        )

    def is_fork(self, pair: Pair) -> bool:
        """Whether one of the two files is a copy of the other."""
        count = self.between(pair)
        smaller = min(self._search.functions(path) for path in pair.files)
        return count >= _FORK_PAIRS or (count >= _FORK_PAIRS_OF_HALF and 2 * count >= smaller)

    def _is_of_forks(self, pair: Pair) -> bool:
        """Whether the two files are the same part of two folders, one of which is a copy."""
        trees = _trees(pair)
        return trees is not None and len(self._trees[trees[0]]) >= _FORK_FILES

    def _kin_of(self, subject: Subject) -> int:
        asked = self._search.is_asked(subject)
        return self._kin[subject.id] if asked else self._search.kin(subject)


def _classes(pair: Pair) -> frozenset[str]:
    return frozenset(f"{one.function.path}::{one.owner}" for one in (pair.one, pair.other))


def _trees(pair: Pair) -> tuple[frozenset[str], str] | None:
    """The two folders in which files of one path lie, and that path; None: there are no such."""
    one, other = (subject.function.path.split("/") for subject in (pair.one, pair.other))
    at = next((n for n, two in enumerate(zip(one, other, strict=False)) if two[0] != two[1]), -1)
    if at < 0 or one[at + 1 :] != other[at + 1 :] or at + 1 == len(one):
        return None
    return frozenset("/".join(parts[: at + 1]) for parts in (one, other)), "/".join(one[at + 1 :])
