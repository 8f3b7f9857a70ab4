"""What the rest of a repository says for two functions being two: the graph, names, folders.

The stored graph is asked of functions that are as they were saved: resolving a file anew at each
key press costs more than all else that is done then.
"""

import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from flames_indexer.checks.counterparts import Subject, patterns_of
from flames_indexer.graph import Graph
from flames_indexer.model import EdgeKind, SymbolKind
from flames_indexer.similarity.code import Code, code_of

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_CALLS = (EdgeKind.CALL, EdgeKind.PROPERTY)
_ENTRY_POINTS = 2  # more functions of one name are what a framework looks for (`setup`, `main`)
_HANDED = 6  # functions under one decorator: it makes a family of them
_GIVEN_TEXT = re.compile(rb"\(.*[\"'`]", re.DOTALL)
# Files that differ in one folder. Of so many (locales, drivers) each is to be read on its own; with
# fewer (dialects, templates, platforms) they are kept beside each other on purpose.
_PLUGINS, _SIBLINGS = 8, 4


class Surroundings:
    """Answers for one snapshot."""

    def __init__(self, snapshot: "Snapshot") -> None:
        self._snapshot = snapshot
        self._unsaved = frozenset(snapshot.overlays())
        self._saved: dict[str, frozenset[Code]] = snapshot.derived("saved-bodies", dict)
        self._called: dict[str, frozenset[str]] = {}

    def explain(self, one: Subject, other: Subject) -> bool:
        """Whether there is a reason for two: one calls the other, both keep a promise made
        elsewhere, a framework looks for the name, or each is a plugin."""
        return (
            self.call_each_other(one, other)
            or (bool(one.owner and other.owner) and self._overrides(one) and self._overrides(other))
            or (one.name == other.name and self._names[one.name] > _ENTRY_POINTS)
            or self._layout(one.function.path, other.function.path) >= _PLUGINS
        )

    def beside_each_other(self, one: Subject, other: Subject) -> bool:
        """Whether their files are the same part of trees that are parallel by design."""
        return self._layout(one.function.path, other.function.path) >= _SIBLINGS

    def handed_alike(self, one: Subject, other: Subject) -> bool:
        """Whether both are handed to one decorator that many functions of the repository are handed
        to, or each to one under a name: commands, routes, hooks. Each stands for itself, however
        alike they begin."""
        if self._registered(one) and self._registered(other):
            return True
        shared = self._decorators(one) & self._decorators(other)
        return any(self._handed(decorator) >= _HANDED for decorator in shared)

    def _registered(self, one: Subject) -> bool:
        """Whether a decorator is given a text: the route, the command, the event it is for."""
        source, facts = (
            self._snapshot.source(one.function.path),
            self._snapshot.facts(one.function.path),
        )
        if source is None or facts is None:
            return False
        table = zip(facts.decorators.definition, facts.decorators.value, strict=True)
        written = (
            source[facts.expressions.start[value] : facts.expressions.end[value]]
            for row, value in table
            if row == one.function.row and value >= 0
        )
        return any(_GIVEN_TEXT.search(decorator) for decorator in written)

    def _decorators(self, one: Subject) -> frozenset[str]:
        edges = self._graph(one).edges_from(one.id, (EdgeKind.DECORATE,), possible=False)
        return frozenset(edge.target for edge in edges if not edge.target.startswith("ext:"))

    def _handed(self, decorator: str) -> int:
        edges = self._snapshot.index.graph.edges_to(
            decorator, (EdgeKind.DECORATE,), possible=False, limit=_HANDED
        )
        return len(edges)

    def call_each_other(self, one: Subject, other: Subject) -> bool:
        """Whether either calls the other."""
        return other.id in self._called_by(one) or one.id in self._called_by(other)

    def _called_by(self, one: Subject) -> frozenset[str]:
        known = self._called.get(one.id)
        if known is None:
            edges = self._graph(one).edges_from(one.id, _CALLS, possible=False)
            known = self._called[one.id] = frozenset(edge.target for edge in edges)
        return known

    def _graph(self, one: Subject) -> Graph:
        path = one.function.path
        if path not in self._unsaved:
            return self._snapshot.index.graph
        if path not in self._saved:
            self._saved[path] = self._saved_bodies(path)
        source, facts = self._snapshot.source(path), self._snapshot.facts(path)
        if source is None or facts is None:
            return self._snapshot.graph
        is_as_saved = code_of(source, facts, one.function.row) in self._saved[path]
        return self._snapshot.index.graph if is_as_saved else self._snapshot.graph

    def _saved_bodies(self, path: str) -> frozenset[Code]:
        index = self._snapshot.index
        source, facts = index.source(path), index.facts(path) if index.exists(path) else None
        if source is None or facts is None:
            return frozenset()
        return frozenset(code_of(source, facts, row) for row in range(1, len(facts.definitions)))

    def _overrides(self, subject: Subject) -> bool:
        """Whether it overrides something: it has that one's promise to keep."""
        graph = self._graph(subject)
        return bool(graph.edges_from(subject.id, (EdgeKind.OVERRIDE,), possible=False))

    def _layout(self, one: str, other: str) -> int:
        """How many files there are of which the two are the same part; 0: no such two."""
        shared = set(patterns_of(one)).intersection(patterns_of(other)) if one != other else ()
        return max((self._layouts[pattern] for pattern in shared), default=0)

    @cached_property
    def _layouts(self) -> Counter[str]:
        """How many files differ in one folder only."""
        paths = self._snapshot.index.paths()
        return self._snapshot.derived(
            "layouts", lambda: Counter(pattern for path in paths for pattern in patterns_of(path))
        )

    @cached_property
    def _names(self) -> Counter[str]:
        """How many functions outside of classes have each name."""
        index = self._snapshot.index

        def counted() -> Counter[str]:
            return Counter(
                identity.rpartition("::")[2]
                for identity, kind in index.symbols_named()
                if kind is SymbolKind.FUNCTION
            )

        return self._snapshot.derived("function-names", counted)
