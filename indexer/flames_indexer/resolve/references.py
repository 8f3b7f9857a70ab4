"""References: the edges of one file, from every name, member, call and import in it."""

from dataclasses import dataclass

from flames_indexer.facts import ExpressionKind, Use
from flames_indexer.languages.semantics import LIBRARY
from flames_indexer.model import Certainty, EdgeKind
from flames_indexer.resolve import below, bindings, classes, evaluate, members, targets
from flames_indexer.resolve.dispatch import implementations
from flames_indexer.resolve.edges import FileEdges
from flames_indexer.resolve.identities import target_id
from flames_indexer.resolve.implicit import KINDS, Implicit, descriptor_ids, fallback_ids
from flames_indexer.resolve.imports import import_edges
from flames_indexer.resolve.injection import injection_edges
from flames_indexer.resolve.overrides import override_edges
from flames_indexer.resolve.registrations import registration_edges
from flames_indexer.resolve.rows import Rows
from flames_indexer.resolve.subjects import subject_edges
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.text import text_edge
from flames_indexer.resolve.values import (
    CLASS,
    EXTERNAL,
    FUNCTION,
    INSTANCE,
    MANY,
    MODULE,
    NONE,
    OBJECT,
    SUPER,
    VARIABLE,
    Atom,
)
from flames_indexer.resolve.world import Target, World

_NAME, _MEMBER, _CALL, _NEW = (
    int(ExpressionKind.NAME),
    int(ExpressionKind.MEMBER),
    int(ExpressionKind.CALL),
    int(ExpressionKind.NEW),
)
_VALUE_USE, _CALLEE, _OBJECT_USE = int(Use.VALUE), int(Use.CALLEE), int(Use.OBJECT)
_CALL_EDGE, _PROPERTY_EDGE, _PROTOCOL_EDGE, _REFERENCE = (
    int(EdgeKind.CALL),
    int(EdgeKind.PROPERTY),
    int(EdgeKind.PROTOCOL),
    int(EdgeKind.REFERENCE),
)
_INHERIT, _DECORATE, _TEXT_EDGE = (
    int(EdgeKind.INHERIT),
    int(EdgeKind.DECORATE),
    int(EdgeKind.TEXT),
)
_TEXT = int(ExpressionKind.TEXT)
_RESOLVED, _INFERRED, _UNIQUE, _POSSIBLE = (
    int(Certainty.RESOLVED),
    int(Certainty.INFERRED),
    int(Certainty.UNIQUE_NAME),
    int(Certainty.POSSIBLE),
)
_UNTOLD = frozenset((NONE, MANY))


@dataclass(slots=True)
class _Found:
    """What a name or member reaches."""

    definitions: tuple[str, ...] = ()  # ids of functions and classes it stands for
    properties: tuple[str, ...] = ()  # ids of properties and the like that reading it runs
    fallbacks: tuple[str, ...] = ()  # ids of what is asked for a member that is not there
    outside: tuple[str, ...] = ()  # `ext:` ids
    certainty: int = _RESOLVED
    outward: bool = False  # whether it is a member of something from outside
    silent: bool = False  # whether it gives no edge unless its value is called
    called: tuple[tuple[str, int], ...] | None = None  # (id, certainty) of what calling it calls
    implementations: tuple[str, ...] = ()  # run when a method without a body is called


_VARIABLE = _Found(silent=True)  # holds a value; calling it calls that
_DECLARED = _Found(silent=True, called=())  # of a library table that gets no edges
_MISSING = _Found(silent=True)  # nothing is known of it
_UNKNOWN_RECEIVER = _Found()


class Collector:
    """Collects the edges of one file; used once."""

    def __init__(self, world: World, file: File) -> None:
        self.world = world
        self.file = file
        self._rows = Rows(file)
        self._implicit = Implicit(world, file, self._rows)
        self._names: dict[tuple[int, int], _Found] = {}
        self._shared_names: dict[tuple[int, str], _Found] = {}
        self._members: dict[tuple[int, int], _Found] = {}
        self._only_methods: dict[int, str] = {}  # by name's row; "" where there is none
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

    def _name(self, scope: int, string: int) -> _Found:
        name = self.file.strings[string]
        bound = self.file.scope_of(scope, name)
        if name in self.file.semantics.receiver_words:  # another thing in each scope
            self._names[scope, string] = own = self._bound_name(bound, name)
            return own
        found = self._shared_names.get((bound, name))
        if found is None:
            found = self._shared_names[bound, name] = self._bound_name(bound, name)
        self._names[scope, string] = found
        return found

    def _bound_name(self, scope: int, name: str) -> _Found:
        """What the name bound in exactly this scope reaches; -1: bound in none of the file."""
        if scope < 0:
            stands_for = targets.unbound_targets(self.world, self.file, name)
            return self._from_targets(stands_for) if stands_for else _Found(silent=True)
        if not self.file.stands_for_something(scope, name):
            return _Found(silent=True)
        return self._from_targets(targets.binding_targets(self.world, self.file, scope, name))

    def _from_targets(self, stands_for: tuple[Target, ...]) -> _Found:
        inside: list[str] = []
        outside: list[str] = []
        for target in stands_for:
            identity = target_id(self.world, self.file, target)
            if identity.startswith("ext:"):
                outside.append(identity)
            elif identity and target[0] == "definition":
                inside.append(identity)
        if inside or outside:
            return _Found(tuple(inside), outside=tuple(outside))
        declared = any(t[0] == "definition" and t[1].startswith(LIBRARY) for t in stands_for)
        return _DECLARED if declared else _Found(silent=True)

    def _quoted(self, row: int, found: _Found) -> None:
        """A name in a quoted annotation: text, which a rename must not forget."""
        for identity in found.definitions:
            self._rows.at(row, identity, _TEXT_EDGE, found.certainty)

    def _reference(self, row: int, use: int, found: _Found) -> None:
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
        for identity in found.fallbacks:  # whoever set the member has it found without them
            self._rows.at(row, identity, _PROTOCOL_EDGE, _POSSIBLE)
        if use != _OBJECT_USE:
            for identity in found.outside:
                self._rows.at(row, identity, kind, _RESOLVED)
        if use == _CALLEE and not (found.definitions or found.outside):
            if found.called is None:
                value = evaluate.evaluate(self.world, self.file, row)
                found.called = self._called_by(value)
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
            found = self._members[key] = self._member_found(of, self.file.strings[key[1]])
        if found is _UNKNOWN_RECEIVER:
            self._by_name_alone(row, use)
        elif found.outward and use != _OBJECT_USE:
            names = self._outside_names(row)
            outside = tuple(f"ext:{name}" for name in names)
            self._reference(row, use, _Found(outside=outside) if names else found)
        elif use == _CALLEE or not found.silent:
            self._reference(row, use, found)

    def _outside_names(self, row: int) -> list[str]:
        """`requests.get` for a chain of names that starts at something from outside, as written."""
        expressions = self.file.facts.expressions
        if expressions.kind[row] == _NAME:
            name = self.file.strings[expressions.a[row]]
            found = targets.name_targets(self.world, self.file, expressions.scope[row], name)
            return [
                id_[4:]
                for target in found
                if (id_ := target_id(self.world, self.file, target))[:4] == "ext:"
            ]
        if expressions.kind[row] != _MEMBER:
            return []
        name = self.file.strings[expressions.b[row]]
        names = self._outside_names(expressions.a[row])
        if names:
            return [f"{one}.{name}" for one in names]
        found = bindings.chain_targets(self.world, self.file, row)
        return [
            id_[4:]
            for target in found
            if (id_ := target_id(self.world, self.file, target))[:4] == "ext:"
        ]

    def _member_found(self, of: int, name: str) -> _Found:
        definitions: dict[str, None] = {}
        properties: dict[str, None] = {}
        run: dict[str, None] = {}
        atoms = self.world.values.atoms(of)
        if all(atom[0] in _UNTOLD for atom in atoms):
            return _UNKNOWN_RECEIVER
        certainty = _INFERRED if of & 1 else _RESOLVED
        for atom in atoms:
            stands_for = self._atom_targets(atom, name)
            if not stands_for and atom[0] == INSTANCE:
                stands_for = self._targets_below(atom, name)
                certainty = _INFERRED if stands_for else certainty
            for target in stands_for:
                if target[0] == "variable" and atom[0] in (INSTANCE, CLASS):
                    properties.update(dict.fromkeys(self._described(target)))
                if target[0] != "definition" or target[1].startswith(LIBRARY):
                    continue
                home = self.world.file(target[1])
                if home is None:
                    continue
                on_class = atom[0] not in (INSTANCE, SUPER)
                read = members.is_read(self.world, home, target[2], on_class=on_class)
                (properties if read else definitions)[home.symbol_id(target[2])] = None
                run.update(dict.fromkeys(implementations(self.world, atom, *target[1:3])))
        for identity in properties:  # its setter is the same symbol
            definitions.pop(identity, None)
        fallbacks = () if definitions or properties else self._fallbacks(atoms, name)
        return _Found(
            tuple(definitions),
            tuple(properties),
            fallbacks,
            (),
            certainty,
            outward=not definitions and _leads_outside(atoms),
            silent=not definitions and not properties and not fallbacks,
            implementations=tuple(run),
        )

    def _described(self, target: Target) -> list[str]:
        """Ids of the methods that reading a class's variable runs, if it holds a descriptor."""
        hook = self.file.semantics.protocols.hooks.get("descriptor")
        if hook is None:
            return []
        return descriptor_ids(self.world, (target[1], target[2], ()), target[3], hook)

    def _fallbacks(self, atoms: tuple[Atom, ...], name: str) -> tuple[str, ...]:
        hook = self.file.semantics.protocols.hooks.get(".")
        if hook is None:
            return ()
        ids = (fallback_ids(self.world, atom, name, hook) for atom in atoms)
        return tuple(dict.fromkeys(identity for some in ids for identity in some))

    def _atom_targets(self, atom: Atom, name: str) -> tuple[Target, ...]:
        world = self.world
        tag = atom[0]
        if tag == MODULE:
            path: str = atom[1]
            semantics = world.folder_semantics(path) or self.file.semantics
            return targets.export_targets(world, path, name, semantics)
        if tag in (CLASS, INSTANCE, SUPER):
            after = atom[1:3] if tag == SUPER else None
            owner = classes.owner_of(world, atom[1], atom[2], name, after)
            if owner is None or owner == classes.UNKNOWN_BASE:
                return ()
            return classes.own_targets(world, owner[0], owner[1], name)
        if tag == VARIABLE:
            return tuple(
                target
                for bound in world.values.sets[atom[4]]
                for target in self._atom_targets(bound, name)
            )
        if tag in (OBJECT, FUNCTION):
            value = members.attribute(world, world.values.one(atom), name)
            return targets.value_targets(world, value)
        return ()

    def _targets_below(self, atom: Atom, name: str) -> tuple[Target, ...]:
        """What the subclasses of an instance's class have as a member that none of its own has."""
        if classes.owner_of(self.world, atom[1], atom[2], name) is not None:
            return ()
        return tuple(
            target
            for path, row in below.owners_below(self.world, atom[1], atom[2], name)
            for target in classes.own_targets(self.world, path, row, name)
        )

    def _by_name_alone(self, row: int, use: int) -> None:
        """An edge to the only method of that name in the program, if it is the only one."""
        string = self.file.facts.expressions.b[row]
        owner = self._only_methods.get(string)
        if owner is None:
            owner = self.world.only_method(self.file, self.file.strings[string])
            self._only_methods[string] = owner
        if owner:
            kind = _CALL_EDGE if use == _CALLEE else _REFERENCE
            self._rows.at(row, owner, kind, _UNIQUE)
        elif use == _CALLEE:
            self._rows.unknown(row)

    # Calls of values

    def _called(self, row: int, called: tuple[tuple[str, int], ...] | None) -> None:
        for identity, certainty in called or ():
            if identity:
                self._rows.at(row, identity, _CALL_EDGE, certainty)
            else:
                self._rows.unknown(row)

    def _called_by(self, value: int) -> tuple[tuple[str, int], ...]:
        """(id, certainty) of what calling the value calls; the id "" when nobody knows."""
        atoms = self.world.values.atoms(value)
        if all(atom[0] in _UNTOLD for atom in atoms):
            return (("", 0),)
        certainty = _INFERRED if value & 1 else _RESOLVED
        found: dict[str, None] = {}
        for atom in atoms:
            for path, row in self._callees(atom):
                home = self.world.file(path)
                if home is not None and not path.startswith(LIBRARY):
                    found[home.symbol_id(row)] = None
        return tuple((identity, certainty) for identity in found)

    def _callees(self, atom: Atom) -> list[tuple[str, int]]:
        if atom[0] in (FUNCTION, CLASS):
            return [(atom[1], atom[2])]
        if atom[0] == INSTANCE:
            home = self.world.file(atom[1])
            hook = home.semantics.protocols.call if home is not None else ""
            found = self._atom_targets(atom, hook) if hook else ()
            return [target[1:3] for target in found if target[0] == "definition"]
        return self._constructor_behind(atom) if atom[0] == SUPER else []

    def _constructor_behind(self, atom: Atom) -> list[tuple[str, int]]:
        """The constructor behind the class of a SUPER; the next class where it declares none."""
        for name in self.file.semantics.protocols.constructors:
            for target in self._atom_targets(atom, name):
                if target[0] == "definition":
                    return [target[1:3]]
        order = classes.linearization(self.world, atom[1], atom[2])
        return [entry[:2] for entry in order[1:] if entry[0]][:1]

    def _made_decorators(self) -> None:
        """What `f(…)` above a definition gives decorates that."""
        for row in self.file.facts.decorators.value:
            if self.file.facts.expressions.kind[row] == _CALL:
                value = evaluate.evaluate(self.world, self.file, row)
                for identity, certainty in self._called_by(value):
                    if identity:
                        self._rows.at(row, identity, _DECORATE, certainty)

    def _computed_call(self, callee: int) -> None:
        if callee >= 0:
            value = evaluate.evaluate(self.world, self.file, callee)
            self._called(callee, self._called_by(value))


def _leads_outside(atoms: tuple[Atom, ...]) -> bool:
    return any(
        atom[0] == EXTERNAL or (atom[0] == MODULE and atom[1].startswith(LIBRARY)) for atom in atoms
    )
