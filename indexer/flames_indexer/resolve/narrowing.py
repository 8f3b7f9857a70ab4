"""Narrowing: what a name holds where a test has told which classes it is an instance of, or not."""

from typing import Final

from flames_indexer.facts import ExpressionKind, Narrowing
from flames_indexer.languages.semantics import LIBRARY, TypeForm
from flames_indexer.resolve import bindings, classes, forms
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.values import (
    CLASS,
    EXTERNAL,
    FUNCTION,
    INSTANCE,
    MANY,
    NONE,
    TUPLE,
    VARIABLE,
    Atom,
)
from flames_indexer.resolve.world import World

_UNSURE: Final = frozenset((EXTERNAL, MANY, VARIABLE))  # may be anything


def narrowed(world: World, file: File, row: int) -> int:
    """The value of a NARROWED row."""
    expressions = file.facts.expressions
    value = world.rules.evaluate(world, file, expressions.a[row])
    teller = world.rules.evaluate(world, file, expressions.b[row])
    by_call = expressions.c[row] & Narrowing.BY_CALL
    told = _guarded(world, teller) if by_call else _told(world, teller)
    if not told:
        return value
    if expressions.c[row] & Narrowing.NOT:
        return _without(world, value, told)
    return _within(world, value, told)


def _told(world: World, named: int) -> tuple[Atom, ...]:
    """Instances of the classes that a test names; () where one of them is not known."""
    values = world.values
    found: list[Atom] = []
    for atom in values.atoms(named):
        if atom[0] == CLASS:
            found.append((INSTANCE, *atom[1:]))
        elif atom[0] == TUPLE:
            for item in atom[1]:
                inner = _told(world, item << 1)
                if not inner:
                    return ()
                found += inner
        else:
            return ()
    return tuple(found)


def _guarded(world: World, callee: int) -> tuple[Atom, ...]:
    """Instances of what the functions are declared to tell of their first argument."""
    found: list[Atom] = []
    for atom in world.values.atoms(callee):
        home = world.file(atom[1]) if atom[0] == FUNCTION else None
        if home is None:
            return ()
        world.read(home.path, home.unit(atom[2]))
        row, expressions = home.facts.definitions.returns[atom[2]], home.facts.expressions
        if row < 0 or expressions.kind[row] != ExpressionKind.SUBSCRIPT:
            return ()
        if forms.form_of(world, home, expressions.a[row]) != TypeForm.GUARD:
            return ()
        told = world.values.atoms(world.rules.type_of(world, home, expressions.b[row]))
        if not told or any(one[0] != INSTANCE for one in told):
            return ()
        found += told
    return tuple(found)


def _within(world: World, value: int, told: tuple[Atom, ...]) -> int:
    """What of the value the told instances can be; just these where nothing else is known."""
    values = world.values
    kept: dict[Atom, None] = {}
    flow = 0
    anything = not value
    for atom in values.atoms(value):
        if atom[0] in _UNSURE:
            anything = True
        elif atom[0] == INSTANCE:
            if any(_is_one(world, atom, one) for one in told):
                kept[atom] = None
                flow = value & bindings.FLOW
            else:
                kept.update((one, None) for one in told if _is_one(world, one, atom))
        elif atom[0] != NONE and all(one[1].startswith(LIBRARY) for one in told):
            kept[atom] = None  # a function, class or tuple may be what the library's class means
            flow = value & bindings.FLOW
    if anything or not kept:
        kept.update(dict.fromkeys(told))
    return values.some(kept) | flow


def _without(world: World, value: int, told: tuple[Atom, ...]) -> int:
    """The value without the told instances."""
    values = world.values
    atoms = values.atoms(value)
    kept = [
        atom
        for atom in atoms
        if atom[0] != INSTANCE or not any(_is_one(world, atom, one) for one in told)
    ]
    if len(kept) == len(atoms):
        return value
    return values.some(kept) | (value & bindings.FLOW) if kept else values.external


def _is_one(world: World, atom: Atom, told: Atom) -> bool:
    """Whether each instance of the atom's class is one of the told class too."""
    return any(entry[:2] == told[1:3] for entry in classes.linearization(world, *atom[1:3]))
