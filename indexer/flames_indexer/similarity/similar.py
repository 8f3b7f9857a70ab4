"""`similar`: the functions of a repository that are like one of them, or like a piece of text."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flames_indexer.facts import DefinitionKind, FileFacts
from flames_indexer.languages import LANGUAGES
from flames_indexer.model import Match, Role, Span
from flames_indexer.parse import parse
from flames_indexer.resolve.symbols import symbol_id
from flames_indexer.roles import role_of
from flames_indexer.similarity.candidates import Function
from flames_indexer.similarity.code import Code
from flames_indexer.similarity.compare import Comparer
from flames_indexer.similarity.estimates import Estimate, Estimator
from flames_indexer.similarity.evidence import Likeness
from flames_indexer.similarity.sketch import sketch_file

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_FLATTENED: Final = 3  # added to ranks that are fused; 0 and 10 do as well
_SOME: Final = 0.2  # of one function in the other: siblings in form have that, however unlikely
_FUNCTIONS: Final = (DefinitionKind.FUNCTION, DefinitionKind.LAMBDA)
_SOURCE: Final = frozenset((Role.SOURCE,))
_ANY: Final = frozenset(Role)


@dataclass(frozen=True, slots=True)
class _Order:
    """How candidates are ranked and scored: by likelihood, and by how much one has `beside` it."""

    candidates: int  # by sketch, and as many by words
    likely: int  # how often the likelihood counts
    beside: Callable[[Estimate], float]
    score: Callable[[Estimate], float]
    least: float  # score; where none has it nothing is like it, and nothing is told


_OF_FUNCTIONS: Final = _Order(
    60,
    2,  # among the first five are .80 of whole functions then; counted once .72
    lambda one: one.likeness.contained,
    lambda one: one.there,
    0.01,  # of the nearest of a function that is like no other, half are below it
)
_OF_TEXT: Final = _Order(
    200,
    1,
    lambda one: one.likeness.score,
    lambda one: one.likeness.score,
    0.2,  # nine of ten of another hand's versions have more
)
"""Of a text in no file half of what the likelihood rests on is not known, and whoever asks for it
can wait: solutions of one problem are among the first five for .60 of 200 instead of .39."""


def similar(snapshot: "Snapshot", path: str, offset: int, limit: int = 10) -> list[Match]:
    """Functions like the innermost one around `offset`, likeliest first; none outside of one.

    Source files are looked in, from a test also the other tests.
    """
    source, facts = snapshot.source(path), snapshot.facts(path)
    if source is None or facts is None:
        return []
    row = _innermost(facts, offset)
    if row is None:
        return []
    role = snapshot.roles().get(path) or role_of(path, generated=False)
    comparer = Comparer(snapshot, _SOURCE if role is Role.SOURCE else _ANY)
    return _matches(snapshot, comparer, source, facts, row, limit, path)


def lines_of_code(snapshot: "Snapshot", path: str, offset: int) -> int | None:
    """How long the innermost function around `offset` is, as MIN_LINES counts; None outside of
    one. Shorter ones are found by nobody: below that all things look alike."""
    source, facts = snapshot.source(path), snapshot.facts(path)
    row = None if facts is None else _innermost(facts, offset)
    if source is None or facts is None or row is None:
        return None
    sketches = sketch_file(source, facts, only=row)
    return int(sketches.lines[0]) if len(sketches) else 0


def similar_text(snapshot: "Snapshot", source: bytes, limit: int = 10) -> list[Match]:
    """Source functions like the longest one in `source`, or like all of it if it holds none."""
    facts = min((parse(source, language) for language in LANGUAGES), key=lambda f: len(f.problems))
    table = facts.definitions
    rows = [row for row, kind in enumerate(table.kind) if kind in _FUNCTIONS]
    row = max(rows, key=lambda r: table.end[r] - table.start[r], default=0)
    return _matches(snapshot, Comparer(snapshot, _SOURCE), source, facts, row, limit, None)


def holds_function(source: bytes) -> bool:
    """Whether a text has, in some language, something that is compared."""
    read = (parse(source, language) for language in LANGUAGES)
    return any(len(sketch_file(source, facts)) for facts in read if not facts.problems)


def _innermost(facts: FileFacts, offset: int) -> int | None:
    table = facts.definitions
    around = (
        row
        for row in range(len(table) - 1, 0, -1)
        if table.kind[row] in _FUNCTIONS and table.start[row] <= offset <= table.end[row]
    )
    return next(around, None)


def _matches(
    snapshot: "Snapshot",
    comparer: Comparer,
    source: bytes,
    facts: FileFacts,
    row: int,
    limit: int,
    path: str | None,
) -> list[Match]:
    sketches = sketch_file(source, facts, only=row)
    if not len(sketches):
        return []
    estimator = Estimator(snapshot, comparer)
    lines = int(sketches.lines[0])
    asked = (
        estimator.asked_text(source, facts, row, lines)
        if path is None
        else estimator.asked(Function(path, row, lines, 0))
    )
    if asked is None:
        return []
    order = _OF_TEXT if path is None else _OF_FUNCTIONS
    near = comparer.near_values(sketches.values[0], order.candidates + 1)
    found = estimator.candidates(asked, near, order.candidates)
    others = [f for f in found if f.path != path or not _overlap(facts, row, f.row)]
    ranked = _ranked(estimator.estimates(asked, others), order)
    if all(order.score(estimate) < order.least for estimate in ranked):
        return []
    told = (
        _match(snapshot, comparer, asked.code, estimate, order.score(estimate))
        for estimate in ranked[: 2 * limit]
        if order.score(estimate) >= order.least or order.beside(estimate) >= _SOME
    )
    return [match for match in told if match is not None][:limit]


def _overlap(facts: FileFacts, one: int, other: int) -> bool:
    """Whether they are one function, or one is inside of the other."""
    table = facts.definitions
    return table.start[one] < table.end[other] and table.start[other] < table.end[one]


def _ranked(found: list[Estimate], order: _Order) -> list[Estimate]:
    """By reciprocal ranks, of how likely each is to be called instead and of the other: the
    likelihood alone misses siblings that say other things in one form."""
    likely = sorted(found, key=lambda one: (-one.there, one.function))
    beside = sorted(found, key=lambda one: (-order.beside(one), one.function))
    worth = dict.fromkeys((one.function for one in found), 0.0)
    for ranking, times in ((likely, order.likely), (beside, 1)):
        for rank, one in enumerate(ranking, 1):
            worth[one.function] += times / (_FLATTENED + rank)
    return sorted(likely, key=lambda one: -worth[one.function])


def _match(
    snapshot: "Snapshot", comparer: Comparer, code: Code, found: Estimate, score: float
) -> Match | None:
    function = found.function
    facts, their_code = snapshot.facts(function.path), comparer.code(function)
    if facts is None or their_code is None:
        return None
    table = facts.definitions
    ours, theirs = (comparer.weighed(c).views for c in (code, their_code))
    reasons = tuple(_reasons(found.likeness, comparer.rare_calls(ours.calls & theirs.calls)))
    span = Span(function.path, table.start[function.row], table.end[function.row])
    identity = symbol_id(function.path, facts, function.row)
    return Match(identity, span, round(score, 4), reasons)


def _reasons(alike: Likeness, calls: list[str]) -> Iterable[str]:
    yield f"{alike.contained:.0%} of its calls and structure are there"
    if calls:
        yield f"both call {', '.join(calls[:4])}"
    raw, api, words, syntax = alike.cosines
    best = max((words, "the same words"), (syntax, "the same shape"), (api, "the same calls"))
    if raw >= 0.9:
        yield "nearly the same text"
    elif best[0] >= 0.7:
        yield best[1]
