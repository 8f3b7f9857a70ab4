"""References: the edges of one file, from every name, member, call and import in it."""

from typing import Final

from flames_indexer.facts import ExpressionKind, Use
from flames_indexer.model import Certainty, EdgeKind
from flames_indexer.resolve import by_name, evaluate
from flames_indexer.resolve.called import called_by
from flames_indexer.resolve.edges import FileEdges
from flames_indexer.resolve.implicit import KINDS, Implicit
from flames_indexer.resolve.imports import import_edges
from flames_indexer.resolve.injection import injection_edges
from flames_indexer.resolve.overrides import override_edges
from flames_indexer.resolve.reached import (
    UNKNOWN_RECEIVER,
    Reached,
    member_reached,
    name_reached,
    outside_names,
)
from flames_indexer.resolve.registrations import registration_edges
from flames_indexer.resolve.rows import Rows
from flames_indexer.resolve.subjects import subject_edges
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.text import text_edge
from flames_indexer.resolve.world import World

_NAME: Final = int(ExpressionKind.NAME)
_MEMBER: Final = int(ExpressionKind.MEMBER)
_CALL: Final = int(ExpressionKind.CALL)
_NEW: Final = int(ExpressionKind.NEW)
_VALUE_USE: Final = int(Use.VALUE)
_CALLEE: Final = int(Use.CALLEE)
_OBJECT_USE: Final = int(Use.OBJECT)
_CALL_EDGE: Final = int(EdgeKind.CALL)
_PROPERTY_EDGE: Final = int(EdgeKind.PROPERTY)
_PROTOCOL_EDGE: Final = int(EdgeKind.PROTOCOL)
_REFERENCE: Final = int(EdgeKind.REFERENCE)
_INHERIT: Final = int(EdgeKind.INHERIT)
_DECORATE: Final = int(EdgeKind.DECORATE)
_TEXT_EDGE: Final = int(EdgeKind.TEXT)
_TEXT: Final = int(ExpressionKind.TEXT)
_RESOLVED: Final = int(Certainty.RESOLVED)
_INFERRED: Final = int(Certainty.INFERRED)
_UNIQUE: Final = int(Certainty.UNIQUE_NAME)
_POSSIBLE: Final = int(Certainty.POSSIBLE)


class Collector:
    """Collects the edges of one file; used once."""

    def __init__(self, world: World, file: File) -> None:
        self.world = world
        self.file = file
        self._rows = Rows(file)
        self._implicit = Implicit(world, file, self._rows)
        self._names: dict[tuple[int, int], Reached] = {}
        self._shared_names: dict[tuple[int, str], Reached] = {}
        self._members: dict[tuple[int, int], Reached] = {}
        self._only_methods: dict[str, str] = {}  # by name; "" where there is none
        self._owners = self._rows_owned()

    def collect(self) -> FileEdges:
        """All edges of the file."""
        import_edges(self.world, self.file, self._rows)
        table = self.file.facts.expressions
        names, kinds = self._names, table.kind
        implicit, builtins = self._implicit, self._implicit.builtins
        columns = zip(kinds, table.use, table.scope, table.a, table.c, strict=True)
        for row, (kind, use, scope, a, c) in enumerate(columns):
            if kind == _NAME:
                found = names.get((scope, a)) or self._name(scope, a)
                if c == 1:
                    self._quoted(row, found)
                    continue
                if use == _CALLEE or not found.silent:
                    self._reference(row, use, found)
            elif kind == _MEMBER:
                if c != 1:
                    self._member(row, use, a)
            elif kind == _CALL or kind == _NEW:  # noqa: SIM109 (hot)
                if kinds[a] > _MEMBER:
                    self._computed_call(a)
                elif kinds[a] == _NAME and table.a[a] in builtins:
                    implicit.call(row, a)
            elif kind in KINDS:
                implicit.expression(kind, row, use)
            elif kind == _TEXT:
                text_edge(self.world, self.file, self._rows, row)
        implicit.others()
        self._made_decorators()
        override_edges(self.world, self.file, self._rows)
        injection_edges(self.world, self.file, self._rows)
        registration_edges(self.world, self.file, self._rows)
        subject_edges(self.file, self._rows)
        return self._rows.finished()

    def _rows_owned(self) -> dict[int, tuple[int, int]]:
        """Expression rows that a definition has as base or decorator: row -> (definition, kind)."""
        facts = self.file.facts
        expressions = facts.expressions
        owned: dict[int, tuple[int, int]] = {}
        for definition, value in zip(
            facts.decorators.definition, facts.decorators.value, strict=True
        ):
            owned[value] = (definition, _DECORATE)
        for definition, value in zip(facts.bases.definition, facts.bases.value, strict=True):
            if value >= 0 and expressions.kind[value] == ExpressionKind.SUBSCRIPT:
                value = expressions.a[value]
            owned[value] = (definition, _INHERIT)
        return owned

    # Names

    def _name(self, scope: int, string: int) -> Reached:
        name = self.file.strings[string]
        bound = self.file.scope_of(scope, name)
        if name in self.file.semantics.receiver_words:  # another thing in each scope
            self._names[scope, string] = own = name_reached(self.world, self.file, bound, name)
            return own
        found = self._shared_names.get((bound, name))
        if found is None:
            found = name_reached(self.world, self.file, bound, name)
            self._shared_names[bound, name] = found
        self._names[scope, string] = found
        return found

    def _quoted(self, row: int, found: Reached) -> None:
        """A name in a quoted annotation: text, which a rename must not forget."""
        for identity in found.definitions:
            self._rows.at(row, identity, _TEXT_EDGE, found.certainty)

    def _reference(self, row: int, use: int, found: Reached) -> None:
        owner = self._owners.get(row)
        if owner is not None:
            use, kind = _VALUE_USE, owner[1]
        else:
            kind = _CALL_EDGE if use == _CALLEE else _REFERENCE
        for identity in found.definitions:
            self._rows.at(row, identity, kind, found.certainty)
        for identity in found.implementations if use == _CALLEE else ():
            self._rows.at(row, identity, kind, _INFERRED)
        for identity in found.properties:
            self._rows.at(row, identity, _PROPERTY_EDGE, found.certainty)
        for identity in found.read_implementations:
            self._rows.at(row, identity, _PROPERTY_EDGE, _INFERRED)
        for identity in found.fallbacks:  # whoever set the member has it found without them
            self._rows.at(row, identity, _PROTOCOL_EDGE, _POSSIBLE)
        if use != _OBJECT_USE:
            for identity in found.outside:
                self._rows.at(row, identity, kind, _RESOLVED)
        if use == _CALLEE and not (found.definitions or found.outside):
            if found.called is None:
                value = evaluate.evaluate(self.world, self.file, row)
                found.called = called_by(self.world, self.file, value)
            self._called(row, found.called)

    # Members

    def _member(self, row: int, use: int, object_row: int) -> None:
        world = self.world
        of = world.known_values[object_row]
        if of < 0:
            of = evaluate.evaluate(world, self.file, object_row)
        key = (of, self.file.facts.expressions.b[row])
        found = self._members.get(key)
        if found is None:
            found = member_reached(world, self.file, of, self.file.strings[key[1]])
            self._members[key] = found
        if found is UNKNOWN_RECEIVER:
            self._by_name_alone(row, use)
        elif found.outward and use != _OBJECT_USE:
            names = outside_names(self.world, self.file, row)
            if names:
                found = Reached(outside=tuple(f"ext:{name}" for name in names))
            held = "" if names or use != _CALLEE else self._only_method(row)
            if held and by_name.may_be_held(world, self.file, row, held):
                self._rows.at(row, held, _CALL_EDGE, _UNIQUE)
            else:
                self._reference(row, use, found)
        elif use == _CALLEE or not found.silent:
            self._reference(row, use, found)

    def _by_name_alone(self, row: int, use: int) -> None:
        """An edge to the only method of that name in the program, if it is the only one."""
        owner = self._only_method(row)
        if owner:
            kind = _CALL_EDGE if use == _CALLEE else _REFERENCE
            known = by_name.certainty(self.world, self.file, row, owner, is_called=use == _CALLEE)
            self._rows.at(row, owner, kind, known)
        elif use == _CALLEE:
            self._rows.unknown(row)

    def _only_method(self, row: int) -> str:
        name = self.file.strings[self.file.facts.expressions.b[row]]
        owner = self._only_methods.get(name)
        if owner is None:
            owner = self._only_methods[name] = by_name.only_method(self.world, self.file, name)
        return owner

    # Calls of values

    def _called(self, row: int, called: tuple[tuple[str, int], ...] | None) -> None:
        for identity, certainty in called or ():
            if identity:
                self._rows.at(row, identity, _CALL_EDGE, certainty)
            else:
                self._rows.unknown(row)

    def _made_decorators(self) -> None:
        """What `f(…)` above a definition gives decorates that."""
        for row in self.file.facts.decorators.value:
            if self.file.facts.expressions.kind[row] == _CALL:
                value = evaluate.evaluate(self.world, self.file, row)
                for identity, certainty in called_by(self.world, self.file, value):
                    if identity:
                        self._rows.at(row, identity, _DECORATE, certainty)

    def _computed_call(self, callee: int) -> None:
        if callee >= 0:
            value = evaluate.evaluate(self.world, self.file, callee)
            self._called(callee, called_by(self.world, self.file, value))
