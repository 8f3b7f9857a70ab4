"""The tests that a change or a symbol affects, the likeliest first, each with its reasons."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.coverage_data import Covered
from flames_indexer.history import History
from flames_indexer.model import EdgeKind, Role
from flames_indexer.selection.evidence import Company, Evidence, Question, evidence_of, scores
from flames_indexer.selection.reached import Step
from flames_indexer.selection.runnable import holds_tests, is_run, tests_in

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_LEAST = 0.05  # of the best score; what is less likely is a guess
_MOST_BY_NAME = 8  # tests of one file; of more it is the file that is run
_FEWEST_SHARED = 2  # changes together; once is no habit
_SAID = {
    EdgeKind.CALL: "calls",
    EdgeKind.IMPORT: "imports",
    EdgeKind.TEST: "is named after",
    EdgeKind.INHERIT: "inherits from",
    EdgeKind.FIXTURE: "is given",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A test, or a file of tests: `run` is what its runner is told. `score`: the file's, 0 to 1, as
    a share of the likeliest's."""

    path: str
    symbol: str  # the path again for a whole file
    run: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """`tests`: file after file, the likeliest first. `more`: files that the limit left out.
    `notes`: what evidence is missing."""

    tests: tuple[Chosen, ...]
    more: int
    notes: tuple[str, ...] = ()


def tests_of(
    snapshot: "Snapshot",
    question: Question,
    history: History | None,
    covered: Covered | None = None,
    limit: int = 20,
) -> Selection:
    """The tests to run first, of at most `limit` files. Files of tests that changed come first."""
    roles = snapshot.roles()
    files = [path for path in snapshot.paths() if roles.get(path) is Role.TEST and is_run(path)]
    evidence = evidence_of(snapshot, question, files, history, covered)
    weights = scores(evidence, files)
    best = max(weights.values(), default=0.0) or 1.0
    changed = {path: 1.0 for path in files if path in question.paths}
    likely = {path: weights[path] / best for path in files if weights[path] > _LEAST * best}
    ordered = sorted(likely | changed, key=lambda p: (p not in changed, -likely.get(p, 0.0), p))
    ranked = [path for path in ordered if holds_tests(snapshot, path)]
    tests = [
        one
        for path in ranked[:limit]
        for one in _of_file(_Asked(snapshot, question, evidence, covered), path)
    ]
    shares = likely | changed
    return Selection(
        tuple(Chosen(t.path, t.symbol, t.run, shares[t.path], t.reasons) for t in tests),
        max(0, len(ranked) - limit),
        (
            *(
                ["without the git history, which is not there or not read yet"]
                if history is None
                else []
            ),
            *(covered.notes if covered is not None else ()),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    snapshot: "Snapshot"
    question: Question
    evidence: Evidence
    covered: Covered | None


def _of_file(asked: _Asked, path: str) -> Iterator[Chosen]:
    """The tests of a file that are known to be affected, or the file."""
    runnable = tests_in(asked.snapshot, path)
    reasons: dict[str, list[str]] = {}
    for symbol in sorted(asked.question.symbols):
        if path in asked.question.paths and (test := _test_of(symbol, runnable)) is not None:
            reasons.setdefault(test, []).append("changed")
    for test in sorted(_covering(asked.covered, runnable)):
        reasons.setdefault(test, []).append("ran it when coverage was last measured")
    for test, step in _steps(asked.evidence.exact, path, runnable):
        reasons.setdefault(test, []).append(_reason(step))
    common = _company_said(asked.evidence.company.get(path))
    if reasons and len(reasons) <= _MOST_BY_NAME:
        for test, own in reasons.items():
            yield Chosen(path, test, runnable[test], 0.0, (*own, *common))
        return
    told = [f"{len(reasons)} of its tests use it"] if reasons else _use_said(asked, path)
    yield Chosen(path, path, path, 0.0, (*told, *common) or ("is named alike",))


def _steps(
    graph: Mapping[str, Step], path: str, runnable: Mapping[str, str]
) -> list[tuple[str, Step]]:
    """The tests of a file that get to a changed symbol, the heaviest first."""
    found: dict[str, Step] = {}
    for symbol, step in graph.items():
        test = _test_of(symbol, runnable) if step.edge.span.path == path else None
        if test is not None and (test not in found or found[test].weight < step.weight):
            found[test] = step
    return sorted(found.items(), key=lambda item: (-item[1].weight, item[0]))


def _test_of(symbol: str, runnable: Mapping[str, str]) -> str | None:
    """The test that a symbol is, or is written in."""
    while symbol not in runnable:
        path, _, name = symbol.partition("::")
        if "." not in name:
            return None
        symbol = f"{path}::{name.rpartition('.')[0]}"
    return symbol


def _use_said(asked: _Asked, path: str) -> list[str]:
    """The heaviest use in a file none of whose tests is known to use what changed."""
    if path in asked.question.paths:
        return ["changed"]
    for graph in (asked.evidence.exact, asked.evidence.nearby):
        own = [step for step in graph.values() if step.edge.span.path == path]
        if own:
            return [_reason(max(own, key=lambda step: step.weight))]
    return []


def _reason(step: Step) -> str:
    """`calls send`, `calls main, 2 steps away`."""
    name = step.edge.target.rpartition("::")[2]
    away = f", {step.steps} steps away" if step.steps > 1 else ""
    return f"{_SAID.get(step.edge.kind, 'uses')} {name}{away}"


def _company_said(company: Company | None) -> list[str]:
    if company is None or company.shared < _FEWEST_SHARED:
        return []
    changed = company.changed.rpartition("/")[2]
    return [f"changed in {company.shared} of the last {company.of} changes of {changed}"]


def _covering(covered: Covered | None, runnable: Mapping[str, str]) -> set[str]:
    """The tests that ran the lines asked about."""
    if covered is None:
        return set()
    ran = {test.partition("[")[0] for test in covered.lines}
    return {symbol for symbol, run in runnable.items() if run in ran or _dotted(run) in ran}


def _dotted(run: str) -> str:
    """A pytest node id as coverage.py names contexts by itself: `tests.test_a.TestB.test_c`."""
    path, _, name = run.partition("::")
    return f"{path.removesuffix('.py').replace('/', '.')}.{name.replace('::', '.')}"
