"""The imports that a file begins with, each with what it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from flames_indexer.facts import DefinitionKind, FileFacts, ImportFlag
from flames_indexer.languages import language_named, language_of
from flames_indexer.model import Span, TextEdit
from flames_indexer.parse import parse

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_Made = TypeVar("_Made")
_BOM = b"\xef\xbb\xbf"
_UNUSABLE = ImportFlag.TYPE_ONLY | ImportFlag.STAR | ImportFlag.REEXPORT | ImportFlag.DYNAMIC
_SCOPES = (DefinitionKind.CLASS, DefinitionKind.FUNCTION, DefinitionKind.INTERFACE)


@dataclass(frozen=True, slots=True)
class Names:
    """A snapshot as the semantics of a language may ask it."""

    snapshot: Snapshot

    def exists(self, path: str) -> bool:
        return self.snapshot.exists(path)

    def paths(self):  # noqa: ANN201 - as the snapshot's
        return self.snapshot.paths()

    def manifest(self, path: str) -> bytes | None:
        return self.snapshot.manifest(path)

    def derived(self, key: str, make: Callable[[], _Made]) -> _Made:
        return self.snapshot.derived_from_names(key, make)


@dataclass(frozen=True, slots=True)
class Row:
    """One imported name. `meant`: the file it is of, or that it is; None: outside."""

    number: int
    module: str  # as written
    name: str  # "": the module itself
    alias: str
    meant: str | None
    is_module: bool  # it binds the file `meant`, not a name of it
    flags: int


@dataclass(frozen=True, slots=True)
class Statement:
    """Rows that one statement imports, and its lines: `end` is behind the last one's text."""

    start: int
    end: int
    rows: tuple[Row, ...]

    @property
    def module(self) -> str:
        return self.rows[0].module

    @property
    def is_ours(self) -> bool:
        """Whether it asks for a file of the repository."""
        return any(row.meant is not None for row in self.rows)


@dataclass(frozen=True)
class Top:
    """A file as whoever wants to import into it, or from it, sees it."""

    path: str
    source: bytes
    facts: FileFacts
    names: Names

    @staticmethod
    def of(snapshot: Snapshot, path: str, source: bytes | None = None) -> Top | None:
        """Of what the snapshot has, or of another text of the file."""
        language = language_of(path)
        if source is not None and language is not None:
            return Top(path, source, parse(source, language), Names(snapshot))
        source, facts = snapshot.source(path), snapshot.facts(path)
        if source is None or facts is None:
            return None
        return Top(path, source, facts, Names(snapshot))

    @cached_property
    def bound(self) -> frozenset[str]:
        """What outermost names mean something."""
        bindings, strings = self.facts.bindings, self.facts.strings
        pairs = zip(bindings.scope, bindings.name, strict=True)
        return frozenset(strings[name] for scope, name in pairs if scope == 0)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The imports that hold in the whole file when it runs."""
        return tuple(self._rows(_UNUSABLE))

    @cached_property
    def imported(self) -> frozenset[str]:
        """The files that are imported when it runs, wherever in it."""
        rows = self._rows(ImportFlag.TYPE_ONLY, everywhere=True)
        return frozenset(row.meant for row in rows if row.meant is not None)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The import statements at the top, in order: before the first function or class, each
        from the beginning of a line."""
        table, imports = self.facts.definitions, self.facts.imports
        starts = (s for s, k in zip(table.start, table.kind, strict=True) if k in _SCOPES)
        first = min(starts, default=len(self.source))
        found: dict[int, list[Row]] = {}
        for row in self._rows(0):
            at = imports.module_start[row.number]
            line = self.line_start(at)
            written = self.source[line : line + 1]
            if at < first and not written.isspace() and not row.flags & ImportFlag.FALLBACK:
                found.setdefault(line, []).append(row)
        return tuple(Statement(line, self._end(rows), tuple(rows)) for line, rows in found.items())

    def name_of(self, path: str, offered: str) -> str | None:
        """How the file writes what another one offers, if it already can."""
        for row in self.rows:
            if row.meant != path or not row.alias:
                continue
            if row.is_module:
                whole = row.module if row.flags & ImportFlag.BINDS_ROOT else row.alias
                return f"{whole}.{offered}"
            if row.name == offered:
                return row.alias
        return None

    def resolves(self, module: str, path: str) -> bool:
        """Whether `module`, written here, means the file at `path`."""
        return self._module(module) == path

    def line_start(self, offset: int) -> int:
        return max(self.source.rfind(b"\n", 0, offset) + 1, self.begin if offset < 4 else 0)

    def line_end(self, offset: int) -> int:
        """Behind the last character of the line."""
        end = self.source.find(b"\n", offset)
        end = len(self.source) if end < 0 else end
        return end - 1 if end and self.source[end - 1 : end] == b"\r" else end

    @property
    def begin(self) -> int:
        return len(_BOM) if self.source.startswith(_BOM) else 0

    @cached_property
    def newline(self) -> str:
        return "\r\n" if b"\r\n" in self.source else "\n"

    def with_last(self, statement: Statement, name: str, alias: re.Pattern[bytes]) -> TextEdit:
        """`name` behind the last one of the statement, which `alias` may rename."""
        imports, number = self.facts.imports, statement.rows[-1].number
        at = imports.end[number]
        if renamed := alias.match(self.source, at):
            at = renamed.end()
        return self.edit(at, f",{self.gap(imports.start[number])}{name}")

    def gap(self, start: int) -> str:
        """What stands between the names of a list one of which starts there: a space, or a new
        line as deep."""
        before = self.source[self.line_start(start) : start]
        return " " if before.strip() else f"\n{before.decode()}"

    def edit(self, at: int, text: str) -> TextEdit:
        return TextEdit(Span(self.path, at, at), text.replace("\n", self.newline))

    def _end(self, rows: list[Row]) -> int:
        imports = self.facts.imports
        first, last = rows[0].number, rows[-1].number
        end = max(imports.end[last], imports.module_end[last])
        between = self.source[imports.module_end[first] : imports.start[first]]
        if b"(" in between and (closing := self.source.find(b")", end)) >= 0:
            end = closing
        return self.line_end(end)

    def _rows(self, unwanted: int, *, everywhere: bool = False) -> Iterator[Row]:
        imports, strings = self.facts.imports, self.facts.strings
        for number, flags in enumerate(imports.flags):
            if flags & unwanted or (imports.scope[number] and not everywhere):
                continue
            module, name = strings[imports.module[number]], strings[imports.name[number]]
            alias = strings[imports.alias[number]]
            meant = self._module(module)
            below = self._below(meant, name) if meant is not None and name else None
            is_module = not name or below is not None
            found = below or meant
            if found is not None and found.endswith("/"):
                found = None  # a folder is no file
            yield Row(number, module, name, alias, found, is_module, flags)

    def _module(self, written: str) -> str | None:
        semantics = language_named(self.facts.language).semantics()
        found = semantics.resolve_module(self.names, self.path, written)
        return None if found is None or found.startswith("lib:") else found

    def _below(self, module: str, name: str) -> str | None:
        semantics = language_named(self.facts.language).semantics()
        return semantics.submodule(self.names, module, name)
