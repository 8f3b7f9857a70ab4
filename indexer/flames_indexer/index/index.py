"""Index: one generation of a worktree, read-only."""

import logging
import threading
from array import array
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

from flames_indexer import files
from flames_indexer.compression import decompress
from flames_indexer.config import Config
from flames_indexer.errors import StoreDamaged, StoreError
from flames_indexer.facts import Definitions, FileFacts
from flames_indexer.formats import EDGES_VERSION, FACTS_VERSION
from flames_indexer.graph import Graph
from flames_indexer.index.recent import Recent
from flames_indexer.index.vectors import VectorTable, vector_table
from flames_indexer.languages import LANGUAGES, language_named
from flames_indexer.model import Coverage, Role, Symbol, SymbolKind
from flames_indexer.parse import decode, decode_definitions, parse
from flames_indexer.resolve import FileEdges
from flames_indexer.resolve.sites import Calling
from flames_indexer.resolve.symbols import symbol_ids, symbols_of
from flames_indexer.store import (
    Database,
    FileRecord,
    Manifest,
    content_digest,
    manifest_key,
    place_of,
    split_counts,
)
from flames_indexer.store.blocks import (
    called_in,
    head_of,
    methods_in,
    unpack_edges,
    unpack_symbols,
)

_log = logging.getLogger(__name__)
_Made = TypeVar("_Made")
# Bytes of source whose facts, and whose symbols, stay decoded: three times as much in memory, for a
# hundred files. What resolving has read, its resolver keeps.
_KEEP_DECODED_BYTES = 2_000_000

FileBlock = tuple[list[str], FileEdges]  # symbol ids, edges


class Index:
    """Everything known of a worktree at one generation. Thread-safe; its answers never change.

    What turns out damaged is made again from the disk where that still holds the indexed bytes,
    left out where not, counted in `coverage`, and forgotten so that the next build repairs it.
    """

    def __init__(
        self, root: Path, database: Database, name: str, manifest: Manifest, old: "Index | None"
    ) -> None:
        self.root = root
        self.generation = manifest.generation.number
        self.built_at = manifest.generation.built_at
        self._name = name  # the worktree's, in the database
        self._database = database
        self._manifest = manifest
        self._records = {path: r for path, r in manifest.files.items() if r.has_facts}
        self._paths = tuple(sorted(self._records))
        self.pending = sum(r.pending for r in self._records.values())  # edges of the one before
        self._lock = threading.RLock()
        self._facts = Recent[FileFacts](_KEEP_DECODED_BYTES)
        self._symbols = Recent[list[Symbol]](_KEEP_DECODED_BYTES)
        if old is not None:
            self._facts.take(old._facts, partial(self._says_what_it_said, old))
            self._symbols.take(old._symbols, partial(self._says_what_it_said, old))
        self._derived: dict[str, object] = {}
        self._making: dict[str, threading.RLock] = {}  # one for each key of it
        self._lasting: dict[str, object] = old._lasting if old else {}
        self._heads: dict[str, bytes] = dict(old._heads) if old else {}
        self.damaged: set[str] = set()  # paths; grows while the index is used
        self.graph = self._graph(old)
        if old is not None and self._tells_the_same(old):
            self._derived, self._making, self._lock = old._derived, old._making, old._lock

    @classmethod
    def open(cls, root: Path, config: Config) -> "Index":
        """The current generation; raises StoreError when there is none that can be used."""
        root = root.resolve()
        place = place_of(root, config.cache_dir)
        database = Database.read(place.database)
        with database.consistent():
            manifest = _manifest(database, place.root, root, None)
            return cls(root, database, place.root, manifest, None)

    @property
    def is_orphaned(self) -> bool:
        """Whether its file was removed or replaced: no newer generation will be found there."""
        return self._database.is_orphaned

    def reopened(self) -> "Index":
        """The current generation: this one, or a newer one that shares what did not change."""
        now = self._database.generation(self._name)
        same = now is not None and (now.number, now.built_at) == (self.generation, self.built_at)
        if same and not self.damaged:
            return self
        with self._database.consistent():
            manifest = _manifest(self._database, self._name, self.root, self._manifest)
            return Index(self.root, self._database, self._name, manifest, self)

    # Files

    def files(self) -> Mapping[str, FileRecord]:
        """The indexed source files by path."""
        return self._records

    def paths(self) -> Collection[str]:
        """Their paths, sorted."""
        return self._paths

    def exists(self, path: str) -> bool:
        """Whether `path` is an indexed source file."""
        return path in self._records

    def roles(self) -> Mapping[str, Role]:
        """What each file is for."""
        return self.derived("roles", lambda: {path: r.role for path, r in self._records.items()})

    def skips(self) -> list[tuple[str, str]]:
        """What belongs to the repository and is not indexed, with the reason."""
        records = self._manifest.files.values()
        own = [(r.path, r.skip or r.failure) for r in records if r.skip or r.failure]
        return sorted([*own, *self._manifest.generation.skips])

    def coverage(self) -> Coverage:
        """What no answer of this index covers. `pending`: until the build that runs is done, or
        damaged, until the next one is."""
        return self.derived(f"coverage {len(self.damaged)}", self._coverage)

    def _coverage(self) -> Coverage:
        records = self._records.values()
        return Coverage(
            unresolved_calls=sum(record.unresolved for record in records),
            unparsed_files=sum(record.is_read_in_part for record in records),
            pending_files=len(self.damaged.union(r.path for r in records if r.pending)),
            skipped_files=len(self.skips()),
        )

    def source(self, path: str) -> bytes | None:
        """The bytes on disk, if they are still the indexed ones."""
        record = self._records.get(path)
        if record is None:
            return None
        read = files.read(self.root, files.FileEntry(path, record.disk, record.stat))
        if isinstance(read, files.Skip) or content_digest(read[0]) != record.key:
            return None
        return read[0]

    def manifest(self, path: str) -> bytes | None:
        """The indexed bytes of a manifest (package.json …)."""
        record = self._manifest.files.get(path)
        if record is None or record.language:
            return None
        return self._database.content(manifest_key(record.key))

    # Symbols

    def facts(self, path: str) -> FileFacts | None:
        """The facts of an indexed file."""
        if (known := self._facts.get(path)) is not None:
            return known
        record = self._records.get(path)
        facts = self._load_facts(record) if record else None
        if record is not None and facts is not None:
            self._facts.keep(path, facts, record.size)
        return facts

    def definitions(self, path: str) -> tuple[list[str], Definitions] | None:
        """What the facts of a file have as strings and definitions; less is read for these."""
        known, record = self._facts.get(path), self._records.get(path)
        if known is None and record is not None:
            stored = self._content(record, self._keys(record).facts)
            if stored is not None:
                return decode_definitions(split_counts(stored)[1])
            known = self.facts(path)
        return (known.strings, known.definitions) if known is not None else None

    def keep_decoded(self, size_bytes: int) -> None:
        """Keeps the facts of so much source at hand: for who asks of all files, again and again."""
        self._facts.hold(size_bytes)

    def symbols_in(self, path: str) -> list[Symbol]:
        """The symbols of a file, in source order, its module first."""
        if (known := self._symbols.get(path)) is not None:
            return known
        facts, record = self.facts(path), self._records.get(path)
        symbols = symbols_of(path, facts) if facts else []
        if record is not None:
            self._symbols.keep(path, symbols, record.size)
        return symbols

    def symbols_named(self) -> Iterator[tuple[str, SymbolKind]]:
        """Id and kind of every symbol, by path, without anybody's facts; 30 ms per 100k."""
        for path in self._paths:
            if (head := self._heads.get(path)) is not None:
                yield from unpack_symbols(path, head).items()

    def methods(self, path: str) -> list[str]:
        """The ids of the methods of a file."""
        head = self._heads.get(path)
        return methods_in(path, head) if head is not None and self.exists(path) else []

    def methods_named(self, name: str) -> list[str]:
        """The ids of all methods of that name, by path."""
        return self.graph.ids(self.derived("methods", self._methods).get(name, ()))

    def paths_calling(self, name: str) -> list[str]:
        """The paths of the files that call something of that name."""
        return self.derived("calling", self._calling).paths(name)

    def called_in(self, path: str) -> bytes:
        """The names that a file calls, as `sites.encoded_names` gives them."""
        head = self._heads.get(path)
        return called_in(head) if head is not None and self.exists(path) else b""

    def _calling(self) -> Calling:
        heads = ((path, self._heads.get(path)) for path in self._paths)
        return Calling((path, called_in(head)) for path, head in heads if head is not None)

    def derived_from_names(self, key: str, make: Callable[[], _Made]) -> _Made:
        """As `derived`, for what depends on paths and manifests only."""
        return self.derived(f"names {key}", make)

    def _methods(self) -> "dict[str, array[int]]":
        """The methods of each name, as the graph numbers them: a text each would take 5 MB."""
        found: dict[str, array[int]] = {}
        for path in self._paths:
            methods = self.methods(path)
            for identity, number in zip(methods, self.graph.numbers(methods), strict=True):
                found.setdefault(identity.rpartition(".")[2], array("i")).append(number)
        return found

    # What similarity keeps

    def sketches(self, path: str) -> bytes | None:
        """The file's sketches, as `similarity.sketch.encode_sketches` made them."""
        record = self._records.get(path)
        stored = self._content(record, self._keys(record).sketches) if record else None
        return decompress(stored) if stored is not None else None

    def vectors(self) -> VectorTable | None:
        """The vectors of the whole worktree; None when the configured encoder makes none."""
        if not self._manifest.generation.versions.vectors:
            return None
        stored = ((p, self._content(r, self._keys(r).vectors)) for p, r in self._by_path())
        return vector_table((path, block) for path, block in stored if block is not None)

    def vector_block(self, path: str) -> bytes | None:
        """What `store.blocks.encode_vectors` made of a file; None when no encoder is configured."""
        record = self._records.get(path)
        if record is None or not self._manifest.generation.versions.vectors:
            return None
        return self._content(record, self._keys(record).vectors)

    @property
    def vectors_version(self) -> str:
        """The fingerprint that the vectors were made with."""
        return self._manifest.generation.versions.vectors

    def derived(self, key: str, make: Callable[[], _Made]) -> _Made:
        """What `make` gives, made once for this index, and for those that tell the same."""
        with self._lock:
            if key in self._derived:
                return cast("_Made", self._derived[key])
            making = self._making.setdefault(key, threading.RLock())
        with making:  # who asks for anything else need not wait
            derived = self._derived  # `forget` makes another one
            if key not in derived:
                derived[key] = make()
            return cast("_Made", derived[key])

    def lasting(self, key: str, make: Callable[[], _Made]) -> _Made:
        """What `make` gives, made once for this index and all that are reopened from it: a memo of
        what follows from contents."""
        with self._lock:
            if key not in self._lasting:
                self._lasting[key] = make()
            return cast("_Made", self._lasting[key])

    def forget(self) -> None:
        """Lets go of all that can be made again: facts, tables, memos. The next question to each
        costs what the first did; what is asked at the moment is answered from what was there."""
        with self._lock:
            self._derived = {}
            self._lasting.clear()
        self._facts.clear()
        self._symbols.clear()

    def _by_path(self) -> Iterator[tuple[str, FileRecord]]:
        return ((path, self._records[path]) for path in self._paths)

    def _keys(self, record: FileRecord):  # noqa: ANN202
        return self._manifest.generation.versions.keys(record.language, record.key)

    def _content(self, record: FileRecord, key: bytes) -> bytes | None:
        stored = self._database.content(key)
        if stored is None:
            self._note_damage(record.path, key)
        return stored

    def changed_since(self, old: "Index") -> set[str] | None:
        """The source files whose contents differ; None: there are other files or manifests, so
        that names may mean other files, or some cannot be read."""
        if old is self:
            return set()
        files, before = self._manifest.files, old._manifest.files
        if self.damaged or old.damaged or files.keys() != before.keys():
            return None
        changed = {path for path, record in files.items() if not _alike(record, before[path])}
        readable = (self.exists(path) and old.exists(path) for path in changed)
        return changed if all(readable) else None

    def _tells_the_same(self, old: "Index") -> bool:
        files, before = self._manifest.files, old._manifest.files
        now, then = self._manifest.generation, old._manifest.generation
        return (
            not (self.damaged or old.damaged)
            and (now.versions, now.skips) == (then.versions, then.skips)
            and files.keys() == before.keys()
            and all(r.with_stat_of(before[path]) == before[path] for path, r in files.items())
        )

    def _says_what_it_said(self, old: "Index", path: str) -> bool:
        now, before = self._records.get(path), old._records.get(path)
        return now is not None and before is not None and _alike(now, before)

    def _load_facts(self, record: FileRecord) -> FileFacts | None:
        stored = self._content(record, self._keys(record).facts)
        if stored is not None:
            return decode(split_counts(stored)[1])
        source = self.source(record.path)
        return parse(source, language_named(record.language)) if source is not None else None

    def _note_damage(self, path: str, key: bytes) -> None:
        if path not in self.damaged:
            _log.warning("the stored content of %s is damaged; the next build repairs it", path)
            self.damaged.add(path)
        self._database.repair_later(key)

    def _graph(self, old: "Index | None") -> Graph:
        """All edges; of what an older index has, only the difference is read."""
        known = old._records if old else {}
        damaged = old.damaged if old else set[str]()
        changed = {
            path: record.edges
            for path, record in self._records.items()
            if path in damaged or path not in known or known[path].edges != record.edges
        }
        blocks = self._blocks(changed)
        if old is None:
            return Graph.build((path, *block) for path, block in blocks)
        gone = dict.fromkeys(known.keys() - self._records.keys())
        return old.graph.with_files({**gone, **dict(blocks)})

    def _blocks(self, wanted: Mapping[str, bytes]) -> Iterator[tuple[str, FileBlock]]:
        for path, block in self._database.edges(self._name, dict(sorted(wanted.items()))):
            if block is None:
                _log.warning(
                    "the stored edges of %s are damaged; the next build repairs them", path
                )
                self.damaged.add(path)
                facts = self.facts(path)
                yield path, (symbol_ids(path, facts) if facts else [path], FileEdges())
            else:
                self._heads[path] = head_of(block)
                yield path, (list(unpack_symbols(path, block)), unpack_edges(block))


def _alike(one: FileRecord, other: FileRecord) -> bool:
    """Whether two states of a file say the same."""
    return (one.key, one.language, one.has_facts) == (other.key, other.language, other.has_facts)


def _manifest(database: Database, name: str, root: Path, known: Manifest | None) -> Manifest:
    manifest = database.manifest(name, known)
    if manifest is None and database.has_worktree(name):
        raise StoreDamaged(f"The index of {root} is damaged: run `flames index`.")
    if manifest is None:
        raise StoreError(f"There is no index of {root} yet: run `flames index`.")
    versions = {language.name: f"{FACTS_VERSION}.{language.version}" for language in LANGUAGES}
    found = manifest.generation.versions
    if (found.facts, found.edges) != (versions, str(EDGES_VERSION)):
        raise StoreDamaged(f"The index of {root} is of another version: run `flames index`.")
    return manifest
