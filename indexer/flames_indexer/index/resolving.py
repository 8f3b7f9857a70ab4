"""Resolving: the edges of unsaved files, at the price of what was edited since the last time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from flames_indexer.facts import FileFacts
from flames_indexer.index.index import Index
from flames_indexer.index.overlay import Overlay
from flames_indexer.resolve import FileEdges, Resolver
from flames_indexer.resolve.world import Program

Overlays = Mapping[str, Overlay]


@dataclass(frozen=True, slots=True)
class State:
    """An index, and the unsaved files over it."""

    index: Index
    overlays: Overlays

    @property
    def new(self) -> frozenset[str]:
        """The paths that the index does not have."""
        return frozenset(path for path in self.overlays if not self.index.exists(path))

    def exists(self, path: str) -> bool:
        """Whether `path` is a file of ours."""
        return path in self.overlays or self.index.exists(path)

    def facts(self, path: str) -> FileFacts | None:
        """What stands in a file."""
        overlay = self.overlays.get(path)
        return overlay.said() if overlay else self.index.facts(path)

    def changed_since(self, before: "State") -> set[str] | None:
        """The files that say something else; None: names may mean other files."""
        changed = self.index.changed_since(before.index)
        if changed is None or self.new != before.new:
            return None
        return changed | _changed_paths(before.overlays, self.overlays)


@dataclass(frozen=True, slots=True)
class Resolved:
    """The edges of the unsaved files of a state."""

    state: State
    edges: Mapping[str, FileEdges]


class Resolving:
    """Shared by the snapshots of a worktree. Keeps one resolver and the state that it last
    resolved; whoever needs it takes it away and brings it back; who finds none makes one, so no two
    threads ever have the same."""

    def __init__(self, give_way: Callable[[], None] = lambda: None) -> None:
        self.give_way = give_way
        self._used: list[tuple[Resolver, State]] = []

    def resolved(self, program: Program, state: State, known: Resolved | None) -> Resolved:
        """The edges of the overlays of `state`, of which `program` is all. `known`: what was found
        in another state, used again where nothing changed it."""
        said = cast("Program", _Said(program, state.overlays, self.give_way))
        resolver = self._resolver(said, state)
        holds = _still_holding(known, state, resolver)
        found = {
            path: holds[path] if path in holds else resolver.resolve(path)
            for path in state.overlays
        }
        self._used = [(resolver, state)]
        return Resolved(state, found)

    def _resolver(self, program: Program, state: State) -> Resolver:
        try:
            resolver, before = self._used.pop()
        except IndexError:  # none yet, or another thread has it
            return Resolver(program)
        changed = state.changed_since(before)
        kept = resolver.after(program, changed) if changed is not None else None
        if kept is None:
            resolver.close()
        return kept or Resolver(program)


class _Said:
    """A program whose unsaved files are those that stand: while somebody is in the middle of
    typing, the next key changes nothing that resolving asks for."""

    def __init__(self, program: Program, overlays: Overlays, give_way: Callable[[], None]) -> None:
        self._program = program
        self._overlays = overlays
        self._give_way = give_way

    def __getattr__(self, name: str) -> object:
        self._give_way()
        return getattr(self._program, name)

    def facts(self, path: str) -> FileFacts | None:
        self._give_way()
        overlay = self._overlays.get(path)
        return overlay.said() if overlay else self._program.facts(path)


def _still_holding(
    known: Resolved | None, state: State, resolver: Resolver
) -> Mapping[str, FileEdges]:
    """What was found in another state and is so in this one."""
    changed = state.changed_since(known.state) if known else None
    if known is None or changed is None:
        return {}
    if not changed:
        return known.edges
    return {
        path: edges
        for path, edges in known.edges.items()
        if path in state.overlays
        and path not in changed
        and not resolver.stale(edges.reads, known.state, changed)
    }


def _changed_paths(before: Overlays, now: Overlays) -> set[str]:
    """The files that say something else."""
    return {path for path in before.keys() | now.keys() if not _alike(before, now, path)}


def _alike(before: Overlays, now: Overlays, path: str) -> bool:
    one, other = before.get(path), now.get(path)
    return one is other or (one is not None and other is not None and one.meaning is other.meaning)
