"""Contracts: how the functions, methods and classes of one file are called, from its facts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    DefinitionKind,
    ExpressionKind,
    FileFacts,
    OperandKind,
)
from flames_indexer.model import Parameter, ParameterKind
from flames_indexer.resolve.symbols import signature_of

# Last components of decorators that leave the signature as it is written.
_TRANSPARENT = frozenset(
    (
        *("staticmethod", "classmethod", "property", "cached_property", "abstractmethod"),
        *("setter", "getter", "deleter", "override", "final", "overload", "deprecated"),
        *("cache", "lru_cache", "contextmanager", "asynccontextmanager", "no_type_check"),
        *("dataclass", "total_ordering", "runtime_checkable", "unique"),
    )
)
_ASYNC_KINDS = DefinitionFlag.ASYNC | DefinitionFlag.GENERATOR  # both: iterated, not awaited
_BOUND_BY_NAME = frozenset(("python",))


class Receiver(IntEnum):
    """What takes the first parameter."""

    NOTHING = 0
    INSTANCE = 1  # of a call through an instance; a call through the class passes it
    CLASS = 2  # of every call


@dataclass(frozen=True, slots=True)
class Contract:
    """How one name is called. Two are equal when every call binds to both alike."""

    qualname: str
    is_class: bool
    ways: tuple[tuple[Parameter, ...], ...]  # receivers left out; none: nobody knows
    receiver: Receiver
    is_async: bool
    is_property: bool
    certain: bool  # False: a decorator may have changed the signature


@dataclass(frozen=True, slots=True)
class Written:
    """A contract and where it stands. `text`: the definition with its own name blanked."""

    contract: Contract
    row: int  # of the first definition
    text: bytes


def contracts_of(source: bytes, facts: FileFacts) -> dict[str, Written]:
    """By local qualified name; empty for languages whose binding is not known here."""
    if facts.language not in _BOUND_BY_NAME:
        return {}
    return _Reader(source, facts).all()


class _Reader:
    def __init__(self, source: bytes, facts: FileFacts) -> None:
        self._source = source
        self._facts = facts
        self._parameters: dict[int, list[int]] = {}
        for at, row in enumerate(facts.parameters.definition):
            self._parameters.setdefault(row, []).append(at)

    def all(self) -> dict[str, Written]:
        table, strings = self._facts.definitions, self._facts.strings
        rows: dict[str, list[int]] = {}
        for row, kind in enumerate(table.kind):
            if row and kind in (DefinitionKind.FUNCTION, DefinitionKind.CLASS):
                rows.setdefault(strings[table.qualname[row]], []).append(row)
        found: dict[str, Written] = {}
        for name, same in rows.items():
            kinds = {table.kind[row] for row in same}
            if len(kinds) == 1:
                of = self._class if DefinitionKind.CLASS in kinds else self._function
                found[name] = Written(of(name, same), same[0], self._text(same[0]))
        return found

    def _function(self, name: str, rows: list[int]) -> Contract:
        table = self._facts.definitions
        flags = [DefinitionFlag(table.flags[row]) for row in rows]
        bodies = [r for r, f in zip(rows, flags, strict=True) if not f & DefinitionFlag.OVERLOAD]
        receiver = self._receiver(rows[0], flags[0])
        skip = 0 if receiver is Receiver.NOTHING else 1
        ways = (self._signature(row) for row in bodies or rows)
        return Contract(
            qualname=name,
            is_class=False,
            ways=tuple(dict.fromkeys(parameters[skip:] for parameters in ways)),
            receiver=receiver,
            is_async=any(
                f & DefinitionFlag.ASYNC and not f & DefinitionFlag.GENERATOR for f in flags
            ),
            is_property=any(f & (DefinitionFlag.PROPERTY | DefinitionFlag.SETTER) for f in flags),
            certain=self._is_certain(rows),
        )

    def _receiver(self, row: int, flags: DefinitionFlag) -> Receiver:
        table = self._facts.definitions
        parent = table.parent[row]
        in_class = parent > 0 and table.kind[parent] == DefinitionKind.CLASS
        if not in_class or flags & DefinitionFlag.STATIC:
            return Receiver.NOTHING
        return Receiver.CLASS if flags & DefinitionFlag.CLASSMETHOD else Receiver.INSTANCE

    def _class(self, name: str, rows: list[int]) -> Contract:
        constructors = [made for row in rows for made in self._constructors(row)]
        ways: list[tuple[Parameter, ...]] = []
        if constructors:
            ways = [self._signature(row)[1:] for row in constructors]
        elif len(rows) == 1 and (fields := self._fields(rows[0])) is not None:
            ways = [fields]
        return Contract(
            qualname=name,
            is_class=True,
            ways=tuple(dict.fromkeys(ways)),
            receiver=Receiver.NOTHING,
            is_async=False,
            is_property=False,
            certain=self._is_certain(rows) and self._is_certain(constructors),
        )

    def _constructors(self, owner: int) -> list[int]:
        table, strings = self._facts.definitions, self._facts.strings
        found: dict[str, list[int]] = {"__init__": [], "__new__": []}
        for row, parent in enumerate(table.parent):
            name = strings[table.name[row]]
            if parent == owner and name in found and not table.flags[row] & DefinitionFlag.OVERLOAD:
                found[name].append(row)
        return found["__init__"] or found["__new__"]

    def _fields(self, owner: int) -> tuple[Parameter, ...] | None:
        """The parameters that a dataclass or named tuple without bases of its own gets."""
        decorators = [self._text_of(at) for at in self._decorators(owner)]
        made = [text for text in decorators if _last_name(text) == "dataclass"]
        bases = [
            self._text_of(value)
            for definition, value in zip(
                self._facts.bases.definition, self._facts.bases.value, strict=True
            )
            if definition == owner
        ]
        named_tuple = [_last_name(base) for base in bases] == ["NamedTuple"]
        if not named_tuple and (not made or bases or "init=False" in made[0].replace(" ", "")):
            return None
        keyword_only = bool(made) and "kw_only=True" in made[0].replace(" ", "")
        return tuple(self._field_parameters(owner, keyword_only))

    def _field_parameters(self, owner: int, keyword_only: bool) -> Iterator[Parameter]:
        bindings, strings = self._facts.bindings, self._facts.strings
        values = {
            bindings.name[at]: bindings.value[at]
            for at in range(len(bindings))
            if bindings.scope[at] == owner and bindings.kind[at] == BindingKind.ASSIGN
        }
        for at in range(len(bindings)):
            if bindings.scope[at] != owner or bindings.kind[at] != BindingKind.ANNOTATION:
                continue
            annotation = _last_name(self._text_of(bindings.value[at]).partition("[")[0])
            if annotation == "KW_ONLY":
                keyword_only = True
            if annotation in ("KW_ONLY", "ClassVar"):
                continue
            name = bindings.name[at]
            options = self._field_options(values.get(name, -1))
            if options.get("init") != "False":
                kind = (
                    ParameterKind.KEYWORD_ONLY
                    if keyword_only or options.get("kw_only") == "True"
                    else ParameterKind.POSITIONAL
                )
                has_default = name in values and ("default" in options or not options)
                yield Parameter(strings[name], kind, has_default or "default_factory" in options)

    def _field_options(self, value: int) -> Mapping[str, str]:
        """The keywords of `field(…)` and their values as written; empty for any other default."""
        expressions, operands = self._facts.expressions, self._facts.operands
        if value < 0 or expressions.kind[value] != ExpressionKind.CALL:
            return {}
        if _last_name(self._text_of(expressions.a[value])) != "field":
            return {}
        first, count = expressions.b[value], expressions.c[value]
        call = self._source[expressions.start[value] : expressions.end[value]]
        compact = b"".join(call.split()).decode(errors="replace")
        found = {"": "field"}
        for at in range(first, first + count):
            if operands.kind[at] == OperandKind.KEYWORD:
                name = self._facts.strings[operands.name[at]]
                found[name] = "False" if f"{name}=False" in compact else "True"
        return found

    def _is_certain(self, rows: list[int]) -> bool:
        return all(
            _last_name(self._text_of(at)) in _TRANSPARENT
            for row in rows
            for at in self._decorators(row)
        )

    def _decorators(self, row: int) -> list[int]:
        table = self._facts.decorators
        return [v for d, v in zip(table.definition, table.value, strict=True) if d == row]

    def _text_of(self, row: int) -> str:
        """An expression as written; of a member chain all of it."""
        if row < 0:
            return ""
        expressions = self._facts.expressions
        start, first = expressions.start[row], row
        while expressions.kind[first] == ExpressionKind.MEMBER:
            first = expressions.a[first]
            start = min(start, expressions.start[first])
        return self._source[start : expressions.end[row]].decode(errors="replace")

    def _signature(self, row: int) -> tuple[Parameter, ...]:
        return signature_of(self._facts, row, self._parameters.get(row, []), None).parameters

    def _text(self, row: int) -> bytes:
        table = self._facts.definitions
        name = self._source[table.name_start[row] : table.name_end[row]]
        whole = self._source[table.start[row] : table.end[row]]
        return re.sub(rb"\b%s\b" % re.escape(name), b"\0", whole)


def _last_name(text: str) -> str:
    return text.partition("(")[0].rpartition(".")[2].strip()
