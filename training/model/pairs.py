"""Functions -> training pairs: two bags of pieces that mean the same.

    doc     first paragraph of the documentation -> the function
    rest    the rest of the documentation -> the function
    name    name -> body
    half    one half of a body -> the other half
    mask    a body with two fifths of its words hidden -> the same with others hidden
    place   path and owner -> the function
    test    test -> the function it is named after
    same    function -> one of the same name in another package

Whatever stands in an evaluation set, or twice, is left out before a pair is made.
"""

import json
import random
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import pairwise
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from model.decontaminate import HeldOut, question_key, subtokens
from model.functions import Function, key_of

_MOST_WORDS = 400  # of one text; the words of longer functions repeat
_NO_QUESTION = re.compile(
    r"(eslint|TODO|FIXME|@|istanbul|jshint|Copyright|noqa|type:|licen[cs]e|prettier|ts-)", re.I
)
_ROLE = re.compile(r":\w+:`~?\.?([^`]*)`")
_MOST_SAME = 12  # pairs of one name: `run` would drown the others
_MOST_NAMESAKES = 60  # a name that more functions bear says nothing

Encode = Callable[[Sequence[str]], list[int]]
Ints = NDArray[np.int64]


class Kind(IntEnum):
    DOC = 0
    REST = 1
    NAME = 2
    HALF = 3
    TEST = 4
    SAME = 5
    MASK = 6
    PLACE = 7


@dataclass(slots=True)
class Bags:
    """Bags of pieces, one after the other: distinct pieces and how often each occurs."""

    ids: "array[int]" = field(default_factory=lambda: array("H"))
    counts: "array[int]" = field(default_factory=lambda: array("B"))
    ends: "array[int]" = field(default_factory=lambda: array("q"))

    def append(self, pieces: Iterable[int]) -> None:
        counted = Counter(pieces)
        self.ids.extend(counted)
        self.counts.extend(min(count, 255) for count in counted.values())
        self.ends.append(len(self.ids))

    def extend(self, other: "Bags") -> None:
        base = len(self.ids)
        self.ids.extend(other.ids)
        self.counts.extend(other.counts)
        self.ends.extend(base + end for end in other.ends)


@dataclass(slots=True)
class Pairs:
    """Row by row: two bags, what kind of pair, and the package it is of."""

    left: Bags = field(default_factory=Bags)
    right: Bags = field(default_factory=Bags)
    kinds: "array[int]" = field(default_factory=lambda: array("B"))
    packages: "array[int]" = field(default_factory=lambda: array("H"))

    def add(self, kind: Kind, package: int, left: Sequence[int], right: Sequence[int]) -> None:
        """Nothing where either bag is too small to mean anything."""
        if len(left) >= 2 and len(right) >= 4:
            self.left.append(left)
            self.right.append(right)
            self.kinds.append(kind)
            self.packages.append(package)

    def extend(self, other: "Pairs") -> None:
        self.left.extend(other.left)
        self.right.extend(other.right)
        self.kinds.extend(other.kinds)
        self.packages.extend(other.packages)


@dataclass(slots=True)
class Screened:
    """What one package brings before duplicates among packages are known."""

    keys: list[str]
    allowed: list[bool]
    frequencies: Counter[str]


@dataclass(slots=True)
class Namesakes:
    """Functions of one package by name, with their pieces."""

    names: list[str] = field(default_factory=list)
    own: "list[array[int]]" = field(default_factory=list)  # pieces of the name and the owner
    codes: "list[array[int]]" = field(default_factory=list)


def read(file: Path) -> list[Function]:
    """The functions that `functions.extract` wrote."""
    with file.open() as lines:
        return [Function(**json.loads(line)) for line in lines]


def question_of(doc: str) -> str:
    """The first paragraph, on one line."""
    return " ".join(_ROLE.sub(r"\1", doc.strip().split("\n\n")[0]).split())


def screen(functions: Sequence[Function], held: HeldOut) -> Screened:
    """Which functions are in no evaluation set, and in how many each subtoken stands."""
    keys: list[str] = []
    allowed: list[bool] = []
    frequencies: Counter[str] = Counter()
    for function in functions:
        words = subtokens(function.code)
        question = question_of(function.doc)
        contaminated = held.holds(function.code, words) or (
            question != "" and question_key(question) in held.questions
        )
        keys.append(key_of(function.code))
        allowed.append(not contaminated)
        frequencies.update({*words, *subtokens(function.doc)})
    return Screened(keys, allowed, frequencies)


def pairs_of(
    functions: Sequence[Function], package: int, encode: Encode, pieces: int
) -> tuple[Pairs, Namesakes, Ints]:
    """The pairs within one package, its named functions, and its piece frequencies."""
    made = _Maker(package, encode, random.Random(functions[0].package if functions else ""))
    frequencies = np.zeros(pieces, np.int64)
    for function in functions:
        code = made.add(function)
        frequencies[list(set(code))] += 1
    made.add_tests()
    return made.pairs, made.namesakes, frequencies


class _Maker:
    def __init__(self, package: int, encode: Encode, chance: random.Random) -> None:
        self.pairs = Pairs()
        self.namesakes = Namesakes()
        self._package = package
        self._encode = encode
        self._chance = chance
        self._named: dict[str, list[int]] = {}
        self._tests: list[tuple[str, list[int]]] = []

    def add(self, function: Function) -> list[int]:
        """Its pairs; returns its pieces."""
        words = subtokens(function.code)[:_MOST_WORDS]
        code = self._encode(words)
        name = subtokens(function.name)
        if function.is_test:
            if function.name.lower().startswith("test"):
                self._tests.append(("".join(name[1:]), code))
            return code
        self._add_documentation(function, code)
        if function.kind == "function":
            self._add_views(function, name)
            self._named.setdefault("".join(name), code)
            if len(name) >= 2 and len(words) >= 12:
                self.namesakes.names.append("".join(name))
                own = self._encode([*subtokens(function.owner), *name])
                self.namesakes.own.append(array("H", own))
                self.namesakes.codes.append(array("H", code))
        if len(words) >= 15 and self._chance.random() < 0.3:
            place = [*PurePosixPath(function.path).with_suffix("").parts[-3:], function.owner]
            self._push(Kind.PLACE, self._encode(subtokens(" ".join(place))[:40]), code)
        return code

    def add_tests(self) -> None:
        """Tests to what they are named after, once all functions are known."""
        for name, code in self._tests:
            tested = self._named.get(name) if len(name) >= 5 else None
            if tested is not None:
                self._push(Kind.TEST, code, tested)

    def _add_documentation(self, function: Function, code: list[int]) -> None:
        question = question_of(function.doc)
        if len(question.split()) < 3 or not question.isascii() or _NO_QUESTION.match(question):
            return
        words = subtokens(question)
        self._push(Kind.DOC, self._encode(words[:80]), code)
        every = subtokens(function.doc)
        if len(every) > len(words) + 15 and self._chance.random() < 0.5:
            self._push(Kind.REST, self._encode(every[len(words) :][:150]), code)

    def _add_views(self, function: Function, name: list[str]) -> None:
        chance, encode = self._chance, self._encode
        lines = function.code.split("\n")
        body = lines[1:] if len(lines) > 1 else lines
        words = subtokens("\n".join(body))[:_MOST_WORDS]
        if len(name) >= 2 and len(words) >= 10 and chance.random() < 0.5:
            owned = [*subtokens(function.owner), *name]
            self._push(Kind.NAME, encode(name if chance.random() < 0.5 else owned), encode(words))
        if len(body) >= 6 and chance.random() < 0.5:
            middle = len(body) // 2
            halves = (
                (body[:middle], body[middle:]) if chance.random() < 0.5 else (body[::2], body[1::2])
            )
            left, right = (encode(subtokens("\n".join(half))[:_MOST_WORDS]) for half in halves)
            self._push(Kind.HALF, left, right)
        if len(words) >= 20 and chance.random() < 0.3:
            distinct = list(dict.fromkeys(words))
            chance.shuffle(distinct)
            first = set(distinct[: int(len(distinct) * 0.6)])
            second = set(distinct[int(len(distinct) * 0.4) :])
            left, right = (encode([w for w in words if w in view]) for view in (first, second))
            self._push(Kind.MASK, left, right)

    def _push(self, kind: Kind, left: list[int], right: list[int]) -> None:
        self.pairs.add(kind, self._package, left, right)


def same_names(
    packages: Iterable[Namesakes], chance: random.Random
) -> Iterator[tuple[int, Sequence[int], Sequence[int]]]:
    """(package, function, one of the same name in another package), names in order.

    In half of the pairs the first lacks the pieces of its name, so that the name is not all.
    """
    bearers: dict[str, list[tuple[int, int]]] = defaultdict(list)
    known = list(packages)
    for package, named in enumerate(known):
        for place, name in enumerate(named.names):
            bearers[name].append((package, place))
    for name in sorted(bearers):
        places = bearers[name]
        if len(places) > _MOST_NAMESAKES or len({package for package, _ in places}) < 2:
            continue
        chance.shuffle(places)
        apart = [(a, b) for a, b in pairwise(places) if a[0] != b[0]]
        for (package, place), (other, there) in apart[:_MOST_SAME]:
            code: Sequence[int] = known[package].codes[place]
            if chance.random() < 0.5:
                hidden = set(known[package].own[place])
                code = [piece for piece in code if piece not in hidden]
            yield package, code, known[other].codes[there]
