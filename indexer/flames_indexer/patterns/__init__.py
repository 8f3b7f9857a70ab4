"""`patterns`: how is this done here? The best exemplars of a role, and what most of them do.

spelling     names as written, off a file's facts
candidates   the definitions that may be exemplars, with what says what each is for
handed       who a definition is given to
known        the roles that most repositories have, as data
groups       members of those roles, and of the roles that only what they share names
features     what one definition does, and where
reading      members as they were read, and which are copies
exemplars    the few that show how the others are made
cards        exemplars and skeleton of a group
asking       words -> the group that is meant
here         questions about a snapshot
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer import git
from flames_indexer.model import EdgeKind, Role
from flames_indexer.patterns import asking
from flames_indexer.patterns.candidates import (
    Ancestors,
    Candidate,
    ancestors_of,
    candidates,
    candidates_in,
    paths_of,
)
from flames_indexer.patterns.cards import Card, Line, background, cards, is_one_role
from flames_indexer.patterns.exemplars import Exemplar
from flames_indexer.patterns.features import Feature
from flames_indexer.patterns.groups import LEAST, SHARED, Group, groups_of, traits
from flames_indexer.patterns.known import KnownRole, form_of
from flames_indexer.roles import role_of

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

__all__ = [
    "Answer",
    "Card",
    "Exemplar",
    "Feature",
    "Line",
    "RoleFound",
    "pattern",
    "pattern_at",
    "roles_found",
]

_COMMITS = 100  # the latest, that say what is kept up
_OTHER_FILES = (Role.TEST, Role.EXAMPLE)  # looked at when the sources have no such role


@dataclass(frozen=True, slots=True)
class RoleFound:
    """A role with members here. `known`: its name is one that other repositories share."""

    name: str
    members: int
    known: bool
    files: Role


@dataclass(frozen=True, slots=True)
class Answer:
    """`role` is "" when nobody knows what is meant; without cards it has no member here."""

    role: str
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class _Survey:
    """The groups in the files of one kind; `all` are their definitions."""

    files: Role
    all: tuple[Candidate, ...]
    groups: tuple[Group, ...]


def roles_found(snapshot: "Snapshot") -> list[RoleFound]:
    """The roles of a repository: known ones first, then the others by size; tests last."""
    return [
        RoleFound(group.name, len(group.members), group.role is not None, survey.files)
        for survey in (_survey(snapshot, role) for role in (Role.SOURCE, Role.TEST))
        for group in survey.groups
        if _is_one_role(snapshot, survey, group)
    ]


def pattern(snapshot: "Snapshot", words: str) -> Answer:
    """How what the words name is done here. 0.5 CPU s the first time in 3,000 files, then 0.1."""
    if words.startswith(SHARED):
        for role in (Role.SOURCE, Role.TEST):
            survey = _survey(snapshot, role)
            if (listed := asking.listed(words, survey.groups)) is not None:
                return _answer(snapshot, survey, listed)
    few: tuple[_Survey, Group] | None = None
    absent = ""
    likely = asking.meant(words, ())
    in_tests = isinstance(likely, KnownRole) and likely.tests
    for role in (Role.TEST,) if in_tests else (Role.SOURCE, *_OTHER_FILES):
        survey = _survey(snapshot, role)
        found = asking.meant(words, survey.groups)
        if isinstance(found, KnownRole):
            absent = absent or found.name
        elif (
            found is not None
            and (not absent or found.name == absent)
            and _is_one_role(snapshot, survey, found)
        ):
            if len(found.members) >= LEAST:
                return _answer(snapshot, survey, found)
            few, absent = few or (survey, found), found.name
    return Answer(absent) if few is None else _answer(snapshot, *few)


def pattern_at(snapshot: "Snapshot", path: str, offset: int) -> Answer:
    """How what is defined at a place is done elsewhere here; its own definition is left out."""
    facts = snapshot.facts(path)
    if facts is None:
        return Answer("")
    table = facts.definitions
    around = [
        one
        for one in candidates_in(path, facts, _own_ancestors(snapshot, path))
        if table.start[one.row] <= offset <= table.end[one.row]
    ]
    role = snapshot.roles().get(path) or role_of(path, generated=False)
    survey = _survey(snapshot, role if role in _OTHER_FILES else Role.SOURCE)
    for one in sorted(around, key=lambda one: one.size_bytes):
        group = _group_of(survey.groups, one)
        if group is not None and _is_one_role(snapshot, survey, group):
            return _answer(snapshot, survey, group, one)
    return Answer("")


def _group_of(groups: Sequence[Group], one: Candidate) -> Group | None:
    """The smallest known role it has, else the group of its most telling trait."""
    form = form_of(one)
    roles = [
        group
        for group in groups
        if group.role is not None
        and any(rule.matches(one) for rule in group.role.rules)
        and sum(form_of(m) == form and m.symbol != one.symbol for m in group.members) >= LEAST
    ]
    if roles:
        return min(roles, key=lambda group: len(group.members))
    shared = {(group.name, form_of(group.members[0])): group for group in groups}
    return next((shared[trait, form] for trait in traits(one) if (trait, form) in shared), None)


def _is_one_role(snapshot: "Snapshot", survey: _Survey, group: Group) -> bool:
    stored = _stored(snapshot)

    def elsewhere(form: str) -> dict[Feature, float]:
        key = f"patterns/{survey.files}/{form}"
        return snapshot.derived(key, lambda: background(stored, survey.all, form))

    return is_one_role(stored, group, elsewhere)


def _answer(
    snapshot: "Snapshot", survey: _Survey, group: Group, one: Candidate | None = None
) -> Answer:
    stored = _stored(snapshot)
    return Answer(group.name, tuple(cards(stored, group, survey.all, _recent(stored), one)))


def _recent(snapshot: "Snapshot") -> dict[str, int]:
    """Files that changed of late, the latest with the largest number; none without git."""
    root = snapshot.index.root

    def ranked() -> dict[str, int]:
        paths = git.last_changed(root, _COMMITS) or []
        return {path: len(paths) - at for at, path in enumerate(paths)}

    return snapshot.derived("patterns/recent", ranked)


def _survey(snapshot: "Snapshot", role: Role) -> _Survey:
    """Of the index alone: what is open and unsaved does not tell how things are done."""
    stored = _stored(snapshot)

    def made() -> _Survey:
        found = tuple(candidates(stored, paths_of(stored, frozenset((role,)))))
        groups = groups_of(found, tests=role == Role.TEST)
        return _Survey(role, found, tuple(groups))

    return snapshot.derived(f"patterns/{role}", made)


def _stored(snapshot: "Snapshot") -> "Snapshot":
    from flames_indexer.index import Snapshot

    return Snapshot.of(snapshot.index)


def _own_ancestors(snapshot: "Snapshot", path: str) -> Ancestors:
    """As `candidates` knows them, of the classes in a file that may be unsaved."""
    known = ancestors_of(_stored(snapshot))
    found: dict[str, dict[str, None]] = {}
    for edge in snapshot.edges_in(path):
        if edge.kind == EdgeKind.INHERIT:
            own = found.setdefault(edge.source, {})
            own.update(dict.fromkeys((edge.target, *known.get(edge.target, ()))))
    return {symbol: tuple(above) for symbol, above in found.items()}
