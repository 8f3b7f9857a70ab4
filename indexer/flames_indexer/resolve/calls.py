"""Calls: which operand reaches which parameter, and what a call gives."""

from typing import Final

from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    ExpressionKind,
    ResultKind,
)
from flames_indexer.languages.semantics import LIBRARY, Receiver, TypeForm
from flames_indexer.resolve import (
    bindings,
    classes,
    forms,
    generics,
    members,
    overloads,
    type_expressions,
)
from flames_indexer.resolve.operands import bound_operands, bound_parameters
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.values import (
    CALLABLE,
    CLASS,
    CLASS_OF,
    EXTERNAL,
    FUNCTION,
    INSTANCE,
    PROMISE,
    SUPER,
    VARIABLE,
    Atom,
)
from flames_indexer.resolve.world import Call, World

_ASYNC: Final = int(DefinitionFlag.ASYNC)
_GENERATOR: Final = int(DefinitionFlag.GENERATOR)


def call(world: World, callee: int, site: Call | None) -> int:
    """What calling the value gives; `site` None: with arguments nobody knows."""
    values = world.values
    result = 0
    functions: list[Atom] = []
    for atom in values.atoms(callee):
        if atom[0] == FUNCTION:
            functions.append(atom)
            continue
        caller = _CALLERS.get(atom[0])
        if caller:
            result = values.join(result, caller(world, atom, site))
    if len(functions) == 1:
        result = values.join(result, _call_function(world, functions[0], site))
    else:
        for meant in overloads.meant(world, functions, site):
            result = values.join(result, _call_meant(world, meant, site))
    return result | (callee & 1) if result else 0


def _call_meant(world: World, meant: overloads.Meant, site: Call | None) -> int:
    given = [_call_function(world, atom, site) for atom in meant.functions]
    if len(set(given)) > 1 and meant.implementation is not None:
        return _call_function(world, meant.implementation, site)
    value = 0
    for one in given:
        value = world.values.join(value, one)
    return value


def _call_function(world: World, atom: Atom, site: Call | None) -> int:
    _, path, row, receiver = atom
    value = result(world, path, row)
    if not world.values.open[value >> 1]:
        return value
    known = known_by_receiver(world, path, row, receiver)
    file = world.file(path)
    if site is not None and file is not None:
        unify_operands(world, file, row, site, bound_parameters(file, row, receiver), known)
        if site.types >= 0:
            known.update(generics.written(world, (path, row), site.file, site.types))
    return generics.substitute(world, value >> 1, known) << 1 | (value & 1)


def known_by_receiver(world: World, path: str, row: int, receiver: int) -> generics.Environment:
    """What the receiver tells of its own type, and of its class's type variables; to be added
    to."""
    return dict(world.engine.ask({}, True, _known_by_receiver, world, path, row, receiver))


def _known_by_receiver(world: World, path: str, row: int, receiver: int) -> generics.Environment:
    values = world.values
    known: generics.Environment = {}
    file = world.file(path)
    if file is None:
        return known
    owner = file.enclosing_class(row)
    own = type_expressions.self_variable(world, file, row)
    for variable in values.atoms(own):
        instances = 0
        for atom in values.sets[receiver]:
            one = values.one(atom)
            if atom[0] == CLASS:
                one = bindings.instances_of(world, one)
            if atom[0] in (CLASS, INSTANCE):
                instances = values.join(instances, one)
        known[variable] = values.argument(instances) or variable[4]
    for atom in values.sets[receiver]:
        if atom[0] in (CLASS, INSTANCE):
            for entry in classes.inherited(world, atom):
                if entry[:2] == (path, owner) and entry[2]:
                    known.update(generics.environment(world, path, owner, entry[2]))
    first = file.parameters.get(row)
    if first and bound_parameters(file, row, receiver):
        wanted = world.rules.type_of(world, file, file.facts.parameters.annotation[first[0]])
        generics.unify(world, wanted >> 1, receiver, known)
    return known


def unify_operands(
    world: World, file: File, row: int, site: Call, skip: int, known: generics.Environment
) -> None:
    """Adds what the operands of a call tell of the callee's type variables."""
    unify_pairs(world, file, site, bound_operands(file, row, site, skip), known)


def unify_pairs(
    world: World, file: File, site: Call, pairs: list[tuple[int, int]], known: generics.Environment
) -> None:
    """The same of some of the operands: (parameter row, operand row) pairs."""
    for parameter, operand in pairs:
        annotation = file.facts.parameters.annotation[parameter]
        if annotation < 0:
            continue
        wanted = world.rules.type_of(world, file, annotation) >> 1
        if world.values.open[wanted]:
            row = site.file.facts.operands.value[operand]
            given = world.rules.evaluate(world, site.file, row)
            generics.unify(world, wanted, given >> 1, known)


def result(world: World, path: str, row: int) -> int:
    """What calling the function gives, in its own type variables."""
    return world.engine.ask(0, True, _result, world, path, row)


def _result(world: World, path: str, row: int) -> int:
    file = world.file(path)
    if file is None:
        return 0
    world.read(path, file.unit(row))
    definitions = file.facts.definitions
    flags = definitions.flags[row]
    annotation = definitions.returns[row]
    if annotation >= 0:
        value = world.rules.type_of(world, file, annotation)
        if bindings.is_callable(world, value) and not path.startswith(LIBRARY):
            given = bindings.callees(world, _inferred(world, file, row))
            value = world.values.join(value, given)
    else:
        value = _inferred(world, file, row)
        value |= bindings.FLOW if value else 0
    if flags & _ASYNC and value and not flags & _GENERATOR:
        if file.semantics.promises_flatten:
            value = _without_promises(world, value)
        return world.values.one((PROMISE, world.values.argument(value))) | (value & 1)
    return value


def _without_promises(world: World, value: int) -> int:
    """The value with each promise of something replaced by that."""
    values = world.values
    found = 0
    for atom in values.atoms(value):
        found = values.join(found, atom[1] << 1 if atom[0] == PROMISE else values.one(atom))
    return found | (value & 1)


def _inferred(world: World, file: File, row: int) -> int:
    values = world.values
    results = file.facts.results
    returned = yielded = 0
    generator = False
    for at in file.results.get(row, ()):
        kind, of = results.kind[at], results.value[at]
        if kind != ResultKind.RETURN:
            generator = True
        if of < 0:
            continue
        if kind == ResultKind.RETURN:
            returned = values.join(returned, _returned(world, file, of))
        elif kind == ResultKind.YIELD:
            yielded = values.join(yielded, world.rules.evaluate(world, file, of))
        else:
            inner = world.rules.evaluate(world, file, of)
            yielded = values.join(yielded, world.rules.iterate(world, inner, False))
    if not generator:
        return returned
    asynchronous = file.facts.definitions.flags[row] & _ASYNC
    name = "async generator" if asynchronous else "generator"
    arguments = (values.argument(yielded), 0, values.argument(returned))
    return bindings.literal_instance(world, file.semantics, name, arguments)


def _returned(world: World, file: File, row: int) -> int:
    """A returned value; the current object is returned as the receiver's own type."""
    if is_own_instance(world, file, row):
        return type_expressions.self_variable(world, file, file.facts.expressions.scope[row])
    return world.rules.evaluate(world, file, row)


def is_own_instance(world: World, file: File, row: int) -> bool:
    """Whether an expression is the current object (`self`) or a new one of its class (`cls()`)."""
    expressions = file.facts.expressions
    kind = expressions.kind[row]
    if kind == ExpressionKind.NAME:
        receiver = receiver_named(file, row)
        return receiver is not None and receiver.instance and not receiver.after
    if kind in (ExpressionKind.CALL, ExpressionKind.NEW):
        callee = expressions.a[row]
        if expressions.kind[callee] == ExpressionKind.NAME:
            receiver = receiver_named(file, callee)
            return receiver is not None and not receiver.instance
    return False


def receiver_named(file: File, row: int) -> Receiver | None:
    """The current object if the NAME row denotes it."""
    expressions = file.facts.expressions
    name = file.strings[expressions.a[row]]
    scope = file.scope_of(expressions.scope[row], name)
    if scope < 0:
        if name in file.semantics.receiver_words:
            return file.semantics.receiver_word(file.facts, row)
        return None
    rows = file.bindings[scope][name]
    table = file.facts.bindings
    if len(rows) == 1 and table.kind[rows[0]] == BindingKind.PARAMETER:
        return file.receiver(table.value[rows[0]])
    return None


def _construct(world: World, atom: Atom, site: Call | None) -> int:
    _, path, row, arguments = atom
    file = world.file(path)
    if file is None:
        return 0
    name = forms.dotted_name(world, ("definition", path, row))
    if name:
        form = file.semantics.type_form(name)
        if form == TypeForm.CLASS_OF and site is not None and site.count == 1:
            return _class_of_operand(world, site)
    if arguments or site is None or not generics.type_parameters(world, path, row):
        return world.values.one((INSTANCE, path, row, arguments))
    return _constructed(world, file, atom, site)


def _class_of_operand(world: World, site: Call) -> int:
    operand = site.file.facts.operands.value[site.first]
    if operand < 0:
        return 0
    return bindings.classes_of(world, world.rules.evaluate(world, site.file, operand))


def _constructed(world: World, file: File, atom: Atom, site: Call) -> int:
    """An instance whose type arguments are told from the constructor's operands."""
    values = world.values
    _, path, row, _ = atom
    known: generics.Environment = {}
    parameters = generics.type_parameters(world, path, row)
    for name in file.semantics.protocols.constructors:
        owner = classes.owner_of(world, path, row, name)
        if owner is None or owner == classes.UNKNOWN_BASE:
            continue
        functions = [
            (FUNCTION, a[1], a[2], 1)
            for a in values.atoms(classes.own_value(world, owner[0], owner[1], name))
            if a[0] == FUNCTION
        ]
        for function in overloads.picked(world, functions, site):
            home = world.file(function[1])
            if home is None:
                continue
            inner: generics.Environment = {}
            skip = bound_parameters(home, function[2], 1)
            unify_operands(world, home, function[2], site, skip, inner)
            value = result(world, function[1], function[2])
            given = [a for a in values.atoms(value) if a[0] == INSTANCE and a[1:3] == (path, row)]
            if given and given[0][3]:
                return generics.substitute(world, value >> 1, inner) << 1
            for key, number in inner.items():
                known[key] = values.argument(values.join(known.get(key, 0) << 1, number << 1))
    arguments = tuple(known.get(variable, 0) for variable in parameters)
    return values.one((INSTANCE, path, row, arguments))


def _call_instance(world: World, atom: Atom, site: Call | None) -> int:
    file = world.file(atom[1])
    protocols = file.semantics.protocols if file is not None else None
    for hook in (protocols.call, protocols.construct) if protocols is not None else ():
        if not hook or classes.owner_of(world, atom[1], atom[2], hook) is None:
            continue
        method = members.attribute(world, world.values.one(atom), hook)
        found = [a for a in world.values.atoms(method) if a[0] in (FUNCTION, CALLABLE)]
        if found:
            return call(world, world.values.some(found), site)
        return world.values.external if (EXTERNAL,) in world.values.atoms(method) else 0
    return 0


def _no_value(world: World, atom: Atom, site: Call | None) -> int:
    return 0


def _call_callable(world: World, atom: Atom, site: Call | None) -> int:
    return atom[1] << 1


def _call_class_of(world: World, atom: Atom, site: Call | None) -> int:
    return atom[1] << 1


def _call_variable(world: World, atom: Atom, site: Call | None) -> int:
    return call(world, atom[4] << 1, site) if atom[4] else 0


def _call_external(world: World, atom: Atom, site: Call | None) -> int:
    return world.values.external


_CALLERS: Final = {
    CLASS: _construct,
    INSTANCE: _call_instance,
    SUPER: _no_value,
    CALLABLE: _call_callable,
    CLASS_OF: _call_class_of,
    VARIABLE: _call_variable,
    EXTERNAL: _call_external,
    PROMISE: _no_value,
}
