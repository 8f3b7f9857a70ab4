"""Root: one index root and everything the session knows of it. Roots never mix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from flames_lsp.convert import Text
from flames_lsp.features.findings import Known
from flames_lsp.features.view import Building

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

    from flames_lsp.session.documents import Edit
    from flames_lsp.session.engine import Opened, Overrides

_KEPT_TEXTS = 64  # files whose lines answers have just needed; about 100 KB each


@dataclass(slots=True)
class Root:
    """Mutable, and touched by the loop's thread only; what it holds is frozen."""

    top: str  # real path
    overrides: Overrides
    opened: Opened
    snapshot: Snapshot  # opened's index with our overlays
    file_text: Callable[[str], Text | None]
    folders: dict[str, str] = field(default_factory=dict[str, str])  # client URI -> real path
    buffers: Mapping[str, Text] = field(default_factory=dict[str, Text])  # by relative path
    versions: Mapping[str, int] = field(default_factory=dict[str, int])  # of the buffers
    known: Mapping[str, Known] = field(default_factory=dict[str, Known])  # last found, by path
    contracts: dict[str, object] = field(default_factory=dict[str, object])  # as last checked
    building: Building | None = None
    cold: bool = True  # no buffer over this index was resolved yet
    problem: str = ""  # why there is no fresh index
    elsewhere: bool = False  # another process builds this root: we read what it writes
    watch_problem: str = ""

    @staticmethod
    def of(top: str, overrides: Overrides, opened: Opened) -> Root:
        return Root(top, overrides, opened, opened.snapshot, file_texts(opened.snapshot))

    def lay(self, path: str, text: Text, version: int, edit: Edit | None) -> None:
        """Takes a buffer's text. One that says what the index says is no overlay: most buffers
        are only read, and an overlay costs a parse."""
        self.buffers = {**self.buffers, path: text}
        self.versions = {**self.versions, path: version}
        if edit is None and self.opened.index.source(path) == text.source:
            self.snapshot = self.snapshot.without(path)
        else:
            self.snapshot = self.snapshot.with_edit(path, text.source, version, edit)

    def lift(self, path: str) -> None:
        """The buffer is closed: the index speaks for the file again."""
        self.snapshot = self.snapshot.without(path)
        self.buffers = {p: text for p, text in self.buffers.items() if p != path}
        self.versions = {p: version for p, version in self.versions.items() if p != path}
        self.known = {p: known for p, known in self.known.items() if p != path}
        self.contracts.pop(path, None)

    def adopt(self, opened: Opened) -> None:
        """Goes on with what the store has now, under the overlays we have."""
        self.opened, self.cold = opened, True
        self.snapshot = self.snapshot.with_index(opened.index)
        for path, text in self.buffers.items():
            same = opened.index.source(path) == text.source
            if same and self.snapshot.is_settled(path):  # half-typed, it means more than it says
                self.snapshot = self.snapshot.without(path)
            elif not same and self.snapshot.version(path) is None:  # gone or changed on disk
                self.snapshot = self.snapshot.with_edit(path, text.source, 0, None)
        self.file_text = file_texts(opened.snapshot)

    @property
    def never_built(self) -> bool:
        return self.opened.index.generation == 0

    @property
    def first_build(self) -> Building | None:
        """How far the first index is; None when there is one to answer from."""
        return (self.building or Building()) if self.never_built else None


def file_texts(index: Snapshot) -> Callable[[str], Text | None]:
    """Indexed files as text, as long as the disk still has what was indexed."""

    @lru_cache(_KEPT_TEXTS)
    def file_text(path: str) -> Text | None:
        source = index.source(path)
        return None if source is None else Text.of_file(source)

    return file_text
