"""What two siblings differ in, as parameters of one function that both would call."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from flames_indexer.fixes.alignment import Alignment
from flames_indexer.fixes.arguments import is_kept, stored
from flames_indexer.fixes.bodies import Body, Node, bare, is_inside, is_text, named_parts
from flames_indexer.fixes.early import is_early, names_in

_MOST_VALUES = 4  # more parameters than these are harder to read than two functions
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


@dataclass(frozen=True, slots=True)
class Value:
    """What differs, as each of the two passes it, the parameter for it and its type ("" for none
    needed); `places` of the first one, each with what stands there then."""

    first: str
    second: str
    name: str
    type: str
    places: list[tuple[int, int, str]] = field(default_factory=list[tuple[int, int, str]])


@dataclass(frozen=True, slots=True)
class _Difference:
    """A node of the first one, and what stands for it in the second one."""

    ours: Node
    theirs: Node
    fragment: bool  # words in a string that has other parts


def values(
    one: Body, other: Body, alignment: Alignment, means_same: Callable[[Node, Node], bool]
) -> list[Value] | None:
    """None where something differs that is no value, or too much. `means_same`: whether a name of
    the other one means what a name of the first does."""
    found: dict[tuple[str, str], Value] = {}
    for difference in _differences(one, other, alignment):
        if difference is None:
            return None
        pair = (
            _passed(one, difference.ours, difference),
            _passed(other, difference.theirs, difference),
        )
        value = found.get(pair) or _value(one, other, difference, pair, found.values(), means_same)
        if value is None:
            return None
        found[pair] = value
        start, end = difference.ours.start_byte, difference.ours.end_byte
        place = one.conventions.inserted if difference.fragment else "{name}"
        value.places.append((start, end, place.format(name=value.name)))
    return list(found.values()) if len(found) <= _MOST_VALUES else None


def shared_words(one: str, other: str) -> list[str]:
    """Those of a name that another one has too, in order."""
    theirs = words(other)
    return [word for word in words(one) if word in theirs]


def words(name: str) -> list[str]:
    """Of a name, in lower case; numbers say nothing."""
    return [word.lower() for word in _WORD.findall(name) if not word.isdigit()]


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
        if _is_value(one, ours) and _is_value(other, theirs):
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


def _is_value(body: Body, node: Node) -> bool:
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
    means_same: Callable[[Node, Node], bool],
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
            if one.path != other.path and not means_same(roots[1], roots[0]):
                return None
            form = kinds.either_of
    used = {name for s in one.statements for name in names_in(one, s)} | one.locals | other.locals
    taken = used - {pair[0]} | {value.name for value in known}
    name = _called(nodes[0], one, *pair)
    tries = (name, *(f"{name}{n}" for n in range(2, 9)))
    free = next((n for n in tries if n not in taken and n not in kinds.words), None)
    kind = "" if kinds.untyped else form.format(first=pair[0], second=pair[1])
    return None if free is None else Value(*pair, free, kind)


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


def _called(node: Node, body: Body, *texts: str) -> str:
    """By the keyword it is passed as, else by the words both have, else by what it is passed to."""
    above = node.parent
    key = body.conventions.keys.get(above.type) if above is not None else None
    named = above.child_by_field_name(key) if above is not None and key else None
    if named is not None and re.fullmatch(r"[^\W\d]\w*", body.text(named)):
        return body.text(named)
    plain = all(re.fullmatch(r"[\w$.]+", text) and not text[0].isdigit() for text in texts)
    shared = shared_words(*(t.rpartition(".")[2] for t in texts)) if plain else []
    return body.conventions.joined(shared) if shared else "value"
