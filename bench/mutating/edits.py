"""Seeded edits of one definition: those that change how it is used, and those that do not."""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flames_indexer.facts import DefinitionFlag, DefinitionKind, FileFacts
from flames_indexer.model import ParameterKind

_POSITIONS = (ParameterKind.POSITIONAL, ParameterKind.POSITIONAL_ONLY)
_ADDED = "flames_added"


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


def _positions(d: Definition) -> list[int]:
    return [at for at, p in enumerate(d.parameters) if at >= d.first and p.kind in _POSITIONS]


def add_required(d: Definition) -> bytes | None:
    required = [at for at in _positions(d) if not d.parameters[at].optional]
    at = required[-1] + 1 if required else d.first
    kind = "memoryview" if d.python else "{ flames: 1 }"  # no argument is one of these by chance
    new = Parameter(f"{_ADDED}: {kind}", ParameterKind.POSITIONAL, False, _ADDED)
    return d.with_parameters([*d.parameters[:at], new, *d.parameters[at:]], {})


def remove_last(d: Definition) -> bytes | None:
    at = _positions(d)
    return (
        d.with_parameters(d.parameters[: at[-1]] + d.parameters[at[-1] + 1 :], {}) if at else None
    )


def remove_first(d: Definition) -> bytes | None:
    at = _positions(d)
    return (
        d.with_parameters(d.parameters[: at[0]] + d.parameters[at[0] + 1 :], {})
        if len(at) > 1
        else None
    )


def rename_parameter(d: Definition) -> bytes | None:
    at = _positions(d)
    if not d.python or not at:
        return None
    p = d.parameters[at[-1]]
    new = Parameter(p.text.replace(p.name, _ADDED, 1), p.kind, p.optional, _ADDED)
    return d.with_parameters([*d.parameters[: at[-1]], new, *d.parameters[at[-1] + 1 :]], {})


def make_required(d: Definition) -> bytes | None:
    optional = [at for at in _positions(d) if d.parameters[at].optional]
    if not optional:
        return None
    p = d.parameters[optional[0]]
    text = p.text.partition("=")[0].rstrip() if "=" in p.text.partition("=>")[0] else p.text
    text = text.replace("?", "", 1) if not d.python else text
    if not d.python and ":" not in text:
        text += ": any"
    new = Parameter(text, p.kind, False, p.name)
    return d.with_parameters(
        [*d.parameters[: optional[0]], new, *d.parameters[optional[0] + 1 :]], {}
    )


def keyword_only(d: Definition) -> bytes | None:
    at = _positions(d)
    star = any(
        p.kind not in _POSITIONS and p.kind is not ParameterKind.KEYWORDS for p in d.parameters
    )
    if not d.python or not at or star:
        return None
    return d.with_parameters(d.parameters, {at[-1]: "*"})


def positional_only(d: Definition) -> bytes | None:
    at = _positions(d)
    if not d.python or not at or any(p.kind is ParameterKind.POSITIONAL_ONLY for p in d.parameters):
        return None
    return d.with_parameters(d.parameters, {at[-1] + 1: "/"})


def rename(d: Definition) -> bytes | None:
    source = d.source
    start, end = d.name_span
    return source[:start] + d.word.encode() + b"_flames" + source[end:]


def to_async(d: Definition) -> bytes | None:
    if not d.python or d.flags & (
        DefinitionFlag.ASYNC | DefinitionFlag.GENERATOR | DefinitionFlag.PROPERTY
    ):
        return None
    at = d.source.rfind(b"def", d.start, d.name_span[0])
    return d.source[:at] + b"async " + d.source[at:]


def to_property(d: Definition) -> bytes | None:
    if not d.python or not d.first or len(d.parameters) != 1 or d.flags:
        return None
    return d.source[: d.start] + b"@property\n" + b" " * _column(d) + d.source[d.start :]


def to_static(d: Definition) -> bytes | None:
    if (
        d.python
        or not d.in_class
        or d.flags & (DefinitionFlag.STATIC | DefinitionFlag.LEXICAL_THIS)
    ):
        return None
    head = d.source[d.start : d.name_span[0]]
    at = d.start + min(at for at in (head.find(b"async "), head.find(b"*"), len(head)) if at >= 0)
    return d.source[:at] + b"static " + d.source[at:]


def add_default(d: Definition) -> bytes | None:
    if any(p.kind not in _POSITIONS for p in d.parameters):
        return None
    text = f"{_ADDED}=None" if d.python else f"{_ADDED}?: any"
    return d.with_parameters(
        [*d.parameters, Parameter(text, ParameterKind.POSITIONAL, True, _ADDED)], {}
    )


def add_rest(d: Definition) -> bytes | None:
    if any(p.kind not in _POSITIONS for p in d.parameters):
        return None
    text = f"*{_ADDED}" if d.python else f"...{_ADDED}: any[]"
    return d.with_parameters(
        [*d.parameters, Parameter(text, ParameterKind.VARIADIC, True, _ADDED)], {}
    )


def edit_body(d: Definition) -> bytes | None:
    if d.python:
        line = d.source.rfind(b"\n", 0, d.body) + 1
        indent = d.source[line : d.body]
        if indent.strip():
            return None
        return d.source[: d.body] + b"_flames = 1\n" + indent + d.source[d.body :]
    if d.source[d.body : d.body + 1] != b"{":
        return None
    return d.source[: d.body + 1] + b" void 1; " + d.source[d.body + 1 :]


def rename_local(d: Definition) -> bytes | None:
    """A local variable and all its uses, where the name is nothing else in the function."""
    text = d.source[d.start : d.end]
    names = re.findall(rb"^\s+(?:const |let )?([a-z_]\w*) = ", text, re.MULTILINE)
    for name in names:
        word = re.compile(rb"(?<![\w.\"'])" + name + rb"\b(?!\s*[=:](?!=))")
        uses = len(re.findall(rb"\b" + name + rb"\b", text))
        if uses - len(word.findall(text)) == 1 and b"global" not in text:
            return (
                d.source[: d.start]
                + re.sub(rb"\b" + name + rb"\b", name + b"_l", text)
                + d.source[d.end :]
            )
    return None


def reorder(d: Definition) -> bytes | None:
    """The function and the next one of the same scope change places."""
    table = d.facts.definitions
    for row in range(d.row + 1, len(table)):
        if table.parent[row] == table.parent[d.row] and table.start[row] > d.end:
            if table.kind[row] != DefinitionKind.FUNCTION or table.flags[row] & 64 or d.flags & 64:
                return None
            between = d.source[d.end : table.start[row]]
            if between.strip() or table.qualname[row] == table.qualname[d.row]:
                return None
            first, second = d.source[d.start : d.end], d.source[table.start[row] : table.end[row]]
            return d.source[: d.start] + second + between + first + d.source[table.end[row] :]
    return None


def move(d: Definition) -> dict[str, bytes] | None:
    """The function lives in a copy of its file now, and is imported back."""
    if not d.python or "." in d.name or d.flags & DefinitionFlag.OVERLOAD:
        return None
    new = d.path.removesuffix(".py") + "_flames.py"
    module = new.rpartition("/")[2].removesuffix(".py")
    back = f"from .{module} import {d.word}".encode()
    return {d.path: d.source[: d.start] + back + d.source[d.end :], new: d.source}


Made = Callable[[Definition], bytes | dict[str, bytes] | None]
BREAKING: dict[str, Made] = {
    "add required": add_required,
    "remove last": remove_last,
    "remove first": remove_first,
    "rename parameter": rename_parameter,
    "make required": make_required,
    "keyword-only": keyword_only,
    "positional-only": positional_only,
    "rename": rename,
    "to property": to_property,
    "to static": to_static,
    "to async": to_async,
}
HARMLESS: dict[str, Made] = {
    "add default": add_default,
    "add rest": add_rest,
    "edit body": edit_body,
    "rename local": rename_local,
    "reorder": reorder,
    "move, import back": move,
}


def _column(d: Definition) -> int:
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


def edits(found: list[Definition], kinds: dict[str, Made], count: int, seed: int) -> Iterator[Edit]:
    """At most `count`, spread evenly over the kinds."""
    chance = random.Random(seed)
    each = max(1, count // len(kinds))
    for kind, make in kinds.items():
        done = 0
        for d in chance.sample(found, len(found)):
            if done >= each:
                break
            if d.word in ("__init__", "constructor") and kind in (
                "rename",
                "to property",
                "to async",
            ):
                continue
            made = make(d)
            if made:
                done += 1
                yield Edit(kind, d.path, d.name, made if isinstance(made, dict) else {d.path: made})
