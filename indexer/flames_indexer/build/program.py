"""The repository as resolving asks for it, while a build runs."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from flames_indexer.resolve.sites import Calling, encoded_names
from flames_indexer.store import Database, FileRecord, Versions, manifest_key, split_counts

if TYPE_CHECKING:
    from flames_indexer.facts import FileFacts

# Contents whose facts stay in memory, 27 KB each; resolving keeps its own tables of them. Contents,
# not files: of 2,900 files of django 500 are empty.
_KEEP_FACTS = 32


class Program:
    """`resolve.Program` over the store's contents. `rebuild` makes a content that is damaged."""

    def __init__(
        self,
        root: str,
        database: Database,
        records: Mapping[str, FileRecord],
        versions: Versions,
        rebuild: Callable[[FileRecord], bytes | None],
        parsed: dict[str, "FileFacts"],
    ) -> None:
        self._root = root
        self._database = database
        self._records = records
        self._sources = {path: r for path, r in records.items() if r.has_facts}
        self._paths = tuple(sorted(self._sources))
        self._versions = versions
        self._rebuild = rebuild
        self._parsed = parsed
        self._methods: dict[str, list[str]] | None = None
        self._called: dict[str, bytes] = {}  # names called
        self._calling: Calling | None = None
        self._decoded: OrderedDict[tuple[str, bytes], FileFacts] = OrderedDict()

    def paths(self) -> Collection[str]:
        """All indexed paths, sorted."""
        return self._paths

    def exists(self, path: str) -> bool:
        """Whether `path` is an indexed file."""
        return path in self._sources

    def facts(self, path: str) -> "FileFacts | None":
        """The facts of an indexed file."""
        record = self._sources.get(path)
        if record is None:
            return None
        content = (record.language, record.key)
        facts = self._decoded.get(content) or self._parsed.get(path) or self._load(record)
        if facts is not None:
            self._decoded[content] = facts
            self._decoded.move_to_end(content)
            if len(self._decoded) > _KEEP_FACTS:
                self._decoded.popitem(last=False)
        return facts

    def release(self, path: str) -> None:
        """Says that `path` is resolved. Few ask again for facts that resolving did not keep."""
        self._parsed.pop(path, None)

    def methods(self, path: str) -> list[str]:
        """The ids of the methods of an indexed file, told without its facts if it is not new."""
        if self._methods is None:
            self._methods = self._stored_methods()
        found = self._methods.get(path)
        if found is None:
            facts = self.facts(path)
            from flames_indexer.store.blocks import methods_of

            found = self._methods[path] = methods_of(path, facts) if facts else []
        return found

    def called(self, path: str) -> bytes:
        """The names that an indexed file calls, as `encoded_names` gives them."""
        if self._methods is None:
            self._methods = self._stored_methods()
        called = self._called.get(path)
        if called is None:
            facts = self.facts(path)
            called = encoded_names(path, facts) if facts is not None else b""
            self._called[path] = called
        return called

    def paths_calling(self, name: str) -> list[str]:
        """The paths of the files that call something of that name."""
        if self._calling is None:
            self._calling = Calling((path, self.called(path)) for path in self._paths)
        return self._calling.paths(name)

    def manifest(self, path: str) -> bytes | None:
        """The bytes of a manifest inside the root."""
        record = self._records.get(path)
        if record is None or record.language:
            return None
        return self._database.content(manifest_key(record.key))

    def changed_since(self, before: "Program") -> set[str] | None:
        """The files whose contents differ from those of an earlier program; None: other files, or
        other manifests, so that names may mean other files."""
        known, now = before._records, self._records
        if (before._root, before._versions) != (self._root, self._versions):
            return None
        if known.keys() != now.keys():
            return None
        changed = {path for path, record in now.items() if not _says_the_same(known[path], record)}
        return None if any(not now[path].has_facts for path in changed) else changed

    def read_from(self, database: Database) -> None:
        """Goes on with another connection to the same store."""
        self._database = database

    def take_names(self, before: "Program", changed: Collection[str]) -> None:
        """Takes what an earlier program has found out of the files that say the same."""
        if before._methods is not None:
            self._methods = {p: m for p, m in before._methods.items() if p not in changed}
            self._called = {p: c for p, c in before._called.items() if p not in changed}
            if all(self.called(path) == before.called(path) for path in changed):
                self._calling = before._calling

    def _stored_methods(self) -> dict[str, list[str]]:
        from flames_indexer.store.blocks import called_in, methods_in

        checks = {path: r.edges for path, r in self._sources.items() if r.edges}
        blocks = self._database.edges(self._root, checks)
        methods: dict[str, list[str]] = {}
        for path, block in blocks:
            if block is not None:
                methods[path], self._called[path] = methods_in(path, block), called_in(block)
        return methods

    def _load(self, record: FileRecord) -> "FileFacts | None":
        from flames_indexer.parse import decode

        key = self._versions.keys(record.language, record.key).facts
        stored = self._database.content(key) or self._rebuild(record)
        return decode(split_counts(stored)[1]) if stored else None


def _says_the_same(one: FileRecord, other: FileRecord) -> bool:
    return one is other or (
        (one.key, one.language, one.has_facts) == (other.key, other.language, other.has_facts)
    )
