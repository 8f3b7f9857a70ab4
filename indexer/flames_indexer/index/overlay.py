"""Overlay: the unsaved text of one file, and what follows from it alone."""

import threading
from dataclasses import dataclass, field
from functools import cached_property

from flames_indexer.facts import FileFacts
from flames_indexer.index.edits import EditMap, difference
from flames_indexer.languages import language_of
from flames_indexer.model import Span, Symbol
from flames_indexer.parse import OpenParse
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
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @staticmethod
    def of(path: str, source: bytes, version: int, indexed: bytes | None) -> "Overlay":
        """A text that came as a whole."""
        language = language_of(path)
        edits = difference(indexed, source) if indexed is not None else None
        return Overlay(
            path, source, version, edits, OpenParse(source, language) if language else None
        )

    def edited(self, source: bytes, version: int, edit: Edit) -> "Overlay":
        """The next version: bytes [start, old end) became [start, new end) of `source`."""
        with self._lock:
            parse = self._parse.edit(*edit, source) if self._parse else None
        edits = self.edits.then(*edit) if self.edits is not None else None
        return Overlay(self.path, source, version, edits, parse)

    def based_on(self, indexed: bytes | None) -> "Overlay":
        """The same text over another indexed one."""
        edits = difference(indexed, self.source) if indexed is not None else None
        return Overlay(self.path, self.source, self.version, edits, self._parse, self._lock)

    def facts(self) -> FileFacts | None:
        """What this text says; costs a parse when first asked. None: no language of ours."""
        with self._lock:
            return self._parse.facts() if self._parse else None

    @property
    def is_read(self) -> bool:
        """Whether its facts are made already; never waits for who is making them."""
        return self._parse is None or self._parse.is_read

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
        return encoded_names(facts) if facts else b""

    def span(self, span: Span) -> Span | None:
        """Where a span of the indexed text is now; None when an edit cut into it."""
        return self.edits.span(span) if self.edits is not None else None
