"""Evaluate: what an expression can be, by its kind."""

from collections.abc import Callable
from typing import Final

from flames_indexer.facts import ExpressionKind, OperandKind
from flames_indexer.languages.semantics import LIBRARY
from flames_indexer.resolve import bindings, calls, forms, members, narrowing, type_expressions
from flames_indexer.resolve.parts import awaited, entered, iterate, unpacked
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.values import (
    CLASS,
    EXTERNAL,
    FUNCTION,
    INSTANCE,
    NONE,
    OBJECT,
    PROMISE,
    SUPER,
    TUPLE,
    Atom,
)
from flames_indexer.resolve.world import Call, World

_NAME: Final = int(ExpressionKind.NAME)
_MEMBER: Final = int(ExpressionKind.MEMBER)
_CALL: Final = int(ExpressionKind.CALL)
FLOW: Final = bindings.FLOW
WIDEST_LITERAL: Final = 48  # elements of one literal that are looked at


def evaluate(world: World, file: File, row: int) -> int:
    """What expression `row` can be; 0 when nothing is known."""
    if row < 0:
        return 0
    if file is not world.current or world.engine.busy:
        return _evaluated(world, file, row)
    known = world.known_values
    value = known[row]
    if value < 0:
        value = known[row] = _evaluated(world, file, row)
    return value


def _evaluated(world: World, file: File, row: int) -> int:
    kind = file.facts.expressions.kind[row]
    if kind == _NAME:  # most are one of three, which need no look-up of what evaluates them
        return _name(world, file, row)
    if kind == _MEMBER:
        return _member(world, file, row)
    return _call(world, file, row) if kind == _CALL else _EVALUATORS[kind](world, file, row)


def _name(world: World, file: File, row: int) -> int:
    expressions = file.facts.expressions
    if file is world.current and not world.engine.busy:
        key = (expressions.scope[row], expressions.a[row])
        value = world.known_names.get(key)
        if value is None:
            value = world.known_names[key] = _named(world, file, row)
        return value
    return _named(world, file, row)


def _named(world: World, file: File, row: int) -> int:
    expressions = file.facts.expressions
    name = file.strings[expressions.a[row]]
    if name in file.semantics.receiver_words and file.scope_of(expressions.scope[row], name) < 0:
        return _receiver(world, file, row)
    return bindings.name_value(world, file, expressions.scope[row], name)


def _receiver(world: World, file: File, row: int) -> int:
    """The current object behind a word or call for it."""
    receiver = file.semantics.receiver_word(file.facts, row)
    if receiver is None:
        return 0
    if file.is_function(receiver.owner):
        return world.values.one((FUNCTION, file.path, receiver.owner, 0))
    tag = INSTANCE if receiver.instance else CLASS
    value = world.values.one((tag, file.path, receiver.owner, ()))
    if receiver.after:
        return world.values.one((SUPER, file.path, receiver.owner, value >> 1))
    return value


def _member(world: World, file: File, row: int) -> int:
    expressions = file.facts.expressions
    of = evaluate(world, file, expressions.a[row])
    name = file.strings[expressions.b[row]]
    if name in file.semantics.promise_members:
        of = _promised(world, file, of)
    return members.attribute(world, of, name) if of else 0


def _promised(world: World, file: File, value: int) -> int:
    """The value with each promise as an instance of the class that has its members."""
    values = world.values
    found = 0
    for atom in values.atoms(value):
        one = values.one(atom)
        if atom[0] == PROMISE:
            one = bindings.literal_instance(world, file.semantics, "promise", (atom[1],))
        found = values.join(found, one)
    return found | (value & 1) if found else 0


def _call(world: World, file: File, row: int) -> int:
    expressions = file.facts.expressions
    callee = expressions.a[row]
    if expressions.kind[callee] == ExpressionKind.NAME:
        name = file.strings[expressions.a[callee]]
        if name in file.semantics.receiver_calls:
            receiver = _receiver(world, file, row)
            if receiver:
                return receiver
        if calls.is_own_instance(world, file, row):
            owner = calls.receiver_named(file, callee)
            if owner is not None:
                return world.values.one((INSTANCE, file.path, owner.owner, ()))
    elif expressions.kind[callee] == ExpressionKind.MEMBER and (
        file.strings[expressions.b[callee]] in file.semantics.rebinding
    ):
        again = _functions(world, evaluate(world, file, expressions.a[callee]))
        if again:
            return again
    value = evaluate(world, file, callee)
    if not value:
        return 0
    types = file.type_arguments(row)
    given = calls.call(world, value, Call(file, expressions.b[row], expressions.c[row], types))
    return given if given != world.values.external else _handed_class(world, file, row)


def _handed_class(world: World, file: File, row: int) -> int:
    """What a call of something nobody sees gives: where it is handed a class first, perhaps an
    instance of that (`get_object_or_404(Order, …)`, `session.get(Order, 1)`). Members of members
    are left out: `Page.objects.type(Article)` gives what is made to be asked on."""
    expressions, values = file.facts.expressions, world.values
    of = expressions.a[row]
    if expressions.kind[of] == ExpressionKind.MEMBER:
        of = expressions.a[of]
    if expressions.kind[of] != ExpressionKind.NAME or expressions.c[row] < 1:
        return values.external
    first = file.facts.operands.value[expressions.b[row]]
    if first < 0 or expressions.kind[first] != ExpressionKind.NAME:
        return values.external
    handed = evaluate(world, file, first)
    atoms = values.atoms(handed)
    if len(atoms) != 1 or atoms[0][0] != CLASS or atoms[0][1].startswith(LIBRARY):
        return values.external
    return values.join(values.external, bindings.instances_of(world, handed)) | FLOW


def _functions(world: World, value: int) -> int:
    """The functions among what a value can be."""
    functions = world.values.some(a for a in world.values.atoms(value) if a[0] == FUNCTION)
    return functions | (value & 1) if functions else 0


def _subscript(world: World, file: File, row: int) -> int:
    expressions = file.facts.expressions
    form = forms.form_of(world, file, expressions.a[row])
    if form is not None:
        return bindings.classes_of(world, type_expressions.type_of(world, file, row))
    of = evaluate(world, file, expressions.a[row])
    value = 0
    for atom in world.values.atoms(of):
        value = world.values.join(value, _element(world, file, row, atom))
    return value | (of & 1) if value else 0


def _element(world: World, file: File, row: int, atom: Atom) -> int:
    values = world.values
    if atom[0] == CLASS:
        described = type_expressions.type_of(world, file, row)
        return bindings.classes_of(world, described) or values.one(atom)
    if atom[0] == TUPLE:
        value = 0
        for item in atom[1]:
            value = values.join(value, item << 1)
        return value
    if atom[0] == EXTERNAL:
        return values.external
    if atom[0] == OBJECT:  # an element may be one of the same object: `o = {a: o[key]}`
        return world.engine.ask(0, False, _object_elements, world, *atom[1:])
    hook = file.semantics.protocols.index
    if not hook:
        return iterate(world, values.one(atom), False)
    method = members.attribute(world, values.one(atom), hook)
    return calls.call(world, method, None) if method else 0


def _object_elements(world: World, path: str, row: int) -> int:
    home = world.file(path)
    if home is None:
        return 0
    expressions, operands = home.facts.expressions, home.facts.operands
    value = 0
    first = expressions.b[row]
    for at in range(first, first + min(expressions.c[row], WIDEST_LITERAL)):
        value = world.values.join(value, evaluate(world, home, operands.value[at]))
    return value | FLOW if value else 0


def _await(world: World, file: File, row: int) -> int:
    return awaited(world, evaluate(world, file, file.facts.expressions.a[row]))


def _entered(world: World, file: File, row: int) -> int:
    expressions = file.facts.expressions
    of = evaluate(world, file, expressions.a[row])
    return entered(world, file, of, asynchronous=expressions.c[row] == 1)


def _unpacked(world: World, file: File, row: int) -> int:
    expressions = file.facts.expressions
    of = evaluate(world, file, expressions.a[row])
    position, mode = expressions.b[row], expressions.c[row]
    if mode == 2:
        return members.attribute(world, of, file.strings[position]) if of else 0
    return unpacked(world, file, of, position, rest=mode == 1)


def _choice(world: World, file: File, row: int) -> int:
    expressions = file.facts.expressions
    left = evaluate(world, file, expressions.a[row])
    return world.values.join(left, evaluate(world, file, expressions.b[row]))


def _literal(world: World, file: File, row: int) -> int:
    expressions = file.facts.expressions
    name = file.strings[expressions.a[row]]
    if name == "None":
        return world.values.one((NONE,))
    if name == "object":
        return world.values.one((OBJECT, file.path, row))
    count = expressions.c[row]
    if count <= 0:
        return bindings.literal_instance(world, file.semantics, name, ())
    return _collection(world, file, row, name)


def _collection(world: World, file: File, row: int, name: str) -> int:
    values = world.values
    expressions, operands = file.facts.expressions, file.facts.operands
    first, count = expressions.b[row], expressions.c[row]
    spread = any(operands.kind[at] >= OperandKind.SPREAD for at in range(first, first + count))
    if name == "tuple" and not spread and count <= WIDEST_LITERAL:
        items = [evaluate(world, file, operands.value[at]) for at in range(first, first + count)]
        flow = max(item & 1 for item in items)
        arguments = tuple(values.argument(item) for item in items)
        return values.one((TUPLE, arguments, file.facts.language)) | flow
    value = 0
    for at in range(first, first + min(count, WIDEST_LITERAL)):
        one = evaluate(world, file, operands.value[at])
        if operands.kind[at] == OperandKind.SPREAD:
            one = iterate(world, one, False)
        elif operands.kind[at] == OperandKind.KEYWORD_SPREAD:
            one = 0
        value = values.join(value, one)
    element = values.argument(value)
    arguments = (element,)
    if name == "dict":
        text = bindings.literal_instance(world, file.semantics, "str", ())
        keyed = any(operands.kind[at] == OperandKind.KEYWORD for at in range(first, first + count))
        arguments = (values.argument(text) if keyed else 0, element)
    return bindings.literal_instance(world, file.semantics, name, arguments) | (value & 1)


def _function(world: World, file: File, row: int) -> int:
    definition = file.facts.expressions.a[row]
    return bindings.definition_value(world, file, definition)


def _operator(world: World, file: File, row: int) -> int:
    expressions = file.facts.expressions
    operator = file.strings[expressions.c[row]] if expressions.c[row] >= 0 else ""
    names = file.semantics.protocols.operators.get(operator)
    left = evaluate(world, file, expressions.a[row])
    if names is None:
        return world.values.external
    value = _operated(world, left, names[0])
    if not value and names[1] and expressions.b[row] >= 0:
        value = _operated(world, evaluate(world, file, expressions.b[row]), names[1])
    return value


def _operated(world: World, of: int, name: str) -> int:
    method = members.attribute(world, of, name) if of else 0
    return calls.call(world, method, None) if method else 0


def _iterate(world: World, file: File, row: int) -> int:
    expressions = file.facts.expressions
    of = evaluate(world, file, expressions.a[row])
    return iterate(world, of, expressions.c[row] == 1)


def _yielded(world: World, file: File, row: int) -> int:
    """What a generator is sent: the second type argument of its declared result."""
    scope = file.facts.expressions.scope[row]
    declared = file.facts.definitions.returns[scope]
    value = 0
    for atom in world.values.atoms(world.rules.type_of(world, file, declared)):
        if atom[0] == INSTANCE and len(atom[3]) > 1:
            value = world.values.join(value, atom[3][1] << 1)
    return value


def _nothing(world: World, file: File, row: int) -> int:
    return 0


_BY_KIND: Final[dict[ExpressionKind, Callable[[World, File, int], int]]] = {
    ExpressionKind.NAME: _name,
    ExpressionKind.MEMBER: _member,
    ExpressionKind.CALL: _call,
    ExpressionKind.NEW: _call,
    ExpressionKind.SUBSCRIPT: _subscript,
    ExpressionKind.AWAIT: _await,
    ExpressionKind.CHOICE: _choice,
    ExpressionKind.LITERAL: _literal,
    ExpressionKind.FUNCTION: _function,
    ExpressionKind.OPERATOR: _operator,
    ExpressionKind.ITERATE: _iterate,
    ExpressionKind.ENTER: _entered,
    ExpressionKind.UNPACK: _unpacked,
    ExpressionKind.YIELDED: _yielded,
    ExpressionKind.UNKNOWN: _nothing,
    ExpressionKind.TEXT: _nothing,
    ExpressionKind.NARROWED: narrowing.narrowed,
}
_EVALUATORS: Final = [_BY_KIND[kind] for kind in ExpressionKind]
