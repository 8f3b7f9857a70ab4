"""File: one file's facts with the look-up tables that resolving needs. No evaluation here."""

from array import array
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    DefinitionKind,
    ExportKind,
    ExpressionKind,
    FileFacts,
    ImportFlag,
)
from flames_indexer.languages.semantics import Receiver, Semantics

_FUNCTIONS: Final = frozenset((int(DefinitionKind.FUNCTION), int(DefinitionKind.LAMBDA)))
CLASSES: Final = frozenset(
    (int(DefinitionKind.CLASS), int(DefinitionKind.INTERFACE), int(DefinitionKind.ENUM))
)
_SYMBOLLESS: Final = int(DefinitionKind.COMPREHENSION)
_TYPE: Final = int(DefinitionKind.TYPE)
_TYPE_PARAMETER: Final = int(DefinitionFlag.ABSTRACT)
_IMPORT: Final = int(
    BindingKind.IMPORT
)  # rows of definitions and imports have this kind or a lower one
_ELEMENT: Final = int(BindingKind.ELEMENT)
_NAME: Final = int(ExpressionKind.NAME)
_MEMBER: Final = int(ExpressionKind.MEMBER)
_SUBSCRIPT: Final = int(ExpressionKind.SUBSCRIPT)
_STAR: Final = int(ImportFlag.STAR)
_REEXPORT: Final = int(ImportFlag.REEXPORT)

Rows: TypeAlias = tuple[int, ...]

_NO_MEMBERS: Final[dict[str, list[int]]] = {}

# Most names have one binding: those of the first rows are shared by all files (django: 10 MB less).
_ALONE: Final[list[Rows]] = [(row,) for row in range(1024)]


@dataclass(frozen=True, slots=True)
class Contexts:
    """Where the function literals and objects of a file stand."""

    functions: dict[int, int]  # definition row -> its FUNCTION row
    operands: dict[int, int]  # expression row -> the operand row it is the value of
    holders: dict[int, int]  # operand row -> the CALL, NEW or LITERAL row


class Site(NamedTuple):
    """One application: a call, or a decorator above the definition `decorated`."""

    callee: int  # expression row
    first: int  # operand row, as in a CALL
    operands: int  # how many
    decorated: int = -1


class Escape(NamedTuple):
    """One way out of a value: a name, or a place in a call's operands."""

    name: str = ""
    call: int = -1  # CALL row
    operand: int = -1  # operand row


@dataclass(frozen=True, slots=True)
class Store:
    """Something that is put into a container."""

    of: int  # expression row of the container: a NAME or MEMBER
    value: int  # expression row
    spread: bool  # whether the value is a container of what is put


@dataclass(frozen=True, slots=True)
class Held:
    """What holds the values of a file's expressions, by expression row."""

    names: dict[int, list[str]]  # that it is bound to, stored as, the default or the result of
    operands: dict[int, int]  # the operand row it is the value of
    outer: dict[int, int]  # the nearest expression that it is an element or a part of


class File:
    """Tables over the facts of one path. Names are strings here, rows stay numbers."""

    __slots__ = (
        "_members",
        "_parameter_names",
        "_receivers",
        "_rows",
        "_text_hashes",
        "_top_level",
        "_typed_calls",
        "_units",
        "_visible",
        "asked",
        "bases",
        "bindings",
        "contexts",
        "decorators",
        "escapes",
        "exports",
        "facts",
        "held",
        "kinds",
        "parameters",
        "path",
        "public",
        "results",
        "semantics",
        "shared",
        "sites",
        "stars",
        "stores",
        "strings",
        "subclassing",
        "type_parameters",
        "uses",
        "values",
    )

    def __init__(self, path: str, facts: FileFacts, semantics: Semantics) -> None:
        self.path = path
        self.facts = facts
        self.semantics = semantics
        self.shared = False  # whether another file was resolved with it
        self.asked = True  # whether one was lately
        self.strings = facts.strings
        self.kinds = facts.definitions.kind
        self.bindings = _bindings(facts)
        self.results = _grouped(facts.results.definition)
        self.parameters = _grouped(facts.parameters.definition)
        self.bases = _grouped(facts.bases.definition)
        self.decorators = _grouped(facts.decorators.definition)
        self.exports, self.public = _exports(facts)
        self.stars = [
            row
            for row, (flags, scope) in enumerate(
                zip(facts.imports.flags, facts.imports.scope, strict=True)
            )
            if flags & _STAR and not flags & _REEXPORT and scope == 0
        ]
        self.type_parameters = _type_parameters(facts)
        self.contexts: Contexts | None = None  # made by the first who asks
        self.held: Held | None = None  # made by the first who asks
        self.escapes: dict[str, list[Escape]] = {}  # by name, of those that were asked for
        # By name: CALL and NEW rows, and ~row of decorators; made by the first who asks.
        self.sites: dict[str, list[int]] | None = None
        self.stores: dict[str, list[Store]] | None = None  # likewise; members behind a point
        self.values: dict[str, list[int]] | None = None  # likewise
        self.uses: dict[str, list[tuple[int, str]]] | None = None  # likewise
        self.subclassing: dict[str, list[int]] | None = None  # likewise: classes by their bases
        self._rows: dict[str, int] | None = None
        self._members: dict[int, dict[str, list[int]]] | None = None
        self._text_hashes: array[int] | None = None
        self._visible: dict[int, tuple[int, ...]] = {}
        self._units: list[str] | None = None
        self._typed_calls: dict[int, int] | None = None
        self._top_level: dict[str, list[int]] | None = None
        self._receivers: dict[int, Receiver | None] = {}
        self._parameter_names: dict[int, dict[str, int]] = {}

    def visible(self, scope: int) -> tuple[int, ...]:
        """The scopes a name in `scope` is looked up in, innermost first."""
        scopes = self._visible.get(scope)
        if scopes is None:
            scopes = self._visible[scope] = self.semantics.visible_scopes(self.facts, scope)
        return scopes

    def exports_unsaid(self, name: str) -> bool:
        """Whether the module declares a name that others see without being told so."""
        rows = self.bindings.get(0, {}).get(name, ())
        if not rows or not self.semantics.exports_all(self.path):
            return False
        kinds, exported = self.facts.bindings.kind, self.facts.exports.kind
        if any(exported[row] == ExportKind.ASSIGNMENT for row in self.exports.get("", ())):
            return False
        return all(kinds[row] != _IMPORT for row in rows)

    def scope_of(self, scope: int, name: str) -> int:
        """The visible scope that binds `name`, or -1."""
        bindings = self.bindings
        for candidate in self._visible.get(scope) or self.visible(scope):
            if candidate >= 0:
                names = bindings.get(candidate)
                if names is not None and name in names:
                    return candidate
            elif self._has_type_parameter(~candidate, name):
                return ~candidate
        return -1

    def _has_type_parameter(self, scope: int, name: str) -> bool:
        return any(self.name(row) == name for row in self.type_parameters.get(scope, ()))

    def stands_for_something(self, scope: int, name: str) -> bool:
        """Whether a definition or an import is among the bindings of `name` in this scope."""
        kinds = self.facts.bindings.kind
        rows = self.bindings[scope][name]
        if len(rows) == 1:
            return kinds[rows[0]] <= _IMPORT
        return any(kinds[row] <= _IMPORT for row in rows)

    def type_arguments(self, call: int) -> int:
        """The row of the type arguments of a CALL, bound to `<>` and where it ends; -1: none."""
        if self._typed_calls is None:
            bindings, strings = self.facts.bindings, self.strings
            named = {
                row: int(name[2:])
                for row, name in enumerate(strings)
                if name[:2] == "<>" and name[2:].isdecimal()
            }
            columns = zip(bindings.name, bindings.value, strict=True) if named else ()
            self._typed_calls = {named[name]: row for name, row in columns if name in named}
        return self._typed_calls.get(self.facts.expressions.end[call], -1)

    def is_class(self, row: int) -> bool:
        """Whether definition `row` is a class, interface or enumeration."""
        return self.kinds[row] in CLASSES

    def is_function(self, row: int) -> bool:
        """Whether definition `row` is a function or lambda."""
        return self.kinds[row] in _FUNCTIONS

    def name(self, row: int) -> str:
        """The name of definition `row`."""
        return self.strings[self.facts.definitions.name[row]]

    def qualname(self, row: int) -> str:
        """The local qualified name of definition `row`."""
        return self.strings[self.facts.definitions.qualname[row]]

    def row_named(self, qualname: str) -> int:
        """The first definition of that local qualified name; -1: none."""
        if self._rows is None:
            self._rows = {}
            for row, name in enumerate(self.facts.definitions.qualname):
                self._rows.setdefault(self.strings[name], row)
        return self._rows.get(qualname, -1)

    def symbol_row(self, scope: int) -> int:
        """The nearest definition at or above `scope` that is a symbol."""
        parent = self.facts.definitions.parent
        while self.kinds[scope] == _SYMBOLLESS:
            scope = parent[scope]
        return scope

    def symbol_id(self, row: int) -> str:
        """The id of the symbol that definition `row` is."""
        return self.path if row == 0 else f"{self.path}::{self.qualname(row)}"

    def enclosing_class(self, scope: int) -> int:
        """The nearest class at or above `scope`, or -1."""
        parent = self.facts.definitions.parent
        while scope >= 0 and self.kinds[scope] not in CLASSES:
            scope = parent[scope]
        return scope

    def unit(self, row: int) -> str:
        """The top-level name that definition `row` is below: what a reader reads of this file."""
        if self._units is None:
            self._units = _units(self.facts)
        return self._units[row]

    def top_level(self, name: str) -> list[int]:
        """The definitions directly in the module that are named so."""
        if self._top_level is None:
            self._top_level = {}
            for row, parent in enumerate(self.facts.definitions.parent):
                if parent == 0:
                    self._top_level.setdefault(self.name(row), []).append(row)
        return self._top_level.get(name, [])

    def subclasses_of(self, name: str) -> list[int]:
        """The classes with a base whose last name is that."""
        if self.subclassing is None:
            self.subclassing = {}
            for row, value in zip(self.facts.bases.definition, self.facts.bases.value, strict=True):
                text = last_name(self.facts, value)
                if text >= 0:
                    self.subclassing.setdefault(self.strings[text], []).append(row)
        return self.subclassing.get(name, [])

    def text_hashes(self) -> "array[int]":
        """Room for a hash of each string, which whoever needs it makes; -1: not made yet."""
        if self._text_hashes is None:
            self._text_hashes = array("q", (-1,)) * len(self.strings)
        return self._text_hashes

    def members(self, owner: int) -> dict[str, list[int]]:
        """Member rows stored on definition `owner`, by name."""
        if self._members is None:
            self._members = self._owned_members()
        return self._members.get(owner, _NO_MEMBERS)

    def receiver(self, parameter: int) -> Receiver | None:
        """The current object, when `parameter` is what methods get it in."""
        if parameter in self._receivers:
            return self._receivers[parameter]
        found = self.semantics.receiver_parameter(self.facts, parameter)
        self._receivers[parameter] = found
        return found

    def _owned_members(self) -> dict[int, dict[str, list[int]]]:
        owned: dict[int, dict[str, list[int]]] = {}
        strings, names = self.strings, self.facts.members.name
        kinds = self.facts.members.kind
        for row in range(len(names)):
            if kinds[row] == _ELEMENT:
                continue
            owner = self.semantics.member_owner(self.facts, row)
            if owner is not None:
                by_name = owned.setdefault(owner.owner, {})
                by_name.setdefault(strings[names[row]], []).append(row)
        return owned


def last_name(facts: FileFacts, row: int) -> int:
    """String row of the last name of `f`, `a.f` and `a.f[b]`; -1: none."""
    expressions = facts.expressions
    while row >= 0 and expressions.kind[row] == _SUBSCRIPT:
        row = expressions.a[row]
    kind = expressions.kind[row] if row >= 0 else -1
    if kind == _NAME:
        return expressions.a[row]
    return expressions.b[row] if kind == _MEMBER else -1


def _bindings(facts: FileFacts) -> dict[int, dict[str, Rows]]:
    scopes: dict[int, dict[str, Rows]] = {}
    several: dict[tuple[int, str], list[int]] = {}
    strings = facts.strings
    columns = zip(facts.bindings.scope, facts.bindings.name, strict=True)
    for row, (scope, name) in enumerate(columns):
        names = scopes.get(scope)
        if names is None:
            names = scopes[scope] = {}
        text = strings[name]
        rows = names.get(text)
        if rows is None:
            names[text] = _alone(row)
        else:
            several.setdefault((scope, text), list(rows)).append(row)
    for (scope, text), found in several.items():
        scopes[scope][text] = tuple(found)
    return scopes


def _alone(row: int) -> Rows:
    return _ALONE[row] if row < len(_ALONE) else (row,)


def _grouped(column: "array[int]") -> dict[int, Rows]:
    groups: dict[int, list[int]] = {}
    for row, owner in enumerate(column):
        rows = groups.get(owner)
        if rows is None:
            groups[owner] = [row]
        else:
            rows.append(row)
    return {
        owner: tuple(rows) if len(rows) > 1 else _alone(rows[0]) for owner, rows in groups.items()
    }


def _exports(facts: FileFacts) -> tuple[dict[str, list[int]], frozenset[str] | None]:
    exports: dict[str, list[int]] = {}
    public: set[str] = set()
    listed = False
    for row, (name, kind) in enumerate(zip(facts.exports.name, facts.exports.kind, strict=True)):
        if kind == ExportKind.PUBLIC:
            listed = True
            public.add(facts.strings[name])
        else:
            exports.setdefault(facts.strings[name], []).append(row)
    return exports, frozenset(public) if listed else None


def _type_parameters(facts: FileFacts) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    definitions = facts.definitions
    for row, (kind, flags) in enumerate(zip(definitions.kind, definitions.flags, strict=True)):
        if kind == _TYPE and flags & _TYPE_PARAMETER:
            found.setdefault(definitions.parent[row], []).append(row)
    return found


def _units(facts: FileFacts) -> list[str]:
    names = [""]
    definitions = facts.definitions
    for row in range(1, len(definitions.parent)):
        parent = definitions.parent[row]
        names.append(facts.strings[definitions.name[row]] if parent <= 0 else names[parent])
    return names
