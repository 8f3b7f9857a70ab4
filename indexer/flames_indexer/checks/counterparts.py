"""Which two functions may be said to be one too many, before anything is compared.

Most pairs of functions that look alike are alike on purpose. Each reason here was a family of false
alarms on healthy repositories; without them nine of ten reports would be wrong.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from flames_indexer.checks.opposites import NEGATING, are_opposite
from flames_indexer.facts import DefinitionFlag, DefinitionKind, FileFacts
from flames_indexer.similarity.candidates import Function

_CLASSES = (DefinitionKind.CLASS, DefinitionKind.INTERFACE)
_NEVER = (
    DefinitionFlag.STUB_BODY
    | DefinitionFlag.OVERLOAD
    | DefinitionFlag.ABSTRACT
    | DefinitionFlag.PROPERTY
    | DefinitionFlag.SETTER
    | DefinitionFlag.CONSTRUCTOR
)
# One method per case of a closed set: the cases look alike, and each must stay its own.
# Either half of a pair counts: `visit_figure` beside `depart_figure`.
_CASE_BY_CASE = re.compile(
    r"_?(visit|depart|leave|enter|exit|on|test|serialize|deserialize)(?=_|[A-Z]|$)"
)
# Code that is kept beside its successor on purpose.
_VERSION = re.compile(
    r"v|v?\d+(_\d+)*|old|new|legacy|compat|deprecated|py[23]|_?async(io)?|_?sync|aio"
)
_IN_PATHS = re.compile(r"v?\d+(_\d+)*|_?async(io)?|_?sync")
_WAITING = re.compile(r"_?a?sync(io|hronous)?")
_NUMBERED = re.compile(r"v\d+\w*", re.IGNORECASE)
_REPLACED = frozenset(("legacy", "compat", "deprecated", "old"))
_MIGRATIONS = "/migrations/"
_BETWEEN_WORDS = re.compile(r"[_.\-\s\"'`]+|(?<=[a-z])(?=[A-Z0-9])")
# Written to be read, or to try out other code: says so in its name, or where it lies.
_SHOWN = frozenset(
    (
        *("demo", "demos", "example", "examples", "tutorial", "tutorials", "stories", "storybook"),
        *("mock", "mocks", "fixture", "fixtures", "benchmark", "benchmarks", "playground"),
    )
)
_TRYING = frozenset(("test", "tests", "testing", "jest", "vitest", "cypress", "playwright"))


@dataclass(frozen=True, slots=True)
class Subject:
    """A function with what its surroundings say of it."""

    function: Function
    name: str
    qualname: str
    flags: DefinitionFlag
    owner: str  # qualname of the class it is a method of; "" when it is none
    nested: bool  # in a function, which alone can call it
    derived: bool  # of its class; and where it is in a function, by caution
    start: int
    end: int
    name_start: int
    name_end: int
    id: str  # symbol id
    unversioned: tuple[str, ...]  # path and qualname without what tells versions apart
    generation: tuple[str, ...]  # folders that name a version, or code that has a successor
    language: str


def subject_of(function: Function, facts: FileFacts) -> Subject:
    """The function's names, flags and places."""
    table, strings, row = facts.definitions, facts.strings, function.row
    parent = table.parent[row]
    is_method = parent > 0 and table.kind[parent] in _CLASSES
    named = table.name_start[row] >= table.start[row]
    return Subject(
        function,
        strings[table.name[row]],
        strings[table.qualname[row]],
        DefinitionFlag(table.flags[row]),
        strings[table.qualname[parent]] if is_method else "",
        parent > 0 and not is_method,
        not is_method or parent in facts.bases.definition,
        table.start[row],
        table.end[row],
        table.name_start[row] if named else table.start[row],
        table.name_end[row] if named else table.start[row] + 1,
        f"{function.path}::{strings[table.qualname[row]]}",
        (*_unversioned(function.path), strings[table.qualname[row]]),
        _generation(function.path),
        facts.language,
    )


def may_repeat(subject: Subject) -> bool:
    """Whether the function is of a kind that could be replaced by a call."""
    return not (
        subject.flags & _NEVER
        or not subject.name.isidentifier()  # anonymous: nobody could call it
        or (subject.name.startswith("__") and subject.name.endswith("__"))
        or subject.name == "constructor"
        or _is_shown(subject)
        or _MIGRATIONS in f"/{subject.function.path}"
    )


def alike_on_purpose(one: Subject, other: Subject) -> bool:
    """Whether the two are alike for a reason other than repetition."""
    return (
        (one.flags ^ other.flags) & DefinitionFlag.ASYNC != 0
        or _overlapping(one, other)
        or _same_method(one, other)
        or _cases(one.name, other.name)
        or _versions(one, other)
    )


def opposite(one: Subject, other: Subject) -> bool:
    """Whether their names differ in one word, and the two words are each other's opposite."""
    return _opposite_words(one.name, other.name)


def _opposite_words(one: str, other: str) -> bool:
    """Whether they differ in one word, and the two words are each other's opposite; or in a no."""
    first, second = _words(one), _words(other)
    if first != second and _unnegated(first) == _unnegated(second):
        return True
    differing = [two for two in zip(first, second, strict=False) if two[0] != two[1]]
    return len(first) == len(second) and len(differing) == 1 and are_opposite(*differing[0])


def _is_shown(subject: Subject) -> bool:
    """Whether it is an example or there for tests, by its name or its file's."""
    return _is_shown_place(subject.function.path) or _named(subject.qualname, _SHOWN)


@lru_cache(maxsize=4096)
def _is_shown_place(path: str) -> bool:
    parts = PurePosixPath(path).with_suffix("").parts
    return any(_named(part, _SHOWN | _TRYING) for part in parts)


def _named(name: str, words: frozenset[str]) -> bool:
    return any(word.rstrip("0123456789") in words for word in _words(name))


def _overlapping(one: Subject, other: Subject) -> bool:
    return (
        one.function.path == other.function.path and one.start < other.end and other.start < one.end
    )


def _same_method(one: Subject, other: Subject) -> bool:
    """Overrides, implementations of one interface, and the functions inside them."""
    return same_name(one, other) and (one.derived or other.derived)


def same_name(one: Subject, other: Subject) -> bool:
    """Whether they are of one name, and each inside of a class: of classes without any base they
    may be an interface that is written nowhere."""
    return _inside_class(one) and _inside_class(other) and _last(one) == _last(other)


def _inside_class(subject: Subject) -> bool:
    return bool(subject.owner) or "." in subject.qualname


def _last(subject: Subject) -> str:
    return subject.qualname.rsplit(".", 1)[-1]


def _cases(one: str, other: str) -> bool:
    return all(_CASE_BY_CASE.match(name) for name in (one, other))


def _versions(one: Subject, other: Subject) -> bool:
    """`parse` and `parse_legacy`, `v1/api.py` and `api.py`, anything in a legacy folder."""
    return (
        one.generation != other.generation
        or _same_stem(one.function.path, other.function.path)
        or _waiting_apart(one.function.path, other.function.path)
        or one.unversioned == other.unversioned
        or _differing_versions(one.name, other.name)
        or _differing_versions(one.qualname, other.qualname)
    )


def _same_stem(one: str, other: str) -> bool:
    """`lib/a.js` and `lib/a.cjs`: one source, built twice."""
    return one != other and one.rpartition(".")[0] == other.rpartition(".")[0]


def _waiting_apart(one: str, other: str) -> bool:
    """`synchronous/pool.py` and `asynchronous/pool.py`: neither can call anything of the other."""
    return one != other and _without_waiting(one) == _without_waiting(other)


@lru_cache(maxsize=4096)
def _without_waiting(path: str) -> str:
    return _WAITING.sub("", path)


def patterns_of(path: str) -> list[str]:
    """The path with each of its folders in turn left open: `locale/*/format.js`."""
    parts = path.split("/")
    return ["/".join((*parts[:at], "*", *parts[at + 1 :])) for at in range(len(parts) - 1)]


@lru_cache(maxsize=4096)
def _generation(path: str) -> tuple[str, ...]:
    parts = PurePosixPath(path).with_suffix("").parts
    return tuple(p for p in parts if _NUMBERED.fullmatch(p) or _REPLACED.intersection(_words(p)))


@lru_cache(maxsize=4096)
def _unversioned(path: str) -> tuple[str, ...]:
    parts = PurePosixPath(path).with_suffix("").parts
    return tuple(_IN_PATHS.sub("", part) for part in parts)


def _differing_versions(one: str, other: str) -> bool:
    return _words(one) != _words(other) and _unversioned_words(one) == _unversioned_words(other)


def _unnegated(words: tuple[str, ...]) -> list[str]:
    return [word for word in words if word not in NEGATING]


@lru_cache(maxsize=4096)
def _unversioned_words(name: str) -> tuple[str, ...]:
    return tuple(word for word in _words(name) if not _VERSION.fullmatch(word))


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    return tuple(w.lower() for w in _BETWEEN_WORDS.split(name) if w)
