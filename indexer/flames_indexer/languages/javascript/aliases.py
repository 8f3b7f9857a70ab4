"""Aliases of tsconfig.json and jsconfig.json: `paths` and `baseUrl`, through `extends`."""

from __future__ import annotations

from dataclasses import dataclass
from posixpath import dirname, join, normpath
from typing import Final

from flames_indexer.languages.javascript import packages
from flames_indexer.languages.javascript.jsonc import Json
from flames_indexer.languages.javascript.manifests import held, manifest
from flames_indexer.languages.semantics import Repository

_MANY_HOPS: Final = 8  # of `extends`


@dataclass(frozen=True, eq=False)
class _Aliases:
    base: str | None  # where bare specifiers are looked for first
    patterns: tuple[tuple[str, str, tuple[str, ...]], ...]  # (before *, after * or \0, targets)


def candidates(repository: Repository, folder: str, module: str) -> list[str]:
    """Paths that a bare specifier in a file of `folder` may mean, best first."""
    aliases = _nearest_aliases(repository, folder)
    if aliases is None:
        return []
    best: tuple[int, str, tuple[str, ...]] = (-1, "", ())
    for before, after, targets in aliases.patterns:
        if after == "\0":
            if module == before:
                best = (len(module) + 1, "", targets)
        elif _matches(module, before, after) and len(before) >= best[0]:
            best = (len(before), module[len(before) : len(module) - len(after)], targets)
    found = [target.replace("*", best[1]) for target in best[2]]
    return found if aliases.base is None else [*found, join(aliases.base, module)]


def _matches(module: str, before: str, after: str) -> bool:
    enough = len(before) + len(after) <= len(module)
    return enough and module.startswith(before) and module.endswith(after)


def _nearest_aliases(repository: Repository, folder: str) -> _Aliases | None:
    def find() -> _Aliases | None:
        for name in ("tsconfig.json", "jsconfig.json"):
            path = join(folder, name)
            if repository.manifest(path) is not None:
                return _aliases(repository, path)
        return _nearest_aliases(repository, dirname(folder)) if folder else None

    return held(repository, f"aliases:{folder}", find)


def _aliases(repository: Repository, path: str) -> _Aliases:
    """The aliases of a configuration, of those it extends, else of those it refers to."""
    found = _own_aliases(repository, path, _MANY_HOPS)
    if found.base is None and not found.patterns:
        config = manifest(repository, path)
        for reference in _objects(config.get("references")):
            target = _config_path(dirname(path), str(reference.get("path", "")), repository)
            other = _own_aliases(repository, target, _MANY_HOPS) if target else found
            if other.base is not None or other.patterns:
                return other
    return found


def _own_aliases(repository: Repository, path: str, hops: int) -> _Aliases:
    config = manifest(repository, path)
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
    base_url, paths = options.get("baseUrl"), options.get("paths")
    if isinstance(base_url, str):
        base = _inside(folder, base_url)
    if isinstance(paths, dict):
        patterns = _patterns(paths, folder if base is None else base)
    return _Aliases(base, patterns)


def _patterns(paths: dict[str, Json], folder: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
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
        for package in packages.folders_named(repository, name):
            path = join(
                package, name[len(packages.package_name(name)) :].lstrip("/") or "tsconfig.json"
            )
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


def _objects(value: Json) -> list[dict[str, Json]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
