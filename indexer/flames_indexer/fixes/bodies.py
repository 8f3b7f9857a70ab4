"""One function as it is written: its parameters, its names, the syntax of what it does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, cast

from flames_indexer.facts import BindingKind, DefinitionFlag, DefinitionKind, FileFacts
from flames_indexer.fixes.conventions import Conventions, conventions_of
from flames_indexer.languages import language_named
from flames_indexer.model import ParameterKind, Symbol

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_TYPES = (DefinitionKind.CLASS, DefinitionKind.INTERFACE)
_DEFAULT = re.compile(r"(?<![=!<>])=(?![=>])")
_PUNCTUATION = frozenset("(){}[],;:.")
_ENDED = re.compile(rb";[ \t]*\r?$", re.MULTILINE)
_WIDTHS = (79, 88, 100, 120)  # limits that formatters and style guides have
_NEARLY_ALL = 0.99  # of a file's lines keep to its limit; the others hold what cannot be broken


class Node(Protocol):
    """What is used of a syntax node."""

    type: str
    start_byte: int
    end_byte: int
    is_extra: bool
    is_named: bool
    has_error: bool
    parent: Node | None
    children: list[Node]

    def child_by_field_name(self, name: str) -> Node | None: ...
    def field_name_for_child(self, number: int) -> str | None: ...
    def descendant_for_byte_range(self, start: int, end: int) -> Node | None: ...


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kind: ParameterKind
    flags: int
    annotation: str  # as written
    default: str  # as written; "" where there is none


@dataclass(frozen=True)
class Body:
    """A function of one file, by its definition row."""

    path: str
    source: bytes
    facts: FileFacts
    row: int
    conventions: Conventions
    root: Node

    @staticmethod
    def of(snapshot: Snapshot, symbol: Symbol, start: int | None = None) -> Body | None:
        """The definition whose name starts at `start`, else the only one that does anything;
        None where that is not one function with a body, in a text that parses."""
        source, facts = snapshot.source(symbol.path), snapshot.facts(symbol.path)
        conventions = conventions_of(facts.language) if facts is not None else None
        if source is None or facts is None or conventions is None:
            return None
        named = {d.name_span.start for d in symbol.definitions}
        rows = [
            row
            for row, at in enumerate(facts.definitions.name_start)
            if at in (named if start is None else {start})
            and not facts.definitions.flags[row] & DefinitionFlag.OVERLOAD
        ]
        if len(rows) != 1 or facts.definitions.body_start[rows[0]] < 0:
            return None
        tree = language_named(facts.language).grammar().parse(source)
        body = Body(symbol.path, source, facts, rows[0], conventions, cast("Node", tree.root_node))
        return None if body.block is None or body.block.has_error else body

    @cached_property
    def name(self) -> str:
        return self.facts.strings[self.facts.definitions.name[self.row]]

    @cached_property
    def flags(self) -> int:
        return self.facts.definitions.flags[self.row]

    @cached_property
    def owner(self) -> str:
        """The qualified name of the class that has it; "" for none."""
        table = self.facts.definitions
        parent = table.parent[self.row]
        return self.facts.strings[table.qualname[parent]] if table.kind[parent] in _TYPES else ""

    @cached_property
    def is_outermost(self) -> bool:
        return self.facts.definitions.parent[self.row] == 0

    @cached_property
    def is_plain(self) -> bool:
        """Whether its name in its file means it, and not what it is in a class or decorated."""
        return self.is_outermost and not self.decorators

    @cached_property
    def result(self) -> str:
        """The annotation of what it gives back, as written; "" where there is none."""
        head = self.block.parent if self.block is not None else None
        node = head.child_by_field_name("return_type") if head is not None else None
        return self.text(node) if node is not None else ""

    @cached_property
    def generics(self) -> str:
        """The type parameters that it has itself, as written."""
        head = self.block.parent if self.block is not None else None
        node = head.child_by_field_name("type_parameters") if head is not None else None
        return self.text(node) if node is not None else ""

    @cached_property
    def is_typed(self) -> bool:
        return bool(self.result) or any(p.annotation for p in self.parameters)

    @cached_property
    def branch(self) -> int:
        """Where the part of an outer statement begins that defines it only at times; -1: always."""
        below, node = self.block, self.block and self.block.parent
        kinds = self.conventions
        while below is not None and node is not None:
            if node.type in kinds.sometimes and node.type not in kinds.closed:
                return below.start_byte
            below, node = node, node.parent
        return -1

    @cached_property
    def block(self) -> Node | None:
        """The node of the whole body."""
        table = self.facts.definitions
        start, end = table.body_start[self.row], table.end[self.row]
        node = self.root.descendant_for_byte_range(start, end)
        while node is not None and (above := node.parent) is not None:
            if above.start_byte < start or above.end_byte > end:
                break
            node = above
        return node

    @cached_property
    def is_expression(self) -> bool:
        """Whether the body is the value itself, no statements."""
        block = self.block
        return block is not None and not block.type.endswith(("block", "statement"))

    @cached_property
    def statements(self) -> list[Node]:
        """What it does, documentation left out."""
        block = self.block
        if block is None or not block.type.endswith("block"):
            return [] if block is None else [block]
        table = self.facts.definitions
        doc = (table.doc_start[self.row], table.doc_end[self.row])
        return [n for n in parts(block) if not (doc[0] <= n.start_byte and n.end_byte <= doc[1])]

    @cached_property
    def parameters(self) -> list[Parameter]:
        return self._declared()

    @cached_property
    def annotations(self) -> dict[str, str]:
        """What is said of the parameters of the function, by name."""
        return {p.name: p.annotation for p in self._declared()}

    def _declared(self) -> list[Parameter]:
        return [
            Parameter(
                self.facts.strings[table.name[at]],
                ParameterKind(table.kind[at]),
                table.flags[at],
                self._annotation(at),
                self._default(at),
            )
            for table in (self.facts.parameters,)
            for at, row in enumerate(table.definition)
            if row == self.row
        ]

    @cached_property
    def locals(self) -> frozenset[str]:
        """Every name that it or what is nested in it binds."""
        bindings, strings = self.facts.bindings, self.facts.strings
        names = zip(bindings.scope, bindings.name, strict=True)
        own = {p.name for p in self.parameters}
        return frozenset(own.union(strings[name] for scope, name in names if scope in self._scopes))

    @cached_property
    def rebound(self) -> frozenset[str]:
        """Names that are given a value somewhere in it, parameters by their caller aside."""
        bindings, strings = self.facts.bindings, self.facts.strings
        rows = zip(bindings.scope, bindings.name, bindings.kind, strict=True)
        return frozenset(
            strings[name]
            for scope, name, kind in rows
            if scope in self._scopes and kind != BindingKind.PARAMETER
        )

    @cached_property
    def decorators(self) -> list[str]:
        """Their last names."""
        table, expressions = self.facts.decorators, self.facts.expressions
        texts = [
            self.source[expressions.start[value] : expressions.end[value]].decode()
            for row, value in zip(table.definition, table.value, strict=True)
            if row == self.row
        ]
        return [text.partition("(")[0].rpartition(".")[2] for text in texts]

    @cached_property
    def width(self) -> int:
        """How long the file lets its lines be."""
        lengths = sorted(len(line) for line in self.source.decode(errors="replace").splitlines())
        nearly_all = lengths[int(_NEARLY_ALL * (len(lengths) - 1))] if lengths else 0
        return next((width for width in _WIDTHS if nearly_all <= width), _WIDTHS[-1])

    @cached_property
    def end(self) -> str:
        """What the file ends its statements with."""
        return ";" if not self.conventions.colon and _ENDED.search(self.source) else ""

    @cached_property
    def newline(self) -> str:
        return "\r\n" if b"\r\n" in self.source else "\n"

    @cached_property
    def unit(self) -> str:
        """One level of indentation, as the function has it."""
        outer = self.indent(self.facts.definitions.start[self.row])
        inner = self.indent(self.statements[0].start_byte)
        deeper = inner[len(outer) :] if inner.startswith(outer) else ""
        return deeper or ("    " if self.conventions.colon else "  ")

    def indent(self, at: int) -> str:
        """Of the line of a place."""
        line = self.source[self.line(at) : at].decode(errors="replace")
        return line[: len(line) - len(line.lstrip())]

    def line(self, at: int) -> int:
        """Where the line of a place begins."""
        return self.source.rfind(b"\n", 0, at) + 1

    def text(self, node: Node) -> str:
        return self.source[node.start_byte : node.end_byte].decode(errors="replace")

    @cached_property
    def _scopes(self) -> frozenset[int]:
        found = {self.row}
        for row, parent in enumerate(self.facts.definitions.parent):
            if parent in found and row > self.row:
                found.add(row)
        return frozenset(found)

    def _default(self, at: int) -> str:
        table = self.facts.parameters
        written = self.source[table.start[at] : table.end[at]].decode(errors="replace")
        given = _DEFAULT.search(written)
        return written[given.end() :].strip() if given else ""

    def _annotation(self, at: int) -> str:
        table = self.facts.parameters
        node = self.root.descendant_for_byte_range(table.start[at], table.end[at])
        said = node.child_by_field_name("type") if node is not None else None
        return self.text(said).lstrip(": ") if said is not None else ""


def parts(node: Node) -> list[Node]:
    """The children that say something: no comments, no punctuation."""
    return [
        c for c in node.children if not c.is_extra and (c.is_named or c.type not in _PUNCTUATION)
    ]


def named_parts(node: Node) -> Iterator[tuple[str, Node]]:
    """The same, each with its field."""
    for number, child in enumerate(node.children):
        if not child.is_extra and (child.is_named or child.type not in _PUNCTUATION):
            yield node.field_name_for_child(number) or "", child


def is_inside(body: Body, node: Node, kinds: frozenset[str]) -> bool:
    """Whether it is in a part of the body of one of the kinds."""
    block, above = body.block, node.parent
    while above is not None and block is not None and above.start_byte > block.start_byte:
        if above.type in kinds:
            return True
        above = above.parent
    return False


def bare(body: Body, node: Node) -> Node:
    """What a node holds that only groups."""
    while node.type in body.conventions.grouping and len(inner := parts(node)) == 1:
        node = inner[0]
    return node


def is_text(body: Body, node: Node) -> bool:
    """Whether it is a string that says the same wherever it is written."""
    kinds = body.conventions
    if node.type in kinds.adjacent:
        return all(is_text(body, part) for part in parts(node))
    return node.type in kinds.strings and not any(
        part.type in kinds.inside_strings for part in node.children
    )
