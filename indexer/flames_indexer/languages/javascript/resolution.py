"""Modules: which file a specifier names. Only paths and manifests are asked for."""

from __future__ import annotations

from posixpath import dirname, join, normpath

from flames_indexer.languages.javascript import aliases, packages
from flames_indexer.languages.javascript.paths import (
    SUFFIXES,
    TYPED_SUFFIXES,
    beside,
    compiled_from,
    is_typed,
)
from flames_indexer.languages.semantics import Repository


def resolve_module(repository: Repository, importer: str, module: str) -> str | None:
    """The file that a specifier in `importer` names; None: outside the repository."""
    found = _named(repository, importer, module)
    return None if found is None else beside(repository, found, importer)


def _named(repository: Repository, importer: str, module: str) -> str | None:
    folder = dirname(importer)
    if module.startswith(("./", "../")) or module in (".", ".."):
        path = join(folder, module)
        return _file_at(repository, path, importer) or packages.source_of(repository, path)
    if module.startswith("/") or "\0" in module or not module:
        return None
    if module.startswith("#"):
        return packages.own_import(repository, folder, module)
    for path in aliases.candidates(repository, folder, module):
        found = _file_at(repository, path, importer)
        if found:
            return found
    return packages.packaged(repository, importer, module)


def _file_at(repository: Repository, path: str, importer: str) -> str | None:
    """The file at a path without its suffix, with that of its compiled form, or in the folder."""
    path = normpath(path)
    if path.startswith(".."):
        return None
    path = "" if path == "." else path
    compiled = compiled_from(repository, path)
    typed = is_typed(importer)
    if compiled and typed:
        return compiled
    if repository.exists(path):
        return path
    if compiled:
        return compiled
    suffixes = TYPED_SUFFIXES if typed else SUFFIXES
    for suffix in suffixes:
        if path and repository.exists(path + suffix):
            return path + suffix
    return _folder_entry(repository, path, suffixes)


def _folder_entry(repository: Repository, path: str, suffixes: tuple[str, ...]) -> str | None:
    if repository.manifest(join(path, "package.json")) is not None:
        return packages.entry(repository, path, "")
    for suffix in suffixes:
        index = join(path, "index" + suffix)
        if repository.exists(index):
            return index
    return None
