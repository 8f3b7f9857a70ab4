"""Buffers: the open documents, laid over the roots that hold them."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flames_lsp.session.documents import Document, changed, opened

if TYPE_CHECKING:
    from lsprotocol import types as t

    from flames_lsp.convert import Encoding
    from flames_lsp.session.documents import Edit
    from flames_lsp.session.root import Root
    from flames_lsp.session.roots import Roots

log = logging.getLogger(__name__)
Place = tuple["Root", str]  # a root and a path relative to it


class Buffers:
    """By URI, as the client spells it. A document in no root is kept, and laid over none."""

    def __init__(self, roots: Roots) -> None:
        self._roots = roots
        self._documents: dict[str, Document] = {}

    def get(self, uri: str) -> Document | None:
        return self._documents.get(uri)

    def real(self, uri: str) -> str | None:
        """The real path that a URI names; None: no file of this machine."""
        path = self._roots.rules.path_of(uri)
        return None if path is None else os.path.realpath(path)

    def place(self, uri: str) -> Place | None:
        """Where a file that Flames reads is, open or not; None for everything else."""
        document = self._documents.get(uri)
        return self._roots.place(self.real(uri) if document is None else document.path)

    def within(self, root: Root) -> Iterator[tuple[str, str]]:
        """URI and path of every document that `root` holds."""
        for uri in list(self._documents):
            place = self.place(uri)
            if place is not None and place[0] is root:
                yield uri, place[1]

    def open(self, item: t.TextDocumentItem) -> None:
        document = self._documents[item.uri] = opened(item, self.real(item.uri))
        self._spell()
        self._lay(document, None)

    def change(
        self,
        uri: str,
        version: int,
        changes: Iterable[t.TextDocumentContentChangeEvent],
        encoding: Encoding,
    ) -> None:
        document = self._documents.get(uri)
        if document is None:
            log.warning("a change of a document that is not open is ignored")
            return
        for newer, edit in changed(document, version, changes, encoding):
            self._documents[uri] = newer
            self._lay(newer, edit)

    def close(self, uri: str) -> Place | None:
        """Where the document was."""
        place = self.place(uri) if uri in self._documents else None
        self._documents.pop(uri, None)
        self._spell()
        if place is not None:
            place[0].lift(place[1])
        return place

    def enter(self, root: Root) -> list[str]:
        """Lays what `root` holds over it, and over no outer one; their URIs."""
        entering = [uri for uri, path in self.within(root) if path not in root.buffers]
        for uri in entering:
            document = self._documents[uri]
            self._leave_others(document, root)
            self._lay(document, None)
        return entering

    def leave(self, lost: Root) -> list[str]:
        """Lays what `lost` held over what holds it now, if anything does; their URIs."""
        left = [
            document
            for document in self._documents.values()
            if document.path and self._roots.rules.relative(document.path, lost.top) in lost.buffers
        ]
        for document in left:
            self._lay(document, None)
        return [document.uri for document in left]

    def _leave_others(self, document: Document, inner: Root) -> None:
        for root in self._roots.all.values():
            below = document.path and self._roots.rules.relative(document.path, root.top)
            if root is not inner and below and below in root.buffers:
                root.lift(below)

    def _lay(self, document: Document, edit: Edit | None) -> None:
        if (place := self._roots.place(document.path)) is not None:
            root, path = place
            root.lay(path, document.text, document.version, edit)

    def _spell(self) -> None:
        same = self._roots.rules.same
        self._roots.spell({same(d.path): d.uri for d in self._documents.values() if d.path})
