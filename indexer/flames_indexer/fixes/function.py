"""A function that is not there yet, as the language and the file write one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.facts import DefinitionFlag
from flames_indexer.fixes.bodies import Body, Node
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
    return _place(body, body.root.type, is_method=False)


def beside(body: Body) -> Place:
    """Above a method, in its class."""
    return _place(body, "block" if body.conventions.colon else "class_body", is_method=True)


def _place(body: Body, holder: str, *, is_method: bool) -> Place:
    node = body.block
    assert node is not None
    while (above := node.parent) is not None and (above.type != holder or node is body.block):
        node = above
    above = node.parent
    for earlier in reversed(above.children if above is not None else []):
        between = body.source[earlier.end_byte : node.start_byte]
        if earlier.end_byte <= node.start_byte:
            if earlier.type != "comment" or between.strip() or between.count(b"\n") > 1:
                break
            if body.source[_line(body, earlier.start_byte) : earlier.start_byte].strip():
                break
            node = earlier
    indent = body.source[_line(body, node.start_byte) : node.start_byte].decode()
    return Place(node.start_byte, indent if not indent.strip() else "", is_method)


def written(
    body: Body,
    place: Place,
    name: str,
    parameters: Sequence[str],
    edits: Iterable[tuple[int, int, str]],
    *,
    result: str,
    exported: bool,
) -> TextEdit | None:
    """A function that does what `body` does, changed by `edits`; None where a text of several
    lines would have to be moved."""
    kinds, first, last = body.conventions, body.statements[0], body.statements[-1]
    text, at = body.source[first.start_byte : last.end_byte], first.start_byte
    for start, end, new in sorted(edits, reverse=True):
        text = text[: start - at] + new.encode() + text[end - at :]
    was = _indent(body, first.start_byte)
    unit = _unit(body)
    done = text.decode()
    if body.is_expression:
        done = kinds.result.format(call=done) + ";"
    else:
        moved = _moved(done, was, place.indent + unit)
        if moved is None or (moved != done and _has_long_text(body)):
            return None
        done = moved
    newline = "\r\n" if b"\r\n" in body.source else "\n"
    words = [
        kinds.exported if exported else "",
        "async " if body.flags & DefinitionFlag.ASYNC else "",
        "" if place.is_method and not kinds.colon else kinds.function,
        kinds.star if body.flags & DefinitionFlag.GENERATOR else "",
    ]
    head = f"{''.join(words)}{name}({', '.join(parameters)}){result}"
    inner = f"{place.indent}{unit}{done}"
    whole = (
        f"{head}:{newline}{inner}"
        if kinds.colon
        else (f"{head} {{{newline}{inner}{newline}{place.indent}}}")
    )
    decorator = ""
    if place.is_method and body.flags & DefinitionFlag.CLASSMETHOD:
        decorator = f"@classmethod{newline}{place.indent}"
    gap = newline * (3 if kinds.colon and not place.is_method else 2)
    return TextEdit(
        Span(body.path, place.start, place.start), f"{decorator}{whole}{gap}{place.indent}"
    )


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


def _unit(body: Body) -> str:
    """One level of indentation, as the function has it."""
    table = body.facts.definitions
    outer = _indent(body, table.start[body.row])
    inner = _indent(body, body.statements[0].start_byte)
    deeper = inner[len(outer) :] if inner.startswith(outer) else ""
    return deeper or ("    " if body.conventions.colon else "  ")


def _indent(body: Body, at: int) -> str:
    line = body.source[_line(body, at) : at].decode(errors="replace")
    return line[: len(line) - len(line.lstrip())]


def _line(body: Body, at: int) -> int:
    return body.source.rfind(b"\n", 0, at) + 1
