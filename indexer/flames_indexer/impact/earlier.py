"""Who used a name that is gone: the uses that there would be if one file still were what it was."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flames_indexer.facts import FileFacts
from flames_indexer.impact.changes import State
from flames_indexer.impact.fields import text_of
from flames_indexer.impact.sites import USES, Site, Sites
from flames_indexer.impact.words import (
    NAMES,
    ends_in,
    is_fallback,
    named,
    occurrences,
    once_called,
    scope_name,
    words_of,
)
from flames_indexer.model import Certainty, Edge, EdgeKind, Span
from flames_indexer.resolve import Resolver
from flames_indexer.resolve.symbols import symbol_id, symbol_ids

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_MAX_FILES = 120
"""Files resolved again, once an index, to see who used a name: about 2 s of work. Where more hold
it in an unknown meaning, those come first that import the file; of the rest nothing is told."""
_KEEP = 64  # answers about open files, the same from key to key
_EXTERNAL = "ext:"  # what is not found here is taken for somebody else's
_WANTED = (*USES, EdgeKind.OVERRIDE)


@dataclass(frozen=True, slots=True)
class _Use:
    """A use, and what else the same name stood for there: a receiver that may be of two classes."""

    edge: Edge
    beside: frozenset[str]


_Uses = tuple[_Use, ...]


class Earlier:
    """The program with one file as it was. The file need not be there any more.

    `variables`: what `old` tells as definitions and an index does not (`variables`)."""

    def __init__(
        self,
        snapshot: "Snapshot",
        sites: Sites,
        path: str,
        old: State,
        variables: Collection[str] = (),
    ) -> None:
        self._variables = variables
        self._snapshot = snapshot
        self._sites = sites
        self._path = path
        self._source = old.source
        self._facts = old.facts
        self._there = snapshot.exists(path)
        self._resolver: Resolver | None = None

    def close(self) -> None:
        """Gives back what resolving took; else it waits for a garbage collection."""
        if self._resolver is not None:
            self._resolver.close()
            self._resolver = None

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

    def uses(self, names: Mapping[str, str]) -> dict[str, list[Site]]:
        """The uses of definitions of the file that mean nothing else by now; of the file itself
        those of the text that it has now. Each with what it is called now, if anything. An empty
        name is the file as a module."""
        wanted = {f"{self._path}::{name}" if name else self._path: name for name in names}
        found: dict[str, list[Site]] = {name: [] for name in names}
        words = {name.rpartition(".")[2] for name in names if name} or words_of(self._path)
        users = set(self._snapshot.overlays())
        known = {symbol.id for symbol in self._snapshot.index.symbols_in(self._path)}
        # nobody imports a file that is gone: its variables are looked for as all else is
        variables = names.keys() & set(self._variables) if self._there else set[str]()
        rest = {target: name for target, name in wanted.items() if name not in variables}
        rest_words = {name.rpartition(".")[2] for name in rest.values() if name}
        if variables:
            users |= self._importing(variables)
        if rest and (known.isdisjoint(rest) or self._path not in users):
            users |= set(self._unbound(rest_words or words))
            if any("." in name for name in names):  # a receiver may still be of another class
                users |= self._near()
        uses = [
            *self._stored(wanted, users),
            *self._resolved(users - {self._path}, words, wanted),
        ]
        overriding = {use.edge.source for use in uses if use.edge.kind is EdgeKind.OVERRIDE}
        for use in uses:
            edge = self._left(use, {*wanted, *overriding}, overriding)
            if edge is not None:
                found[wanted[edge.target]].append(self._sites.site(edge))
        if self._there:
            renamed = {new: name for name, new in names.items() if new and "::" not in new}
            # a variable that is gone may be one of a function now, which nothing here tells
            for name, use in self._at_home(rest_words, rest, renamed):
                edge = self._left(use, wanted, ())
                if edge is not None:
                    found[name].append(self._sites.site(edge))
        return found

    def _left(self, use: _Use, gone: Collection[str], overriding: Collection[str]) -> Edge | None:
        """The use, if the name there means nothing by now; less sure if some receivers have it
        still. None: it means something else."""
        span = use.edge.span
        facts = self._snapshot.facts(span.path)
        if facts is not None and is_fallback(facts, span.start):
            return None
        means = self._sites.meant_at(span)
        others = {target for target in means if self._is_another(target, gone)}
        if others - use.beside:
            return None
        if others or not means.isdisjoint(overriding):
            return replace(use.edge, certainty=Certainty.INFERRED)
        return use.edge

    def _is_another(self, target: str, gone: Collection[str]) -> bool:
        if target in gone or target.startswith(_EXTERNAL):
            return False
        words = words_of(self._path)
        return target != self._path if self._there else self._may_mean(target, words)

    def _stored(self, wanted: Collection[str], but_in: Collection[str]) -> Iterator[_Use]:
        for target in wanted:
            for edge in self._snapshot.edges_to(target, _WANTED):
                path = edge.span.path
                known = edge.certainty <= Certainty.INFERRED
                if known and path not in but_in and path != self._path:
                    yield _Use(edge, self._sites.meant_at(edge.span))

    def _resolved(
        self, users: Collection[str], words: Collection[str], wanted: Mapping[str, str]
    ) -> Iterator[_Use]:
        near = self._near()
        ordered = sorted(users, key=lambda user: (user not in near, user))
        holding = [user for user in ordered if self._holds(user, words)]
        for user in holding[:_MAX_FILES]:
            self._sites.go_on()
            yield from self._of(user, wanted)

    def _near(self) -> set[str]:
        """The files that import this one."""
        return {edge.span.path for edge in self._snapshot.edges_to(self._path)}

    def _importing(self, words: Collection[str]) -> set[str]:
        """The files that import this one, or one that passes on what it imports of it."""
        found: set[str] = set()
        passing = [self._path]
        while passing:
            edges = self._snapshot.edges_to(passing.pop(), (EdgeKind.IMPORT,))
            new = {edge.span.path for edge in edges} - found - {self._path}
            found |= new
            passing += [path for path in new if self._passes_on(path, words)]
        return found

    def _passes_on(self, path: str, words: Collection[str]) -> bool:
        facts = self._snapshot.facts(path)
        return facts is not None and any(
            facts.strings[name] in words or facts.strings[name] == "*"
            for name in facts.imports.name
        )

    def _of(self, user: str, wanted: Collection[str]) -> _Uses:
        """The uses in a file; the same from key to key in the file that has changed."""
        known: dict[object, _Uses] = self._snapshot.derived("earlier-uses", dict)
        overlays = self._snapshot.overlays()
        others = (path for path in overlays if path != self._path)
        around = frozenset((path, self._snapshot.source(path)) for path in others)
        key = (self._path, self._source, user, around, frozenset(wanted))
        if key not in known:
            if len(known) >= _KEEP and user in overlays:
                known.clear()
            known[key] = tuple(self._edges(user, wanted))
        return known[key]

    def _edges(self, user: str, wanted: Collection[str]) -> Iterator[_Use]:
        self._resolver = self._resolver or Resolver(self)
        edges, facts = self._resolver.resolve(user), self.facts(user)
        symbols = symbol_ids(user, facts) if facts is not None else []
        found: list[Edge] = []
        beside: dict[int, set[str]] = {}
        for at, row in enumerate(edges.target):
            target, kind = edges.strings[row], EdgeKind(edges.kind[at])
            certainty = Certainty(edges.certainty[at])
            if kind not in _WANTED or certainty > Certainty.INFERRED or not symbols:
                continue
            beside.setdefault(edges.start[at], set()).add(target)
            if target in wanted:
                span = Span(user, edges.start[at], edges.end[at])
                found.append(Edge(symbols[edges.source[at]], target, kind, certainty, span))
        for edge in found:
            yield _Use(edge, frozenset(beside[edge.span.start]))

    def _holds(self, path: str, words: Collection[str]) -> bool:
        self._sites.go_on()
        facts = self._snapshot.facts(path)
        return facts is not None and any(ends_in(text, words) for text in facts.strings)

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
        self._sites.go_on()
        facts = self._snapshot.index.facts(path)
        if facts is None:
            return False
        rows = {at for at, text in enumerate(facts.strings) if ends_in(text, (word,))}
        if not rows:
            return False
        starts = {
            edge.span.start
            for edge in self._snapshot.index.graph.edges_in(path)
            if self._may_mean(edge.target, (word,))
        }
        return any(start not in starts for start in occurrences(facts, rows))

    def _at_home(
        self, words: Collection[str], wanted: Mapping[str, str], renamed: Mapping[str, str]
    ) -> Iterator[tuple[str, _Use]]:
        """The uses in the file itself: what was one in the old text, and stands in the same scope
        of the new text, whatever that was called."""
        facts, source = self._snapshot.facts(self._path), self._snapshot.source(self._path)
        if facts is None or source is None:
            return
        was = self._old_uses(wanted)
        if not was:
            return
        rows = {at for at, text in enumerate(facts.strings) if text in words}
        for row, name in named(facts, rows):
            start, scope = facts.expressions.start[row], facts.expressions.scope[row]
            around = once_called(scope_name(facts, scope), renamed)
            use = was.get((around, text_of(source, facts, row)))
            if use is not None and facts.strings[name] in words:
                span = Span(self._path, start, facts.expressions.end[row])
                holder = symbol_id(self._path, facts, scope)
                edge = replace(use.edge, source=holder, span=span)
                yield wanted[edge.target], _Use(edge, use.beside)

    def _old_uses(self, wanted: Collection[str]) -> dict[tuple[str, str], _Use]:
        """The uses in the old text, by scope and chain of names as written."""
        facts = self._facts
        uses = {use.edge.span.start: use for use in self._resolved_at_home(wanted)}
        found: dict[tuple[str, str], _Use] = {}
        for row, start in enumerate(facts.expressions.start):
            if facts.expressions.kind[row] in NAMES and start in uses:
                scope = scope_name(facts, facts.expressions.scope[row])
                found[scope, text_of(self._source, facts, row)] = uses[start]
        return found

    def _resolved_at_home(self, wanted: Collection[str]) -> _Uses:
        index = self._snapshot.index
        if index.source(self._path) != self._source:
            return self._of(self._path, wanted)
        beside: dict[Span, set[str]] = {}
        edges = [
            edge
            for edge in index.graph.edges_in(self._path)
            if edge.kind in USES and edge.certainty <= Certainty.INFERRED
        ]
        for edge in edges:
            beside.setdefault(edge.span, set()).add(edge.target)
        return tuple(_Use(e, frozenset(beside[e.span])) for e in edges if e.target in wanted)

    def _may_mean(self, target: str, words: Collection[str]) -> bool:
        """Whether an import of one of the words that leads there has found what it asks for, and
        not only the module that it asks."""
        if target.startswith(_EXTERNAL):
            return self._there
        return "::" in target or not words_of(target).isdisjoint(words)
