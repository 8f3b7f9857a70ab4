"""A function that is not there yet, as the language and the file write one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.facts import DefinitionFlag
from flames_indexer.fixes.bodies import Body, Node
from flames_indexer.fixes.lines import listed
from flames_indexer.model import Span, TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Place:
    """Above what holds a function: the file's own level, or the class's."""

    start: int
    indent: str
    is_method: bool


def outermost(body: Body) -> Place:
    """Above the function or the class of the file that holds it."""
    place = _place(body, body.root.type, is_method=False)
    assert place is not None
    return place


def beside(body: Body) -> Place | None:
    """Above a method, in its class; None where it is given to that from outside."""
    return _place(body, "block" if body.conventions.colon else "class_body", is_method=True)


def _place(body: Body, holder: str, *, is_method: bool) -> Place | None:
    node = body.block
    assert node is not None
    while (above := node.parent) is not None and (above.type != holder or node is body.block):
        node = above
    if above is None:
        return None
    for earlier in reversed(above.children):
        if earlier.is_named and earlier.end_byte <= node.start_byte:
            if not (_is_of_its_name(body, earlier) or _belongs(body, earlier, node)):
                break
            node = earlier
    indent = body.source[body.line(node.start_byte) : node.start_byte].decode()
    return Place(node.start_byte, indent if not indent.strip() else "", is_method)


def _is_of_its_name(body: Body, node: Node) -> bool:
    """Whether it declares the function too: an overload, the getter of a setter."""
    inner = node.child_by_field_name("definition") or node.child_by_field_name("declaration")
    named = (inner or node).child_by_field_name("name")
    return named is not None and body.text(named) == body.name


def _belongs(body: Body, remark: Node, node: Node) -> bool:
    """Whether it is a comment on lines of its own right above."""
    between = body.source[remark.end_byte : node.start_byte]
    before = body.source[body.line(remark.start_byte) : remark.start_byte]
    is_above = not between.strip() and between.count(b"\n") <= 1 and not before.strip()
    return remark.type == "comment" and is_above


@dataclass(frozen=True, slots=True)
class Head:
    """`result`: what follows the parameters."""

    name: str
    parameters: tuple[str, ...]
    result: str
    is_exported: bool


def written(
    body: Body, place: Place, head: Head, edits: Iterable[tuple[int, int, str]]
) -> TextEdit | None:
    """A function that does what `body` does, changed by `edits`; None where a text of several
    lines would have to be moved."""
    done = _done(body, place, edits)
    if done is None:
        return None
    kinds, newline = body.conventions, body.newline
    is_class_method = place.is_method and body.flags & DefinitionFlag.CLASSMETHOD
    decorator = f"@classmethod{newline}{place.indent}" if is_class_method and kinds.colon else ""
    words = [
        kinds.exported if head.is_exported else "",
        kinds.hidden if place.is_method else "",
        "async " if body.flags & DefinitionFlag.ASYNC else "",
        "" if place.is_method and not kinds.colon else kinds.function,
        kinds.star if body.flags & DefinitionFlag.GENERATOR else "",
    ]
    opened = head.result + (":" if kinds.colon else " {")
    first = listed(body, "".join(words) + head.name, head.parameters, opened, place.indent)
    closed = "" if kinds.colon else f"{newline}{place.indent}}}"
    gap = newline * _gap(body, place)
    return TextEdit(
        Span(body.path, place.start, place.start),
        f"{decorator}{first}{newline}{place.indent}{body.unit}{done}{closed}{gap}{place.indent}",
    )


def _gap(body: Body, place: Place) -> int:
    """Ends of lines behind it: as many as what it is put above has before it."""
    most = 3 if body.conventions.colon and not place.is_method else 2
    before = body.source[: place.start]
    found = before[len(before.rstrip()) :].count(b"\n")
    return min(max(found, 2), most) if before.strip() else most


def _done(body: Body, place: Place, edits: Iterable[tuple[int, int, str]]) -> str | None:
    """The statements as they are then, as deep as they are there."""
    begin, last = body.statements[0].start_byte, body.statements[-1]
    text = body.source[begin : last.end_byte]
    for start, end, new in sorted(edits, reverse=True):
        text = text[: start - begin] + new.encode() + text[end - begin :]
    done = text.decode()
    if body.is_expression:
        return body.conventions.result.format(call=done) + body.end
    moved = _moved(done, body.indent(begin), place.indent + body.unit)
    return None if moved is None or (moved != done and _has_long_text(body)) else moved


def _moved(text: str, was: str, now: str) -> str | None:
    """The lines behind the first one, as deep as they were below the function."""
    lines = text.split("\n")
    found = [lines[0]]
    for line in lines[1:]:
        if not line.strip():
            found.append(line)
        elif line.startswith(was):
            found.append(now + line[len(was) :])
        elif was == now:
            found.append(line)
        else:
            return None
    return "\n".join(found)


def _has_long_text(body: Body) -> bool:
    return any(
        node.type in body.conventions.strings and "\n" in body.text(node)
        for statement in body.statements
        for node in _below(statement)
    )


def _below(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _below(child)
