"""An index of nothing: what open buffers are answered over until the first one is built."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TypeVar

from flames_indexer.facts import FileFacts
from flames_indexer.graph import Graph
from flames_indexer.model import Coverage, Role, Symbol

Made = TypeVar("Made")


class UnbuiltIndex:
    """Answers what Index answers."""

    generation = 0
    built_at = 0.0

    def __init__(self, root: Path) -> None:
        self.root = root
        self.graph = Graph.build(())
        self.damaged: set[str] = set()
        self._derived: dict[str, object] = {}

    def files(self) -> Mapping[str, object]:
        return {}

    def paths(self) -> Collection[str]:
        return ()

    def exists(self, path: str) -> bool:
        return False

    def roles(self) -> Mapping[str, Role]:
        return {}

    def coverage(self) -> Coverage:
        return Coverage()

    def source(self, path: str) -> bytes | None:
        return None

    def manifest(self, path: str) -> bytes | None:
        return None

    def facts(self, path: str) -> FileFacts | None:
        return None

    def symbols_in(self, path: str) -> list[Symbol]:
        return []

    def sketches(self, path: str) -> bytes | None:
        return None

    def vectors(self) -> None:
        return None

    def derived(self, key: str, make: Callable[[], Made]) -> Made:
        if key not in self._derived:
            self._derived[key] = make()
        return self._derived[key]  # pyright: ignore[reportReturnType] - what `make` made
