"""What the store keeps, and the checksum around each piece of it."""

import hashlib
import struct
from collections.abc import Iterable
from functools import reduce
from operator import xor
from typing import NamedTuple

import msgspec

from flames_indexer.model import Role

CHECK_BYTES = 8  # a damaged row passes once in 2**64
Certainties = tuple[int, int, int, int]
_COUNTS = struct.Struct("<III")


class FileRecord(msgspec.Struct, frozen=True, array_like=True):
    """One file of a generation.

    `language` is "" for manifests and for files that are only remembered to be skipped; `skip`
    is the reason then. `failure`: an error of ours left it without facts, `edge_failure`:
    without edges. `edges` is the checksum of the file's row of edges. `pending`: they are of an
    earlier generation, and not all of them may hold in this one.
    """

    path: str
    disk: str
    stat: tuple[int, int, int, int]
    key: bytes  # content digest
    size: int
    role: Role = Role.SOURCE
    language: str = ""
    lines: int = 0
    symbols: int = 0
    problems: int = 0
    looks_generated: bool = False
    skip: str = ""
    failure: str = ""
    edge_failure: str = ""
    edges: bytes = b""
    certainties: Certainties = (0, 0, 0, 0)  # edges by Certainty
    unresolved: int = 0  # call sites with unknown callee
    pending: bool = False

    @property
    def has_facts(self) -> bool:
        """Whether it is an indexed source file."""
        return bool(self.language) and not self.failure

    @property
    def is_read_in_part(self) -> bool:
        """Whether some of it says nothing to us: it does not parse, or was too much to resolve."""
        return self.problems > 0 or bool(self.edge_failure)

    def with_stat_of(self, other: "FileRecord") -> "FileRecord":
        """This record, seen on disk as `other` was."""
        return msgspec.structs.replace(self, stat=other.stat, disk=other.disk)

    @property
    def edge_totals(self) -> "EdgeTotals":
        """What its edges add up to."""
        return EdgeTotals(
            self.edges, self.certainties, self.unresolved, self.edge_failure, self.pending
        )

    def with_edges(self, totals: "EdgeTotals") -> "FileRecord":
        """This record, with other edges."""
        check, certainties, unresolved, failure, pending = totals
        return msgspec.structs.replace(
            self,
            edges=check,
            certainties=certainties,
            unresolved=unresolved,
            edge_failure=failure,
            pending=pending,
        )


class EdgeTotals(NamedTuple):
    """What a file's record says of its edges."""

    check: bytes
    certainties: Certainties
    unresolved: int
    failure: str
    pending: bool = False


class Versions(msgspec.Struct, frozen=True, array_like=True):
    """What decides, besides a file's bytes, what is derived from it. Part of every content key."""

    facts: dict[str, str]  # by language
    sketches: str
    vectors: str  # the encoder's fingerprint among others; "" when there are no vectors
    edges: str

    def keys(self, language: str, digest: bytes) -> "Keys":
        """Where the content of a file with this digest is kept."""
        facts = f"{language}/{self.facts[language]}"
        return Keys(
            content_key("facts", facts, digest),
            content_key("sketches", f"{facts}/{self.sketches}", digest),
            content_key("vectors", f"{facts}/{self.vectors}", digest) if self.vectors else b"",
        )


def manifest_key(digest: bytes) -> bytes:
    """Where a manifest's bytes are kept."""
    return content_key("manifest", "1", digest)


class Counts(NamedTuple):
    """What a file's record says of its facts; kept in front of them."""

    lines: int
    symbols: int
    problems: int


def with_counts(counts: Counts, facts: bytes) -> bytes:
    """Encoded facts as stored."""
    return _COUNTS.pack(*counts) + facts


def split_counts(stored: bytes) -> tuple[Counts, bytes]:
    """What `with_counts` was given."""
    return Counts(*_COUNTS.unpack_from(stored)), stored[_COUNTS.size :]


class Keys(NamedTuple):
    """Content keys of one source file; `vectors` is empty when there are none."""

    facts: bytes
    sketches: bytes
    vectors: bytes


class Generation(msgspec.Struct, frozen=True, array_like=True):
    """A worktree's state. `files_check` covers every file row, whatever their order."""

    number: int
    built_at: float
    versions: Versions
    settings: str  # program version and configuration: a cheap reason to look closer
    files: int
    files_check: bytes
    skips: tuple[tuple[str, str], ...]
    day: int  # its contents were last marked as used


class SealedEdges(NamedTuple):
    """A file's packed edges and what resolving it read, ready to be stored.

    `check` goes into the file's record: edges with another one are not its.
    """

    check: bytes
    edges: bytes
    reads: bytes


def content_digest(source: bytes) -> bytes:
    """The identity of a file's bytes."""
    return hashlib.blake2b(source, digest_size=16).digest()


def content_key(kind: str, version: str, digest: bytes) -> bytes:
    """The key of what `kind` derives, in `version`, from the content with this digest."""
    return hashlib.blake2b(digest + f"{kind}\0{version}".encode(), digest_size=16).digest()


def seal(name: bytes, payload: bytes) -> bytes:
    """`payload` with its checksum in front; it opens under the same `name` only."""
    return _check(name, payload) + payload


def unseal(name: bytes, sealed: object) -> bytes | None:
    """The payload, or None when a byte of it or of its name is not what was written."""
    if not isinstance(sealed, bytes) or len(sealed) < CHECK_BYTES:
        return None
    payload = sealed[CHECK_BYTES:]
    return payload if _check(name, payload) == sealed[:CHECK_BYTES] else None


def seal_edges(root: str, path: str, edges: bytes, reads: bytes) -> SealedEdges:
    """Both blocks of one file, bound to each other and to the file."""
    sealed = seal(row_name("edges", root, path), edges)
    check = check_of(sealed)
    return SealedEdges(check, sealed, seal(row_name("reads", root, path, check), reads))


def row_name(table: str, root: str, path: str = "", check: bytes = b"") -> bytes:
    """The name a row is sealed under."""
    return f"{table}\0{root}\0{path}\0".encode("utf-8", "surrogateescape") + check


def check_of(sealed: object) -> bytes:
    """The checksum in front of a sealed value; of what is none, one that fits nothing."""
    return sealed[:CHECK_BYTES] if isinstance(sealed, bytes) else b""


def seal_record(root: str, record: FileRecord) -> bytes:
    """A file's row."""
    return seal(row_name("file", root, record.path), msgspec.msgpack.encode(record))


def files_check(root: str, records: Iterable[FileRecord]) -> bytes:
    """The checksum of a generation's file rows."""
    return joint_check(check_of(seal_record(root, record)) for record in records)


def changed_check(
    root: str, check: bytes, before: Iterable[FileRecord], now: Iterable[FileRecord]
) -> bytes:
    """`files_check` of a generation that has the rows `now` in place of those `before`."""
    return joint_check([check, files_check(root, before), files_check(root, now)])


def joint_check(checks: Iterable[bytes]) -> bytes:
    """One checksum for a set of rows, from their own."""
    whole = reduce(xor, (int.from_bytes(check, "big") for check in checks), 0)
    return whole.to_bytes(CHECK_BYTES, "big")


def _check(name: bytes, payload: bytes) -> bytes:
    digest = hashlib.blake2b(name, digest_size=CHECK_BYTES)
    digest.update(b"\0")
    digest.update(payload)
    return digest.digest()
