"""Cards: how a role is done here: its best exemplars, and what most of its members do."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.model import Span
from flames_indexer.patterns.candidates import Candidate
from flames_indexer.patterns.exemplars import Exemplar, bits, exemplars
from flames_indexer.patterns.features import VERBS, Feature
from flames_indexer.patterns.groups import LEAST, Group, naming
from flames_indexer.patterns.known import form_of
from flames_indexer.patterns.reading import Member, read_members, shares, spread, without_copies

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_MOST_READ = 150  # members that a skeleton is read off; a spread over the files of larger groups
_BACKGROUND = 200  # other definitions that tell what is common everywhere
_ASKED_ELSEWHERE = 50  # of them, that tell whether members have something of their own
_FEW = 20  # of them; what fewer do may be chance
_MOST = 0.5  # "most of them" do what more than this share do
_SOME = 0.2
_SOME_OF_BODIES = 0.3  # what a body happens to call is less of a rule than what frames it
_LIFT = 1.5  # how much commoner than elsewhere; below it says nothing of the role
_LINES = 12
_SOME_LINES = 5
_ASKED_FIRST = 12  # members that tell whether they have anything in common
_OF_BODIES = frozenset(("calls", "renders", "returns", "takes"))


@dataclass(frozen=True, slots=True)
class Line:
    """`count` of `among` members do it; `span` is where the best exemplar that does shows it."""

    feature: Feature
    count: int
    among: int
    span: Span


@dataclass(frozen=True, slots=True)
class Card:
    """`most` and `some` are in the order one writes them: decorators first, returns last.

    `read` members were compared, of `members`: a spread of many, and of copies one. Fewer than
    three have no skeleton.
    """

    name: str
    form: str
    members: int
    read: int
    exemplars: tuple[Exemplar, ...]
    most: tuple[Line, ...]
    some: tuple[Line, ...]


def background(
    snapshot: "Snapshot", others: Iterable[Candidate], form: str, most: int = _ASKED_ELSEWHERE
) -> dict[Feature, float]:
    """How common each feature is in definitions of a form, read off so many."""
    alike = [other for other in others if form_of(other) == form]
    return shares(read_members(snapshot, spread(alike, most)), _FEW)


def is_one_role(
    snapshot: "Snapshot", group: Group, elsewhere: Callable[[str], Mapping[Feature, float]]
) -> bool:
    """Whether the members are more than what names the group: most do one thing more alike, which
    is not common `elsewhere`, in definitions of that form."""
    if group.role is not None:
        return True
    read = without_copies(read_members(snapshot, spread(group.members, _ASKED_FIRST)))
    if len(read) < LEAST:
        return False
    others = elsewhere(form_of(group.members[0]))
    return any(
        part > _MOST
        and part >= _LIFT * others.get(feature, 0.0)
        and not feature.what.startswith(".")
        and _is_spread(feature, read)
        and group.name != naming(feature.verb, feature.what)
        for feature, part in shares(read).items()
    )


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
    read = read_members(snapshot, spread(members, _MOST_READ))
    known = {member.symbol for member in members}
    rest = (other for other in others if other.symbol not in known)
    elsewhere = background(snapshot, rest, form, _BACKGROUND)
    own = without_copies(read)
    telling = {
        feature: part
        for feature, part in shares(own).items()
        if part >= _LIFT * elsewhere.get(feature, 0.0)
        and _is_spread(feature, own)
        and naming(feature.verb, feature.what) != name
    }
    best = exemplars(snapshot, own, telling, elsewhere, changed)
    order = [member for member, _ in best] + own
    most = {f: part for f, part in telling.items() if part > _MOST}
    some = {f: part for f, part in telling.items() if f not in most and part >= _enough(f)}
    return Card(
        name=name,
        form=form,
        members=len(members),
        read=len(own),
        exemplars=tuple(exemplar for _, exemplar in best),
        most=_lines(_most_telling(most, elsewhere, _LINES), order, len(own)),
        some=_lines(_most_telling(some, elsewhere, _SOME_LINES), order, len(own)),
    )


def _is_spread(feature: Feature, members: Sequence[Member]) -> bool:
    """Whether enough do it; what a body calls, not in one file only where the role has several."""
    shown = [member.candidate.path for member in members if feature in member.features]
    if feature.verb not in _OF_BODIES:
        return len(shown) >= LEAST
    files = {member.candidate.path for member in members}
    return len(shown) >= LEAST and len(set(shown)) >= min(LEAST, len(files))


def _enough(feature: Feature) -> float:
    """The share from which some do it by rule. Of an unknown receiver's method there is none."""
    if feature.verb not in _OF_BODIES:
        return _SOME
    return 1.0 if feature.what.startswith(".") else _SOME_OF_BODIES


def _most_telling(
    kept: Mapping[Feature, float], elsewhere: Mapping[Feature, float], limit: int
) -> list[Feature]:
    """Those that are common here and rare elsewhere, in the order one writes them."""
    tells = {f: part * bits(part, elsewhere.get(f, 0.0)) for f, part in kept.items()}
    listed = sorted(kept, key=lambda f: (-tells[f], f))[:limit]
    return sorted(listed, key=lambda f: (VERBS.index(f.verb), -kept[f], f.what))


def _lines(listed: Sequence[Feature], order: Sequence[Member], among: int) -> tuple[Line, ...]:
    """`order`: the best exemplars, then all that were compared, `among` of them."""
    lines: list[Line] = []
    for feature in listed:
        shows = next(one for one in order if feature in one.features)
        at = shows.features[feature]
        count = sum(feature in one.features for one in order[-among:])
        span = Span(shows.candidate.path, at, at)
        lines.append(Line(feature, count, among, span))
    return tuple(lines)
