"""FactsBuilder: how an extractor writes FileFacts, one language or another.

Rows are appended to flat lists of ints, one list a table, and cut into columns once at the end:
that is several times cheaper than a method call and eight appends a row. Names are interned as
the bytes they are in the source and decoded once.

An extractor recurses over the tree; sources nest as deep as they like, so it counts `depth` and
hands a node beyond DEPTH_LIMIT to `postpone`, which answers an UNKNOWN row and keeps the node for
a later visit of its own (`take_postponed`).
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import count
from sys import intern
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from flames_indexer.facts import (
    Bases,
    BindingKind,
    Bindings,
    Decorators,
    DefinitionFlag,
    DefinitionKind,
    Definitions,
    Exports,
    ExpressionKind,
    Expressions,
    FileFacts,
    Imports,
    Members,
    Operands,
    Parameters,
    Problems,
    Results,
    Use,
    column_of,
)

if TYPE_CHECKING:
    from tree_sitter import Node

# Nesting up to which rows are linked. Each level costs up to 4 Python frames of the default 1,000.
DEPTH_LIMIT: Final = 100

# Plain ints: an IntEnum member costs a slow path in every comparison and every array conversion.
_NAME: Final = int(ExpressionKind.NAME)
_MEMBER: Final = int(ExpressionKind.MEMBER)
_LITERAL: Final = int(ExpressionKind.LITERAL)
_UNKNOWN: Final = int(ExpressionKind.UNKNOWN)
_TEXT: Final = int(ExpressionKind.TEXT)
_OBJECT: Final = int(Use.OBJECT)
_COMPREHENSION: Final = int(DefinitionKind.COMPREHENSION)
_LOCAL_SCOPES: Final = (
    DefinitionKind.FUNCTION,
    DefinitionKind.LAMBDA,
    DefinitionKind.COMPREHENSION,
)
_LASTING: Final = (BindingKind.DEFINITION, BindingKind.IMPORT)


def unquoted(text: bytes, width: int = 1) -> bytes:
    """Without its quotes, each of that width; a quote that nothing closes holds nothing.

    A slice that would end before it begins is an error in compiled code, here and elsewhere.
    """
    return text[width:-width] if len(text) > 2 * width else b""


# String row and length of the name, (string row, start, end) of each member, counted from the name.
_Chain = tuple[int, int, tuple[tuple[int, int, int], ...]]


class FactsBuilder:
    """The facts of one file under construction. Row 0 of the definitions is the module.

    `scope` is the definition row that the next expression, binding or import belongs to; the
    extractor sets it. Every adding method returns the number of the row it added.
    """

    __slots__ = (
        "_anonymous",
        "_constants",
        "_pending_names",
        "_postponed",
        "_qualnames",
        "_redirects",
        "anonymous_name",
        "bases",
        "bindings",
        "chains",
        "decorators",
        "definitions",
        "depth",
        "exports",
        "expressions",
        "import_flags",
        "imports",
        "language",
        "members",
        "operands",
        "parameters",
        "problems",
        "results",
        "scope",
        "source",
        "strings",
        "tests",
    )

    def __init__(self, language: str, source: bytes) -> None:
        self.language = language
        self.source = source
        # Row of the string table by name; looking a new name up adds it.
        self.strings: defaultdict[bytes, int] = defaultdict(count().__next__)
        self.scope = 0
        self.depth = 0
        self.import_flags = 0  # ImportFlag bits of the surroundings (TYPE_CHECKING, try)
        self.tests = False  # whether the source has conditions that tell what a name is
        self.anonymous_name = b""  # what the next anonymous definition is bound to
        self.chains: dict[bytes, _Chain] = {}  # dotted names seen so far, by their text
        self.definitions: list[int] = []
        self.parameters: list[int] = []
        self.expressions: list[int] = []
        self.operands: list[int] = []
        self.bindings: list[int] = []
        self.members: list[int] = []
        self.imports: list[int] = []
        self.exports: list[int] = []
        self.bases: list[int] = []
        self.decorators: list[int] = []
        self.results: list[int] = []
        self.problems: list[int] = []
        self._anonymous: dict[int, int] = {}
        self._constants: dict[bytes, int] = {}
        self._redirects: dict[tuple[int, int], int] = {}
        self._postponed: list[tuple[Node, int, int]] = []
        self._pending_names: list[tuple[int, int, int, bytes]] = []
        self._qualnames: list[bytes] = []
        self.define(DefinitionKind.MODULE, b"", 0, len(source), parent=-1)

    # Expressions

    def expression(
        self, kind: int, use: int, start: int, end: int, a: int = -1, b: int = -1, c: int = -1
    ) -> int:
        """Adds one row of any kind, evaluated in the current scope."""
        rows = self.expressions
        row = len(rows) >> 3
        rows.extend((kind, use, self.scope, start, end, a, b, c))
        return row

    def name(self, start: int, end: int, use: int = 0) -> int:
        """Adds the NAME at that place; UNKNOWN where the parser only missed one."""
        rows = self.expressions
        row = len(rows) >> 3
        if start == end:
            rows.extend((_UNKNOWN, use, self.scope, start, end, -1, -1, -1))
        else:
            name = self.strings[self.source[start:end]]
            rows.extend((_NAME, use, self.scope, start, end, name, -1, -1))
        return row

    def member(self, of: int, start: int, end: int, use: int = 0) -> int:
        """Adds the MEMBER of the row `of` that is named at that place."""
        rows = self.expressions
        row = len(rows) >> 3
        name = self.strings[self.source[start:end]]
        rows.extend((_MEMBER, use, self.scope, start, end, of, name, -1))
        return row

    def chain(self, text: bytes, start: int, use: int = 0) -> int:
        """Adds `a.b.c`, written without blanks from `start` on; returns the outermost row."""
        pieces = self.chains.get(text)
        if pieces is None:
            pieces = self.chains[text] = self._pieces(text)
        rows = self.expressions
        row = len(rows) >> 3
        scope = self.scope
        first, size, members = pieces
        rows.extend((_NAME, _OBJECT, scope, start, start + size, first, -1, -1))
        for name, begin, end in members:
            rows.extend((_MEMBER, _OBJECT, scope, start + begin, start + end, row, name, -1))
            row += 1
        rows[row * 8 + 1] = use
        return row

    def _pieces(self, text: bytes) -> _Chain:
        first, *rest = text.split(b".")
        end = len(first)
        members: list[tuple[int, int, int]] = []
        for part in rest:
            begin = end + 1
            end = begin + len(part)
            members.append((self.strings[part], begin, end))
        return self.strings[first], len(first), tuple(members)

    def constant(self, type_name: bytes) -> int:
        """The LITERAL row that all constants of that type share in a file: scope 0, no place."""
        row = self._constants.get(type_name)
        if row is None:
            rows = self.expressions
            row = self._constants[type_name] = len(rows) >> 3
            rows.extend((_LITERAL, 0, 0, 0, 0, self.strings[type_name], -1, 0))
        return row

    def mention(self, start: int, end: int) -> None:
        """Adds the TEXT at that place, which names something perhaps."""
        self.expression(_TEXT, 0, start, end, self.strings[self.source[start:end]])

    def unknown(self, start: int, end: int, use: int = 0) -> int:
        """Adds an UNKNOWN row."""
        return self.expression(_UNKNOWN, use, start, end)

    def set_use(self, row: int, use: int) -> None:
        """Changes how a row is used, once its surroundings are known."""
        self.expressions[row * 8 + 1] = use

    def is_kind(self, row: int, kind: int) -> bool:
        """Whether an expression row has that ExpressionKind."""
        return row >= 0 and self.expressions[row * 8] == kind

    def operand_rows(self, flat: Sequence[int]) -> tuple[int, int]:
        """Adds consecutive operands, given as `kind, name, value` one after another.

        Returns (first row or -1, count): columns b and c of CALL, NEW and LITERAL.
        """
        if not flat:
            return -1, 0
        first = len(self.operands) // 3
        self.operands.extend(flat)
        return first, len(flat) // 3

    def literal(
        self, type_name: bytes, start: int, end: int, flat: Sequence[int], use: int = 0
    ) -> int:
        """Adds a LITERAL with elements, given as for `operand_rows`."""
        first, count = self.operand_rows(flat)
        return self.expression(_LITERAL, use, start, end, self.strings[type_name], first, count)

    def elements(self, row: int) -> list[int] | None:
        """The value rows of a tuple or list LITERAL without spreads; None for all else."""
        kind, _, _, _, _, type_row, first, count = self.expressions[row * 8 : row * 8 + 8]
        if kind != _LITERAL or count == 0:
            return None
        if type_row not in (self.strings[b"tuple"], self.strings[b"list"]):
            return None
        flat = self.operands[first * 3 : (first + count) * 3]
        return None if any(flat[0::3]) else flat[2::3]

    def pending_name(self, start: int, end: int) -> None:
        """Notes a NAME that nothing refers to; `finish` drops it if it means a local variable."""
        if start < end:
            self._pending_names.append((self.scope, start, end, self.source[start:end]))

    def postpone(self, node: Node, use: int = 0) -> int:
        """Keeps a node nested too deeply for a visit of its own; answers its UNKNOWN row."""
        self._postponed.append((node, self.scope, self.import_flags))
        return self.unknown(*node.byte_range, use)

    def take_postponed(self) -> Node | None:
        """The next postponed node, with its scope current again; None when there is none."""
        if not self._postponed:
            return None
        node, self.scope, self.import_flags = self._postponed.pop()
        self.depth = 0
        return node

    # Definitions and bindings

    def define(
        self,
        kind: int,
        name: bytes,
        start: int,
        end: int,
        *,
        name_span: tuple[int, int] = (0, 0),
        body_start: int = -1,
        flags: int = 0,
        parent: int | None = None,
    ) -> int:
        """Adds a definition to the current scope (or `parent`); does not enter or bind it.

        A COMPREHENSION has the qualname of its parent, so what it holds is named as if without.
        """
        parent = self.scope if parent is None else parent
        prefix = self._qualnames[parent] if parent > 0 else b""
        qualname = prefix + b"." + name if prefix and name else prefix or name
        row = len(self._qualnames)
        self._qualnames.append(qualname)
        strings = self.strings
        if body_start < 0:
            body_start = start
        head = (kind, strings[name], strings[qualname], parent, start, end, *name_span)
        self.definitions += (*head, body_start, -1, -1, flags, -1)
        return row

    def define_anonymous(self, kind: int, start: int, end: int, body_start: int) -> int:
        """Adds a definition named by `anonymous_name`, else `<lambda@k>`, k counting per scope."""
        name, self.anonymous_name = self.anonymous_name, b""
        if not name:
            owner = self.owner()
            number = self._anonymous[owner] = self._anonymous.get(owner, 0) + 1
            name = b"<lambda@%d>" % number
        return self.define(kind, name, start, end, name_span=(start, start), body_start=body_start)

    def definition_kind(self, row: int) -> int:
        """The DefinitionKind of a row."""
        return self.definitions[row * 13]

    def parent(self, row: int) -> int:
        """The enclosing definition row; -1 for the module."""
        return self.definitions[row * 13 + 3]

    def set_doc(self, row: int, start: int, end: int) -> None:
        """Says where the docstring or doc comment of a definition is."""
        self.definitions[row * 13 + 9 : row * 13 + 11] = (start, end)

    def add_flags(self, row: int, flags: int) -> None:
        """Adds DefinitionFlag bits."""
        self.definitions[row * 13 + 11] |= flags

    def set_returns(self, row: int, annotation: int) -> None:
        """Sets the result's (or alias') type expression row."""
        self.definitions[row * 13 + 12] = annotation

    def owner(self) -> int:
        """The current scope, or what surrounds it if it is a comprehension."""
        scope = self.scope
        while self.definitions[scope * 13] == _COMPREHENSION:
            scope = self.definitions[scope * 13 + 3]
        return scope

    def redirect(self, name: bytes, scope: int) -> None:
        """Makes later bindings of `name` in the current scope bindings of `scope` (`global`)."""
        self._redirects[self.scope, self.strings[name]] = scope

    def bind(self, kind: int, start: int, end: int, value: int, scope: int = -1) -> None:
        """Binds the name at that place in the current scope (or `scope`)."""
        if start == end:
            return
        name = self.strings[self.source[start:end]]
        if scope < 0:
            scope = self.scope
        if self._redirects:
            scope = self._redirects.get((scope, name), scope)
        self.bindings.extend((scope, name, kind, value, start))

    def bound(self, name: bytes, scope: int) -> bool:
        """Whether a binding of `name` in `scope` was seen so far. Linear: for rare questions."""
        key = self.strings.get(name)
        rows = self.bindings
        return any(s == scope and n == key for s, n in zip(rows[0::5], rows[1::5], strict=True))

    def result(self, kind: int, value: int) -> None:
        """Adds a returned or yielded value to the current function."""
        self.results.extend((self.owner(), kind, value))

    # The whole

    def finish(
        self,
        problems: Iterable[tuple[str, int, int]] = (),
        builtins: frozenset[bytes] = frozenset(),
    ) -> FileFacts:
        """The facts. Pending names become rows unless they mean a local variable or a builtin."""
        self._flag_exported()
        self._add_pending_names(builtins)
        for message, start, end in problems:
            self.problems.extend((self.strings[message.encode()], start, end))
        return FileFacts(
            self.language,
            _decoded(self.strings),
            Definitions(*_columns(self.definitions, 13)),
            Parameters(*_columns(self.parameters, 8)),
            Expressions(*_columns(self.expressions, 8)),
            Operands(*_columns(self.operands, 3)),
            Bindings(*_columns(self.bindings, 5)),
            Members(*_columns(self.members, 6)),
            Imports(*_columns(self.imports, 9)),
            Exports(*_columns(self.exports, 4)),
            Bases(*_columns(self.bases, 3)),
            Decorators(*_columns(self.decorators, 2)),
            Results(*_columns(self.results, 3)),
            Problems(*_columns(self.problems, 3)),
        )

    def _flag_exported(self) -> None:
        public = set(self.exports[0::4])
        if not public:
            return
        rows = self.definitions
        for at in range(13, len(rows), 13):
            if rows[at + 3] == 0 and rows[at + 1] in public:
                rows[at + 11] |= DefinitionFlag.EXPORTED

    def _add_pending_names(self, builtins: frozenset[bytes]) -> None:
        if not self._pending_names:
            return
        rows = self.bindings
        kinds = dict(zip(zip(rows[0::5], rows[1::5], strict=True), rows[2::5], strict=True))
        for scope, start, end, text in self._pending_names:
            if not self._is_local(scope, text, kinds, builtins):
                self.scope = scope
                self.name(start, end)

    def _is_local(
        self,
        scope: int,
        text: bytes,
        kinds: dict[tuple[int, int], int],
        builtins: frozenset[bytes],
    ) -> bool:
        name = self.strings.get(text, -1)
        while scope >= 0 and name >= 0:
            kind = kinds.get((scope, name))
            if kind is not None:
                return self.definition_kind(scope) in _LOCAL_SCOPES and kind not in _LASTING
            scope = self.parent(scope)
        return text in builtins


def _columns(flat: list[int], width: int) -> list[array[int]]:
    packed = column_of(flat)
    return [packed[at::width] for at in range(width)]


def _decoded(strings: Collection[bytes]) -> list[str]:
    """Names as text: in NFKC, as languages compare identifiers, and without line breaks. Interned:
    of the names of django's files six in ten are also in another one."""
    joined = b"\n".join(strings)
    if joined.isascii() and joined.count(b"\n") == len(strings) - 1:
        return list(map(intern, joined.decode().split("\n")))
    texts = (normalize("NFKC", s.decode("utf-8", "replace")) for s in strings)
    return [intern(text.replace("\n", " ")) for text in texts]
