"""Functions of all packages -> the pairs of all packages, package by package in other processes."""

import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from flames_indexer.embedding.pieces import Pieces
from numpy.typing import NDArray

from model import pairs, vocabulary
from model.decontaminate import HeldOut
from model.namesakes import Namesakes, same_names, same_tasks
from model.pairs import Kind, Pairs, Screened
from model.train import Recipe


@dataclass(frozen=True, slots=True)
class Corpus:
    """What training reads. `frequencies`: in how many functions each piece stands."""

    pairs: Pairs
    pieces: list[str]
    frequencies: NDArray[np.int64]
    functions: int

    def kinds(self) -> dict[str, int]:
        """How many pairs there are of each kind."""
        counts = Counter(self.pairs.kinds)
        return {kind.name.lower(): counts[kind] for kind in Kind}


_held: HeldOut | None = None  # of a worker process: the sets are too large for every call
_pieces: Pieces | None = None


def corpus_of(files: Sequence[Path], held: HeldOut, recipe: Recipe, workers: int) -> Corpus:
    """The pairs of what `functions.extract` wrote, packages in the order given."""
    with ProcessPoolExecutor(workers, initializer=_screens, initargs=(held,)) as pool:
        screened = list(pool.map(_screened, files, chunksize=4))
    kept = _kept(screened)
    frequencies: Counter[str] = Counter()
    for package in screened:
        frequencies.update(package.frequencies)
    pieces = vocabulary.train(frequencies, recipe.vocabulary)
    made, named = Pairs(), list[Namesakes]()
    counts = np.zeros(len(pieces), np.int64)
    with ProcessPoolExecutor(workers, initializer=_encodes, initargs=(pieces,)) as pool:
        jobs = pool.map(partial(_paired, len(pieces)), files, range(len(files)), kept, chunksize=4)
        for own, namesakes, own_counts in jobs:
            made.extend(own)
            named.append(namesakes)
            counts += own_counts
    for kind, same in ((Kind.SAME, same_names), (Kind.TASK, same_tasks)):
        for one in same(named, random.Random(0)):
            named_by = (one.left_name, one.right_name)
            made.add(kind, one.package, one.left, one.right, named_by)
    return Corpus(made, pieces, counts, sum(map(sum, kept)))


def _kept(screened: Sequence[Screened]) -> list[list[bool]]:
    """Of each package, which functions are allowed and stand in no earlier one."""
    seen: set[str] = set()
    kept: list[list[bool]] = []
    for package in screened:
        own: list[bool] = []
        for key, allowed in zip(package.keys, package.allowed, strict=True):
            own.append(allowed and key not in seen)
            seen.add(key)
        kept.append(own)
    return kept


def _screens(held: HeldOut) -> None:
    global _held
    _held = held


def _screened(file: Path) -> Screened:
    assert _held is not None
    return pairs.screen(pairs.read(file), _held)


def _encodes(pieces: Sequence[str]) -> None:
    global _pieces
    _pieces = Pieces(pieces)


def _paired(
    pieces: int, file: Path, package: int, kept: Sequence[bool]
) -> tuple[Pairs, Namesakes, NDArray[np.int64]]:
    assert _pieces is not None
    functions = [f for f, keep in zip(pairs.read(file), kept, strict=True) if keep]
    return pairs.pairs_of(functions, package, _pieces.of_words, pieces)
