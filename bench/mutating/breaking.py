"""Edits that change how a function is used."""

import re
from collections.abc import Sequence

from flames_indexer.facts import DefinitionFlag, ExpressionKind, OperandKind, ResultKind
from flames_indexer.model import ParameterKind

from mutating.definitions import ADDED, POSITIONS, Definition, Made, Parameter, column, positions


def add_required(d: Definition) -> bytes | None:
    required = [at for at in positions(d) if not d.parameters[at].optional]
    at = required[-1] + 1 if required else d.first
    kind = "memoryview" if d.python else "{ flames: 1 }"  # no argument is one of these by chance
    new = Parameter(f"{ADDED}: {kind}", ParameterKind.POSITIONAL, False, ADDED)
    return d.with_parameters([*d.parameters[:at], new, *d.parameters[at:]], {})


def remove_last(d: Definition) -> bytes | None:
    at = positions(d)
    return (
        d.with_parameters(d.parameters[: at[-1]] + d.parameters[at[-1] + 1 :], {}) if at else None
    )


def remove_first(d: Definition) -> bytes | None:
    at = positions(d)
    return (
        d.with_parameters(d.parameters[: at[0]] + d.parameters[at[0] + 1 :], {})
        if len(at) > 1
        else None
    )


def rename_parameter(d: Definition) -> bytes | None:
    at = positions(d)
    if not d.python or not at:
        return None
    p = d.parameters[at[-1]]
    new = Parameter(p.text.replace(p.name, ADDED, 1), p.kind, p.optional, ADDED)
    return d.with_parameters([*d.parameters[: at[-1]], new, *d.parameters[at[-1] + 1 :]], {})


def make_required(d: Definition) -> bytes | None:
    optional = [at for at in positions(d) if d.parameters[at].optional]
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
    at = positions(d)
    star = any(
        p.kind not in POSITIONS and p.kind is not ParameterKind.KEYWORDS for p in d.parameters
    )
    if not d.python or not at or star:
        return None
    return d.with_parameters(d.parameters, {at[-1]: "*"})


def positional_only(d: Definition) -> bytes | None:
    at = positions(d)
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
    return d.source[: d.start] + b"@property\n" + b" " * column(d) + d.source[d.start :]


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


def swap_parameters(d: Definition) -> bytes | None:
    """The first two change places, where types tell them apart."""
    at = [at for at in positions(d) if not d.parameters[at].optional]
    if len(at) < 2 or at[1] != at[0] + 1:
        return None
    one, two = d.parameters[at[0]], d.parameters[at[1]]
    kinds = {p.text.partition(":")[2].strip() for p in (one, two)}
    if len(kinds) < 2 or "" in kinds:
        return None
    return d.with_parameters([*d.parameters[: at[0]], two, one, *d.parameters[at[0] + 2 :]], {})


def delete(d: Definition) -> bytes | None:
    whole = _statement(d)
    if whole is None:
        return None
    return d.source[: whole[0]] + (b"pass" if d.python else b"") + d.source[whole[1] :]


def move_away(d: Definition) -> dict[str, bytes] | None:
    """To a new file, and nobody is told."""
    whole = _statement(d)
    if d.in_class or whole is None:
        return None
    stem, _, suffix = d.path.rpartition(".")
    left = d.source[: whole[0]] + d.source[whole[1] :]
    text = d.source[whole[0] : whole[1]]
    module = b"\n" if d.python else b"\nexport {}\n"
    return {d.path: left, f"{stem}_flames.{suffix}": text + module}


def _statement(d: Definition) -> tuple[int, int] | None:
    """The whole definition with what stands before it in its statement; None where it is part of
    a larger one."""
    line = d.source.rfind(b"\n", 0, d.start) + 1
    head = d.source[line : d.start].split()
    if d.python:
        return None if head else (d.start, d.end)
    words = (b"export", b"default", b"async", b"public", b"private", b"protected", b"static")
    if d.flags & DefinitionFlag.LEXICAL_THIS or any(word not in words for word in head):
        return None
    return (line if head else d.start), d.end


def return_more(d: Definition) -> bytes | None:
    """Tuples of a fixed size get one element more."""
    if not d.python:
        return None
    ends: list[int] = []
    for row in _returned(d):
        if _literal(d, row) != "tuple" or any(k != OperandKind.POSITIONAL for k in _kinds(d, row)):
            return None
        end = d.facts.expressions.end[row]
        ends.append(end - (d.source[end - 1 : end] == b")"))
    return _annotated(d, {(end, end): b", None" for end in ends}) if ends else None


def return_other_key(d: Definition) -> bytes | None:
    """The first property of the objects that are returned has another name."""
    rows = [] if d.python else list(_returned(d))
    returns = d.facts.definitions.returns[d.row]
    rows += [returns] if returns >= 0 else []
    edits: dict[tuple[int, int], bytes] = {}
    names: set[str] = set()
    for row in rows:
        if _literal(d, row) != "object" or OperandKind.KEYWORD not in _kinds(d, row):
            return None
        first = d.facts.expressions.b[row]
        name = d.facts.strings[d.facts.operands.name[first]]
        start, end = d.facts.expressions.start[row], d.facts.expressions.end[row]
        found = re.match(rb"\{\s*(" + name.encode() + rb")\s*(\??)([:,}])", d.source[start:end])
        if found is None:
            return None
        names.add(name)
        key = f"flames_{name}".encode() + (b"" if found[3] == b":" else b": " + found[1])
        edits[start + found.start(1), start + found.end(1)] = key
    return _replaced(d, edits) if edits and len(names) == 1 else None


def return_nothing(d: Definition) -> bytes | None:
    if not d.python or not list(_returned(d)) or d.flags & DefinitionFlag.GENERATOR:
        return None
    body = d.body
    line = d.source.rfind(b"\n", 0, body) + 1
    if d.source[line:body].strip() or d.flags & DefinitionFlag.ABSTRACT:
        return None
    return _annotated(d, {(body, d.end): b"return None"})


def _returned(d: Definition) -> list[int]:
    results = d.facts.results
    rows = [at for at in range(len(results)) if results.definition[at] == d.row]
    kinds = {results.kind[at] for at in rows}
    return [results.value[at] for at in rows] if kinds == {ResultKind.RETURN} else []


def _literal(d: Definition, row: int) -> str:
    table = d.facts.expressions
    is_literal = row >= 0 and table.kind[row] == ExpressionKind.LITERAL
    return d.facts.strings[table.a[row]] if is_literal and table.end[row] else ""


def _kinds(d: Definition, row: int) -> Sequence[int]:
    first, count = d.facts.expressions.b[row], d.facts.expressions.c[row]
    return d.facts.operands.kind[first : first + count]


def _annotated(d: Definition, edits: dict[tuple[int, int], bytes]) -> bytes | None:
    """Without the type of its result, which would no longer be true."""
    arrow = d.source.rfind(b"->", d.name_span[1], d.body)
    if arrow < 0:
        return _replaced(d, edits)
    colon = d.source.rfind(b":", arrow, d.body)
    between = d.source[colon + 1 : d.body]
    if colon < 0 or between.strip():
        return None
    return _replaced(d, {**edits, (arrow, colon): b""})


def _replaced(d: Definition, edits: dict[tuple[int, int], bytes]) -> bytes:
    text = d.source
    for (start, end), new in sorted(edits.items(), reverse=True):
        text = text[:start] + new + text[end:]
    return text


def to_static_python(d: Definition) -> bytes | None:
    if not d.python or not d.first or d.flags or not d.parameters:
        return None
    without = d.with_parameters(d.parameters[1:], {})
    if without is None:
        return None
    return without[: d.start] + b"@staticmethod\n" + b" " * column(d) + without[d.start :]


def to_instance(d: Definition) -> bytes | None:
    if not d.in_class or not d.flags & DefinitionFlag.STATIC:
        return None
    if not d.python:
        head = d.source[d.start : d.name_span[0]]
        plain = re.sub(rb"\bstatic\s+", b"", head, count=1)
        return d.source[: d.start] + plain + d.source[d.name_span[0] :] if plain != head else None
    head = d.source[d.start : d.name_span[0]]
    receiver = Parameter("self", ParameterKind.POSITIONAL, False, "self")
    with_self = d.with_parameters([receiver, *d.parameters], {})
    if with_self is None or not head.startswith(b"@staticmethod\n"):
        return None
    return with_self[: d.start] + with_self[d.start + len(b"@staticmethod\n") :].lstrip()


def add_abstract(d: Definition) -> bytes | None:
    """To the class of an abstract method, another one."""
    if not d.flags & DefinitionFlag.ABSTRACT or not d.in_class:
        return None
    if d.python:
        gap = b"\n" + b" " * column(d)
        new = b"@abstractmethod" + gap + b"def " + ADDED.encode() + b"(self): ..." + gap
        abc = d.source[d.start : d.name_span[0]].strip()
        return d.source[: d.start] + new + d.source[d.start :] if abc[:2] == b"@a" else None
    line = d.source.rfind(b"\n", 0, d.start) + 1
    if b"abstract" not in d.source[line : d.name_span[0]]:
        return None
    return d.source[:line] + b"abstract " + ADDED.encode() + b"(): void;\n" + d.source[line:]


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
    "swap parameters": swap_parameters,
    "delete": delete,
    "move": move_away,
    "return more": return_more,
    "return other key": return_other_key,
    "return nothing": return_nothing,
    "to static, Python": to_static_python,
    "to instance": to_instance,
    "add abstract": add_abstract,
}
