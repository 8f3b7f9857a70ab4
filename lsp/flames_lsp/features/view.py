"""View: one consistent state of one root, as a request sees it from start to end."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lsprotocol import types as t

from flames_lsp.convert import DEFAULT_ENCODING, Encoding, Text, Uris

if TYPE_CHECKING:
    from flames_indexer.config import Config
    from flames_indexer.git import LineChange
    from flames_indexer.history import History
    from flames_indexer.index import Snapshot
    from flames_indexer.model import Edge, EdgeKind, Finding, Span

    from flames_lsp.features.findings import Known


@dataclass(frozen=True, slots=True)
class Building:
    """How far a build is."""

    done: int = 0
    total: int = 0

    def note(self) -> str:
        of = f": {self.done} of {self.total} files" if self.total else ""
        return f"index building{of}"


@dataclass(frozen=True, slots=True)
class Reader:
    """What the client counts in and can show."""

    encoding: Encoding = DEFAULT_ENCODING
    markdown: bool = True
    related: bool = True  # Diagnostic.relatedInformation
    links: bool = True  # Diagnostic.codeDescription
    places_symbols_later: bool = False  # workspaceSymbol/resolve, for `location.range`
    snippets: bool = False  # CompletionItem: places to fill in
    annotations: bool = False  # edits that are looked at before they are made
    edits_later: bool = False  # codeAction/resolve, for `edit`
    commands: frozenset[str] = frozenset()  # those of its own that answers may name


@dataclass(frozen=True, slots=True)
class View:
    """A snapshot, and how the client counts and spells. Frozen for the request's whole life."""

    snapshot: Snapshot
    top: str  # real path of the index root
    uris: Uris
    reader: Reader
    config: Config
    buffers: Mapping[str, Text]  # open documents of this root, by path relative to it
    file_text: Callable[[str], Text | None]  # any other indexed file; None: gone or changed
    building: Building | None = None  # of the first index; later builds answer from the one before
    manual: Mapping[str, str] = field(default_factory=dict[str, str])  # rule -> URI of its page
    known: Mapping[str, Known] = field(default_factory=dict[str, "Known"])  # last found, by path
    versions: Mapping[str, int] = field(default_factory=dict[str, int])  # of the buffers
    before: Callable[[str], bytes | None] = lambda _: None  # a path's text as last agreed on
    history: Callable[[], History | None] = lambda: None  # None too while it is being read
    last_changes: Callable[[str, bytes], list[LineChange] | None] = lambda path, source: None
    """Of each line of a file's text on disk; None while that is being looked up."""

    def at_once(self, path: str) -> View:
        """The same, never waiting for a buffer to be parsed: until it is, places move with the
        edits. A file that no index knows has nothing else, so it is waited for."""
        if not self.snapshot.index.exists(path):
            return self
        return replace(self, snapshot=self.snapshot.at_once())

    def text(self, path: str) -> Text | None:
        return self.buffers.get(path) or self.file_text(path)

    def offset(self, path: str, position: t.Position) -> int | None:
        text = self.text(path)
        return None if text is None else text.offset(position, self.reader.encoding)

    def range(self, span: Span) -> t.Range | None:
        """Where a span of the snapshot's answers is for the client; None when the file is gone
        or is not the indexed one any more."""
        text = self.text(span.path)
        if text is None or span.end > len(text.source):
            return None
        return text.range(span.start, span.end, self.reader.encoding)

    def location(self, span: Span) -> t.Location | None:
        found = self.range(span)
        return None if found is None else t.Location(self.uri(span.path), found)

    def uri(self, path: str) -> str:
        return self.uris.of(posixpath.join(self.top, path))

    def findings(self, path: str) -> tuple[Finding, ...]:
        """Those last found in `path`, where they are now."""
        known, text = self.known.get(path), self.text(path)
        return () if known is None or text is None else known.at(text.source)

    def uses_of(self, symbol: str, kinds: Collection[EdgeKind], most: int) -> list[Edge]:
        """The surest uses of a symbol; an edge costs 2 us, and there may be thousands."""
        graph = self.snapshot.graph
        edges = graph.edges_to(symbol, kinds, limit=most)
        if graph is not self.snapshot.index.graph:
            return edges
        spans = ((edge, self.snapshot.mapped_span(edge.span)) for edge in edges)
        return [replace(edge, span=span) for edge, span in spans if span is not None]

    def gaps(self) -> list[str]:
        """What an answer from here does not cover, one phrase each."""
        notes = _notes(self.snapshot)
        return [self.building.note(), *notes] if self.building else notes

    def start_of(self, path: str) -> t.Location:
        """The file, when the place in it is not known any more."""
        start = t.Position(0, 0)
        return t.Location(self.uri(path), t.Range(start, start))


def _notes(snapshot: Snapshot) -> list[str]:
    """Counting takes 2 ms in a large repository, and changes only when damage is found."""
    damaged = len(snapshot.index.damaged)
    return snapshot.derived(f"notes {damaged}", lambda: snapshot.coverage().notes())
