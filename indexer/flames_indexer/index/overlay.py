"""Overlay: the unsaved text of one file, and what follows from it alone."""

import threading
from dataclasses import dataclass, field
from functools import cached_property

from flames_indexer.facts import FileFacts
from flames_indexer.index.edits import EditMap, difference
from flames_indexer.index.standing import Standing, moved_edges, taken
from flames_indexer.languages import language_of
from flames_indexer.model import Span, Symbol
from flames_indexer.parse import OpenParse
from flames_indexer.resolve import FileEdges
from flames_indexer.resolve.sites import encoded_names
from flames_indexer.resolve.symbols import symbol_ids, symbols_of
from flames_indexer.store.blocks import methods_of

Edit = tuple[int, int, int]  # start, old end, new end


@dataclass(frozen=True, eq=False)  # no slots: what follows from the facts is kept beside them
class Overlay:
    """One version of an open file. Immutable; its facts are made by whoever asks first.

    `edits` leads from the indexed text to this one; None when the indexed text is not known.
    """

    path: str
    source: bytes
    version: int
    edits: EditMap | None
    _parse: OpenParse | None  # None: no language of ours
    _before: Standing | None = None  # what stood, if this text does not parse
    _at: int = 0  # where it was edited last
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @staticmethod
    def of(path: str, source: bytes, version: int, indexed: bytes | None) -> "Overlay":
        """A text that came as a whole."""
        language = language_of(path)
        edits = difference(indexed, source) if indexed is not None else None
        if language is None:
            return Overlay(path, source, version, edits, None)
        before = Standing(OpenParse(indexed, language), edits) if indexed and edits else None
        return Overlay(path, source, version, edits, OpenParse(source, language), before)

    def edited(self, source: bytes, version: int, edit: Edit) -> "Overlay":
        """The next version: bytes [start, old end) became [start, new end) of `source`."""
        with self._lock:
            parse = self._parse.edit(*edit, source) if self._parse else None
            before = self._stood()
        edits = self.edits.then(*edit) if self.edits is not None else None
        before = before.edited(*edit) if before else None
        return Overlay(self.path, source, version, edits, parse, before, edit[0])

    def replaced(self, source: bytes, version: int) -> "Overlay":
        """The next version, when it came as a whole."""
        found = difference(self.source, source).replaced
        edit = (found[0].start, found[0].end, found[0].now_end) if found else (0, 0, 0)
        return self.edited(source, version, edit)

    def based_on(self, indexed: bytes | None) -> "Overlay":
        """The same text over another indexed one."""
        edits = difference(indexed, self.source) if indexed is not None else None
        with self._lock:
            before = self._stood()
        return Overlay(
            self.path, self.source, self.version, edits, self._parse, before, self._at, self._lock
        )

    def facts(self) -> FileFacts | None:
        """What this text is taken to say (see `standing`); costs a parse when first asked. None:
        no language of ours."""
        with self._lock:
            return self._facts

    def said(self) -> FileFacts | None:
        """The same at the places of the text that stands."""
        with self._lock:
            return self._standing.text.facts() if self._standing else None

    @property
    def meaning(self) -> OpenParse | None:
        """The text that stands: two overlays with the same one say the same."""
        with self._lock:
            return self._standing.text if self._standing else None

    @property
    def says_what_is_indexed(self) -> bool:
        """Whether it is the indexed text, so that all that the index found in it holds."""
        stands = self._before is None or not self._before.edits.replaced
        return stands and self.edits is not None and not self.edits.replaced

    @property
    def is_settled(self) -> bool:
        """Whether this text speaks for itself; costs a parse when first asked."""
        with self._lock:
            return self._standing is None or self._standing.text is self._parse

    def moved(self, edges: FileEdges) -> FileEdges:
        """Edges of what was said, at the places where they are in this text."""
        with self._lock:
            return moved_edges(edges, self._standing.edits) if self._standing else edges

    @property
    def is_read(self) -> bool:
        """Whether its facts are made already; never waits for who is making them."""
        return self._parse is None or "_facts" in self.__dict__

    @cached_property
    def _standing(self) -> Standing | None:
        return taken(self._parse, self._before, self._at) if self._parse else None

    @cached_property
    def _facts(self) -> FileFacts | None:
        return self._standing.facts() if self._standing else None

    def _stood(self) -> Standing | None:
        """What stands, as far as anybody has looked."""
        return self.__dict__.get("_standing", self._before)

    @cached_property
    def symbols(self) -> list[Symbol]:
        """Its symbols in source order, its module first."""
        facts = self.facts()
        return symbols_of(self.path, facts, self.source) if facts else []

    @cached_property
    def ids(self) -> list[str]:
        """Their ids."""
        facts = self.facts()
        return symbol_ids(self.path, facts) if facts else []

    @cached_property
    def methods(self) -> list[str]:
        """The ids of its methods."""
        facts = self.facts()
        return methods_of(self.path, facts) if facts else []

    @cached_property
    def methods_by_name(self) -> dict[str, list[str]]:
        """The same, by name."""
        found: dict[str, list[str]] = {}
        for identity in self.methods:
            found.setdefault(identity.rpartition(".")[2], []).append(identity)
        return found

    @cached_property
    def called(self) -> bytes:
        """The names that it calls, as `sites.encoded_names` gives them."""
        facts = self.facts()
        return encoded_names(self.path, facts) if facts else b""

    def span(self, span: Span) -> Span | None:
        """Where a span of the indexed text is now; None when an edit cut into it."""
        return self.edits.span(span) if self.edits is not None else None
