"""Parameters of Python functions and lambdas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flames_indexer.facts import BindingKind, ParameterFlag
from flames_indexer.languages.builder import FactsBuilder
from flames_indexer.languages.python import kinds as k
from flames_indexer.languages.python.type_expressions import annotation
from flames_indexer.languages.python.walk import parts_of, value, visit
from flames_indexer.model import ParameterKind

if TYPE_CHECKING:
    from tree_sitter import Node

# `(self, a, b)`.
_PLAIN: Final = re.compile(rb"\((\w+(?:, \w+)*)?\)")

_POSITIONAL_ONLY: Final = int(ParameterKind.POSITIONAL_ONLY)
_POSITIONAL: Final = int(ParameterKind.POSITIONAL)
_VARIADIC: Final = int(ParameterKind.VARIADIC)
_KEYWORD_ONLY: Final = int(ParameterKind.KEYWORD_ONLY)
_KEYWORDS: Final = int(ParameterKind.KEYWORDS)
_DEFAULT: Final = int(ParameterFlag.DEFAULT)
_DESTRUCTURED: Final = int(ParameterFlag.DESTRUCTURED)
_PARAMETER: Final = int(BindingKind.PARAMETER)


def parameters(out: FactsBuilder, node: Node, definition: int) -> None:
    """Adds the parameters of a definition; types and defaults belong to the current scope."""
    plain = _PLAIN.fullmatch(out.source, *node.byte_range)
    if plain is not None:
        _plain_parameters(out, definition, plain)
        return
    first = len(out.parameters) // 8
    kind = _POSITIONAL
    for part in node.named_children:
        part_kind = part.kind_id
        if part_kind == k.IDENTIFIER:
            _parameter(out, definition, part, part, kind)
        elif part_kind in (k.TYPED_PARAMETER, k.DEFAULT_PARAMETER, k.TYPED_DEFAULT_PARAMETER):
            kind = _detailed(out, definition, part, kind)
        elif part_kind == k.LIST_SPLAT_PATTERN:
            _parameter(out, definition, part, _name_of(out, part), _VARIADIC)
            kind = _KEYWORD_ONLY
        elif part_kind == k.DICTIONARY_SPLAT_PATTERN:
            _parameter(out, definition, part, _name_of(out, part), _KEYWORDS)
        elif part_kind == k.KEYWORD_SEPARATOR:
            kind = _KEYWORD_ONLY
        elif part_kind == k.POSITIONAL_SEPARATOR:
            for at in range(first * 8 + 2, len(out.parameters), 8):
                out.parameters[at] = _POSITIONAL_ONLY
        elif part_kind == k.TUPLE_PATTERN:
            _parameter(out, definition, part, None, kind)
        else:
            visit(out, part)


def _plain_parameters(out: FactsBuilder, definition: int, match: re.Match[bytes]) -> None:
    """Parameters that are names and nothing else, as most are: read without their nodes."""
    names: bytes | None = match[1]
    if names is None:
        return
    row = len(out.parameters) // 8
    start = match.start(1)
    for text in names.split(b", "):
        name = out.strings[text]
        end = start + len(text)
        out.parameters += (definition, name, _POSITIONAL, 0, -1, -1, start, end)
        out.bindings += (definition, name, _PARAMETER, row, start)
        row += 1
        start = end + 2


def _detailed(out: FactsBuilder, definition: int, node: Node, kind: int) -> int:
    """A parameter with a type or a default; returns the kind of those after it."""
    target: Node | None = None
    type_row = default = -1
    for part in parts_of(out, node):
        if target is None:
            target = part
        elif part.kind_id == k.TYPE:
            type_row = annotation(out, part)
        else:
            default = value(out, part)
    flags = _DEFAULT if default >= 0 else 0
    after = kind
    if target is not None and target.kind_id == k.LIST_SPLAT_PATTERN:
        kind, after = _VARIADIC, _KEYWORD_ONLY
        target = _name_of(out, target)
    elif target is not None and target.kind_id == k.DICTIONARY_SPLAT_PATTERN:
        kind = _KEYWORDS
        target = _name_of(out, target)
    _parameter(out, definition, node, target, kind, flags, type_row, default)
    return after


def _name_of(out: FactsBuilder, node: Node) -> Node | None:
    parts = parts_of(out, node)
    return parts[0] if parts else None


def _parameter(
    out: FactsBuilder,
    definition: int,
    node: Node,
    name: Node | None,
    kind: int,
    flags: int = 0,
    type_row: int = -1,
    default: int = -1,
) -> None:
    row = len(out.parameters) // 8
    if name is None or name.kind_id != k.IDENTIFIER:
        span = (0, 0)
        flags |= _DESTRUCTURED
    else:
        span = name.byte_range
    text = out.strings[out.source[span[0] : span[1]]]
    out.parameters.extend((definition, text, kind, flags, type_row, default, *node.byte_range))
    out.bind(_PARAMETER, *span, row, definition)
