"""Reached: what a name or a member reaches, which is what an edge from there names."""

from typing import Final

from flames_indexer.facts import ExpressionKind
from flames_indexer.languages.semantics import LIBRARY
from flames_indexer.model import Certainty
from flames_indexer.resolve import below, classes, forms, members, targets
from flames_indexer.resolve.dispatch import implementations
from flames_indexer.resolve.hooks import descriptor_ids, fallback_ids
from flames_indexer.resolve.identities import target_id
from flames_indexer.resolve.tables import File
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

_NAME: Final = int(ExpressionKind.NAME)
_MEMBER: Final = int(ExpressionKind.MEMBER)
_RESOLVED: Final = int(Certainty.RESOLVED)
_INFERRED: Final = int(Certainty.INFERRED)
UNTOLD: Final = frozenset((NONE, MANY))  # kinds of atoms that say nothing of what a member is


class Reached:
    """What a name or member reaches. No dataclass: one is made for every name of every scope."""

    def __init__(
        self,
        definitions: tuple[str, ...] = (),
        properties: tuple[str, ...] = (),
        fallbacks: tuple[str, ...] = (),
        outside: tuple[str, ...] = (),
        certainty: int = _RESOLVED,
        outward: bool = False,
        silent: bool = False,
        called: tuple[tuple[str, int], ...] | None = None,
        implementations: tuple[str, ...] = (),
        read_implementations: tuple[str, ...] = (),
    ) -> None:
        self.definitions = definitions  # ids of functions and classes it stands for
        self.properties = properties  # ids of properties and the like that reading it runs
        self.fallbacks = fallbacks  # ids of what is asked for a member that is not there
        self.outside = outside  # `ext:` ids
        self.certainty = certainty
        self.outward = outward  # whether it is a member of something from outside
        self.silent = silent  # whether it gives no edge unless its value is called
        self.called = called  # (id, certainty) of what calling it calls
        self.implementations = implementations  # run when a method without a body is called
        self.read_implementations = read_implementations  # or when a property without one is read


_DECLARED: Final = Reached(silent=True, called=())  # of a library table that gets no edges
_MISSING: Final = Reached(silent=True)  # nothing is known of it
UNKNOWN_RECEIVER: Final = Reached()


def name_reached(world: World, file: File, scope: int, name: str) -> Reached:
    """What the name bound in exactly this scope reaches; -1: bound in none of the file."""
    if scope < 0:
        stands_for = targets.unbound_targets(world, file, name)
        return _from_targets(world, file, stands_for) if stands_for else Reached(silent=True)
    if not file.stands_for_something(scope, name):
        return Reached(silent=True)
    return _from_targets(world, file, targets.binding_targets(world, file, scope, name))


def member_reached(world: World, file: File, of: int, name: str) -> Reached:
    """What member `name` of a value reaches."""
    definitions: dict[str, None] = {}
    properties: dict[str, None] = {}
    run: dict[str, None] = {}
    read: dict[str, None] = {}
    atoms = world.values.atoms(of)
    if all(atom[0] in UNTOLD for atom in atoms):
        return UNKNOWN_RECEIVER
    certainty = _INFERRED if of & 1 else _RESOLVED
    for atom in atoms:
        stands_for = member_targets(world, file, atom, name)
        if not stands_for and atom[0] == INSTANCE:
            stands_for = _targets_below(world, atom, name)
            certainty = _INFERRED if stands_for else certainty
        for target in stands_for:
            if target[0] == "variable" and atom[0] in (INSTANCE, CLASS):
                properties.update(dict.fromkeys(_described(world, file, target)))
            home = world.file(target[1]) if target[0] == "definition" else None
            if home is None or target[1].startswith(LIBRARY):
                continue
            on_class = atom[0] not in (INSTANCE, SUPER)
            is_read = members.is_read(world, home, target[2], on_class=on_class)
            (properties if is_read else definitions)[home.symbol_id(target[2])] = None
            for identity in implementations(world, atom, target[1], target[2]):
                (read if is_read else run)[identity] = None
    for identity in properties:  # its setter is the same symbol
        definitions.pop(identity, None)
    fallbacks = () if definitions or properties else _fallbacks(world, file, atoms, name)
    return Reached(
        tuple(definitions),
        tuple(properties),
        fallbacks,
        (),
        certainty,
        outward=not definitions and _leads_outside(atoms),
        silent=not definitions and not properties and not fallbacks,
        implementations=tuple(run),
        read_implementations=tuple(read),
    )


def member_targets(world: World, file: File, atom: Atom, name: str) -> tuple[Target, ...]:
    """What member `name` of one kind of value stands for, as a name in `file` reads it."""
    tag = atom[0]
    if tag == MODULE:
        path: str = atom[1]
        semantics = world.folder_semantics(path) or file.semantics
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
            for target in member_targets(world, file, bound, name)
        )
    if tag in (OBJECT, FUNCTION):
        value = members.attribute(world, world.values.one(atom), name)
        return targets.value_targets(world, value)
    return ()


def outside_names(world: World, file: File, row: int) -> list[str]:
    """`requests.get` for a chain of names that starts at something from outside, as written."""
    expressions = file.facts.expressions
    if expressions.kind[row] == _NAME:
        name = file.strings[expressions.a[row]]
        found = targets.name_targets(world, file, expressions.scope[row], name)
        return [
            id_[4:] for target in found if (id_ := target_id(world, file, target))[:4] == "ext:"
        ]
    if expressions.kind[row] != _MEMBER:
        return []
    name = file.strings[expressions.b[row]]
    names = outside_names(world, file, expressions.a[row])
    if names:
        return [f"{one}.{name}" for one in names]
    found = forms.chain_targets(world, file, row)
    return [id_[4:] for target in found if (id_ := target_id(world, file, target))[:4] == "ext:"]


def _from_targets(world: World, file: File, stands_for: tuple[Target, ...]) -> Reached:
    inside: list[str] = []
    outside: list[str] = []
    for target in stands_for:
        identity = target_id(world, file, target)
        if identity.startswith("ext:"):
            outside.append(identity)
        elif identity and target[0] == "definition":
            inside.append(identity)
    if inside or outside:
        return Reached(tuple(inside), outside=tuple(outside))
    declared = any(t[0] == "definition" and t[1].startswith(LIBRARY) for t in stands_for)
    return _DECLARED if declared else Reached(silent=True)


def _described(world: World, file: File, target: Target) -> list[str]:
    """Ids of the methods that reading a class's variable runs, if it holds a descriptor."""
    hook = file.semantics.protocols.hooks.get("descriptor")
    if hook is None:
        return []
    return descriptor_ids(world, (target[1], target[2], ()), target[3], hook)


def _fallbacks(world: World, file: File, atoms: tuple[Atom, ...], name: str) -> tuple[str, ...]:
    hook = file.semantics.protocols.hooks.get(".")
    if hook is None:
        return ()
    ids = (fallback_ids(world, atom, name, hook) for atom in atoms)
    return tuple(dict.fromkeys(identity for some in ids for identity in some))


def _targets_below(world: World, atom: Atom, name: str) -> tuple[Target, ...]:
    """What the subclasses of an instance's class have as a member that none of its own has."""
    if classes.owner_of(world, atom[1], atom[2], name) is not None:
        return ()
    return tuple(
        target
        for path, row in below.owners_below(world, atom[1], atom[2], name)
        for target in classes.own_targets(world, path, row, name)
    )


def _leads_outside(atoms: tuple[Atom, ...]) -> bool:
    return any(
        atom[0] == EXTERNAL or (atom[0] == MODULE and atom[1].startswith(LIBRARY)) for atom in atoms
    )
