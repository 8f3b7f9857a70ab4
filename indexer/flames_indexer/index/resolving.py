"""Resolving: the edges of unsaved files, at the price of what was edited since the last time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from flames_indexer.facts import FileFacts
from flames_indexer.index.overlay import Overlay
from flames_indexer.resolve import FileEdges, Resolver
from flames_indexer.resolve.world import Program

Overlays = Mapping[str, Overlay]
Edges = Mapping[str, FileEdges]


@dataclass(frozen=True, slots=True)
class _Used:
    """A resolver, and the unsaved files of the program that it last resolved."""

    resolver: Resolver
    overlays: Overlays
    new: frozenset[str]  # those that the index does not have


class Resolving:
    """Shared by the snapshots of one index. Keeps one resolver, which whoever needs it takes away
    and brings back; who finds none makes one, so no two threads ever have the same."""

    def __init__(self, give_way: Callable[[], None] = lambda: None) -> None:
        self.give_way = give_way
        self._used: list[_Used] = []

    def edges(
        self,
        program: Program,
        overlays: Overlays,
        new: frozenset[str],
        known: tuple[Overlays, Edges],
    ) -> dict[str, FileEdges]:
        """The edges of the overlays of `program`; `new`: paths that only they have. `known`: what
        was found with other overlays, used again where nothing changed it."""
        resolver = self._resolver(
            cast("Program", _Said(program, overlays, self.give_way)), overlays, new
        )
        before, edges = known
        changed = changed_paths(before, overlays)
        found: dict[str, FileEdges] = {}
        for path in overlays:
            old = edges.get(path)
            if old is None or path in changed or resolver.stale(old.reads, changed):
                found[path] = resolver.resolve(path)
            else:
                found[path] = old
        self._used = [_Used(resolver, overlays, new)]
        return found

    def _resolver(self, program: Program, overlays: Overlays, new: frozenset[str]) -> Resolver:
        try:
            used = self._used.pop()
        except IndexError:  # none yet, or another thread has it
            return Resolver(program)
        kept = None
        if used.new == new:
            kept = used.resolver.after(program, changed_paths(used.overlays, overlays))
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


def changed_paths(before: Overlays, now: Overlays) -> set[str]:
    """The files that say something else."""
    return {path for path in before.keys() | now.keys() if not _alike(before, now, path)}


def _alike(before: Overlays, now: Overlays, path: str) -> bool:
    one, other = before.get(path), now.get(path)
    return one is other or (one is not None and other is not None and one.meaning is other.meaning)
