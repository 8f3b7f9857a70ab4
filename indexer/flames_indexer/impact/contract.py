"""Contracts: how the functions, methods and classes of one file are called, from its facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    DefinitionKind,
    FileFacts,
    ParameterFlag,
)
from flames_indexer.impact.conventions import Conventions, conventions_of
from flames_indexer.impact.fields import field_parameters, last_name, text_of
from flames_indexer.impact.made import Made, made_by
from flames_indexer.impact.objects import Taken, taken
from flames_indexer.impact.results import Gives, gives
from flames_indexer.model import Parameter, ParameterKind

_CLASSES = (DefinitionKind.CLASS, DefinitionKind.INTERFACE)
_TYPES = (*_CLASSES, DefinitionKind.ENUM, DefinitionKind.TYPE)
_OPTIONAL = int(ParameterFlag.DEFAULT | ParameterFlag.OPTIONAL)
_PROPERTY = int(DefinitionFlag.PROPERTY | DefinitionFlag.SETTER)
_AWAITED = int(DefinitionFlag.ASYNC)
_ASYNC_KINDS = int(DefinitionFlag.ASYNC | DefinitionFlag.GENERATOR)  # both: iterated
_DECLARED = int(DefinitionFlag.OVERLOAD)
_STATIC, _OF_CLASS = int(DefinitionFlag.STATIC), int(DefinitionFlag.CLASSMETHOD)
_TYPE_PARAMETER = int(DefinitionFlag.ABSTRACT)  # of a TYPE
_CONSTRUCTOR = int(DefinitionFlag.CONSTRUCTOR)
_PARAMETER_KINDS = tuple(ParameterKind)


class Receiver(IntEnum):
    """What a function is called on."""

    NOTHING = 0
    INSTANCE = 1
    CLASS = 2  # as a class method
    STATIC = 3  # the class as well, but it is not passed


@dataclass(frozen=True, slots=True)
class Contract:
    """How one name is called. Two are equal when every call binds to both alike."""

    qualname: str
    is_type: bool  # a class, interface, enumeration, alias
    ways: tuple[tuple[Parameter, ...], ...]  # receivers left out; none: nobody knows
    receiver: Receiver
    is_async: bool
    is_property: bool
    gives: Gives
    is_typed: bool  # it says what it gives
    made: Made
    objects: tuple[Taken | None, ...]  # by parameter of the only way; empty: none is known
    certain: bool  # False: a decorator may have changed the signature

    def gives_beside(self, other: "Contract") -> Gives:
        """What it gives, told of both in the same way: a type counts where both have one."""
        if self.gives is not Gives.ALLOWED:
            return self.gives
        return Gives.MAYBE if self.is_typed and other.is_typed else Gives.VALUE


@dataclass(frozen=True, slots=True)
class Written:
    """A contract and the definition rows it was read from."""

    contract: Contract
    rows: tuple[int, ...]

    @property
    def row(self) -> int:
        """The first of them."""
        return self.rows[0]


def contracts_of(source: bytes, facts: FileFacts) -> dict[str, Written]:
    """By local qualified name; empty for languages whose calls are not known here."""
    conventions = conventions_of(facts.language)
    return _Reader(source, facts, conventions).all() if conventions else {}


class _Reader:
    def __init__(self, source: bytes, facts: FileFacts, conventions: Conventions) -> None:
        self._source = source
        self._facts = facts
        self._conventions = conventions
        self._parameters = _grouped(facts.parameters.definition)
        self._decorators = _grouped(facts.decorators.definition)
        self._results = _grouped(facts.results.definition)
        self._constructors: dict[int, list[int]] = {}
        bindings = facts.bindings
        self._typed = {  # what has a type of its own is called as that says
            (scope, name)
            for scope, name, kind in zip(bindings.scope, bindings.name, bindings.kind, strict=True)
            if kind == BindingKind.ANNOTATION
        }

    def all(self) -> dict[str, Written]:
        table, strings = self._facts.definitions, self._facts.strings
        rows: dict[str, list[int]] = {}
        for row, kind in enumerate(table.kind):
            flags = table.flags[row]
            if kind == DefinitionKind.FUNCTION:
                rows.setdefault(strings[table.qualname[row]], []).append(row)
                if flags & _CONSTRUCTOR:
                    self._constructors.setdefault(table.parent[row], []).append(row)
            elif kind in _TYPES and not (kind == DefinitionKind.TYPE and flags & _TYPE_PARAMETER):
                rows.setdefault(strings[table.qualname[row]], []).append(row)
        found: dict[str, Written] = {}
        for name, same in rows.items():
            types = [row for row in same if table.kind[row] != DefinitionKind.FUNCTION]
            if not types:
                found[name] = Written(self._function(name, same), tuple(same))
            elif len(types) == len(same):
                found[name] = Written(self._type(name, same), tuple(same))
        return found

    def _function(self, name: str, rows: list[int]) -> Contract:
        flags = [self._facts.definitions.flags[row] for row in rows]
        visible = self._visible(rows)
        receiver = self._receiver(rows[0], flags[0])
        passed = self._conventions.receiver_is_parameter
        skip = int(passed and receiver in (Receiver.INSTANCE, Receiver.CLASS))
        return Contract(
            qualname=name,
            is_type=False,
            ways=tuple(dict.fromkeys(self._signature(row)[skip:] for row in visible)),
            receiver=receiver,
            is_async=any(f & _ASYNC_KINDS == _AWAITED for f in flags),
            is_property=any(f & _PROPERTY for f in flags),
            gives=gives(
                self._source,
                self._facts,
                rows[-1],
                self._results.get(rows[-1], ()),
                self._conventions,
            ),
            is_typed=self._facts.definitions.returns[rows[-1]] >= 0,
            made=made_by(self._facts, rows[-1], self._results.get(rows[-1], ()), self._conventions),
            objects=self._objects(visible),
            certain=self._is_certain(rows),
        )

    def _visible(self, rows: list[int]) -> list[int]:
        """Of overloads and their body: those whose parameters callers are held to."""
        table = self._facts.definitions
        if any((table.parent[row], table.name[row]) in self._typed for row in rows):
            return []
        flags = table.flags
        declared = [row for row in rows if flags[row] & _DECLARED]
        bodies = [row for row in rows if not flags[row] & _DECLARED]
        first, other = (
            (declared, bodies) if self._conventions.overloads_decide else (bodies, declared)
        )
        return first or other

    def _receiver(self, row: int, flags: int) -> Receiver:
        table = self._facts.definitions
        parent = table.parent[row]
        if parent <= 0 or table.kind[parent] not in _CLASSES:
            return Receiver.NOTHING
        if table.flags[parent] & _STATIC:  # a namespace, an object
            return Receiver.NOTHING
        if flags & _STATIC:
            return Receiver.STATIC
        return Receiver.CLASS if flags & _OF_CLASS else Receiver.INSTANCE

    def _type(self, name: str, rows: list[int]) -> Contract:
        constructors = self._constructors_of(rows)
        passed = int(self._conventions.receiver_is_parameter)
        ways = [self._signature(row)[passed:] for row in self._visible(constructors)]
        if not constructors and len(rows) == 1 and passed:
            decorators = [self._text_of(at) for at in self._decorators_of(rows[0])]
            fields = field_parameters(self._source, self._facts, rows[0], decorators)
            ways = [] if fields is None else [fields]
        return Contract(
            qualname=name,
            is_type=True,
            ways=tuple(dict.fromkeys(ways)),
            receiver=Receiver.NOTHING,
            is_async=False,
            is_property=False,
            gives=Gives.UNKNOWN,
            is_typed=False,
            made=Made(),
            objects=self._objects(self._visible(constructors)),
            certain=self._is_certain(rows) and self._is_certain(constructors),
        )

    def _objects(self, rows: list[int]) -> tuple[Taken | None, ...]:
        if len(rows) != 1 or self._conventions.has_keywords:
            return ()
        found = [taken(self._source, self._facts, at) for at in self._parameters.get(rows[0], ())]
        return tuple(found) if any(found) else ()

    def _constructors_of(self, owners: list[int]) -> list[int]:
        table, strings = self._facts.definitions, self._facts.strings
        for wanted in self._conventions.constructors:
            found = [
                row
                for owner in owners
                for row in self._constructors.get(owner, ())
                if strings[table.name[row]] == wanted
            ]
            if found:
                return found
        return []

    def _is_certain(self, rows: Iterable[int]) -> bool:
        plain = self._conventions.plain_decorators
        return plain is None or all(
            last_name(self._text_of(at)) in plain for row in rows for at in self._decorators_of(row)
        )

    def _decorators_of(self, row: int) -> list[int]:
        return [self._facts.decorators.value[at] for at in self._decorators.get(row, ())]

    def _text_of(self, row: int) -> str:
        return text_of(self._source, self._facts, row)

    def _signature(self, row: int) -> tuple[Parameter, ...]:
        table, strings = self._facts.parameters, self._facts.strings
        return tuple(
            Parameter(
                strings[table.name[at]],
                _PARAMETER_KINDS[table.kind[at]],
                bool(table.flags[at] & _OPTIONAL),
            )
            for at in self._parameters.get(row, ())
        )


def _grouped(owners: Iterable[int]) -> dict[int, list[int]]:
    """Rows of a table by the definition that they belong to."""
    found: dict[int, list[int]] = {}
    for at, row in enumerate(owners):
        found.setdefault(row, []).append(at)
    return found
