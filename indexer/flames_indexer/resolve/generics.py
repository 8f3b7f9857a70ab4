"""Generics: type parameters of a class, arguments put in for them, arguments told from values."""

from flames_indexer.facts import ExpressionKind
from flames_indexer.languages.semantics import TypeForm
from flames_indexer.resolve import bindings, forms
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.values import (
    CALLABLE,
    CLASS,
    CLASS_OF,
    FUNCTION,
    INSTANCE,
    PROMISE,
    TUPLE,
    VARIABLE,
    Atom,
)
from flames_indexer.resolve.world import World

Environment = dict[Atom, int]  # VARIABLE atom -> set


def type_parameters(world: World, path: str, row: int) -> tuple[Atom, ...]:
    """The VARIABLE atoms of a class, in the order its arguments are given."""
    return world.engine.ask((), True, _type_parameters, world, path, row)


def _type_parameters(world: World, path: str, row: int) -> tuple[Atom, ...]:
    file = world.file(path)
    if file is None:
        return ()
    world.read(path, file.unit(row))
    found: dict[Atom, None] = {}
    for parameter in file.type_parameters.get(row, ()):
        for atom in world.values.atoms(bindings.alias_value(world, file, parameter)):
            found[atom] = None
    if not found:
        table = file.facts.bases
        rows = [table.value[at] for at in file.bases.get(row, ()) if table.value[at] >= 0]
        declared = [at for at in rows if _is_generic(world, file, at)]
        for at in declared or rows:
            _collect(world, file, at, found)
    return tuple(found)


def _is_generic(world: World, file: File, row: int) -> bool:
    expressions = file.facts.expressions
    if expressions.kind[row] != ExpressionKind.SUBSCRIPT:
        return False
    return forms.form_of(world, file, expressions.a[row]) == TypeForm.GENERIC


def _collect(world: World, file: File, row: int, found: dict[Atom, None]) -> None:
    """The type variables below the subscripts of a base, in order."""
    expressions = file.facts.expressions
    if expressions.kind[row] != ExpressionKind.SUBSCRIPT or expressions.b[row] < 0:
        return
    for argument in argument_rows(file, expressions.b[row]):
        for atom in world.values.atoms(world.rules.type_of(world, file, argument)):
            for variable in variables_of(world, atom):
                found[variable] = None


def argument_rows(file: File, index: int) -> list[int]:
    """The type argument rows of a SUBSCRIPT's index."""
    expressions = file.facts.expressions
    if index < 0:
        return []
    if (
        expressions.kind[index] == ExpressionKind.LITERAL
        and file.strings[expressions.a[index]] == "tuple"
    ):
        first, count = expressions.b[index], expressions.c[index]
        return [file.facts.operands.value[at] for at in range(first, first + count)]
    return [index]


def variables_of(world: World, atom: Atom) -> list[Atom]:
    """The type variables in an atom, in the order they stand there."""
    if atom[0] == VARIABLE:
        return [atom]
    inner: tuple[int, ...] = ()
    if atom[0] in (CLASS, INSTANCE):
        inner = atom[3]
    elif atom[0] == TUPLE:
        inner = atom[1]
    elif atom[0] in (CALLABLE, PROMISE, CLASS_OF):
        inner = (atom[1],)
    return [v for s in inner for a in sorted(world.values.sets[s]) for v in variables_of(world, a)]


def environment(world: World, path: str, row: int, arguments: tuple[int, ...]) -> Environment:
    """What the class's type variables stand for, given its arguments."""
    return dict(zip(type_parameters(world, path, row), arguments, strict=False))


def written(world: World, function: tuple[str, int], file: File, arguments: int) -> Environment:
    """What a function's type variables stand for in a call with type arguments."""
    variables = type_parameters(world, *function)
    rows = argument_rows(file, arguments)
    return {
        variable: world.values.argument(world.rules.type_of(world, file, row))
        for variable, row in zip(variables, rows, strict=False)
    }


def substitute(world: World, number: int, known: Environment) -> int:
    """The set with its type variables replaced by what is known of them."""
    values = world.values
    if not values.open[number] or not known:
        return number
    found = 0
    for atom in values.sets[number]:
        found = values.join(found, _substituted(world, atom, known))
    return found >> 1


def _substituted(world: World, atom: Atom, known: Environment) -> int:
    values = world.values
    tag = atom[0]
    if tag == VARIABLE:
        number = known.get(atom)
        return values.one(atom) if number is None else number << 1
    if tag in (CLASS, INSTANCE):
        arguments = tuple(_nested(world, s, known) for s in atom[3])
        return values.one((tag, atom[1], atom[2], arguments))
    if tag == TUPLE:
        return values.one((tag, tuple(_nested(world, s, known) for s in atom[1]), atom[2]))
    if tag == CLASS_OF:
        number = substitute(world, atom[1], known)
        if values.open[number]:
            return values.one((tag, number))
        return bindings.classes_of(world, number << 1)
    if tag in (CALLABLE, PROMISE):
        return values.one((tag, _nested(world, atom[1], known)))
    return values.one(atom)


def _nested(world: World, number: int, known: Environment) -> int:
    return world.values.argument(substitute(world, number, known) << 1)


def unify(world: World, expected: int, given: int, known: Environment) -> None:
    """Adds to `known` what the type variables of set `expected` are when it is given `given`."""
    values = world.values
    if not values.open[expected] or not given:
        return
    rest = [a for a in values.sets[given] if a not in values.sets[expected]]
    for wanted in values.sets[expected]:
        if wanted[0] == VARIABLE:
            concrete = [a for a in rest if not _matched(values.sets[expected], a)]
            if concrete:
                joined = values.join(known.get(wanted, 0) << 1, values.some(concrete))
                known[wanted] = values.argument(joined)
            continue
        for atom in rest:
            _unify_atom(world, wanted, atom, known)


def _matched(expected: tuple[Atom, ...], atom: Atom) -> bool:
    """Whether another member of the expected union already stands for the atom."""
    return any(
        w[0] == atom[0] and w[0] in (INSTANCE, CLASS) and w[1:3] == atom[1:3] for w in expected
    )


def _unify_atom(world: World, wanted: Atom, atom: Atom, known: Environment) -> None:
    tag = wanted[0]
    if tag == INSTANCE:
        _unify_instance(world, wanted, atom, known)
    elif tag == TUPLE and atom[0] == TUPLE:
        for inner, other in zip(wanted[1], atom[1], strict=False):
            unify(world, inner, other, known)
    elif tag == PROMISE and atom[0] == PROMISE:
        unify(world, wanted[1], atom[1], known)
    elif tag == CALLABLE and atom[0] in (FUNCTION, CLASS, INSTANCE, CALLABLE):
        if atom[0] == INSTANCE and atom[3] == wanted:
            return
        result = world.rules.call(world, world.values.one(atom), None)
        unify(world, wanted[1], result >> 1, known)
    elif tag == CLASS_OF and atom[0] in (CLASS, CLASS_OF):
        instances = bindings.instances_of(world, world.values.one(atom))
        unify(world, wanted[1], instances >> 1, known)


def _unify_instance(world: World, wanted: Atom, atom: Atom, known: Environment) -> None:
    if not wanted[3]:
        return
    if atom[0] == INSTANCE:
        for path, row, arguments in world.rules.inherited(world, atom):
            if (path, row) == wanted[1:3]:
                for inner, other in zip(wanted[3], arguments, strict=False):
                    unify(world, inner, other, known)
                return
    if len(wanted[3]) == 1:
        element = world.rules.iterate(world, world.values.one(atom), False)
        unify(world, wanted[3][0], element >> 1, known)
