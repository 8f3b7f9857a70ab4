"""Functions -> training pairs: two bags of pieces that mean the same.

    doc     first paragraph of the documentation -> the function
    rest    the rest of the documentation -> the function
    asked   a few words of it, as one would type them into a search engine -> the function
    note    a comment -> the lines below it
    shown   what a page says above a block of code -> the block
    task    one exercise's solution -> another's; its instructions -> the solution
    name    name -> body
    half    one half of a body -> the other half
    mask    a body with two fifths of its words hidden -> the same with others hidden
    place   path and owner -> the function
    test    test -> the function it is named after
    same    function -> one of the same name in another package

The pieces of a function's name are marked: they count more (`flames_indexer.embedding.terms`).
Whatever stands in an evaluation set, or twice, is left out before a pair is made.
"""

import json
import random
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path, PurePosixPath

import numpy as np
from flames_indexer.embedding.terms import NAMED, TIMES
from numpy.typing import NDArray

from model.decontaminate import HeldOut, question_key, subtokens
from model.functions import Function, key_of
from model.namesakes import Encode, Namesakes
from model.questions import NO_QUESTION, asked_of, notes_in, question_of

_MOST_WORDS = 400  # of one text; the words of longer functions repeat

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
    ASKED = 8
    NOTE = 9
    SHOWN = 10
    TASK = 11


@dataclass(slots=True)
class Bags:
    """Bags of pieces, one after the other: distinct pieces and how often each occurs (`Terms`)."""

    ids: "array[int]" = field(default_factory=lambda: array("H"))
    counts: "array[int]" = field(default_factory=lambda: array("B"))
    ends: "array[int]" = field(default_factory=lambda: array("q"))

    def append(self, pieces: Iterable[int], named: Collection[int] = ()) -> None:
        counted = Counter(pieces)
        self.ids.extend(counted)
        self.counts.extend(
            min(count, TIMES) | (NAMED if piece in named else 0) for piece, count in counted.items()
        )
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

    def add(
        self,
        kind: Kind,
        package: int,
        left: Sequence[int],
        right: Sequence[int],
        named: tuple[Collection[int], Collection[int]] = ((), ()),
    ) -> None:
        """Nothing where either bag is too small to mean anything."""
        if len(left) >= 2 and len(right) >= 4:
            self.left.append(left, named[0])
            self.right.append(right, named[1])
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


def read(file: Path) -> list[Function]:
    """The functions that `functions.extract` wrote."""
    with file.open() as lines:
        return [Function(**json.loads(line)) for line in lines]


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
        self._named: dict[str, tuple[list[int], list[int]]] = {}
        self._tests: list[tuple[str, list[int], list[int]]] = []

    def add(self, function: Function) -> list[int]:
        """Its pairs; returns its pieces."""
        words = subtokens(function.code)[:_MOST_WORDS]
        code, name = self._encode(words), subtokens(function.name)
        if function.kind == "example":
            said = self._encode(subtokens(function.doc)[:40])
            self._push(Kind.SHOWN, said, code)
            return code
        own = self._encode(name)
        if function.kind == "exercise":
            self._push(Kind.TASK, self._encode(subtokens(function.doc)[:80]), code)
            self.namesakes.add(function, own, code)
            return code
        if function.is_test:
            if function.name.lower().startswith("test"):
                self._tests.append(("".join(name[1:]), own[1:], code))
            return code
        owned = self._encode([*subtokens(function.owner), *name])
        marked = own if self._chance.random() < 0.5 else owned
        self._add_documentation(function, code, own, marked)
        if function.kind == "function":
            self._add_views(function, name)
            self._add_notes(function.code)
            self._named.setdefault("".join(name), (own, code))
            if len(name) >= 2 and len(words) >= 12:
                self.namesakes.add(function, owned, code)
        if len(words) >= 15 and self._chance.random() < 0.3:
            place = [*PurePosixPath(function.path).with_suffix("").parts[-3:], function.owner]
            left = self._encode(subtokens(" ".join(place))[:40])
            self._push(Kind.PLACE, left, code, ([], marked))
        return code

    def add_tests(self) -> None:
        """Tests to what they are named after, once all functions are known."""
        for name, own, code in self._tests:
            tested = self._named.get(name) if len(name) >= 5 else None
            if tested is not None:
                self._push(Kind.TEST, code, tested[1], (own, tested[0]))

    def _add_documentation(
        self, function: Function, code: list[int], own: list[int], marked: list[int]
    ) -> None:
        question = question_of(function.doc)
        if len(question.split()) < 3 or not question.isascii() or NO_QUESTION.match(question):
            return
        words = subtokens(question)
        self._push(Kind.DOC, self._encode(words[:80]), code, ([], marked))
        every = subtokens(function.doc)
        if len(every) > len(words) + 15 and self._chance.random() < 0.5:
            rest = self._encode(every[len(words) :][:150])
            self._push(Kind.REST, rest, code, ([], marked))
        if self._chance.random() < 0.5:
            asked = self._encode(asked_of(question, function.language, self._chance))
            if self._chance.random() < 0.5:
                self._push(Kind.ASKED, asked, code, ([], marked))
            else:  # the name left out, so that it is not all
                hidden = set(own)
                self._push(Kind.ASKED, asked, [p for p in code if p not in hidden])

    def _add_notes(self, code: str) -> None:
        """At most two of a function's comments."""
        found = list(notes_in(code))
        self._chance.shuffle(found)
        for said, below in found[:2]:
            left = self._encode(subtokens(said)[:40])
            self._push(Kind.NOTE, left, self._encode(subtokens(below)))

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

    def _push(
        self,
        kind: Kind,
        left: list[int],
        right: list[int],
        named: tuple[list[int], list[int]] = ([], []),
    ) -> None:
        self.pairs.add(kind, self._package, left, right, named)
