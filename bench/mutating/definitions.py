"""Functions and methods with their text, and what an edit of one is."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flames_indexer.facts import DefinitionFlag, DefinitionKind, FileFacts
from flames_indexer.model import ParameterKind

POSITIONS = (ParameterKind.POSITIONAL, ParameterKind.POSITIONAL_ONLY)
ADDED = "flames_added"


@dataclass(frozen=True)
class Edit:
    """`kind` of edit, done to `name` (local qualified) of `path`; `texts`: the files it changes."""

    kind: str
    path: str
    name: str
    texts: dict[str, bytes]

    @property
    def word(self) -> str:
        return self.name.rpartition(".")[2]


@dataclass
class Parameter:
    text: str
    kind: ParameterKind
    optional: bool
    name: str


class Definition:
    """One function or method with its parameters as text."""

    def __init__(self, path: str, source: bytes, facts: FileFacts, row: int) -> None:
        table, strings, own = facts.definitions, facts.strings, facts.parameters
        self.path, self.source, self.row, self.facts = path, source, row, facts
        self.name = strings[table.qualname[row]]
        self.start, self.end = table.start[row], table.end[row]
        self.name_span = table.name_start[row], table.name_end[row]
        self.body = table.body_start[row]
        parent = table.parent[row]
        self.in_class = parent > 0 and table.kind[parent] == DefinitionKind.CLASS
        self.flags = DefinitionFlag(table.flags[row])
        self.python = facts.language == "python"
        rows = [at for at in range(len(own)) if own.definition[at] == row]
        self.spans = [(own.start[at], own.end[at]) for at in rows]
        self.parameters = [
            Parameter(
                source[own.start[at] : own.end[at]].decode(),
                ParameterKind(own.kind[at]),
                bool(own.flags[at] & 3),
                strings[own.name[at]],
            )
            for at in rows
        ]
        receives = self.python and self.in_class and not self.flags & DefinitionFlag.STATIC
        self.first = int(receives)
        self.word = self.name.rpartition(".")[2]

    def with_parameters(self, parameters: list[Parameter], marks: dict[int, str]) -> bytes | None:
        """Other parameters between the brackets; `marks`: `*` and `/` to stand before a position.
        None where the brackets hold more than the parameters."""
        after = self.name_span[1]
        opening = self.source.find(b"(", after)
        if self.spans:
            between = self.source[opening + 1 : self.spans[0][0]]
            closing = self.source.find(b")", self.spans[-1][1])
            behind = self.source[self.spans[-1][1] : closing]
            gaps = [
                self.source[a[1] : b[0]] for a, b in zip(self.spans, self.spans[1:], strict=False)
            ]
            if between.strip() or behind.strip(b", \n") or any(g.strip(b", \n") for g in gaps):
                return None
        else:
            closing = self.source.find(b")", opening)
            if self.source[opening + 1 : closing].strip():
                return None
        lines = self.source.count(b"\n", opening, closing)
        texts: list[str] = []
        for at, parameter in enumerate(parameters):
            if at in marks:
                texts.append(marks[at])
            texts.append(parameter.text)
        if len(parameters) in marks:
            texts.append(marks[len(parameters)])
        shown = ", ".join(texts).encode()
        kept = shown.count(b"\n")
        shown += b"\n" * max(0, lines - kept)
        return self.source[: opening + 1] + shown + self.source[closing:]


Made = Callable[[Definition], bytes | dict[str, bytes] | None]
"""What becomes of the file, or of several; None: the edit cannot be done to it."""


def positions(d: Definition) -> list[int]:
    return [at for at, p in enumerate(d.parameters) if at >= d.first and p.kind in POSITIONS]


def column(d: Definition) -> int:
    return d.start - d.source.rfind(b"\n", 0, d.start) - 1


def definitions(path: str, source: bytes, facts: FileFacts) -> Iterator[Definition]:
    """Functions that somebody else may call: no dunder names, none inside another, none that is
    defined twice (overloads, setters)."""
    table = facts.definitions
    times = Counter(table.qualname)
    for row, kind in enumerate(table.kind):
        parent = table.parent[row]
        outer = parent == 0 or table.kind[parent] == DefinitionKind.CLASS
        if kind != DefinitionKind.FUNCTION or not outer or table.flags[row] & (64 | 2048):
            continue
        again = times[table.qualname[row]] > 1
        d = Definition(path, source, facts, row)
        dunder = d.word.startswith("__") and d.word != "__init__"
        if not again and not dunder and table.name_end[row] > table.name_start[row]:
            yield d
