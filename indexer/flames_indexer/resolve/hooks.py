"""Hooks: which methods of a value a piece of syntax runs (`Semantics.protocols`)."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from flames_indexer.facts import DefinitionFlag
from flames_indexer.languages.semantics import LIBRARY, Hook
from flames_indexer.model import EdgeKind
from flames_indexer.resolve import bindings, calls, classes, members
from flames_indexer.resolve.values import CLASS, INSTANCE, NONE, VARIABLE, Atom
from flames_indexer.resolve.world import World

_REFERENCE_EDGE: Final = int(EdgeKind.REFERENCE)
_PROPERTY_EDGE: Final = int(EdgeKind.PROPERTY)
_PROPERTY: Final = int(DefinitionFlag.PROPERTY | DefinitionFlag.SETTER)
_RUNS_NOTHING: Final = (INSTANCE, NONE)  # where it has no such method, it is not what comes there


class Written(NamedTuple):
    """What storing a member uses."""

    identity: str
    kind: int
    path: str = ""  # of a method: the file it is in
    place: int = -1  # and where its name is there


class Run(NamedTuple):
    """What a piece of syntax runs of a value."""

    methods: tuple[str, ...]  # ids
    outside: bool  # whether the value may also be what runs none of the repository's
    several: bool  # whether what it may be runs different ones


def methods_run(world: World, value: int, hook: Hook, *, reflected: bool) -> Run:
    """The methods of a value that a piece of syntax runs."""
    each: dict[tuple[str, ...], None] = {}
    outside = False
    for atom in world.values.atoms(value):
        run = _atom_methods(world, atom, hook, reflected=reflected)
        if run:
            each[tuple(run)] = None
        elif atom[0] not in _RUNS_NOTHING or _is_elsewhere(
            world, atom, hook.reflected if reflected else hook.methods
        ):
            outside = True
    methods = dict.fromkeys(identity for run in each for identity in run)
    return Run(tuple(methods), outside, len(each) > 1)


def _atom_methods(world: World, atom: Atom, hook: Hook, *, reflected: bool) -> dict[str, None]:
    found: dict[str, None] = {}
    for names in (hook.reflected,) if reflected else (hook.methods, hook.also):
        found.update(dict.fromkeys(method_ids(world, atom, names)))
    if hook.then and not reflected:
        given = _given(world, atom, hook.methods[0])
        for inner in world.values.atoms(given):
            found.update(dict.fromkeys(method_ids(world, inner, (hook.then,))))
    return found


def stored(world: World, hooks: Mapping[str, Hook], value: int, name: str) -> list[Written]:
    """What storing a member runs, the setter or what takes its place, and the methods that
    the stored value takes the place of."""
    found: dict[Written, None] = {}
    run: list[str] = []
    for atom in world.values.atoms(value):
        if atom[0] not in (INSTANCE, CLASS) or atom[1].startswith(LIBRARY):
            continue
        owner = classes.owner_of(world, atom[1], atom[2], name)
        if owner is not None and owner != classes.UNKNOWN_BASE:
            written = _written(world, owner, name, on_class=atom[0] == CLASS)
            found.update(dict.fromkeys(written))
            hook = hooks.get("descriptor =")
            if hook and atom[0] == INSTANCE:
                run += descriptor_ids(world, owner, name, hook)
        run += method_ids(world, atom, _names(hooks, ".="))
    found.update((Written(identity, _PROPERTY_EDGE), None) for identity in run)
    return list(found)


def _names(hooks: Mapping[str, Hook], syntax: str) -> tuple[str, ...]:
    hook = hooks.get(syntax)
    return () if hook is None else hook.methods


def method_ids(world: World, atom: Atom, names: tuple[str, ...]) -> list[str]:
    """Ids of the first of some methods that the class of an instance has, if it is the
    repository's; what every class has is passed over."""
    if atom[0] == VARIABLE:
        return [
            one for bound in world.values.sets[atom[4]] for one in method_ids(world, bound, names)
        ]
    if atom[0] != INSTANCE or atom[1].startswith(LIBRARY):
        return []
    for name in names:
        owner = classes.owner_of(world, atom[1], atom[2], name)
        if owner == classes.UNKNOWN_BASE:
            return []
        if owner is None or _is_root(world, owner):
            continue
        home = world.file(owner[0])
        if home is None or owner[0].startswith(LIBRARY):
            return []
        return [
            home.symbol_id(target[2])
            for target in classes.own_targets(world, owner[0], owner[1], name)
            if target[0] == "definition" and target[1] == owner[0]
        ]
    return []


def _is_elsewhere(world: World, atom: Atom, names: tuple[str, ...]) -> bool:
    """Whether an instance may have one of some methods from outside of the repository."""
    if atom[0] != INSTANCE or atom[1].startswith(LIBRARY):
        return atom[0] == INSTANCE
    for name in names:
        owner = classes.owner_of(world, atom[1], atom[2], name)
        if owner == classes.UNKNOWN_BASE:
            return True
        if owner is not None and owner[0].startswith(LIBRARY) and not _is_root(world, owner):
            return True
    return False


def descriptor_ids(world: World, owner: classes.Entry, name: str, hook: Hook) -> list[str]:
    """Ids of the methods of a descriptor that a class has under `name`."""
    home = world.file(owner[0])
    if home is None or owner[0].startswith(LIBRARY) or name not in home.bindings.get(owner[1], ()):
        return []
    value = bindings.binding_value(world, home, owner[1], name)  # one stored in `self` is no such
    return [
        identity
        for atom in world.values.atoms(value)
        if atom[0] == INSTANCE
        for identity in method_ids(world, atom, hook.methods)
    ]


def fallback_ids(world: World, atom: Atom, name: str, hook: Hook) -> list[str]:
    """Ids of what is asked for a member that the class of an instance has not."""
    if atom[0] != INSTANCE or atom[1].startswith(LIBRARY):
        return []
    if classes.owner_of(world, atom[1], atom[2], name) is not None:
        return []
    return method_ids(world, atom, hook.methods)


def _is_root(world: World, owner: classes.Entry) -> bool:
    home = world.file(owner[0])
    if home is None or owner[0] != home.semantics.builtins:
        return False
    return home.name(owner[1]) == home.semantics.protocols.root


def _given(world: World, atom: Atom, name: str) -> int:
    if atom[0] != INSTANCE:
        return 0
    method = members.attribute(world, world.values.one(atom), name)
    return calls.call(world, method, None) if method else 0


def _written(world: World, owner: classes.Entry, name: str, *, on_class: bool) -> list[Written]:
    home = world.file(owner[0])
    if home is None or owner[0].startswith(LIBRARY):
        return []
    found: list[Written] = []
    table = home.facts.definitions
    for target in classes.own_targets(world, owner[0], owner[1], name):
        if target[0] != "definition" or target[1] != owner[0] or not home.is_function(target[2]):
            continue
        identity = home.symbol_id(target[2])
        if not table.flags[target[2]] & _PROPERTY:
            at = table.name_start[target[2]]
            found.append(Written(identity, _REFERENCE_EDGE, home.path, at))
        elif not on_class or members.is_static(home, target[2]):
            found.append(Written(identity, _PROPERTY_EDGE))
    return found
