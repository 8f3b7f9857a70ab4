"""Bindings: the value of a name in a scope, of an import and of a module's export."""

from typing import Final

from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    DefinitionKind,
    ExportKind,
    ExpressionKind,
    ImportFlag,
)
from flames_indexer.languages.semantics import LIBRARY, Semantics, TypeForm
from flames_indexer.model import ParameterKind
from flames_indexer.resolve import forms, targets
from flames_indexer.resolve.stores import stores_in_name
from flames_indexer.resolve.tables import File, Rows
from flames_indexer.resolve.values import (
    CALLABLE,
    CLASS,
    CLASS_OF,
    EXTERNAL,
    FUNCTION,
    INSTANCE,
    MODULE,
    NONE,
    PROMISE,
    TUPLE,
    VARIABLE,
)
from flames_indexer.resolve.world import World

_DEFINITION: Final = int(BindingKind.DEFINITION)
_IMPORT: Final = int(BindingKind.IMPORT)
_ASSIGN: Final = int(BindingKind.ASSIGN)
_ANNOTATION: Final = int(BindingKind.ANNOTATION)
_PARAMETER: Final = int(BindingKind.PARAMETER)
_EXCEPTION: Final = int(BindingKind.EXCEPTION)
_OVERLOAD: Final = int(DefinitionFlag.OVERLOAD)
# What an annotation can say that what is assigned may say better: who is called.
_SAYING_LITTLE: Final = (CALLABLE, EXTERNAL)
_CALLABLE_TAGS: Final = frozenset((CALLABLE, EXTERNAL, NONE))
_SETTER: Final = int(DefinitionFlag.SETTER)
_TYPE_PARAMETER: Final = int(DefinitionFlag.ABSTRACT)  # of a type
_TYPE: Final = int(DefinitionKind.TYPE)
_LAMBDA: Final = int(DefinitionKind.LAMBDA)
_NAME: Final = int(ExpressionKind.NAME)
_MEMBER: Final = int(ExpressionKind.MEMBER)
_CALL: Final = int(ExpressionKind.CALL)
_LITERAL: Final = int(ExpressionKind.LITERAL)
# Of an import that is asked for while the program runs, and that is no `require`.
_DYNAMIC: Final = int(ImportFlag.DYNAMIC)
_LATER: Final = int(ImportFlag.DYNAMIC | ImportFlag.REQUIRE)
FLOW: Final = 1
# Handed on as what a type only says the call of; of more one is seldom meant
MOST_CALLEES: Final = 2
MOST_OVERLOADS: Final = 8  # of one name: with all, a set of functions would be too wide to follow
WIDEST_BINDING: Final = 64  # assignments of one name that are looked at; a longer list is a table


def name_value(world: World, file: File, scope: int, name: str) -> int:
    """What reading `name` in `scope` gives; 0 when nothing visible binds it."""
    found = file.scope_of(scope, name)
    if found >= 0:
        return binding_value(world, file, found, name)
    world.read(file.path, name)
    starred = star_value(world, file, name)
    if starred is not None:
        return starred
    builtins = file.semantics.builtins
    return export_value(world, builtins, name, file.semantics) if builtins else 0


def binding_value(world: World, file: File, scope: int, name: str) -> int:
    """The union of what the bindings of `name` in exactly this scope give."""
    rows = file.bindings[scope][name]
    if len(rows) == 1:
        value = _plain_value(world, file, rows[0])
        if value:
            world.read(file.path, file.unit(scope) if scope else name)
            return value
    lasting = scope == 0 or file.is_class(scope)
    return world.engine.ask(0, lasting, _binding_value, world, file.path, scope, name)


def _plain_value(world: World, file: File, row: int) -> int:
    """What a binding of the commonest kinds gives, which rest on nothing else: the current object,
    a class, a function, a literal without elements that gets none; 0 for the others."""
    kind, target = file.facts.bindings.kind[row], file.facts.bindings.value[row]
    if kind == _PARAMETER:
        receiver = file.receiver(target)
        if receiver is not None:
            tag = INSTANCE if receiver.instance else CLASS
            return world.values.one((tag, file.path, receiver.owner, ()))
    elif kind == _DEFINITION and file.kinds[target] != _TYPE:
        return definition_value(world, file, target)
    elif kind == _ASSIGN and target >= 0:
        expressions = file.facts.expressions
        if expressions.kind[target] == _LITERAL and expressions.c[target] <= 0:
            scope, name = file.facts.bindings.scope[row], file.facts.bindings.name[row]
            if not stores_in_name(file, scope, file.strings[name]):
                value = world.rules.evaluate(world, file, target)
                return value | FLOW if value else 0
    return 0


def _binding_value(world: World, path: str, scope: int, name: str) -> int:
    file = world.file(path)
    if file is None:
        return 0
    world.read(path, file.unit(scope) if scope else name)
    bindings = file.facts.bindings
    rows = file.bindings[scope][name]
    kinds, values = bindings.kind, bindings.value
    value = 0
    if len(rows) > 1:
        for row in rows:
            if kinds[row] == _ANNOTATION and values[row] >= 0:
                value = world.values.join(value, world.rules.type_of(world, file, values[row]))
        if value and any(atom[0] not in _SAYING_LITTLE for atom in world.values.atoms(value)):
            return value
    for row in _without_many_overloads(file, rows)[:WIDEST_BINDING]:
        value = world.values.join(value, _row_value(world, file, scope, name, row))
    return world.rules.filled(world, file, scope, name, value) if value else 0


def _without_many_overloads(file: File, rows: Rows) -> Rows:
    """The binding rows, of the overloads among them the first few: they are one function."""
    if len(rows) <= MOST_OVERLOADS:
        return rows
    table, flags = file.facts.bindings, file.facts.definitions.flags
    overloads = [
        row
        for row in rows
        if table.kind[row] == _DEFINITION and flags[table.value[row]] & _OVERLOAD
    ]
    left_out = frozenset(overloads[MOST_OVERLOADS:])
    return tuple(row for row in rows if row not in left_out)


def _row_value(world: World, file: File, scope: int, name: str, row: int) -> int:
    kind, target = file.facts.bindings.kind[row], file.facts.bindings.value[row]
    if target < 0:
        return 0
    if kind == _DEFINITION:
        return definition_value(world, file, target)
    if kind == _IMPORT:
        return import_value(world, file, target)
    if kind == _PARAMETER:
        return parameter_value(world, file, target)
    if kind == _ANNOTATION:
        return world.rules.type_of(world, file, target)
    if kind == _EXCEPTION:
        return instances_of(world, world.rules.evaluate(world, file, target))
    variable = type_variable(world, file, scope, name, target)
    if variable:
        return variable
    if _is_own_name(file, scope, name, target):
        value = name_value(world, file, file.facts.definitions.parent[scope], name)
    else:
        value = world.rules.evaluate(world, file, target)
    return value | FLOW if value else 0


def _is_own_name(file: File, scope: int, name: str, row: int) -> bool:
    """Whether an expression in a class is the name it is assigned to: `Parser = Parser` puts what
    is outside of the class into it."""
    expressions = file.facts.expressions
    is_name = expressions.kind[row] == _NAME and file.strings[expressions.a[row]] == name
    return is_name and file.is_class(scope)


def type_variable(world: World, file: File, scope: int, name: str, row: int) -> int:
    """The type variable that assigning expression `row` makes; 0 if it makes none."""
    expressions = file.facts.expressions
    if expressions.kind[row] != _CALL:
        return 0
    callee = expressions.a[row]
    if forms.form_of(world, file, callee) != TypeForm.VARIABLE:
        return 0
    bound = 0
    operands = file.facts.operands
    for at in range(expressions.b[row], expressions.b[row] + expressions.c[row]):
        if operands.name[at] >= 0 and file.strings[operands.name[at]] == "bound":
            bound = world.values.argument(world.rules.type_of(world, file, operands.value[at]))
    return world.values.one((VARIABLE, file.path, scope, name, bound))


def definition_value(world: World, file: File, row: int) -> int:
    """The class, function or alias that definition `row` makes."""
    if file.is_class(row):
        return world.values.one((CLASS, file.path, row, ()))
    if file.is_function(row):
        if file.facts.definitions.flags[row] & _SETTER:
            return 0
        return world.values.one((FUNCTION, file.path, row, 0))
    if file.kinds[row] == _TYPE:
        return alias_value(world, file, row)
    return 0


def alias_value(world: World, file: File, row: int) -> int:
    """The classes a type alias stands for, or the type variable."""
    definitions = file.facts.definitions
    bound = definitions.returns[row]
    meant = world.rules.type_of(world, file, bound) if bound >= 0 else 0
    if definitions.flags[row] & _TYPE_PARAMETER:
        scope, name = definitions.parent[row], file.name(row)
        return world.values.one((VARIABLE, file.path, scope, name, world.values.argument(meant)))
    return classes_of(world, meant)


def classes_of(world: World, value: int) -> int:
    """The classes whose instances the value is."""
    return world.values.some(
        (CLASS, *atom[1:]) for atom in world.values.atoms(value) if atom[0] == INSTANCE
    ) | (value & FLOW)


def instances_of(world: World, value: int) -> int:
    """Instances of the classes in the value, also of those in a tuple of classes."""
    values = world.values
    found = 0
    for atom in values.atoms(value):
        if atom[0] == CLASS:
            found = values.join(found, values.one((INSTANCE, *atom[1:])))
        elif atom[0] == TUPLE:
            for item in atom[1]:
                found = values.join(found, instances_of(world, item << 1))
        elif atom[0] in (CLASS_OF, VARIABLE, EXTERNAL):
            inner = atom[1] << 1 if atom[0] == CLASS_OF else values.one(atom)
            found = values.join(found, inner)
    return found | (value & FLOW if found else 0)


def parameter_value(world: World, file: File, row: int) -> int:
    """What a parameter holds: the current object, its annotated type, or its default."""
    parameters = file.facts.parameters
    receiver = file.receiver(row)
    if receiver is not None:
        tag = INSTANCE if receiver.instance else CLASS
        return world.values.one((tag, file.path, receiver.owner, ()))
    kind = parameters.kind[row]
    annotation = parameters.annotation[row]
    value = world.rules.type_of(world, file, annotation) if annotation >= 0 else 0
    if kind in (ParameterKind.VARIADIC, ParameterKind.KEYWORDS):
        element = world.values.argument(value)
        if kind == ParameterKind.VARIADIC:
            return literal_instance(world, file.semantics, "tuple", (element,))
        text = world.values.argument(literal_instance(world, file.semantics, "str", ()))
        return literal_instance(world, file.semantics, "dict", (text, element))
    if value:
        return _with_callees(world, file, row, value) if is_callable(world, value) else value
    if annotation >= 0 and parameters.default[row] < 0:
        return 0
    value = world.rules.contextual(world, file, row) if parameters.default[row] < 0 else 0
    if value:
        return value
    value = world.rules.evaluate(world, file, parameters.default[row])
    if annotation < 0:
        value = world.rules.untyped(world, file, row, world.values.without_none(value))
    value = world.values.without_none(value)
    return value | FLOW if value else 0


def is_callable(world: World, value: int) -> bool:
    """Whether a type says no more of a value than how it is called."""
    tags = {atom[0] for atom in world.values.atoms(value)}
    return CALLABLE in tags and tags <= _CALLABLE_TAGS


def callees(world: World, value: int) -> int:
    """The named functions and the classes that a value can be; 0 when these are too many."""
    called = [atom for atom in world.values.atoms(value) if atom[0] in (FUNCTION, CLASS)]
    if len(called) > MOST_CALLEES:
        return 0
    named = [atom for atom in called if not _is_nameless(world, atom[1], atom[2])]
    return world.values.some(named) | FLOW if named else 0


def _is_nameless(world: World, path: str, row: int) -> bool:
    file = world.file(path)
    return file is None or file.kinds[row] == _LAMBDA


def _with_callees(world: World, file: File, row: int, value: int) -> int:
    """What a parameter holds that is declared as something to call: also what calls hand to it."""
    if file.path.startswith(LIBRARY):
        return value
    given = world.rules.untyped(world, file, row, 0)
    default = file.facts.parameters.default[row]
    if default >= 0:
        given = world.values.join(given, world.rules.evaluate(world, file, default))
    return world.values.join(value, callees(world, given))


def literal_instance(
    world: World, semantics: Semantics, name: str, arguments: tuple[int, ...]
) -> int:
    """An instance of the class a LITERAL of that type name has; EXTERNAL if there is no table."""
    key = (semantics.language, name)
    classes = world.literal_classes.get(key)
    if classes is None:
        where = semantics.literal_type(name)
        if where is None:
            return world.values.external
        world.add_library(where[0], semantics)
        found = export_value(world, where[0], where[1], semantics)
        classes = tuple(atom[1:3] for atom in world.values.atoms(found) if atom[0] == CLASS)
        if not world.engine.busy:  # an answer in a circle may not be the last
            world.literal_classes[key] = classes
    if len(classes) == 1:
        return world.values.one((INSTANCE, *classes[0], arguments))
    return world.values.some((INSTANCE, *one, arguments) for one in classes)


def import_value(world: World, file: File, row: int) -> int:
    """What the name that an import binds holds."""
    imports = file.facts.imports
    name = file.strings[imports.name[row]]
    if not name or name == "*":
        value = targets_value(world, file, targets.bound_import_targets(world, file, row))
        if file.semantics.promise_members and imports.flags[row] & _LATER == _DYNAMIC:
            return world.values.one((PROMISE, world.values.argument(value)))
        if value != world.values.external:
            return value
    written = file.strings[imports.module[row]]
    module = world.module(file, written)
    if module is None:
        return _outside_value(world, file, written, name)
    below = targets.own_module(world, file, module, name)
    if below:
        return world.values.one((MODULE, below))
    return export_value(world, module, name, file.semantics)


def _outside_value(world: World, file: File, module: str, name: str) -> int:
    """What an import from outside of the repository holds: something of the outside, and what is
    known of it."""
    values = world.values
    declared = file.semantics.declared_outside(module)
    if not declared:
        return values.external
    world.add_library(declared, file.semantics)
    if name in ("", "default"):
        return values.join(values.external, values.one((MODULE, declared)))
    return values.join(values.external, export_value(world, declared, name, file.semantics))


def targets_value(world: World, file: File, found: targets.Targets) -> int:
    """The value of modules and definitions by their targets."""
    value = 0
    for target in found:
        if target[0] == "module":
            one = module_value(world, file, target[1])
        elif target[0] == "external":
            one = world.values.external
        else:
            continue
        value = world.values.join(value, one)
    return value


def module_value(world: World, file: File, module: str) -> int:
    """A module as a value: itself, or what it assigns to its whole export."""
    source = None if module.endswith("/") else world.file(module)
    if source is not None and source.semantics.explicit_exports:
        world.read(module, "")
        for row in source.exports.get("", ()):
            if source.facts.exports.kind[row] == ExportKind.ASSIGNMENT:
                assigned = world.rules.evaluate(world, source, source.facts.exports.value[row])
                if assigned:
                    return world.values.join(assigned, world.values.one((MODULE, module)))
    return world.values.one((MODULE, module))


def export_value(world: World, module: str, name: str, semantics: Semantics) -> int:
    """What `name` of a module holds; `semantics`: of the language that asks."""
    if module.endswith("/"):
        below = world.submodule(semantics, module, name)
        return world.values.one((MODULE, below)) if below else 0
    if module == semantics.builtins:
        world.add_library(module, semantics)
    return world.engine.ask(0, True, _export_value, world, module, name)


def _export_value(world: World, module: str, name: str) -> int:
    world.read(module, name)
    file = world.file(module)
    if file is None:
        return 0
    if file.semantics.explicit_exports:
        return _explicit_value(world, file, name)
    if name in file.bindings.get(0, ()):
        return binding_value(world, file, 0, name)
    below = _submodule_value(world, file, name)
    if targets.star_module(world, file, name) is None and below:
        return below
    return star_value(world, file, name) or 0


def star_value(world: World, file: File, name: str) -> int | None:
    """What star imports of the module bring under `name`; None when they do not bring it."""
    if not file.stars:
        return None
    module = targets.star_module(world, file, name)
    if module is not None:
        return export_value(world, module, name, file.semantics)
    return world.values.external if targets.star_externals(world, file, name) else None


def _submodule_value(world: World, file: File, name: str) -> int:
    below = world.submodule(file.semantics, file.path, name)
    return world.values.one((MODULE, below)) if below else 0


def _explicit_value(world: World, file: File, name: str) -> int:
    exports = file.facts.exports
    value = 0
    for row in file.exports.get(name, ()):
        value = world.values.join(value, _export_row_value(world, file, row))
    if name in file.exports:
        return value
    if file.exports_unsaid(name):
        return binding_value(world, file, 0, name)
    for row in file.exports.get("", ()):
        kind, target = exports.kind[row], exports.value[row]
        if kind == ExportKind.STAR and name != "default":
            module = world.module(file, file.strings[file.facts.imports.module[target]])
            one = world.values.external
            if module is not None:
                one = export_value(world, module, name, file.semantics)
        elif kind == ExportKind.ASSIGNMENT:
            one = world.rules.evaluate(world, file, target)
            if name != "default":
                one = world.rules.attribute(world, one, name)
        else:
            continue
        value = world.values.join(value, one)
    return value


def _export_row_value(world: World, file: File, row: int) -> int:
    exports = file.facts.exports
    kind, target = exports.kind[row], exports.value[row]
    if kind == ExportKind.LOCAL:
        return name_value(world, file, 0, file.strings[target])
    if kind == ExportKind.IMPORT:
        return import_value(world, file, target)
    if kind == ExportKind.STAR:
        written = file.strings[file.facts.imports.module[target]]
        return targets_value(world, file, targets.module_targets(world, file, written))
    return world.rules.evaluate(world, file, target) if target >= 0 else 0
