"""Where the repository uses a name, and how it is called there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from flames_indexer.impact.shapes import TYPE_OF, Calls, Shape
from flames_indexer.model import Certainty, Edge, EdgeKind, Span, SymbolKind

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

USES = (EdgeKind.CALL, EdgeKind.PROPERTY, EdgeKind.IMPORT, EdgeKind.REFERENCE, EdgeKind.DECORATE)
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_NAMED = (EdgeKind.REFERENCE, EdgeKind.PROPERTY)


@dataclass(frozen=True, slots=True)
class Site:
    """One use. `shape` is None where the name is not called (imported, passed on, accessed);
    `call` is the whole call, else the identifier."""

    symbol: str  # id of what the use stands in
    span: Span  # of the naming identifier
    kind: EdgeKind
    certainty: Certainty
    shape: Shape | None
    call: Span
    passed: bool = False  # as a value, to who knows whom


_KEEP = 20_000
"""Uses in files that are not open, kept with the index from key to key: about 10 MB. The hottest
symbol of django has 2,200."""


class Sites:
    """Answers from one snapshot; remembers the calls of the files it has looked at."""

    def __init__(self, snapshot: "Snapshot", go_on: Callable[[], None]) -> None:
        """`go_on`: see `Asked`."""
        self._snapshot = snapshot
        self.go_on = go_on
        self._open = frozenset(snapshot.overlays())
        self._known: dict[Edge, Site] = snapshot.derived("sites", dict)
        self._meant: dict[Span, frozenset[str]] = snapshot.derived("meant", dict)
        self._calls: dict[str, Calls | None] = {}
        self._meanings: dict[str, dict[int, list[Edge]]] = {}

    def of(self, target: str) -> list[Site]:
        """The uses of a symbol that are known for sure enough to warn about."""
        edges = self._snapshot.edges_to(target, (*USES, EdgeKind.OVERRIDE))
        return [self.site(edge) for edge in edges if edge.certainty <= Certainty.INFERRED]

    def overridden(self, identity: str) -> list[Site]:
        """The methods that a method overrides, each as a use at its own name."""
        found: list[Site] = []
        for edge in self._snapshot.edges_from(identity, (EdgeKind.OVERRIDE,)):
            symbol = self._snapshot.symbol(edge.target)
            if symbol is not None and edge.certainty <= Certainty.INFERRED:
                span = symbol.name_span
                found.append(Site(symbol.id, span, EdgeKind.INHERIT, edge.certainty, None, span))
        return found

    def site(self, edge: Edge) -> Site:
        """A use, with the call that it is part of."""
        if edge.span.path in self._open:
            return self._site(edge)
        found = self._known.get(edge)
        if found is None:
            self.go_on()
            found = _remember(self._known, edge, self._site(edge))
        return found

    def _site(self, edge: Edge) -> Site:
        shape, call = self._shape(edge.span, edge.kind)
        calls = self.calls(edge.span.path) if shape is None else None
        passed = edge.kind in _NAMED and calls is not None and calls.is_value(edge.span.start)
        return Site(edge.source, edge.span, edge.kind, edge.certainty, shape, call, passed)

    def meant_at(self, span: Span) -> frozenset[str]:
        """All that a name may mean that is known for sure enough; overriding is no meaning."""
        found = self._meant.get(span) if span.path not in self._open else None
        if found is None:
            self.go_on()
            found = frozenset(
                edge.target
                for edge in self._meaning(span.path).get(span.start, ())
                if edge.certainty <= Certainty.INFERRED and edge.kind is not EdgeKind.OVERRIDE
            )
            if span.path not in self._open:
                _remember(self._meant, span, found)
        return found

    def inherited(self, identity: str) -> frozenset[str]:
        """What stands in for a method where its class has none of its own: the methods of that
        name in the classes above."""
        owner, _, name = identity.rpartition(".")
        found: set[str] = set()
        above, seen = [owner], {owner}
        while above:
            for edge in self._snapshot.edges_from(above.pop(), (EdgeKind.INHERIT,)):
                if edge.certainty <= Certainty.INFERRED and edge.target not in seen:
                    seen.add(edge.target)
                    above.append(edge.target)
                    found.add(f"{edge.target}.{name}")
        return frozenset(one for one in found if self._snapshot.symbol(one) is not None)

    def calls(self, path: str) -> Calls | None:
        """The calls of a file."""
        if path not in self._calls:
            source, facts = self._snapshot.source(path), self._snapshot.facts(path)
            self._calls[path] = (
                Calls(source, facts) if source is not None and facts is not None else None
            )
        return self._calls[path]

    def _shape(self, span: Span, kind: EdgeKind) -> tuple[Shape | None, Span]:
        calls = self.calls(span.path)
        if calls is None or kind in (EdgeKind.IMPORT, EdgeKind.OVERRIDE):
            return None, span
        call = calls.at(span.start)
        if call is None:
            if kind is EdgeKind.DECORATE:  # `@f` is `f(what follows)`
                return Shape(1), span
            applied = calls.applied(span.start) if kind in _NAMED else None
            return (applied[0], Span(span.path, *applied[1])) if applied else (None, span)
        through_class = self._is_class(span.path, calls.owner(call))
        shape = calls.shape(call, through_class=through_class)
        return shape, Span(span.path, *calls.span(call))

    def _meaning(self, path: str) -> dict[int, list[Edge]]:
        if path not in self._meanings:
            found = self._meanings[path] = dict[int, list[Edge]]()
            for edge in self._snapshot.edges_in(path):
                found.setdefault(edge.span.start, []).append(edge)
        return self._meanings[path]

    def _is_class(self, path: str, start: int | None) -> bool:
        """Whether the identifier that starts there means a class."""
        if start is None or start == TYPE_OF:
            return start == TYPE_OF
        calls = self.calls(path)
        if calls is not None and calls.is_receiver(start):
            return False
        found = (e for e in self._meaning(path).get(start, ()) if e.kind is EdgeKind.REFERENCE)
        symbols = (self._snapshot.symbol(edge.target) for edge in found)
        return any(symbol is not None and symbol.kind is SymbolKind.CLASS for symbol in symbols)


def classes_above(snapshot: "Snapshot", identity: str) -> list[str]:
    """The classes that a class inherits from, however far above; `ext:` those out of sight."""
    found: list[str] = []
    waiting = [identity]
    while waiting:
        for edge in snapshot.edges_from(waiting.pop(), (EdgeKind.INHERIT,)):
            if edge.target not in found:
                found.append(edge.target)
                waiting.append(edge.target)
    return found


def _remember(known: dict[_Key, _Value], key: _Key, value: _Value) -> _Value:
    if len(known) >= _KEEP:
        known.clear()
    known[key] = value
    return value
