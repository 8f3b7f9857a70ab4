"""Packages of the repository: which file their names and entry points mean.

Compiled files are seldom in a repository, so an entry point in `dist` stands for the source it is
made from.
"""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath
from typing import Final

from flames_indexer.languages.javascript.jsonc import Json
from flames_indexer.languages.javascript.manifests import held, manifest
from flames_indexer.languages.javascript.paths import any_file
from flames_indexer.languages.semantics import Repository

_BUILT: Final = re.compile(
    r"(^|/)(dist|lib|build|out|output|esm|cjs|es|umd|types|typings|\.next)(?=/)"
)
_SOURCE: Final = re.compile(r"(?<!\.d)\.[mc]?tsx?$")
_CONDITIONS: Final = ("development", "import", "module", "default", "node", "browser")
_LAST_CONDITIONS: Final = ("require", "types")
_SOURCES: Final = ("src", "lib", "source")  # folders that hold what is compiled
_ENTRIES: Final = ("source", "main", "module", "types", "typings", "browser")
_MANY_HOPS: Final = 8  # of nested conditions


def packaged(repository: Repository, importer: str, module: str) -> str | None:
    """The file of a package of the repository that a bare specifier names."""
    name = package_name(module)
    folders = folders_named(repository, name)
    for folder in sorted(folders, key=lambda folder: _rank(repository, folder, importer)):
        found = entry(repository, folder, module[len(name) :].lstrip("/"))
        if found:
            return found
    return None


def _rank(repository: Repository, folder: str, importer: str) -> tuple[bool, int, int]:
    """Nearest first; last a package around the importer that lets nobody import it by its name,
    as the root of a monorepo and a demonstration that is named like what it shows."""
    around = not folder or importer.startswith(folder + "/")
    hidden = around and "exports" not in manifest(repository, join(folder, "package.json"))
    return hidden, -_shared(folder, importer), len(folder)


def folders_named(repository: Repository, module: str) -> tuple[str, ...]:
    """The folders of the packages that a specifier may be of."""
    packages = held(repository, "packages", lambda: _find_packages(repository))
    return packages.get(package_name(module), ())


def _find_packages(repository: Repository) -> dict[str, tuple[str, ...]]:
    folders: set[str] = set()
    for path in repository.paths():
        if not path.endswith(("ts", "js", "tsx", "jsx")):
            continue
        folder = dirname(path)
        while folder not in folders:
            folders.add(folder)
            folder = dirname(folder)
    found: dict[str, tuple[str, ...]] = {}
    for folder in sorted(folders):
        path = join(folder, "package.json")
        if repository.manifest(path) is None:
            continue
        name = manifest(repository, path).get("name")
        if isinstance(name, str):
            found[name] = (*found.get(name, ()), folder)
    return found


def package_name(module: str) -> str:
    return "/".join(module.split("/")[: 2 if module.startswith("@") else 1])


def _shared(folder: str, importer: str) -> int:
    """How many folders from the root down the two paths share."""
    count = 0
    for one, other in zip(folder.split("/"), importer.split("/"), strict=False):
        if one != other:
            break
        count += 1
    return count


def own_import(repository: Repository, folder: str, module: str) -> str | None:
    """`#name`, by the `imports` of the nearest package.json."""
    while True:
        path = join(folder, "package.json")
        if repository.manifest(path) is not None:
            imports = manifest(repository, path).get("imports")
            targets = _mapped(imports, module)
            for find in (_file_itself, _built_from):
                for target in targets:
                    found = find(repository, folder, target)
                    if found:
                        return found
            return None
        if not folder:
            return None
        folder = dirname(folder)


def entry(repository: Repository, folder: str, below: str) -> str | None:
    """The file behind a package's entry point `below` ("" for the main one): TypeScript that one of
    its targets is or is compiled from, before JavaScript that only hands it on."""
    package = manifest(repository, join(folder, "package.json"))
    targets = _mapped(package.get("exports"), f"./{below}" if below else ".")
    if not below:
        named = [package.get(key) for key in _ENTRIES]
        targets += [target for target in named if isinstance(target, str)]
    targets += [below] if below else []
    first = None
    for find in (_file_itself, _built_from):
        for target in targets:
            found = find(repository, folder, target)
            if found and _SOURCE.search(found):
                return found
            first = first or found
    if first:
        return first
    last = below or "index"
    for path in (*(join(sources, last) for sources in _SOURCES), last):
        found = any_file(repository, join(folder, path))
        if found:
            return found
    return None


def _file_itself(repository: Repository, folder: str, target: str) -> str | None:
    """The file at a target, with any suffix."""
    return any_file(repository, join(folder, target))


def _built_from(repository: Repository, folder: str, target: str) -> str | None:
    """The source that a target is compiled from: in `src` what is in `dist`, else below `src`."""
    path = normpath(join(folder, target))
    inside = path[len(folder) :].lstrip("/") if folder else path
    for sources in _SOURCES:
        last = re.sub(r"^(?:[^/]+/)+?(?=[^/]+$)", f"{sources}/", inside)
        same = _BUILT.sub(rf"\1{sources}", inside, count=1)
        for source in dict.fromkeys((same, f"{sources}/{inside}", last)):
            found = any_file(repository, join(folder, _collapsed(source)))
            if found:
                return found
    return None


def source_of(repository: Repository, path: str) -> str | None:
    """The source of a compiled file that is not there: `../dist/cli.js` of `bin/run`."""
    path = normpath(path)
    if not _BUILT.search(path) or path.startswith(".."):
        return None
    folder = dirname(path)
    while folder and repository.manifest(join(folder, "package.json")) is None:
        folder = dirname(folder)
    inside = path[len(folder) :].lstrip("/")
    for sources in _SOURCES:
        source = _BUILT.sub(rf"\1{sources}", inside, count=1)
        found = any_file(repository, join(folder, _collapsed(source))) if source != inside else None
        if found:
            return found
    return None


def _collapsed(path: str) -> str:
    """`src/esm/index` → `src/index`."""
    head, slash, rest = path.partition("/")
    return head + slash + _BUILT.sub(r"\1", rest).replace("//", "/").lstrip("/")


def _mapped(table: Json, wanted: str) -> list[str]:
    """The targets of `exports` or `imports` for one entry, best condition first."""
    if isinstance(table, dict) and any(key.startswith((".", "#")) for key in table):
        if wanted in table:
            return _targets(table[wanted], _MANY_HOPS)
        best: list[str] = []
        longest = -1
        for key, value in table.items():
            before, star, after = key.partition("*")
            if (
                star
                and wanted.startswith(before)
                and wanted.endswith(after)
                and len(before) > longest
            ):
                longest = len(before)
                middle = wanted[len(before) : len(wanted) - len(after)]
                best = [target.replace("*", middle) for target in _targets(value, _MANY_HOPS)]
        return best
    return _targets(table, _MANY_HOPS) if wanted == "." else []


def _targets(value: Json, hops: int) -> list[str]:
    if isinstance(value, str):
        return [value]
    if not hops:
        return []
    if isinstance(value, list):
        return [target for item in value for target in _targets(item, hops - 1)]
    if isinstance(value, dict):
        sources = [key for key in value if "source" in key or key.startswith("@")]
        others = [key for key in value if key not in _LAST_CONDITIONS]
        order = dict.fromkeys((*sources, *_CONDITIONS, *others, *_LAST_CONDITIONS))
        keys = [key for key in order if key in value]
        return [target for key in keys for target in _targets(value[key], hops - 1)]
    return []
