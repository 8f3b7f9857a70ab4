"""Implicit uses: the methods that syntax and built-in functions run without naming them.

`a + b`, `for x in a`, `with a`, `a[b]`, `len(a)`, `a.b = c`: which methods of which operand these
run is the language's (`Semantics.protocols`). An operand that nobody knows runs nothing: there is
no name to look for.
"""

from typing import Final

import numpy as np

from flames_indexer.facts import BindingKind, DefinitionFlag, ExpressionKind, ResultKind, Use
from flames_indexer.languages.semantics import LIBRARY
from flames_indexer.model import Certainty, EdgeKind
from flames_indexer.resolve import evaluate, targets
from flames_indexer.resolve.hooks import Run, Written, methods_run, stored
from flames_indexer.resolve.operands import bound_operands
from flames_indexer.resolve.reached import UNTOLD
from flames_indexer.resolve.rows import Rows
from flames_indexer.resolve.sites import sites_of
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.values import CLASS, EXTERNAL, FUNCTION, Atom
from flames_indexer.resolve.world import Call, World

_REFERENCE_EDGE: Final = int(EdgeKind.REFERENCE)
_OPERATOR_EDGE: Final = int(EdgeKind.OPERATOR)
_PROTOCOL_EDGE: Final = int(EdgeKind.PROTOCOL)
_PROPERTY_EDGE: Final = int(EdgeKind.PROPERTY)
_RESOLVED: Final = int(Certainty.RESOLVED)
_INFERRED: Final = int(Certainty.INFERRED)
_POSSIBLE: Final = int(Certainty.POSSIBLE)
_NAME: Final = int(ExpressionKind.NAME)
_CALL: Final = int(ExpressionKind.CALL)
_LITERAL: Final = int(ExpressionKind.LITERAL)
_OPERATOR: Final = int(ExpressionKind.OPERATOR)
_SUBSCRIPT: Final = int(ExpressionKind.SUBSCRIPT)
_AWAIT: Final = int(ExpressionKind.AWAIT)
_ITERATE: Final = int(ExpressionKind.ITERATE)
_ENTER: Final = int(ExpressionKind.ENTER)
_STORE: Final = int(Use.STORE)
_ANNOTATION_USE: Final = int(Use.ANNOTATION)
_OBJECT: Final = int(Use.OBJECT)
_ASSIGN: Final = int(BindingKind.ASSIGN)
_PARAMETER: Final = int(BindingKind.PARAMETER)
_YIELD_FROM: Final = int(ResultKind.YIELD_FROM)
_PROPERTY: Final = int(DefinitionFlag.PROPERTY | DefinitionFlag.SETTER)

_UNTOLD: Final = (EXTERNAL, *UNTOLD)
# What is a part of its first operand, or made from it.
_PARTS: Final = frozenset((_AWAIT, _ITERATE, _ENTER, int(ExpressionKind.UNPACK)))
KINDS: Final = frozenset(
    (_OPERATOR, _SUBSCRIPT, _AWAIT, _ITERATE, _ENTER)
)  # that `expression` knows


class Implicit:
    """Adds the implicit uses of one file; used once."""

    def __init__(self, world: World, file: File, rows: Rows) -> None:
        self._world = world
        self._file = file
        self._rows = rows
        protocols = file.semantics.protocols
        self._hooks = protocols.hooks
        self._ran: dict[tuple[int, str], Run] = {}
        self._stored_to: dict[tuple[int, str], list[Written]] = {}
        self._foreign: dict[tuple[int, int], bool] = {}
        self._looked_at = _looked_at(file)
        self._of_members = frozenset(file.facts.members.object)
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
        if self._run(row, left, syntax, sign) or not hook.reflected or right < 0:
            return
        if expressions.kind[right] == _LITERAL or left < 0:
            return
        if expressions.kind[left] == _LITERAL:
            self._run(row, right, syntax, sign, reflected=True)
            return
        value = evaluate.evaluate(self._world, self._file, left)
        if any(atom[0] not in _UNTOLD for atom in self._world.values.atoms(value)):
            # else its own method may be the one
            self._run(row, right, syntax, sign, reflected=True, is_inferred=bool(value & 1))

    def _subscript(self, row: int, use: int) -> None:
        expressions = self._file.facts.expressions
        syntax = "[]"
        if use == _STORE and row not in self._of_members:  # `a[0].b = c` reads a[0]
            syntax = "del []" if expressions.c[row] == 1 else "[]="
        self._run(row, expressions.a[row], syntax)

    def _run(
        self,
        row: int,
        operand: int,
        syntax: str,
        via: str = "",
        *,
        reflected: bool = False,
        is_inferred: bool = False,
    ) -> bool:
        """Adds what `syntax` runs of an operand; whether that is anything. `is_inferred`: that this
        operand is asked."""
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
            found = self._ran[key] = methods_run(self._world, value, hook, reflected=reflected)
        if not found.methods:
            return False
        source, place = self._rows.place_of(row), self._file.facts.expressions.start[row]
        kind = _OPERATOR_EDGE if hook.is_operator else _PROTOCOL_EDGE
        certainty = _certainty(found, is_inferred=is_inferred or bool(value & 1))
        for identity in found.methods:
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
        if scope << 32 | string in self._looked_at:
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
            for at, operand in bound_operands(
                file, definition, Call(file, site.first, site.operands), 0
            )
            if at == parameter
        )

    def _store(self, row: int, of: int, name: str) -> None:
        value = evaluate.evaluate(self._world, self._file, of)
        key = (value >> 1, name)
        found = self._stored_to.get(key)
        if found is None:
            found = self._stored_to[key] = stored(self._world, self._hooks, value, name)
        if found:
            place = self._file.facts.members.start[row]
            source, certainty = self._rows.place_of(of), _INFERRED if value & 1 else _RESOLVED
            end = place + len(name.encode())
            for one in found:
                if (one.path, one.place) != (self._file.path, place):  # not what defines it
                    via = "=" if one.kind == _PROPERTY_EDGE else ""
                    self._rows.add(source, one.identity, one.kind, certainty, place, end, via)


def _certainty(found: Run, *, is_inferred: bool) -> int:
    """How certain it is that a piece of syntax runs these methods: no name there tells which of
    several it is. Where a value may also be from outside, tests of 25 projects ran 34 of 62 that
    were looked at; of inferred ones that differ by what the value is 7 of 12; of others 101 of 105.
    """
    if found.outside or (found.several and is_inferred):
        return _POSSIBLE
    return _INFERRED if found.several or is_inferred else _RESOLVED


def _looked_at(file: File) -> set[int]:
    """Scope and string, as one number, of the names whose values are asked for anyway, for their
    members."""
    table = file.facts.expressions
    kinds, uses = np.frombuffer(table.kind, np.int32), np.frombuffer(table.use, np.int32)
    rows = np.flatnonzero((kinds == _NAME) & (uses == _OBJECT))
    scopes = np.frombuffer(table.scope, np.int32)[rows].astype(np.int64)
    names = np.frombuffer(table.a, np.int32)[rows]
    return set((scopes << 32 | names).tolist())


def _is_of_library(atom: Atom) -> bool:
    return atom[0] == EXTERNAL or (atom[0] in (FUNCTION, CLASS) and atom[1].startswith(LIBRARY))


_SYNTAX: Final = {_AWAIT: "await", _ITERATE: "for", _ENTER: "with"}
