"""The parameters that a class gets from its fields: data classes and named tuples."""

from collections.abc import Iterator, Mapping, Sequence

from flames_indexer.facts import BindingKind, ExpressionKind, FileFacts, OperandKind
from flames_indexer.model import Parameter, ParameterKind


def field_parameters(
    source: bytes, facts: FileFacts, owner: int, decorators: Sequence[str]
) -> tuple[Parameter, ...] | None:
    """Of a data class or named tuple without bases of its own; None for any other class."""
    made = [text for text in decorators if last_name(text) == "dataclass"]
    bases = [
        text_of(source, facts, value)
        for definition, value in zip(facts.bases.definition, facts.bases.value, strict=True)
        if definition == owner
    ]
    named_tuple = [last_name(base) for base in bases] == ["NamedTuple"]
    if not named_tuple and (not made or bases or "init=False" in made[0].replace(" ", "")):
        return None
    keyword_only = bool(made) and "kw_only=True" in made[0].replace(" ", "")
    return tuple(_parameters(source, facts, owner, keyword_only))


def _parameters(
    source: bytes, facts: FileFacts, owner: int, keyword_only: bool
) -> Iterator[Parameter]:
    bindings, strings = facts.bindings, facts.strings
    values = {
        bindings.name[at]: bindings.value[at]
        for at in range(len(bindings))
        if bindings.scope[at] == owner and bindings.kind[at] == BindingKind.ASSIGN
    }
    for at in range(len(bindings)):
        if bindings.scope[at] != owner or bindings.kind[at] != BindingKind.ANNOTATION:
            continue
        annotation = last_name(text_of(source, facts, bindings.value[at]).partition("[")[0])
        if annotation == "KW_ONLY":
            keyword_only = True
        if annotation in ("KW_ONLY", "ClassVar"):
            continue
        name = bindings.name[at]
        options = _options(source, facts, values.get(name, -1))
        if options.get("init") != "False":
            kind = (
                ParameterKind.KEYWORD_ONLY
                if keyword_only or options.get("kw_only") == "True"
                else ParameterKind.POSITIONAL
            )
            has_default = name in values and ("default" in options or not options)
            yield Parameter(strings[name], kind, has_default or "default_factory" in options)


def _options(source: bytes, facts: FileFacts, value: int) -> Mapping[str, str]:
    """The keywords of `field(…)` and their values as written; empty for any other default."""
    expressions, operands = facts.expressions, facts.operands
    if value < 0 or expressions.kind[value] != ExpressionKind.CALL:
        return {}
    if last_name(text_of(source, facts, expressions.a[value])) != "field":
        return {}
    first, count = expressions.b[value], expressions.c[value]
    call = source[expressions.start[value] : expressions.end[value]]
    compact = b"".join(call.split()).decode(errors="replace")
    found = {"": "field"}
    for at in range(first, first + count):
        if operands.kind[at] == OperandKind.KEYWORD:
            name = facts.strings[operands.name[at]]
            found[name] = "False" if f"{name}=False" in compact else "True"
    return found


def text_of(source: bytes, facts: FileFacts, row: int) -> str:
    """An expression as written; of a member chain all of it."""
    if row < 0:
        return ""
    expressions = facts.expressions
    start, first = expressions.start[row], row
    while expressions.kind[first] == ExpressionKind.MEMBER:
        first = expressions.a[first]
        start = min(start, expressions.start[first])
    return source[start : expressions.end[row]].decode(errors="replace")


def last_name(text: str) -> str:
    """`b` of `a.b(c)`."""
    return text.partition("(")[0].rpartition(".")[2].strip()
