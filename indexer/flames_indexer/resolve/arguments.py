"""Arguments: what the calls of a function hand to its parameters.

Nobody says whom a function's callers are, so they are looked for by name: the call sites whose
callee is last named like the function (or its class), in the files that have any. Each is believed
only when its callee, evaluated where it stands, is that function. What was read is which files
have sites of a name, and what those sites are.
"""

from collections.abc import Iterator
from functools import lru_cache

from flames_indexer.facts import DefinitionFlag
from flames_indexer.model import Role
from flames_indexer.resolve import bindings, calls, classes
from flames_indexer.resolve.sites import sites_of, unit_of_sites
from flames_indexer.resolve.tables import File, Site
from flames_indexer.resolve.values import CLASS, FUNCTION, SUPER
from flames_indexer.resolve.world import Call, World
from flames_indexer.roles import role_of

FLOW = bindings.FLOW

# A function that is called in more places than these is handed anything: its parameters stay
# unknown, which also bounds what one edit can make stale.
MOST_FILES = 4
MOST_SITES = 16

_CONSTRUCTOR = int(DefinitionFlag.CONSTRUCTOR)


def given(world: World, file: File, row: int) -> int:
    """What the known calls hand to parameter `row`; 0 when nobody knows."""
    return world.engine.ask(0, True, _given, world, file.path, row)


def _given(world: World, path: str, row: int) -> int:
    file = world.file(path)
    if file is None:
        return 0
    definition = file.facts.parameters.definition[row]
    world.read(path, file.unit(definition))
    value = 0
    for home, site in _sites(world, file, definition):
        for skip in _bound_at(world, home, site, file, definition):
            value = world.values.join(value, _operand(world, file, row, home, site, skip))
    return value | FLOW if value else 0


def _sites(world: World, file: File, definition: int) -> list[tuple[File, Site]]:
    """Call sites by the names that the function is called by; none when there are too many."""
    found: list[tuple[File, Site]] = []
    for name in _names(file, definition):
        paths = world.paths_calling(name)
        if not _is_test(file.path):
            paths = [path for path in paths if not _is_test(path)]
        if len(paths) > MOST_FILES:
            return []
        for path in paths:
            home = world.file(path)
            if home is None:
                continue
            world.read(path, unit_of_sites(name))
            found.extend((home, site) for site in sites_of(home, name))
            if len(found) > MOST_SITES:
                return []
    return found


@lru_cache(maxsize=1 << 14)
def _is_test(path: str) -> bool:
    return role_of(path, generated=False) == Role.TEST


def _names(file: File, definition: int) -> list[str]:
    """The last names of callees that may mean a function: its own, its class's if it constructs,
    and those of the functions around it, which may give it to whoever calls them."""
    definitions = file.facts.definitions
    names: list[str] = []
    at = definition
    if definitions.flags[at] & _CONSTRUCTOR:
        at = definitions.parent[at]
    names.append(file.name(at))
    at = definitions.parent[at]
    while at > 0 and file.is_function(at):
        names.append(file.name(at))
        at = definitions.parent[at]
    return list(dict.fromkeys(names))


def _bound_at(world: World, home: File, site: Site, file: File, definition: int) -> Iterator[int]:
    """For each way in which the site calls the function: how many parameters are bound already."""
    definitions = file.facts.definitions
    constructs = definitions.flags[definition] & _CONSTRUCTOR
    owner = (file.path, definitions.parent[definition])
    for atom in sorted(world.values.atoms(world.rules.evaluate(world, home, site.callee))):
        if atom[0] == FUNCTION:
            if atom[1:3] == (file.path, definition):
                yield calls.bound_parameters(file, definition, atom[3])
        elif constructs and atom[0] in (CLASS, SUPER):
            found = classes.owner_of(world, atom[1], atom[2], file.name(definition))
            if found is not None and found[:2] == owner:
                yield 1


def _operand(world: World, file: File, row: int, home: File, site: Site, skip: int) -> int:
    """What one site hands to the parameter."""
    definition = file.facts.parameters.definition[row]
    if site.decorated >= 0:
        first = calls.place_of(file, definition, skip)
        return bindings.definition_value(world, home, site.decorated) if first == row else 0
    value = 0
    call = Call(home, site.first, site.count)
    for parameter, operand in calls.bound_operands(file, definition, call, skip):
        if parameter == row:
            operand_row = home.facts.operands.value[operand]
            value = world.values.join(value, world.rules.evaluate(world, home, operand_row))
    return value
