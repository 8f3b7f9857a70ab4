"""Facts of JavaScript and TypeScript as lines of text, for tests to compare."""

import textwrap

from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    DefinitionKind,
    ExportKind,
    ExpressionKind,
    FileFacts,
    ImportFlag,
    OperandKind,
    ParameterFlag,
    ResultKind,
)
from flames_indexer.languages import language_named

_TABLES = (
    "def",
    "param",
    "bind",
    "member",
    "import",
    "export",
    "base",
    "decorator",
    "result",
    "call",
    "problem",
)


class Rendered:
    """The facts of a source; `lines("bind")` are those of a table, without the word."""

    def __init__(self, source: str, language: str = "javascript") -> None:
        self.facts = language_named(language).extract(textwrap.dedent(source).encode())

    def lines(self, table: str) -> list[str]:
        """One line a row."""
        assert table in _TABLES
        return list(getattr(self, f"_{table}")())

    def line(self, table: str, start: str) -> str:
        """The only line that starts so."""
        found = [line for line in self.lines(table) if line.startswith(start)]
        assert len(found) == 1, (start, self.lines(table))
        return found[0]

    def _name(self, row: int) -> str:
        return self.facts.strings[row] if row >= 0 else ""

    def _qualname(self, row: int) -> str:
        return self._name(self.facts.definitions.qualname[row]) if row > 0 else "module"

    def _def(self):
        for row in list(self.facts.definitions.rows())[1:]:
            flags = DefinitionFlag(row[11])
            words = [DefinitionKind(row[0]).name.lower(), self._name(row[2])]
            words += sorted(flag.name.lower() for flag in flags)
            if row[12] >= 0:
                words += ["->", self.expression(row[12])]
            yield " ".join(words)

    def _param(self):
        for row in self.facts.parameters.rows():
            words = [f"{self._qualname(row[0])}({self._name(row[1])}"]
            if row[2] == 2:
                words[0] = f"{self._qualname(row[0])}(...{self._name(row[1])}"
            if row[4] >= 0:
                words += [":", self.expression(row[4])]
            if row[5] >= 0:
                words += ["=", self.expression(row[5])]
            words += sorted(flag.name.lower() for flag in ParameterFlag(row[3]))
            yield " ".join(words)

    def _bind(self):
        for scope, name, kind, value, _ in self.facts.bindings.rows():
            yield f"{self._qualname(scope)}: {self._name(name)} {self._bound(kind, value)}"

    def _bound(self, kind: int, value: int) -> str:
        if kind == BindingKind.DEFINITION:
            return f"is {self._qualname(value)}"
        if kind == BindingKind.IMPORT:
            return "import"
        if kind == BindingKind.PARAMETER:
            return "parameter"
        sign = ":" if kind == BindingKind.ANNOTATION else "="
        return f"{sign} {self.expression(value)}"

    def _member(self):
        for of, name, _, value, scope, _ in self.facts.members.rows():
            where = self._qualname(scope)
            yield f"{where}: {self.expression(of)}.{self._name(name)} = {self.expression(value)}"

    def _import(self):
        for row in self.facts.imports.rows():
            flags = " ".join(sorted(flag.name.lower() for flag in ImportFlag(row[3])))
            text = (
                f"{self._name(row[0])} {self._name(row[1]) or '-'} as {self._name(row[2]) or '-'}"
            )
            yield f"{text} {flags}".strip()

    def _export(self):
        for name, kind, value, _ in self.facts.exports.rows():
            what = ExportKind(kind)
            text = f"{self._name(name) or '-'} {what.name.lower()}"
            if what == ExportKind.LOCAL:
                text += f" {self._name(value)}"
            elif what in (ExportKind.EXPRESSION, ExportKind.ASSIGNMENT):
                text += f" {self.expression(value)}"
            yield text

    def _base(self):
        for definition, name, value in self.facts.bases.rows():
            word = self._name(name) or "extends"
            yield f"{self._qualname(definition)} {word} {self.expression(value)}"

    def _decorator(self):
        for definition, value in self.facts.decorators.rows():
            yield f"{self._qualname(definition)} {self.expression(value)}"

    def _result(self):
        for definition, kind, value in self.facts.results.rows():
            word = ResultKind(kind).name.lower()
            yield f"{self._qualname(definition)} {word} {self.expression(value)}"

    def _call(self):
        table = self.facts.expressions
        for row in range(len(table)):
            if table.kind[row] in (ExpressionKind.CALL, ExpressionKind.NEW):
                yield f"{self._qualname(table.scope[row])}: {self.expression(row)}"

    def _problem(self):
        for message, start, end in self.facts.problems.rows():
            yield f"{self._name(message)} {start}-{end}"

    def expression(self, row: int) -> str:
        """An expression row as text."""
        if row < 0:
            return "?"
        table = self.facts.expressions
        kind, a, b, c = (column[row] for column in (table.kind, table.a, table.b, table.c))
        return _WORDS[ExpressionKind(kind)](self, a, b, c)

    def operands(self, first: int, count: int) -> str:
        """The operands of a call or literal."""
        table = self.facts.operands
        parts: list[str] = []
        for row in range(first, first + count):
            value = self.expression(table.value[row])
            if table.kind[row] == OperandKind.KEYWORD:
                value = f"{self._name(table.name[row])}: {value}"
            elif table.kind[row] >= OperandKind.SPREAD:
                value = f"...{value}"
            parts.append(value)
        return ", ".join(parts)

    def text(self, row: int) -> str:
        """A string row."""
        return self._name(row)


def _literal(of: Rendered, a: int, b: int, c: int) -> str:
    return f"{of.text(a)}({of.operands(b, c)})" if c else of.text(a)


def _unpack(of: Rendered, a: int, b: int, c: int) -> str:
    return f"{of.expression(a)}<{of.text(b) if c == 2 else ('...' if c else '') + str(b)}>"


_WORDS = {
    ExpressionKind.NAME: lambda of, a, b, c: of.text(a),
    ExpressionKind.MEMBER: lambda of, a, b, c: f"{of.expression(a)}.{of.text(b)}",
    ExpressionKind.CALL: lambda of, a, b, c: f"{of.expression(a)}({of.operands(b, c)})",
    ExpressionKind.NEW: lambda of, a, b, c: f"new {of.expression(a)}({of.operands(b, c)})",
    ExpressionKind.SUBSCRIPT: lambda of, a, b, c: f"{of.expression(a)}[{of.expression(b)}]",
    ExpressionKind.AWAIT: lambda of, a, b, c: f"await {of.expression(a)}",
    ExpressionKind.CHOICE: lambda of, a, b, c: f"({of.expression(a)} | {of.expression(b)})",
    ExpressionKind.LITERAL: _literal,
    ExpressionKind.FUNCTION: lambda of, a, b, c: f"fn {of._qualname(a)}",
    ExpressionKind.OPERATOR: lambda of, a, b, c: (
        f"({of.expression(a)} {of.text(c)} {of.expression(b)})"
    ),
    ExpressionKind.ITERATE: lambda of, a, b, c: f"{'async ' if c else ''}each({of.expression(a)})",
    ExpressionKind.ENTER: lambda of, a, b, c: f"enter({of.expression(a)})",
    ExpressionKind.UNPACK: _unpack,
    ExpressionKind.YIELDED: lambda of, a, b, c: "yielded",
    ExpressionKind.UNKNOWN: lambda of, a, b, c: "?",
}


def facts_are_sound(facts: FileFacts) -> bool:
    """What every reader of facts relies on: parents first, operands first, rows that exist."""
    definitions, expressions = facts.definitions, facts.expressions
    count = len(definitions)
    if any(parent >= row for row, parent in enumerate(definitions.parent)):
        return False
    if any(not 0 <= scope < count for scope in (*expressions.scope, *facts.bindings.scope)):
        return False
    linked = (*range(1, 7), *range(9, 13))
    return all(
        expressions.a[row] < row for row, kind in enumerate(expressions.kind) if kind in linked
    )
