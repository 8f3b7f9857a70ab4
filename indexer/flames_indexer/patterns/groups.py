"""Groups: the definitions of one role, named or only by what they share."""

import builtins
import re
from collections.abc import Iterable
from dataclasses import dataclass

from flames_indexer.patterns.candidates import Candidate
from flames_indexer.patterns.known import KNOWN, VERBS, KnownRole, form_of
from flames_indexer.patterns.spelling import last_name

LEAST = 3  # members; what two have in common is chance
_COVERED = 0.6  # of a group with no name in a named one: it is the same by another word
_WIDEST = 0.25  # of all candidates; what so many share is no role
_VAGUE = frozenset(("", "…Mixin", "…Base", "…Test", "…Tests"))
_MARKS = re.compile(r"(^|\.)(mark|skip)\.|^mock\.|\.patch(\.|$)")  # say how a test runs
_SHORTEST = 2  # letters of a name that tells something
# Say how a function is called or kept, not what it is for.
MECHANICS = frozenset(
    (
        *("property", "staticmethod", "classmethod", "cached_property", "overload", "wraps"),
        *("abstractmethod", "contextmanager", "lru_cache", "cache", "setter", "getter", "deleter"),
        *("object", "type", "Generic", "Protocol", "ABC", "ABCMeta", "NamedTuple", "TypedDict"),
        *("Enum", "dataclass", "final", "override", "deprecated", "classproperty", "cached"),
        *("asynccontextmanager", "total_ordering", "singledispatch", "singledispatchmethod"),
        *("no_type_check", "runtime_checkable", "cast", "partial", "unique", "method_decorator"),
    )
)


ENDING = "…"
SHARED = ("decorated with ", "subclasses of ", "handed to ", ENDING)
"""How the names of groups begin that what they share names."""


@dataclass(frozen=True, slots=True)
class Group:
    """`role` is None where what its members share names it. Members by path and place."""

    name: str
    members: tuple[Candidate, ...]
    role: KnownRole | None = None


def groups_of(found: Iterable[Candidate], *, tests: bool) -> list[Group]:
    """The groups in some definitions: named ones in the order of KNOWN, then the others by size."""
    all_of_them = list(found)
    named = [
        Group(role.name, members, role)
        for role in KNOWN
        if role.tests == tests and (members := _members(role, all_of_them))
    ]
    return [*named, *_shared(all_of_them, named, tests=tests)]


def _members(role: KnownRole, found: list[Candidate]) -> tuple[Candidate, ...]:
    plain = tuple(rule for rule in role.rules if rule.is_plain)
    return tuple(
        one
        for one in found
        if (rules := role.rules if one.decorators or one.bases or one.handed else plain)
        and any(rule.matches(one) for rule in rules)
    )


def _shared(found: list[Candidate], named: list[Group], *, tests: bool) -> list[Group]:
    """Groups that share a trait, each with a form of its own; no two of the same members."""
    by_trait: dict[tuple[str, str], list[Candidate]] = {}
    for one in found:
        for name in traits(one):
            by_trait.setdefault((name, form_of(one)), []).append(one)
    covered = [frozenset(member.symbol for member in group.members) for group in named]
    groups: list[Group] = []
    for (name, _), members in sorted(by_trait.items(), key=lambda item: (-len(item[1]), item[0])):
        own = frozenset(member.symbol for member in members)
        named_so = {member.name for member in members}
        if len({member.path for member in members}) < 2 or len(own) < LEAST:
            continue
        if name.startswith(ENDING) and (tests or len(named_so) < LEAST):  # doubles, copies of one
            continue
        if len(own) > max(_WIDEST * len(found), 50):
            continue
        if any(len(own & other) > _COVERED * len(own) for other in covered):
            continue
        covered.append(own)
        groups.append(Group(name, tuple(members)))
    return groups


def traits(one: Candidate) -> list[str]:
    """In words what a definition may share with others, most telling first."""
    if one.is_nested or (one.is_class and one.is_method):
        return []
    found = [naming("decorated with", f"@{kind_of(d)}") for d in one.decorators if tells(d)]
    found += [naming("inherits", short) for b in one.bases if tells(short := short_name(b))]
    found += list(
        dict.fromkeys(naming("handed to", kind_of(to)) for to in one.handed if _takes(to))
    )
    folder = one.path.rpartition("/")[0].rpartition("/")[2]
    ending = _ending(one.name)
    if folder and ending not in _VAGUE and one.name[0].isupper():
        found.append(f"{ending} in {folder}/")
    return found


def naming(verb: str, what: str) -> str:
    """The name of the group of all that share a feature."""
    if verb == "inherits":
        return f"subclasses of {what}"
    return f"{verb} {what}"


def kind_of(text: str) -> str:
    """`router.*` of `router.get`: one kind, whatever the verb of HTTP."""
    owner, _, name = text.rpartition(".")
    return f"{owner}.*" if owner and name in VERBS else text


def _takes(text: str) -> bool:
    """Whether one can be made to be handed there: not what a class does with its own parts."""
    return "." in text and tells(text) and not text.startswith(("self.", "this.", "super."))


def short_name(identity: str) -> str:
    """`View` of `ext:django.views.View`, `pkg/a.py::View`, `views.View`."""
    return last_name(identity.rpartition("::")[2] or identity)


def tells(text: str) -> bool:
    """Whether a decorator or base says what something is for, not how it is called or kept."""
    name = last_name(text)
    if _MARKS.search(text):
        return False
    return name not in MECHANICS and len(name) > _SHORTEST and not hasattr(builtins, name)


def _ending(name: str) -> str:
    """`…Backend` of `FileBackend`; "" of one word."""
    for at in range(len(name) - 1, 0, -1):
        if name[at].isupper() and name[at - 1].islower():
            return f"{ENDING}{name[at:]}"
    return ""
