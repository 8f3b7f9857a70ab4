"""Imports and exports: ES modules, `require`, dynamic import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    ExportKind,
    ExpressionKind,
    ImportFlag,
)
from flames_indexer.languages.builder import unquoted
from flames_indexer.languages.javascript.names import is_declaration, named_value
from flames_indexer.languages.javascript.reader import Hint, Reader, Visit

if TYPE_CHECKING:
    from tree_sitter import Node

_NAME: Final = int(ExpressionKind.NAME)
_IMPORT: Final = int(BindingKind.IMPORT)
_TYPE_ONLY: Final = int(ImportFlag.TYPE_ONLY)
_DEFAULT: Final = b"default"


def import_statement(out: Reader, node: Node) -> None:
    """`import a, {b as c}, * as d from "m"`, `import "m"`, `import a = require("m")`."""
    k = out.k
    parts = out.parts(node)
    source = node.child_by_field_name("source")
    clause = next(
        (p for p in parts if p.kind_id in (k.import_clause, k.import_require_clause)), None
    )
    if clause is not None and clause.kind_id == k.import_require_clause:
        _import_require(out, clause)
        return
    if source is None:
        return
    flags = ImportFlag.TYPE_ONLY if _is_type_only(out, node, b"import") else 0
    if clause is None:
        add_import(out, source, b"", None, flags)
        return
    for part in out.parts(clause):
        if part.kind_id == k.identifier:
            add_import(out, source, _DEFAULT, part, flags)
        elif part.kind_id == k.namespace_import:
            for name in out.parts(part):
                add_import(out, source, b"", name, flags)
        elif part.kind_id == k.named_imports:
            _import_named(out, source, part, flags)


def _import_named(out: Reader, source: Node, node: Node, flags: int) -> None:
    for specifier in out.parts(node):
        name, alias = _specified(specifier)
        if name is None:
            continue
        its_flags = flags | (ImportFlag.TYPE_ONLY if _is_type_only(out, specifier, b"") else 0)
        at = name.byte_range
        add_import(out, source, _spelt(out, name), alias or name, its_flags, at)


def _import_require(out: Reader, clause: Node) -> None:
    parts = out.parts(clause)
    if len(parts) == 2:
        add_import(out, parts[1], b"", parts[0], ImportFlag.REQUIRE)


def add_import(
    out: Reader,
    source: Node,
    name: bytes,
    alias: Node | None,
    flags: int,
    at: tuple[int, int] | None = None,
) -> int:
    """Adds an import row and, where an alias enters the scope, its binding."""
    module = source.start_byte + 1, source.end_byte - 1
    written = b"" if alias is None else out.text(alias)
    row = import_row(out, module, name, written, flags, at or (alias or source).byte_range)
    if alias is not None:
        out.bind(_IMPORT, *alias.byte_range, row)
    return row


def import_row(
    out: Reader,
    module: tuple[int, int],
    name: bytes,
    alias: bytes,
    flags: int,
    at: tuple[int, int],
) -> int:
    """Adds the row alone; `module`: the span of the specifier, `at`: that of the name."""
    strings = out.strings
    row = len(out.imports) // 9
    written = strings[out.source[module[0] : module[1]]]
    out.imports.extend((written, strings[name], strings[alias], flags | out.import_flags))
    out.imports.extend((out.scope, *at, *module))
    return row


def required(out: Reader, call: Node, parts: list[Node]) -> int:
    """The row of `require("m")` and `import("m")`, a NAME bound to the module; -1 for all else.

    The name is the quoted specifier, which nothing else can be called.
    """
    callee = parts[0]
    kind = callee.kind_id
    dynamic = kind == out.k.import_
    if not dynamic and (kind != out.k.identifier or out.text(callee) != b"require"):
        return -1
    source = _argument(out, parts)
    if source is None:
        return -1
    flags = ImportFlag.DYNAMIC if dynamic or out.scope else 0
    flags |= 0 if dynamic else ImportFlag.REQUIRE
    return quoted_import(out, *source.byte_range, int(flags))


def quoted_import(out: Reader, start: int, end: int, flags: int = _TYPE_ONLY) -> int:
    """The NAME row that stands for the module whose specifier is quoted there."""
    name = b"'" + unquoted(out.source[start:end]) + b"'"
    row = import_row(out, (start + 1, end - 1), b"", name, flags, (start, end))
    out.bind_name(_IMPORT, name, start, row, out.scope)
    return out.expression(_NAME, 0, start, end, out.strings[name])


def require_source(out: Reader, node: Node) -> Node | None:
    """The string of `require("m")`."""
    if node.kind_id != out.k.call_expression:
        return None
    parts = out.parts(node)
    if parts[0].kind_id != out.k.identifier or out.text(parts[0]) != b"require":
        return None
    return _argument(out, parts)


def _argument(out: Reader, parts: list[Node]) -> Node | None:
    if len(parts) != 2 or parts[1].kind_id != out.k.arguments:
        return None
    arguments = out.parts(parts[1])
    if not arguments or arguments[0].kind_id != out.k.string:
        return None
    return arguments[0] if arguments[0].end_byte - arguments[0].start_byte > 2 else None


def export_statement(out: Reader, node: Node) -> None:
    """Every form of `export`."""
    k = out.k
    parts = out.parts(node)
    source = node.child_by_field_name("source")
    out.pending_decorators += [part for part in parts if part.kind_id == k.decorator]
    parts = [part for part in parts if part.kind_id != k.decorator]
    if source is not None:
        _export_from(out, node, parts[0], source)
        return
    if not parts:
        return
    part = parts[-1]
    words = {child.type for child in node.children if not child.is_named}
    if part.kind_id == k.export_clause:
        _export_clause(out, part)
    elif "default" in words:
        _export_default(out, part)
    elif "=" in words:
        row = named_value(out, part, Hint(b"export=", part.start_byte, part.start_byte))
        out.exports.extend((out.strings[b""], ExportKind.ASSIGNMENT, row, part.start_byte))
    elif "as" not in words:
        _export_declaration(out, part)


def _export_declaration(out: Reader, node: Node) -> None:
    first_definition = out.next_definition
    before = len(out.bindings)
    out.visit(node)
    if out.scope:  # of a namespace: its bindings say it all
        return
    rows = out.bindings[before:]
    scope = out.scope
    columns = zip(rows[0::5], rows[1::5], rows[2::5], rows[3::5], rows[4::5], strict=True)
    for its_scope, name, kind, value, start in columns:
        if its_scope != scope:
            continue
        out.exports.extend((name, ExportKind.LOCAL, name, start))
        if kind == BindingKind.DEFINITION and value >= first_definition:
            out.add_flags(value, DefinitionFlag.EXPORTED)


def _export_default(out: Reader, node: Node) -> None:
    name = out.strings[_DEFAULT]
    start = node.start_byte
    if node.kind_id == out.k.identifier:
        out.exports.extend((name, ExportKind.LOCAL, out.strings[out.text(node)], start))
    elif is_declaration(node) and node.child_by_field_name("name") is not None:
        row = out.next_definition
        out.visit(node)
        if row < out.next_definition:
            local = out.definitions[row * 13 + 1]
            out.exports.extend((name, ExportKind.LOCAL, local, start))
            out.add_flags(row, DefinitionFlag.EXPORTED)
    else:
        value = named_value(out, node, Hint(_DEFAULT, start, start))
        out.exports.extend((name, ExportKind.EXPRESSION, value, start))
        defined = out.defined_by(value)
        if defined >= 0:
            out.add_flags(defined, DefinitionFlag.EXPORTED)


def _export_from(out: Reader, node: Node, clause: Node, source: Node) -> None:
    k = out.k
    flags = ImportFlag.REEXPORT | (
        ImportFlag.TYPE_ONLY if _is_type_only(out, node, b"export") else 0
    )
    if clause.kind_id == k.export_clause:
        for specifier in out.parts(clause):
            name, alias = _specified(specifier)
            if name is not None:
                row = add_import(out, source, _spelt(out, name), None, flags, name.byte_range)
                _export(out, alias or name, ExportKind.IMPORT, row)
    elif clause.kind_id == k.namespace_export:
        row = add_import(out, source, b"", None, flags)
        for name in out.parts(clause)[-1:]:
            _export(out, name, ExportKind.IMPORT, row)
    else:
        row = add_import(out, source, b"*", None, flags | ImportFlag.STAR)
        out.exports.extend((out.strings[b""], ExportKind.STAR, row, source.start_byte))


def _export_clause(out: Reader, clause: Node) -> None:
    for specifier in out.parts(clause):
        name, alias = _specified(specifier)
        if name is not None:
            _export(out, alias or name, ExportKind.LOCAL, out.strings[_spelt(out, name)])


def _export(out: Reader, name: Node, kind: int, value: int) -> None:
    out.exports.extend((out.strings[_spelt(out, name)], kind, value, name.start_byte))


def _specified(specifier: Node) -> tuple[Node | None, Node | None]:
    """(name, alias or None) of an import or export specifier."""
    return specifier.child_by_field_name("name"), specifier.child_by_field_name("alias")


def _spelt(out: Reader, node: Node) -> bytes:
    text = out.text(node)
    return unquoted(text) if text[:1] in (b"'", b'"') else text


def _is_type_only(out: Reader, node: Node, keyword: bytes) -> bool:
    start, end = node.byte_range
    words = out.source[start + len(keyword) : min(end, start + 40)].split(None, 2)
    return len(words) > 1 and words[0] == b"type" and words[1] not in (b"from", b"as", b"=")


VISITS: Final[dict[str, Visit]] = {
    "import_statement": import_statement,
    "export_statement": export_statement,
}
