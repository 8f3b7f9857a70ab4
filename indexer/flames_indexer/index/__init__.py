"""What the rest of Flames asks: an Index is one generation, a Snapshot adds unsaved files."""

from flames_indexer.index.index import Index
from flames_indexer.index.snapshot import Snapshot
from flames_indexer.index.vectors import VectorTable
from flames_indexer.store import FileRecord

__all__ = ["FileRecord", "Index", "Snapshot", "VectorTable"]
