"""Scopes of Python: functions, classes, lambdas, comprehensions; parameters, bases, decorators."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    DefinitionKind,
    ExpressionKind,
    ResultKind,
    Use,
)
from flames_indexer.languages.builder import FactsBuilder
from flames_indexer.languages.python import kinds as k
from flames_indexer.languages.python.bindings import for_in, is_async
from flames_indexer.languages.python.parameters import parameters
from flames_indexer.languages.python.type_expressions import annotation, type_parameters
from flames_indexer.languages.python.walk import parts_of, value, visit, visit_all

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTION_ROW = int(ExpressionKind.FUNCTION)
_COMPREHENSION = int(DefinitionKind.COMPREHENSION)
_DEFINITION = int(BindingKind.DEFINITION)
_BASE = int(Use.BASE)
_DECORATOR = int(Use.DECORATOR)

_FLAGS = {
    b"staticmethod": DefinitionFlag.STATIC,
    b"classmethod": DefinitionFlag.CLASSMETHOD,
    b"property": DefinitionFlag.PROPERTY,
    b"cached_property": DefinitionFlag.PROPERTY,
    b"abstractproperty": DefinitionFlag.PROPERTY | DefinitionFlag.ABSTRACT,
    b"abstractclassmethod": DefinitionFlag.CLASSMETHOD | DefinitionFlag.ABSTRACT,
    b"abstractstaticmethod": DefinitionFlag.STATIC | DefinitionFlag.ABSTRACT,
    b"abstractmethod": DefinitionFlag.ABSTRACT,
    b"overload": DefinitionFlag.OVERLOAD,
    b"setter": DefinitionFlag.SETTER,
    b"getter": DefinitionFlag.PROPERTY,
}
_STUB = re.compile(
    rb"(?:\s|#[^\n]*\n|;|pass\b|\.\.\.|raise\s+NotImplementedError\b(?:\([^()]*\))?)*(?:#[^\n]*)?"
)
# A longer body is no stub; matching it would be wasted.
_STUB_MAX = 300


def decorated_definition(out: FactsBuilder, node: Node) -> None:
    """`@a` above a function or class."""
    decorators: list[Node] = []
    for part in parts_of(out, node):
        if part.kind_id == k.DECORATOR:
            decorators.append(part)
        elif part.kind_id == k.FUNCTION_DEFINITION:
            _function(out, part, node.start_byte, decorators)
        elif part.kind_id == k.CLASS_DEFINITION:
            _class(out, part, node.start_byte, decorators)
        else:
            visit(out, part)


def function_definition(out: FactsBuilder, node: Node) -> None:
    """`def f(a): …` without decorators."""
    _function(out, node, node.start_byte, [])


def class_definition(out: FactsBuilder, node: Node) -> None:
    """`class A(B): …` without decorators."""
    _class(out, node, node.start_byte, [])


def _function(out: FactsBuilder, node: Node, start: int, decorators: list[Node]) -> None:
    name, parts = _name_and_parts(out, node)
    row = _define(out, DefinitionKind.FUNCTION, node, name, start, parts)
    flags = _decorate(out, row, decorators) | _name_flags(out, name)
    if is_async(out, node):
        flags |= DefinitionFlag.ASYNC
    outer = out.scope
    for part in parts:
        kind = part.kind_id
        if kind == k.PARAMETERS:
            parameters(out, part, row)
        elif kind == k.TYPE:
            out.set_returns(row, annotation(out, part))
        elif kind == k.TYPE_PARAMETER:
            out.scope = row  # the annotations may name them
            type_parameters(out, part)
        elif kind == k.BLOCK:
            out.scope = row
            flags |= _body(out, part, row)
        else:
            visit(out, part)
    out.scope = outer
    out.add_flags(row, flags)


def _class(out: FactsBuilder, node: Node, start: int, decorators: list[Node]) -> None:
    name, parts = _name_and_parts(out, node)
    row = _define(out, DefinitionKind.CLASS, node, name, start, parts)
    flags = _decorate(out, row, decorators) | _name_flags(out, name)
    outer = out.scope
    for part in parts:
        kind = part.kind_id
        if kind == k.ARGUMENT_LIST:
            _bases(out, part, row)
        elif kind == k.TYPE_PARAMETER:
            out.scope = row
            type_parameters(out, part)
        elif kind == k.BLOCK:
            out.scope = row
            flags |= _body(out, part, row)
        else:
            visit(out, part)
    out.scope = outer
    out.add_flags(row, flags)


def _name_and_parts(out: FactsBuilder, node: Node) -> tuple[tuple[int, int], list[Node]]:
    parts = parts_of(out, node)
    if parts and parts[0].kind_id == k.IDENTIFIER:
        return parts[0].byte_range, parts[1:]
    return (node.start_byte, node.start_byte), parts


def _define(
    out: FactsBuilder,
    kind: int,
    node: Node,
    name: tuple[int, int],
    start: int,
    parts: list[Node],
) -> int:
    body_start = parts[-1].start_byte if parts else node.end_byte
    row = out.define(
        kind,
        out.source[name[0] : name[1]],
        start,
        node.end_byte,
        name_span=name,
        body_start=body_start,
    )
    out.bind(_DEFINITION, *name, row)
    return row


def _decorate(out: FactsBuilder, row: int, decorators: list[Node]) -> int:
    flags = 0
    for decorator in decorators:
        for part in parts_of(out, decorator):
            out.decorators.extend((row, value(out, part, _DECORATOR)))
            text = out.source[part.start_byte : part.end_byte].partition(b"(")[0]
            flags |= _FLAGS.get(text.rpartition(b".")[2].strip(), 0)
    return flags


def _name_flags(out: FactsBuilder, name: tuple[int, int]) -> int:
    if out.source[name[0] : name[0] + 1] != b"_":
        return 0
    text = out.source[name[0] : name[1]]
    if text in (b"__init__", b"__new__"):
        in_class = out.definition_kind(out.scope) == DefinitionKind.CLASS
        return int(DefinitionFlag.CONSTRUCTOR) if in_class else 0
    return 0 if text.startswith(b"__") and text.endswith(b"__") else int(DefinitionFlag.PRIVATE)


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
    visit_all(out, statements)
    if end - begin < _STUB_MAX and _STUB.fullmatch(out.source, begin, end):
        return int(DefinitionFlag.STUB_BODY)
    return 0


def document(out: FactsBuilder, statement: Node, row: int) -> None:
    """Notes a first statement that is a string as the docstring of `row`."""
    if statement.kind_id != k.EXPRESSION_STATEMENT or statement.end_byte - statement.start_byte < 2:
        return
    first = statement.named_children
    if len(first) != 1 or first[0].kind_id not in (k.STRING, k.CONCATENATED_STRING):
        return
    if out.source[statement.start_byte] in b"'\"rRuU":
        out.set_doc(row, *statement.byte_range)


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
        for clause in clauses:
            parts = parts_of(out, clause)
            if clause.kind_id == k.FOR_IN_CLAUSE and len(parts) > 1:
                for_in(out, clause, parts[0], parts[1], first)
                first = row
            else:
                visit(out, clause)
        if body.kind_id == k.PAIR:
            *keys, body = parts_of(out, body)
            for key in keys:
                visit(out, key)
        element = value(out, body)
        out.scope = outer
        return out.literal(type_name, start, end, (0, -1, element), use)

    return handler


STATEMENTS: dict[int, Callable[[FactsBuilder, Node], None]] = {
    k.DECORATED_DEFINITION: decorated_definition,
    k.FUNCTION_DEFINITION: function_definition,
    k.CLASS_DEFINITION: class_definition,
}

HANDLERS: dict[int, Callable[[FactsBuilder, Node, int], int]] = {
    k.LAMBDA: lambda_,
    k.LIST_COMPREHENSION: comprehension(b"list"),
    k.SET_COMPREHENSION: comprehension(b"set"),
    k.DICTIONARY_COMPREHENSION: comprehension(b"dict"),
    k.GENERATOR_EXPRESSION: comprehension(b"generator"),
}
