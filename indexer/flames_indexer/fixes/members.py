"""What a method reads of its object, as values that a function outside of the class is given."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from flames_indexer.fixes.bodies import Body, Node, named_parts
from flames_indexer.fixes.differences import Value, is_value
from flames_indexer.fixes.naming import words


def members_read(
    one: Body, other: Body, elsewhere: Collection[tuple[int, int, str]], taken: Collection[str]
) -> list[Value] | None:
    """Of two methods that do the same with what is their first parameter; None where they do more
    with it than to read parts of it. `elsewhere`: places of the first one that are values."""
    receiver, theirs = one.parameters[0].name, other.parameters[0].name
    found: dict[str, Value] = {}
    for node in _named(one, receiver):
        if any(start <= node.start_byte and node.end_byte <= end for start, end, _ in elsewhere):
            continue
        member = _part_of(one, node)
        if member is None:
            return None
        text = one.text(member)
        part = text.removeprefix(receiver)
        name = one.conventions.joined(words(part) or [part])
        if name in taken or not part[1:].isidentifier():
            return None
        value = found.setdefault(text, Value(text, theirs + part, name, "", False, True))
        value.places.append((member.start_byte, member.end_byte, name))
    names = {value.name for value in found.values()}
    return list(found.values()) if len(names) == len(found) else None


def _named(body: Body, name: str) -> Iterator[Node]:
    queue = list(body.statements)
    while queue:
        node = queue.pop()
        if node.type in body.conventions.identifiers and body.text(node) == name:
            yield node
        queue += [
            part
            for field, part in named_parts(node)
            if (node.type, field) not in body.conventions.no_values
        ]


def _part_of(body: Body, node: Node) -> Node | None:
    """The part of it that is read there; None where it is called, or may be another one by then."""
    member, kinds = node.parent, body.conventions
    if member is None or member.type not in kinds.members or not is_value(body, member):
        return None
    above = member.parent
    is_called = above is not None and above.type in kinds.doing
    is_asked = member.start_byte == node.start_byte
    return member if is_asked and not is_called else None
