"""*Extract a shared function*: two siblings that differ in a few values call one new function."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.facts import DefinitionFlag
from flames_indexer.fixes.alignment import Alignment, aligned, is_steady
from flames_indexer.fixes.arguments import arguments
from flames_indexer.fixes.bodies import Body, Node
from flames_indexer.fixes.existing import gives_the_same, replaced
from flames_indexer.fixes.meaning import Meanings
from flames_indexer.model import Fix, ParameterKind, Span, Symbol, TextEdit

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_MOST_VALUES = 3  # more parameters than these are harder to read than two functions
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_PLAIN = (ParameterKind.POSITIONAL_ONLY, ParameterKind.POSITIONAL)
_UNBOUND = DefinitionFlag.STATIC | DefinitionFlag.CLASSMETHOD


@dataclass(frozen=True, slots=True)
class _Value:
    """What differs, as each of the two writes it, and the parameter for it."""

    first: str
    second: str
    name: str


def extract_shared(
    snapshot: Snapshot, first: Symbol, start: int, second: Symbol, second_start: int
) -> Fix | None:
    """A new function above the one that comes first. Only for two of one file, or of one class,
    without decorators, that differ in names of their own and in a few values."""
    one, other = Body.of(snapshot, first, start), Body.of(snapshot, second, second_start)
    if one is None or other is None or not _are_siblings(one, other):
        return None
    if not one.conventions.extracts:
        return None
    if one.row > other.row:
        one, other = other, one
    alignment = aligned(other, one, Meanings(snapshot, other, one))
    if alignment is None or not gives_the_same(other, one) or not gives_the_same(one, other):
        return None
    values = _values(one, other, alignment)
    bound = 1 if one.owner and not one.conventions.current else 0
    given = arguments(other, one, alignment, bound=bound)
    text = None if values is None else _function(one, other, alignment, values)
    if not values or given is None or text is None:
        return None
    name = _name(one, other)
    call = f"{one.parameters[0].name}.{name}" if bound else f"this.{name}" if one.owner else name
    own = [p.name for p in one.parameters[bound:]]
    calls = (
        replaced(one, f"{call}({', '.join([*(v.first for v in values), *own])})"),
        replaced(other, f"{call}({', '.join([*(v.second for v in values), *given])})"),
    )
    title = f"Extract what `{one.name}` and `{other.name}` share into `{name}`"
    return Fix(title, (text, *calls))


def _are_siblings(one: Body, other: Body) -> bool:
    plain = all(
        not body.decorators
        and not body.flags & _UNBOUND
        and not body.is_expression
        and all(p.kind in _PLAIN for p in body.parameters)
        and (body.is_outermost or body.owner)
        for body in (one, other)
    )
    return plain and (one.path, one.owner) == (other.path, other.owner) and one.row != other.row


def _values(one: Body, other: Body, alignment: Alignment) -> list[_Value] | None:
    """None where something differs that is no value, or too much."""
    found: dict[tuple[str, str], _Value] = {}
    taken = one.locals | other.locals
    for theirs, ours in alignment.different:
        if (
            theirs is None
            or ours is None
            or not (is_steady(other, theirs) and is_steady(one, ours))
        ):
            return None
        pair = one.text(ours), other.text(theirs)
        if pair not in found:
            names = {value.name for value in found.values()}
            name = _called(ours, one, *pair)
            tries = (name, *(f"{name}{n}" for n in range(2, 9)))
            free = next((n for n in tries if n not in taken and n not in names), None)
            if free is None:
                return None
            found[pair] = _Value(*pair, free)
    return list(found.values()) if 0 < len(found) <= _MOST_VALUES else None


def _called(node: Node, body: Body, *texts: str) -> str:
    """By the keyword it is passed as, else by the words both have, else `value`."""
    above = node.parent
    named = above.child_by_field_name("name") if above is not None else None
    if named is not None and above is not None and above.type == "keyword_argument":
        return body.text(named)
    shared = _shared_words(*texts) if all(t[:1].isalpha() for t in texts) else []
    return body.conventions.joined(shared) if shared else "value"


def _name(one: Body, other: Body) -> str:
    kinds = one.conventions
    shared = _shared_words(one.name, other.name)
    words = shared or [w.lower() for w in _WORD.findall(one.name)]
    return kinds.private.format(name=kinds.joined(words if len(words) > 1 else [*words, "shared"]))


def _shared_words(one: str, other: str) -> list[str]:
    theirs = [word.lower() for word in _WORD.findall(other)]
    return [word for word in map(str.lower, _WORD.findall(one)) if word in theirs]


def _function(
    one: Body, other: Body, alignment: Alignment, values: list[_Value]
) -> TextEdit | None:
    """The new function, as the first one is written."""
    block = one.block
    head = block.parent if block is not None else None
    name = head.child_by_field_name("name") if head is not None else None
    listed = head.child_by_field_name("parameters") if head is not None else None
    if block is None or head is None or name is None or listed is None:
        return None
    new = _name(one, other).encode()
    bindings, strings = one.facts.bindings, one.facts.strings
    if new.decode() in {strings[at] for at in bindings.name}:
        return None
    source, first, last = one.source, one.statements[0], one.statements[-1]
    at, extra = listed.start_byte + 1, ", ".join(value.name for value in values)
    if one.owner and not one.conventions.current:
        table = one.facts.parameters
        at = next(table.end[at] for at, row in enumerate(table.definition) if row == one.row)
        extra = f", {extra}"
    elif one.parameters:
        extra = f"{extra}, "
    names = {value.first: value.name for value in values}
    edits = [(name.start_byte, name.end_byte, new), (at, at, extra.encode())]
    for _, node in alignment.different:
        if node is not None:
            edits.append((node.start_byte, node.end_byte, names[one.text(node)].encode()))
    braces = source[block.start_byte : block.start_byte + 1] == b"{"
    if not braces:
        edits.append((block.start_byte, first.start_byte, b""))
    text, end = source[head.start_byte : (block if braces else last).end_byte], head.start_byte
    for begin, until, written in sorted(edits, reverse=True):
        text = text[: begin - end] + written + text[until - end :]
    line = source.rfind(b"\n", 0, head.start_byte) + 1
    before = source[line : head.start_byte]
    indent = before[: len(before) - len(before.lstrip())].decode()
    newline = "\r\n" if b"\r\n" in source else "\n"
    gap = newline * (2 if one.owner or braces else 3)
    at = line + len(indent)
    return TextEdit(Span(one.path, at, at), f"{text.decode()}{gap}{indent}")
