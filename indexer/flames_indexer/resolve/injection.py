"""Injection: functions that are given things by the names of their parameters, as tests are.

A name is looked for where the asking function is: in its class and what that inherits, in its
module, then in the shared file of each folder above and in the plugins that these name. A maker
that asks for its own name means the next one further out, which it overrides.
"""

from collections.abc import Iterator
from posixpath import dirname
from typing import Final

from flames_indexer.facts import DefinitionFlag, ExpressionKind, OperandKind
from flames_indexer.languages.semantics import LIBRARY, Injection
from flames_indexer.model import Certainty, EdgeKind
from flames_indexer.resolve import bindings, calls, classes, forms, targets
from flames_indexer.resolve.rows import Rows
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.text import module_named
from flames_indexer.resolve.units import TEXTS
from flames_indexer.resolve.world import World
from flames_indexer.roles import is_test

_FIXTURE: Final = int(EdgeKind.FIXTURE)
_REGISTER: Final = int(EdgeKind.REGISTER)
_RESOLVED: Final = int(Certainty.RESOLVED)
_CALL: Final = int(ExpressionKind.CALL)
_TEXT: Final = int(ExpressionKind.TEXT)
_DEFAULT: Final = 1  # ParameterFlag

Maker = tuple[str, int]  # path and definition row of a function


def injection_edges(world: World, file: File, rows: Rows) -> None:
    """Adds who is given what by whom."""
    injection = file.semantics.injection
    if injection is None or not file.facts.definitions.parent:
        return
    if not is_test(file.path) and not _mentions(file, injection):
        return
    parameters = file.facts.parameters
    for row in range(1, len(file.kinds)):
        if not file.is_function(row) or not _is_given(world, file, row, injection):
            continue
        for at in file.parameters.get(row, ()):
            if file.receiver(at) is None and not parameters.flags[at] & _DEFAULT:
                name, start = file.strings[parameters.name[at]], parameters.start[at]
                _add(world, rows, row, name, (start, start + len(name.encode())))
        _add_automatic(world, file, rows, row, injection)
    expressions = file.facts.expressions
    for row, kind in enumerate(expressions.kind):
        name = file.strings[expressions.a[row]] if kind == _TEXT else "."
        if "." not in name:
            place = (expressions.start[row], expressions.end[row])
            _add(world, rows, rows.place_of(row), name, place)


def parameter_value(world: World, file: File, row: int) -> int:
    """What a parameter is given by the maker of that name; 0 if it is given nothing that way."""
    injection = file.semantics.injection
    definition = file.facts.parameters.definition[row]
    if injection is None or not is_test(file.path):
        return 0
    if file.receiver(row) is not None or not _is_given(world, file, definition, injection):
        return 0
    value = 0
    name = file.strings[file.facts.parameters.name[row]]
    for path, maker in makers(world, file, definition, name):
        home = world.file(path)
        given = calls.result(world, path, maker)
        if home is not None and home.facts.definitions.flags[maker] & DefinitionFlag.GENERATOR:
            asynchronous = bool(home.facts.definitions.flags[maker] & DefinitionFlag.ASYNC)
            given = world.rules.iterate(world, given, asynchronous)
        value = world.values.join(value, given)
    return value | bindings.FLOW if value else 0


def makers(world: World, file: File, row: int, name: str) -> list[Maker]:
    """The functions that make what function or class `row` asks for as `name`."""
    injection = file.semantics.injection
    if injection is None:
        return []
    itself = file.is_function(row) and file.name(row) == name
    for found in _levels(world, file, row, name, injection):
        if found and (file.path, row) in found:
            itself = False
        elif found and not (itself and found[0][0] == file.path):
            return found
    return []


def _levels(
    world: World, file: File, row: int, name: str, injection: Injection
) -> Iterator[list[Maker]]:
    owner = file.enclosing_class(row)
    if owner >= 0:
        for path, base, _ in classes.linearization(world, file.path, owner):
            if path and not path.startswith(LIBRARY):
                found = targets.Targets()
                home = world.file(path)
                if home is not None and name in home.bindings.get(base, ()):
                    world.read(path, home.unit(base))
                    found = classes.own_targets(world, path, base, name)
                yield _made_by(world, found, injection)
    yield world.engine.ask([], True, _module_makers, world, file.path, name)
    folder = file.path
    while folder:
        folder = dirname(folder)
        shared = f"{folder}/{injection.shared}" if folder else injection.shared
        if shared == file.path:
            continue
        yield world.engine.ask([], True, _module_makers, world, shared, name)
        for plugin in _plugins(world, shared, injection):
            yield world.engine.ask([], True, _module_makers, world, plugin, name)


def _module_makers(world: World, path: str, name: str) -> list[Maker]:
    world.read(path, name)
    file = world.file(path)
    injection = file.semantics.injection if file is not None else None
    if file is None or injection is None:
        return []
    world.read(path, TEXTS)
    aliased = [(path, row) for row in _aliased(world, file, name, injection)]
    if aliased or (name not in file.bindings.get(0, ()) and not file.stars):
        return aliased
    return _made_by(world, targets.name_targets(world, file, 0, name), injection)


def _aliased(world: World, file: File, name: str, injection: Injection) -> list[int]:
    """Makers at the top of a file that say in a string under which name they are asked for."""
    expressions, definitions = file.facts.expressions, file.facts.definitions
    found: list[int] = []
    for text, kind in enumerate(expressions.kind):
        if kind != _TEXT or file.strings[expressions.a[text]] != name:
            continue
        start = expressions.start[text]
        found.extend(
            row
            for row in file.decorators
            if definitions.parent[row] == 0
            and definitions.start[row] <= start < definitions.name_start[row]
            and _is_maker(world, file, row, injection)
        )
    return found


def _plugins(world: World, path: str, injection: Injection) -> list[str]:
    world.read(path, injection.plugins)
    file = world.file(path)
    if file is None or injection.plugins not in file.bindings.get(0, ()):
        return []
    world.read(path, TEXTS)
    expressions = file.facts.expressions
    texts = [
        file.strings[a]
        for kind, scope, a in zip(expressions.kind, expressions.scope, expressions.a, strict=True)
        if kind == _TEXT and scope == 0
    ]
    modules = (module_named(world, file, text) for text in texts)
    return [module for module in modules if module]


def _made_by(world: World, found: targets.Targets, injection: Injection) -> list[Maker]:
    made: list[Maker] = []
    for target in found:
        home = world.file(target[1]) if target[0] == "definition" else None
        if home is not None and _is_maker(world, home, target[2], injection):
            made.append((target[1], target[2]))
    return made


def _is_maker(world: World, file: File, row: int, injection: Injection) -> bool:
    return any(
        forms.dotted_name(world, target) in injection.makers
        for callee in decorator_callees(file, row)
        for target in forms.chain_targets(world, file, callee)
    )


def decorator_callees(file: File, row: int) -> list[int]:
    """The expression rows of a definition's decorators, without their arguments."""
    expressions, values = file.facts.expressions, file.facts.decorators.value
    rows = (values[at] for at in file.decorators.get(row, ()))
    return [expressions.a[at] if expressions.kind[at] == _CALL else at for at in rows]


def _is_given(world: World, file: File, row: int, injection: Injection) -> bool:
    if file.decorators.get(row) and _is_maker(world, file, row, injection):
        return True
    if not injection.asking.match(file.name(row)):
        return False
    parent = file.facts.definitions.parent[row]
    return parent == 0 or (
        file.is_class(parent) and injection.test_class.match(file.name(parent)) is not None
    )


def _mentions(file: File, injection: Injection) -> bool:
    return any(name.rpartition(".")[2] in file.strings for name in injection.makers)


def _add(world: World, rows: Rows, row: int, name: str, place: tuple[int, int]) -> None:
    for path, maker in makers(world, rows.file, row, name):
        home = world.file(path)
        if home is not None:
            rows.add(row, home.symbol_id(maker), _FIXTURE, _RESOLVED, *place)


def _add_automatic(world: World, file: File, rows: Rows, row: int, injection: Injection) -> None:
    """A maker that everybody asks is said to be kept by what it stands in."""
    expressions, operands = file.facts.expressions, file.facts.operands
    for at in file.decorators.get(row, ()):
        value = file.facts.decorators.value[at]
        if expressions.kind[value] != _CALL or not _is_maker(world, file, row, injection):
            continue
        first = expressions.b[value]
        for operand in range(first, first + expressions.c[value]):
            named = operands.kind[operand] == OperandKind.KEYWORD
            if named and file.strings[operands.name[operand]] == injection.automatic:
                start = expressions.start[value]
                source, identity = file.facts.definitions.parent[row], file.symbol_id(row)
                via = injection.automatic
                rows.add(source, identity, _REGISTER, _RESOLVED, start, start, via)
