"""Classes: linearization, where a member is found, and what reading it gives."""

from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    DefinitionKind,
    ExpressionKind,
    OperandKind,
)
from flames_indexer.languages.semantics import LIBRARY, TypeForm
from flames_indexer.resolve import bindings, generics, targets
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.values import (
    CALLABLE,
    CLASS,
    CLASS_OF,
    EXTERNAL,
    FUNCTION,
    INSTANCE,
    MODULE,
    OBJECT,
    PROMISE,
    SUPER,
    TUPLE,
    VARIABLE,
    Atom,
)
from flames_indexer.resolve.world import World

# One class in a linearization: (path, row, its type arguments as sets in the owner's variables).
# UNKNOWN_BASE stands for a base outside the repository, or one that cannot be told.
Entry = tuple[str, int, tuple[int, ...]]
UNKNOWN_BASE: Entry = ("", -1, ())
_ANNOTATION = int(BindingKind.ANNOTATION)
_STATIC, _CLASSMETHOD = int(DefinitionFlag.STATIC), int(DefinitionFlag.CLASSMETHOD)
_PROPERTY = int(DefinitionFlag.PROPERTY)


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
        if bindings.form_of(world, file, _generic_of(file, base)) == TypeForm.GENERIC:
            continue
        found = [
            a
            for a in world.values.atoms(world.rules.evaluate(world, file, base))
            if a[0] == CLASS and a[1:3] != (path, row)
        ]
        unknown |= not found
        for atom in sorted(found):
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
    return expressions.a[row] if expressions.kind[row] == ExpressionKind.SUBSCRIPT else row


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
        parent = world.engine.ask(None, True, _only_parent, world, path, row)
        if parent is not None:
            return _owner_below(world, path, row, name, parent, itself=after is None)
    return world.engine.ask(None, True, _owner_of, world, path, row, name, after)


def _owner_below(
    world: World, path: str, row: int, name: str, parent: tuple[str, int], *, itself: bool
) -> Entry | None:
    """As `owner_of` where the order of the class is itself and that of `parent`: most names are
    in neither, which one set tells."""
    if itself:
        file = world.file(path)
        if file is not None:
            world.read(path, file.unit(row))
            if has_own(file, row, name):
                return path, row, ()
    names, unknown = world.engine.ask(_NO_NAMES, True, _all_names, world, *parent)
    if name not in names:
        return UNKNOWN_BASE if unknown else None
    return world.engine.ask(None, True, _owner_of, world, *parent, name, None)


def _only_parent(world: World, path: str, row: int) -> tuple[str, int] | None:
    """The class whose own order follows a class in its linearization, where nothing else does."""
    order = linearization(world, path, row)
    if len(order) < 2 or order[1] == UNKNOWN_BASE:
        return None
    parent = order[1][:2]
    above = linearization(world, *parent)
    same = [entry[:2] for entry in order[1:]] == [entry[:2] for entry in above]
    return parent if same else None


_NO_NAMES: tuple[frozenset[str], bool] = (frozenset(), False)


def _all_names(world: World, path: str, row: int) -> tuple[frozenset[str], bool]:
    """All names that a class has or inherits, and whether it has an unknown base."""
    names: set[str] = set()
    order = linearization(world, path, row)
    for above, at, _ in order:
        file = world.file(above) if above else None
        if file is not None:
            world.read(above, file.unit(at))
            names.update(file.bindings.get(at, ()))
            names.update(file.members(at))
    return frozenset(names), UNKNOWN_BASE in order


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
    return value


def _is_declared(file: File, row: int, name: str) -> bool:
    kinds = file.facts.bindings.kind
    return any(kinds[at] == _ANNOTATION for at in file.bindings[row][name])


def own_targets(world: World, path: str, row: int, name: str) -> targets.Targets:
    """The definitions that the class's own bindings of `name` stand for."""
    file = world.file(path)
    if file is None or name not in file.bindings.get(row, ()):
        return ()
    return targets.binding_targets(world, file, row, name)


def attribute(world: World, value: int, name: str) -> int:
    """What `value.name` gives; 0 when nothing is known of it."""
    found = world.engine.ask(0, True, _attribute, world, value >> 1, name)
    return found | (value & 1) if found else 0


def _attribute(world: World, number: int, name: str) -> int:
    value = 0
    for atom in world.values.sets[number]:
        value = world.values.join(value, _atom_attribute(world, atom, name))
    return value


def _atom_attribute(world: World, atom: Atom, name: str) -> int:
    reader = _READERS.get(atom[0])
    return reader(world, atom, name) if reader else 0


def _module_attribute(world: World, atom: Atom, name: str) -> int:
    path = atom[1]
    if path.endswith("/"):
        semantics = world.folder_semantics(path)
        below = world.submodule(semantics, path, name) if semantics else None
        return world.values.one((MODULE, below)) if below else 0
    file = world.file(path)
    return 0 if file is None else bindings.export_value(world, path, name, file.semantics)


def _class_attribute(world: World, atom: Atom, name: str) -> int:
    _, path, row, _ = atom
    owner = owner_of(world, path, row, name)
    if owner is None:
        return _metaclass_attribute(world, atom, name)
    if owner == UNKNOWN_BASE:
        return world.values.external
    value = own_value(world, owner[0], owner[1], name)
    value = _enumerated(world, atom, owner, name, value)
    return _arranged(world, atom, owner, _bound(world, atom, value, on_class=True))


def _enumerated(world: World, atom: Atom, owner: Entry, name: str, value: int) -> int:
    """Members of enumerations are instances of them."""
    file = world.file(owner[0])
    if file is None or not is_enumeration(world, owner[0], owner[1]):
        return value
    kinds = file.facts.bindings.kind
    rows = file.bindings.get(owner[1], {}).get(name, ())
    if rows and all(kinds[row] == BindingKind.ASSIGN for row in rows):
        return world.values.one((INSTANCE, *atom[1:]))
    return value


def is_enumeration(world: World, path: str, row: int) -> bool:
    """Whether assignments in the class body make members that are its instances."""
    file = world.file(path)
    if file is None or path.startswith(LIBRARY):
        return False
    if file.kinds[row] == DefinitionKind.ENUM:
        return True
    names = file.semantics.enumerations
    return bool(names) and any(
        bindings.dotted_name(world, ("definition", *entry[:2])) in names
        for entry in linearization(world, path, row)
        if entry[0].startswith(LIBRARY)
    )


def _metaclass_attribute(world: World, atom: Atom, name: str) -> int:
    for path, row, _ in linearization(world, atom[1], atom[2]):
        file = world.file(path)
        if file is None:
            continue
        table = file.facts.bases
        for at in file.bases.get(row, ()):
            if file.strings[table.name[at]] != "metaclass":
                continue
            classes = world.rules.evaluate(world, file, table.value[at])
            meta = bindings.instances_of(world, classes)
            found = attribute(world, meta, name)
            if found:
                return found
    return 0


def _instance_attribute(world: World, atom: Atom, name: str) -> int:
    _, path, row, _ = atom
    owner = owner_of(world, path, row, name)
    if owner is None:
        return _fallback_attribute(world, atom)
    if owner == UNKNOWN_BASE:
        return world.values.external
    value = own_value(world, owner[0], owner[1], name)
    return _arranged(world, atom, owner, _bound(world, atom, value, on_class=False))


def _fallback_attribute(world: World, atom: Atom) -> int:
    """What `__getattr__` and its like give for a member that is not there."""
    file = world.file(atom[1])
    hook = file.semantics.protocols.fallback if file is not None else ""
    if not hook:
        return 0
    owner = owner_of(world, atom[1], atom[2], hook)
    if owner is None or owner == UNKNOWN_BASE:
        return 0
    value = own_value(world, owner[0], owner[1], hook)
    given = world.rules.call(world, _bound(world, atom, value, on_class=False), None)
    return given | bindings.FLOW if given else 0


def _super_attribute(world: World, atom: Atom, name: str) -> int:
    _, path, row, receiver = atom
    owner = owner_of(world, path, row, name, (path, row))
    if owner is None:
        return 0
    if owner == UNKNOWN_BASE:
        return world.values.external
    value = own_value(world, owner[0], owner[1], name)
    first = world.values.sets[receiver][0] if world.values.sets[receiver] else atom
    return _arranged(
        world, (INSTANCE, path, row, ()), owner, _bound(world, first, value, on_class=False)
    )


def _bound(world: World, atom: Atom, value: int, *, on_class: bool) -> int:
    """Functions bound to their receiver, properties read, descriptors asked."""
    values = world.values
    atoms = values.atoms(value)
    receiver = values.one(atom)
    found = 0
    for one in atoms:
        if one[0] == FUNCTION and one[3] == 0:
            read = _bound_function(world, one, receiver, atom, on_class=on_class)
        elif one[0] == INSTANCE and not on_class:
            read = _described(world, one)
        else:
            read = values.one(one)
        found = values.join(found, read)
    return found | (value & 1) if found else 0


def _bound_function(world: World, one: Atom, receiver: int, atom: Atom, *, on_class: bool) -> int:
    file = world.file(one[1])
    if file is None:
        return 0
    flags = file.facts.definitions.flags[one[2]]
    parent = file.facts.definitions.parent[one[2]]
    is_method = parent >= 0 and file.is_class(parent)
    if is_read(file, one[2], on_class=on_class):
        bound = world.values.one((FUNCTION, one[1], one[2], receiver >> 1))
        return world.rules.call(world, bound, None)
    if flags & _STATIC or (not is_method and atom[0] != INSTANCE):
        return world.values.one(one)
    if on_class and atom[0] == CLASS and not flags & _CLASSMETHOD:
        return world.values.one(one)
    return world.values.one((FUNCTION, one[1], one[2], receiver >> 1))


def is_read(file: File, row: int, *, on_class: bool) -> bool:
    """Whether naming function `row` as a member runs it: a property, of an instance or static."""
    definitions = file.facts.definitions
    if not definitions.flags[row] & _PROPERTY:
        return False
    if not on_class:
        return True
    parent = definitions.parent[row]
    return bool((definitions.flags[row] | definitions.flags[parent]) & _STATIC)


def _described(world: World, one: Atom) -> int:
    """What a descriptor in the class gives when it is read through an instance."""
    file = world.file(one[1])
    hook = file.semantics.protocols.descriptor if file is not None else ""
    if hook:
        owner = owner_of(world, one[1], one[2], hook)
        if owner is not None and owner != UNKNOWN_BASE:
            getter = attribute(world, world.values.one(one), hook)
            return world.rules.call(world, getter, None)
    return world.values.one(one)


def _arranged(world: World, atom: Atom, owner: Entry, value: int) -> int:
    """The member's value with the type arguments of the atom it was read from."""
    if not world.values.open[value >> 1]:
        return value
    for entry in inherited(world, atom):
        if entry[:2] == owner[:2] and entry[2]:
            environment = generics.environment(world, entry[0], entry[1], entry[2])
            number = generics.substitute(world, value >> 1, environment)
            return number << 1 | (value & 1)
    return value


def _tuple_attribute(world: World, atom: Atom, name: str) -> int:
    value = 0
    for item in atom[1]:
        value = world.values.join(value, item << 1)
    element = (world.values.argument(value),)
    whole = bindings.literal_instance(world, world.semantics_of(atom[2]), "tuple", element)
    return attribute(world, whole, name) if whole else 0


def _variable_attribute(world: World, atom: Atom, name: str) -> int:
    return attribute(world, atom[4] << 1, name) if atom[4] else 0


def _class_of_attribute(world: World, atom: Atom, name: str) -> int:
    instances = 0
    for inner in world.values.sets[atom[1]]:
        bound = atom[1] if inner[0] != VARIABLE else inner[4]
        instances = world.values.join(instances, bound << 1)
    classes = bindings.classes_of(world, instances)
    return attribute(world, classes, name) if classes else 0


def _function_attribute(world: World, atom: Atom, name: str) -> int:
    file = world.file(atom[1])
    if file is None or name not in file.members(atom[2]):
        return world.values.external
    return own_value(world, atom[1], atom[2], name)


def _object_attribute(world: World, atom: Atom, name: str) -> int:
    file = world.file(atom[1])
    if file is None:
        return 0
    expressions, operands = file.facts.expressions, file.facts.operands
    first = expressions.b[atom[2]]
    value = spread = 0
    for at in range(first, first + expressions.c[atom[2]]):
        if operands.name[at] >= 0 and file.strings[operands.name[at]] == name:
            given = world.rules.evaluate(world, file, operands.value[at])
            value = world.values.join(value, given)
        elif operands.kind[at] == OperandKind.KEYWORD_SPREAD:
            of = world.rules.evaluate(world, file, operands.value[at])
            spread = world.values.join(spread, attribute(world, of, name) if of else 0)
    value = value or spread
    return value | bindings.FLOW if value else 0


def _external_attribute(world: World, atom: Atom, name: str) -> int:
    return world.values.external


_READERS = {
    MODULE: _module_attribute,
    CLASS: _class_attribute,
    INSTANCE: _instance_attribute,
    SUPER: _super_attribute,
    TUPLE: _tuple_attribute,
    VARIABLE: _variable_attribute,
    CLASS_OF: _class_of_attribute,
    FUNCTION: _function_attribute,
    OBJECT: _object_attribute,
    EXTERNAL: _external_attribute,
    CALLABLE: _external_attribute,
    PROMISE: _external_attribute,
}
