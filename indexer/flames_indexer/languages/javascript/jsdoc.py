"""Types in doc comments: `@param {T} a`, `@returns {T}`, `@type {T}`, `@typedef {T} N`.

Only in JavaScript: TypeScript's compiler reads them there too. A type becomes the rows that the
same annotation would be, at its place in the comment.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flames_indexer.facts import BindingKind, DefinitionKind, ExpressionKind, Use
from flames_indexer.languages.javascript.expressions import is_plain_chain
from flames_indexer.languages.javascript.modules import quoted_import
from flames_indexer.languages.javascript.reader import Reader

if TYPE_CHECKING:
    from tree_sitter import Node

_NAME: Final = int(ExpressionKind.NAME)
_SUBSCRIPT: Final = int(ExpressionKind.SUBSCRIPT)
_CHOICE: Final = int(ExpressionKind.CHOICE)
_ANNOTATION: Final = int(Use.ANNOTATION)
_OBJECT: Final = int(Use.OBJECT)
_DEFINITION: Final = int(BindingKind.DEFINITION)
_TYPE: Final = int(DefinitionKind.TYPE)

_TAG: Final = re.compile(rb"@(param|arg|argument|returns?|type|typedef)\s*\{")
_AFTER: Final = re.compile(rb"\s*\[?\s*([\w$.]+)")
_IMPORT: Final = re.compile(rb"import\((['\"])([^'\"\n]+)\1\)\.([\w$]+)")
_HOPS: Final = 6  # of types in types

# The classes whose members values of the predefined types have.
_PREDEFINED: Final = {
    b"string": b"String",
    b"number": b"Number",
    b"boolean": b"Boolean",
    b"symbol": b"Symbol",
    b"bigint": b"BigInt",
    b"array": b"Array",
    b"promise": b"Promise",
    b"regexp": b"RegExp",
}
_NOTHING: Final = (b"void", b"undefined", b"null")
_SAYS_NOTHING: Final = (
    b"any",
    b"unknown",
    b"object",
    b"Object",
    b"function",
    b"Function",
    b"never",
    b"*",
)


def annotate(out: Reader, definition: int, first_parameter: int, comment: Node) -> None:
    """Gives a function's parameters and result, where they have no type, those of its comment."""
    names = out.strings
    for tag, start, end in _tags(out.source, *comment.byte_range):
        if tag.startswith(b"return"):
            if out.definitions[definition * 13 + 12] < 0:
                out.set_returns(definition, _type(out, start, end))
        elif tag in (b"param", b"arg", b"argument"):
            after = _AFTER.match(out.source, end + 1)
            name = -1 if after is None else names.get(after[1], -1)
            rows = out.parameters
            for at in range(first_parameter * 8, len(rows), 8):
                if rows[at] == definition and rows[at + 1] == name and rows[at + 4] < 0:
                    rows[at + 4] = _type(out, start, end)


def declared_type(out: Reader, comment: Node) -> int:
    """The row of a comment's `@type {T}`; -1 if it has none."""
    for tag, start, end in _tags(out.source, *comment.byte_range):
        if tag == b"type":
            return _type(out, start, end)
    return -1


def define_types(out: Reader, comment: Node) -> None:
    """The aliases that a comment declares by `@typedef {T} N`."""
    for tag, start, end in _tags(out.source, *comment.byte_range):
        after = _AFTER.match(out.source, end + 1) if tag == b"typedef" else None
        if after is None or b"." in after[1]:
            continue
        row = _type(out, start, end)
        if row < 0:
            continue
        name_start, name_end = after.span(1)
        alias = out.define(
            _TYPE, after[1], start, name_end, name_span=(name_start, name_end), parent=0
        )
        out.set_returns(alias, row)
        out.bind(_DEFINITION, name_start, name_end, alias, 0)


def _tags(source: bytes, start: int, end: int) -> list[tuple[bytes, int, int]]:
    """(tag, start, end) of the types in a comment, without their braces."""
    found: list[tuple[bytes, int, int]] = []
    for match in _TAG.finditer(source, start, end):
        depth = 1
        at = match.end()
        while at < end and depth:
            depth += (source[at] == 123) - (source[at] == 125)
            at += 1
        if not depth:
            found.append((match[1], match.end(), at - 1))
    return found


def _type(out: Reader, start: int, end: int, hops: int = _HOPS) -> int:
    """The row of the type written there; -1 for what says nothing or is not understood."""
    start, end = _trimmed(out.source, start, end)
    if start >= end or not hops:
        return -1
    parts = _split(out.source, start, end, b"|")
    if len(parts) > 1:
        return _either(out, start, end, [_type(out, *part, hops - 1) for part in parts])
    text = out.source[start:end]
    if text.endswith(b"[]"):
        return _array(out, start, end, _type(out, start, end - 2, hops - 1))
    if text.endswith(b">") and b"<" in text:
        return _generic(out, start, end, hops - 1)
    imported = _IMPORT.fullmatch(text)
    if imported is not None:
        return _imported(out, start, imported)
    if text in _NOTHING:
        return out.constant(b"None")
    if text in _SAYS_NOTHING or not is_plain_chain(text):
        return -1
    name = _PREDEFINED.get(text.lower()) if text.isalpha() else None
    if name is not None:
        return out.expression(_NAME, _ANNOTATION, start, end, out.strings[name])
    return out.chain(text, start, _ANNOTATION)


def _trimmed(source: bytes, start: int, end: int) -> tuple[int, int]:
    """Without blanks, parentheses around it all, and the marks of optional and nullable."""
    while start < end and source[start : start + 1] in b" \t\r\n?!.*":
        start += 1
    while start < end and source[end - 1 : end] in b" \t\r\n=":
        end -= 1
    if source[start : start + 1] == b"(" and source[end - 1 : end] == b")":
        return start + 1, end - 1
    return start, end


def _split(source: bytes, start: int, end: int, sign: bytes) -> list[tuple[int, int]]:
    """The parts between a sign that stands in no brackets."""
    parts: list[tuple[int, int]] = []
    depth = 0
    begin = start
    for at in range(start, end):
        byte = source[at]
        depth += (byte in b"<({[") - (byte in b">)}]")
        if depth == 0 and byte == sign[0]:
            parts.append((begin, at))
            begin = at + 1
    return [*parts, (begin, end)]


def _either(out: Reader, start: int, end: int, rows: list[int]) -> int:
    row = -1
    for other in rows:
        if row >= 0 and other >= 0:
            row = out.expression(_CHOICE, _ANNOTATION, start, end, row, other)
        else:
            row = max(row, other)
    return row


def _array(out: Reader, start: int, end: int, element: int) -> int:
    of = out.expression(_NAME, _OBJECT, end - 2, end, out.strings[b"Array"])
    return out.expression(_SUBSCRIPT, _ANNOTATION, start, end, of, element)


def _generic(out: Reader, start: int, end: int, hops: int) -> int:
    opening = out.source.index(b"<", start)
    of = _type(out, start, opening, hops)
    if of < 0 or out.is_kind(of, int(ExpressionKind.LITERAL)):
        return -1
    rows = [_type(out, *part, hops) for part in _split(out.source, opening + 1, end - 1, b",")]
    out.reuse(of, _OBJECT)
    if len(rows) == 1:
        return out.expression(_SUBSCRIPT, _ANNOTATION, start, end, of, rows[0])
    flat: list[int] = []
    for row in rows:
        flat += (0, -1, row if row >= 0 else out.unknown(end, end, _ANNOTATION))
    at = out.literal(b"tuple", opening, end, flat, _ANNOTATION)
    return out.expression(_SUBSCRIPT, _ANNOTATION, start, end, of, at)


def _imported(out: Reader, start: int, match: re.Match[bytes]) -> int:
    of = quoted_import(out, start + match.start(2) - 1, start + match.end(2) + 1)
    return out.member(of, start + match.start(3), start + match.end(3), _ANNOTATION)
