"""Python imports: `from pkg.text import slugify`, where and as the file writes its own."""

from __future__ import annotations

import re
from itertools import pairwise
from posixpath import dirname
from typing import TYPE_CHECKING

from flames_indexer.facts import ExportKind, ImportFlag
from flames_indexer.insertion.top import Statement, Top
from flames_indexer.model import EdgeKind, TextEdit

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_SEARCHED = ("", "src")  # folders in which everybody looks for modules
_HEAD = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\r?\n)*")
_ALIAS = re.compile(rb"[ \t]+as[ \t]+\w+")


class _Python:
    def offered(self, name: str, target: Top, *, near: bool = False) -> str | None:
        """By its own name, unless that is private or `__all__` leaves it out."""
        exports, strings = target.facts.exports, target.facts.strings
        public = {
            strings[at]
            for at, kind in zip(exports.name, exports.kind, strict=True)
            if kind == ExportKind.PUBLIC
        }
        hidden = name.startswith("_") or (public and name not in public)
        return None if hidden and not near else name

    def new(self, name: str, target: Top) -> str | None:
        return name

    def added(self, top: Top, target: Top, name: str, offered: str) -> TextEdit | None:
        same = [s for s in top.statements if _brings_names_of(s, target.path)]
        asked = offered if name == offered else f"{offered} as {name}"
        if same:
            return _with_name(top, same[-1], asked)
        module = _module(top, target.path)
        return None if module is None else _with_statement(top, module, asked)


WRITER = _Python()


def _brings_names_of(statement: Statement, path: str) -> bool:
    return all(
        row.meant == path
        and not row.is_module
        and not row.flags & (ImportFlag.STAR | ImportFlag.TYPE_ONLY)
        for row in statement.rows
    )


def _with_name(top: Top, statement: Statement, name: str) -> TextEdit:
    """In its place among sorted names, else behind the last one."""
    names = [row.name for row in statement.rows]
    later = next((row for row in statement.rows if row.name > name), None)
    if later is None or names != sorted(names):
        return top.with_last(statement, name, _ALIAS)
    at = top.facts.imports.start[later.number]
    return top.edit(at, f"{name},{top.gap(at)}")


def _with_statement(top: Top, module: str, name: str) -> TextEdit:
    line = f"from {module} import {name}"
    ours = [s for s in top.statements if s.is_ours]
    if ours:
        later = next((s for s in ours if _order(s.module) > _order(module)), None)
        if later is not None and all(
            _order(a.module) <= _order(b.module) for a, b in pairwise(ours)
        ):
            return top.edit(later.start, f"{line}\n")
        return top.edit(ours[-1].end, f"\n{line}")
    if top.statements:
        return top.edit(top.statements[-1].end, f"\n\n{line}")
    documentation = top.facts.definitions.doc_end[0]
    if documentation >= 0:
        return top.edit(top.line_end(documentation), f"\n\n{line}")
    head = _HEAD.match(top.source, top.begin)
    at = head.end() if head is not None else top.begin
    return top.edit(at, f"{line}\n\n\n" if at < len(top.source) else f"{line}\n")


def _order(module: str) -> tuple[int, str]:
    """Absolute ones first, relative ones from further up first, as isort has them."""
    dots = len(module) - len(module.lstrip("."))
    return (-dots if dots else -1000), module.lower()


def _module(top: Top, path: str) -> str | None:
    """How the file would call another one: as it calls the others of the repository."""
    candidates = [*_absolute(top, path)]
    rows = [row for row in top.rows if row.meant is not None]
    if 2 * sum(row.module.startswith(".") for row in rows) > len(rows):
        candidates.insert(0, _relative(top.path, path))
    named = (name for name in candidates if top.resolves(name, path))
    return next((name for name in named if _is_importable(top, path, name)), None)


def _is_importable(top: Top, path: str, name: str) -> bool:
    """Whether a name is more than a place: of a package, of a folder without `__init__.py` that
    other folders import from, or of a module where modules are looked for."""
    base, packages = _base(path, name)
    exists = top.names.exists
    if not all(exists(f"{package}/__init__.py") for package in packages):
        return _is_asked(top.names.snapshot, dirname(path))
    known = (row for row in top.rows if row.meant is not None)
    return (
        bool(packages)
        or base in _SEARCHED
        or base == dirname(top.path)
        or any(_base(row.meant or "", row.module)[0] == base for row in known)
    )


def _base(path: str, name: str) -> tuple[str, list[str]]:
    """The folder below which a file has a name, and the folders that are in the name."""
    folder = dirname(path)
    packages: list[str] = []
    for _ in range(name.count(".") + path.endswith("/__init__.py")):
        packages.append(folder)
        folder = dirname(folder)
    return folder, packages


def _is_asked(snapshot: Snapshot, folder: str) -> bool:
    """Whether files of other folders import one of its modules."""
    modules = (path for path in snapshot.paths() if dirname(path) == folder)
    asked = (edge for module in modules for edge in snapshot.edges_to(module, (EdgeKind.IMPORT,)))
    return any(dirname(edge.span.path) != folder for edge in asked)


def _absolute(top: Top, path: str) -> list[str]:
    """Below the folder that holds its package; else below any folder above it, outermost first."""
    parts = _parts(path)
    folders = dirname(path).split("/") if dirname(path) else []
    depth = len(folders)
    while depth and top.names.exists("/".join([*folders[:depth], "__init__.py"])):
        depth -= 1
    starts = dict.fromkeys([depth, *range(len(parts))])
    return [".".join(parts[start:]) for start in starts if parts[start:]]


def _relative(importer: str, path: str) -> str:
    here, there = dirname(importer).split("/"), _parts(path)
    shared = 0
    while shared < min(len(here), len(there)) and here[shared] == there[shared]:
        shared += 1
    return "." * (len(here) - shared + 1) + ".".join(there[shared:])


def _parts(path: str) -> list[str]:
    parts = path.rpartition(".")[0].split("/")
    return parts[:-1] if parts[-1] == "__init__" else parts
