"""Functions that do one job in different packages, by their names; solutions of one exercise."""

import random
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import NamedTuple

from model.decontaminate import subtokens
from model.functions import Function

Encode = Callable[[Sequence[str]], list[int]]

_MOST_SAME = 12  # pairs of one name: `run` would drown the others
_MOST_NAMESAKES = 60  # a name that more functions bear says nothing


@dataclass(slots=True)
class Namesakes:
    """Functions of one package by name, with their pieces."""

    names: list[str] = field(default_factory=list)
    own: "list[array[int]]" = field(default_factory=list)  # pieces of the name and the owner
    codes: "list[array[int]]" = field(default_factory=list)
    tasks: list[int] = field(default_factory=list)  # places of those that are exercises

    def add(self, function: Function, own: list[int], code: list[int]) -> None:
        """`own`: the pieces of its name and of what it is defined in."""
        if function.kind == "exercise":
            self.tasks.append(len(self.names))
        self.names.append("".join(subtokens(function.name)))
        self.own.append(array("H", own))
        self.codes.append(array("H", code))


class Same(NamedTuple):
    """Two functions that do one job, of a package and of another, and the pieces of their names."""

    package: int
    left: list[int]
    left_name: list[int]
    right: list[int]
    right_name: list[int]


def same_names(packages: Iterable[Namesakes], chance: random.Random) -> Iterator[Same]:
    """Functions of one name in different packages, names in order.

    In half of the pairs the first lacks the pieces of its name, so that the name is not all.
    """
    bearers: dict[str, list[tuple[int, int]]] = defaultdict(list)
    known = list(packages)
    for package, named in enumerate(known):
        tasks = set(named.tasks)
        for place, name in enumerate(named.names):
            if place not in tasks:
                bearers[name].append((package, place))
    for name in sorted(bearers):
        places = bearers[name]
        if len(places) > _MOST_NAMESAKES or len({package for package, _ in places}) < 2:
            continue
        chance.shuffle(places)
        apart = [(a, b) for a, b in pairwise(places) if a[0] != b[0]]
        for (package, place), (other, there) in apart[:_MOST_SAME]:
            named, theirs = known[package], known[other]
            code, own = list(named.codes[place]), list(named.own[place])
            if chance.random() < 0.5:
                hidden = set(own)
                code, own = [piece for piece in code if piece not in hidden], []
            yield Same(package, code, own, list(theirs.codes[there]), list(theirs.own[there]))


def same_tasks(packages: Iterable[Namesakes], chance: random.Random) -> Iterator[Same]:
    """Every two solutions of an exercise, once whole and once each with two fifths hidden."""
    solved: dict[str, list[tuple[int, list[int]]]] = defaultdict(list)
    for package, named in enumerate(packages):
        for place in named.tasks:
            solved[named.names[place]].append((package, list(named.codes[place])))
    for name in sorted(solved):
        for (package, code), (_, other) in combinations(solved[name], 2):
            yield Same(package, code, [], other, [])
            yield Same(package, _partly(code, chance), [], _partly(other, chance), [])


def _partly(code: Sequence[int], chance: random.Random) -> list[int]:
    kept = {piece for piece in dict.fromkeys(code) if chance.random() < 0.6}
    return [piece for piece in code if piece in kept]
