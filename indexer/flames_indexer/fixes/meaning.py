"""Whether a name in one file means what a name in another one means."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from flames_indexer.facts import BindingKind, DefinitionKind
from flames_indexer.fixes.bodies import parts
from flames_indexer.insertion.top import Top
from flames_indexer.model import ParameterKind, SymbolKind

if TYPE_CHECKING:
    from flames_indexer.fixes.bodies import Body, Node
    from flames_indexer.index import Snapshot

_POSITIONAL = (ParameterKind.POSITIONAL_ONLY, ParameterKind.POSITIONAL)


class Meanings:
    """Of names that neither of two functions binds. Where nothing is known of a name in either
    file, it is one of the language's own, and means the same in both."""

    def __init__(
        self, snapshot: Snapshot, copy: Body, model: Body, *, replaces: bool = True
    ) -> None:
        """`replaces`: what calls itself in the copy would call the model, as that does."""
        self._snapshot = snapshot
        self._copy, self._model = copy, model
        self._replaces = replaces and copy.is_plain and model.is_plain

    def __call__(self, copy: Node, model: Node) -> bool:
        ours, theirs = self._copy.text(copy), self._model.text(model)
        if self._replaces and (ours, theirs) == (self._copy.name, self._model.name):
            return True  # each calls itself
        if ours in self._enclosing:
            return False
        targets = self._edges[0].get(copy.start_byte), self._edges[1].get(model.start_byte)
        if None not in targets:
            return targets[0] == targets[1]
        if ours != theirs:
            return False
        if self._copy.path == self._model.path:
            return True
        if ours in self._copy.conventions.of_the_file:
            return False
        origin = self._origin(self._copy, ours)
        return origin in (self._origin(self._model, theirs), (self._model.path, theirs))

    def asked(self, argument: Node) -> str:
        """The parameter that a positional argument of a call in the model is for, "" where that is
        not known."""
        listed = argument.parent
        call = listed.parent if listed is not None else None
        callee = call.child_by_field_name("function") if call is not None else None
        if listed is None or callee is None or listed.start_byte < callee.end_byte:
            return ""
        before = [part for part in parts(listed) if part.start_byte < argument.start_byte]
        named = _last(callee)
        target = self._snapshot.symbol(self._edges[1].get(named.start_byte, ""))
        said = target.definitions[0].signature if target is not None else None
        if target is None or said is None or any("argument" in p.type for p in before):
            return ""
        given = list(said.parameters)
        if target.kind is not SymbolKind.FUNCTION and not self._model.conventions.current:
            given = given if "staticmethod" in said.decorators else given[1:]
        positional = [p.name for p in given if p.kind in _POSITIONAL]
        return positional[len(before)] if len(before) < len(positional) else ""

    def kind_of(self, name: Node) -> SymbolKind | None:
        """What a name in the model means."""
        target = self._snapshot.symbol(self._edges[1].get(name.start_byte, ""))
        return target.kind if target is not None else None

    @cached_property
    def _enclosing(self) -> frozenset[str]:
        """What the functions that the copy is inside of bind."""
        facts, around = self._copy.facts, set[int]()
        row = facts.definitions.parent[self._copy.row]
        while row > 0:
            if facts.definitions.kind[row] == DefinitionKind.FUNCTION:
                around.add(row)
            row = facts.definitions.parent[row]
        names = zip(facts.bindings.scope, facts.bindings.name, strict=True)
        return frozenset(facts.strings[name] for scope, name in names if scope in around)

    @cached_property
    def _edges(self) -> tuple[dict[int, str], dict[int, str]]:
        """What is used where, in each of the two files."""
        found = [
            {edge.span.start: edge.target for edge in self._snapshot.edges_in(body.path)}
            for body in (self._copy, self._model)
        ]
        return found[0], found[1]

    def _origin(self, body: Body, name: str) -> object:
        """Where the outermost name comes from: equal values, one meaning."""
        top = Top.of(self._snapshot, body.path)
        row = next((row for row in top.rows if row.alias == name), None) if top else None
        if row is not None:
            return (row.meant or row.module, row.name)
        lines = self._given(body, name)
        if (
            len(lines) == 1
            and not self._is_named(body, name)
            and not _is_of_the_file(body, lines[0])
        ):
            return lines[0]
        return (body.path, name) if lines else None

    def _is_named(self, body: Body, name: str) -> bool:
        """Whether it is a function or class of the file."""
        table, strings = body.facts.definitions, body.facts.strings
        return any(
            strings[at] == name and not parent
            for at, parent in zip(table.name, table.parent, strict=True)
        )

    def _given(self, body: Body, name: str) -> list[bytes]:
        """The lines that give it a value."""
        table, strings = body.facts.bindings, body.facts.strings
        starts = [
            start
            for scope, at, kind, start in zip(
                table.scope, table.name, table.kind, table.start, strict=True
            )
            if scope == 0 and strings[at] == name and kind != BindingKind.IMPORT
        ]
        return [_line(body.source, start) for start in starts]


def _last(callee: Node) -> Node:
    """The name that is called."""
    inner = [part for part in parts(callee) if part.is_named]
    return inner[-1] if inner else callee


def _is_of_the_file(body: Body, line: bytes) -> bool:
    """Whether it gives another value in another file."""
    return not body.conventions.of_the_file.isdisjoint(re.findall(r"\w+", line.decode()))


def _line(source: bytes, at: int) -> bytes:
    end = source.find(b"\n", at)
    return source[at : len(source) if end < 0 else end].strip()
