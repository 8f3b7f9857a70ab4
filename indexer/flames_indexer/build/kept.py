"""What a build leaves to the next one of the same process: saves come one after the other, and most
of what resolving a saved file asks for is what the save before asked for. Nor is anything of the
store read again until somebody else writes there, or all of it is looked at."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from flames_indexer.config import Config
from flames_indexer.store import Database, Generation, Manifest, Place, place_of

if TYPE_CHECKING:
    from flames_indexer.build.program import Program
    from flames_indexer.embedding import Embedder
    from flames_indexer.resolve import Resolver


class Kept:
    """A resolver and the program that it knows, once a build has left them; the last generation,
    and what resolving its files read. For one thread at a time."""

    def __init__(self) -> None:
        self._left: tuple[Program, Resolver] | None = None
        self._manifest: Manifest | None = None
        self._reads: dict[str, dict[str, bytes]] = {}  # of that generation, by path
        self._place: tuple[Path, Path, Place] | None = None
        self._embedder: tuple[str, Embedder] | None = None  # with the settings that name it
        self.untidy = False  # whether something was written since the store was tidied

    @property
    def is_prepared(self) -> bool:
        """Whether a build has left a resolver."""
        return self._left is not None

    def place(self, root: Path, cache_dir: Path, *, anew: bool) -> Place:
        """As `place_of`, which asks git."""
        known = self._place
        if anew or known is None or known[:2] != (root, cache_dir):
            self._place = known = root, cache_dir, place_of(root, cache_dir)
        return known[2]

    def embedder(self, config: Config, *, keep: bool) -> "Embedder":
        """As `embedding.load`; most of the time goes into what it reads at its first text."""
        from flames_indexer import embedding

        settings, known = repr(config.embedding), self._embedder
        if known is None or known[0] != settings:
            known = settings, embedding.load(config)
        self._embedder = known if keep else None
        return known[1]

    def manifest(self, stored: Generation | None) -> Manifest | None:
        """What the generation that is stored consists of, if a build here wrote or read it."""
        known = self._manifest
        return known if known is not None and known.generation == stored else None

    def found(self, manifest: Manifest) -> None:
        """That is the stored generation, whoever wrote it."""
        if self.manifest(manifest.generation) is None:
            self._reads.clear()
        self._manifest = manifest

    def wrote(self, manifest: Manifest) -> None:
        """A build here did; of what it resolved, `resolved` was told."""
        self._manifest = manifest
        self.untidy = True

    def resolved(self, path: str) -> None:
        """It has read something else now."""
        self._reads.pop(path, None)

    def reads(
        self,
        database: Database,
        root: str,
        generation: Generation | None,
        wanted: Mapping[str, bytes],
    ) -> Iterator[tuple[str, Mapping[str, bytes] | None]]:
        """What resolving each wanted path read, as `Database.reads` tells of that generation; None:
        of whatever is stored."""
        from flames_indexer.build.relate import unpack_reads

        if generation is None or self.manifest(generation) is None:
            self._manifest = None
            self._reads.clear()
        unknown = {path: check for path, check in wanted.items() if path not in self._reads}
        places: dict[str, str] = {}  # most is read by several: a quarter of the memory
        units: dict[bytes, bytes] = {}
        for path, block in database.reads(root, unknown):
            if block is None:
                yield path, None
                continue
            read = unpack_reads(block).items()
            self._reads[path] = {places.setdefault(k, k): units.setdefault(v, v) for k, v in read}
        for path in wanted:
            if path in self._reads:
                yield path, self._reads[path]

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
