"""What speaks for each file of tests, and how much that counts together."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from flames_indexer.coverage_data import Covered
from flames_indexer.history import History, together
from flames_indexer.model import Edge, Role
from flames_indexer.selection.reached import Step, reached

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

# What each piece of evidence counts. The graph's is 1 for the test file that it speaks for most,
# the others are shares. Chosen on 100 commits each of click and flask; halving any but `_SHARED`
# changes the mean reciprocal rank there by less than .02.
_EXACT = 0.3  # the graph, from what changed
_NEARBY = 0.5  # the graph, from all that is in the changed files
_NAMED = 0.4
_SHARED = 2.0  # of the last changes of a changed file, the share that changed the test too
_LINKED = 1.0  # the strength of that link, as `history` has it
_COVERED = 1.0
_COVERED_FILE = 0.5
_FEW_CHANGES = 2  # added to a file's number of changes, so that one of one is not certainty
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_SUFFIX = re.compile(r"(?:[.](?:test|spec|d))*[.][cm]?(?:py|pyi|[jt]sx?)$")
_NO_WORDS = frozenset(("test", "tests", "spec", "init", "index"))


@dataclass(frozen=True, slots=True)
class Question:
    """`symbols` changed, or are asked about, in the files `paths`. `nearby`: tests of other symbols
    of those files count too, as they do for a change. `own`: numbers of the commits that the
    change consists of. `lost`: uses of those that are gone, which the graph has no more."""

    symbols: Collection[str]
    paths: Collection[str]
    nearby: bool = True
    own: Collection[int] = ()
    lost: Mapping[str, Sequence[Edge]] = field(default_factory=dict[str, Sequence[Edge]])


@dataclass(frozen=True, slots=True)
class Company:
    """How often a test file changed with a changed file."""

    score: float
    changed: str
    shared: int
    of: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """`exact` and `nearby`: test symbols that get to what changed, or to what is in its files.
    `company` and `names`: by test file."""

    exact: Mapping[str, Step]
    nearby: Mapping[str, Step]
    company: Mapping[str, Company]
    names: Mapping[str, float]
    covered: Mapping[str, float]


def evidence_of(
    snapshot: "Snapshot",
    question: Question,
    tests: Collection[str],
    history: History | None,
    covered: Covered | None,
) -> Evidence:
    """All that is known for the files `tests`."""
    is_test = partial(_is_test, snapshot.roles())
    sources = [path for path in sorted(question.paths) if not is_test(path)]
    exact = reached(snapshot, dict.fromkeys(question.symbols, 1.0), is_test, question.lost)
    around = [symbol.id for path in sources for symbol in snapshot.symbols_in(path)]
    nearby = reached(snapshot, dict.fromkeys(around, 1.0), is_test) if question.nearby else exact
    company = _company(history, sources, question.own, tests) if history is not None else {}
    changed = [symbol.partition("::")[2] for symbol in question.symbols]
    names = {path: _alike(path, [*sources, *filter(None, changed)]) for path in tests}
    runs = _runs(snapshot, covered) if covered is not None else {}
    return Evidence(exact, nearby, company, names, runs)


def scores(evidence: Evidence, tests: Collection[str]) -> dict[str, float]:
    """How likely each of the files is affected, on no particular scale."""
    found: dict[str, float] = {}
    exact, nearby = _shares(evidence.exact), _shares(evidence.nearby)
    for path in tests:
        company = evidence.company.get(path)
        found[path] = (
            _EXACT * exact.get(path, 0.0)
            + _NEARBY * nearby.get(path, 0.0)
            + _NAMED * evidence.names[path]
            + (company.score if company is not None else 0.0)
            + evidence.covered.get(path, 0.0)
        )
    return found


def _shares(graph: Mapping[str, Step]) -> dict[str, float]:
    """The weight of each file of tests, as a share of the heaviest."""
    sums: dict[str, float] = {}
    for symbol, step in graph.items():
        path = symbol.partition("::")[0]
        sums[path] = sums.get(path, 0.0) + step.weight
    best = max(sums.values(), default=1.0)
    return {path: weight / best for path, weight in sums.items()}


def _company(
    history: History, sources: Collection[str], own: Collection[int], tests: Collection[str]
) -> dict[str, Company]:
    found: dict[str, Company] = {}
    for changed in sources:
        for path in tests:
            strength, shared, of = together(history, changed, path, own)
            if not shared:
                continue
            score = _SHARED * shared / (of + _FEW_CHANGES) + _LINKED * strength
            if path not in found or found[path].score < score:
                found[path] = Company(score, changed, shared, of)
    return found


def _alike(test: str, names: Collection[str]) -> float:
    """The share of words that the name of a test file has in common with what changed: the paths
    and the qualified names of that."""
    own = _words(test)
    shares = (len(own & one) / len(own | one) for one in map(_words, names) if one)
    return max(shares, default=0.0)


def _words(path: str) -> frozenset[str]:
    """Of a file's name; of its folder's, where the file's says nothing."""
    folder, _, name = path.rpartition("/")
    for text in (_SUFFIX.sub("", name), folder.rpartition("/")[2]):
        words = frozenset(w.lower() for w in _WORDS.findall(text)) - _NO_WORDS
        if words:
            return words
    return frozenset()


def _runs(snapshot: "Snapshot", covered: Covered) -> dict[str, float]:
    """What coverage counts for each test file."""
    scores = {_file_of(snapshot, test): _COVERED_FILE for test in covered.files}
    return scores | {_file_of(snapshot, test): _COVERED for test in covered.lines}


def _file_of(snapshot: "Snapshot", test: str) -> str:
    """The file of a test as its runner names it; "" where there is none."""
    path = test.partition("::")[0]
    if snapshot.exists(path):
        return path
    parts = test.split(".")
    modules = ("/".join(parts[:n]) + ".py" for n in range(len(parts), 0, -1))
    return next((module for module in modules if snapshot.exists(module)), "")


def _is_test(roles: Mapping[str, Role], path: str) -> bool:
    return roles.get(path) is Role.TEST
