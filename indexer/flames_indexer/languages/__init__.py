"""The languages Flames reads: one explicit tuple.

A language's folder offers, imported when a file of that language is first met:

    grammar(name) -> Grammar                        the grammar of that dialect
    extract(name, root, source) -> FileFacts        the facts of a tree of it
    semantics.SEMANTICS                             what the resolver asks

Nothing here knows how any of them looks inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, cast

from flames_indexer.facts import FileFacts

if TYPE_CHECKING:
    from tree_sitter import Node

    from flames_indexer.languages.grammar import Grammar
    from flames_indexer.languages.semantics import Semantics


@dataclass(frozen=True, slots=True)
class Language:
    """One language: what its files are called, and the folder it is read with.

    `version` grows when the same bytes give other facts than before.
    """

    name: str
    suffixes: tuple[str, ...]
    version: int
    comment: str  # starts a line comment
    folder: str

    def grammar(self) -> Grammar:
        """The grammar, loaded once."""
        return _grammar(self.folder, self.name)

    def extract(self, source: bytes) -> FileFacts:
        """The facts of any bytes at all."""
        return self.extract_tree(self.grammar().parse(source).root_node, source)

    def extract_tree(self, root: Node, source: bytes) -> FileFacts:
        """The facts of a tree of `source`."""
        return import_module(f"{__name__}.{self.folder}").extract(self.name, root, source)

    def semantics(self) -> Semantics:
        """What the resolver asks of this language."""
        return _semantics(self.folder)


LANGUAGES: Final[tuple[Language, ...]] = (
    Language("python", (".py", ".pyi"), 8, "#", "python"),
    Language("javascript", (".js", ".mjs", ".cjs", ".jsx"), 8, "//", "javascript"),
    Language("typescript", (".ts", ".mts", ".cts"), 8, "//", "typescript"),
    Language("tsx", (".tsx",), 8, "//", "typescript"),
)

_BY_SUFFIX: Final = {suffix: language for language in LANGUAGES for suffix in language.suffixes}
_BY_NAME: Final = {language.name: language for language in LANGUAGES}


@lru_cache(1 << 14)  # asked for each file again and again
def language_of(path: str) -> Language | None:
    """The language a path's suffix names; None for a file Flames does not read."""
    return _BY_SUFFIX.get(PurePosixPath(path).suffix.lower())


def language_named(name: str) -> Language:
    """The language of that name; a KeyError if there is none."""
    return _BY_NAME[name]


@cache
def _semantics(folder: str) -> Semantics:
    return cast("Semantics", import_module(f"{__name__}.{folder}.semantics").SEMANTICS)


@cache
def _grammar(folder: str, name: str) -> Grammar:
    return cast("Grammar", import_module(f"{__name__}.{folder}").grammar(name))
