"""Type expressions: what a value is that is annotated with an expression."""

from collections.abc import Callable
from typing import Final

from flames_indexer.facts import BindingKind, DefinitionFlag, DefinitionKind, ExpressionKind
from flames_indexer.languages.semantics import TypeForm
from flames_indexer.resolve import bindings, forms, generics, targets
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.values import (
    CALLABLE,
    CLASS_OF,
    EXTERNAL,
    INSTANCE,
    NONE,
    OBJECT,
    PROMISE,
    TUPLE,
    VARIABLE,
    Atom,
)
from flames_indexer.resolve.world import Target, World

_NAME: Final = int(ExpressionKind.NAME)
_TYPE_PARAMETER: Final = int(DefinitionFlag.ABSTRACT)  # of a type
_MEMBER: Final = int(ExpressionKind.MEMBER)
_CALL: Final = int(ExpressionKind.CALL)
_SUBSCRIPT: Final = int(ExpressionKind.SUBSCRIPT)
_CHOICE: Final = int(ExpressionKind.CHOICE)
_LITERAL: Final = int(ExpressionKind.LITERAL)
_OPERATOR: Final = int(ExpressionKind.OPERATOR)
SELF: Final = "\0self"  # the name of the variable that stands for the receiver's own type


def type_of(world: World, file: File, row: int) -> int:
    """The value that the type expression `row` describes; 0 when it says nothing."""
    if row < 0:
        return 0
    kind = file.facts.expressions.kind[row]
    if kind in (_NAME, _MEMBER):
        return _named_type(world, file, row)
    if kind == _SUBSCRIPT:
        return _subscript_type(world, file, row)
    if kind in (_CHOICE, _OPERATOR):
        left = type_of(world, file, file.facts.expressions.a[row])
        return world.values.join(left, type_of(world, file, file.facts.expressions.b[row]))
    return _literal_type(world, file, row) if kind == _LITERAL else 0


def _literal_type(world: World, file: File, row: int) -> int:
    name = file.strings[file.facts.expressions.a[row]]
    if name == "None":
        return world.values.one((NONE,))
    if name in file.semantics.object_types:
        return world.values.one((OBJECT, file.path, row))
    return world.values.external


def self_variable(world: World, file: File, row: int) -> int:
    """The receiver's own type, below definition `row`."""
    owner = file.enclosing_class(row)
    if owner < 0:
        return 0
    bound = world.values.argument(world.values.one((INSTANCE, file.path, owner, ())))
    return world.values.one((VARIABLE, file.path, owner, SELF, bound))


def _named_type(world: World, file: File, row: int) -> int:
    form = forms.form_of(world, file, row)
    if form is not None:
        return _bare_form(world, file, row, form)
    found = forms.chain_targets(world, file, row)
    value = 0
    defined = any(target[0] == "definition" for target in found)
    for target in found:
        if defined and target[0] == "variable":
            continue  # `const A` beside `interface A`: another thing of that name
        value = world.values.join(value, _target_type(world, file, target))
    if not found and file.facts.expressions.kind[row] == _MEMBER:
        evaluated = world.rules.evaluate(world, file, row)
        value = bindings.instances_of(world, evaluated) & ~1
    return value


def _bare_form(world: World, file: File, row: int, form: TypeForm) -> int:
    if form == TypeForm.SELF:
        return self_variable(world, file, file.facts.expressions.scope[row])
    if form in (TypeForm.FIRST, TypeForm.UNION, TypeForm.GENERIC, TypeForm.RESULT):
        return 0
    if form == TypeForm.TUPLE:
        return bindings.literal_instance(world, file.semantics, "tuple", ())
    return world.values.external


def _target_type(world: World, file: File, target: Target) -> int:
    if target[0] == "external":
        return world.values.external
    if target[0] == "module":
        return 0
    if target[0] == "library":
        value = 0
        for declared in targets.declared_targets(world, target, file.semantics):
            value = world.values.join(value, _target_type(world, file, declared))
        return value
    home = world.file(target[1])
    if home is None:
        return 0
    if target[0] == "definition":
        if home.kinds[target[2]] == DefinitionKind.TYPE:
            return world.engine.ask(0, True, _alias_type, world, home.path, target[2])
        return bindings.instances_of(world, bindings.definition_value(world, home, target[2]))
    return world.engine.ask(0, True, _variable_type, world, home.path, target[2], target[3])


def _alias_type(world: World, path: str, row: int) -> int:
    home = world.file(path)
    if home is None:
        return 0
    world.read(path, home.unit(row))
    if home.facts.definitions.flags[row] & _TYPE_PARAMETER:
        return bindings.alias_value(world, home, row)
    return type_of(world, home, home.facts.definitions.returns[row])


def _variable_type(world: World, path: str, scope: int, name: str) -> int:
    """The type that a variable names when it is an alias or a type variable."""
    file = world.file(path)
    if file is None:
        return 0
    world.read(path, file.unit(scope) if scope else name)
    value = 0
    table = file.facts.bindings
    for row in file.bindings[scope][name]:
        if table.kind[row] == BindingKind.ASSIGN and table.value[row] >= 0:
            value = world.values.join(
                value, _assigned_type(world, file, scope, name, table.value[row])
            )
    return value


def _assigned_type(world: World, file: File, scope: int, name: str, row: int) -> int:
    kind = file.facts.expressions.kind[row]
    if kind in (_NAME, _MEMBER, _SUBSCRIPT, _CHOICE, _OPERATOR):
        return type_of(world, file, row)
    if kind != _CALL:
        return 0
    variable = bindings.type_variable(world, file, scope, name, row)
    if variable:
        return variable
    return bindings.instances_of(world, world.rules.evaluate(world, file, row)) & ~1


def _subscript_type(world: World, file: File, row: int) -> int:
    expressions = file.facts.expressions
    constructor = expressions.a[row]
    rows = generics.argument_rows(file, expressions.b[row])
    form = forms.form_of(world, file, constructor)
    if form is not None:
        return _formed(world, file, row, form, rows)
    value = 0
    described = _aliased(world, file, constructor, rows)
    for atom in world.values.atoms(described or type_of(world, file, constructor)):
        if atom[0] == INSTANCE and not described:
            arguments = atom[3] or tuple(_argument(world, file, at) for at in rows)
            atom = (INSTANCE, atom[1], atom[2], arguments)
        value = world.values.join(value, world.values.one(atom))
    return value


def _aliased(world: World, file: File, constructor: int, rows: list[int]) -> int:
    """What an alias with type parameters stands for when it is given the arguments `rows`."""
    value = 0
    for target in forms.chain_targets(world, file, constructor):
        home = world.file(target[1]) if target[0] == "definition" else None
        if home is None or home.kinds[target[2]] != DefinitionKind.TYPE:
            continue
        meant = _target_type(world, file, target)
        if world.values.open[meant >> 1]:
            given = tuple(_argument(world, file, at) for at in rows)
            known = generics.environment(world, home.path, target[2], given)
            meant = generics.substitute(world, meant >> 1, known) << 1
            value = world.values.join(value, meant)
    return value


def _argument(world: World, file: File, row: int) -> int:
    return world.values.argument(type_of(world, file, row))


def _formed(world: World, file: File, row: int, form: TypeForm, rows: list[int]) -> int:
    if not rows:
        return 0
    if form == TypeForm.SELF:
        return self_variable(world, file, file.facts.expressions.scope[row])
    describe = _DESCRIBED.get(form)
    return world.values.external if describe is None else describe(world, file, rows)


def _either(world: World, file: File, rows: list[int]) -> int:
    value = 0
    for at in rows:
        value = world.values.join(value, type_of(world, file, at))
    return value


def _first(world: World, file: File, rows: list[int]) -> int:
    return type_of(world, file, rows[0])


def _class_itself(world: World, file: File, rows: list[int]) -> int:
    return _class_of(world, type_of(world, file, rows[0]))


def _callable(world: World, file: File, rows: list[int]) -> int:
    return world.values.one((CALLABLE, _argument(world, file, rows[-1])))


def _promise(world: World, file: File, rows: list[int]) -> int:
    return world.values.one((PROMISE, _argument(world, file, rows[-1])))


def _result(world: World, file: File, rows: list[int]) -> int:
    return world.rules.call(world, type_of(world, file, rows[0]), None) & ~1


def _value(world: World, file: File, rows: list[int]) -> int:
    return world.rules.evaluate(world, file, rows[0]) & ~1


def _awaited(world: World, file: File, rows: list[int]) -> int:
    values = world.values
    value = 0
    for atom in values.atoms(type_of(world, file, rows[0])):
        value = values.join(value, atom[1] << 1 if atom[0] == PROMISE else values.one(atom))
    return value


def _instance(world: World, file: File, rows: list[int]) -> int:
    return bindings.instances_of(world, type_of(world, file, rows[0]))


def _member_type(world: World, file: File, rows: list[int]) -> int:
    """The type of a member; of the member that indexing asks for, what that gives."""
    row = rows[0]
    expressions = file.facts.expressions
    name = file.strings[expressions.b[row]]
    of = type_of(world, file, expressions.a[row])
    value = world.rules.attribute(world, of, name) if of else 0
    if name == file.semantics.protocols.index:
        value = world.rules.call(world, value, None)
    return value & ~1


def _class_of(world: World, instances: int) -> int:
    value = bindings.classes_of(world, instances)
    rest: list[Atom] = [a for a in world.values.atoms(instances) if a[0] == VARIABLE]
    if rest:
        inner = world.values.argument(world.values.some(rest))
        value = world.values.join(value, world.values.one((CLASS_OF, inner)))
    return value or (world.values.external if (EXTERNAL,) in world.values.atoms(instances) else 0)


def _tuple(world: World, file: File, rows: list[int]) -> int:
    expressions = file.facts.expressions
    last = rows[-1]
    repeated = (
        len(rows) == 2
        and expressions.kind[last] == _LITERAL
        and file.strings[expressions.a[last]] == "ellipsis"
    )
    if repeated:
        element = (_argument(world, file, rows[0]),)
        return bindings.literal_instance(world, file.semantics, "tuple", element)
    items = tuple(_argument(world, file, at) for at in rows)
    return world.values.one((TUPLE, items, file.facts.language))


_DESCRIBED: Final[dict[TypeForm, Callable[[World, File, list[int]], int]]] = {
    TypeForm.UNION: _either,
    TypeForm.FIRST: _first,
    TypeForm.CLASS_OF: _class_itself,
    TypeForm.TUPLE: _tuple,
    TypeForm.CALLABLE: _callable,
    TypeForm.PROMISE: _promise,
    TypeForm.RESULT: _result,
    TypeForm.VALUE: _value,
    TypeForm.MEMBER: _member_type,
    TypeForm.AWAITED: _awaited,
    TypeForm.INSTANCE: _instance,
}
