"""Arguments: what the calls of a function hand to its parameters.

Nobody says whom a function's callers are, so they are looked for by name: the call sites whose
callee is last named like the function (or its class), in the files that have any. Each is believed
only when its callee, evaluated where it stands, is that function. What was read is which files
have sites of a name, and what those sites are.
"""

from collections.abc import Iterator
from typing import Final

from flames_indexer.facts import DefinitionFlag, DefinitionKind
from flames_indexer.languages.semantics import LIBRARY
from flames_indexer.resolve import bindings, classes
from flames_indexer.resolve.escapes import escapes_of, escapes_of_literal
from flames_indexer.resolve.operands import bound_operands, bound_parameters, place_of
from flames_indexer.resolve.sites import sites_of, unit_of_escapes, unit_of_sites
from flames_indexer.resolve.tables import Escape, File, Site
from flames_indexer.resolve.values import CLASS, FUNCTION, SUPER
from flames_indexer.resolve.world import Call, World
from flames_indexer.roles import is_test

FLOW: Final = bindings.FLOW

# A function that is called in more places than these is handed anything: its parameters stay
# unknown, which also bounds what one edit can make stale.
MOST_FILES: Final = 4
MOST_SITES: Final = 16

_MOST_NAMES: Final = 8  # that a function gets as a value

_LAMBDA: Final = int(DefinitionKind.LAMBDA)
_CONSTRUCTOR: Final = int(DefinitionFlag.CONSTRUCTOR)


def given(world: World, file: File, row: int) -> int:
    """What the known calls hand to parameter `row`; 0 when nobody knows."""
    if is_test(file.path):
        return 0
    return world.engine.ask(0, True, _given, world, file.path, row)


def _given(world: World, path: str, row: int) -> int:
    file = world.file(path)
    if file is None:
        return 0
    definition = file.facts.parameters.definition[row]
    value = 0
    for place, site, skip in world.engine.ask((), True, _callers, world, path, definition):
        home = world.file(place)
        if home is not None:
            value = world.values.join(value, _operand(world, file, row, home, site, skip))
    return value | FLOW if value else 0


def _callers(world: World, path: str, definition: int) -> tuple[tuple[str, Site, int], ...]:
    """(path, site, bound parameters) of the calls of a function."""
    file = world.file(path)
    if file is None:
        return ()
    world.read(path, file.unit(definition))
    return tuple(
        (home.path, site, skip)
        for home, site in _sites(world, file, definition)
        for skip in _bound_at(world, home, site, file, definition)
    )


def _sites(world: World, file: File, definition: int) -> list[tuple[File, Site]]:
    """Call sites by the names that the function is called by; none when there are too many."""
    found: dict[tuple[str, Site], File] = {}
    for name in _names(file, definition):
        paths = [file.path] if _is_local(file, definition) else world.paths_calling(name)
        if len(paths) > MOST_FILES:
            return []
        for path in paths:
            home = world.file(path)
            if home is not None:
                _add_sites(world, home, name, found)
        if len(found) > MOST_SITES:
            return []
    for home, name in _other_names(world, file, definition):
        _add_sites(world, home, name, found)
    return [(home, site) for (_, site), home in found.items()] if len(found) <= MOST_SITES else []


def _is_local(file: File, definition: int) -> bool:
    """Whether only its own file calls a function by name: it is inside of another one."""
    return file.is_function(file.facts.definitions.parent[definition])


def _add_sites(world: World, home: File, name: str, found: dict[tuple[str, Site], File]) -> None:
    world.read(home.path, unit_of_sites(name))
    for site in sites_of(home, name):
        found.setdefault((home.path, site), home)
        if len(found) > MOST_SITES:
            break


def _other_names(world: World, file: File, definition: int) -> list[tuple[File, str]]:
    """Names that the function gets as a value, from its own file on, and where they are called."""
    if file.kinds[definition] == _LAMBDA:
        ways = [(file, escape) for escape in escapes_of_literal(file, definition)]
    else:
        ways = _ways_out(world, file, file.name(definition))
    found: dict[tuple[str, str], File] = {}
    while ways and len(found) < _MOST_NAMES:
        home, escape = ways.pop(0)
        for place, name in _names_behind(world, home, escape):
            if (place.path, name) not in found:
                found[place.path, name] = place
                ways += _ways_out(world, place, name)
    return [(home, name) for (_, name), home in found.items()]


def _ways_out(world: World, file: File, name: str) -> list[tuple[File, Escape]]:
    world.read(file.path, unit_of_escapes(name))
    return [(file, escape) for escape in escapes_of(file, name)]


def _names_behind(world: World, home: File, escape: Escape) -> list[tuple[File, str]]:
    """The names that an escape gives a value."""
    if escape.call < 0:
        return [(home, escape.name)]
    expressions = home.facts.expressions
    site = Call(home, expressions.b[escape.call], expressions.c[escape.call])
    callee = world.rules.evaluate(world, home, expressions.a[escape.call])
    found: list[tuple[File, str]] = []
    for path, row, skip in _functions(world, callee):
        file = world.file(path)
        for parameter, operand in bound_operands(file, row, site, skip) if file else ():
            if file is not None and operand == escape.operand:
                found.append((file, file.strings[file.facts.parameters.name[parameter]]))
    return found


def _functions(world: World, callee: int) -> Iterator[tuple[str, int, int]]:
    """(path, row, bound parameters) of the program's functions that calling a value runs."""
    for atom in sorted(world.values.atoms(callee)):
        file = world.file(atom[1]) if atom[0] in (FUNCTION, CLASS) else None
        if file is None or atom[1].startswith(LIBRARY):
            continue
        if atom[0] == FUNCTION:
            yield atom[1], atom[2], bound_parameters(file, atom[2], atom[3])
            continue
        for name in file.semantics.protocols.constructors:
            owner = classes.owner_of(world, atom[1], atom[2], name)
            if owner is not None and owner[1] >= 0 and not owner[0].startswith(LIBRARY):
                value = classes.own_value(world, owner[0], owner[1], name)
                for one in sorted(world.values.atoms(value)):
                    if one[0] == FUNCTION:
                        yield one[1], one[2], 1


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
                yield bound_parameters(file, definition, atom[3])
        elif constructs and atom[0] in (CLASS, SUPER):
            found = classes.owner_of(world, atom[1], atom[2], file.name(definition))
            if found is not None and found[:2] == owner:
                yield 1


def _operand(world: World, file: File, row: int, home: File, site: Site, skip: int) -> int:
    """What one site hands to the parameter."""
    definition = file.facts.parameters.definition[row]
    if site.decorated >= 0:
        first = place_of(file, definition, skip)
        return bindings.definition_value(world, home, site.decorated) if first == row else 0
    value = 0
    call = Call(home, site.first, site.operands)
    for parameter, operand in bound_operands(file, definition, call, skip):
        if parameter == row:
            operand_row = home.facts.operands.value[operand]
            value = world.values.join(value, world.rules.evaluate(world, home, operand_row))
    return value
