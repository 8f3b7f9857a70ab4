"""Resolver: the edges of a program's files, one file at a time."""

import sys
from collections.abc import Collection, Container, Mapping
from typing import Final

from flames_indexer.languages import language_named
from flames_indexer.resolve import (
    calls,
    classes,
    contextual,
    elements,
    evaluate,
    injection,
    members,
    parts,
    reads,
    type_expressions,
    untyped,
)
from flames_indexer.resolve.edges import FileEdges
from flames_indexer.resolve.engine import DEEPEST
from flames_indexer.resolve.references import Collector
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.world import Program, Rules, World

# Interpreter frames that a chain of questions may take, some ten each. They cost heap, not stack.
DEEPEST_CHAIN: Final = 20 * DEEPEST

# Answers that are kept from one program to the next: about 1 KB each, 1,000 after one edited file.
MOST_ANSWERS: Final = 30_000


def _expected_value(world: World, file: File, parameter: int) -> int:
    """What a parameter without a type is given where its function stands."""
    given = injection.parameter_value(world, file, parameter)
    return given or contextual.parameter_value(world, file, parameter)


RULES: Final = Rules(
    evaluate=evaluate.evaluate,
    type_of=type_expressions.type_of,
    attribute=members.attribute,
    call=calls.call,
    iterate=parts.iterate,
    inherited=classes.inherited,
    contextual=_expected_value,
    filled=elements.in_name,
    filled_member=elements.in_member,
    untyped=untyped.parameter_value,
)


class Resolver:
    """Resolves the files of one program state. The program must not change meanwhile."""

    def __init__(self, program: Program) -> None:
        self._world = World(program, lambda name: language_named(name).semantics(), RULES)
        self._digests = reads.Digests(self._world)

    def after(self, program: Program, changed: Collection[str]) -> "Resolver | None":
        """This resolver, going on with another program: what it knows, less what rests on
        `changed`, the only paths whose contents differ. None when it has grown so large that a
        new one is better. The paths and manifests must be the same."""
        if max(self._world.engine.size, len(self._world.values.sets)) > MOST_ANSWERS:
            return None
        self._digests.forget(self._world.after(program, changed))
        return self

    def resolve(self, path: str) -> FileEdges:
        """The edges of one file; empty if the program has no facts of it.

        Depends on the program only, never on what was resolved before. `reads` says what it
        depends on besides the file itself. RecursionError: see `Engine.ask`; other files can be
        resolved afterwards.
        """
        world = self._world
        world.engine.begin()
        file = world.enter(path)
        if file is None:
            return FileEdges()
        world.known_values = [-1] * len(file.facts.expressions.kind)
        world.known_names = {}
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, DEEPEST_CHAIN))
        try:
            edges = Collector(world, file).collect()
        finally:
            sys.setrecursionlimit(limit)
            world.known_values, world.known_names = [], {}
        edges.reads = self._digests.of(world.engine.taken(), path)
        world.leave()
        return edges

    def close(self) -> None:
        """Gives its memory back at once."""
        self._world.engine.close()

    def stale(
        self,
        recorded: Mapping[str, bytes],
        before: reads.Before,
        changed: Collection[str],
        few: Mapping[str, Container[str]] | None = None,
    ) -> bool:
        """Whether anything that was read is different now; if not, `resolve` gives the same.

        `before`: the files as they were when the reads were recorded, or whenever later they were
        not stale; `changed`: the paths that came, went or have other contents since. `few`: places
        of which only these names can differ.
        """
        return self._digests.differ(recorded, before, changed, few or {})
