"""Files by paths as JavaScript writes them: without a suffix, or with that of the compiled file."""

from __future__ import annotations

import re
from posixpath import join, normpath
from typing import Final

from flames_indexer.languages.semantics import Repository

SUFFIXES: Final = (
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
# What TypeScript means: the declarations of JavaScript before it.
TYPED_SUFFIXES: Final = (*SUFFIXES[:4], *SUFFIXES[8:], *SUFFIXES[4:8])
# What a TypeScript file means by the suffix of the file it is compiled to.
_COMPILED: Final = {
    ".js": (".ts", ".tsx", ".d.ts"),
    ".jsx": (".tsx", ".d.ts"),
    ".mjs": (".mts", ".d.mts"),
    ".cjs": (".cts", ".d.cts"),
}
_DECLARATIONS: Final = re.compile(r"\.d\.[mc]?ts$")
_COMPILED_TO: Final = {".d.ts": (".js", ".jsx"), ".d.mts": (".mjs",), ".d.cts": (".cjs",)}
_DECLARED_IN: Final = {s: (d,) for d, compiled in _COMPILED_TO.items() for s in compiled}


def compiled_from(repository: Repository, path: str) -> str | None:
    """The TypeScript file that is compiled to a path."""
    stem, dot, last = path.rpartition(".")
    for suffix in _COMPILED.get(dot + last, ()):
        if repository.exists(stem + suffix):
            return stem + suffix
    return None


def is_typed(importer: str) -> bool:
    """Whether imports of a file mean declarations before the JavaScript beside them."""
    return not importer.endswith(("js", "jsx"))


def beside(repository: Repository, path: str, importer: str) -> str:
    """The file that an importer means by a path: of JavaScript with declarations beside it
    TypeScript means these, JavaScript what runs."""
    declared = _DECLARATIONS.search(path)
    if is_typed(importer) == bool(declared):
        return path
    others = _COMPILED_TO if declared else _DECLARED_IN
    stem = path[: declared.start()] if declared else path.rpartition(".")[0]
    for suffix in others.get(path[len(stem) :], ()):
        if repository.exists(stem + suffix):
            return stem + suffix
    return path


def any_file(repository: Repository, path: str) -> str | None:
    """The file at a path, by any suffix in place of its own, or the index of the folder."""
    path = normpath(path)
    if path.startswith(".."):
        return None
    if repository.exists(path):
        return path
    compiled = compiled_from(repository, path)
    if compiled:
        return compiled
    stem = re.sub(r"(\.d)?\.[mc]?[jt]sx?$", "", path)
    for candidate in (stem, join(stem, "index")):
        for suffix in SUFFIXES:
            if repository.exists(candidate + suffix):
                return candidate + suffix
    return None
