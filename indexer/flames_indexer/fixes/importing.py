"""*Import the existing function*: one that a file has a second time, under the same name, goes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flames_indexer.facts import ParameterFlag
from flames_indexer.fixes.alignment import aligned
from flames_indexer.fixes.annotations import accepts
from flames_indexer.fixes.bodies import Body, Node, Parameter
from flames_indexer.fixes.calling import has
from flames_indexer.fixes.existing import HOW, gives_its_type
from flames_indexer.fixes.function import outermost
from flames_indexer.fixes.leftovers import without_leftovers
from flames_indexer.fixes.meaning import Meanings
from flames_indexer.insertion import insertion
from flames_indexer.model import Fix, Span, Symbol, TextEdit

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_TOPS = ("module", "program")  # kinds of a whole file
_BLANK = re.compile(rb"(?:[ \t]*\r?\n)*")
_BEFORE = re.compile(rb"(?:[ \t]*\r?\n)*\Z")


def import_existing(snapshot: Snapshot, copy: Symbol, start: int, model: Symbol) -> Fix | None:
    """The definition of `copy` whose name starts at `start` goes, and its file imports `model`
    under that name.

    None unless both are declared and do exactly the same, the file itself uses the function, no
    other one has it from there, and the model can be imported: where its file only has to say so,
    it does.
    """
    one, other = Body.of(snapshot, copy, start), Body.of(snapshot, model)
    if one is None or other is None or one.path == other.path or one.name != other.name:
        return None
    if not (_is_plain(one) and _is_plain(other) and _declare_the_same(one, other)):
        return None
    alignment = aligned(one, other, Meanings(snapshot, one, other))
    if alignment is None or alignment.different or not _is_own(snapshot, copy, one):
        return None
    offered = _offered(other)
    for made in ((), offered) if offered else ((),):
        found = insertion(snapshot, one.path, model, freed=one.name, private=True, made=bool(made))
        if found is not None and found.name == one.name:
            title = f"Import `{one.name}` of {other.path} in place of this one"
            return without_leftovers(snapshot, Fix(title, (*made, *found.imports, _gone(one))))
    return None


def _is_plain(body: Body) -> bool:
    """Whether its name means it, and nothing but it, wherever the file runs."""
    bindings, strings = body.facts.bindings, body.facts.strings
    rows = zip(bindings.scope, bindings.name, strict=True)
    bound = sum(scope == 0 and strings[name] == body.name for scope, name in rows)
    is_alone = bound == 1 and not body.decorators and body.branch < 0 and body.is_outermost
    kinds = body.conventions
    return (
        is_alone and _declaration(body) is not None and not has(body, kinds.current | kinds.rooted)
    )


def _declaration(body: Body) -> Node | None:
    node = body.block.parent if body.block is not None else None
    return node if node is not None and node.type in body.conventions.declarations else None


def _declare_the_same(one: Body, other: Body) -> bool:
    if one.conventions is not other.conventions or (one.flags ^ other.flags) & HOW:
        return False
    if one.generics != other.generics or len(one.parameters) != len(other.parameters):
        return False
    pairs = zip(one.parameters, other.parameters, strict=True)
    return gives_its_type(one, other) and all(_is_same(one, *pair) for pair in pairs)


def _is_same(body: Body, one: Parameter, other: Parameter) -> bool:
    """Whether it can be given what the other one can, by name as well."""
    said = one.name, one.kind, one.flags, one.default
    if one.flags & ParameterFlag.DESTRUCTURED:
        return False
    is_typed = accepts(body.conventions, other.annotation, one.annotation)
    return is_typed and said == (other.name, other.kind, other.flags, other.default)


def _is_own(snapshot: Snapshot, copy: Symbol, body: Body) -> bool:
    """Whether its file uses it, and is the only one to."""
    users = {edge.span.path for edge in snapshot.edges_to(copy.id)}
    return users == {copy.path} and not _is_exported(body)


def _offered(body: Body) -> tuple[TextEdit, ...]:
    """What makes other files get a function that its own one has kept to itself."""
    node, word = _declaration(body), body.conventions.exported
    if node is None or not word or _is_exported(body):
        return ()
    return (TextEdit(Span(body.path, node.start_byte, node.start_byte), word),)


def _is_exported(body: Body) -> bool:
    node = _declaration(body)
    return node is None or node.parent is None or node.parent.type not in _TOPS


def _gone(body: Body) -> TextEdit:
    """Its lines, with the remarks above and what keeps it apart from what follows."""
    start, node = body.line(outermost(body).start), _declaration(body)
    assert node is not None
    newline = body.source.find(b"\n", node.end_byte)
    end = len(body.source) if newline < 0 else newline + 1
    blank = _BLANK.match(body.source, end)
    end = blank.end() if blank is not None else end
    if end == len(body.source):
        before = _BEFORE.search(body.source, 0, start)
        start = before.start() if before is not None else start
        return TextEdit(Span(body.path, start, end), body.newline if start else "")
    return TextEdit(Span(body.path, start, end), "")
