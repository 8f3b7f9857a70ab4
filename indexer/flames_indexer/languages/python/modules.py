"""Which file a Python import means: relative names, source roots, namespace folders, the library.

An absolute name is looked for, in this order: below the folder that holds the importer's own
top-level package; below the importer's other surrounding folders that are no packages, nearest
first, each also with SOURCE_FOLDERS; in the standard library; and last in any folder of the
repository that holds such a top-level package or module, the one closest to the importer first. So
each of several projects in one repository finds its own modules, and two packages of one name are
never mixed: a name is resolved below the first root that has its first part.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from flames_indexer.languages.python.library import is_package, library_path
from flames_indexer.languages.semantics import LIBRARY

if TYPE_CHECKING:
    from flames_indexer.languages.semantics import Repository

SOURCE_FOLDERS: Final = ("src", "lib", "python", "source")
_SUFFIXES: Final = (".py", ".pyi")
_ENDINGS: Final = (
    ".pyi",
    ".py",
    "/__init__.pyi",
    "/__init__.py",
)  # of what is at a place, the last wins


def _folder(path: str) -> str:
    """As posixpath.dirname, in a fifth of the time."""
    return path.rpartition("/")[0]


def resolve_module(repository: Repository, importer: str, module: str) -> str | None:
    """The file, folder (`pkg/`) or `lib:` table that `module` means in file `importer`."""
    if importer.startswith(LIBRARY):
        return _from_library(importer, module)
    if module.startswith("."):
        return _relative(repository, importer, module)
    parts = module.split(".")
    for root in _near_roots(repository, _folder(importer)):
        if _at(repository, _join(root, parts[0])) is not None:
            return _below(repository, root, parts)
    declared = library_path(module)
    if declared is not None or library_path(parts[0]) is not None:
        return declared
    far = _far_root(repository, importer, parts[0])
    return None if far is None else _below(repository, far, parts)


def submodule(repository: Repository, module: str, name: str) -> str | None:
    """The module `name` of a package or folder."""
    if module.startswith(LIBRARY):
        package = module.rpartition("/")[2]
        return library_path(f"{package}.{name}") if is_package(package) else None
    if module.endswith("/"):
        return _at(repository, module + name)
    if module.rpartition("/")[2] in ("__init__.py", "__init__.pyi"):
        return _at(repository, _join(_folder(module), name))
    return None


def _from_library(importer: str, module: str) -> str | None:
    dots = len(module) - len(module.lstrip("."))
    if not dots:
        return library_path(module)
    base = importer.rpartition("/")[2].split(".")
    up = dots - 1 if is_package(".".join(base)) else dots
    base = base[: len(base) - up] if up else base
    name = ".".join([*base, module[dots:]] if module[dots:] else base)
    return library_path(name)


def _relative(repository: Repository, importer: str, module: str) -> str | None:
    name = module.lstrip(".")
    folder = _folder(importer)
    for _ in range(len(module) - len(name) - 1):
        if not folder:
            return None
        folder = _folder(folder)
    if not name:
        return _at(repository, folder) if folder else _package_at_root(repository)
    return _below(repository, folder, name.split("."))


def _package_at_root(repository: Repository) -> str | None:
    return next((f"__init__{s}" for s in _SUFFIXES if repository.exists(f"__init__{s}")), "/")


def _below(repository: Repository, root: str, parts: list[str]) -> str | None:
    """The module `parts` below a root; None if any part is missing."""
    return _at(repository, _join(root, "/".join(parts)))


def _at(repository: Repository, place: str) -> str | None:
    """The package, module or folder of modules at a path without suffix."""
    return repository.derived("python places", partial(_list_places, repository)).get(place)


def _list_places(repository: Repository) -> dict[str, str]:
    found = {folder: f"{folder}/" for folder in _folders(repository)}
    for ending in _ENDINGS:
        for path in repository.paths():
            if path.endswith(ending):
                found[path[: -len(ending)]] = path
    return found


def _join(root: str, name: str) -> str:
    return f"{root}/{name}" if root else name


def _folders(repository: Repository) -> frozenset[str]:
    """Folders with Python files below them."""
    return repository.derived("python folders", partial(_list_folders, repository))


def _list_folders(repository: Repository) -> frozenset[str]:
    folders: set[str] = set()
    for path in repository.paths():
        if path.endswith(_SUFFIXES):
            folder = _folder(path)
            while folder and folder not in folders:
                folders.add(folder)
                folder = _folder(folder)
    return frozenset(folders)


def _is_package(repository: Repository, folder: str) -> bool:
    return any(repository.exists(f"{folder}/__init__{suffix}") for suffix in _SUFFIXES)


def _near_roots(repository: Repository, folder: str) -> tuple[str, ...]:
    """Folders that absolute names of files in `folder` are looked for in, nearest first."""
    return repository.derived(f"python roots {folder}", partial(_list_roots, repository, folder))


def _list_roots(repository: Repository, folder: str) -> tuple[str, ...]:
    while folder and _is_package(repository, folder):
        folder = _folder(folder)
    folders = _folders(repository)
    roots = [folder]
    at = folder
    while True:
        roots.extend(inner for name in SOURCE_FOLDERS if (inner := _join(at, name)) in folders)
        if not at:
            break
        at = _folder(at)
        if not at or not _is_package(repository, at):
            roots.append(at)
    return tuple(dict.fromkeys(roots))


def _far_root(repository: Repository, importer: str, name: str) -> str | None:
    """The folder anywhere that has top-level `name`, closest to the importer."""
    places = _top_level(repository).get(name, ())
    return max(
        places, key=lambda root: (_shared(root, importer), -root.count("/"), root), default=None
    )


def _shared(root: str, importer: str) -> int:
    count = 0
    for one, other in zip(root.split("/"), importer.split("/"), strict=False):
        if one != other:
            break
        count += 1
    return count


def _top_level(repository: Repository) -> dict[str, tuple[str, ...]]:
    """Names of modules and packages that are in no package, with the folders that hold them."""
    return repository.derived("python top level", partial(_list_top_level, repository))


def _list_top_level(repository: Repository) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for path in repository.paths():
        if not path.endswith(_SUFFIXES):
            continue
        folder, _, name = path.rpartition("/")
        name = name.rpartition(".")[0]
        if name == "__init__":
            folder, _, name = folder.rpartition("/")
        if name and not (folder and _is_package(repository, folder)):
            found.setdefault(name, {})[folder] = None
    return {name: tuple(folders) for name, folders in found.items()}
