"""Implicit uses: the methods that syntax and built-in functions run without naming them.

`a + b`, `for x in a`, `with a`, `a[b]`, `len(a)`, `a.b = c`: which methods of which operand these
run is the language's (`Semantics.protocols`). An operand that nobody knows runs nothing: there is
no name to look for.
"""

from typing import NamedTuple

from flames_indexer.facts import BindingKind, DefinitionFlag, ExpressionKind, ResultKind, Use
from flames_indexer.languages.semantics import LIBRARY, Hook
from flames_indexer.model import Certainty, EdgeKind
from flames_indexer.resolve import calls, classes, evaluate, members, targets
from flames_indexer.resolve.rows import Rows
from flames_indexer.resolve.sites import sites_of
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.values import CLASS, EXTERNAL, FUNCTION, INSTANCE, VARIABLE, Atom
from flames_indexer.resolve.world import Call, World

_REFERENCE_EDGE = int(EdgeKind.REFERENCE)
_OPERATOR_EDGE, _PROTOCOL_EDGE, _PROPERTY_EDGE = (
    int(EdgeKind.OPERATOR),
    int(EdgeKind.PROTOCOL),
    int(EdgeKind.PROPERTY),
)
_RESOLVED, _INFERRED = int(Certainty.RESOLVED), int(Certainty.INFERRED)
_NAME, _CALL, _LITERAL = (
    int(ExpressionKind.NAME),
    int(ExpressionKind.CALL),
    int(ExpressionKind.LITERAL),
)
_OPERATOR, _SUBSCRIPT, _AWAIT, _ITERATE, _ENTER = (
    int(ExpressionKind.OPERATOR),
    int(ExpressionKind.SUBSCRIPT),
    int(ExpressionKind.AWAIT),
    int(ExpressionKind.ITERATE),
    int(ExpressionKind.ENTER),
)
_STORE, _ANNOTATION_USE, _OBJECT = int(Use.STORE), int(Use.ANNOTATION), int(Use.OBJECT)
_ASSIGN, _PARAMETER = int(BindingKind.ASSIGN), int(BindingKind.PARAMETER)
_YIELD_FROM = int(ResultKind.YIELD_FROM)
_PROPERTY = int(DefinitionFlag.PROPERTY | DefinitionFlag.SETTER)

# What is a part of its first operand, or made from it.
_PARTS = frozenset((_AWAIT, _ITERATE, _ENTER, int(ExpressionKind.UNPACK)))
KINDS = frozenset((_OPERATOR, _SUBSCRIPT, _AWAIT, _ITERATE, _ENTER))  # that `expression` knows


class _Written(NamedTuple):
    """What storing a member uses."""

    identity: str
    kind: int
    path: str = ""  # of a method: the file it is in
    place: int = -1  # and where its name is there


class Implicit:
    """Adds the implicit uses of one file; used once."""

    def __init__(self, world: World, file: File, rows: Rows) -> None:
        self._world = world
        self._file = file
        self._rows = rows
        protocols = file.semantics.protocols
        self._hooks = protocols.hooks
        self._ran: dict[tuple[int, str], list[str]] = {}
        self._stored_to: dict[tuple[int, str], list[_Written]] = {}
        self._foreign: dict[tuple[int, int], bool] = {}
        table = file.facts.expressions
        columns = zip(table.kind, table.use, table.scope, table.a, strict=True)
        self._looked_at = {  # names whose values are asked for anyway, for their members
            (scope, name) for kind, use, scope, name in columns if kind == _NAME and use == _OBJECT
        }
        self.builtins = {
            string: protocols.consumers[name]
            for string, name in enumerate(file.strings)
            if name in protocols.consumers
        }

    def expression(self, kind: int, row: int, use: int) -> None:
        """Adds what evaluating a row of one of the KINDS runs."""
        expressions = self._file.facts.expressions
        if kind == _OPERATOR:
            self._operator(row)
        elif kind == _SUBSCRIPT:
            if use != _ANNOTATION_USE:
                self._subscript(row, use)
        else:
            syntax = _SYNTAX[kind]
            if expressions.c[row] == 1 and kind != _AWAIT:
                syntax = f"async {syntax}"
            self._run(row, expressions.a[row], syntax)

    def call(self, row: int, callee: int) -> None:
        """Adds what a call of a name in `builtins` runs, if the name is not the program's own."""
        expressions, operands = self._file.facts.expressions, self._file.facts.operands
        string = expressions.a[callee]
        name = self._file.strings[string]
        scope = expressions.scope[callee]
        if self._file.scope_of(scope, name) >= 0 or not self._is_builtin(name):
            return
        syntax, positions = self.builtins[string]
        first, count = expressions.b[row], expressions.c[row]
        for at in range(first, first + count)[positions]:
            if operands.kind[at] == 0:
                self._run(row, operands.value[at], syntax, f"{name}()")

    def others(self) -> None:
        """Adds what storing members and `yield from` run."""
        facts, hooks = self._file.facts, self._hooks
        if "yield from" in hooks:
            for kind, value in zip(facts.results.kind, facts.results.value, strict=True):
                if kind == _YIELD_FROM and value >= 0:
                    self._run(value, value, "yield from")
        stores = facts.members
        for row, (kind, of, name) in enumerate(
            zip(stores.kind, stores.object, stores.name, strict=True)
        ):
            if kind == _ASSIGN and of >= 0:
                self._store(row, of, self._file.strings[name])

    def _is_builtin(self, name: str) -> bool:
        found = targets.unbound_targets(self._world, self._file, name) if self._file.stars else ()
        return all(target[1] == self._file.semantics.builtins for target in found)

    def _operator(self, row: int) -> None:
        expressions = self._file.facts.expressions
        sign = self._file.strings[expressions.c[row]] if expressions.c[row] >= 0 else ""
        left, right = expressions.a[row], expressions.b[row]
        syntax = f"unary {sign}" if right < 0 else sign
        hook = self._hooks.get(syntax)
        if hook is None:
            return
        if hook.of_right:
            left, right = right, left
        if not self._run(row, left, syntax, sign) and hook.reflected and right >= 0:
            self._run(row, right, syntax, sign, reflected=True)

    def _subscript(self, row: int, use: int) -> None:
        expressions = self._file.facts.expressions
        syntax = "[]"
        if use == _STORE:
            syntax = "del []" if expressions.c[row] == 1 else "[]="
        self._run(row, expressions.a[row], syntax)

    def _run(
        self, row: int, operand: int, syntax: str, via: str = "", *, reflected: bool = False
    ) -> bool:
        """Adds what `syntax` runs of an operand; whether that is anything."""
        hook = self._hooks.get(syntax)
        if hook is None or operand < 0:
            return False
        if self._file.facts.expressions.kind[operand] == _LITERAL or self._is_foreign(operand):
            return False
        value = evaluate.evaluate(self._world, self._file, operand)
        if not value:
            return False
        key = (value >> 1, f"reflected {syntax}" if reflected else syntax)
        found = self._ran.get(key)
        if found is None:
            found = self._ran[key] = self._methods(value, hook, reflected=reflected)
        if not found:
            return False
        source, place = self._rows.place_of(row), self._file.facts.expressions.start[row]
        kind = _OPERATOR_EDGE if hook.is_operator else _PROTOCOL_EDGE
        certainty = _INFERRED if value & 1 else _RESOLVED
        for identity in found:
            self._rows.add(source, identity, kind, certainty, place, place, via or syntax)
        return True

    def _is_foreign(self, row: int) -> bool:
        """Whether it is plain without evaluating it that nothing of the repository is in sight: a
        literal, what a library function gives, a name for such or for a parameter without a type
        no member of which is used. Spares most of the work."""
        expressions = self._file.facts.expressions
        kind = expressions.kind[row]
        if kind == _CALL:
            callee = evaluate.evaluate(self._world, self._file, expressions.a[row])
            return all(_is_of_library(atom) for atom in self._world.values.atoms(callee))
        if kind in _PARTS:
            return self._is_foreign(expressions.a[row])
        if kind != _NAME:
            return kind == _LITERAL and expressions.c[row] <= 0
        key = (expressions.scope[row], expressions.a[row])
        known = self._foreign.get(key)
        if known is None:
            self._foreign[key] = False  # a name made from itself is looked at in full
            known = self._foreign[key] = self._is_foreign_name(*key)
        return known

    def _is_foreign_name(self, scope: int, string: int) -> bool:
        if (scope, string) in self._looked_at:
            return False
        name = self._file.strings[string]
        found = self._file.scope_of(scope, name)
        table = self._file.facts.bindings
        for row in self._file.bindings[found][name] if found >= 0 else ():
            kind, value = table.kind[row], table.value[row]
            if kind == _PARAMETER:
                parameters = self._file.facts.parameters
                if parameters.annotation[value] >= 0 or self._file.receiver(value) is not None:
                    return False
                if self._is_handed(value):
                    return False
            elif kind != _ASSIGN or (value >= 0 and not self._is_foreign(value)):
                return False
        return found >= 0

    def _is_handed(self, parameter: int) -> bool:
        """Whether a call of the function in its own file makes something for the parameter."""
        file = self._file
        definition = file.facts.parameters.definition[parameter]
        kinds, values = file.facts.expressions.kind, file.facts.operands.value
        return any(
            kinds[values[operand]] == _CALL
            for site in sites_of(file, file.name(definition))
            if site.first >= 0
            for at, operand in calls.bound_operands(
                file, definition, Call(file, site.first, site.count), 0
            )
            if at == parameter
        )

    def _methods(self, value: int, hook: Hook, *, reflected: bool) -> list[str]:
        world = self._world
        found: dict[str, None] = {}
        for atom in world.values.atoms(value):
            for names in (hook.reflected,) if reflected else (hook.methods, hook.also):
                found.update(dict.fromkeys(method_ids(world, atom, names)))
            if hook.then and not reflected:
                given = _given(world, atom, hook.methods[0])
                for inner in world.values.atoms(given):
                    found.update(dict.fromkeys(method_ids(world, inner, (hook.then,))))
        return list(found)

    def _store(self, row: int, of: int, name: str) -> None:
        value = evaluate.evaluate(self._world, self._file, of)
        key = (value >> 1, name)
        found = self._stored_to.get(key)
        if found is None:
            found = self._stored_to[key] = self._stored(value, name)
        if found:
            place = self._file.facts.members.start[row]
            source, certainty = self._rows.place_of(of), _INFERRED if value & 1 else _RESOLVED
            end = place + len(name.encode())
            for one in found:
                if (one.path, one.place) != (self._file.path, place):  # not what defines it
                    via = "=" if one.kind == _PROPERTY_EDGE else ""
                    self._rows.add(source, one.identity, one.kind, certainty, place, end, via)

    def _stored(self, value: int, name: str) -> list[_Written]:
        """What storing a member runs, the setter or what takes its place, and the methods that
        the stored value takes the place of."""
        world = self._world
        found: dict[_Written, None] = {}
        run: list[str] = []
        for atom in world.values.atoms(value):
            if atom[0] not in (INSTANCE, CLASS) or atom[1].startswith(LIBRARY):
                continue
            owner = classes.owner_of(world, atom[1], atom[2], name)
            if owner is not None and owner != classes.UNKNOWN_BASE:
                written = _written(world, owner, name, on_class=atom[0] == CLASS)
                found.update(dict.fromkeys(written))
                hook = self._hooks.get("descriptor =")
                if hook and atom[0] == INSTANCE:
                    run += descriptor_ids(world, owner, name, hook)
            run += method_ids(world, atom, self._names(".="))
        found.update((_Written(identity, _PROPERTY_EDGE), None) for identity in run)
        return list(found)

    def _names(self, syntax: str) -> tuple[str, ...]:
        hook = self._hooks.get(syntax)
        return () if hook is None else hook.methods


def method_ids(world: World, atom: Atom, names: tuple[str, ...]) -> list[str]:
    """Ids of the first of some methods that the class of an instance has, if it is the
    repository's; what every class has is passed over."""
    if atom[0] == VARIABLE:
        return [
            one for bound in world.values.sets[atom[4]] for one in method_ids(world, bound, names)
        ]
    if atom[0] != INSTANCE or atom[1].startswith(LIBRARY):
        return []
    for name in names:
        owner = classes.owner_of(world, atom[1], atom[2], name)
        if owner == classes.UNKNOWN_BASE:
            return []
        if owner is None or _is_root(world, owner):
            continue
        home = world.file(owner[0])
        if home is None or owner[0].startswith(LIBRARY):
            return []
        return [
            home.symbol_id(target[2])
            for target in classes.own_targets(world, owner[0], owner[1], name)
            if target[0] == "definition" and target[1] == owner[0]
        ]
    return []


def descriptor_ids(world: World, owner: classes.Entry, name: str, hook: Hook) -> list[str]:
    """Ids of the methods of a descriptor that a class has under `name`."""
    home = world.file(owner[0])
    if home is None or owner[0].startswith(LIBRARY) or name not in home.bindings.get(owner[1], ()):
        return []
    value = classes.own_value(world, owner[0], owner[1], name)
    return [
        identity
        for atom in world.values.atoms(value)
        if atom[0] == INSTANCE
        for identity in method_ids(world, atom, hook.methods)
    ]


def fallback_ids(world: World, atom: Atom, name: str, hook: Hook) -> list[str]:
    """Ids of what is asked for a member that the class of an instance has not."""
    if atom[0] != INSTANCE or atom[1].startswith(LIBRARY):
        return []
    if classes.owner_of(world, atom[1], atom[2], name) is not None:
        return []
    return method_ids(world, atom, hook.methods)


def _is_of_library(atom: Atom) -> bool:
    return atom[0] == EXTERNAL or (atom[0] in (FUNCTION, CLASS) and atom[1].startswith(LIBRARY))


def _is_root(world: World, owner: classes.Entry) -> bool:
    home = world.file(owner[0])
    if home is None or owner[0] != home.semantics.builtins:
        return False
    return home.name(owner[1]) == home.semantics.protocols.root


def _given(world: World, atom: Atom, name: str) -> int:
    if atom[0] != INSTANCE:
        return 0
    method = members.attribute(world, world.values.one(atom), name)
    return calls.call(world, method, None) if method else 0


def _written(world: World, owner: classes.Entry, name: str, *, on_class: bool) -> list[_Written]:
    home = world.file(owner[0])
    if home is None or owner[0].startswith(LIBRARY):
        return []
    found: list[_Written] = []
    table = home.facts.definitions
    for target in classes.own_targets(world, owner[0], owner[1], name):
        if target[0] != "definition" or target[1] != owner[0] or not home.is_function(target[2]):
            continue
        identity = home.symbol_id(target[2])
        if not table.flags[target[2]] & _PROPERTY:
            at = table.name_start[target[2]]
            found.append(_Written(identity, _REFERENCE_EDGE, home.path, at))
        elif not on_class or members.is_static(home, target[2]):
            found.append(_Written(identity, _PROPERTY_EDGE))
    return found


_SYNTAX = {_AWAIT: "await", _ITERATE: "for", _ENTER: "with"}
