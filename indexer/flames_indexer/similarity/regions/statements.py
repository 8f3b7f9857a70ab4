"""A function's body as statements, each reduced to what copying and renaming leave alone.

A statement is its head: a loop is its `for … in …`, and the statements inside of it follow as its
own. Local names are slots; names of members, of what is called and of everything global stay, and
so do literals. `x.a.b`, where x is local and b is not called, is one slot too: an inlined copy has
`self.url` where the original has its parameter. `v = E` and `return E` are both `E`: what a
function returns, its inlined copy assigns.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Protocol, cast

from flames_indexer.facts import BindingKind, FileFacts
from flames_indexer.languages import language_named
from flames_indexer.similarity.tokens import KEYWORDS

SLOT: Final = "\0"
"""Stands for a local name in `Statement.tokens`; no token of a source is it."""

MAX_STATEMENTS: Final = 600
"""Of a longer function the beginning: nothing so long is read as a copy of something."""

# Nodes whose named children are statements, in whichever grammar.
_SEQUENCES: Final = frozenset(
    (
        "module",
        "program",
        "source_file",
        "block",
        "statement_block",
        "statement_list",
        "class_body",
        "switch_body",
        "declaration_list",
        "constructor_body",
    )
)
_KEPT_BINDINGS: Final = (BindingKind.IMPORT,)  # a name that an import gives is the same everywhere
_STRINGS: Final = ("string", "template_string", "regex", "interpreted_string_literal")
_INTERPOLATED: Final = ("interpolation", "template_substitution")
_GROUPS: Final = ("parenthesized_expression", "tuple")  # their brackets are layout, mostly
_OPENING: Final = ("string_start", "string_end")
_CLOSING: Final = frozenset((")", "]", "}"))
_QUOTED: Final = re.compile(r"([a-zA-Z]*)(\"\"\"|'''|\"|'|`)(.*)\2", re.DOTALL)
_DECLARING: Final = frozenset(("const", "let", "var", "return"))
_NAME: Final = re.compile(r"[^\W\d][\w$]*|[$][\w$]*")


class _Node(Protocol):
    """What is used of a syntax node."""

    type: str
    is_extra: bool
    is_named: bool
    start_byte: int
    end_byte: int
    children: "list[_Node]"


@dataclass(frozen=True, slots=True)
class Statement:
    """`tokens` without what binds the result; `slots` are its local names, in order."""

    start: int  # byte offsets into the body's text, of the whole statement
    end: int
    parent: int  # the statement it is inside of; -1: none
    sequence: int  # those of one number and parent stand side by side; -1: a clause, as `else`
    kind: str  # of the syntax node
    tokens: tuple[str, ...]
    slots: tuple[str, ...]
    binds: str  # the local name that its value is bound to; "" none
    calls: frozenset[str]
    weight: float  # how much it says that two have it


@dataclass(frozen=True, slots=True)
class Body:
    """Statements in source order, those inside another after it."""

    text: bytes
    language: str
    statements: tuple[Statement, ...]
    places: "dict[tuple[str, ...], list[int]]"  # by tokens, where there are some
    said: frozenset[tuple[str, ...]]  # the same without the numbers: to compare two is quick


@dataclass(frozen=True, slots=True)
class Extract:
    """The text of a body, without its documentation and unindented, and where it is from."""

    text: bytes
    start: int  # byte offset in the file
    indent: int  # columns that were taken from each line but the first

    def offset(self, source: bytes, at: int) -> int:
        """Where in the file the byte `at` of the text is."""
        line = self.text.count(b"\n", 0, at)
        if not line:
            return self.start + at
        place = self.start
        for _ in range(line):
            place = source.index(b"\n", place) + 1
        blank = re.compile(rb"[ \t]{0,%d}" % self.indent).match(source, place)
        column = at - self.text.rfind(b"\n", 0, at) - 1
        return (blank.end() if blank else place) + column


def extract_of(source: bytes, facts: FileFacts, row: int) -> Extract:
    """The body of the function in definition row `row`."""
    table = facts.definitions
    start, end = table.body_start[row], table.end[row]
    if not table.start[row] <= start <= end:
        start = table.start[row]
    if table.doc_start[row] == start:
        start = table.doc_end[row]
        start += len(source[start:end]) - len(source[start:end].lstrip(b" \t\r\n;"))
    indent = max(0, start - source.rfind(b"\n", 0, start) - 1)
    text = re.sub(rb"\n[ \t]{0,%d}" % indent, b"\n", source[start:end])
    return Extract(text, start, indent)


def bound_in(facts: FileFacts) -> dict[int, set[str]]:
    """The names that are bound in each scope of a file, and that a rename may change."""
    table, strings = facts.bindings, facts.strings
    found: dict[int, set[str]] = {}
    for scope, name, kind in zip(table.scope, table.name, table.kind, strict=True):
        if kind not in _KEPT_BINDINGS:
            found.setdefault(scope, set()).add(strings[name])
    return found


def locals_of(facts: FileFacts, row: int, bound: dict[int, set[str]]) -> frozenset[str]:
    """The names that are bound in the function in definition row `row`, or in one inside of it;
    `bound`: what `bound_in` gives."""
    inside = {row}
    parents = facts.definitions.parent
    for other in range(row + 1, len(parents)):
        if parents[other] in inside:
            inside.add(other)
    return frozenset(name for scope in inside for name in bound.get(scope, ()))


def body_of(text: bytes, language: str, local: frozenset[str]) -> Body:
    """The statements of a body's text, `local` being the names that a rename may change."""
    root = cast("_Node", language_named(language).grammar().parse(text).root_node)
    reader = _Reader(text, local)
    reader.sequence(root, -1)
    places: dict[tuple[str, ...], list[int]] = {}
    for number, statement in enumerate(reader.statements):
        if statement.tokens:
            places.setdefault(statement.tokens, []).append(number)
    return Body(text, language, tuple(reader.statements), places, frozenset(places))


@dataclass(slots=True)
class _Word:
    text: str
    is_local: bool


class _Reader:
    """Collects the statements of one tree."""

    def __init__(self, text: bytes, local: frozenset[str]) -> None:
        self._text = text
        self._local = local
        self._sequences = 0
        self.statements: list[Statement] = []

    def sequence(self, node: _Node, parent: int) -> None:
        """Reads the children of a node of `_SEQUENCES`."""
        number = self._sequences
        self._sequences += 1
        for child in node.children:
            if child.type in _SEQUENCES:  # a body in braces
                self.sequence(child, parent)
            elif child.is_named and not child.is_extra:
                self._statement(child, parent, number)

    def _statement(self, node: _Node, parent: int, sequence: int) -> None:
        if len(self.statements) >= MAX_STATEMENTS or _is_text(node):
            return
        at = len(self.statements)
        unread = Statement(
            node.start_byte, node.end_byte, parent, sequence, node.type, (), (), "", frozenset(), 0
        )
        self.statements.append(unread)
        words: list[_Word] = []
        self._read(node, at, words)
        self.statements[at] = _reduced(unread, words)

    def _read(self, node: _Node, at: int, words: list[_Word]) -> None:
        """The words of a node that are not in a sequence of statements below it."""
        children = node.children
        if not children or _is_literal(node):
            self._word(node, words)
            return
        named_argument = node.type == "keyword_argument"
        grouping = node.type in _GROUPS
        for position, child in enumerate(children):
            if child.is_extra or child.type in _OPENING or (grouping and child.type in "()"):
                continue
            if child.type in _SEQUENCES:
                self.sequence(child, at)
            elif child.is_named and any(part.type in _SEQUENCES for part in child.children):
                self._clause(child, at, words)
            elif named_argument and position == 0:
                words.append(_Word(self._named(child), is_local=False))
            else:
                self._read(child, at, words)

    def _clause(self, node: _Node, at: int, words: list[_Word]) -> None:
        """`else`, `except …`: a statement of its own, unless it is a function in an expression."""
        if node.type.endswith("_clause"):
            self._statement(node, at, -1)
        else:
            self._read(node, at, words)

    def _word(self, node: _Node, words: list[_Word]) -> None:
        text = self._named(node)
        if not text.strip():
            return
        if text in _CLOSING and words and words[-1].text == ",":  # as long lists are laid out
            words.pop()
        if node.type in _STRINGS and (quoted := _QUOTED.fullmatch(text)):
            text = f'{quoted[1].lower()}"{quoted[3]}"'
        is_member = bool(words) and words[-1].text in (".", "?.")
        is_name = node.type.endswith("identifier") and node.type != "property_identifier"
        words.append(_Word(text, is_name and not is_member and text in self._local))

    def _named(self, node: _Node) -> str:
        return self._text[node.start_byte : node.end_byte].decode(errors="replace")


def _is_text(node: _Node) -> bool:
    """Whether a statement is nothing but a string."""
    return node.type == "expression_statement" and [c.type for c in node.children] == ["string"]


def _is_literal(node: _Node) -> bool:
    return node.type in _STRINGS and not any(c.type in _INTERPOLATED for c in node.children)


def _reduced(statement: Statement, words: list[_Word]) -> Statement:
    while words and words[-1].text in (";", ":", "{", "}"):
        words.pop()
    binds, value = _value(words)
    tokens, slots = _slotted(value)
    return Statement(
        statement.start,
        statement.end,
        statement.parent,
        statement.sequence,
        statement.kind,
        tokens,
        slots,
        binds,
        frozenset(_called(value)),
        sum(map(token_weight, tokens)),
    )


def _value(words: list[_Word]) -> tuple[str, list[_Word]]:
    """The local name that a value is bound to, and the words of the value."""
    if words and words[0].text in _DECLARING:
        if words[0].text == "return" and len(words) == 1:
            return "", words
        words = words[1:]
    if not words or not words[0].is_local or len(words) < 3:
        return "", words
    equals = 1
    if words[1].text == ":":  # an annotation, up to the `=`
        equals = next((i for i, word in enumerate(words) if word.text == "="), 0)
    if equals and words[equals].text == "=" and equals + 1 < len(words):
        return words[0].text, words[equals + 1 :]
    return "", words


def _slotted(words: list[_Word]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    tokens: list[str] = []
    slots: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if not word.is_local:
            tokens.append(word.text)
            continue
        chain = word.text
        while at + 1 < len(words) and words[at].text == "." and _NAME.match(words[at + 1].text):
            if at + 2 < len(words) and words[at + 2].text == "(":
                break
            chain += f".{words[at + 1].text}"
            at += 2
        tokens.append(SLOT)
        slots.append(chain)
    return tuple(tokens), tuple(slots)


def _called(words: list[_Word]) -> Iterator[str]:
    for word, following in pairwise(words):
        if following.text == "(" and not word.is_local and _is_name(word.text):
            yield word.text


def token_weight(token: str) -> float:
    """What one shared token says; by judgement, names and texts about ten times what marks do."""
    if token == SLOT:
        return 0.2
    if token[0] in "\"'`":
        return min(2.0, 0.2 + len(token) / 8)
    if token[0].isdigit():
        return 0.3 if len(token) > 1 else 0.1
    return 0.8 if len(token) > 1 and _is_name(token) else 0.1


def _is_name(token: str) -> bool:
    return bool(_NAME.fullmatch(token)) and token not in _WORDS


_EVERYWHERE: Final = frozenset(("len", "str", "int", "list", "dict", "range", "isinstance"))
_WORDS: Final = _EVERYWHERE.union(word.decode() for word in KEYWORDS)
