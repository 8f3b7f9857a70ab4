"""Bytes to FileFacts, FileFacts to bytes and back.

`parse` reads any bytes: a source's mistakes are `problems` of its facts, never exceptions.
`OpenParse` is the same for a buffer that is being edited: it keeps the tree, so an edit costs the
parse of what changed and one extraction.

The encoding, for the store, which checks its integrity: compressed, over

    "FF", version, size of the strings, rows of each table        int32 each
    the language and the strings, joined by newlines              UTF-8
    all columns, as four planes: every lowest byte, every second byte, …

Planes because most values need two bytes: it compresses 4x faster and smaller than values in a row
(django: 40 MB of columns become 8.8 MB in .3 CPU s; delta coding the offsets gained 5 %).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from sys import intern
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from flames_indexer.compression import compress, decompress
from flames_indexer.facts import Definitions, FileFacts, Table
from flames_indexer.formats import FACTS_VERSION
from flames_indexer.languages import Language

if TYPE_CHECKING:
    from tree_sitter import Tree


_MAGIC: Final = 0x4646
_SEPARATOR: Final = "\n"
_TABLES: Final = tuple(
    (table.name, cast("Callable[..., Table]", table.default_factory), columns)
    for table in fields(FileFacts)[2:]
    for columns in [tuple(f.name for f in fields(cast("type[Table]", table.default_factory)))]
)
_HEADER_SIZE: Final = 4 * (3 + len(_TABLES))


def parse(source: bytes, language: Language) -> FileFacts:
    """The facts of any bytes at all."""
    return language.extract(source)


@dataclass(frozen=True, slots=True)
class _Edit:
    """What `Tree.edit` asks: three byte offsets and their (row, column) points."""

    start: int
    old_end: int
    new_end: int
    start_point: tuple[int, int]
    old_end_point: tuple[int, int]
    new_end_point: tuple[int, int]

    def apply(self, tree: Tree) -> None:
        tree.edit(
            self.start,
            self.old_end,
            self.new_end,
            self.start_point,
            self.old_end_point,
            self.new_end_point,
        )


@dataclass(slots=True)
class OpenParse:
    """One version of an open buffer. `edit` gives the next version; this one stays what it is.

    Nothing is parsed before `facts` is asked, so versions that nobody looks at cost nothing.
    """

    source: bytes
    language: Language
    _old_tree: Tree | None = None
    _edits: tuple[_Edit, ...] = ()
    _tree: Tree | None = field(default=None, compare=False, repr=False)
    _facts: FileFacts | None = field(default=None, compare=False, repr=False)
    _problems: int | None = field(default=None, compare=False, repr=False)

    def edit(self, start: int, old_end: int, new_end: int, new_source: bytes) -> OpenParse:
        """The version in which `source[start:old_end]` became `new_source[start:new_end]`."""
        edit = _Edit(
            start,
            old_end,
            new_end,
            _point(self.source, start),
            _point(self.source, old_end),
            _point(new_source, new_end),
        )
        if self._tree is not None:
            return OpenParse(new_source, self.language, self._tree, (edit,))
        edits = () if self._old_tree is None else (*self._edits, edit)
        return OpenParse(new_source, self.language, self._old_tree, edits)

    @property
    def is_read(self) -> bool:
        """Whether the facts are made, so that asking for them costs nothing."""
        return self._facts is not None

    @property
    def problems(self) -> int:
        """How many places do not parse; costs the parse that `facts` needs too."""
        if self._problems is None:
            self._problems = len(self.language.grammar().problems(self._parsed().root_node))
        return self._problems

    def facts(self) -> FileFacts:
        """The facts of this version, made once."""
        if self._facts is None:
            self._facts = self.language.extract_tree(self._parsed().root_node, self.source)
        return self._facts

    def _parsed(self) -> Tree:
        if self._tree is None:
            self._tree = self._parse()
            self._old_tree = None
        return self._tree

    def _parse(self) -> Tree:
        if self._old_tree is None:
            return self.language.grammar().parse(self.source)
        old_tree = self._old_tree.copy()
        for edit in self._edits:
            edit.apply(old_tree)
        return self.language.grammar().parse(self.source, old_tree)


def _point(source: bytes, offset: int) -> tuple[int, int]:
    return source.count(b"\n", 0, offset), offset - source.rfind(b"\n", 0, offset) - 1


def encode(facts: FileFacts) -> bytes:
    """The facts as bytes, for `decode` of the same FACTS_VERSION."""
    text = _SEPARATOR.join((facts.language, *facts.strings)).encode("utf-8", "surrogatepass")
    sizes: list[int] = []
    values = array("i")
    for name, _, columns in _TABLES:
        table: Table = getattr(facts, name)
        sizes.append(len(getattr(table, columns[0])))
        for column in columns:
            values += getattr(table, column)
    header = array("i", (_MAGIC, FACTS_VERSION, len(text), *sizes))
    planes = np.frombuffer(values, np.uint8).reshape(-1, 4).T
    return compress(b"".join((header.tobytes(), text, planes.tobytes())))


def decode(encoded: bytes) -> FileFacts:
    """The facts `encode` was given; a ValueError for bytes of another version."""
    data = decompress(encoded)
    header, text = _head(data)
    language, *strings = map(intern, text.split(_SEPARATOR))
    planes = np.frombuffer(data, np.uint8, offset=_HEADER_SIZE + header[2]).reshape(4, -1)
    values = array("i", planes.T.tobytes())
    tables: list[Table] = []
    at = 0
    for (_, make, columns), rows in zip(_TABLES, header[3:], strict=True):
        end = at + rows * len(columns)
        tables.append(make(*[values[start : start + rows] for start in range(at, end, rows or 1)]))
        at = end
    return cast("Callable[..., FileFacts]", FileFacts)(language, strings, *tables)


def decode_definitions(encoded: bytes) -> tuple[list[str], Definitions]:
    """Strings and definitions of the facts `encode` was given, in a third of the time."""
    data = decompress(encoded)
    header, text = _head(data)
    planes = np.frombuffer(data, np.uint8, offset=_HEADER_SIZE + header[2]).reshape(4, -1)
    rows, columns = header[3], len(fields(Definitions))
    values = array("i", planes[:, : rows * columns].T.tobytes())
    own = [values[at * rows : (at + 1) * rows] for at in range(columns)]
    return text.split(_SEPARATOR)[1:], Definitions(*own)


def _head(data: bytes) -> tuple[array[int], str]:
    """What stands before the columns: the numbers, then the language and the strings."""
    header = array("i", data[:_HEADER_SIZE])
    if len(header) * 4 < _HEADER_SIZE or header[0] != _MAGIC or header[1] != FACTS_VERSION:
        raise ValueError("facts of another version")
    text = data[_HEADER_SIZE : _HEADER_SIZE + header[2]]
    return header, text.decode("utf-8", "surrogatepass")
