"""Reader: the facts of one JavaScript or TypeScript file under construction, and how to move on.

The three grammars (javascript, typescript, tsx) give the same constructs different node kinds, so
a `Dialect` holds the kinds and the two tables of handlers by kind: `values` answer an expression
row, `visits` answer nothing. Handlers are functions of (reader, node[, use]) in the modules that
know the construct; they reach each other through `value` and `visit` only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from flames_indexer.facts import BindingKind, DefinitionFlag, DefinitionKind, ExpressionKind, Use
from flames_indexer.languages.builder import FactsBuilder
from flames_indexer.languages.javascript.kinds import ERROR, Kinds, kind_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from flames_indexer.languages.grammar import Grammar

# Nodes nested deeper than this are visited on their own, without a value. Each level costs at most
# five Python frames of the default 1,000.
DEPTH_LIMIT: Final = 120

_DEFINITION: Final = int(BindingKind.DEFINITION)
_ASSIGN: Final = int(BindingKind.ASSIGN)
_FUNCTION: Final = int(ExpressionKind.FUNCTION)
_LITERAL: Final = int(ExpressionKind.LITERAL)
_DECORATOR: Final = int(Use.DECORATOR)
_STORE: Final = int(Use.STORE)
_LEXICAL_THIS: Final = int(DefinitionFlag.LEXICAL_THIS)
_CLASS: Final = int(DefinitionKind.CLASS)
_CLASSES: Final = (DefinitionKind.CLASS, DefinitionKind.INTERFACE, DefinitionKind.ENUM)


Value: TypeAlias = "Callable[[Reader, Node, int], int]"
Visit: TypeAlias = "Callable[[Reader, Node], None]"


@dataclass(frozen=True, slots=True)
class Dialect:
    """One grammar's kinds and handlers."""

    kinds: Kinds
    values: dict[int, Value]
    visits: dict[int, Visit]
    functions: frozenset[int]  # kinds whose value is a definition when a name is bound to them

    @classmethod
    def of(
        cls, grammar: Grammar, values: Mapping[str, Value], visits: Mapping[str, Visit]
    ) -> Dialect:
        """The tables of one grammar; names it does not know are left out."""
        kinds = Kinds.of(grammar)
        functions = (
            kinds.arrow_function,
            kinds.function_expression,
            kinds.generator_function,
            kinds.class_,
        )
        known_values = {kind_of(grammar, name): value for name, value in values.items()}
        known_visits = {kind_of(grammar, name): visit for name, visit in visits.items()}
        known_values.pop(-1, None)
        known_visits.pop(-1, None)
        return cls(kinds, known_values, known_visits, frozenset(functions))


class Hint(NamedTuple):
    """The name that the next function, class or object literal is bound to."""

    name: bytes
    start: int
    end: int
    qualname: bytes = b""  # when it is not that of the scope + name
    parent: int = -1  # definition row it is a member of, when that is not the scope
    flags: int = 0
    outer_start: int = -1  # where the whole definition starts, when before the node


class Reader(FactsBuilder):
    """FactsBuilder with the state that JavaScript's constructs share."""

    __slots__ = (
        "_assigned",
        "_owners",
        "_taken",
        "_unnamed",
        "classes",
        "constructors",
        "dialect",
        "doc",
        "exported_objects",
        "hint",
        "k",
        "pending_decorators",
        "stored_objects",
    )

    def __init__(self, language: str, source: bytes, dialect: Dialect) -> None:
        super().__init__(language, source)
        self.dialect = dialect
        self.k = dialect.kinds
        self.hint: Hint | None = None
        self.doc: Node | None = None  # the comment right before the statement being visited
        self.pending_decorators: list[Node] = []
        self.stored_objects: frozenset[bytes] = frozenset()  # names that functions are stored on
        self.constructors: frozenset[bytes] = frozenset()  # names with a `.prototype`
        self.classes: dict[tuple[int, bytes], int] = {}  # (scope, name) -> row of what has members
        self.exported_objects: list[int] = []  # definition rows of what `module.exports` is
        self._unnamed: dict[int, int] = {}
        self._taken: set[tuple[int, bytes]] = set()
        self._owners: dict[int, bytes] = {}
        self._assigned: list[tuple[int, int, int, int]] = []

    # Moving through the tree

    def value(self, node: Node, use: int = 0) -> int:
        """The expression row of a node, UNKNOWN for what is no expression."""
        kind = node.kind_id
        if kind == self.k.identifier:
            start, end = node.byte_range
            return self.name(start, end, use)
        handler = self.dialect.values.get(kind)
        if handler is None:
            self.visit(node)
            return self.unknown(*node.byte_range, use)
        if self.depth >= DEPTH_LIMIT:
            return self.postpone(node, use)
        self.depth += 1
        row = handler(self, node, use)
        self.depth -= 1
        return row

    def visit(self, node: Node) -> None:
        """Adds what a statement, a stand-alone expression or anything unexpected says."""
        kind = node.kind_id
        if kind == self.k.identifier:
            self.pending_name(*node.byte_range)
            return
        if kind == self.k.comment:
            return
        if self.depth >= DEPTH_LIMIT:
            self.postpone(node)
            return
        self.depth += 1
        handler = self.dialect.visits.get(kind)
        if handler is not None:
            handler(self, node)
        else:
            valued = self.dialect.values.get(kind)
            if valued is not None:
                valued(self, node, 0)
            else:
                for child in node.named_children:
                    self.visit(child)
        self.depth -= 1

    def visit_children(self, node: Node) -> None:
        """Visits each child."""
        for child in node.named_children:
            self.visit(child)

    # flames: ignore[parallel-logic] a reader of its own, with a faster visit
    def parts(self, node: Node) -> list[Node]:
        """The named children without comments; what stands in syntax errors is visited here."""
        parts = node.named_children
        comment = self.k.comment
        for part in parts:
            if part.kind_id == comment or part.kind_id == ERROR:
                break
        else:
            return parts
        for part in parts:
            if part.kind_id == ERROR:
                self.visit(part)
        return [part for part in parts if part.kind_id not in (comment, ERROR)]

    def text(self, node: Node) -> bytes:
        """The bytes of a node."""
        start, end = node.byte_range
        return self.source[start:end]

    # Definitions

    def define_hinted(
        self, kind: int, node: Node, hint: Hint, body: Node | None, flags: int = 0
    ) -> int:
        """Adds the definition a node is, named and placed as the hint says, decorators included."""
        start, end = node.byte_range
        decorators = self.take_decorators(node)
        if decorators:
            start = min(start, decorators[0].start_byte)
        elif hint.outer_start >= 0:
            start = hint.outer_start
        row = self.define(
            kind,
            hint.name,
            start,
            end,
            name_span=(hint.start, hint.end),
            body_start=end if body is None else body.start_byte,
            flags=flags | hint.flags,
            parent=hint.parent if hint.parent >= 0 else None,
        )
        if hint.qualname:
            self.define_as(row, hint.qualname)
        if kind == _CLASS and hint.parent < 0:
            self.classes[self.scope, hint.name] = row
        self.decorate(row, decorators)
        return row

    def define_class(self, node: Node, hint: Hint, body: Node | None, flags: int = 0) -> int:
        """Adds the class a node is, or stands for, with its documentation."""
        row = self.define_hinted(_CLASS, node, hint, body, flags)
        self.take_doc(row)
        return row

    # What stands before a definition

    def take_decorators(self, node: Node) -> list[Node]:
        """The decorators of a definition, before it or inside it."""
        found = self.pending_decorators
        if found:
            self.pending_decorators = []
        if self.source[node.start_byte : node.start_byte + 1] == b"@":
            decorator = self.k.decorator
            found = found + [c for c in node.named_children if c.kind_id == decorator]
        return found

    def decorate(self, row: int, decorators: list[Node]) -> None:
        """Adds the decorators of a definition, evaluated in the current scope."""
        for node in decorators:
            for part in self.parts(node):
                self.decorators.extend((row, self.value(part, _DECORATOR)))

    def take_doc(self, row: int) -> Node | None:
        """Gives the comment before the current statement to a definition, if it documents."""
        doc = self.doc
        self.doc = None
        if doc is None or not self.source.startswith(b"/**", doc.start_byte):
            return None
        self.set_doc(row, *doc.byte_range)
        return doc

    # Names

    def take_hint(self) -> Hint | None:
        """The hint, which is then used up."""
        hint = self.hint
        self.hint = None
        return hint

    def unnamed(self, word: bytes) -> bytes:
        """`<word@k>`, k counted from 1 in the current scope."""
        parent = self.scope
        count = self._unnamed[parent] = self._unnamed.get(parent, 0) + 1
        return b"<%s@%d>" % (word, count)

    def is_free(self, name: bytes) -> bool:
        """Whether no key of that name was given to a function of the current scope; takes it."""
        key = (self.scope, name)
        if key in self._taken:
            return False
        self._taken.add(key)
        return True

    def define_as(self, row: int, qualname: bytes) -> None:
        """Gives a definition a qualname other than its parent's and its name: its owner's."""
        self._owners[row] = qualname.rpartition(b".")[0]
        self._qualnames[row] = qualname
        self.definitions[row * 13 + 2] = self.strings[qualname]

    @property
    def next_definition(self) -> int:
        """The row that the next definition gets."""
        return len(self._qualnames)

    def defined_by(self, row: int) -> int:
        """The definition that an expression row is (FUNCTION), or -1."""
        if row < 0 or self.expressions[row * 8] != _FUNCTION:
            return -1
        return self.expressions[row * 8 + 5]

    def reuse(self, row: int, use: int) -> None:
        """Changes how a row is used, unless many share it."""
        if self.expressions[row * 8] != _LITERAL:
            self.set_use(row, use)

    def is_class(self, row: int) -> bool:
        """Whether a definition is a class, an object with functions, an interface or an enum."""
        return self.definitions[row * 13] in _CLASSES

    def this_scope(self) -> int:
        """The definition that `this` belongs to: a function (no arrow), a class, the module."""
        scope = self.scope
        while self.definitions[scope * 13 + 11] & _LEXICAL_THIS:
            scope = self.definitions[scope * 13 + 3]
        return scope

    def this_qualname(self) -> bytes:
        """The qualname of what members stored on `this` belong to."""
        row = self.this_scope()
        parent = self.parent(row)
        if parent >= 0 and self.is_class(parent):
            return self._qualnames[parent]
        return self._owners.get(row, self._qualnames[row])

    def qualname(self, row: int) -> bytes:
        """The local qualified name of a definition."""
        return self._qualnames[row]

    def bind_name(self, kind: int, name: bytes, start: int, value: int, scope: int) -> None:
        """Binds a name that is not spelt that way in the source."""
        self.bindings.extend((scope, self.strings[name], kind, value, start))

    def assign(self, start: int, end: int, value: int) -> None:
        """Notes `name = value`: a binding of whichever scope turns out to declare the name."""
        if start < end:
            self._assigned.append((self.scope, start, end, value))

    def bind_exported(self) -> None:
        """Binds `exports.a` to member a of what `module.exports` is, where the file says it."""
        if not self.exported_objects:
            return
        rows = self.bindings
        said = {
            self.strings.get(name.removeprefix(b"exports."), -1): row
            for name, row in list(self.strings.items())
            if name.startswith(b"exports.")
        }
        for at in range(0, len(rows), 5):
            if rows[at] in self.exported_objects and rows[at + 1] in said:
                rows.extend((0, said[rows[at + 1]], *rows[at + 2 : at + 5]))

    def bind_assigned(self) -> None:
        """Adds the noted assignments; those to names nobody declares belong to the module."""
        rows = self.bindings
        declared = set(zip(rows[0::5], rows[1::5], strict=True))
        named = {
            (scope, name)
            for scope, name, kind in zip(rows[0::5], rows[1::5], rows[2::5], strict=True)
            if kind == _DEFINITION
        }
        for stored_in, start, end, value in self._assigned:
            scope, name = stored_in, self.strings[self.source[start:end]]
            while scope > 0 and (
                (scope, name) not in declared or self.definition_kind(scope) in _CLASSES
            ):
                scope = self.parent(scope)
            defined = self.defined_by(value)
            again = (scope, name) in named
            if again:
                self._refer(stored_in, start, end)
            if defined >= 0 and not (again and self.definition_kind(defined) in _CLASSES):
                named.add((scope, name))
                rows.extend((scope, name, _DEFINITION, defined, start))
            else:
                rows.extend((scope, name, _ASSIGN, value, start))

    def _refer(self, scope: int, start: int, end: int) -> None:
        """Adds a use of what already has a definition, and is given something else there."""
        self.scope = scope
        self.name(start, end, _STORE)
        self.scope = 0
