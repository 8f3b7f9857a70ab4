"""Which expressions of a body give the same when they are evaluated before it.

An argument is evaluated once and first; what it stands for was evaluated where it stood, perhaps
later, perhaps never. A name and a constant do not mind. A part of something may not be there where
a test before would have told, so it has to be looked up whenever the function runs; what does
something has to be the first thing that is done.
"""

from __future__ import annotations

from collections.abc import Iterator

from flames_indexer.fixes.bodies import Body, Node, bare, is_inside, is_text, named_parts, parts


def is_early(body: Body, node: Node) -> bool:
    """Whether it can be evaluated before the body: a name, constants, parts of them."""
    if not is_steady(body, node):
        return False
    node = bare(body, node)
    if node.type not in body.conventions.members:
        return True
    if is_inside(body, node, body.conventions.tried):
        return False
    return _is_of_its_own(body, node) or _is_looked_into(body, node)


def is_steady(body: Body, node: Node) -> bool:
    """Whether an expression is the same wherever in the body it is evaluated, as far as its names
    tell."""
    node, kinds = bare(body, node), body.conventions
    if node.type in kinds.identifiers:
        name = body.text(node)
        return name not in body.locals or any(p.name == name for p in body.parameters)
    if node.type in kinds.members:
        owner = node.child_by_field_name(kinds.members[node.type])
        if owner is None or not is_steady(body, owner):
            return False
        return all(
            n.type in kinds.constants | kinds.strings
            or (node.type, "attribute") in kinds.no_values
            or n.type.endswith("property_identifier")
            for n in parts(node)
            if n.start_byte >= owner.end_byte
        )
    if node.type in kinds.signs:
        return all(n.type in kinds.constants for n in parts(node) if n.is_named)
    return node.type in kinds.constants | kinds.current or is_text(body, node)


def comes_first(body: Body, node: Node) -> bool:
    """Whether an expression of parameters and outer names is evaluated whenever the function runs,
    and before it does anything else."""
    kinds, given = body.conventions, {p.name for p in body.parameters}
    inner = list(_below(node))
    if any(n.type in kinds.closed | kinds.leaving for n in inner):
        return False
    if not names_in(body, node).isdisjoint(body.locals - (given - body.rebound)):
        return False
    if not any(sure.start_byte == node.start_byte for sure in certain(body)):
        return False
    return not any(
        n.end_byte <= node.start_byte
        and (n.type in kinds.doing or (n.type in kinds.storing and _stores_a_part(body, n)))
        for statement in body.statements
        for n in _below(statement)
    )


def names_in(body: Body, node: Node) -> set[str]:
    """The names that stand for a value in it."""
    if node.type in body.conventions.identifiers:
        return {body.text(node)}
    kinds = body.conventions.no_values
    inner = (part for field, part in named_parts(node) if (node.type, field) not in kinds)
    return {name for part in inner for name in names_in(body, part)}


def certain(body: Body) -> Iterator[Node]:
    """The nodes that are evaluated whenever the function is called, in order, up to where it may
    have ended or raised."""
    for statement in body.statements:
        yield from _certain(body, statement)
        inner = bare(body, statement)
        guards = inner.type in body.conventions.doing
        if guards or any(n.type in body.conventions.leaving for n in _below(statement)):
            return


def _certain(body: Body, node: Node) -> Iterator[Node]:
    yield node
    fields = body.conventions.sometimes.get(node.type)
    if fields is None or _is_harmless(body, node):
        for part in parts(node):
            yield from _certain(body, part)
        return
    for field in fields:
        part = node.child_by_field_name(field)
        if part is not None:
            yield from _certain(body, part)


def _is_harmless(body: Body, node: Node) -> bool:
    """Whether its sign has both sides evaluated."""
    sign = node.child_by_field_name("operator")
    return sign is not None and body.text(sign) not in body.conventions.maybe


def _is_of_its_own(body: Body, node: Node) -> bool:
    """Whether it is a part of an outer name, or of the object whose method this is."""
    members = body.conventions.members
    root, depth = node, 0
    while root.type in members and (owner := root.child_by_field_name(members[root.type])):
        root, depth = owner, depth + 1
    if root.type in body.conventions.current:
        return depth == 1
    name = body.text(root)
    own = body.parameters[0].name if body.owner and body.parameters else ""
    return name not in body.locals or (name == own and depth == 1)


def _is_looked_into(body: Body, node: Node) -> bool:
    """Whether a part of the same thing is looked up whenever the function is called."""
    members = body.conventions.members

    def owner_of(member: Node) -> str:
        owner = member.child_by_field_name(members[member.type])
        return body.text(owner) if owner is not None else ""

    wanted = owner_of(node)
    return any(sure.type in members and owner_of(sure) == wanted for sure in certain(body))


def _stores_a_part(body: Body, node: Node) -> bool:
    field = body.conventions.storing[node.type]
    target = node.child_by_field_name(field) if field else None
    return target is None or target.type not in body.conventions.identifiers


def _below(node: Node) -> Iterator[Node]:
    queue = [node]
    while queue:
        here = queue.pop()
        yield here
        queue += here.children
