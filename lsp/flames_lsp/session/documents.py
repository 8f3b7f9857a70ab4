"""Open documents: what the client is showing, as bytes with their lines."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lsprotocol import types as t

from flames_lsp.convert import Encoding, Text, encoded

Edit = tuple[int, int, int]  # start, old end, new end: byte offsets


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one document."""

    uri: str
    path: str | None  # real path; None: no file of this machine
    language: str
    version: int
    text: Text


def opened(item: t.TextDocumentItem, path: str | None) -> Document:
    text = Text.of(encoded(item.text))
    return Document(item.uri, path, str(item.language_id), item.version, text)


def changed(
    document: Document,
    version: int,
    changes: Iterable[t.TextDocumentContentChangeEvent],
    encoding: Encoding,
) -> list[tuple[Document, Edit | None]]:
    """The document after each change, in order, with the bytes it moved; no Edit: all of them."""
    steps: list[tuple[Document, Edit | None]] = []
    for change in changes:
        new = encoded(change.text)
        if isinstance(change, t.TextDocumentContentChangePartial):
            start, end = _offsets(document.text, change.range, encoding)
            text = document.text.replaced(start, end, new)
            edit = (start, end, start + len(new))
        else:
            text, edit = Text.of(new), None
        document = replace(document, version=version, text=text)
        steps.append((document, edit))
    return steps


def _offsets(text: Text, where: t.Range, encoding: Encoding) -> tuple[int, int]:
    """In order even when the client's are not."""
    start = text.offset(where.start, encoding)
    end = text.offset(where.end, encoding)
    return min(start, end), max(start, end)
