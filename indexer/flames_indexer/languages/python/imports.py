"""What a Python file asks of other modules, and what it lists in `__all__`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flames_indexer.facts import BindingKind, ExportKind, ImportFlag
from flames_indexer.languages.builder import FactsBuilder
from flames_indexer.languages.python import conditions
from flames_indexer.languages.python import kinds as k
from flames_indexer.languages.python.walk import parts_of, visit, visit_children

if TYPE_CHECKING:
    from tree_sitter import Node

_TYPE_CHECKING: Final = re.compile(rb"if\s+\(?\s*(?:\w+\.)?TYPE_CHECKING\b")
_IMPORT_FAILS: Final = re.compile(
    rb"except\b[^:]*\b(?:ImportError|ModuleNotFoundError)\b|except\s*:"
)
_DYNAMIC: Final = re.compile(rb"\b(?:import_module|__import__)(?=\(\s*([\"'])([\w.]+)\1)")


def import_statement(out: FactsBuilder, node: Node) -> None:
    """`import a.b, c as d`."""
    for part in parts_of(out, node):
        if part.kind_id == k.ALIASED_IMPORT:
            module, alias = _aliased(out, part)
            _import(out, module.byte_range, (0, 0), alias.byte_range)
        else:
            start, end = part.byte_range
            root_end = out.source.find(b".", start, end)
            bound = (start, end if root_end < 0 else root_end)
            _import(out, (start, end), (0, 0), bound, 0 if root_end < 0 else ImportFlag.BINDS_ROOT)


def import_from_statement(out: FactsBuilder, node: Node) -> None:
    """`from ..a import b, c as d`, `from a import *`."""
    parts = parts_of(out, node)
    if not parts:
        return
    module = parts[0].byte_range
    for part in parts[1:]:
        if part.kind_id == k.ALIASED_IMPORT:
            name, alias = _aliased(out, part)
            _import(out, module, name.byte_range, alias.byte_range)
        elif part.kind_id == k.WILDCARD_IMPORT:
            _import(out, module, part.byte_range, (0, 0), ImportFlag.STAR)
        else:
            _import(out, module, part.byte_range, part.byte_range)


def future_import_statement(out: FactsBuilder, node: Node) -> None:
    """`from __future__ import annotations`."""
    start = out.source.find(b"__future__", node.start_byte)
    module = (start, start + len(b"__future__"))
    for part in parts_of(out, node):
        name, alias = _aliased(out, part) if part.kind_id == k.ALIASED_IMPORT else (part, part)
        _import(out, module, name.byte_range, alias.byte_range)


def _aliased(out: FactsBuilder, node: Node) -> tuple[Node, Node]:
    parts = parts_of(out, node)
    return parts[0], parts[-1]


def _import(
    out: FactsBuilder,
    module: tuple[int, int],
    name: tuple[int, int],
    bound: tuple[int, int],
    flags: int = 0,
) -> None:
    """Adds an import from spans: its module, the name it asks for ((0, 0): none), what it binds."""
    source, strings = out.source, out.strings
    row = len(out.imports) // 9
    start, end = name if name[1] else module
    out.imports.extend(
        (
            strings[b"".join(source[module[0] : module[1]].split())],
            strings[source[name[0] : name[1]]],
            strings[source[bound[0] : bound[1]]],
            flags | out.import_flags,
            out.scope,
            start,
            end,
            *module,
        )
    )
    if bound[1]:
        out.bind(BindingKind.IMPORT, *bound, row)


def if_statement(out: FactsBuilder, node: Node) -> None:
    """An `if`; imports under TYPE_CHECKING are for types only."""
    if not _TYPE_CHECKING.match(out.source, node.start_byte):
        if conditions.is_tested(out, node):
            conditions.if_statement(out, node)
        else:
            visit_children(out, node)
        return
    for child in node.named_children:
        outer = out.import_flags
        if child.kind_id == k.BLOCK:
            out.import_flags |= ImportFlag.TYPE_ONLY
        visit(out, child)
        out.import_flags = outer


def try_statement(out: FactsBuilder, node: Node) -> None:
    """A `try`; where it expects that an import fails, all its imports are fallbacks."""
    outer = out.import_flags
    for child in node.named_children:
        if child.kind_id == k.EXCEPT_CLAUSE and _IMPORT_FAILS.match(out.source, child.start_byte):
            out.import_flags |= ImportFlag.FALLBACK
    visit_children(out, node)
    out.import_flags = outer


def dynamic_imports(out: FactsBuilder) -> None:
    """Adds the imports that `import_module("a.b")` and `__import__("a.b")` make."""
    if b"import_module" not in out.strings and b"__import__" not in out.strings:
        return
    ends = dict(zip(out.expressions[4::8], out.expressions[2::8], strict=True))
    for match in _DYNAMIC.finditer(out.source):
        scope = ends.get(match.end())
        if scope is not None:  # else in a comment or a string
            out.scope = scope
            _import(out, match.span(2), (0, 0), (0, 0), ImportFlag.DYNAMIC)


def public_names(out: FactsBuilder, node: Node) -> None:
    """Adds the strings of a statement about `__all__` as exports, in whatever list they are."""
    stack = [node]
    while stack:
        part = stack.pop()
        if part.kind_id == k.STRING_CONTENT:
            start, end = part.byte_range
            name = out.strings[out.source[start:end]]
            out.exports.extend((name, ExportKind.PUBLIC, name, start))
        elif part.kind_id != k.SUBSCRIPT:
            stack.extend(reversed(part.named_children))
