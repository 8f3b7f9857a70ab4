"""Edits that change nothing for whoever uses a function."""

import re

from flames_indexer.facts import DefinitionFlag, DefinitionKind
from flames_indexer.model import ParameterKind

from mutating.definitions import ADDED, POSITIONS, Definition, Edit, Made, Parameter


def add_default(d: Definition) -> bytes | None:
    if any(p.kind not in POSITIONS for p in d.parameters):
        return None
    text = f"{ADDED}=None" if d.python else f"{ADDED}?: any"
    return d.with_parameters(
        [*d.parameters, Parameter(text, ParameterKind.POSITIONAL, True, ADDED)], {}
    )


def add_rest(d: Definition) -> bytes | None:
    if any(p.kind not in POSITIONS for p in d.parameters):
        return None
    text = f"*{ADDED}" if d.python else f"...{ADDED}: any[]"
    return d.with_parameters(
        [*d.parameters, Parameter(text, ParameterKind.VARIADIC, True, ADDED)], {}
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


def reformat(d: Definition) -> bytes | None:
    """One parameter a line."""
    if len(d.spans) < 2 or any(b"\n" in d.source[a:b] for a, b in d.spans):
        return None
    together = [Parameter(f"\n        {p.text}", p.kind, p.optional, p.name) for p in d.parameters]
    return d.with_parameters(together, {})


def document(d: Definition) -> bytes | None:
    if not d.python:
        line = d.source.rfind(b"\n", 0, d.start) + 1
        if d.in_class and not d.source[line : d.start].strip():
            return d.source[:line] + b"/** Says what it does. */\n" + d.source[line:]
        return None
    start = d.source.rfind(b"\n", 0, d.body) + 1
    indent = d.source[start : d.body]
    if indent.strip() or d.source[d.body : d.body + 3] == b'"""':
        return None
    return d.source[: d.body] + b'"""Says what it does."""\n' + indent + d.source[d.body :]


def keyword_default(d: Definition) -> bytes | None:
    if not d.python or any(p.kind not in POSITIONS for p in d.parameters):
        return None
    new = Parameter(f"{ADDED}=None", ParameterKind.KEYWORD_ONLY, True, ADDED)
    return d.with_parameters([*d.parameters, new], {len(d.parameters): "*"})


def same_name_elsewhere(d: Definition) -> dict[str, bytes] | None:
    """Another function of that name comes into being, and takes something else."""
    if d.in_class or (
        d.flags & DefinitionFlag.EXPORTED and b"default" in d.source[: d.start][-20:]
    ):
        return None
    stem, _, suffix = d.path.rpartition(".")
    name = d.word.encode()
    text = b"def " + name + b"(other, /): ...\n"
    if not d.python:
        text = b"export function " + name + b"(other: never) { return other }\n"
    return {f"{stem}_flames.{suffix}": text}


HARMLESS: dict[str, Made] = {
    "add default": add_default,
    "add rest": add_rest,
    "edit body": edit_body,
    "rename local": rename_local,
    "reorder": reorder,
    "move, import back": move,
    "reformat": reformat,
    "document": document,
    "keyword default": keyword_default,
    "same name elsewhere": same_name_elsewhere,
}


def planted(d: Definition) -> tuple[Edit, bytes] | None:
    """A namesake that nobody calls, and how it was before its parameters changed."""
    if d.word in ("__init__", "constructor"):
        return None
    stem, _, suffix = d.path.rpartition(".")
    path, name = f"{stem}_planted.{suffix}", d.word
    head, end = ("def ", ": ...\n") if d.python else ("", " {}\n")
    if d.in_class and d.python:
        shape = f"class FlamesPlanted:\n    def {name}(self{{}}): ...\n"
    elif d.in_class:
        shape = f"export class FlamesPlanted {{{{\n  {name}({{}}) {{{{}}}}\n}}}}\n"
    else:
        shape = f"{head or 'export function '}{name}({{}}){end.replace('{}', '{{}}')}"
    comma = ", " if d.in_class and d.python else ""
    was, now = shape.format(""), shape.format(f"{comma}{ADDED}")
    qualname = f"FlamesPlanted.{name}" if d.in_class else name
    return Edit("planted", path, qualname, {path: now.encode()}), was.encode()
