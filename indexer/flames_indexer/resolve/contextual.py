"""Contextual types: what a parameter without a type holds, told by where its function is handed.

A function literal that is an argument, a value under a key of such an object, or what an annotated
name is bound to, gets its parameters' types from the callable type that is expected there:
`items.forEach((item) => …)`, `const handle: Handler = (event) => …`.
"""

from dataclasses import dataclass
from typing import Final

from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    DefinitionKind,
    ExpressionKind,
    OperandKind,
)
from flames_indexer.languages.semantics import TypeForm
from flames_indexer.model import ParameterKind
from flames_indexer.resolve import calls, classes, forms, generics, overloads
from flames_indexer.resolve.operands import bound_operands, bound_parameters
from flames_indexer.resolve.tables import Contexts, File
from flames_indexer.resolve.values import CLASS, FUNCTION, INSTANCE, Atom
from flames_indexer.resolve.world import Call, Target, World

_FUNCTION: Final = int(ExpressionKind.FUNCTION)
_CALL: Final = int(ExpressionKind.CALL)
_NEW: Final = int(ExpressionKind.NEW)
_LITERAL: Final = int(ExpressionKind.LITERAL)
_SUBSCRIPT: Final = int(ExpressionKind.SUBSCRIPT)
_CHOICE: Final = int(ExpressionKind.CHOICE)
_ANNOTATION: Final = int(BindingKind.ANNOTATION)
_ASSIGN: Final = int(BindingKind.ASSIGN)
_KEYWORD: Final = int(OperandKind.KEYWORD)
_ABSTRACT: Final = int(DefinitionFlag.ABSTRACT)

# Aliases, alternatives and nested objects between a function and the type expected of it.
_HOPS: Final = 6


@dataclass(frozen=True, slots=True)
class _Type:
    """A type expression, and what is known of the type variables in it."""

    file: File
    row: int
    known: tuple[tuple[Atom, int], ...] = ()


def parameter_value(world: World, file: File, row: int) -> int:
    """What is expected of parameter `row`, whose function says nothing of it; 0: nobody knows."""
    parameters = file.facts.parameters
    definition = parameters.definition[row]
    if parameters.kind[row] not in (ParameterKind.POSITIONAL, ParameterKind.POSITIONAL_ONLY):
        return 0
    at = file.parameters[definition].index(row)
    value = 0
    for expected in _expected_of_function(world, file, definition):
        value = world.values.join(value, _parameter_type(world, expected, at, _HOPS))
    return value


def contexts(file: File) -> Contexts:
    """Where the literals of a file stand."""
    if file.contexts is None:
        file.contexts = _contexts(file)
    return file.contexts


def _contexts(file: File) -> Contexts:
    expressions, values = file.facts.expressions, file.facts.operands.value
    if _FUNCTION not in expressions.kind:
        return Contexts({}, {}, {})  # the others are asked for on the way from one
    functions: dict[int, int] = {}
    operands: dict[int, int] = {}
    holders: dict[int, int] = {}
    for row, kind in enumerate(expressions.kind):
        if kind == _FUNCTION:
            functions.setdefault(expressions.a[row], row)
        elif kind in (_CALL, _NEW, _LITERAL) and expressions.c[row] > 0:
            first = expressions.b[row]
            for at in range(first, first + expressions.c[row]):
                if values[at] >= 0 and expressions.kind[values[at]] in (_FUNCTION, _LITERAL):
                    operands[values[at]] = at
                    holders[at] = row
    return Contexts(functions, operands, holders)


def _expected_of_function(world: World, file: File, definition: int) -> list[_Type]:
    definitions = file.facts.definitions
    annotated = _annotations(file, definitions.parent[definition], file.name(definition))
    if annotated:
        return [_Type(file, row) for row in annotated]
    row = contexts(file).functions.get(definition, -1)
    return _expected(world, file, row, _HOPS) if row >= 0 else []


def _annotations(file: File, scope: int, name: str) -> list[int]:
    """Type rows that the name bound in exactly this scope is annotated with."""
    table = file.facts.bindings
    rows = file.bindings.get(scope, {}).get(name, ())
    return [
        table.value[at] for at in rows if table.kind[at] == _ANNOTATION and table.value[at] >= 0
    ]


def _expected(world: World, file: File, row: int, hops: int) -> list[_Type]:
    """The types expected of expression `row` where it stands."""
    operand = contexts(file).operands.get(row, -1)
    if operand < 0 or not hops:
        return []
    holder = contexts(file).holders[operand]
    if file.facts.expressions.kind[holder] != _LITERAL:
        return _expected_by_call(world, file, holder, operand)
    operands = file.facts.operands
    if operands.kind[operand] != _KEYWORD:
        return []
    name = file.strings[operands.name[operand]]
    return [
        found
        for expected in _expected(world, file, holder, hops - 1)
        for found in _member_types(world, expected, name)
    ]


def _member_types(world: World, expected: _Type, name: str) -> list[_Type]:
    """The annotations of a member of the classes that a type names."""
    found: list[_Type] = []
    value = world.rules.type_of(world, expected.file, expected.row)
    for atom in sorted(a for a in world.values.atoms(value) if a[0] == INSTANCE):
        owner = classes.owner_of(world, atom[1], atom[2], name)
        home = world.file(owner[0]) if owner is not None and owner[1] >= 0 else None
        if owner is not None and home is not None:
            world.read(owner[0], home.unit(owner[1]))
            found += [_Type(home, row) for row in _annotations(home, owner[1], name)]
    return found


def _expected_by_call(world: World, file: File, call: int, operand: int) -> list[_Type]:
    """The annotations of the parameters that the operand of a call reaches."""
    expressions = file.facts.expressions
    site = Call(file, expressions.b[call], expressions.c[call], file.type_arguments(call))
    callee = world.rules.evaluate(world, file, expressions.a[call])
    found: list[_Type] = []
    for atom in sorted(a for a in world.values.atoms(callee) if a[0] in (FUNCTION, CLASS)):
        for function in overloads.picked(world, _called(world, atom), site):
            found += _parameter_annotation(world, function, site, operand)
    return found


def _called(world: World, atom: Atom) -> list[Atom]:
    """The functions that calling a function or class runs."""
    if atom[0] == FUNCTION:
        return [atom]
    file = world.file(atom[1])
    found: list[Atom] = []
    for name in file.semantics.protocols.constructors if file is not None else ():
        owner = classes.owner_of(world, atom[1], atom[2], name)
        if owner is not None and owner[1] >= 0:
            value = classes.own_value(world, owner[0], owner[1], name)
            instance = world.values.one((INSTANCE, *atom[1:])) >> 1
            found += [(*a[:3], instance) for a in world.values.atoms(value) if a[0] == FUNCTION]
    return sorted(found)


def _parameter_annotation(world: World, function: Atom, site: Call, operand: int) -> list[_Type]:
    """The annotation of the parameter that an operand reaches, with what the receiver, the type
    arguments and the other operands tell of the type variables in it."""
    _, path, row, receiver = function
    file = world.file(path)
    if file is None:
        return []
    world.read(path, file.unit(row))
    skip = bound_parameters(file, row, receiver)
    pairs = bound_operands(file, row, site, skip)
    annotations = file.facts.parameters.annotation
    annotation = next((annotations[at] for at, given in pairs if given == operand), -1)
    if annotation < 0:
        return []
    known = calls.known_by_receiver(world, path, row, receiver) if receiver else {}
    if site.types >= 0:
        known.update(generics.written(world, (path, row), site.file, site.types))
    else:
        kinds, given = site.file.facts.expressions.kind, site.file.facts.operands.value
        plain = [pair for pair in pairs if kinds[given[pair[1]]] != _FUNCTION]
        calls.unify_pairs(world, file, site, plain, known)
    return [_Type(file, annotation, tuple(known.items()))]


def _parameter_type(world: World, expected: _Type, at: int, hops: int) -> int:
    """What the parameter in place `at` of a callable type holds."""
    file, row = expected.file, expected.row
    expressions = file.facts.expressions
    kind = expressions.kind[row]
    if kind == _CHOICE:
        left = _Type(file, expressions.a[row], expected.known)
        right = _Type(file, expressions.b[row], expected.known)
        one = _parameter_type(world, left, at, hops)
        return world.values.join(one, _parameter_type(world, right, at, hops))
    constructor = expressions.a[row] if kind == _SUBSCRIPT else row
    form = forms.form_of(world, file, constructor)
    rows = generics.argument_rows(file, expressions.b[row]) if kind == _SUBSCRIPT else []
    if form == TypeForm.CALLABLE:
        return _place(world, expected, rows, at)
    if not hops:
        return 0
    if form in (TypeForm.FIRST, TypeForm.UNION):
        inner = rows[:1] if form == TypeForm.FIRST else rows
        value = 0
        for one in inner:
            nested = _Type(file, one, expected.known)
            value = world.values.join(value, _parameter_type(world, nested, at, hops - 1))
        return value
    return _alias_parameter(world, file, constructor, at, hops - 1)


def _place(world: World, expected: _Type, rows: list[int], at: int) -> int:
    """The type in place `at` of a callable's arguments, the last of which is its result."""
    file = expected.file
    listed = rows[:-1]
    expressions = file.facts.expressions
    if len(listed) == 1 and expressions.kind[listed[0]] == _LITERAL:
        first = expressions.b[listed[0]]
        listed = [
            file.facts.operands.value[one] for one in range(first, first + expressions.c[listed[0]])
        ]
    if at >= len(listed):
        return 0
    value = world.rules.type_of(world, file, listed[at])
    known = dict(expected.known)
    return generics.substitute(world, value >> 1, known) << 1 | (value & 1)


def _alias_parameter(world: World, file: File, constructor: int, at: int, hops: int) -> int:
    """The same of what a type alias, or an interface that can be called, stands for."""
    value = 0
    for target in forms.chain_targets(world, file, constructor):
        home = world.file(target[1]) if target[0] == "definition" else None
        if home is None:
            if target[0] == "variable":
                value = world.values.join(value, _assigned_parameter(world, target, at, hops))
            continue
        world.read(home.path, home.unit(target[2]))
        definitions = home.facts.definitions
        if definitions.kind[target[2]] == DefinitionKind.TYPE:
            is_alias = not definitions.flags[target[2]] & _ABSTRACT
            rows = [definitions.returns[target[2]]] if is_alias else []
        else:
            rows = _annotations(home, target[2], home.semantics.protocols.signature)
        for row in rows:
            if row >= 0:
                value = world.values.join(value, _parameter_type(world, _Type(home, row), at, hops))
    return value


def _assigned_parameter(world: World, target: Target, at: int, hops: int) -> int:
    """The same of a type that is assigned to a name once: `Handler = Callable[[Event], None]`."""
    _, path, scope, name = target
    home = world.file(path)
    rows = home.bindings.get(scope, {}).get(name, ()) if home is not None else ()
    if home is None or len(rows) != 1 or home.facts.bindings.kind[rows[0]] != _ASSIGN:
        return 0
    world.read(path, home.unit(scope) if scope else name)
    row = home.facts.bindings.value[rows[0]]
    return _parameter_type(world, _Type(home, row), at, hops) if row >= 0 else 0
