"""Classes: linearization, which class has a member, and what it holds there."""

from collections.abc import Mapping
from typing import Final

from flames_indexer.facts import BindingKind, DefinitionFlag, DefinitionKind, ExpressionKind
from flames_indexer.languages.semantics import TypeForm
from flames_indexer.resolve import bindings, forms, generics, targets
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.values import CLASS, OBJECT, Atom
from flames_indexer.resolve.world import World

# One class in a linearization: (path, row, its type arguments as sets in the owner's variables).
# UNKNOWN_BASE stands for a base outside the repository, or one that cannot be told.
Entry = tuple[str, int, tuple[int, ...]]
UNKNOWN_BASE: Final[Entry] = ("", -1, ())
_ANNOTATION: Final = int(BindingKind.ANNOTATION)
_PROPERTY: Final = int(DefinitionFlag.PROPERTY)
_SUBSCRIPT: Final = int(ExpressionKind.SUBSCRIPT)

# Which class has a name that a class has or inherits, and what owns the names that none has.
_Owners = tuple[Mapping[str, Entry], Entry | None]
_NO_OWNERS: Final[_Owners] = ({}, None)


def linearization(world: World, path: str, row: int) -> tuple[Entry, ...]:
    """The classes that members are looked up in, the class itself first."""
    return world.engine.ask((), True, _linearization, world, path, row)


def _linearization(world: World, path: str, row: int) -> tuple[Entry, ...]:
    file = world.file(path)
    if file is None or not file.is_class(row):
        return ((path, row, ()),)
    world.read(path, file.unit(row))
    orders: list[list[tuple[str, int]]] = []
    arguments: dict[tuple[str, int], tuple[int, ...]] = {}
    unknown = False
    for base in base_rows(file, row):
        if forms.form_of(world, file, _generic_of(file, base)) == TypeForm.GENERIC:
            continue
        classes = [
            a for a in _named_by(world, file, row, base) if not _comes_to(world, a, path, row)
        ]
        unknown |= not classes
        for atom in sorted(classes):
            entries = inherited(world, atom)
            unknown |= UNKNOWN_BASE in entries
            orders.append([entry[:2] for entry in entries if entry != UNKNOWN_BASE])
            for entry in entries:
                arguments.setdefault(entry[:2], entry[2])
    if not orders:
        orders = _root_order(world, file, path, row)
    order = file.semantics.linearize((path, row), orders)
    found = ((path, row, ()), *((*key, arguments.get(key, ())) for key in order[1:]))
    return (*found, UNKNOWN_BASE) if unknown else found


def is_generic(world: World, path: str, row: int) -> bool:
    """Whether a class says that it is a protocol, or has type parameters."""
    file = world.file(path)
    return file is not None and any(
        forms.form_of(world, file, _generic_of(file, base)) == TypeForm.GENERIC
        for base in base_rows(file, row)
    )


def _named_by(world: World, file: File, row: int, base: int) -> list[Atom]:
    return [a for a in world.values.atoms(_base_value(world, file, row, base)) if a[0] == CLASS]


def _comes_to(world: World, atom: Atom, path: str, row: int) -> bool:
    """Whether a class inherits from a class that names it as its base: in a circle, no order is
    before the others."""
    waiting, seen = [atom[1:3]], {atom[1:3]}
    while waiting:
        above = waiting.pop()
        if above == (path, row):
            return True
        for key in world.engine.ask((), True, _directly_above, world, *above):
            if key not in seen:
                seen.add(key)
                waiting.append(key)
    return False


def _directly_above(world: World, path: str, row: int) -> tuple[tuple[str, int], ...]:
    file = world.file(path)
    if file is None or not file.is_class(row):
        return ()
    world.read(path, file.unit(row))
    bases = base_rows(file, row)
    return tuple(sorted({a[1:3] for base in bases for a in _named_by(world, file, row, base)}))


def _base_value(world: World, file: File, row: int, base: int) -> int:
    """The classes that a base names: what interfaces extend are types, whatever else has the
    name."""
    if file.kinds[row] == DefinitionKind.INTERFACE:
        named = bindings.classes_of(world, world.rules.type_of(world, file, base))
        if named:
            return named
    return world.rules.evaluate(world, file, base)


def object_bases(world: World, path: str, row: int) -> int:
    """The object types among what an interface extends: `interface A extends Readonly<{b: B}>`."""
    return world.engine.ask(0, True, _object_bases, world, path, row)


def _object_bases(world: World, path: str, row: int) -> int:
    file = world.file(path)
    if file is None or file.kinds[row] != DefinitionKind.INTERFACE:
        return 0
    world.read(path, file.unit(row))
    types = [world.rules.type_of(world, file, base) for base in base_rows(file, row)]
    atoms = [a for value in types for a in world.values.atoms(value) if a[0] == OBJECT]
    return world.values.some(atoms) if atoms else 0


def _root_order(world: World, file: File, path: str, row: int) -> list[list[tuple[str, int]]]:
    """What a class without bases inherits from."""
    semantics = file.semantics
    root = semantics.protocols.root
    if not root:
        return []
    found = bindings.export_value(world, semantics.builtins, root, semantics)
    keys = [atom[1:3] for atom in world.values.atoms(found) if atom[0] == CLASS]
    return [[key] for key in keys if key != (path, row)]


def base_rows(file: File, row: int) -> list[int]:
    """Expression rows of the classes and interfaces that definition `row` names as its bases."""
    table = file.facts.bases
    return [
        table.value[at]
        for at in file.bases.get(row, ())
        if file.strings[table.name[at]] in ("", "implements")
    ]


def _generic_of(file: File, row: int) -> int:
    expressions = file.facts.expressions
    return expressions.a[row] if expressions.kind[row] == _SUBSCRIPT else row


def inherited(world: World, atom: Atom) -> tuple[Entry, ...]:
    """The linearization of a CLASS or INSTANCE atom, its type arguments put in."""
    _, path, row, given = atom
    entries = linearization(world, path, row)
    if not given:
        return entries
    environment = generics.environment(world, path, row, given)
    substitute = generics.substitute
    return tuple(
        (p, r, given if at == 0 else tuple(substitute(world, a, environment) for a in arguments))
        for at, (p, r, arguments) in enumerate(entries)
    )


def owner_of(
    world: World, path: str, row: int, name: str, after: tuple[str, int] | None = None
) -> Entry | None:
    """The first class of the linearization that has `name`; UNKNOWN_BASE when only that may.

    `after`: only those behind that class. The arguments of the entry are left out. Storing a member
    runs the property of that name, if the class inherits one: the property's class owns it.
    """
    owner = _first_owner(world, path, row, name, after)
    if owner is None or owner == UNKNOWN_BASE:
        return owner
    file = world.file(owner[0])
    if file is None or name in file.bindings.get(owner[1], ()):
        return owner
    above = _first_owner(world, path, row, name, owner[:2])
    if above is None or above == UNKNOWN_BASE or not _is_property(world, above, name):
        return owner
    return above


def _is_property(world: World, owner: Entry, name: str) -> bool:
    file = world.file(owner[0])
    if file is None:
        return False
    flags = file.facts.definitions.flags
    table = file.facts.bindings
    return any(
        table.kind[at] == BindingKind.DEFINITION and flags[table.value[at]] & _PROPERTY
        for at in file.bindings.get(owner[1], {}).get(name, ())
    )


def _first_owner(
    world: World, path: str, row: int, name: str, after: tuple[str, int] | None
) -> Entry | None:
    if after is None or after == (path, row):
        owners = world.engine.ask(None, True, _owners_behind, world, path, row)
        if owners is not None:
            return _owner_below(world, path, row, name, owners, itself=after is None)
    return world.engine.ask(None, True, _owner_of, world, path, row, name, after)


def _owner_below(
    world: World, path: str, row: int, name: str, owners: _Owners, *, itself: bool
) -> Entry | None:
    """As `owner_of` where the order of the class is itself and that of its parent: what the parent
    has, it has for all of its subclasses."""
    if itself:
        file = world.file(path)
        if file is not None:
            world.read(path, file.unit(row))
            if has_own(file, row, name):
                return path, row, ()
    return owners[0].get(name, owners[1])


def _owners_behind(world: World, path: str, row: int) -> _Owners | None:
    """The owners in the class whose own order follows a class in its linearization; None where
    something else does."""
    order = linearization(world, path, row)
    if len(order) < 2 or order[1] == UNKNOWN_BASE:
        return None
    parent = order[1][:2]
    above = linearization(world, *parent)
    same = [entry[:2] for entry in order[1:]] == [entry[:2] for entry in above]
    return world.engine.ask(_NO_OWNERS, True, _owners, world, *parent) if same else None


def _owners(world: World, path: str, row: int) -> _Owners:
    """`_owner_of` for all names at once."""
    owners: dict[str, Entry] = {}
    order = linearization(world, path, row)
    unknown = UNKNOWN_BASE if UNKNOWN_BASE in order else None
    for above, at, _ in reversed(order):
        file = world.file(above) if above else None
        if file is None:
            continue
        world.read(above, file.unit(at))
        if not (unknown and above == file.semantics.builtins):
            owner = (above, at, ())
            if not file.is_function(at):
                owners.update(dict.fromkeys(file.bindings.get(at, ()), owner))
            owners.update(dict.fromkeys(file.members(at), owner))
    return owners, unknown


def _owner_of(
    world: World, path: str, row: int, name: str, after: tuple[str, int] | None
) -> Entry | None:
    skipping = after is not None
    entries = linearization(world, path, row)
    unknown = UNKNOWN_BASE if UNKNOWN_BASE in entries else None
    for entry in entries:
        if skipping:
            skipping = entry[:2] != after
            continue
        if entry == UNKNOWN_BASE:
            continue
        file = world.file(entry[0])
        if file is None or (unknown and entry[0] == file.semantics.builtins):
            continue
        world.read(entry[0], file.unit(entry[1]))
        if has_own(file, entry[1], name):
            return entry
    return unknown


def has_own(file: File, row: int, name: str) -> bool:
    """Whether the class binds `name` itself, or a method of it stores that member."""
    return name in file.members(row) or (
        name in file.bindings.get(row, ()) and not file.is_function(row)
    )


def own_value(world: World, path: str, row: int, name: str) -> int:
    """What the class's own bindings and member stores of `name` give, as written."""
    return world.engine.ask(0, True, _own_value, world, path, row, name)


def _own_value(world: World, path: str, row: int, name: str) -> int:
    file = world.file(path)
    if file is None:
        return 0
    world.read(path, file.unit(row))
    values = world.values
    members = file.facts.members
    stores = file.members(row).get(name, ())
    value = 0
    for at in stores:
        if members.kind[at] == _ANNOTATION and members.value[at] >= 0:
            value = values.join(value, world.rules.type_of(world, file, members.value[at]))
    if value:
        return value
    if name in file.bindings.get(row, ()):
        value = bindings.binding_value(world, file, row, name)
        if value and _is_declared(file, row, name):
            return value
    for at in stores:
        if members.value[at] >= 0 and members.kind[at] != _ANNOTATION:
            stored = world.rules.evaluate(world, file, members.value[at])
            value = values.join(value, stored | bindings.FLOW if stored else 0)
    return world.rules.filled_member(world, file, row, name, value) if value else 0


def _is_declared(file: File, row: int, name: str) -> bool:
    kinds = file.facts.bindings.kind
    return any(kinds[at] == _ANNOTATION for at in file.bindings[row][name])


def own_targets(world: World, path: str, row: int, name: str) -> targets.Targets:
    """The definitions that the class's own bindings of `name` stand for."""
    file = world.file(path)
    if file is None or name not in file.bindings.get(row, ()):
        return ()
    return targets.binding_targets(world, file, row, name)
