"""Snapshot: an index with the unsaved text of the open files over it."""

import threading
from bisect import insort
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from flames_indexer.facts import Definitions, FileFacts
from flames_indexer.graph import Graph, Usage
from flames_indexer.index.index import Index
from flames_indexer.index.overlay import Edit, Overlay
from flames_indexer.index.resolving import Overlays, Resolved, Resolving, State
from flames_indexer.model import Coverage, Definition, Edge, EdgeKind, Role, Span, Symbol
from flames_indexer.resolve.sites import Calling

_Made = TypeVar("_Made")


class Snapshot:
    """Immutable: its answers never change. An edit makes another snapshot, at next to no cost.

    What the overlays say (facts, edges, the graph with them) is made by the first reader; others
    wait for it. `at_once` gives a view that does not wait: until it is made, the index's spans are
    mapped through the edits, and those that an edit cut into are left out.
    """

    def __init__(
        self,
        index: Index,
        overlays: Overlays,
        known: Resolved | None,
        resolving: Resolving,
        *,
        waits: bool = True,
    ) -> None:
        self.index = index
        self._overlays = overlays
        self._known = known  # what an earlier snapshot found, used again where nothing changed it
        self._resolving = resolving
        self._waits = waits
        self._lock = threading.Lock()
        self._resolved: Resolved | None = None
        self._graph: Graph | None = None

    # Making others

    @staticmethod
    def of(index: Index, give_way: Callable[[], None] = lambda: None) -> "Snapshot":
        """The index as it is. `give_way` is what that of this one, and of all that are made from
        it, calls; it may wait."""
        return Snapshot(index, {}, None, Resolving(give_way))

    def with_edit(
        self, path: str, source: bytes, version: int, edit: Edit | None = None
    ) -> "Snapshot":
        """With `source` as the text of `path`. `edit` says what changed since the last version."""
        old = self._overlays.get(path)
        if old is not None and edit is not None:
            new = old.edited(source, version, edit)
        elif old is not None:
            new = old.replaced(source, version)
        else:
            new = Overlay.of(path, source, version, self.index.source(path))
        overlays = {**self._overlays, path: new}
        return Snapshot(self.index, overlays, self._latest(), self._resolving)

    def without(self, path: str) -> "Snapshot":
        """With what the index says of `path`: it was saved or closed."""
        rest = {p: overlay for p, overlay in self._overlays.items() if p != path}
        return Snapshot(self.index, rest, self._latest(), self._resolving)

    def with_index(self, index: Index) -> "Snapshot":
        """The same texts over another generation."""
        overlays = {p: o.based_on(index.source(p)) for p, o in self._overlays.items()}
        return Snapshot(index, overlays, self._latest(), self._resolving)

    def at_once(self) -> "Snapshot":
        """A view that answers without parsing or resolving; the same answers once that is done."""
        view = Snapshot(self.index, self._overlays, self._known, self._resolving, waits=False)
        view._resolved, view._graph = self._resolved, self._graph
        return view

    def give_way(self) -> None:
        """Lets go first who waits for an answer; for long work, between two of its pieces."""
        self._resolving.give_way()

    @property
    def waits(self) -> bool:
        """Whether its answers are made first; else those of an earlier state will do."""
        return self._waits

    # Texts and files

    def overlays(self) -> Collection[str]:
        """Paths with unsaved text."""
        return self._overlays.keys()

    def is_settled(self, path: str) -> bool:
        """Whether what is said of `path` is all its present text's: it is not half-typed."""
        overlay = self._overlays.get(path)
        return overlay is None or overlay.is_settled

    def version(self, path: str) -> int | None:
        """The editor's version of the unsaved text."""
        overlay = self._overlays.get(path)
        return overlay.version if overlay else None

    def source(self, path: str) -> bytes | None:
        """The unsaved text, else the indexed bytes if they are still on disk."""
        overlay = self._overlays.get(path)
        return overlay.source if overlay else self.index.source(path)

    def paths(self) -> Collection[str]:
        """All indexed or open paths, sorted."""
        new = [path for path in self._overlays if not self.index.exists(path)]
        if not new:
            return self.index.paths()
        paths = list(self.index.paths())
        for path in new:
            insort(paths, path)
        return paths

    def exists(self, path: str) -> bool:
        """Whether `path` is an indexed or open source file."""
        return path in self._overlays or self.index.exists(path)

    def manifest(self, path: str) -> bytes | None:
        """The indexed bytes of a manifest."""
        return self.index.manifest(path)

    def facts(self, path: str) -> FileFacts | None:
        """What the file's text says."""
        overlay = self._overlays.get(path)
        return overlay.facts() if overlay else self.index.facts(path)

    def definitions(self, path: str) -> tuple[list[str], Definitions] | None:
        """As `Index.definitions`."""
        overlay = self._overlays.get(path)
        if overlay is None:
            return self.index.definitions(path)
        facts = overlay.facts()
        return (facts.strings, facts.definitions) if facts is not None else None

    def methods(self, path: str) -> list[str]:
        """The ids of the methods of a file."""
        overlay = self._overlays.get(path)
        return overlay.methods if overlay else self.index.methods(path)

    def methods_named(self, name: str) -> list[str]:
        """The ids of all methods of that name, by path."""
        known = self.index.methods_named(name) if self.index.paths() else []
        own = [m for o in self._overlays.values() for m in o.methods_by_name.get(name, ())]
        kept = [m for m in known if m.partition("::")[0] not in self._overlays]
        return sorted([*kept, *own], key=lambda identity: identity.partition("::")[0])

    def paths_calling(self, name: str) -> list[str]:
        """The paths of the files that call something of that name, sorted."""
        known = self.index.paths_calling(name) if self.index.paths() else []
        overlays = self._overlays.items()
        own = Calling((path, overlay.called) for path, overlay in overlays).paths(name)
        return sorted([*(path for path in known if path not in self._overlays), *own])

    def called_in(self, path: str) -> bytes:
        """The names that a file calls, as `sites.encoded_names` gives them."""
        overlay = self._overlays.get(path)
        return overlay.called if overlay else self.index.called_in(path)

    def derived_from_names(self, key: str, make: Callable[[], _Made]) -> _Made:
        """What `make` gives, made once for the index unless an open file is new to it."""
        if all(self.index.exists(path) for path in self._overlays):
            return self.index.derived_from_names(key, make)
        return make()

    def roles(self) -> Mapping[str, Role]:
        """What each indexed file is for."""
        return self.index.roles()

    def coverage(self) -> Coverage:
        """What no answer covers."""
        return self.index.coverage()

    def derived(self, key: str, make: Callable[[], _Made]) -> _Made:
        """As `Index.derived`: of the index alone, without overlays."""
        return self.index.derived(key, make)

    def lasting(self, key: str, make: Callable[[], _Made]) -> _Made:
        """As `Index.lasting`."""
        return self.index.lasting(key, make)

    # Symbols

    def symbols_in(self, path: str) -> list[Symbol]:
        """The file's symbols in source order, its module first."""
        return list(self._symbols(path))

    def symbol(self, identity: str) -> Symbol | None:
        """The symbol with that id."""
        path = identity.partition("::")[0]
        return next(self._symbols(path, lambda symbol: symbol.id == identity), None)

    def find(self, name: str) -> list[Symbol]:
        """The symbols that `name` may mean: an id, or the end of one at a `.`, `::` or `/`."""
        if (exact := self.symbol(name)) is not None:
            return [exact]
        found = (self.symbol(identity) for identity in self.graph.named(name))
        return [symbol for symbol in found if symbol is not None]

    def enclosing(self, path: str, offset: int) -> Symbol | None:
        """The innermost symbol whose definition holds the offset; the module outside of all."""
        holding = [
            (definition.span.end - definition.span.start, symbol)
            for symbol in self.symbols_in(path)
            for definition in symbol.definitions
            if definition.span.start <= offset <= definition.span.end
        ]
        return min(holding, key=lambda row: row[0])[1] if holding else None

    def symbol_at(self, path: str, offset: int) -> Symbol | None:
        """The symbol whose name, at a definition or a use, is at the offset."""
        for symbol in self._symbols(path):
            if any(_holds(definition.name_span, offset) for definition in symbol.definitions):
                return symbol
        edge = self.edge_at(path, offset)
        return self.symbol(edge.target) if edge else None

    def edge_at(self, path: str, offset: int) -> Edge | None:
        """The best known use whose name is at the offset."""
        here = [edge for edge in self.edges_in(path) if _holds(edge.span, offset)]
        return min(here, key=lambda edge: (edge.certainty, edge.kind), default=None)

    # Edges

    @property
    def graph(self) -> Graph:
        """The edges of the index with those of the overlays in their place."""
        overlays = {p: o for p, o in self._overlays.items() if not o.says_what_is_indexed}
        if not overlays or (not self._waits and self._graph is None):
            return self.index.graph
        with self._lock:
            if self._graph is None:
                state = State(self.index, overlays)
                self._resolved = self._resolving.resolved(self, state, self._known)
                self._graph = self.index.graph.with_files(
                    {
                        path: (self._overlays[path].ids, self._overlays[path].moved(edges))
                        for path, edges in self._resolved.edges.items()
                    }
                )
            return self._graph

    def edges_to(self, identity: str, kinds: Collection[EdgeKind] | None = None) -> list[Edge]:
        """The uses of a symbol."""
        return self._moved(self.graph.edges_to(identity, kinds))

    def edges_from(self, identity: str, kinds: Collection[EdgeKind] | None = None) -> list[Edge]:
        """What a symbol uses."""
        return self._moved(self.graph.edges_from(identity, kinds))

    def edges_in(self, path: str) -> list[Edge]:
        """The uses in a file, in source order."""
        return self._moved(self.graph.edges_in(path))

    def usage(self, identity: str) -> Usage:
        """How much a symbol is used."""
        return self.graph.usage(identity, self.roles())

    def callers(self, identity: str) -> int:
        """`usage(identity).callers`, for much less."""
        return self.graph.callers(identity, self.roles())

    def dependents(self, identity: str, depth: int) -> list[tuple[str, int]]:
        """What uses a symbol, directly or through others."""
        return self.graph.dependents(identity, depth)

    def dependencies(self, identity: str, depth: int) -> list[tuple[str, int]]:
        """What a symbol uses, directly or through others."""
        return self.graph.dependencies(identity, depth)

    def mapped_span(self, span: Span) -> Span | None:
        """Where a span of the indexed text is in the unsaved one; None when an edit cut into it."""
        overlay = self._overlays.get(span.path)
        return overlay.span(span) if overlay else span

    def _symbols(
        self, path: str, wanted: Callable[[Symbol], bool] = lambda _: True
    ) -> Iterator[Symbol]:
        """The wanted symbols of a file, by anything but their places: only theirs are found out."""
        overlay = self._overlays.get(path)
        if overlay is None:
            yield from filter(wanted, self.index.symbols_in(path))
        elif self._waits or self._resolved is not None or overlay.is_read:
            yield from filter(wanted, overlay.symbols)
        else:
            for symbol in filter(wanted, self.index.symbols_in(path)):
                if (moved := _moved_symbol(symbol, overlay)) is not None:
                    yield moved

    def _latest(self) -> Resolved | None:
        return self._resolved or self._known

    def _moved(self, edges: list[Edge]) -> list[Edge]:
        """Edges of the index, where their overlays have no own yet, at their present places."""
        if self._waits or self._graph is not None or not self._overlays:
            return edges
        spans = ((edge, self.mapped_span(edge.span)) for edge in edges)
        return [replace(edge, span=span) for edge, span in spans if span is not None]


def _holds(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end and span.start < span.end


def _moved_symbol(symbol: Symbol, overlay: Overlay) -> Symbol | None:
    moved = (_moved_definition(definition, overlay) for definition in symbol.definitions)
    definitions = tuple(definition for definition in moved if definition is not None)
    if not definitions:
        return None
    return Symbol(symbol.id, symbol.kind, symbol.name, symbol.path, definitions)


def _moved_definition(definition: Definition, overlay: Overlay) -> Definition | None:
    span, name = overlay.span(definition.span), overlay.span(definition.name_span)
    if span is None or name is None:
        return None
    return Definition(span, name, definition.signature)
