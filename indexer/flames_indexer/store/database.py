"""The SQLite file of one repository, opened for reading or for building. The sole user of sqlite3.

Knows rows and their checksums, not what is in them. A row that does not open is None or left out;
a file that SQLite itself rejects raises StoreDamaged.
"""

import contextlib
import errno
import sqlite3
import threading
import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec

from flames_indexer.errors import StoreDamaged, StoreError
from flames_indexer.store.place import STORE_VERSION, on_network
from flames_indexer.store.records import (
    FileRecord,
    Generation,
    SealedEdges,
    check_of,
    joint_check,
    row_name,
    seal,
    seal_record,
    unseal,
)

_Record = TypeVar("_Record", FileRecord, Generation)
_APPLICATION_ID = 0x666C616D  # "flam"
# Bytes. A value spills to pages of its own and wastes half of the last one: with SQLite's 4 KiB
# that is 40 % of a typical index, with 1 KiB 12 %.
_PAGE_BYTES = 1024
_BUSY_MS = 30_000  # two worktrees of one repository may be written at once; batches are short
_KEEP_DAYS = 14


@dataclass(frozen=True, slots=True)
class Manifest:
    """One generation's files by path; `checks`: the checksums of their rows, where known."""

    generation: Generation
    files: Mapping[str, FileRecord]
    checks: Mapping[str, bytes] = field(default_factory=dict[str, bytes])


class Database:
    """A connection; safe to use from several threads. Close it, or use it in a `with`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._lock = threading.RLock()
        self._path = path
        self._file = _identity(path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """For reading; raises StoreError when there is none, StoreDamaged when it is foreign."""
        if not path.is_file():
            raise StoreError(f"There is no index yet at {path}: run `flames index`.")
        with _translated():
            connection = _connect(path)
            if _is_blank(connection):  # its builder was stopped, or has only just begun
                raise StoreError(f"There is no index yet at {path}: run `flames index`.")
            _verify(connection, path)
            connection.execute("PRAGMA query_only=1")
        return cls(connection, path)

    @classmethod
    def write(cls, path: Path) -> Self:
        """For building; made when there is none."""
        with _translated():
            path.touch(mode=0o600)
            connection = _connect(path)
            if _is_blank(connection):
                _create(connection)
            _verify(connection, path)
            connection.execute(f"PRAGMA journal_mode={'TRUNCATE' if on_network(path) else 'WAL'}")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA wal_autocheckpoint=8000")
        return cls(connection, path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection."""
        with self._lock:
            self._connection.close()

    @property
    def is_orphaned(self) -> bool:
        """Whether the file was removed, or another is in its place: nobody will write this one."""
        return _identity(self._path) != self._file

    @contextlib.contextmanager
    def consistent(self) -> Generator[None]:
        """Reads inside see one generation. Keep it short: the log cannot shrink meanwhile."""
        with self._lock, _translated():
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._connection.execute("ROLLBACK")

    def generation(self, root: str) -> Generation | None:
        """The worktree's current generation, without its files."""
        rows = self._rows("SELECT sealed FROM worktrees WHERE root=?", root)
        payload = unseal(row_name("worktree", root), rows[0][0]) if rows else None
        return _decoded(payload, Generation) if payload is not None else None

    def manifest(self, root: str, known: Manifest | None = None) -> Manifest | None:
        """The current generation; None when there is none or any row of it does not open. A row
        with the checksum that it had in `known` is not opened again."""
        generation = self.generation(root)
        rows = self._rows(f"SELECT path, sealed FROM files WHERE worktree={_WORKTREE}", root)
        if generation is None or generation.files != len(rows):
            return None
        checks = {path: check_of(sealed) for path, sealed in rows}
        if joint_check(checks.values()) != generation.files_check:
            return None
        before = known.checks if known is not None else {}
        files: dict[str, FileRecord] = {}
        for path, sealed in rows:
            if known is not None and before.get(path) == checks[path]:
                files[path] = known.files[path]
                continue
            payload = unseal(row_name("file", root, path), sealed)
            record = _decoded(payload, FileRecord) if payload is not None else None
            if record is None:
                return None
            files[path] = record
        return Manifest(generation, files, checks)

    def edges(self, root: str, wanted: Mapping[str, bytes]) -> Iterator[tuple[str, bytes | None]]:
        """Each wanted path's packed edges; None where the row is not the one with that check."""
        return self._block("edges", root, wanted)

    def reads(self, root: str, wanted: Mapping[str, bytes]) -> Iterator[tuple[str, bytes | None]]:
        """What resolving each wanted path read, None where it is damaged or of other edges."""
        return self._block("reads", root, wanted)

    def content(self, key: bytes) -> bytes | None:
        """One content's payload; None when there is none or it is damaged."""
        rows = self._rows("SELECT sealed FROM contents WHERE key=?", key)
        return unseal(key, rows[0][0]) if rows else None

    def has_worktree(self, root: str) -> bool:
        """Whether anything is stored of the worktree, damaged or not."""
        return bool(self._rows("SELECT 1 FROM worktrees WHERE root=?", root))

    def present(self, keys: Set[bytes] | None) -> set[bytes]:
        """Those of `keys` (None: of all) that have a row; says nothing about damage."""
        if keys is not None and len(keys) < 200:
            found = (self._rows("SELECT key FROM contents WHERE key=?", key) for key in keys)
            return {row[0] for rows in found for row in rows}
        stored = {row[0] for row in self._rows("SELECT key FROM contents")}
        return stored if keys is None else stored & keys

    def put(self, contents: Iterable[tuple[bytes, bytes]]) -> None:
        """Stores payloads under their keys."""
        rows = [(key, seal(key, payload)) for key, payload in contents]
        with self._transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO contents VALUES (?, ?)", rows)
            uses = [(key, today()) for key, _ in rows]
            connection.executemany("INSERT OR REPLACE INTO uses VALUES (?, ?)", uses)

    def forget(self, keys: Iterable[bytes]) -> None:
        """Removes contents, so that the next build makes them again."""
        with self._transaction() as connection:
            connection.executemany("DELETE FROM contents WHERE key=?", [(key,) for key in keys])

    def repair_later(self, key: bytes) -> None:
        """Forgets a damaged content from a reading connection, unless that means waiting."""
        with self._lock, contextlib.suppress(sqlite3.Error):
            self._connection.execute("PRAGMA busy_timeout=0")
            self._connection.execute("PRAGMA query_only=0")
            try:
                self._connection.execute("DELETE FROM contents WHERE key=?", (key,))
            finally:
                self._connection.execute("PRAGMA query_only=1")
                self._connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")

    def commit(
        self,
        root: str,
        generation: Generation,
        records: Iterable[FileRecord],
        edges: Mapping[str, SealedEdges],
        gone: Sequence[str] | None,
    ) -> None:
        """Makes `generation` current: changed `records` and `edges`, without the `gone` paths.

        With None gone, `records` and `edges` are all there is.
        """
        with self._transaction() as connection:
            worktree = _worktree(connection, root)
            for table in ("files", "edges", "reads"):
                if gone is None:
                    connection.execute(f"DELETE FROM {table} WHERE worktree=?", (worktree,))
                else:
                    rows = [(worktree, path) for path in gone]
                    connection.executemany(f"DELETE FROM {table} WHERE worktree=? AND path=?", rows)
            sealed = ((r.path, seal_record(root, r)) for r in records)
            _insert(connection, "files", worktree, sealed)
            _insert(connection, "edges", worktree, ((p, row.edges) for p, row in edges.items()))
            _insert(connection, "reads", worktree, ((p, row.reads) for p, row in edges.items()))
            payload = seal(row_name("worktree", root), msgspec.msgpack.encode(generation))
            connection.execute("UPDATE worktrees SET sealed=? WHERE id=?", (payload, worktree))

    def mark_used(self, keys: Iterable[bytes]) -> None:
        """Says that `keys` are in use today, and deletes what was not for 14 days."""
        day = today()
        with self._transaction() as connection:
            rows = [(key, day) for key in keys]
            connection.executemany("INSERT OR REPLACE INTO uses VALUES (?, ?)", rows)
            old = "SELECT key FROM uses WHERE day < ?"
            connection.execute(f"DELETE FROM contents WHERE key IN ({old})", (day - _KEEP_DAYS,))
            connection.execute("DELETE FROM uses WHERE day < ?", (day - _KEEP_DAYS,))

    def tidy(self) -> None:
        """Moves the log into the file and gives freed pages back; does nothing while read."""
        with self._lock, contextlib.suppress(sqlite3.Error):
            self._connection.execute("PRAGMA incremental_vacuum").fetchall()
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _block(
        self, table: str, root: str, wanted: Mapping[str, bytes]
    ) -> Iterator[tuple[str, bytes | None]]:
        found = dict(self._edge_rows(table, root, wanted))
        for path, check in wanted.items():
            sealed = found.get(path)
            name = row_name(table, root, path, *([check] if table == "reads" else []))
            believed = sealed is not None and (table == "reads" or check_of(sealed) == check)
            yield path, unseal(name, sealed) if believed else None

    def _edge_rows(
        self, table: str, root: str, wanted: Mapping[str, bytes]
    ) -> Iterable[tuple[str, bytes]]:
        query = f"SELECT path, sealed FROM {table} WHERE worktree={_WORKTREE}"
        if len(wanted) > 50:
            return self._rows(query, root)
        return (row for path in wanted for row in self._rows(f"{query} AND path=?", root, path))

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock, _translated():
            return self._connection.execute(query, values).fetchall()

    @contextlib.contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection]:
        with self._lock, _translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise


_WORKTREE = "(SELECT id FROM worktrees WHERE root=?)"


def discard(path: Path) -> None:
    """Removes a database that cannot be used."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def today() -> int:
    """Days since 1970."""
    return int(time.time() // 86400)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_BUSY_MS / 1000, isolation_level=None, check_same_thread=False
    )
    connection.text_factory = _decoded_text  # a damaged text is a damaged row, not an error
    return connection


def _decoded_text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _create(connection: sqlite3.Connection) -> None:
    schema = resources.files("flames_indexer.store").joinpath("schema.sql").read_text("utf-8")
    connection.execute(f"PRAGMA page_size={_PAGE_BYTES}")
    connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
    connection.executescript(
        f"BEGIN EXCLUSIVE; {schema} PRAGMA application_id={_APPLICATION_ID};"
        f"PRAGMA user_version={STORE_VERSION}; COMMIT;"
    )


def _is_blank(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)


def _verify(connection: sqlite3.Connection, path: Path) -> None:
    identity = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in _IDENTITY]
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
    if identity != list(_IDENTITY.values()) or not tables >= _TABLES:
        raise StoreDamaged(f"{path} is not an index of this version of Flames.")


_IDENTITY = {"application_id": _APPLICATION_ID, "user_version": STORE_VERSION}
_TABLES = {"contents", "uses", "worktrees", "files", "edges", "reads"}


def _worktree(connection: sqlite3.Connection, root: str) -> int:
    connection.execute("INSERT OR IGNORE INTO worktrees (root, sealed) VALUES (?, x'')", (root,))
    return connection.execute("SELECT id FROM worktrees WHERE root=?", (root,)).fetchone()[0]


def _insert(
    connection: sqlite3.Connection, table: str, worktree: int, rows: Iterable[tuple[str, bytes]]
) -> None:
    values = ((worktree, path, sealed) for path, sealed in rows)
    connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", values)


def _decoded(payload: bytes, kind: type[_Record]) -> _Record | None:
    try:
        return msgspec.msgpack.decode(payload, type=kind)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None


@contextlib.contextmanager
def _translated() -> Generator[None]:
    """SQLite's errors in our words."""
    try:
        yield
    except sqlite3.Error as error:
        raise _in_our_words(error) from error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise StoreError(_FULL) from error


def _in_our_words(error: sqlite3.Error) -> StoreError:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE")):
        return StoreError(_FULL)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreError("The index is locked by another program: try again when it is done.")
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR")):
        return StoreError(f"The cache folder cannot be used ({error}): set FLAMES_CACHE_DIR.")
    return StoreDamaged(f"The index is damaged ({error}): it is built again.")


_FULL = (
    "The disk that holds the cache is full; the last index stays in force."
    " Make room, or set FLAMES_CACHE_DIR to another disk."
)
