"""Functions, methods and their parameters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    DefinitionKind,
    ExpressionKind,
    ParameterFlag,
    ResultKind,
    Use,
)
from flames_indexer.languages.javascript import jsdoc
from flames_indexer.languages.javascript.kinds import ERROR
from flames_indexer.languages.javascript.names import (
    leading_flags,
    named_value,
    own_name,
    property_name,
)
from flames_indexer.languages.javascript.patterns import bind_pattern
from flames_indexer.languages.javascript.prototypes import define_constructor, is_constructor
from flames_indexer.languages.javascript.reader import Hint, Reader, Value, Visit
from flames_indexer.model import ParameterKind

if TYPE_CHECKING:
    from tree_sitter import Node

_DEFINITION: Final = int(BindingKind.DEFINITION)
_PARAMETER: Final = int(BindingKind.PARAMETER)
_FUNCTION: Final = int(DefinitionKind.FUNCTION)
_LAMBDA: Final = int(DefinitionKind.LAMBDA)
_FUNCTION_ROW: Final = int(ExpressionKind.FUNCTION)
_NAME: Final = int(ExpressionKind.NAME)
_ANNOTATION: Final = int(Use.ANNOTATION)
_POSITIONAL: Final = int(ParameterKind.POSITIONAL)
_VARIADIC: Final = int(ParameterKind.VARIADIC)

_ASYNC: Final = re.compile(rb"async(?![\w$])")

# A destructured parameter is named by its pattern, cut to so many bytes.
_PATTERN_BYTES: Final = 60


def declared(out: Reader, node: Node, flags: int = 0) -> None:
    """`function f() {…}` as a statement, and `function f(): T;` without a body."""
    name = node.child_by_field_name("name")
    if name is None:
        value(out, node, 0)
        return
    start, end = name.byte_range
    hint = Hint(out.source[start:end], start, end, flags=flags)
    out.bind(_DEFINITION, start, end, _defined(out, node, hint))


def value(out: Reader, node: Node, use: int) -> int:
    """A function or arrow function as a value."""
    own = node.child_by_field_name("name")
    hint = own_name(out, own, out.take_hint())
    if hint is None or node.kind_id == out.k.arrow_function:
        row = define_function(out, node, hint)
    else:
        row = _defined(out, node, hint)
    if own is not None:
        out.bind(_DEFINITION, *own.byte_range, row, row)
    return out.expression(_FUNCTION_ROW, use, *node.byte_range, row)


def _defined(out: Reader, node: Node, hint: Hint) -> int:
    """The row of a function with a name: a class, if it is a constructor."""
    if hint.parent >= 0 or not is_constructor(out, node, hint.name):
        return define_function(out, node, hint)
    row, inner = define_constructor(out, node, hint)
    constructor = define_function(out, node, inner)
    out.bind_name(_DEFINITION, inner.name, inner.start, constructor, row)
    return row


def method(out: Reader, node: Node, owner: int, flags: int = 0) -> None:
    """A method of the class, interface or object literal `owner`; binds its name there."""
    key = node.child_by_field_name("name")
    if key is None:
        out.visit_children(node)
        return
    name, start, end = property_name(out, key)
    row = define_function(out, node, Hint(name, start, end, parent=owner, flags=flags))
    if key.kind_id == out.k.computed_property_name:
        out.visit(key)
    out.bind_name(_DEFINITION, name, start, row, owner)


def define_function(out: Reader, node: Node, hint: Hint | None) -> int:
    """The definition row of any node with parameters; reads all of it."""
    if hint is None:
        hint = Hint(out.unnamed(b"lambda"), node.start_byte, node.start_byte)
    body = node.child_by_field_name("body")
    kind = _LAMBDA if hint.name[:1] == b"<" else _FUNCTION
    row = out.define_hinted(kind, node, hint, body, _flags(out, node, hint, body))
    doc = out.take_doc(row)
    scope, out.scope = out.scope, row
    first = len(out.parameters) // 8
    _signature(out, node, row)
    if doc is not None and out.language == "javascript":
        jsdoc.annotate(out, row, first, doc)
    if body is not None:
        _body(out, body)
    out.scope = scope
    return row


def _flags(out: Reader, node: Node, hint: Hint, body: Node | None) -> int:
    k = out.k
    if node.kind_id == k.arrow_function:
        start = node.start_byte
        word = _ASYNC.match(out.source, start, start + 6)
        flags = int(DefinitionFlag.LEXICAL_THIS) | (DefinitionFlag.ASYNC if word else 0)
    else:
        flags = leading_flags(_head(out, node))
    if hint.name == b"constructor" and hint.parent >= 0:
        flags |= DefinitionFlag.CONSTRUCTOR
    if hint.name[:1] == b"#":
        flags |= DefinitionFlag.PRIVATE
    if body is not None and body.kind_id == k.statement_block and _is_stub(out, body):
        flags |= DefinitionFlag.STUB_BODY
    return flags


def _head(out: Reader, node: Node) -> bytes:
    """The words before a function's name; decorators are no such words."""
    start = node.start_byte
    if out.source[start : start + 1] == b"@":
        for child in node.named_children:
            if child.kind_id == out.k.decorator:
                start = child.end_byte
    name = node.child_by_field_name("name") or node.child_by_field_name("parameters")
    return out.source[start : start if name is None else max(start, name.start_byte)]


def _is_stub(out: Reader, body: Node) -> bool:
    statements = [child for child in body.named_children if child.kind_id != out.k.comment]
    return not statements or (
        len(statements) == 1 and statements[0].kind_id == out.k.throw_statement
    )


def _signature(out: Reader, node: Node, row: int) -> None:
    """Type parameters, parameters and result; the body is not looked at."""
    k = out.k
    lone = node.child_by_field_name("parameter")
    if lone is not None:
        _parameter(out, lone, row, lone, None, 0)
    for child in node.named_children:
        kind = child.kind_id
        if kind == k.formal_parameters:
            parameters(out, child, row)
        elif kind == k.type_parameters:
            out.visit(child)
        elif kind in (k.type_annotation, k.type_predicate_annotation, k.asserts_annotation):
            out.set_returns(row, out.value(child, _ANNOTATION))
        elif kind == ERROR:
            out.visit(child)


def _body(out: Reader, body: Node) -> None:
    if body.kind_id == out.k.statement_block:
        out.visit(body)
    else:
        out.result(ResultKind.RETURN, out.value(body))


def parameters(out: Reader, node: Node, row: int) -> None:
    """The parameter rows of a `(…)` list and the names they bind in the current scope."""
    k = out.k
    for child in node.named_children:
        kind = child.kind_id
        if kind in (k.required_parameter, k.optional_parameter):
            _typed(out, child, row)
        elif kind == k.assignment_pattern:
            parts = out.parts(child)
            if len(parts) == 2:
                _parameter(out, parts[0], row, child, parts[1], ParameterFlag.DEFAULT)
        elif kind in (k.identifier, k.object_pattern, k.array_pattern, k.rest_pattern):
            _parameter(out, child, row, child, None, 0)
        else:
            out.visit(child)


def _typed(out: Reader, node: Node, row: int) -> None:
    """`private a: T = b`, `a?: T`; a `this: T` is no parameter, it says what `this` is."""
    k = out.k
    pattern = node.child_by_field_name("pattern")
    if pattern is None:
        out.visit(node)
        return
    flags = 0
    if node.kind_id == k.optional_parameter:
        flags |= ParameterFlag.OPTIONAL
    first = node.named_children[0].kind_id
    words = out.source[node.start_byte : pattern.start_byte]
    if first in (k.accessibility_modifier, k.override_modifier) or b"readonly" in words:
        flags |= ParameterFlag.PROPERTY
    for child in node.named_children:
        if child.kind_id == k.decorator:
            out.visit(child)
    default = node.child_by_field_name("value")
    if default is not None:
        flags |= ParameterFlag.DEFAULT
    annotation = node.child_by_field_name("type")
    if pattern.kind_id != k.this:
        _parameter(out, pattern, row, node, default, flags, annotation)
    elif annotation is not None:
        typed = out.value(annotation, _ANNOTATION)
        if typed >= 0:
            out.bind(int(BindingKind.ANNOTATION), *pattern.byte_range, typed, row)


def _parameter(
    out: Reader,
    pattern: Node,
    row: int,
    whole: Node,
    default: Node | None,
    flags: int,
    annotation: Node | None = None,
) -> None:
    k = out.k
    kind = _POSITIONAL
    if pattern.kind_id == k.rest_pattern:
        kind = _VARIADIC
        inner = out.parts(pattern)
        if not inner:
            return
        pattern = inner[0]
    start, end = pattern.byte_range
    is_name = pattern.kind_id == k.identifier
    name = out.source[start:end] if is_name else _pattern_name(out, pattern)
    if not is_name:
        flags |= ParameterFlag.DESTRUCTURED
    typed = -1 if annotation is None else out.value(annotation, _ANNOTATION)
    given = -1
    if default is not None:
        given = named_value(out, default, Hint(name, start, end)) if is_name else out.value(default)
    at = len(out.parameters) // 8
    out.parameters.extend((row, out.strings[name], kind, int(flags), typed, given))
    out.parameters.extend(whole.byte_range)
    out.bind_name(_PARAMETER, name, start, at, row)
    if not is_name:
        value_row = out.expression(_NAME, 0, start, start, out.strings[name])
        bind_pattern(out, pattern, value_row)
    if flags & ParameterFlag.PROPERTY:
        _property(out, name, start, typed)


def _pattern_name(out: Reader, pattern: Node) -> bytes:
    text = b" ".join(out.text(pattern).split())
    return text if len(text) <= _PATTERN_BYTES else text[: _PATTERN_BYTES - 3] + b"..."


def _property(out: Reader, name: bytes, start: int, typed: int) -> None:
    """The member of the class that a parameter property declares."""
    owner = out.parent(out.scope)
    if owner < 0 or not out.is_class(owner):
        return
    if typed >= 0:
        out.bind_name(int(BindingKind.ANNOTATION), name, start, typed, owner)
    value_row = out.expression(_NAME, 0, start, start, out.strings[name])
    out.bind_name(int(BindingKind.ASSIGN), name, start, value_row, owner)


def return_(out: Reader, node: Node) -> None:
    """`return a`; a plain `return` says nothing."""
    for part in out.parts(node):
        out.result(ResultKind.RETURN, out.value(part))


VALUES: Final[dict[str, Value]] = {
    "function_expression": value,
    "generator_function": value,
    "arrow_function": value,
}

VISITS: Final[dict[str, Visit]] = {
    "function_declaration": declared,
    "generator_function_declaration": declared,
    "return_statement": return_,
}
