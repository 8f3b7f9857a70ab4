"""Members: what reading a member of a value gives, by what kind of value it is."""

from typing import Final

from flames_indexer.facts import BindingKind, DefinitionFlag, DefinitionKind, OperandKind, Use
from flames_indexer.languages.semantics import LIBRARY
from flames_indexer.resolve import below, bindings, classes, forms, generics
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

_STATIC: Final = int(DefinitionFlag.STATIC)
_CLASSMETHOD: Final = int(DefinitionFlag.CLASSMETHOD)
_PROPERTY: Final = int(DefinitionFlag.PROPERTY)
_ANNOTATION: Final = int(Use.ANNOTATION)


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
    file = world.file(path)
    if name and file is not None and name == file.semantics.protocols.prototype:
        return world.values.one((INSTANCE, *atom[1:]))
    owner = classes.owner_of(world, path, row, name)
    if owner is None:
        return _metaclass_attribute(world, atom, name)
    if owner == classes.UNKNOWN_BASE:
        return world.values.external
    value = classes.own_value(world, owner[0], owner[1], name)
    value = _enumerated(world, atom, owner, name, value)
    return _arranged(world, atom, owner, _bound(world, atom, value, on_class=True))


def _enumerated(world: World, atom: Atom, owner: classes.Entry, name: str, value: int) -> int:
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
        forms.dotted_name(world, ("definition", *entry[:2])) in names
        for entry in classes.linearization(world, path, row)
        if entry[0].startswith(LIBRARY)
    )


def _metaclass_attribute(world: World, atom: Atom, name: str) -> int:
    for path, row, _ in classes.linearization(world, atom[1], atom[2]):
        file = world.file(path)
        if file is None:
            continue
        table = file.facts.bases
        for at in file.bases.get(row, ()):
            if file.strings[table.name[at]] != "metaclass":
                continue
            named = world.rules.evaluate(world, file, table.value[at])
            meta = bindings.instances_of(world, named)
            found = attribute(world, meta, name)
            if found:
                return found
    return 0


def _instance_attribute(world: World, atom: Atom, name: str) -> int:
    _, path, row, _ = atom
    owner = classes.owner_of(world, path, row, name)
    if owner is None or owner == classes.UNKNOWN_BASE:
        described = _described_attribute(world, atom, name)
        if described:
            return described
        return _missing_attribute(world, atom, name) if owner is None else world.values.external
    value = classes.own_value(world, owner[0], owner[1], name)
    return _arranged(world, atom, owner, _bound(world, atom, value, on_class=False))


def _missing_attribute(world: World, atom: Atom, name: str) -> int:
    """A member that no class has: whatever is asked for those, else as the subclasses have it."""
    given = _fallback_attribute(world, atom)
    if given:
        return given
    value = below.value_below(world, atom[1], atom[2], name)
    return _bound(world, atom, value, on_class=False) if value else 0


def _described_attribute(world: World, atom: Atom, name: str) -> int:
    """What the object types that an interface extends say of a member."""
    for path, row, _ in classes.linearization(world, atom[1], atom[2]):
        of = classes.object_bases(world, path, row) if path else 0
        value = attribute(world, of, name) if of else 0
        if value:
            return value
    return 0


def _fallback_attribute(world: World, atom: Atom) -> int:
    """What `__getattr__` and its like give for a member that is not there."""
    file = world.file(atom[1])
    hook = file.semantics.protocols.fallback if file is not None else ""
    if not hook:
        return 0
    owner = classes.owner_of(world, atom[1], atom[2], hook)
    if owner is None or owner == classes.UNKNOWN_BASE:
        return 0
    value = classes.own_value(world, owner[0], owner[1], hook)
    given = world.rules.call(world, _bound(world, atom, value, on_class=False), None)
    return given | bindings.FLOW if given else 0


def _super_attribute(world: World, atom: Atom, name: str) -> int:
    _, path, row, receiver = atom
    owner = classes.owner_of(world, path, row, name, (path, row))
    if owner is None:
        return 0
    if owner == classes.UNKNOWN_BASE:
        return world.values.external
    value = classes.own_value(world, owner[0], owner[1], name)
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
    if is_read(world, file, one[2], on_class=on_class):
        bound = world.values.one((FUNCTION, one[1], one[2], receiver >> 1))
        return world.rules.call(world, bound, None)
    if flags & _STATIC or (not is_method and atom[0] != INSTANCE):
        return world.values.one(one)
    if on_class and atom[0] == CLASS and not flags & _CLASSMETHOD:
        return world.values.one(one)
    return world.values.one((FUNCTION, one[1], one[2], receiver >> 1))


def is_read(world: World, file: File, row: int, *, on_class: bool) -> bool:
    """Whether naming function `row` as a member runs it: a property, of an instance or static."""
    definitions = file.facts.definitions
    if not definitions.flags[row] & _PROPERTY:
        return not on_class and row in file.decorators and _is_described(world, file, row)
    return not on_class or is_static(file, row)


def _is_described(world: World, file: File, row: int) -> bool:
    """Whether a decorator of a method makes a descriptor of it, which runs it when it is read."""
    if file.path.startswith(LIBRARY) or not file.semantics.protocols.descriptor:
        return False
    return world.engine.ask(False, True, _describes, world, file.path, row)


def _describes(world: World, path: str, row: int) -> bool:
    file = world.file(path)
    if file is None:
        return False
    world.read(path, file.unit(row))
    protocols = file.semantics.protocols
    for at in file.decorators[row]:
        value = world.rules.evaluate(world, file, file.facts.decorators.value[at])
        for atom in world.values.atoms(value):
            if atom[0] not in (CLASS, INSTANCE) or atom[1].startswith(LIBRARY):
                continue
            # An object of a class that can be called decorates; a class that makes such objects
            # makes what is called like the method, not what is read.
            called = classes.owner_of(world, atom[1], atom[2], protocols.call)
            described = classes.owner_of(world, atom[1], atom[2], protocols.descriptor)
            if _is_own(described) and (atom[0] == INSTANCE or not _is_own(called)):
                return True
    return False


def _is_own(owner: classes.Entry | None) -> bool:
    """Whether a member was found in a class of the repository."""
    return owner is not None and owner[1] >= 0 and not owner[0].startswith(LIBRARY)


def is_static(file: File, row: int) -> bool:
    """Whether function `row` is a member of its class itself, or of an object of its own."""
    definitions = file.facts.definitions
    return bool((definitions.flags[row] | definitions.flags[definitions.parent[row]]) & _STATIC)


def _described(world: World, one: Atom) -> int:
    """What a descriptor in the class gives when it is read through an instance."""
    file = world.file(one[1])
    hook = file.semantics.protocols.descriptor if file is not None else ""
    if hook:
        owner = classes.owner_of(world, one[1], one[2], hook)
        if owner is not None and owner != classes.UNKNOWN_BASE:
            getter = attribute(world, world.values.one(one), hook)
            return world.rules.call(world, getter, None)
    return world.values.one(one)


def _arranged(world: World, atom: Atom, owner: classes.Entry, value: int) -> int:
    """The member's value with the type arguments of the atom it was read from."""
    if not world.values.open[value >> 1]:
        return value
    for entry in classes.inherited(world, atom):
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
    if file is None:
        return world.values.external
    if name in file.members(atom[2]):
        return classes.own_value(world, atom[1], atom[2], name)
    value = 0
    for base in classes.base_rows(file, atom[2]):
        of = world.rules.evaluate(world, file, base)
        value = world.values.join(value, attribute(world, of, name) if of else 0)
    return value or world.values.external


def _object_attribute(world: World, atom: Atom, name: str) -> int:
    file = world.file(atom[1])
    if file is None:
        return 0
    expressions, operands = file.facts.expressions, file.facts.operands
    first = expressions.b[atom[2]]
    value = spread = 0
    is_type = expressions.use[atom[2]] == _ANNOTATION
    read = world.rules.type_of if is_type else world.rules.evaluate
    for at in range(first, first + expressions.c[atom[2]]):
        if operands.name[at] >= 0 and file.strings[operands.name[at]] == name:
            given = read(world, file, operands.value[at])
            value = world.values.join(value, given)
        elif operands.kind[at] == OperandKind.KEYWORD_SPREAD:
            of = world.rules.evaluate(world, file, operands.value[at])
            spread = world.values.join(spread, attribute(world, of, name) if of else 0)
    value = value or spread
    return value if is_type or not value else value | bindings.FLOW


def _external_attribute(world: World, atom: Atom, name: str) -> int:
    return world.values.external


_READERS: Final = {
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
