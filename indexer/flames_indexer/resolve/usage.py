"""Usage: what a parameter must hold, told by what its function does with it.

Where nothing says what a parameter is, the members that are read from it do: a method that only one
class of the program has, and nothing that this class lacks. Such a method alone is a guess
(certainty `unique-name`); with another member of the same class it is evidence.
"""

from typing import Final

from flames_indexer.facts import BindingKind, ExpressionKind
from flames_indexer.resolve import bindings, classes
from flames_indexer.resolve.sites import unit_of_uses, uses_below
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.values import INSTANCE
from flames_indexer.resolve.world import World

_EVIDENCE: Final = 2  # members that must agree

_Class = tuple[str, int]


def used_as(world: World, file: File, row: int) -> int:
    """Instances of the only class that fits how parameter `row` is used; 0: none, or several."""
    names = _members_read(file, row)
    if sum(_is_telling(file, name) for name in names) < _EVIDENCE:
        return 0
    definition = file.facts.parameters.definition[row]
    world.read(file.path, unit_of_uses(file.unit(definition)))
    return world.engine.ask(0, True, _fitting, world, file.path, tuple(sorted(names)))


def speaks_against(world: World, file: File, row: int, method: str) -> bool:
    """Whether what is read from the parameter that expression `row` names is lacking in the class
    of a method."""
    parameter = _parameter_named(file, row)
    owner = class_of_method(world, method) if parameter >= 0 else None
    return owner is not None and not all(
        _has(world, *owner, name) for name in _members_read(file, parameter)
    )


def _parameter_named(file: File, row: int) -> int:
    expressions = file.facts.expressions
    if expressions.kind[row] != ExpressionKind.NAME:
        return -1
    name = file.strings[expressions.a[row]]
    scope = file.scope_of(expressions.scope[row], name)
    rows = file.bindings[scope][name] if scope >= 0 else ()
    table = file.facts.bindings
    if len(rows) != 1 or table.kind[rows[0]] != BindingKind.PARAMETER:
        return -1
    return table.value[rows[0]]


def _fitting(world: World, path: str, names: tuple[str, ...]) -> int:
    file = world.file(path)
    if file is None:
        return 0
    owners: dict[_Class, None] = {}
    for name in names:
        if _is_telling(file, name) and len(ids := world.methods_meant(path, name)) == 1:
            owner = class_of_method(world, ids[0])
            if owner is None:
                return 0
            owners[owner] = None
    for home, row in owners:
        if all(_has(world, home, row, name) for name in names):
            return world.values.one((INSTANCE, home, row, ())) | bindings.FLOW
    return 0


def _is_telling(file: File, name: str) -> bool:
    """Whether a member of that name says something about its class."""
    return name not in file.semantics.blocked_names and file.semantics.found_by_name(name)


def _has(world: World, path: str, row: int, name: str) -> bool:
    owner = classes.owner_of(world, path, row, name)
    return owner is not None and owner != classes.UNKNOWN_BASE


def class_of_method(world: World, method: str) -> _Class | None:
    """The class of a method by its id."""
    path, _, qualname = method.partition("::")
    file = world.file(path)
    if file is None:
        return None
    row = file.row_named(qualname)
    parent = file.facts.definitions.parent[row] if row > 0 else 0
    if not file.is_class(parent):
        return None
    world.read(path, file.unit(parent))
    return path, parent


def _members_read(file: File, row: int) -> set[str]:
    """The members that are read from a parameter anywhere in its function."""
    parameters = file.facts.parameters
    scope, name = parameters.definition[row], parameters.name[row]
    if len(file.bindings[scope].get(file.strings[name], ())) != 1:
        return set()
    text = file.strings[name]
    within = {scope: True}  # of scopes, whether the name means the parameter there
    found: set[str] = set()
    for inner, member in uses_below(file).get(text, ()):
        means_it = within.get(inner)
        if means_it is None:
            means_it = within[inner] = file.scope_of(inner, text) == scope
        if means_it:
            found.add(member)
    return found
