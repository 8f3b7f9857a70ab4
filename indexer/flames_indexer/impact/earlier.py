"""Who used a name that is gone: the uses that there would be if one file still were what it was."""

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from flames_indexer.facts import ExpressionKind, FileFacts, ImportFlag
from flames_indexer.impact.changes import State
from flames_indexer.impact.conventions import conventions_of
from flames_indexer.impact.sites import USES, Site, Sites
from flames_indexer.model import Certainty, Edge, EdgeKind, Span
from flames_indexer.resolve import Resolver
from flames_indexer.resolve.symbols import symbol_id

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_MAX_FILES = 300
"""Files resolved again to see who used a name. Where more hold it in an unknown meaning, the rest
is not told; about 2 s of work."""
_KEEP = 64  # answers about open files, the same from key to key
_EXTERNAL = "ext:"  # what is not found here is taken for somebody else's
_WANTED = (*USES, EdgeKind.OVERRIDE)

Used = tuple[Edge, ...]


class Earlier:
    """The program with one file as it was. The file need not be there any more."""

    def __init__(self, snapshot: "Snapshot", sites: Sites, path: str, old: State) -> None:
        self._snapshot = snapshot
        self._sites = sites
        self._path = path
        self._source = old.source
        self._facts = old.facts
        self._there = snapshot.exists(path)
        self._resolver: Resolver | None = None

    # What resolving asks

    def facts(self, path: str) -> FileFacts | None:
        return self._facts if path == self._path else self._snapshot.facts(path)

    def exists(self, path: str) -> bool:
        return path == self._path or self._snapshot.exists(path)

    def paths(self) -> Collection[str]:
        paths = self._snapshot.paths()
        return paths if self._there else sorted((*paths, self._path))

    def manifest(self, path: str) -> bytes | None:
        return self._snapshot.manifest(path)

    # What it is asked

    def uses(self, names: Collection[str]) -> dict[str, list[Site]]:
        """The uses of definitions of the file that mean nothing else by now; of the file itself
        those of the text that it has now. An empty name is the file as a module."""
        wanted = {f"{self._path}::{name}" if name else self._path: name for name in names}
        found: dict[str, list[Site]] = {name: [] for name in names}
        words = {name.rpartition(".")[2] for name in names if name} or _words(self._path)
        users = set(self._snapshot.overlays())
        known = {symbol.id for symbol in self._snapshot.index.symbols_in(self._path)}
        if known.isdisjoint(wanted) or self._path not in users:
            users |= set(self._unbound(words))
        for target in wanted:
            for edge in self._snapshot.edges_to(target, _WANTED):
                if edge.certainty <= Certainty.INFERRED and edge.span.path not in users:
                    self._add(found[wanted[target]], edge, wanted)
        for edge in self._resolved(users - {self._path}, words, wanted):
            self._add(found[wanted[edge.target]], edge, wanted)
        for name in names:
            found[name] += self._at_home(name) if self._there and name else ()
        return found

    def _add(self, found: list[Site], edge: Edge, gone: Collection[str]) -> None:
        if edge.span.path != self._path and not self._means_another(edge.span, gone):
            found.append(self._sites.site(edge))

    def _resolved(
        self, users: Collection[str], words: Collection[str], wanted: Mapping[str, str]
    ) -> Iterator[Edge]:
        known: dict[object, Used] = self._snapshot.derived("earlier-uses", dict)
        around = frozenset(
            (path, self._snapshot.source(path))
            for path in self._snapshot.overlays()
            if path != self._path
        )
        holding = [user for user in sorted(users) if self._holds(user, words)]
        for user in holding[:_MAX_FILES]:
            key = (self._path, self._source, user, around, frozenset(wanted))
            if key not in known:
                if len(known) >= _KEEP and user in self._snapshot.overlays():
                    known.clear()
                known[key] = tuple(self._edges(user, wanted))
            yield from known[key]

    def _edges(self, user: str, wanted: Collection[str]) -> Iterator[Edge]:
        self._resolver = self._resolver or Resolver(self)
        edges, facts = self._resolver.resolve(user), self.facts(user)
        for at, row in enumerate(edges.target):
            target, kind = edges.strings[row], EdgeKind(edges.kind[at])
            certainty = Certainty(edges.certainty[at])
            if target in wanted and kind in _WANTED and certainty <= Certainty.INFERRED and facts:
                source = symbol_id(user, facts, edges.source[at])
                span = Span(user, edges.start[at], edges.end[at])
                yield Edge(source, target, kind, certainty, span)

    def _holds(self, path: str, words: Collection[str]) -> bool:
        facts = self._snapshot.facts(path)
        return facts is not None and any(_ends_in(text, words) for text in facts.strings)

    def _unbound(self, words: Collection[str]) -> Collection[str]:
        """Files that hold one of the words where it means nothing that is known."""
        known: dict[tuple[str, bool], frozenset[str]] = self._snapshot.derived("unbound", dict)
        for word in words:
            if (word, self._there) not in known:
                known[word, self._there] = frozenset(
                    path for path in self._snapshot.index.paths() if self._is_unbound(path, word)
                )
        return frozenset[str]().union(*(known[word, self._there] for word in words))

    def _is_unbound(self, path: str, word: str) -> bool:
        facts = self._snapshot.index.facts(path)
        if facts is None:
            return False
        rows = {at for at, text in enumerate(facts.strings) if _ends_in(text, (word,))}
        if not rows:
            return False
        starts = {
            edge.span.start
            for edge in self._snapshot.index.graph.edges_in(path)
            if self._there or not edge.target.startswith(_EXTERNAL)
        }
        return any(start not in starts for start in _occurrences(facts, rows))

    def _at_home(self, name: str) -> Iterator[Site]:
        """Uses in the file that had the name: of the bare name, of `self.name` in its class."""
        facts, path = self._snapshot.facts(self._path), self._path
        conventions = conventions_of(self._facts.language)
        if facts is None or conventions is None:
            return
        owner, _, last = name.rpartition(".")
        table, strings = facts.expressions, facts.strings
        elsewhere = any(strings[bound] == last for bound in facts.bindings.name)
        bases = {strings[facts.definitions.qualname[of]] for of in facts.bases.definition}
        known = {edge.span.start for edge in self._snapshot.edges_in(path)}
        for row, kind in enumerate(table.kind):
            if table.start[row] in known or (not owner and elsewhere):
                continue
            bare = not owner and kind == ExpressionKind.NAME and strings[table.a[row]] == last
            words = conventions.receiver_words
            if bare or (owner and _is_own_member(facts, row, owner, last, words)):
                sure = bare or owner not in bases
                yield self._sites.site(
                    Edge(
                        symbol_id(path, facts, table.scope[row]),
                        f"{path}::{name}",
                        EdgeKind.REFERENCE,
                        Certainty.RESOLVED if sure else Certainty.INFERRED,
                        Span(path, table.start[row], table.end[row]),
                    )
                )

    def _means_another(self, span: Span, gone: Collection[str]) -> bool:
        facts = self._snapshot.facts(span.path)
        if facts is not None and _is_fallback(facts, span.start):
            return True
        return any(
            edge.span == span
            and edge.certainty <= Certainty.INFERRED
            and (edge.target != self._path or not self._there)
            and edge.target not in gone
            and not edge.target.startswith(_EXTERNAL)
            and edge.kind is not EdgeKind.OVERRIDE
            for edge in self._snapshot.edges_in(span.path)
        )


def _words(path: str) -> set[str]:
    """How a module may be called in an import: its last folders and its stem."""
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    return {stem, folder.rpartition("/")[2]} if stem in ("__init__", "index") else {stem}


def _ends_in(text: str, words: Collection[str]) -> bool:
    return any(
        text.endswith(word) and (len(text) == len(word) or text[-len(word) - 1] in "./")
        for word in words
    )


def _occurrences(facts: FileFacts, rows: Collection[int]) -> Iterator[int]:
    """Where names and imports stand whose text is one of those string rows."""
    table, imports = facts.expressions, facts.imports
    for kind, a, b, start in zip(table.kind, table.a, table.b, table.start, strict=True):
        if (kind == ExpressionKind.NAME and a in rows) or (
            kind == ExpressionKind.MEMBER and b in rows
        ):
            yield start
    for module, name, start in zip(imports.module, imports.name, imports.start, strict=True):
        if name in rows or module in rows:
            yield start


def _is_own_member(
    facts: FileFacts, row: int, owner: str, name: str, words: Collection[str]
) -> bool:
    """Whether expression `row` is `self.name` in a method of class `owner`."""
    table, definitions, strings = facts.expressions, facts.definitions, facts.strings
    if table.kind[row] != ExpressionKind.MEMBER or strings[table.b[row]] != name:
        return False
    of = table.a[row]
    if table.kind[of] != ExpressionKind.NAME or strings[table.a[of]] not in words:
        return False
    scope = definitions.parent[table.scope[row]]
    return scope > 0 and strings[definitions.qualname[scope]] == owner


def _is_fallback(facts: FileFacts, start: int) -> bool:
    """Whether an import that starts there is guarded by `except ImportError` or the like."""
    return any(
        start == at and flags & ImportFlag.FALLBACK
        for at, flags in zip(facts.imports.start, facts.imports.flags, strict=True)
    )
