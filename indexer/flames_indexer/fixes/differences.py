"""What two siblings differ in, as parameters of one function that both would call."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from flames_indexer.fixes.alignment import Alignment
from flames_indexer.fixes.arguments import is_kept, stored
from flames_indexer.fixes.bodies import Body, Node, bare, is_inside, is_text, named_parts
from flames_indexer.fixes.early import is_early, names_in
from flames_indexer.fixes.meaning import Meanings
from flames_indexer.fixes.naming import Name, name_of
from flames_indexer.model import SymbolKind

# What is harder to read than two functions: more parameters, or more that nothing gives a name to.
MOST_VALUES = 4
_MOST_UNNAMED = 1


@dataclass(frozen=True, slots=True)
class Value:
    """What differs, as each of the two passes it, the parameter for it and its type ("" for none
    needed); `places` of the first one, each with what stands there then."""

    first: str
    second: str
    name: str
    type: str
    is_constant: bool
    is_named: bool  # by what it is for
    places: list[tuple[int, int, str]] = field(default_factory=list[tuple[int, int, str]])


@dataclass(frozen=True, slots=True)
class _Difference:
    """A node of the first one, and what stands for it in the second one."""

    ours: Node
    theirs: Node
    fragment: bool  # words in a string that has other parts


def values(one: Body, other: Body, alignment: Alignment, meanings: Meanings) -> list[Value] | None:
    """None where something differs that is no value, or too much. `meanings` of names of the other
    one, as a copy of the first."""
    found: dict[tuple[str, str], Value] = {}
    for difference in _differences(one, other, alignment):
        if difference is None:
            return None
        pair = (
            _passed(one, difference.ours, difference),
            _passed(other, difference.theirs, difference),
        )
        value = found.get(pair) or _value(one, other, difference, pair, found.values(), meanings)
        if value is None:
            return None
        found[pair] = value
        start, end = difference.ours.start_byte, difference.ours.end_byte
        place = one.conventions.inserted if difference.fragment else "{name}"
        value.places.append((start, end, place.format(name=value.name)))
    unnamed = sum(not value.is_named for value in found.values())
    fits = len(found) <= MOST_VALUES and unnamed <= _MOST_UNNAMED
    return list(found.values()) if fits else None


def is_value(body: Body, node: Node) -> bool:
    """Whether it can be evaluated before the body, and be put in its place."""
    kinds, above = body.conventions, node.parent
    if above is None or not is_early(body, node):
        return False
    name = next((n for n, part in named_parts(above) if part == node), "")
    if (above.type, name) in kinds.no_values | kinds.bound or above.type in kinds.adjacent:
        return False
    inner = bare(body, node)
    if any(target == inner for s in body.statements for target in stored(body, s)):
        return False
    looked_up = inner.type in kinds.members or inner.type in kinds.identifiers
    if looked_up and not is_kept(body, body.text(inner)):
        return False
    return not is_inside(body, node, kinds.unvalued)


def _differences(one: Body, other: Body, alignment: Alignment) -> Iterator[_Difference | None]:
    """Each once; None for what is no value."""
    found: list[_Difference] = []
    for theirs, ours in alignment.different:
        whole = None if theirs is None or ours is None else _lifted(one, other, ours, theirs)
        if whole is None:
            yield None
            return
        found.append(whole)
    for number, this in enumerate(found):
        others = [that for at, that in enumerate(found) if at != number]
        if not any(_holds(that, this, first=found.index(that) < number) for that in others):
            yield this


def _holds(outer: _Difference, inner: _Difference, *, first: bool) -> bool:
    a, b = outer.ours, inner.ours
    inside = a.start_byte <= b.start_byte and b.end_byte <= a.end_byte
    same = (a.start_byte, a.end_byte) == (b.start_byte, b.end_byte)
    return first if same else inside


def _lifted(one: Body, other: Body, ours: Node, theirs: Node) -> _Difference | None:
    """The smallest values around two places that differ."""
    while True:
        if _is_fragment(one, ours) and _is_fragment(other, theirs):
            return _Difference(ours, theirs, fragment=True)
        if is_value(one, ours) and is_value(other, theirs):
            return _Difference(ours, theirs, fragment=False)
        above, beside = _above(one, ours), _above(other, theirs)
        if above is None or beside is None or above.type != beside.type:
            return None
        ours, theirs = above, beside


def _above(body: Body, node: Node) -> Node | None:
    """What holds it, brackets aside, up to the statement."""
    above = node.parent
    while above is not None and above.type in body.conventions.grouping:
        above = above.parent
    ends = above is None or above.type.endswith(("statement", "block", "declaration"))
    return None if ends else above


def _is_fragment(body: Body, node: Node) -> bool:
    """Whether it is plain words between the parts of a string."""
    kinds, above = body.conventions, node.parent
    text = body.text(node)
    return (
        above is not None
        and above.type in kinds.strings
        and not is_text(body, above)
        and node.type in kinds.fragments
        and not set(text) & set("{}$\\'\"`\n")
    )


def _passed(body: Body, node: Node, difference: _Difference) -> str:
    return f'"{body.text(node)}"' if difference.fragment else body.text(bare(body, node))


def _value(
    one: Body,
    other: Body,
    difference: _Difference,
    pair: tuple[str, str],
    known: Iterable[Value],
    meanings: Meanings,
) -> Value | None:
    kinds = one.conventions
    nodes = bare(one, difference.ours), bare(other, difference.theirs)
    form = kinds.either
    if not kinds.untyped and not difference.fragment:
        pairs = zip((one, other), nodes, strict=True)
        if not all(is_text(body, n) or n.type in kinds.literals for body, n in pairs):
            roots = _root(one, nodes[0]), _root(other, nodes[1])
            if roots[0] is None or roots[1] is None:
                return None
            if one.path != other.path and not meanings(roots[1], roots[0]):
                return None
            form = _form(one, roots[0], meanings)
    used = {name for s in one.statements for name in names_in(one, s)} | one.locals | other.locals
    taken = used - {pair[0]} | {value.name for value in known}
    name = name_of(one, nodes[0], pair, meanings.asked)
    free = _free(name, taken | kinds.words)
    types = {_type(one, nodes[0]), _type(other, nodes[1])}
    if not kinds.untyped:
        said = form.format(first=pair[0], second=pair[1])
    else:
        said = types.pop() if len(types) == 1 and one.is_typed else ""
    constant = all(_is_constant(b, n) for b, n in zip((one, other), nodes, strict=True))
    named = name.is_telling and free == name.text
    return None if free is None else Value(*pair, free, said, constant, named)


def _form(body: Body, root: Node, meanings: Meanings) -> str:
    """How the type of two values is written: of two parts of one enumeration, that is the type."""
    is_part = meanings.kind_of(root) is SymbolKind.ENUM
    return body.text(root) if is_part else body.conventions.either_of


def _free(name: Name, taken: Collection[str]) -> str | None:
    tries = (name.text, *(f"{name.text}{n}" for n in range(2, 9)))
    return next((n for n in tries if n not in taken), None)


def _is_constant(body: Body, node: Node) -> bool:
    kinds = body.conventions
    return is_text(body, node) or node.type in kinds.constants | kinds.fragments


def _type(body: Body, node: Node) -> str:
    """Of a constant; "" where that is not known."""
    if node.type in body.conventions.fragments:
        return "str"
    said = body.conventions.kinds.get(node.type, ("", ""))[1]
    return "bytes" if said == "str" and re.match(r"\w*[bB]", body.text(node)) else said


def _root(body: Body, node: Node) -> Node | None:
    """The outer name that it is a part of; None where that is none, or is called: what it takes is
    not known."""
    kinds, above = body.conventions, node.parent
    if above is None or above.type in kinds.doing:
        return None
    while node.type in kinds.members and (
        owner := node.child_by_field_name(kinds.members[node.type])
    ):
        if "[" in body.text(node)[owner.end_byte - node.start_byte :]:
            return None
        node = owner
    outer = node.type in kinds.identifiers and body.text(node) not in body.locals
    return node if outer else None
