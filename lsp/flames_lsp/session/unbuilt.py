"""An index of nothing: what open buffers are answered over until the first one is built."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from flames_indexer.index import Index
from flames_indexer.store import Database, Generation, Manifest, Versions


class _NoDatabase:
    """Asked for what an index of no files needs, which is nothing."""

    def edges(self, name: str, wanted: Mapping[str, bytes]) -> Iterator[object]:
        return iter(())

    def content(self, key: bytes) -> None:
        return None


def unbuilt_index(root: Path) -> Index:
    """Generation 0 of `root`; it is replaced, never reopened."""
    versions = Versions(facts={}, sketches="", vectors="", edges="")
    nothing = Generation(0, 0.0, versions, "", 0, b"", (), 0)
    database = cast("Database", _NoDatabase())
    return Index(root, database, "", Manifest(nothing, {}), None)
