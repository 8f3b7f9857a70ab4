"""Called: what calling a value calls."""

from typing import Final

from flames_indexer.languages.semantics import LIBRARY
from flames_indexer.model import Certainty
from flames_indexer.resolve import classes
from flames_indexer.resolve.reached import UNTOLD, member_targets
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.values import CLASS, FUNCTION, INSTANCE, SUPER, Atom
from flames_indexer.resolve.world import World

_RESOLVED: Final = int(Certainty.RESOLVED)
_INFERRED: Final = int(Certainty.INFERRED)


def called_by(world: World, file: File, value: int) -> tuple[tuple[str, int], ...]:
    """(id, certainty) of what calling the value calls; the id "" when nobody knows."""
    atoms = world.values.atoms(value)
    if all(atom[0] in UNTOLD for atom in atoms):
        return (("", 0),)
    certainty = _INFERRED if value & 1 else _RESOLVED
    found: dict[str, None] = {}
    for atom in atoms:
        for path, row in _callees(world, file, atom):
            home = world.file(path)
            if home is not None and not path.startswith(LIBRARY):
                found[home.symbol_id(row)] = None
    return tuple((identity, certainty) for identity in found)


def _callees(world: World, file: File, atom: Atom) -> list[tuple[str, int]]:
    if atom[0] in (FUNCTION, CLASS):
        return [(atom[1], atom[2])]
    if atom[0] == INSTANCE:
        home = world.file(atom[1])
        hook = home.semantics.protocols.call if home is not None else ""
        found = member_targets(world, file, atom, hook) if hook else ()
        return [target[1:3] for target in found if target[0] == "definition"]
    return _constructor_behind(world, file, atom) if atom[0] == SUPER else []


def _constructor_behind(world: World, file: File, atom: Atom) -> list[tuple[str, int]]:
    """The constructor behind the class of a SUPER; the next class where it declares none."""
    for name in file.semantics.protocols.constructors:
        for target in member_targets(world, file, atom, name):
            if target[0] == "definition":
                return [target[1:3]]
    order = classes.linearization(world, atom[1], atom[2])
    return [entry[:2] for entry in order[1:] if entry[0]][:1]
