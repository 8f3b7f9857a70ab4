"""Below: what a class lacks, as its subclasses have it.

A mixin calls what stands beside it in the classes made with it, and a base calls what each of its
subclasses defines. Asked only where every class behind the receiver's is known and none has the
member, so that what is found is the only thing it can be.
"""

from typing import Final

from flames_indexer.languages.semantics import LIBRARY
from flames_indexer.resolve import bindings, classes
from flames_indexer.resolve.sites import unit_of_sites
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.usage import class_of_method
from flames_indexer.resolve.values import CLASS
from flames_indexer.resolve.world import World

_MOST_FILES: Final = 8  # that have subclasses of a class; in more of them its members mean anything
_MOST_METHODS: Final = 32  # of one name that are looked at
_MOST_OWNERS: Final = 4  # different answers of the subclasses; with more of them none is likely

_Class = tuple[str, int]


def owners_below(world: World, path: str, row: int, name: str) -> tuple[_Class, ...]:
    """The classes whose `name` instances of subclasses have, which the class itself lacks."""
    if path.startswith(LIBRARY):
        return ()
    found = world.engine.ask((), True, _owners_below, world, path, row, name)
    return found if len(found) <= _MOST_OWNERS else ()


def _owners_below(world: World, path: str, row: int, name: str) -> tuple[_Class, ...]:
    """As `owners_below`; where there are too many, one more than that."""
    file = world.file(path)
    if (
        file is None
        or not file.semantics.follows_arguments
        or not file.semantics.found_by_name(name)
    ):
        return ()
    fallback = file.semantics.protocols.fallback
    if fallback and classes.owner_of(world, path, row, fallback) is not None:
        return ()
    found = dict.fromkeys(_subclasses_with(world, path, row, name))
    for home, at in world.engine.ask((), True, _subclasses, world, path, row):
        owner = classes.owner_of(world, home, at, name)
        if owner is None:
            further = world.engine.ask((), True, _owners_below, world, home, at, name)
            found.update(dict.fromkeys(further))
        elif owner != classes.UNKNOWN_BASE:
            found[owner[:2]] = None
    return tuple(found)[: _MOST_OWNERS + 1]


def _subclasses_with(world: World, path: str, row: int, name: str) -> list[_Class]:
    """The classes below one, however far and however many, that have a method of that name."""
    ids = world.methods_meant(path, name)
    owners = [class_of_method(world, one) for one in ids] if len(ids) <= _MOST_METHODS else []
    return [
        owner
        for owner in owners
        if owner is not None
        and owner != (path, row)
        and any(entry[:2] == (path, row) for entry in classes.linearization(world, *owner))
    ]


def _subclasses(world: World, path: str, row: int) -> tuple[_Class, ...]:
    """The classes of the program that name the class among their bases; () where those of too many
    files do."""
    file = world.file(path)
    if file is None:
        return ()
    world.read(path, file.unit(row))
    name = file.name(row)
    paths = world.paths_calling(name)
    found: list[_Class] = []
    for home in map(world.file, paths if len(paths) <= _MOST_FILES else ()):
        if home is not None and home.semantics is file.semantics:
            world.read(home.path, unit_of_sites(name))
            rows = home.subclasses_of(name)
            found += [(home.path, at) for at in rows if _inherits(world, home, at, (path, row))]
    return tuple(found)


def _inherits(world: World, home: File, row: int, base: _Class) -> bool:
    values = (world.rules.evaluate(world, home, at) for at in classes.base_rows(home, row))
    return any(
        atom[0] == CLASS and atom[1:3] == base
        for value in values
        for atom in world.values.atoms(value)
    )


def value_below(world: World, path: str, row: int, name: str) -> int:
    """What a member that the class lacks holds in instances of its subclasses."""
    value = 0
    for home, at in owners_below(world, path, row, name):
        value = world.values.join(value, classes.own_value(world, home, at, name))
    return value | bindings.FLOW if value else 0
