"""Cards: how a role is done here: its best exemplars, and what most of its members do."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.model import Span
from flames_indexer.patterns.candidates import Candidate
from flames_indexer.patterns.features import VERBS, Definition, Feature, features
from flames_indexer.patterns.groups import LEAST, Group
from flames_indexer.patterns.known import form_of

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_MOST_READ = 150  # members that a skeleton is read off; a spread over the files of larger groups
_BACKGROUND = 200  # other definitions that tell what is common everywhere
_FEW = 20  # of them; what fewer do may be chance
_MOST = 0.5  # share from which "most of them" is said
_SOME = 0.2
_LIFT = 1.5  # how much commoner than elsewhere; below it says nothing of the role
_LINES = 12
_SOME_LINES = 5
_EXEMPLARS = 3
_BASE = re.compile(r"^(Base|Abstract)[A-Z]|(Base|Mixin)$")


@dataclass(frozen=True, slots=True)
class Line:
    """`count` of `among` members do it; `span` is where the best exemplar that does shows it."""

    feature: Feature
    count: int
    among: int
    span: Span


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A member that others may be modelled on, and why."""

    symbol: str
    span: Span
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """`most` and `some` are in the order one writes them: decorators first, returns last.

    `read` members were compared, of `members`. Fewer than three have no skeleton.
    """

    name: str
    form: str
    members: int
    read: int
    exemplars: tuple[Exemplar, ...]
    most: tuple[Line, ...]
    some: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    candidate: Candidate
    features: dict[Feature, int]
    is_documented: bool
    definition: Definition


def cards(
    snapshot: "Snapshot",
    group: Group,
    others: Sequence[Candidate],
    changed: Mapping[str, int],
    asked: Candidate | None = None,
) -> list[Card]:
    """One card for each form that enough members have, else for the commonest; largest first.

    `others` tell what is common everywhere; `changed` ranks the files that changed of late. Of what
    is `asked` about, only its own form is shown, and not itself.
    """
    members = [m for m in group.members if asked is None or m.symbol != asked.symbol]
    forms = Counter(form_of(m) for m in members if asked is None or form_of(m) == form_of(asked))
    kept = [form for form, count in forms.most_common(2) if count >= LEAST]
    return [
        _card(snapshot, group.name, [m for m in members if form_of(m) == form], others, changed)
        for form in kept or [form for form, _ in forms.most_common(1)]
    ]


def _card(
    snapshot: "Snapshot",
    name: str,
    members: list[Candidate],
    others: Sequence[Candidate],
    changed: Mapping[str, int],
) -> Card:
    form = form_of(members[0])
    read = [r for m in _spread(members, _MOST_READ) if (r := _read(snapshot, m)) is not None]
    known = {member.symbol for member in members}
    rest = [o for o in others if form_of(o) == form and o.symbol not in known]
    back = [r for o in _spread(rest, _BACKGROUND) if (r := _read(snapshot, o)) is not None]
    share = _shares(read)
    elsewhere = _shares(back, _FEW)
    telling = {
        feature: part
        for feature, part in share.items()
        if part * len(read) >= LEAST and part >= _LIFT * elsewhere.get(feature, 0.0)
    }
    ranked = _ranked(snapshot, read, telling, changed)
    best = [one for one, _ in ranked]
    return Card(
        name=name,
        form=form,
        members=len(members),
        read=len(read),
        exemplars=tuple(_exemplars(ranked)),
        most=_lines(telling, best, _MOST, 1.01, _LINES),
        some=_lines(telling, best, _SOME, _MOST, _SOME_LINES),
    )


def _spread(members: Sequence[Candidate], most: int) -> list[Candidate]:
    """At most so many, evenly over the paths."""
    step = max(1.0, len(members) / most)
    return [members[int(at * step)] for at in range(min(most, len(members)))]


def _read(snapshot: "Snapshot", one: Candidate) -> _Read | None:
    facts, source = snapshot.facts(one.path), snapshot.source(one.path)
    if facts is None or source is None or one.row >= len(facts.definitions.kind):
        return None
    definition = Definition(one, facts, source)
    return _Read(one, features(definition), facts.definitions.doc_start[one.row] >= 0, definition)


def _shares(read: list[_Read], least: int = 1) -> dict[Feature, float]:
    """How many of them have each feature; of fewer than `least`, as if the others had none."""
    counts = Counter(feature for one in read for feature in one.features)
    return {feature: count / max(len(read), least) for feature, count in counts.items()}


def _ranked(
    snapshot: "Snapshot",
    read: list[_Read],
    telling: dict[Feature, float],
    changed: Mapping[str, int],
) -> list[tuple[_Read, tuple[str, ...]]]:
    """Best exemplar first, with what speaks for it."""
    if not read:
        return []
    sizes = sorted(one.candidate.size_bytes for one in read)
    median = sizes[len(sizes) // 2] or 1
    whole = sum(part for part in telling.values() if part >= _SOME) or 1.0
    bases = {base for one in read for base in one.candidate.bases}
    rows: list[tuple[float, str, _Read, tuple[str, ...]]] = []
    for one in read:
        shown = sum(part for f, part in telling.items() if part >= _SOME and f in one.features)
        central = shown / whole
        size = math.exp(-abs(math.log((one.candidate.size_bytes or 1) / median)))
        usage = snapshot.usage(one.candidate.symbol)
        recency = changed.get(one.candidate.path, 0) / max(len(changed), 1)
        score = central + 0.5 * size + 0.15 * one.is_documented + 0.15 * (usage.tests > 0)
        score += 0.1 * recency
        is_base = one.candidate.symbol in bases or _BASE.search(one.candidate.name) is not None
        score -= 0.5 * is_base  # made to be inherited, where one asks for what is made of it
        reasons = [f"{_percent(central)} typical"] if central else []
        reasons += ["documented"] * one.is_documented + ["tested"] * (usage.tests > 0)
        rows.append((score, one.candidate.symbol, one, tuple(reasons)))
    rows.sort(key=lambda row: (-row[0], row[1]))
    return [(one, reasons) for _, _, one, reasons in rows]


def _percent(part: float) -> str:
    return f"{round(100 * part)} %"


def _is_doubtful(one: _Read) -> bool:
    """Whether it says of itself that it is not to be followed."""
    start = one.candidate.row
    facts = one.definition.facts
    begin = facts.definitions.start[start]
    text = one.definition.source[begin : min(facts.definitions.end[start], begin + 1500)].lower()
    return b"deprecat" in text or "deprecat" in one.candidate.path.lower()


def _exemplars(ranked: list[tuple[_Read, tuple[str, ...]]]) -> list[Exemplar]:
    """The best, of different files and no copies of each other where there are others."""
    ranked = [one for one in ranked if not _is_doubtful(one[0])] or ranked
    named = Counter(read.candidate.name for read, _ in ranked)
    kept: dict[str, tuple[_Read, tuple[str, ...]]] = {}
    seen: set[str] = set()
    for one in ranked[: max(3 * _EXEMPLARS, len(ranked) // 2)]:
        candidate = one[0].candidate
        # one name for most of them (`Command`) tells no copies
        own = named[candidate.name] <= max(1, len(ranked) // 2)
        copy = f"::{candidate.name}" if own else candidate.path
        if candidate.path not in seen and copy not in seen:
            seen |= {candidate.path, copy}
            kept[candidate.symbol] = one
    for one in ranked[:_EXEMPLARS]:
        kept.setdefault(one[0].candidate.symbol, one)
    found: list[Exemplar] = []
    for read, reasons in list(kept.values())[:_EXEMPLARS]:
        table, one = read.definition.facts.definitions, read.candidate
        span = Span(one.path, table.start[one.row], table.end[one.row])
        found.append(Exemplar(one.symbol, span, reasons))
    return found


def _lines(
    telling: dict[Feature, float], best: list[_Read], least: float, below: float, limit: int
) -> tuple[Line, ...]:
    kept = [f for f, part in telling.items() if least <= part < below]
    kept = sorted(kept, key=lambda f: (-telling[f], f))[:limit]
    kept.sort(key=lambda f: (VERBS.index(f.verb), -telling[f], f.what))
    lines: list[Line] = []
    for feature in kept:
        shows = next(one for one in best if feature in one.features)
        at = shows.features[feature]
        span = Span(shows.candidate.path, at, at)
        lines.append(Line(feature, round(telling[feature] * len(best)), len(best), span))
    return tuple(lines)
