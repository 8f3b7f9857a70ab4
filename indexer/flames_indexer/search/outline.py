"""Files of languages that Flames does not parse, as texts: by declarations that look like ones.

A declaration runs to the next one; comments above it are its documentation. That is enough to find
a place by words, and nothing else is claimed about it: no edges, no checks.
"""

import re
from typing import NamedTuple

from flames_indexer.embedding.identifiers import identifiers

_DECLARED = re.compile(
    rb"^[ \t]*(?:(?:export|pub(?:\([\w: ]+\))?|public|private|protected|internal|static|final"
    rb"|abstract|async|unsafe|const|open|override|virtual|sealed|inline|default|data|extern)\s+)*"
    rb"(?:(?:func(?:tion)?|fn|def|fun|sub|class|struct|enum|interface|trait|impl|type|module|record"
    rb"|object|protocol|union|namespace|macro_rules!)\s+(?:<[^>\n]*>\s*)?(?:\([^)\n]*\)\s*)?"
    rb"([A-Za-z_]\w*)"
    rb"|(?!(?:return|throw|new|else|import|package|use|case|await|yield|assert|delete|in|not|if|for"
    rb"|while|until|switch|match|select|elif|elsif|unless|defer|go|do|try|catch|loop)\b)"
    rb"(?:[A-Za-z_][\w<>\[\],.?&*: ]*?[\w>\]&*]\s+[*&]?)([A-Za-z_]\w*)"
    rb"\s*\([^;\n=]*\)?[^;\n=]*\{?\s*$)",
    re.M,
)
_NO_NAME = frozenset((b"if", b"for", b"while", b"switch", b"return", b"else", b"catch", b"new"))
_COMMENT = re.compile(rb"(?:^[ \t]*(?://|#|\*|/\*|--|\"\"\"|@)[^\n]*\n)+\Z", re.M)
_MOST_IDENTIFIERS = 96
_MOST_NAMES = 60  # of a file's own text
_DOCS = 3  # of its first declarations, which say what a file is for
_DOC_BYTES, _BODY_BYTES = 600, 6_000


class Declared(NamedTuple):
    """Something that looks like a declaration; the whole file where `name` is empty."""

    name: str
    start: int
    end: int
    text: str  # as `embedding.texts_of` makes them


def outline(source: bytes) -> list[Declared]:
    """The file itself, then its declarations in order."""
    starts = [
        (match.start(match.lastindex or 0), match[match.lastindex or 0])
        for match in _DECLARED.finditer(source)
        if match[match.lastindex or 0] not in _NO_NAME
    ]
    lines = [source.rfind(b"\n", 0, start) + 1 for start, _ in starts]
    docs = [_documentation(source, line) for line in lines]
    names = [name.decode(errors="replace") for _, name in starts]
    ends = [*docs[1:], len(source)] if docs else []
    head = f"({', '.join(names[:_MOST_NAMES])}) "
    # The first comment of a file is its licence more often than not.
    told = b"".join(source[doc:line] for doc, line in zip(docs[:_DOCS], lines, strict=False))
    whole = Declared("", 0, len(source), head + _decoded(told[:_DOC_BYTES]))
    found = [whole]
    for name, doc, line, end in zip(names, docs, lines, ends, strict=True):
        comment = _decoded(source[doc:line][:_DOC_BYTES])
        found.append(Declared(name, doc, end, f"{name}() {comment} {_words(source, line, end)}"))
    return found


def _documentation(source: bytes, line: int) -> int:
    """Where the comment that ends at the start of a line begins."""
    above = source[max(0, line - 4 * _DOC_BYTES) : line]
    comment = _COMMENT.search(above)
    return line - len(above) + comment.start() if comment else line


def _words(source: bytes, start: int, end: int) -> str:
    body = source[start : min(end, start + _BODY_BYTES)]
    return _decoded(b" ".join(identifiers(body, _MOST_IDENTIFIERS)))


def _decoded(text: bytes) -> str:
    return text.decode(errors="replace")
