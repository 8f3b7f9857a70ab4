"""The folders of a repository as a tree in which each step down is a choice.

A folder that holds nothing but one folder is no choice: both are one, named `src/flask`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Folder:
    """`path` is "" for the root. Files and folders are sorted."""

    path: str
    files: tuple[str, ...]
    folders: tuple[Folder, ...]

    def all_files(self) -> Iterator[str]:
        """The files in it and below."""
        yield from self.files
        for folder in self.folders:
            yield from folder.all_files()


def tree(paths: Iterable[str]) -> Folder:
    """The root of the folders that hold `paths`."""
    nested: _Nested = _Nested({}, [])
    for path in sorted(paths):
        at = nested
        *folders, _ = path.split("/")
        for name in folders:
            at = at.folders.setdefault(name, _Nested({}, []))
        at.files.append(path)
    return _folder("", nested)


def folded(paths: Iterable[str], depth: int) -> dict[str, str]:
    """Each path, or the folder that stands for it when it lies more than `depth` folders deep."""
    found: dict[str, str] = {}
    _fold(tree(paths), depth, found)
    return found


@dataclass(frozen=True, slots=True)
class _Nested:
    folders: dict[str, _Nested]
    files: list[str]


def _folder(path: str, nested: _Nested) -> Folder:
    inner = [
        _folder(f"{path}/{name}" if path else name, below) for name, below in nested.folders.items()
    ]
    if path and not nested.files and len(inner) == 1:
        return inner[0]
    return Folder(path, tuple(nested.files), tuple(sorted(inner, key=lambda folder: folder.path)))


def _fold(folder: Folder, depth: int, found: dict[str, str]) -> None:
    found.update((path, path) for path in folder.files)
    for inner in folder.folders:
        if depth > 1:
            _fold(inner, depth - 1, found)
        else:
            found.update((path, f"{inner.path}/") for path in inner.all_files())
