"""Manifests of the repository (package.json, tsconfig.json) as objects, each parsed once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flames_indexer.languages.javascript.jsonc import Json, parse_object
from flames_indexer.languages.semantics import Repository

T = TypeVar("T")


class _Held:
    """Something derived, compared by identity: a repository keeps hashable things only."""

    def __init__(self, value: object) -> None:
        self.value = value


def held(repository: Repository, key: str, make: Callable[[], T]) -> T:
    """`make()`, kept for as long as the repository does not change."""
    found = repository.derived(f"javascript:{key}", lambda: _Held(make()))
    return found.value  # type: ignore[return-value]


def manifest(repository: Repository, path: str) -> dict[str, Json]:
    """The object in a manifest; {} when there is none."""
    return held(repository, path, lambda: parse_object(repository.manifest(path)))
