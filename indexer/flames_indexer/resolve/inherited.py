"""Inherited types: what a parameter holds, told by the method that its own overrides."""

from flames_indexer.resolve import bindings, classes
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.world import World


def declared_above(world: World, file: File, row: int) -> int:
    """The type that the overridden method declares for parameter `row`; 0: none does."""
    parameters, definitions = file.facts.parameters, file.facts.definitions
    definition = parameters.definition[row]
    parent = definitions.parent[definition]
    if parent <= 0 or not file.is_class(parent):
        return 0
    return world.engine.ask(0, True, _declared_above, world, file.path, row)


def _declared_above(world: World, path: str, row: int) -> int:
    file = world.file(path)
    if file is None:
        return 0
    definition = file.facts.parameters.definition[row]
    parent = file.facts.definitions.parent[definition]
    world.read(path, file.unit(definition))
    name = file.name(definition)
    place = file.parameters[definition].index(row)
    owner = classes.owner_of(world, path, parent, name, (path, parent))
    if owner is None or owner == classes.UNKNOWN_BASE:
        return 0
    home = world.file(owner[0])
    if home is None:
        return 0
    value = 0
    for target in classes.own_targets(world, owner[0], owner[1], name):
        if target[0] == "definition" and target[1] == home.path and home.is_function(target[2]):
            value = world.values.join(value, _declared(world, file, row, home, target[2], place))
    return value | bindings.FLOW if value else 0


def _declared(world: World, file: File, row: int, home: File, method: int, place: int) -> int:
    """The type of the parameter of that name or, where none has it, in that place."""
    own, above = file.facts.parameters, home.facts.parameters
    rows = home.parameters.get(method, ())
    name = file.strings[own.name[row]]
    named = [at for at in rows if home.strings[above.name[at]] == name]
    for at in named or rows[place : place + 1]:
        if above.kind[at] == own.kind[row] and home.receiver(at) is None:
            value = world.rules.type_of(world, home, above.annotation[at])
            return value or declared_above(world, home, at)
    return 0
