"""Manifests of the repository (package.json, tsconfig.json) as objects, each parsed once."""

from __future__ import annotations

from collections.abc import Callable
from posixpath import dirname, join
from typing import Final, TypeVar

from flames_indexer.languages.javascript.jsonc import Json, parse_object
from flames_indexer.languages.semantics import Repository

T = TypeVar("T")
_ASKED: Final = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")


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


def package_of(repository: Repository, path: str) -> str:
    """The folder of the package that a file is of: the nearest with a manifest that names one."""
    folder = dirname(path)
    while folder and not manifest(repository, join(folder, "package.json")).get("name"):
        folder = dirname(folder)
    return folder


def dependency(repository: Repository, path: str, package: str) -> str | None:
    """The name of the package in that folder, where the one that a file is of asks for it."""
    own = manifest(repository, join(package_of(repository, path), "package.json"))
    name = manifest(repository, join(package, "package.json")).get("name")
    asked = (own.get(key) for key in _ASKED)
    is_asked = any(isinstance(names, dict) and name in names for names in asked)
    return name if isinstance(name, str) and is_asked else None
