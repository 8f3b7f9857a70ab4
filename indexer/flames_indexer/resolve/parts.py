"""Parts: what awaiting, iterating, entering or unpacking a value gives."""

from flames_indexer.resolve import bindings, calls, members, records
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.values import (
    CLASS,
    EXTERNAL,
    INSTANCE,
    PROMISE,
    TUPLE,
    VARIABLE,
    Atom,
)
from flames_indexer.resolve.world import World


def awaited(world: World, value: int) -> int:
    """What awaiting the value gives; what cannot be awaited stands for itself."""
    values = world.values
    result = 0
    for atom in values.atoms(value):
        one = values.one(atom)
        if atom[0] == PROMISE:
            one = atom[1] << 1
        elif atom[0] == INSTANCE:
            one = _awaited_instance(world, atom)
        result = values.join(result, one)
    return result | (value & 1) if result else 0


def _awaited_instance(world: World, atom: Atom) -> int:
    values = world.values
    file = world.file(atom[1])
    hook = file.semantics.protocols.wait if file is not None else ""
    method = members.attribute(world, values.one(atom), hook) if hook else 0
    if not method:
        return values.one(atom)
    result = 0
    for inner in values.atoms(calls.call(world, method, None)):
        if inner[0] == INSTANCE and inner[3]:
            result = values.join(result, inner[3][-1] << 1)
    return result or values.external


def iterate(world: World, value: int, asynchronous: bool) -> int:
    """An element of the value."""
    if not value:
        return 0
    found = world.engine.ask(0, True, _iterated, world, value >> 1, asynchronous)
    return found | (value & 1) if found else 0


def _iterated(world: World, number: int, asynchronous: bool) -> int:
    values = world.values
    result = 0
    for atom in values.sets[number]:
        if atom[0] == TUPLE:
            one = 0
            for item in atom[1]:
                one = values.join(one, item << 1)
        elif atom[0] == EXTERNAL:
            one = values.external
        elif atom[0] == VARIABLE:
            one = iterate(world, atom[4] << 1, asynchronous) if atom[4] else 0
        else:
            one = _iterated_atom(world, atom, asynchronous)
        result = values.join(result, one)
    return result


def _iterated_atom(world: World, atom: Atom, asynchronous: bool) -> int:
    file = world.file(atom[1]) if atom[0] in (INSTANCE, CLASS) else None
    if file is None:
        return 0
    protocols = file.semantics.protocols
    for chain in protocols.iterate_async if asynchronous else protocols.iterate:
        value = world.values.one(atom)
        for name in chain:
            method = members.attribute(world, value, name)
            value = calls.call(world, method, None) if method else 0
        if value:
            return awaited(world, value) if asynchronous else value
    return 0


def entered(world: World, file: File, of: int, *, asynchronous: bool) -> int:
    """What a context manager gives to a `with` in the file; else an element of the value."""
    protocols = file.semantics.protocols
    names = protocols.enter_async if asynchronous else protocols.enter
    values = world.values
    value = 0
    for atom in values.atoms(of):
        one = values.external if atom[0] == EXTERNAL else 0
        for name in names:
            method = members.attribute(world, values.one(atom), name)
            if method:
                one = calls.call(world, method, None)
                break
        else:
            one = one or iterate(world, values.one(atom), asynchronous)
        value = values.join(value, awaited(world, one) if asynchronous else one)
    return value | (of & 1) if value else 0


def unpacked(world: World, file: File, of: int, position: int, *, rest: bool) -> int:
    """What unpacking the value puts at a position; `rest`: a list of what is left there."""
    values = world.values
    value = 0
    for atom in values.atoms(of):
        if atom[0] == TUPLE and not rest and -len(atom[1]) <= position < len(atom[1]):
            one = atom[1][position] << 1
        elif atom[0] == EXTERNAL:
            one = values.external
        elif not rest and (field := records.field_at(world, atom, position)):
            one = members.attribute(world, values.one(atom), field)
        else:
            one = iterate(world, values.one(atom), False)
            if rest:
                element = (values.argument(one),)
                one = bindings.literal_instance(world, file.semantics, "list", element)
        value = values.join(value, one)
    return value | (of & 1) if value else 0
