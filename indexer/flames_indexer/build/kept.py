"""What a build leaves to the next one of the same process: saves come one after the other, and most
of what resolving a saved file asks for is what the save before asked for."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flames_indexer.store import Database

if TYPE_CHECKING:
    from flames_indexer.build.program import Program
    from flames_indexer.resolve import Resolver


class Kept:
    """A resolver and the program that it knows, once a build has left them. For one thread."""

    def __init__(self) -> None:
        self._left: tuple[Program, Resolver] | None = None

    @contextmanager
    def resolver(self, program: "Program", database: Database) -> "Generator[Resolver]":
        """One that has resolved nothing of what differs in `program`; kept again if all goes
        well."""
        from flames_indexer.resolve import Resolver

        resolver = self._gone_on(program, database) or Resolver(program)
        try:
            yield resolver
        except BaseException:
            resolver.close()
            raise
        self._left = program, resolver

    def _gone_on(self, program: "Program", database: Database) -> "Resolver | None":
        left, self._left = self._left, None
        if left is None:
            return None
        before, resolver = left
        changed = program.changed_since(before)
        if changed is not None:
            before.read_from(database)
            program.take_names(before, changed)
            gone_on = resolver.after(program, changed)
            if gone_on is not None:
                return gone_on
        resolver.close()
        return None
