"""*Extract a shared function*: two siblings that differ in a few values call one new function."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flames_indexer.facts import DefinitionFlag, DefinitionKind, ParameterFlag
from flames_indexer.fixes.alignment import Alignment, aligned
from flames_indexer.fixes.arguments import is_in_order, may_be_passed
from flames_indexer.fixes.bodies import Body, Node, Parameter
from flames_indexer.fixes.calling import has
from flames_indexer.fixes.differences import shared_words, values
from flames_indexer.fixes.early import names_in
from flames_indexer.fixes.existing import gives_the_same, replaced
from flames_indexer.fixes.function import Place, beside, outermost, written
from flames_indexer.fixes.meaning import Meanings
from flames_indexer.insertion import insertion
from flames_indexer.model import Fix, ParameterKind, Symbol, SymbolKind, TextEdit

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_UNBOUND = DefinitionFlag.STATIC | DefinitionFlag.CLASSMETHOD
_WORD = re.compile(r"\w+")
_LEAST_WORDS = 2  # of a name that says what is shared
_MANY = (ParameterKind.VARIADIC, ParameterKind.KEYWORDS)


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


@dataclass(frozen=True, slots=True)
class _Parameter:
    """One of the new function: as it is declared, and what each of the two gives for it."""

    declared: str
    first: str
    second: str


def _extracted(snapshot: Snapshot, one: Body, other: Body, symbol: Symbol) -> Fix | None:
    """Into the file of `one`."""
    if not _may_move(one, other) or not (one.statements and other.statements):
        return None
    meanings = Meanings(snapshot, other, one, replaces=False)
    alignment = aligned(other, one, meanings)
    if alignment is None or not gives_the_same(other, one) or not gives_the_same(one, other):
        return None
    differing = values(one, other, alignment, meanings)
    place = beside(one) if _is_of_one_class(one, other) else outermost(one)
    own = None if differing is None else _own(one, other, alignment, place)
    if differing is None or own is None or not (differing or _are_apart(one, other)):
        return None
    name = _name(one, other)
    reached = _reached(snapshot, one, other, symbol, name) if name else None
    if reached is None:
        return None
    callee, imports = reached
    typed = one.conventions.typed
    extra = [
        _Parameter(
            typed.format(name=v.name, type=v.type) if v.type and typed else v.name,
            v.first,
            v.second,
        )
        for v in differing
    ]
    receivers, rest = (own[:1], own[1:]) if place.is_method and _has_receiver(one) else ([], own)
    listed = [*receivers, *extra, *rest]
    edits = [place for value in differing for place in value.places]
    text = written(
        one,
        place,
        name,
        [p.declared for p in listed],
        edits,
        result=_result(one, other, place),
        exported=one.path != other.path,
    )
    if text is None:
        return None
    given = [p for p in listed if p not in receivers]
    of = (p.first for p in receivers), (p.second for p in receivers)
    calls = (
        replaced(one, _call(one, place, name, next(of[0], ""), [p.first for p in given])),
        replaced(other, _call(other, place, callee, next(of[1], ""), [p.second for p in given])),
    )
    title = f"Extract what `{one.name}` and `{other.name}` share into `{name}`"
    return Fix(title, (text, *calls, *imports))


def _call(body: Body, place: Place, name: str, receiver: str, given: list[str]) -> str:
    if place.is_method:
        name = body.conventions.own.format(receiver=receiver, name=name)
    return f"{name}({', '.join(given)})"


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
    if _is_of_one_class(one, other):
        return not (one.flags ^ other.flags) & _UNBOUND
    if has(one, kinds.current | kinds.ascending):
        return False
    if one.path != other.path and has(one, kinds.rooted):
        return False
    names = _identifiers(one)
    private = any(name.startswith("__") and not name.endswith("__") for name in names)
    return not private and names.isdisjoint(kinds.of_the_class)


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


def _is_of_one_class(one: Body, other: Body) -> bool:
    same = (one.path, one.owner) == (other.path, other.owner)
    return bool(one.owner) and same and not one.flags & DefinitionFlag.STATIC


def _has_receiver(body: Body) -> bool:
    return not body.conventions.current


def _own(one: Body, other: Body, alignment: Alignment, place: Place) -> list[_Parameter] | None:
    """The parameters of `one` that are needed, each with what `other` gives for it."""
    needed = {name for statement in one.statements for name in names_in(one, statement)}
    is_method = _is_of_one_class(one, other) and _has_receiver(one)
    found: list[_Parameter] = []
    given: dict[str, str | None] = {}
    for number, parameter in enumerate(one.parameters):
        value = alignment.stands_for.get(parameter.name)
        if is_method and not number:
            mine = other.parameters[0].name if other.parameters else None
            if mine is None or value not in (None, mine):
                return None
            found.append(_Parameter(parameter.name, parameter.name, mine))
            continue
        if parameter.name not in needed:
            continue
        if value is None or not may_be_passed(other, one, alignment, parameter.name):
            return None
        declared = _declared(one, other, parameter, value, place)
        if declared is None:
            return None
        given[parameter.name] = value
        found.append(_Parameter(declared, parameter.name, value))
    return found if is_in_order(alignment, given) else None


def _declared(one: Body, other: Body, parameter: Parameter, value: str, place: Place) -> str | None:
    """With its type where the other one's is the same; None where it cannot be without one."""
    kinds, said = one.conventions, parameter.annotation.lstrip(": ")
    theirs = next((p for p in other.parameters if p.name == value), None)
    same = theirs is not None and theirs.annotation == parameter.annotation
    if not said or not same or parameter.kind in _MANY:
        return parameter.name if kinds.untyped else None
    if not kinds.untyped and parameter.flags & ParameterFlag.OPTIONAL:
        said = kinds.optional.format(type=f"({said})" if "=>" in said else said)
    return (
        parameter.name
        if parameter.default in kinds.nothing
        else f"{parameter.name}: {_early(one, said, place)}"
    )


def _result(one: Body, other: Body, place: Place) -> str:
    """What follows the parameters; nothing where the two say different things."""
    nodes = _result_node(one), _result_node(other)
    if nodes[0] is None or nodes[1] is None or one.text(nodes[0]) != other.text(nodes[1]):
        return ""
    said = one.text(nodes[0])
    return f" -> {_early(one, said, place)}" if one.conventions.colon else said


def _early(one: Body, said: str, place: Place) -> str:
    """A type as it is written where not all of its names are known yet."""
    quoted, bindings, strings = one.conventions.quoted, one.facts.bindings, one.facts.strings
    if not quoted or set(said) & set("\"'"):
        return said
    rows = zip(bindings.scope, bindings.name, bindings.start, strict=True)
    later = {strings[name] for scope, name, start in rows if not scope and start >= place.start}
    return said if later.isdisjoint(_WORD.findall(said)) else quoted.format(type=said)


def _result_node(body: Body) -> Node | None:
    head = body.block.parent if body.block is not None else None
    return head.child_by_field_name("return_type") if head is not None else None


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


def _name(one: Body, other: Body) -> str:
    """The words that the two names share; one more where that is no name yet or is taken."""
    kinds, taken = one.conventions, _bound(one) | _bound(other)
    shared = shared_words(one.name, other.name)
    whole = shared or [one.name.strip("_")]
    tries = [shared, [*whole, "shared"], [*whole, "common"]]
    form = "{name}" if one.path != other.path else kinds.private
    names = [form.format(name=kinds.joined(t)) for t in tries[len(shared) < _LEAST_WORDS :]]
    return next((name for name in names if name not in taken), "")
