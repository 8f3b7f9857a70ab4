"""Scopes of Python: functions, classes, lambdas, comprehensions; parameters, bases, decorators."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    DefinitionKind,
    ExpressionKind,
    ResultKind,
    Use,
)
from flames_indexer.languages.builder import FactsBuilder
from flames_indexer.languages.narrowing import Told, narrow, place
from flames_indexer.languages.python import conditions
from flames_indexer.languages.python import kinds as k
from flames_indexer.languages.python.bindings import for_in, is_async
from flames_indexer.languages.python.parameters import parameters
from flames_indexer.languages.python.type_expressions import annotation, type_parameters
from flames_indexer.languages.python.walk import parts_of, value, visit

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTION_ROW: Final = int(ExpressionKind.FUNCTION)
_COMPREHENSION: Final = int(DefinitionKind.COMPREHENSION)
_DEFINITION: Final = int(BindingKind.DEFINITION)
_FUNCTION: Final = int(DefinitionKind.FUNCTION)
_CLASS: Final = int(DefinitionKind.CLASS)
_ASYNC: Final = int(DefinitionFlag.ASYNC)
_PRIVATE: Final = int(DefinitionFlag.PRIVATE)
_CONSTRUCTOR: Final = int(DefinitionFlag.CONSTRUCTOR)
_STUB_BODY: Final = int(DefinitionFlag.STUB_BODY)
_BASE: Final = int(Use.BASE)
_DECORATOR: Final = int(Use.DECORATOR)

_FLAGS: Final[dict[bytes, int]] = {
    b"staticmethod": int(DefinitionFlag.STATIC),
    b"classmethod": int(DefinitionFlag.CLASSMETHOD),
    b"property": int(DefinitionFlag.PROPERTY),
    b"cached_property": int(DefinitionFlag.PROPERTY),
    b"abstractproperty": int(DefinitionFlag.PROPERTY | DefinitionFlag.ABSTRACT),
    b"abstractclassmethod": int(DefinitionFlag.CLASSMETHOD | DefinitionFlag.ABSTRACT),
    b"abstractstaticmethod": int(DefinitionFlag.STATIC | DefinitionFlag.ABSTRACT),
    b"abstractmethod": int(DefinitionFlag.ABSTRACT),
    b"overload": int(DefinitionFlag.OVERLOAD),
    b"setter": int(DefinitionFlag.SETTER),
    b"getter": int(DefinitionFlag.PROPERTY),
}
_DOC_STARTS: Final = frozenset((b'"', b"'", b"r", b"R", b"u", b"U"))
_STUB: Final = re.compile(
    rb"(?:\s|#[^\n]*\n|;|pass\b|\.\.\.|raise\s+NotImplementedError\b(?:\([^()]*\))?)*(?:#[^\n]*)?"
)
# A longer body is no stub; matching it would be wasted.
_STUB_MAX: Final = 300


def decorated_definition(out: FactsBuilder, node: Node) -> None:
    """`@a` above a function or class."""
    decorators: list[Node] = []
    for part in node.named_children:
        if part.kind_id == k.DECORATOR:
            decorators.append(part)
        elif part.kind_id == k.FUNCTION_DEFINITION:
            _define(out, part, _FUNCTION, node.start_byte, decorators)
        elif part.kind_id == k.CLASS_DEFINITION:
            _define(out, part, _CLASS, node.start_byte, decorators)
        else:
            visit(out, part)


def function_definition(out: FactsBuilder, node: Node) -> None:
    """`def f(a): …` without decorators."""
    _define(out, node, _FUNCTION, node.start_byte, [])


def class_definition(out: FactsBuilder, node: Node) -> None:
    """`class A(B): …` without decorators."""
    _define(out, node, _CLASS, node.start_byte, [])


def _define(out: FactsBuilder, node: Node, kind: int, start: int, decorators: list[Node]) -> None:
    """Adds a function or class; only its body belongs to its own scope."""
    row, flags = _head(out, node, kind, start)
    flags |= _decorate(out, row, decorators)
    outer = out.scope
    for part in node.named_children:
        part_kind = part.kind_id
        if part_kind == k.BLOCK:
            out.scope = row
            flags |= _body(out, part, row)
        elif part_kind == k.PARAMETERS:
            parameters(out, part, row)
        elif part_kind == k.TYPE:
            out.set_returns(row, annotation(out, part))
        elif part_kind == k.ARGUMENT_LIST:
            _bases(out, part, row)
        elif part_kind == k.TYPE_PARAMETER:
            out.scope = row  # bases and annotations may name them
            type_parameters(out, part)
        elif part_kind != k.IDENTIFIER:
            visit(out, part)
    out.scope = outer
    out.add_flags(row, flags)


def _head(out: FactsBuilder, node: Node, kind: int, start: int) -> tuple[int, int]:
    """Adds the row and its binding; returns it with the flags its first words give."""
    name_node = node.child_by_field_id(k.NAME_FIELD)
    body = node.child_by_field_id(k.BODY_FIELD)
    begin, end = node.byte_range
    name_span = (begin, begin) if name_node is None else name_node.byte_range
    name = out.source[name_span[0] : name_span[1]]
    body_start = end if body is None else body.start_byte
    row = out.define(kind, name, start, end, name_span=name_span, body_start=body_start)
    out.bind(_DEFINITION, *name_span, row)
    flags = _name_flags(out, name) if name.startswith(b"_") else 0
    if kind == _FUNCTION and is_async(out, node):
        flags |= _ASYNC
    return row, flags


def _decorate(out: FactsBuilder, row: int, decorators: list[Node]) -> int:
    flags = 0
    for decorator in decorators:
        for part in parts_of(out, decorator):
            out.decorators.extend((row, value(out, part, _DECORATOR)))
            text = out.source[part.start_byte : part.end_byte].partition(b"(")[0]
            flags |= _FLAGS.get(text.rpartition(b".")[2].strip(), 0)
    return flags


def _name_flags(out: FactsBuilder, name: bytes) -> int:
    if name in (b"__init__", b"__new__"):
        return _CONSTRUCTOR if out.definition_kind(out.scope) == _CLASS else 0
    return 0 if name.startswith(b"__") and name.endswith(b"__") else _PRIVATE


def _bases(out: FactsBuilder, node: Node, row: int) -> None:
    for argument in parts_of(out, node):
        if argument.kind_id == k.KEYWORD_ARGUMENT:
            name, *given = parts_of(out, argument)
            text = out.source[name.start_byte : name.end_byte]
            for part in given:
                base = value(out, part, _BASE if text == b"metaclass" else 0)
                if text == b"metaclass":
                    out.bases.extend((row, out.strings[text], base))
        elif argument.kind_id in (k.LIST_SPLAT, k.DICTIONARY_SPLAT):
            visit(out, argument)
        else:
            out.bases.extend((row, out.strings[b""], value(out, argument, _BASE)))


def _body(out: FactsBuilder, block: Node, row: int) -> int:
    """Visits a body; returns STUB_BODY where nothing happens in it."""
    statements = block.named_children
    begin, end = block.byte_range
    if statements:
        document(out, statements[0], row)
        doc_end = out.definitions[row * 13 + 10]
        if doc_end >= 0:
            begin = doc_end
    conditions.statements(out, block, statements)
    if end - begin < _STUB_MAX and _STUB.fullmatch(out.source, begin, end):
        return _STUB_BODY
    return 0


def document(out: FactsBuilder, statement: Node, row: int) -> None:
    """Notes a first statement that is a string as the docstring of `row`."""
    start, end = statement.byte_range
    if out.source[start : start + 1] not in _DOC_STARTS:
        return
    if statement.kind_id == k.EXPRESSION_STATEMENT:
        first = statement.named_children
        if len(first) == 1 and first[0].kind_id in (k.STRING, k.CONCATENATED_STRING):
            out.set_doc(row, start, end)


def lambda_(out: FactsBuilder, node: Node, use: int) -> int:
    """`lambda a: b`."""
    start, end = node.byte_range
    parts = parts_of(out, node)
    row = out.define_anonymous(DefinitionKind.LAMBDA, start, end, parts[-1].start_byte)
    for part in parts[:-1]:
        parameters(out, part, row)
    outer, out.scope = out.scope, row
    out.result(ResultKind.RETURN, value(out, parts[-1]))
    out.scope = outer
    return out.expression(_FUNCTION_ROW, use, start, end, row)


def comprehension(type_name: bytes) -> Callable[[FactsBuilder, Node, int], int]:
    """The handler of `[a for b in c]` and the like, giving that builtin type."""

    def handler(out: FactsBuilder, node: Node, use: int) -> int:
        start, end = node.byte_range
        body, *clauses = parts_of(out, node)
        outer = out.scope
        row = out.scope = out.define(_COMPREHENSION, b"", start, end, body_start=body.start_byte)
        first = outer
        since = place(out)
        told: tuple[Told, ...] = ()
        for clause in clauses:
            parts = parts_of(out, clause)
            if clause.kind_id == k.FOR_IN_CLAUSE and len(parts) > 1:
                for_in(out, clause, parts[0], parts[1], first)
                first = row
            else:
                inside = place(out)
                visit(out, clause)
                if clause.kind_id == k.IF_CLAUSE and parts:
                    told += conditions.told_by(out, parts[0], inside)[0]
        if body.kind_id == k.PAIR:
            *keys, body = parts_of(out, body)
            for key in keys:
                visit(out, key)
        element = value(out, body)
        narrow(out, told, since, binds=True)
        out.scope = outer
        return out.literal(type_name, start, end, (0, -1, element), use)

    return handler


STATEMENTS: Final[dict[int, Callable[[FactsBuilder, Node], None]]] = {
    k.DECORATED_DEFINITION: decorated_definition,
    k.FUNCTION_DEFINITION: function_definition,
    k.CLASS_DEFINITION: class_definition,
}

HANDLERS: Final[dict[int, Callable[[FactsBuilder, Node, int], int]]] = {
    k.LAMBDA: lambda_,
    k.LIST_COMPREHENSION: comprehension(b"list"),
    k.SET_COMPREHENSION: comprehension(b"set"),
    k.DICTIONARY_COMPREHENSION: comprehension(b"dict"),
    k.GENERATOR_EXPRESSION: comprehension(b"generator"),
}
