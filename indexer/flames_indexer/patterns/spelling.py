"""What stands in a file, read off its facts: dotted names as written."""

from flames_indexer.facts import ExpressionKind, FileFacts

_NAME, _MEMBER = int(ExpressionKind.NAME), int(ExpressionKind.MEMBER)
_THROUGH = (
    *(int(ExpressionKind.CALL), int(ExpressionKind.NEW), int(ExpressionKind.SUBSCRIPT)),
    int(ExpressionKind.AWAIT),
)


def written(facts: FileFacts, row: int) -> str:
    """`a.b.c` of an expression, calls and brackets left out; "" where no name begins it."""
    table = facts.expressions
    parts: list[str] = []
    while row >= 0:
        kind = table.kind[row]
        if kind == _MEMBER:
            parts.append(facts.strings[table.b[row]])
        elif kind == _NAME:
            parts.append(facts.strings[table.a[row]])
            return ".".join(reversed(parts))
        elif kind not in _THROUGH:
            break
        row = table.a[row]
    return ""


def is_chained(facts: FileFacts, row: int) -> bool:
    """Whether a call or a subscript stands in it: `a(b).c`, `a[b].c`."""
    table = facts.expressions
    while row >= 0 and table.kind[row] == _MEMBER:
        row = table.a[row]
    return row >= 0 and table.kind[row] != _NAME


def start_of(facts: FileFacts, row: int) -> int:
    """Where an expression begins: a row of `a.b` holds the place of `b` alone."""
    table = facts.expressions
    while table.kind[row] == _MEMBER:
        row = table.a[row]
    return table.start[row]


def last_name(dotted: str) -> str:
    """`c` of `a.b.c`."""
    return dotted.rpartition(".")[2]
