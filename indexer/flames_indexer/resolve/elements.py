"""Elements: what a container holds, besides what it was made with."""

from collections.abc import Iterable
from typing import Final

from flames_indexer.facts import ExpressionKind
from flames_indexer.languages.semantics import LIBRARY
from flames_indexer.resolve import calls, classes, generics
from flames_indexer.resolve.sites import unit_of_sites
from flames_indexer.resolve.stores import stores_in_member, stores_in_name
from flames_indexer.resolve.tables import File, Store
from flames_indexer.resolve.values import INSTANCE, Atom
from flames_indexer.resolve.world import World

_NAME: Final = int(ExpressionKind.NAME)
# Files that put something into a member of one name; of more, only its own is looked at
_MOST_FILES: Final = 6


def in_name(world: World, file: File, scope: int, name: str, value: int) -> int:
    """The value of a name with what is put into it."""
    if not _has_container(world, value):
        return value
    return _filled(world, value, ((file, store) for store in stores_in_name(file, scope, name)))


def in_member(world: World, file: File, owner: int, name: str, value: int) -> int:
    """The value of a class's member with what is put into it, in whatever file."""
    if not file.semantics.adders or not _has_container(world, value):
        return value
    key = f".{name}"
    paths = world.paths_calling(key)
    if len(paths) > _MOST_FILES:
        paths = [file.path]
    found: list[tuple[File, Store]] = []
    for path in paths:
        home = world.file(path)
        if home is not None:
            world.read(path, unit_of_sites(key))
            stores = stores_in_member(home, name)
            found += [(home, store) for store in stores if _is_of(world, home, store, file, owner)]
    return _filled(world, value, found)


def _is_of(world: World, home: File, store: Store, file: File, owner: int) -> bool:
    """Whether the member that is added to is one of instances of the class."""
    of = home.facts.expressions.a[store.of]
    if home.facts.expressions.kind[of] == _NAME:
        receiver = calls.receiver_named(home, of)
        if receiver is not None and home is file and receiver.owner == owner:
            return True
    for atom in world.values.atoms(world.rules.evaluate(world, home, of)):
        if atom[0] == INSTANCE and any(
            entry[:2] == (file.path, owner) for entry in classes.linearization(world, *atom[1:3])
        ):
            return True
    return False


def _has_container(world: World, value: int) -> bool:
    return any(
        atom[0] == INSTANCE and atom[1].startswith(LIBRARY) for atom in world.values.atoms(value)
    )


def _filled(world: World, value: int, stores: Iterable[tuple[File, Store]]) -> int:
    values = world.values
    added = 0
    for file, store in stores:
        one = world.rules.evaluate(world, file, store.value)
        added = values.join(added, _spread(world, one) if store.spread else one)
    if not added:
        return value
    atoms = [_with_element(world, atom, added) for atom in values.atoms(value)]
    return values.some(atoms) | (value & 1) | 1


def _spread(world: World, value: int) -> int:
    """What the containers in a value hold."""
    found = 0
    for atom in world.values.atoms(value):
        if atom[0] == INSTANCE and atom[3]:
            found = world.values.join(found, atom[3][_last(world, atom)] << 1)
        else:
            one = world.values.one(atom)
            found = world.values.join(found, world.rules.iterate(world, one, False))
    return found


def _last(world: World, atom: Atom) -> int:
    return min(len(generics.type_parameters(world, *atom[1:3])), len(atom[3])) - 1


def _with_element(world: World, atom: Atom, added: int) -> Atom:
    """An instance of a library container with one more kind of element: its last argument."""
    if atom[0] != INSTANCE or not atom[1].startswith(LIBRARY):
        return atom
    count = len(generics.type_parameters(world, *atom[1:3]))
    if not count:
        return atom
    arguments = [*atom[3], *(0,) * count][:count]
    joined = world.values.join(arguments[-1] << 1, added)
    arguments[-1] = world.values.argument(joined)
    return (*atom[:3], tuple(arguments))
