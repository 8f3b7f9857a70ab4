"""Fits the coefficients of `flames_indexer.similarity.likelihood`; tells what they are worth.

    python bench/likelihood.py CASES REPOSITORIES FOLDER JUDGED HEALTHY… [--functions 400]

CASES, REPOSITORIES, FOLDER: as for `parallel_history.py`. JUDGED: lines {repository, one, other,
verdict}, the ids of two functions of one of the HEALTHY source folders, named as the folder is.
Of each of those, what is nearest to some functions counts as not to be one, unless it looks so.
Printed are the ranks on cases of a repository when it was left out, then those of the fit to all,
and how many of the ranks are others.

It does not give the shipped coefficients, which are older: fitted on seven healthy repositories,
with only such pairs as negatives as the filters of the rule let through. In a compiled install
nothing can be listened to: plain Python only.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from flames_indexer.build import build
from flames_indexer.config import load
from flames_indexer.index import Index, Snapshot
from flames_indexer.similarity import estimates, likelihood
from flames_indexer.similarity.candidates import Function
from flames_indexer.similarity.compare import Comparer
from flames_indexer.similarity.estimates import Asked, Estimator
from numpy.typing import NDArray
from parallel_history import KINDS, Case, cases

Numbers = NDArray[np.float64]

_RIDGE, _STEPS = 20.0, 800
_CANDIDATES = 60
_WEIGHT = {"whole": 4.0, "sib-whole": 2.0}  # of what a maintainer made one; the rest ranks only
_VERDICTS = {"right": 2.0, "worth reading": 1.0, "wrong": 3.0}
_OTHERS, _HEALTHY = 0.05, 0.3
_LOOKS_SO = 0.6  # of words and of containment
_VERSION = re.compile(r"-\d[^-]*$")  # of a folder: `celery-5.7.0` is of the repository celery
_SIGN = np.array([-1.0 if name == "parameters" else 1.0 for name in likelihood.Shared._fields])


@dataclass(frozen=True, slots=True)
class Query:
    """One function with what it shares with each candidate."""

    repository: str
    kind: str
    shared: Numbers
    wanted: NDArray[np.bool_]
    reached: bool  # the wanted one was among the candidates


class Sample(NamedTuple):
    repository: str
    shared: Numbers
    label: float
    weight: float


class Recorder:
    """What the estimator hands to the likelihood, of a function and others."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.comparer = Comparer(snapshot)
        self.estimator = Estimator(snapshot, self.comparer)

    def function(self, identity: str) -> Function | None:
        symbol = self.snapshot.symbol(identity)
        facts = None if symbol is None else self.snapshot.facts(symbol.path)
        if symbol is None or facts is None:
            return None
        starts = list(facts.definitions.name_start)
        row = next((n for n, at in enumerate(starts) if n and at == symbol.name_span.start), None)
        return None if row is None else self.comparer.function_at(symbol.path, row)

    def candidates(self, asked: Asked, function: Function) -> list[Function]:
        known = function in self.comparer.functions(function.path)
        near = self.comparer.near(function, _CANDIDATES) if known else []
        found = self.estimator.candidates(asked, near, _CANDIDATES)
        return [f for f in found if f != function]

    def shared(self, asked: Asked, others: Sequence[Function]) -> tuple[list[Function], Numbers]:
        seen: list[likelihood.Shared] = []

        def noted(shared: likelihood.Shared) -> float:
            seen.append(shared)
            return 0.0

        before, estimates.likelihood = estimates.likelihood, noted
        try:
            found = self.estimator.estimates(asked, others)
        finally:
            estimates.likelihood = before
        there = seen[::2] if asked.id else seen  # the way back is estimated after each
        rows = np.array(there, np.float64).reshape(-1, len(_SIGN))
        return [estimate.function for estimate in found], rows


def query_of(case: Case) -> Query | None:
    recorder = Recorder(case.snapshot)
    function = recorder.function(case.function.id)
    wanted = {f for f in map(recorder.function, case.existing) if f is not None}
    asked = None if function is None else recorder.estimator.asked(function)
    if function is None or asked is None or not wanted:
        return None
    found = recorder.candidates(asked, function)
    functions, shared = recorder.shared(asked, list(dict.fromkeys([*found, *sorted(wanted)])))
    right = np.array([f in wanted for f in functions])
    reached = any(f in wanted for f in found)
    return Query(case.name.split()[0], case.kind, shared, right, reached)


def samples_of_cases(queries: Sequence[Query]) -> Iterator[Sample]:
    for query in queries:
        weight = _WEIGHT.get(query.kind)
        if weight is not None:
            yield Sample(query.repository, query.shared[query.wanted][:1], 1.0, weight)
            yield Sample(query.repository, query.shared[~query.wanted], 0.0, _OTHERS)


def samples_of_healthy(root: Path, judged: Path, count: int) -> Iterator[Sample]:
    config, _ = load(root)
    build(root, config)
    recorder = Recorder(Snapshot.of(Index.open(root, config)))
    for line in judged.read_text().splitlines():
        row: dict[str, str] = json.loads(line)
        one, other = recorder.function(row["one"]), recorder.function(row["other"])
        asked = None if one is None else recorder.estimator.asked(one)
        if row["repository"] == root.name and asked is not None and other is not None:
            _, shared = recorder.shared(asked, [other])
            label = float(row["verdict"] != "wrong")
            yield Sample(root.name, shared, label, _VERDICTS[row["verdict"]])
    paths = sorted(recorder.snapshot.index.paths())
    functions = [f for path in paths for f in recorder.comparer.functions(path)]
    for function in random.Random(3).sample(functions, min(count, len(functions))):
        asked = recorder.estimator.asked(function)
        if asked is not None:
            _, shared = recorder.shared(asked, recorder.candidates(asked, function)[:20])
            fields = likelihood.Shared._fields
            told = (shared[:, fields.index(name)] > _LOOKS_SO for name in ("words", "contained"))
            yield Sample(root.name, shared[~np.logical_and(*told)], 0.0, _HEALTHY)


def fit(samples: Sequence[Sample]) -> tuple[Numbers, float]:
    """Ridge logistic regression, none of the coefficients on the wrong side of zero; Adam."""
    rows = np.concatenate([sample.shared for sample in samples])
    labels = np.concatenate([np.full(len(s.shared), s.label) for s in samples])
    weights = np.concatenate([np.full(len(s.shared), s.weight) for s in samples])
    total = weights.sum()
    mean = (rows * weights[:, None]).sum(0) / total
    spread = np.sqrt((((rows - mean) ** 2) * weights[:, None]).sum(0) / total) + 1e-9
    scaled = (rows - mean) / spread
    found, offset = np.zeros(len(_SIGN)), 0.0
    first, second = np.zeros(len(_SIGN) + 1), np.zeros(len(_SIGN) + 1)
    for step in range(1, _STEPS + 1):
        error = weights * (1 / (1 + np.exp(-(scaled @ found + offset))) - labels)
        slope = np.append(scaled.T @ error + _RIDGE * found, error.sum()) / total
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope * slope
        corrected = first / (1 - 0.9**step), second / (1 - 0.99**step)
        move = 0.08 * corrected[0] / (np.sqrt(corrected[1]) + 1e-10)
        found, offset = found - move[:-1], offset - float(move[-1])
        found = np.where(found * _SIGN < 0, 0, found)
    return found / spread, offset - float((found * mean / spread).sum())


def rank(query: Query, coefficients: Numbers) -> int:
    """From 1; far away when the wanted one was not among the candidates."""
    scores = query.shared @ coefficients
    return int((scores > scores[query.wanted].max()).sum()) + 1 if query.reached else 999


def _tell(name: str, queries: Sequence[Query], ranks: Sequence[int]) -> None:
    for kind in KINDS:
        of_kind = [r for r, query in zip(ranks, queries, strict=True) if query.kind == kind]
        if of_kind:
            one, five = (sum(r <= most for r in of_kind) / len(of_kind) for most in (1, 5))
            mean = sum(1 / r for r in of_kind) / len(of_kind)
            told = f"R@1 {one:.2f}  R@5 {five:.2f}  MRR {mean:.3f}"
            print(f"{name:12} {kind:10} {len(of_kind):3}  {told}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("cases", "repositories", "folder", "judged"):
        parser.add_argument(name, type=Path)
    parser.add_argument("healthy", type=Path, nargs="+")
    parser.add_argument("--functions", type=int, default=400, help="of each healthy repository")
    asked = parser.parse_args()
    every = cases(asked.cases, asked.repositories, asked.folder, None, None)
    queries = [query for query in map(query_of, every) if query is not None]
    samples = list(samples_of_cases(queries))
    for root in asked.healthy:
        samples += samples_of_healthy(root.resolve(), asked.judged, asked.functions)
    ranks: dict[int, int] = {}
    for left_out in sorted({query.repository for query in queries}):
        others = [s for s in samples if _VERSION.sub("", s.repository) != left_out]
        coefficients, _ = fit(others)
        ranks |= {
            n: rank(query, coefficients)
            for n, query in enumerate(queries)
            if query.repository == left_out
        }
    left_out_ranks = [ranks[n] for n in range(len(queries))]
    _tell("left out", queries, left_out_ranks)
    coefficients, intercept = fit(samples)
    fitted_ranks = [rank(query, coefficients) for query in queries]
    _tell("fitted to", queries, fitted_ranks)
    moved = sum(a != b for a, b in zip(left_out_ranks, fitted_ranks, strict=True))
    print(f"{moved} of {len(queries)} ranks are others")
    for name, value in zip(likelihood.Shared._fields, coefficients, strict=True):
        print(f"    {name}={value:.2f},")
    print(f"INTERCEPT = {intercept:.2f}")


if __name__ == "__main__":
    main()
