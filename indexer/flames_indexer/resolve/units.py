"""Unit digests: what others can find out about one top-level name of a file.

Two versions of a file whose digests of a name are equal give whoever reads that name the same
answers. Offsets, row numbers and bodies stay out, except what results, stored members and the like
are made from: a digest follows an expression to the local names it uses, and those to their values.
"""

from collections.abc import Sequence
from typing import Final
from zlib import crc32

from flames_indexer.facts import BindingKind, DefinitionFlag, DefinitionKind, ExpressionKind
from flames_indexer.resolve.escapes import escapes_of
from flames_indexer.resolve.sites import (
    escapes_by_unit,
    named_by_unit,
    sites_of,
    uses_below,
    uses_by_unit,
)
from flames_indexer.resolve.stores import stores_in_member, stores_in_name
from flames_indexer.resolve.tables import Escape, File, Site, Store

_NAME: Final = int(ExpressionKind.NAME)
_MEMBER: Final = int(ExpressionKind.MEMBER)
_FUNCTION: Final = int(ExpressionKind.FUNCTION)
_UNPACK: Final = int(ExpressionKind.UNPACK)
_LISTED: Final = frozenset((ExpressionKind.CALL, ExpressionKind.NEW, ExpressionKind.LITERAL))
_PAIRED: Final = frozenset(
    (
        *(ExpressionKind.SUBSCRIPT, ExpressionKind.CHOICE),
        *(ExpressionKind.OPERATOR, ExpressionKind.NARROWED),
    )
)
_SINGLE: Final = frozenset((ExpressionKind.AWAIT, ExpressionKind.ITERATE, ExpressionKind.ENTER))
_YIELDED: Final = int(ExpressionKind.YIELDED)
_FUNCTIONS: Final = (DefinitionKind.FUNCTION, DefinitionKind.LAMBDA, DefinitionKind.COMPREHENSION)
_DEFINITION: Final = int(BindingKind.DEFINITION)
_IMPORT: Final = int(BindingKind.IMPORT)
_PARAMETER: Final = int(BindingKind.PARAMETER)
_OVERLOAD: Final = int(DefinitionFlag.OVERLOAD)
_TEXT: Final = int(ExpressionKind.TEXT)
_MASK: Final = (1 << 64) - 1
TEXTS: Final = "=texts"  # instead of a name: all TEXT rows of the file


def unit_digest(file: File, name: str) -> bytes:
    """8 bytes that change when what `name` of the file tells others does."""
    unit, called, used = _Unit(file), named_by_unit(name), uses_by_unit(name)
    escaped = escapes_by_unit(name)
    if called is not None:
        told = unit.sites(called)
    elif escaped is not None:
        told = unit.escapes(escaped)
    else:
        told = unit.top_level(name) if used is None else unit.uses(used)
    return (told & _MASK).to_bytes(8, "big")


class _Unit:
    """Hashes of one unit. Integers and tuples of integers hash alike in every process."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._facts = file.facts
        self._texts = file.text_hashes()
        self._definitions: dict[int, int] = {}
        self._locals: dict[tuple[int, str], int] = {}

    def top_level(self, name: str) -> int:
        """Of everything that is read as `name` of the file."""
        file = self._file
        parts: list[int] = [self._exports(name)]
        rows = file.bindings.get(0, {}).get(name)
        if rows is None:
            parts.extend(self._text(row) for row in self._star_modules())
        else:
            parts.extend(self._binding(row) for row in rows)
            parts.append(self._stores(stores_in_name(file, 0, name)))
        parts.extend(self._definition(row) for row in file.top_level(name))
        if name == TEXTS:
            table = self._facts.expressions
            cells = zip(table.kind, table.a, strict=True)
            return hash(tuple(self._text(text) for kind, text in cells if kind == _TEXT))
        if name == "__all__":
            parts.extend(sorted(crc32(one.encode()) for one in file.public or ()))
            parts.append(file.public is None)
        return hash(tuple(parts))

    def sites(self, name: str) -> int:
        """Of the places where the file calls something of that name."""
        if name.startswith("."):
            return self._stores(stores_in_member(self._file, name[1:]))
        below = (self._inheriting(row) for row in self._file.subclasses_of(name))
        return hash((*(self._site(site) for site in sites_of(self._file, name)), *below))

    def _inheriting(self, row: int) -> int:
        """Of which bases a class has."""
        bases = self._facts.bases
        values = (self._expression(bases.value[at]) for at in self._file.bases.get(row, ()))
        return hash((self._text(self._facts.definitions.qualname[row]), *values))

    def _stores(self, stores: Sequence[Store]) -> int:
        """Of what is put into containers."""
        expression = self._expression
        return hash(tuple((expression(s.of), expression(s.value), s.spread) for s in stores))

    def uses(self, name: str) -> int:
        """Of the members that the code below a top-level name reads from names."""
        file = self._file
        return hash(
            tuple(
                (crc32(of.encode()), crc32(member.encode()), crc32(file.qualname(scope).encode()))
                for of, pairs in uses_below(file).items()
                for scope, member in pairs
                if file.unit(scope) == name
            )
        )

    def escapes(self, name: str) -> int:
        """Of the other names that a value named so gets."""
        return hash(tuple(self._escape(escape) for escape in escapes_of(self._file, name)))

    def _escape(self, escape: Escape) -> int:
        if escape.call < 0:
            return crc32(escape.name.encode())
        expressions, operands = self._facts.expressions, self._facts.operands
        place = escape.operand - expressions.b[escape.call]
        name = self._text(operands.name[escape.operand])
        return hash((self._expression(expressions.a[escape.call]), place, name))

    def _site(self, site: Site) -> int:
        decorated = self._definition(site.decorated) if site.decorated >= 0 else -1
        operands = self._operands(site.first, site.operands) if site.first >= 0 else ()
        return hash((self._expression(site.callee), decorated, *operands))

    def _star_modules(self) -> list[int]:
        imports = self._facts.imports
        return [imports.module[row] for row in self._file.stars]

    def _exports(self, name: str) -> int:
        """Of the export rows of the name; star exports can give any name that has none."""
        file = self._file
        rows = file.exports.get(name) or file.exports.get("", [])
        table = self._facts.exports
        parts: list[int] = []
        for row in rows:
            kind, value = table.kind[row], table.value[row]
            if kind == 0:  # LOCAL
                parts.append(self._text(value))
            elif kind in (1, 2):  # IMPORT, STAR
                parts.append(self._import(value))
            else:
                parts.append(self._expression(value))
            parts.append(kind)
        return hash(tuple(parts))

    def _definition(self, row: int) -> int:
        known = self._definitions.get(row)
        if known is not None:
            return known
        self._definitions[row] = 0  # a definition below itself says nothing new
        file, definitions = self._file, self._facts.definitions
        parts = [
            definitions.kind[row],
            definitions.flags[row],
            self._text(definitions.qualname[row]),
            self._expression(definitions.returns[row]),
        ]
        parts.extend(self._parameter(at) for at in file.parameters.get(row, ()))
        bases = self._facts.bases
        for at in file.bases.get(row, ()):
            parts += (self._text(bases.name[at]), self._expression(bases.value[at]))
        for at in file.type_parameters.get(row, ()):
            parts.append(self._definition(at))
        decorated = self._facts.decorators.value
        parts.extend(self._expression(decorated[at]) for at in file.decorators.get(row, ()))
        if definitions.kind[row] in _FUNCTIONS:
            parts.append(self._results(row))
        else:
            parts.append(self._body(row))
        parts.append(self._members(row))
        found = self._definitions[row] = hash(tuple(parts))
        return found

    def _body(self, row: int) -> int:
        """Of the names bound directly in a class or namespace."""
        parts: list[int] = []
        for name, rows in self._file.bindings.get(row, {}).items():
            parts.append(crc32(name.encode()))
            parts.extend(self._binding(at) for at in rows)
        return hash(tuple(parts))

    def _members(self, row: int) -> int:
        table = self._facts.members
        parts: list[int] = []
        for name, rows in self._file.members(row).items():
            parts.append(crc32(name.encode()))
            for at in rows:
                parts += (table.kind[at], self._expression(table.value[at]))
        return hash(tuple(parts))

    def _results(self, row: int) -> int:
        if self._facts.definitions.returns[row] >= 0:
            return 1
        table = self._facts.results
        parts: list[int] = []
        for at in self._file.results.get(row, ()):
            parts += (table.kind[at], self._expression(table.value[at]))
        return hash(tuple(parts))

    def _parameter(self, row: int) -> int:
        table = self._facts.parameters
        return hash(
            (
                self._text(table.name[row]),
                table.kind[row],
                table.flags[row],
                self._expression(table.annotation[row]),
                self._expression(table.default[row]),
            )
        )

    def _binding(self, row: int) -> int:
        table = self._facts.bindings
        kind, value = table.kind[row], table.value[row]
        if value < 0:
            return kind
        if kind == _DEFINITION:
            content = self._definition(value)
        elif kind == _IMPORT:
            content = self._import(value)
        elif kind == _PARAMETER:
            content = self._parameter(value)
        else:
            content = self._expression(value)
        return hash((kind, content))

    def _import(self, row: int) -> int:
        table = self._facts.imports
        return hash((self._text(table.module[row]), self._text(table.name[row]), table.flags[row]))

    def _expression(self, row: int) -> int:
        if row < 0:
            return 0
        table = self._facts.expressions
        kind, a, b, c = table.kind[row], table.a[row], table.b[row], table.c[row]
        if kind == _NAME:
            return hash((kind, self._text(a), self._local(table.scope[row], self._file.strings[a])))
        if kind == _MEMBER:
            return hash((kind, self._expression(a), self._text(b)))
        if kind in _LISTED:
            first = self._text(a) if kind == ExpressionKind.LITERAL else self._expression(a)
            return hash((kind, first, *self._operands(b, c)))
        if kind in _PAIRED:
            sign = self._text(c) if kind == ExpressionKind.OPERATOR else 0
            sign = c if kind == ExpressionKind.NARROWED else sign
            return hash((kind, self._expression(a), self._expression(b), sign))
        if kind in _SINGLE:
            return hash((kind, self._expression(a), c))
        if kind == _UNPACK:
            return hash((kind, self._expression(a), self._text(b) if c == 2 else b, c))
        if kind == _FUNCTION:
            return hash((kind, self._definition(a)))
        if kind == _YIELDED:
            return hash((kind, self._yielding(table.scope[row])))
        return kind

    def _operands(self, first: int, count: int) -> list[int]:
        table = self._facts.operands
        parts: list[int] = []
        for at in range(first, first + count):
            parts += (table.kind[at], self._text(table.name[at]), self._expression(table.value[at]))
        return parts

    def _local(self, scope: int, name: str) -> int:
        """Of what a name means where it is not the module's: its local bindings."""
        file = self._file
        found = file.scope_of(scope, name)
        if found <= 0:
            return found
        key = (found, name)
        known = self._locals.get(key)
        if known is None:
            self._locals[key] = 0
            rows = file.bindings[found][name]
            stores = self._stores(stores_in_name(file, found, name))
            known = self._locals[key] = hash((stores, *(self._binding(row) for row in rows)))
        return known

    def _yielding(self, scope: int) -> int:
        return self._expression(self._facts.definitions.returns[scope])

    def _text(self, row: int) -> int:
        if row < 0:
            return -1
        hashes = self._texts
        found = hashes[row]
        if found < 0:
            text = self._file.strings[row].encode("utf-8", "surrogatepass")
            found = hashes[row] = crc32(text)
        return found
