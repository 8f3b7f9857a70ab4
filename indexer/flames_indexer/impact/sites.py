"""Where the repository uses a name, and how it is called there."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.facts import ExpressionKind, FileFacts, ImportFlag, OperandKind
from flames_indexer.impact.binding import Shape
from flames_indexer.model import Certainty, EdgeKind, Span, SymbolKind
from flames_indexer.resolve import Resolver

if TYPE_CHECKING:
    from collections.abc import Collection

    from flames_indexer.index import Snapshot

_USES = (EdgeKind.CALL, EdgeKind.PROPERTY, EdgeKind.IMPORT, EdgeKind.REFERENCE, EdgeKind.DECORATE)
_MAX_FILES = 300
"""Files resolved again to see who used a removed name. Where more import one file, the rest of its
users is not told; 1 s of work."""


@dataclass(frozen=True, slots=True)
class Site:
    """One use. `shape` is None where the name is not called (imported, passed on, accessed)."""

    symbol: str  # id of what the use stands in
    span: Span  # of the naming identifier
    kind: EdgeKind
    certainty: Certainty
    shape: Shape | None


class Sites:
    """Answers from one snapshot; remembers the calls of the files it has looked at."""

    def __init__(self, snapshot: "Snapshot") -> None:
        self._snapshot = snapshot
        self._calls: dict[str, dict[int, Shape]] = {}

    def of(self, target: str) -> list[Site]:
        """The uses of a symbol that are known for sure enough to warn about."""
        edges = self._snapshot.edges_to(target, _USES)
        return [
            Site(edge.source, edge.span, edge.kind, edge.certainty, self._shape(edge.span))
            for edge in edges
            if edge.certainty <= Certainty.INFERRED
        ]

    def of_gone(
        self, path: str, facts: FileFacts, names: "Collection[str]"
    ) -> dict[str, list[Site]]:
        """The uses of names that `path` no longer has, as if it were still what `facts` says.

        A use that means something else by now is none.
        """
        program = _Earlier(self._snapshot, path, facts)
        resolver = Resolver(program)
        wanted = {f"{path}::{name}": name for name in names}
        words = {name.rpartition(".")[2] for name in names}
        found: dict[str, list[Site]] = {name: [] for name in names}
        for user in self._users(path, words):
            edges = resolver.resolve(user)
            known = program.facts(user)
            for at, row in enumerate(edges.target):
                name = wanted.get(edges.strings[row])
                if name is None or known is None or edges.certainty[at] > Certainty.INFERRED:
                    continue
                span = Span(user, edges.start[at], edges.end[at])
                if EdgeKind(edges.kind[at]) in _USES and not self._means_another(span, path, known):
                    symbol = _symbol_id(user, known, edges.source[at])
                    kind, certainty = EdgeKind(edges.kind[at]), Certainty(edges.certainty[at])
                    found[name].append(Site(symbol, span, kind, certainty, self._shape(span)))
        return found

    def _users(self, path: str, words: set[str]) -> list[str]:
        """Files that use anything of `path` and hold one of the words; `path` itself too."""
        ids = [path, *(symbol.id for symbol in self._snapshot.symbols_in(path))]
        users = {path} | {e.span.path for i in ids for e in self._snapshot.edges_to(i)}
        known = ((user, self._snapshot.facts(user)) for user in sorted(users))
        holding = [user for user, facts in known if facts and not words.isdisjoint(facts.strings)]
        return holding[:_MAX_FILES]

    def _means_another(self, span: Span, path: str, facts: FileFacts) -> bool:
        for at, start in enumerate(facts.imports.start):
            if start == span.start and facts.imports.flags[at] & ImportFlag.FALLBACK:
                return True
        return any(
            edge.span.start == span.start
            and edge.certainty <= Certainty.INFERRED
            and edge.target != path
            for edge in self._snapshot.edges_in(span.path)
        )

    def _shape(self, span: Span) -> Shape | None:
        if span.path not in self._calls:
            facts = self._snapshot.facts(span.path)
            self._calls[span.path] = {} if facts is None else self._shapes(span.path, facts)
        return self._calls[span.path].get(span.start)

    def _shapes(self, path: str, facts: FileFacts) -> dict[int, Shape]:
        """The calls of a file by where the called identifier starts."""
        table = facts.expressions
        awaited = {a for k, a in zip(table.kind, table.a, strict=True) if k == ExpressionKind.AWAIT}
        nested = set(facts.operands.value)
        classes = self._classes_named(path)
        return {
            table.start[table.a[row]]: _shape_of(
                facts, row, row in awaited, row in nested, _through_class(facts, row, classes)
            )
            for row, kind in enumerate(table.kind)
            if kind in (ExpressionKind.CALL, ExpressionKind.NEW)
        }

    def _classes_named(self, path: str) -> set[int]:
        """Where identifiers start that mean a class."""
        found: set[int] = set()
        for edge in self._snapshot.edges_in(path):
            if edge.kind in (EdgeKind.REFERENCE, EdgeKind.CALL):
                symbol = self._snapshot.symbol(edge.target)
                if symbol is not None and symbol.kind is SymbolKind.CLASS:
                    found.add(edge.span.start)
        return found


class _Earlier:
    """The program with one file as it was."""

    def __init__(self, snapshot: "Snapshot", path: str, facts: FileFacts) -> None:
        self._snapshot = snapshot
        self._path = path
        self._facts = facts

    def facts(self, path: str) -> FileFacts | None:
        return self._facts if path == self._path else self._snapshot.facts(path)

    def exists(self, path: str) -> bool:
        return self._snapshot.exists(path)

    def paths(self) -> "Collection[str]":
        return self._snapshot.paths()

    def manifest(self, path: str) -> bytes | None:
        return self._snapshot.manifest(path)


def _shape_of(
    facts: FileFacts, row: int, awaited: bool, nested: bool, through_class: bool
) -> Shape:
    table, operands = facts.expressions, facts.operands
    rows = range(table.b[row], table.b[row] + table.c[row])
    kinds = [operands.kind[at] for at in rows]
    named = (at for at in rows if operands.kind[at] == OperandKind.KEYWORD)
    return Shape(
        positional=kinds.count(OperandKind.POSITIONAL),
        keywords=tuple(facts.strings[operands.name[at]] for at in named),
        spread=OperandKind.SPREAD in kinds,
        keyword_spread=OperandKind.KEYWORD_SPREAD in kinds,
        through_class=through_class,
        awaited=awaited,
        nested=nested,
    )


def _through_class(facts: FileFacts, call: int, classes: "Collection[int]") -> bool:
    table = facts.expressions
    callee = table.a[call]
    if table.kind[callee] != ExpressionKind.MEMBER:
        return False
    owner = table.a[callee]
    if table.kind[owner] == ExpressionKind.CALL:  # type(self).m(self)
        of = table.a[owner]
        return table.kind[of] == ExpressionKind.NAME and facts.strings[table.a[of]] == "type"
    return table.kind[owner] != ExpressionKind.CALL and table.start[owner] in classes


def _symbol_id(path: str, facts: FileFacts, row: int) -> str:
    return f"{path}::{facts.strings[facts.definitions.qualname[row]]}" if row else path
