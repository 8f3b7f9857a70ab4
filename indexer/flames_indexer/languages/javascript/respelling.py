"""Respelling: valid source that the grammars do not know, written so that they do.

Same length, same lines: every name keeps its place, and extraction reads texts from the real
source. Asked only for source that did not parse; what is respelt wrongly can only change which
part of it is not read.
"""

from __future__ import annotations

import re
from typing import Final

# `<in out T extends A>`, `<out T, in U = B>`: variance.
_VARIANCE: Final = re.compile(rb"(?<=[<,\s])(in\s+out|in|out)(?=\s+[\w$]+\s*(?:[=,>]|extends\b))")
# `export type * from "m"`.
_TYPE_STAR: Final = re.compile(rb"(?<=\bexport )type(?=\s*\*)")
# `import("m").A<B>` and `import("m").A[]` as types.
_IMPORT_TYPE: Final = re.compile(rb"\bimport\(\s*(['\"])[^'\"\n]+\1\s*\)(?=\.\w)")
# A member without a semicolon, then one that starts with `<` or is called `in_…` or `in`.
_NEXT_MEMBER: Final = re.compile(
    rb"(?<=[\w$>\])}'\"])\r?\n(?=(?:\s|//[^\n]*\n|/\*.*?\*/)*(?:<[ \t\r\n]*[A-Za-z_$]|in[\d_$?:]))",
    re.DOTALL,
)
# `<div class="a" for={b}>`: attributes called like keywords.
_ATTRIBUTE: Final = re.compile(rb"(?<=\s)(?:class|for|if|default)(?==['\"{])")
# `export { a as null }`: names that are keywords.
_NAMED_LIKE_KEYWORD: Final = re.compile(
    rb"(?<=\bas )(?:null|true|false|function|enum|class|void|this|super|in|instanceof|delete|new"
    rb"|typeof|var|const|if|for|while|do|switch|try|return|import|export)(?=\s*[,}])"
)


def respell_script(source: bytes) -> bytes:
    """JavaScript as its grammar has it."""
    return _NAMED_LIKE_KEYWORD.sub(_letters, _ATTRIBUTE.sub(_letters, source))


def respell_typescript(source: bytes) -> bytes:
    """TypeScript as its grammar has it."""
    source = _respell_types(source)
    return _NEXT_MEMBER.sub(_ended, source)


def respell_tsx(source: bytes) -> bytes:
    """TypeScript with elements, where a line may start with `<`."""
    return _ATTRIBUTE.sub(_letters, _respell_types(source))


def _respell_types(source: bytes) -> bytes:
    for pattern in (_VARIANCE, _TYPE_STAR):
        source = pattern.sub(_blank, source)
    return _IMPORT_TYPE.sub(_letters, source)


def _ended(match: re.Match[bytes]) -> bytes:
    """A semicolon for the line's end, unless a comment ends there."""
    source, end = match.string, match.start()
    commented = b"//" in source[source.rfind(b"\n", 0, end) + 1 : end]
    return match[0] if commented else b";".ljust(len(match[0]))


def _blank(match: re.Match[bytes]) -> bytes:
    return b" " * len(match[0])


def _letters(match: re.Match[bytes]) -> bytes:
    return b"x" * len(match[0])
