"""Where the repository uses a name, and how it is called there."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.facts import BindingKind, ExpressionKind, FileFacts, ImportFlag, OperandKind
from flames_indexer.impact.binding import Shape
from flames_indexer.model import Certainty, EdgeKind, Span, SymbolKind
from flames_indexer.resolve import Resolver
from flames_indexer.resolve.symbols import symbol_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from flames_indexer.index import Snapshot

_USES = (EdgeKind.CALL, EdgeKind.PROPERTY, EdgeKind.IMPORT, EdgeKind.REFERENCE, EdgeKind.DECORATE)
_CALLS = (ExpressionKind.CALL, ExpressionKind.NEW)
_NAMED = (ExpressionKind.NAME, ExpressionKind.MEMBER)
_TYPE_OF = -1
_MAX_FILES = 300
"""Files resolved again to see who used a removed name. Where more import one file, the rest of its
users is not told; 1 s of work."""


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


class Sites:
    """Answers from one snapshot; remembers the calls of the files it has looked at."""

    def __init__(self, snapshot: "Snapshot") -> None:
        self._snapshot = snapshot
        self._calls: dict[str, _Calls] = {}
        self._references: dict[str, dict[int, str]] = {}

    def of(self, target: str) -> list[Site]:
        """The uses of a symbol that are known for sure enough to warn about."""
        edges = self._snapshot.edges_to(target, _USES)
        return [
            self._site(edge.source, edge.span, edge.kind, edge.certainty)
            for edge in edges
            if edge.certainty <= Certainty.INFERRED
        ]

    def of_gone(
        self, path: str, facts: FileFacts, names: "Collection[str]"
    ) -> dict[str, list[Site]]:
        """The uses of names that `path` no longer has, as if it were still what `facts` says.

        A use that means something else by now is none.
        """
        if not names:
            return {}
        wanted = {f"{path}::{name}": name for name in names}
        found: dict[str, list[Site]] = {name: [] for name in names}
        words = {name.rpartition(".")[2] for name in names}
        indexed = {symbol.id for symbol in self._snapshot.index.symbols_in(path)}
        if indexed.isdisjoint(wanted):
            users = self._users(path)
        else:  # built before the names went: only open files know better than the index
            users = {*self._snapshot.overlays()}
            for site, target in self._stored(path, wanted, {path, *users}):
                found[wanted[target]].append(site)
        users.discard(path)  # its calls have moved: they are read as they are now
        for site, target in self._resolved(path, facts, wanted, self._holding(users, words)):
            found[wanted[target]].append(site)
        for name in names:
            found[name] += self._at_home(path, name)
        return found

    def _at_home(self, path: str, name: str) -> "Iterator[Site]":
        """Uses in the file that had the name: of the bare name, of `self.name` in its class."""
        facts = self._snapshot.facts(path)
        if facts is None:
            return
        owner, _, last = name.rpartition(".")
        table, strings = facts.expressions, facts.strings
        elsewhere = any(strings[bound] == last for bound in facts.bindings.name)
        known = {edge.span.start for edge in self._snapshot.edges_in(path)}
        for row, kind in enumerate(table.kind):
            if table.start[row] in known or (not owner and elsewhere):
                continue
            bare = not owner and kind == ExpressionKind.NAME and strings[table.a[row]] == last
            if bare or (owner and _is_own_member(facts, row, owner, last)):
                sure = bare or not any(
                    strings[facts.definitions.qualname[of]] == owner
                    for of in facts.bases.definition
                )
                yield self._site(
                    symbol_id(path, facts, table.scope[row]),
                    Span(path, table.start[row], table.end[row]),
                    EdgeKind.REFERENCE,
                    Certainty.RESOLVED if sure else Certainty.INFERRED,
                )

    def _site(self, symbol: str, span: Span, kind: EdgeKind, certainty: Certainty) -> Site:
        shape, call = self._shape(span)
        return Site(symbol, span, kind, certainty, shape, call)

    def _stored(
        self, path: str, wanted: "Collection[str]", but_in: "Collection[str]"
    ) -> "Iterator[tuple[Site, str]]":
        for target in wanted:
            for site in self.of(target):
                there = site.span.path
                if there not in but_in and not self._means_another(site.span, path, wanted):
                    yield site, target

    def _resolved(
        self, path: str, facts: FileFacts, wanted: "Collection[str]", users: "Collection[str]"
    ) -> "Iterator[tuple[Site, str]]":
        """What resolving the users against the earlier file gives."""
        program = _Earlier(self._snapshot, path, facts)
        resolver = Resolver(program)
        for user in users:
            edges, known = resolver.resolve(user), program.facts(user)
            for at, row in enumerate(edges.target):
                target, kind = edges.strings[row], EdgeKind(edges.kind[at])
                certainty = Certainty(edges.certainty[at])
                if target not in wanted or kind not in _USES or certainty > Certainty.INFERRED:
                    continue
                span = Span(user, edges.start[at], edges.end[at])
                if known is not None and not self._means_another(span, path, wanted):
                    symbol = symbol_id(user, known, edges.source[at])
                    yield self._site(symbol, span, kind, certainty), target

    def _users(self, path: str) -> set[str]:
        """Files that use anything of `path`."""
        ids = [path, *(symbol.id for symbol in self._snapshot.symbols_in(path))]
        return {edge.span.path for i in ids for edge in self._snapshot.edges_to(i)}

    def _holding(self, users: "Collection[str]", words: set[str]) -> list[str]:
        """Those that hold one of the words."""
        known = ((user, self._snapshot.facts(user)) for user in sorted(users))
        holding = [user for user, facts in known if facts and not words.isdisjoint(facts.strings)]
        return holding[:_MAX_FILES]

    def _means_another(self, span: Span, path: str, gone: "Collection[str]") -> bool:
        facts = self._snapshot.facts(span.path)
        if facts is not None and _is_fallback(facts, span.start):
            return True
        return any(
            edge.span.start == span.start
            and edge.certainty <= Certainty.INFERRED
            and edge.target != path
            and edge.target not in gone
            for edge in self._snapshot.edges_in(span.path)
        )

    def _shape(self, span: Span) -> tuple[Shape | None, Span]:
        facts = self._snapshot.facts(span.path)
        if facts is None:
            return None, span
        if span.path not in self._calls:
            self._calls[span.path] = _Calls(facts)
        calls, table = self._calls[span.path], facts.expressions
        row = calls.by_callee.get(span.start)
        if row is None:
            return None, span
        through_class = self._is_class(span.path, _owner(facts, row))
        shape = _shape_of(facts, row, row in calls.awaited, row in calls.kept, through_class)
        return shape, Span(span.path, table.start[row], table.end[row])

    def _is_class(self, path: str, start: int | None) -> bool:
        """Whether the identifier that starts there means a class."""
        if start is None or start == _TYPE_OF:
            return start == _TYPE_OF
        if path not in self._references:
            edges = self._snapshot.edges_in(path)
            references = (edge for edge in edges if edge.kind is EdgeKind.REFERENCE)
            self._references[path] = {edge.span.start: edge.target for edge in references}
        symbol = self._snapshot.symbol(self._references[path].get(start, ""))
        return symbol is not None and symbol.kind is SymbolKind.CLASS


class _Calls:
    """The calls of one file, as expression rows."""

    def __init__(self, facts: FileFacts) -> None:
        table = facts.expressions
        rows = range(len(table.kind))
        calls = (
            row for row in rows if table.kind[row] in (ExpressionKind.CALL, ExpressionKind.NEW)
        )
        self.by_callee = {table.start[table.a[row]]: row for row in calls}
        self.awaited = {table.a[row] for row in rows if table.kind[row] == ExpressionKind.AWAIT}
        self.kept = {*facts.operands.value, *facts.results.value, *facts.members.value}
        self.kept.update(
            value
            for kind, value in zip(facts.bindings.kind, facts.bindings.value, strict=True)
            if kind == BindingKind.ASSIGN
        )


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


def _shape_of(facts: FileFacts, row: int, awaited: bool, kept: bool, through_class: bool) -> Shape:
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
        kept=kept,
    )


def _owner(facts: FileFacts, call: int) -> int | None:
    """Where the identifier starts whose member is called; _TYPE_OF for `type(x).m()`."""
    table = facts.expressions
    callee = table.a[call]
    if table.kind[callee] != ExpressionKind.MEMBER:
        return None
    owner = table.a[callee]
    if table.kind[owner] == ExpressionKind.CALL:
        of = table.a[owner]
        named_type = table.kind[of] == ExpressionKind.NAME and facts.strings[table.a[of]] == "type"
        return _TYPE_OF if named_type else None
    return table.start[owner] if table.kind[owner] in _NAMED else None


def _is_own_member(facts: FileFacts, row: int, owner: str, name: str) -> bool:
    """Whether expression `row` is `self.name` in a method of class `owner`."""
    table, definitions, strings = facts.expressions, facts.definitions, facts.strings
    if table.kind[row] != ExpressionKind.MEMBER or strings[table.b[row]] != name:
        return False
    of = table.a[row]
    if table.kind[of] != ExpressionKind.NAME or strings[table.a[of]] not in ("self", "cls"):
        return False
    scope = definitions.parent[table.scope[row]]
    return scope > 0 and strings[definitions.qualname[scope]] == owner


def _is_fallback(facts: FileFacts, start: int) -> bool:
    """Whether an import that starts there is guarded by `except ImportError` or the like."""
    return any(
        start == at and flags & ImportFlag.FALLBACK
        for at, flags in zip(facts.imports.start, facts.imports.flags, strict=True)
    )
