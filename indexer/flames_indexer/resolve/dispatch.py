"""Dispatch: what a call of a method without a body of its own runs: its only implementation.

Such a method (abstract, or only `raise NotImplementedError`, `...`) is never what a call means.
Where it has several implementations, where the method has a body, and where it is an interface's,
whose implementations need not name it, what may run in its place is told by the override edges.
"""

from flames_indexer.facts import DefinitionFlag, DefinitionKind
from flames_indexer.languages.semantics import LIBRARY
from flames_indexer.resolve import classes
from flames_indexer.resolve.usage import class_of_method
from flames_indexer.resolve.values import INSTANCE, Atom
from flames_indexer.resolve.world import World

_BODILESS = int(DefinitionFlag.STUB_BODY | DefinitionFlag.ABSTRACT)
_OVERLOAD = int(DefinitionFlag.OVERLOAD)
_MOST_NAMED = 32  # methods of one name; with more of them one implementation is rare


def implementation(world: World, atom: Atom, path: str, row: int) -> str:
    """Id of the method that calling method `row` of a receiver runs; "": itself, or one of many."""
    file = world.file(path)
    if file is None or atom[0] != INSTANCE or path.startswith(LIBRARY):
        return ""
    flags, name = file.facts.definitions.flags[row], file.name(row)
    if file.kinds[file.facts.definitions.parent[row]] == DefinitionKind.INTERFACE:
        return ""
    if not flags & _BODILESS or flags & _OVERLOAD or not file.semantics.found_by_name(name):
        return ""
    return world.engine.ask("", True, _implementation, world, *atom[1:3], name)


def _implementation(world: World, path: str, row: int, name: str) -> str:
    ids = world.methods_meant(path, name)
    if len(ids) > _MOST_NAMED:
        return ""
    found = [identity for identity in ids if _implements(world, identity, (path, row))]
    return found[0] if len(found) == 1 else ""


def _implements(world: World, method: str, base: tuple[str, int]) -> bool:
    path, _, qualname = method.partition("::")
    file = world.file(path)
    owner = class_of_method(world, method)
    if file is None or owner is None or owner == base:
        return False
    if file.facts.definitions.flags[file.row_named(qualname)] & _BODILESS:
        return False
    return any(entry[:2] == base for entry in classes.linearization(world, *owner))
