"""Dispatch: what a call of a method without a body of its own runs: one of its implementations.

Such a method (abstract, or only `raise NotImplementedError`, `...`) is never what a call means.
Where few classes implement it, each of these is what a call may run; overrides of an implementation
are not, they are told by override edges. So is what may run in the place of a method that has many
implementations, that has a body, or that is an interface's, whose implementations need not name it.
"""

from collections.abc import Container
from typing import Final

from flames_indexer.facts import DefinitionFlag, DefinitionKind
from flames_indexer.languages.semantics import LIBRARY
from flames_indexer.resolve import classes
from flames_indexer.resolve.usage import class_of_method
from flames_indexer.resolve.values import INSTANCE, Atom
from flames_indexer.resolve.world import World

_BODILESS: Final = int(DefinitionFlag.STUB_BODY | DefinitionFlag.ABSTRACT)
_OVERLOAD: Final = int(DefinitionFlag.OVERLOAD)
_MOST_NAMED: Final = 32  # methods of one name; with more of them few implementations are rare
# More are a registry or a tree of nodes. In calls that tests ran, of up to three 77 % were run by
# the same tests; of more it was 64 %, and nearly half of all edges would be such guesses.
_MOST_IMPLEMENTATIONS: Final = 3

_Class = tuple[str, int]


def implementations(world: World, atom: Atom, path: str, row: int) -> tuple[str, ...]:
    """Ids of the methods that calling method `row` of a receiver runs; (): itself, or many."""
    file = world.file(path)
    if file is None or atom[0] != INSTANCE or path.startswith(LIBRARY):
        return ()
    flags, name = file.facts.definitions.flags[row], file.name(row)
    if file.kinds[file.facts.definitions.parent[row]] == DefinitionKind.INTERFACE:
        return ()
    if not flags & _BODILESS or flags & _OVERLOAD or not file.semantics.found_by_name(name):
        return ()
    return world.engine.ask((), True, _implementations, world, *atom[1:3], name)


def _implementations(world: World, path: str, row: int, name: str) -> tuple[str, ...]:
    ids = world.methods_meant(path, name)
    if len(ids) > _MOST_NAMED:
        return ()
    found: dict[_Class, str] = {}
    for identity in ids:
        owner = _implementing(world, identity, (path, row))
        if owner is not None:
            found[owner] = identity
    first = [found[owner] for owner in found if not _is_below_another(world, owner, found)]
    return tuple(first) if len(first) <= _MOST_IMPLEMENTATIONS else ()


def _implementing(world: World, method: str, base: _Class) -> _Class | None:
    """The class below the base that has the method, with a body."""
    path, _, qualname = method.partition("::")
    file = world.file(path)
    owner = class_of_method(world, method)
    if file is None or owner is None or owner == base:
        return None
    if file.facts.definitions.flags[file.row_named(qualname)] & _BODILESS:
        return None
    order = classes.linearization(world, *owner)
    return owner if any(entry[:2] == base for entry in order) else None


def _is_below_another(world: World, owner: _Class, found: Container[_Class]) -> bool:
    order = classes.linearization(world, *owner)
    return any(entry[:2] != owner and entry[:2] in found for entry in order)
