"""Completion while a new function is being named: what exists already under that name.

Nothing else is completed, other servers do that. Almost always the answer is nothing, and finding
that out takes no facts of the buffer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.languages import language_of
from lsprotocol import types as t

from flames_lsp.features.existing import called, told
from flames_lsp.features.offers import text_edits

if TYPE_CHECKING:
    from flames_indexer.model import Symbol

    from flames_lsp.convert import Text
    from flames_lsp.features.view import View


@dataclass(frozen=True, slots=True)
class _Syntax:
    """How a language begins a function, and what an editor puts behind its name by itself."""

    named: re.Pattern[bytes]
    rest: re.Pattern[bytes]
    indented: bool  # a body is what stands deeper


_ECMASCRIPT = _Syntax(
    re.compile(
        rb"([ \t]*)(?:export[ \t]+(?:default[ \t]+)?)?(?:async[ \t]+)?"
        rb"function[ \t]*\*?[ \t]+([A-Za-z_$][\w$]*)"
    ),
    re.compile(rb"(?:\([ \t]*\)?)?[ \t]*(?:\{[ \t]*\}?)?[ \t]*"),
    indented=False,
)
_SYNTAX = {
    "python": _Syntax(
        re.compile(rb"([ \t]*)(?:async[ \t]+)?def[ \t]+([^\W\d]\w*)"),
        re.compile(rb"(?:\([ \t]*\)?)?[ \t]*:?[ \t]*"),
        indented=True,
    ),
    "javascript": _ECMASCRIPT,
    "typescript": _ECMASCRIPT,
}
"""By the folder of the language."""
_CLASS = re.compile(rb"[ \t]*class\b")
_LAST = "~"  # sorts behind what other servers offer: nobody shall take it by mistake


@dataclass(frozen=True, slots=True)
class Naming:
    """A definition being typed: its name so far, and the bytes of its line that are of it."""

    name: str
    start: int
    end: int


def completion(view: View, path: str, position: t.Position) -> t.CompletionList:
    """At most three; incomplete while a name is typed, so that each key asks again."""
    view = view.at_once(path)
    text = view.text(path)
    naming = None
    if text is not None and view.config.completion.existing:
        naming = naming_at(text, path, text.offset(position, view.reader.encoding))
    if text is None or naming is None:
        return t.CompletionList(is_incomplete=False, items=[])
    found = (_item(view, path, text, naming, symbol) for symbol in _alike(view, path, naming))
    return t.CompletionList(is_incomplete=True, items=[item for item in found if item is not None])


def naming_at(text: Text, path: str, offset: int) -> Naming | None:
    """The function whose name ends at `offset`, if it is new as far as its text tells: nothing
    decorates it, nothing stands behind the name or in its body, and it is no part of a class."""
    language = language_of(path)
    syntax = _SYNTAX.get(language.folder) if language is not None else None
    if syntax is None:
        return None
    line = text.line_of(offset)
    start, end = _line(text, line)
    typed = syntax.named.fullmatch(text.source, start, offset)
    if typed is None or syntax.rest.fullmatch(text.source, offset, end) is None:
        return None
    indent = len(typed[1])
    if _is_decorated(text, line) or (syntax.indented and _has_body(text, line, indent)):
        return None
    if indent and _is_in_class(text, line, indent):
        return None
    return Naming(typed[2].decode(errors="replace"), start + indent, end)


def _alike(view: View, path: str, naming: Naming) -> list[Symbol]:
    from flames_indexer.search.naming import named_alike

    own = f"{path}::{naming.name}"
    names = named_alike(view.snapshot, naming.name, {own})
    symbols = (view.snapshot.symbol(identity) for identity in names)
    return [symbol for symbol in symbols if symbol is not None]


def _item(
    view: View, path: str, text: Text, naming: Naming, symbol: Symbol
) -> t.CompletionItem | None:
    from flames_indexer.insertion import insertion

    # A half-typed buffer stands on the last text that parsed; without the new name this one does.
    typed = text.source[naming.start : naming.end]
    rest = text.source[: naming.start] + b" " * len(typed) + text.source[naming.end :]
    found = insertion(view.snapshot, path, symbol, source=rest)
    imports = None if found is None else text_edits(view, found.imports)
    if found is None or imports is None:
        return None
    words = told(view, symbol)
    snippets = view.reader.snippets
    where = text.range(naming.start, naming.end, view.reader.encoding)
    module = symbol.path.rpartition(".")[0].replace("/", ".")
    return t.CompletionItem(
        label=f"exists: {module}.{symbol.name}",
        kind=t.CompletionItemKind.Function,
        detail=words.signature,
        documentation=_documentation(view, path, words.signature, words.summary),
        filter_text=typed.decode(errors="replace"),
        sort_text=_LAST,
        insert_text_format=t.InsertTextFormat.Snippet if snippets else None,
        text_edit=t.TextEdit(where, called(found, snippet=snippets)),
        additional_text_edits=imports,
    )


def _documentation(view: View, path: str, signature: str, summary: str) -> t.MarkupContent | str:
    if not view.reader.markdown:
        return f"{signature}\n{summary}"
    language = language_of(path)
    name = "" if language is None else language.name
    return t.MarkupContent(t.MarkupKind.Markdown, f"```{name}\n{signature}\n```\n{summary}")


def _line(text: Text, line: int) -> tuple[int, int]:
    start = int(text.starts[line])
    end = int(text.starts[line + 1]) if line + 1 < len(text.starts) else len(text.source)
    return start, start + len(text.source[start:end].rstrip(b"\r\n"))


def _is_decorated(text: Text, line: int) -> bool:
    return line > 0 and text.source[slice(*_line(text, line - 1))].lstrip().startswith(b"@")


def _has_body(text: Text, line: int, indent: int) -> bool:
    for below in range(line + 1, len(text.starts)):
        written = text.source[slice(*_line(text, below))]
        if written.strip():
            return len(written) - len(written.lstrip()) > indent
    return False


def _is_in_class(text: Text, line: int, indent: int) -> bool:
    for above in range(line - 1, -1, -1):
        written = text.source[slice(*_line(text, above))]
        if written.strip() and len(written) - len(written.lstrip()) < indent:
            return bool(_CLASS.match(written))
    return False
