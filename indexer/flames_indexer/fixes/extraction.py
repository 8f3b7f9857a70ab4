"""*Extract a shared function*: two siblings that differ in a few values call one new function."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flames_indexer.facts import DefinitionFlag, DefinitionKind, ParameterFlag
from flames_indexer.fixes.alignment import Alignment, aligned
from flames_indexer.fixes.bodies import Body, Node
from flames_indexer.fixes.calling import has
from flames_indexer.fixes.declaring import (
    are_of_one_class,
    declared,
    has_receiver,
    leaves_its_class,
    result_declared,
    values_declared,
)
from flames_indexer.fixes.differences import MOST_VALUES, Value, values
from flames_indexer.fixes.early import names_in
from flames_indexer.fixes.existing import gives_the_same, replaced
from flames_indexer.fixes.function import Head, Place, beside, outermost, written
from flames_indexer.fixes.leftovers import without_leftovers
from flames_indexer.fixes.lines import Call
from flames_indexer.fixes.meaning import Meanings
from flames_indexer.fixes.members import members_read
from flames_indexer.fixes.naming import shared_words
from flames_indexer.insertion import insertion
from flames_indexer.model import Fix, Symbol, SymbolKind, TextEdit

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_UNBOUND = DefinitionFlag.STATIC | DefinitionFlag.CLASSMETHOD
_LEAST_WORDS = 2  # of a name that says what is shared


def extract_shared(
    snapshot: Snapshot, first: Symbol, start: int, second: Symbol, second_start: int
) -> Fix | None:
    """A new function in the file of the second one, else of the first, which both call; in their
    class, if it is one.

    They may differ in names of their own and in a few values, which become its parameters; it is
    without decorators, whatever they have. None where anything else differs, or the one file could
    not import the other without a circle.
    """
    one, other = Body.of(snapshot, first, start), Body.of(snapshot, second, second_start)
    if one is None or other is None or one.conventions is not other.conventions:
        return None
    pairs = [(other, one, second), (one, other, first)]
    if one.path == other.path:
        pairs = pairs[:1] if other.row < one.row else pairs[1:]
    found = (_extracted(snapshot, *pair) for pair in pairs)
    return next((fix for fix in found if fix is not None), None)


def _extracted(snapshot: Snapshot, one: Body, other: Body, symbol: Symbol) -> Fix | None:
    """Into the file of `one`."""
    if not _may_move(one, other) or not (one.statements and other.statements):
        return None
    meanings = Meanings(snapshot, other, one, replaces=False)
    alignment = aligned(other, one, meanings)
    if alignment is None or not gives_the_same(other, one) or not gives_the_same(one, other):
        return None
    differing = _values(one, other, alignment, meanings)
    if differing is None or not (differing or _are_apart(one, other)):
        return None
    place = beside(one) if are_of_one_class(one, other) else outermost(one)
    own = declared(one, other, alignment, differing, place) if place is not None else None
    name = _name(snapshot, one, other)
    reached = _reached(snapshot, one, other, symbol, name) if name and own is not None else None
    if place is None or own is None or reached is None:
        return None
    callee, imports = reached
    receivers, rest = (own[:1], own[1:]) if place.is_method and has_receiver(one) else ([], own)
    given = [*rest, *values_declared(one, differing)]
    head = Head(
        name + one.generics,
        tuple(p.declared for p in (*receivers, *given)),
        result_declared(one, other, place),
        is_exported=one.path != other.path,
    )
    edits = [place for value in differing for place in value.places]
    text = written(one, place, head, edits)
    if text is None:
        return None
    of = next((p.first for p in receivers), ""), next((p.second for p in receivers), "")
    calls = (
        replaced(one, _call(one, place, name, of[0], [p.first for p in given])),
        replaced(other, _call(other, place, callee, of[1], [p.second for p in given])),
    )
    title = f"Extract what `{one.name}` and `{other.name}` share into `{name}`"
    return without_leftovers(snapshot, Fix(title, (text, *calls, *imports)))


def _values(one: Body, other: Body, alignment: Alignment, meanings: Meanings) -> list[Value] | None:
    """What differs; of methods of two classes also what they read of their objects."""
    found = values(one, other, alignment, meanings)
    if found is None or not leaves_its_class(one, other):
        return found
    receiver = one.parameters[0].name
    places = [place for value in found for place in value.places]
    needed = {name for statement in one.statements for name in names_in(one, statement)}
    if receiver not in needed:
        return found
    if not other.owner or not other.parameters or other.flags & DefinitionFlag.STATIC:
        return None
    if alignment.stands_for.get(receiver) != other.parameters[0].name:
        return None
    taken = needed | one.locals | other.locals | {value.name for value in found}
    read = members_read(one, other, places, taken)
    fits = read is not None and len(found) + len(read) <= MOST_VALUES
    return [*found, *(read or ())] if fits else None


def _call(body: Body, place: Place, name: str, receiver: str, given: list[str]) -> Call:
    if place.is_method:
        name = body.conventions.own.format(receiver=receiver, name=name)
    return Call(name, tuple(given))


def _may_move(one: Body, other: Body) -> bool:
    """Whether what `one` does can be done by a function of its file, or of the class of both."""
    table, row = one.facts.definitions, one.row
    while (row := table.parent[row]) > 0:
        if table.kind[row] == DefinitionKind.FUNCTION:
            return False
    if (one.path, one.row) == (other.path, other.row) or any(
        p.flags & ParameterFlag.DESTRUCTURED for p in (*one.parameters, *other.parameters)
    ):
        return False
    kinds = one.conventions
    if one.generics != other.generics:
        return False
    if are_of_one_class(one, other):
        return not (one.flags ^ other.flags) & _UNBOUND
    if one.branch >= 0 or _is_generic(one):
        return False
    if has(one, kinds.current | kinds.ascending):
        return False
    if one.path != other.path and has(one, kinds.rooted):
        return False
    names = _identifiers(one)
    private = any(name.startswith("__") and not name.endswith("__") for name in names)
    return not private and names.isdisjoint(kinds.of_the_class)


def _is_generic(body: Body) -> bool:
    """Whether it is a method of a class with type parameters."""
    node = body.block
    while node is not None and (node is body.block or not node.type.endswith("class_declaration")):
        node = node.parent
    return node is not None and node.child_by_field_name("type_parameters") is not None


def _are_apart(one: Body, other: Body) -> bool:
    """Whether neither can simply call the other one, though nothing differs."""
    return one.path != other.path or one.owner != other.owner


def _identifiers(body: Body) -> set[str]:
    found: set[str] = set()
    queue: list[Node] = list(body.statements)
    while queue:
        node = queue.pop()
        if node.type in body.conventions.identifiers:
            found.add(body.text(node))
        queue += node.children
    return found


def _bound(body: Body) -> set[str]:
    bindings, strings = body.facts.bindings, body.facts.strings
    return {strings[at] for at in bindings.name} | _identifiers(body)


def _reached(
    snapshot: Snapshot, one: Body, other: Body, symbol: Symbol, name: str
) -> tuple[str, tuple[TextEdit, ...]] | None:
    """How the file of `other` calls the new function of `one`'s, and the import that takes."""
    if one.path == other.path:
        return name, ()
    made = replace(symbol, id=f"{one.path}::{name}", name=name, kind=SymbolKind.FUNCTION)
    found = insertion(snapshot, other.path, made, taken=other.locals, made=True)
    return None if found is None else (found.name, found.imports)


def _name(snapshot: Snapshot, one: Body, other: Body) -> str:
    """The words that the two names share; one more where that is no name yet or is taken, in a
    class also by a method of any other one."""
    kinds, taken = one.conventions, _bound(one) | _bound(other)
    is_method = are_of_one_class(one, other)
    shared = shared_words(one.name, other.name)
    whole = shared or [one.name.strip("_")]
    tries = [shared, [*whole, "shared"], [*whole, "common"]]
    form = "{name}" if one.path != other.path else kinds.private
    names = [form.format(name=kinds.joined(t)) for t in tries[len(shared) < _LEAST_WORDS :]]
    free = (name for name in names if name not in taken)
    return next((n for n in free if not (is_method and snapshot.methods_named(n))), "")
