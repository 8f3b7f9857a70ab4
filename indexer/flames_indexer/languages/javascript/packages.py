"""Modules: which file a specifier names. Relative paths, tsconfig, packages of the repository.

Only names and manifests are asked for. Compiled files are seldom in the repository, so an entry
point in `dist` stands for the source it is made from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from typing import Any

from flames_indexer.languages.javascript.jsonc import parse_object
from flames_indexer.languages.semantics import Repository

SUFFIXES = (
    ".ts",
    ".tsx",
    ".mts",
    ".cts",
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".d.ts",
    ".d.mts",
    ".d.cts",
)
# What a TypeScript file means by the suffix of the file it is compiled to.
_COMPILED = {
    ".js": (".ts", ".tsx", ".d.ts"),
    ".jsx": (".tsx", ".d.ts"),
    ".mjs": (".mts", ".d.mts"),
    ".cjs": (".cts", ".d.cts"),
}
_BUILT = re.compile(r"(^|/)(dist|lib|build|out|output|esm|cjs|es|umd|types|typings|\.next)(?=/)")
_CONDITIONS = (
    "source",
    "development",
    "import",
    "module",
    "default",
    "node",
    "browser",
    "require",
    "types",
)
_ENTRIES = ("source", "module", "main", "types", "typings", "browser")
_MANY_HOPS = 8  # of `extends` and nested conditions


def resolve_module(repository: Repository, importer: str, module: str) -> str | None:
    """The file that a specifier in `importer` names; None: outside the repository."""
    folder = dirname(importer)
    if module.startswith(("./", "../")) or module in (".", ".."):
        return file_at(repository, join(folder, module), importer)
    if module.startswith("/") or "\0" in module or not module:
        return None
    if module.startswith("#"):
        return _own_import(repository, folder, module)
    return _aliased(repository, folder, module) or _packaged(repository, importer, module)


def file_at(repository: Repository, path: str, importer: str = "") -> str | None:
    """The file at a path without its suffix, with that of its compiled form, or in the folder."""
    path = normpath(path)
    if path.startswith(".."):
        return None
    path = "" if path == "." else path
    compiled = _compiled(repository, path)
    if compiled and not importer.endswith(("js", "jsx")):
        return compiled
    if repository.exists(path):
        return path
    if compiled:
        return compiled
    for suffix in SUFFIXES:
        if path and repository.exists(path + suffix):
            return path + suffix
    return _folder_entry(repository, path)


def _compiled(repository: Repository, path: str) -> str | None:
    stem, dot, last = path.rpartition(".")
    for suffix in _COMPILED.get(dot + last, ()):
        if repository.exists(stem + suffix):
            return stem + suffix
    return None


def _folder_entry(repository: Repository, path: str) -> str | None:
    manifest = join(path, "package.json")
    if repository.manifest(manifest) is not None:
        found = _entry(repository, path, _manifest(repository, manifest), "")
        if found:
            return found
    for suffix in SUFFIXES:
        index = join(path, "index" + suffix)
        if repository.exists(index):
            return index
    return None


def _manifest(repository: Repository, path: str) -> dict[str, Any]:
    held = repository.derived(f"javascript:{path}", lambda: _Held(_read(repository, path)))
    return held.value


@dataclass(frozen=True, eq=False)
class _Held:
    """Something derived, compared by identity."""

    value: Any


def _read(repository: Repository, path: str) -> dict[str, Any]:
    return parse_object(repository.manifest(path))


# tsconfig.json, jsconfig.json


@dataclass(frozen=True, eq=False)
class _Aliases:
    base: str | None  # where bare specifiers are looked for first
    patterns: tuple[tuple[str, str, tuple[str, ...]], ...]  # (before *, after * or \0, targets)


def _aliased(repository: Repository, folder: str, module: str) -> str | None:
    aliases = _nearest_aliases(repository, folder)
    if aliases is None:
        return None
    best: tuple[int, str, tuple[str, ...]] | None = None
    for before, after, targets in aliases.patterns:
        if after == "\0":
            if module == before:
                best = (len(module) + 1, "", targets)
        elif module.startswith(before) and module.endswith(after):
            star = module[len(before) : len(module) - len(after)]
            if len(before) + len(after) <= len(module) and (best is None or len(before) >= best[0]):
                best = (len(before), star, targets)
    for target in best[2] if best is not None else ():
        found = file_at(repository, target.replace("*", best[1] if best else ""))
        if found:
            return found
    return file_at(repository, join(aliases.base, module)) if aliases.base is not None else None


def _nearest_aliases(repository: Repository, folder: str) -> _Aliases | None:
    def find() -> _Held:
        for name in ("tsconfig.json", "jsconfig.json"):
            path = join(folder, name)
            if repository.manifest(path) is not None:
                return _Held(_aliases(repository, path))
        if not folder:
            return _Held(None)
        return _Held(_nearest_aliases(repository, dirname(folder)))

    return repository.derived(f"javascript:aliases:{folder}", find).value


def _aliases(repository: Repository, path: str) -> _Aliases:
    """The aliases of a configuration, of those it extends, else of those it refers to."""
    found = _own_aliases(repository, path, _MANY_HOPS)
    if found.base is None and not found.patterns:
        config = _manifest(repository, path)
        for reference in _objects(config.get("references")):
            target = _config_path(dirname(path), str(reference.get("path", "")), repository)
            other = _own_aliases(repository, target, _MANY_HOPS) if target else found
            if other.base is not None or other.patterns:
                return other
    return found


def _own_aliases(repository: Repository, path: str, hops: int) -> _Aliases:
    config = _manifest(repository, path)
    folder = dirname(path)
    base: str | None = None
    patterns: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    extends = config.get("extends")
    for name in extends if isinstance(extends, list) else [extends]:
        target = _config_path(folder, name, repository) if isinstance(name, str) else None
        if target and hops:
            inherited = _own_aliases(repository, target, hops - 1)
            base = base if inherited.base is None else inherited.base
            patterns = inherited.patterns or patterns
    options = config.get("compilerOptions")
    options = options if isinstance(options, dict) else {}
    if isinstance(options.get("baseUrl"), str):
        base = _inside(folder, options["baseUrl"])
    if isinstance(options.get("paths"), dict):
        patterns = _patterns(options["paths"], folder if base is None else base)
    return _Aliases(base, patterns)


def _patterns(paths: dict[str, Any], folder: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    found: list[tuple[str, str, tuple[str, ...]]] = []
    for pattern, targets in paths.items():
        if not isinstance(targets, list):
            continue
        inside = tuple(_inside(folder, target) for target in targets if isinstance(target, str))
        before, star, after = pattern.partition("*")
        found.append((before, after if star else "\0", inside))
    return tuple(found)


def _config_path(folder: str, name: str, repository: Repository) -> str | None:
    if not name.startswith("."):
        for package in _packages(repository).get(_package_name(name), ()):
            path = join(package, name[len(_package_name(name)) :].lstrip("/") or "tsconfig.json")
            if repository.manifest(path) is not None:
                return path
        return None
    path = _inside(folder, name)
    for candidate in (path, path + ".json", join(path, "tsconfig.json")):
        if candidate.endswith(".json") and repository.manifest(candidate) is not None:
            return candidate
    return None


def _inside(folder: str, name: str) -> str:
    path = normpath(join(folder, name.replace("${configDir}", ".")))
    return "" if path == "." else path


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


# Packages of the repository


def _packages(repository: Repository) -> dict[str, tuple[str, ...]]:
    """Folders of the repository's packages by name."""
    return repository.derived(
        "javascript:packages", lambda: _Held(_find_packages(repository))
    ).value


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
        name = _manifest(repository, path).get("name")
        if isinstance(name, str):
            found[name] = (*found.get(name, ()), folder)
    return found


def _package_name(module: str) -> str:
    return "/".join(module.split("/")[: 2 if module.startswith("@") else 1])


def _packaged(repository: Repository, importer: str, module: str) -> str | None:
    name = _package_name(module)
    folders = _packages(repository).get(name, ())
    if not folders:
        return None
    folder = max(folders, key=lambda folder: (_shared(folder, importer), -len(folder)))
    manifest = _manifest(repository, join(folder, "package.json"))
    return _entry(repository, folder, manifest, module[len(name) :].lstrip("/"))


def _shared(folder: str, importer: str) -> int:
    """How many folders from the root down the two paths share."""
    count = 0
    for one, other in zip(folder.split("/"), importer.split("/"), strict=False):
        if one != other:
            break
        count += 1
    return count


def _own_import(repository: Repository, folder: str, module: str) -> str | None:
    """`#name`, by the `imports` of the nearest package.json."""
    while True:
        path = join(folder, "package.json")
        if repository.manifest(path) is not None:
            imports = _manifest(repository, path).get("imports")
            for target in _mapped(imports, module):
                found = _built_from(repository, folder, target)
                if found:
                    return found
            return None
        if not folder:
            return None
        folder = dirname(folder)


def _entry(repository: Repository, folder: str, manifest: dict[str, Any], below: str) -> str | None:
    """The file behind a package's entry point `below` ("" for the main one)."""
    targets = _mapped(manifest.get("exports"), f"./{below}" if below else ".")
    if not below:
        named = [manifest.get(key) for key in _ENTRIES]
        targets += [target for target in named if isinstance(target, str)]
    for target in (*targets, *((below,) if below else ())):
        found = _built_from(repository, folder, target)
        if found:
            return found
    last = below or "index"
    for path in (join("src", last), last):
        found = _plain_file(repository, join(folder, path))
        if found:
            return found
    return None


def _built_from(repository: Repository, folder: str, target: str) -> str | None:
    """The file at a target, or the source that it is compiled from."""
    path = normpath(join(folder, target))
    found = _plain_file(repository, path)
    if found:
        return found
    inside = path[len(folder) :].lstrip("/") if folder else path
    for source in dict.fromkeys(
        (_BUILT.sub(r"\1src", inside, count=1), re.sub(r"^(?:[^/]+/)+?(?=[^/]+$)", "src/", inside))
    ):
        found = _plain_file(repository, join(folder, _collapsed(source)))
        if found:
            return found
    return None


def _collapsed(path: str) -> str:
    """`src/esm/index` → `src/index`."""
    head, slash, rest = path.partition("/")
    return head + slash + _BUILT.sub(r"\1", rest).replace("//", "/").lstrip("/")


def _plain_file(repository: Repository, path: str) -> str | None:
    """The file at a path, by any suffix in place of its own, or the index of the folder."""
    path = normpath(path)
    if path.startswith(".."):
        return None
    if repository.exists(path):
        return path
    compiled = _compiled(repository, path)
    if compiled:
        return compiled
    stem = re.sub(r"(\.d)?\.[mc]?[jt]sx?$", "", path)
    for candidate in (stem, join(stem, "index")):
        for suffix in SUFFIXES:
            if repository.exists(candidate + suffix):
                return candidate + suffix
    return None


def _mapped(table: Any, wanted: str) -> list[str]:
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


def _targets(value: Any, hops: int) -> list[str]:
    if isinstance(value, str):
        return [value]
    if not hops:
        return []
    if isinstance(value, list):
        return [target for item in value for target in _targets(item, hops - 1)]
    if isinstance(value, dict):
        keys = [key for key in _CONDITIONS if key in value]
        keys += [key for key in value if key not in _CONDITIONS]
        return [target for key in keys for target in _targets(value[key], hops - 1)]
    return []
