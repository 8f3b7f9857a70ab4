"""The store: what was found in a repository, kept between runs. `schema.sql` has the layout."""

from flames_indexer.store.collect import collect
from flames_indexer.store.database import Database, Manifest, discard, today
from flames_indexer.store.foreign import foreign_rows
from flames_indexer.store.place import Place, place_of
from flames_indexer.store.records import (
    Counts,
    EdgeTotals,
    FileRecord,
    Generation,
    Keys,
    SealedEdges,
    Versions,
    changed_check,
    check_of,
    content_digest,
    content_key,
    files_check,
    manifest_key,
    seal,
    seal_edges,
    split_counts,
    unseal,
    with_counts,
)

__all__ = [
    "Counts",
    "Database",
    "EdgeTotals",
    "FileRecord",
    "Generation",
    "Keys",
    "Manifest",
    "Place",
    "SealedEdges",
    "Versions",
    "changed_check",
    "check_of",
    "collect",
    "content_digest",
    "content_key",
    "discard",
    "files_check",
    "foreign_rows",
    "manifest_key",
    "place_of",
    "seal",
    "seal_edges",
    "split_counts",
    "today",
    "unseal",
    "with_counts",
]
