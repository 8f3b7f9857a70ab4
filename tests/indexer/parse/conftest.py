"""`check`: the facts of a source as text. Nothing else in these tests reads columns by number."""

from collections.abc import Callable
from textwrap import dedent

import pytest
from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    DefinitionKind,
    ExpressionKind,
    FileFacts,
    ImportFlag,
    ResultKind,
)
from flames_indexer.languages import language_named
from flames_indexer.parse import parse

_VALUED_BINDINGS = {
    BindingKind.ASSIGN: "=",
    BindingKind.ANNOTATION: ":",
    BindingKind.EXCEPTION: "caught",
}
_LEAVES = (
    ExpressionKind.NAME,
    ExpressionKind.LITERAL,
    ExpressionKind.FUNCTION,
    ExpressionKind.YIELDED,
    ExpressionKind.UNKNOWN,
)
_TWO_SIDED = (ExpressionKind.SUBSCRIPT, ExpressionKind.CHOICE, ExpressionKind.OPERATOR)
_PARAMETER_SIGNS = ("/", "", "*", "=", "**")  # by ParameterKind
_OPERAND_SIGNS = ("", "{}=", "*", "**")  # by OperandKind


class Text:
    """The tables of a file, one line a row, expressions written back."""

    def __init__(self, facts: FileFacts) -> None:
        self.facts = facts
        self.strings = facts.strings
        self.definition_rows = list(facts.definitions.rows())
        self.expression_rows = list(facts.expressions.rows())
        self.operand_rows = list(facts.operands.rows())

    def expression(self, row: int) -> str:
        if row < 0:
            return "-"
        kind, _, _, _, _, a, b, c = self.expression_rows[row]
        of = self.expression
        match ExpressionKind(kind):
            case ExpressionKind.NAME:
                return self.strings[a]
            case ExpressionKind.MEMBER:
                return f"{of(a)}.{self.strings[b]}"
            case ExpressionKind.CALL:
                return f"{of(a)}({self.operands(b, c)})"
            case ExpressionKind.SUBSCRIPT:
                return f"{of(a)}[{of(b)}]"
            case ExpressionKind.AWAIT:
                return f"await {of(a)}"
            case ExpressionKind.CHOICE:
                return f"({of(a)} | {of(b)})"
            case ExpressionKind.LITERAL:
                name = self.strings[a]
                return f"{name}({self.operands(b, c)})" if b >= 0 else name
            case ExpressionKind.FUNCTION:
                return self.qualname(a)
            case ExpressionKind.OPERATOR:
                operator = self.strings[c]
                return f"({of(a)} {operator} {of(b)})" if b >= 0 else f"({operator} {of(a)})"
            case other:
                return self.step(other, row)

    def step(self, kind: ExpressionKind, row: int) -> str:
        """What a statement does to a value: ITERATE, ENTER, UNPACK; or no value at all."""
        a, b, c = self.expression_rows[row][5:]
        if kind == ExpressionKind.UNPACK:
            return f"{self.expression(a)}#{'*' if c else ''}{b}"
        word = kind.name.lower()
        if kind in (ExpressionKind.ITERATE, ExpressionKind.ENTER):
            return f"{'async ' if c == 1 else ''}{word} {self.expression(a)}"
        return word

    def operands(self, first: int, count: int) -> str:
        words: list[str] = []
        for kind, name, value in self.operand_rows[first : first + count] if count else ():
            sign = _OPERAND_SIGNS[kind].format(self.strings[name])
            words.append(sign + self.expression(value))
        return ", ".join(words)

    def qualname(self, row: int) -> str:
        kind, _, qualname, *_ = self.definition_rows[row]
        if kind == DefinitionKind.COMPREHENSION:
            return f"{self.strings[qualname]}~"
        return self.strings[qualname]

    def definitions(self) -> list[str]:
        lines: list[str] = []
        for row, (kind, *_, flags, returns) in enumerate(self.definition_rows[1:], 1):
            words = [DefinitionKind(kind).name.lower(), self.qualname(row)]
            if kind in (DefinitionKind.FUNCTION, DefinitionKind.LAMBDA):
                words[1] += f"({self.parameters_of(row)})"
            if returns >= 0:
                words.append(f"-> {self.expression(returns)}")
            words += [flag.name.lower() for flag in DefinitionFlag if flags & flag and flag.name]
            lines.append(" ".join(words))
        return lines

    def parameters_of(self, definition: int) -> str:
        words: list[str] = []
        for of, name, kind, flags, annotation, default, _, _ in self.facts.parameters.rows():
            if of == definition:
                word = _PARAMETER_SIGNS[kind] + self.strings[name]
                word += f": {self.expression(annotation)}" if annotation >= 0 else ""
                words.append(word + (f" = {self.expression(default)}" if flags & 1 else ""))
        return ", ".join(words)

    def bindings(self) -> list[str]:
        lines: list[str] = []
        for scope, name, kind, value, _ in self.facts.bindings.rows():
            text = f"{self.qualname(scope)}:{self.strings[name]}"
            if kind in _VALUED_BINDINGS:
                sign = _VALUED_BINDINGS[BindingKind(kind)]
                lines.append(f"{text} {sign} {self.expression(value)}")
        return lines

    def bound(self) -> list[str]:
        return [
            f"{self.qualname(scope)}:{self.strings[name]} {BindingKind(kind).name.lower()}"
            for scope, name, kind, _, _ in self.facts.bindings.rows()
        ]

    def members(self) -> list[str]:
        return [
            f"{self.qualname(scope)}| {self.expression(of)}.{self.strings[name]} "
            f"{'=' if kind == BindingKind.ASSIGN else ':'} {self.expression(value)}"
            for of, name, kind, value, scope, _ in self.facts.members.rows()
        ]

    def imports(self) -> list[str]:
        return [
            " ".join(
                (
                    f"{self.qualname(scope)}| {self.strings[module]}",
                    self.strings[name] or ".",
                    self.strings[alias] or "-",
                    *(f.name.lower() for f in ImportFlag if flags & f and f.name),
                )
            )
            for module, name, alias, flags, scope, *_ in self.facts.imports.rows()
        ]

    def results(self) -> list[str]:
        return [
            f"{self.qualname(of)} {ResultKind(kind).name.lower()} {self.expression(value)}"
            for of, kind, value in self.facts.results.rows()
        ]

    def bases(self) -> list[str]:
        return [
            f"{self.qualname(of)} {self.strings[name]}: {self.expression(value)}"
            for of, name, value in self.facts.bases.rows()
        ]

    def decorators(self) -> list[str]:
        return [
            f"{self.qualname(of)} @{self.expression(value)}"
            for of, value in self.facts.decorators.rows()
        ]

    def exports(self) -> list[str]:
        return [self.strings[name] for name in self.facts.exports.name]

    def calls(self) -> list[str]:
        return [
            f"{self.qualname(scope)}| {self.expression(row)}"
            for row, (kind, _, scope, *_) in enumerate(self.expression_rows)
            if kind == ExpressionKind.CALL
        ]

    def names(self) -> list[str]:
        """The outermost names and members that nothing else holds."""
        held = set(self.facts.operands.value)
        for _, _, kind, value, _ in self.facts.bindings.rows():
            if kind in _VALUED_BINDINGS:
                held.add(value)
        for kind, _, _, _, _, a, b, _ in self.expression_rows:
            if kind not in _LEAVES:
                held.add(a)
            if kind in _TWO_SIDED:
                held.add(b)
        return [
            self.expression(row)
            for row, (kind, *_) in enumerate(self.expression_rows)
            if kind <= ExpressionKind.MEMBER and row not in held
        ]


@pytest.fixture
def facts_of() -> Callable[[str | bytes], FileFacts]:
    """The facts of a Python source; a str is dedented first."""

    def facts(source: str | bytes) -> FileFacts:
        text = dedent(source).encode() if isinstance(source, str) else source
        return parse(text, language_named("python"))

    return facts


@pytest.fixture
def check(facts_of: Callable[[str | bytes], FileFacts]) -> Callable[..., None]:
    """Compares tables of a source's facts with what is expected, one line a row."""

    def compare(source: str | bytes, **tables: str) -> None:
        text = Text(facts_of(source))
        for table, expected in tables.items():
            assert "\n".join(getattr(text, table)()) == dedent(expected).strip(), table

    return compare
