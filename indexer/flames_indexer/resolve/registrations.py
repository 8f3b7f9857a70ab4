"""Registrations: functions and classes that a decorator hands to somebody who keeps them.

`@app.route("/")`, `@click.command()`, `@receiver(saved)`: whoever gets the function may call it,
where no call is written. What is certain is the handing over, which is the edge: from where the
decorator runs to what is decorated, `via` the decorator.
"""

from typing import Final

from flames_indexer.facts import ExpressionKind
from flames_indexer.languages.semantics import Registrars
from flames_indexer.model import Certainty, EdgeKind
from flames_indexer.resolve import forms
from flames_indexer.resolve.identities import target_id
from flames_indexer.resolve.injection import decorator_callees
from flames_indexer.resolve.rows import Rows
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.world import World

_REGISTER: Final = int(EdgeKind.REGISTER)
_RESOLVED: Final = int(Certainty.RESOLVED)
_INFERRED: Final = int(Certainty.INFERRED)
_NAME: Final = int(ExpressionKind.NAME)
_MEMBER: Final = int(ExpressionKind.MEMBER)


def registration_edges(world: World, file: File, rows: Rows) -> None:
    """Adds what the decorators of the file hand over."""
    registrars = file.semantics.registrars
    if registrars is None:
        return
    definitions, expressions = file.facts.definitions, file.facts.expressions
    for row in file.decorators:
        for callee in decorator_callees(file, row):
            found = _registrar(world, file, callee, registrars)
            if found is not None:
                start = expressions.start[callee]
                source, identity = definitions.parent[row], file.symbol_id(row)
                rows.add(source, identity, _REGISTER, found[1], start, start, found[0])


def _registrar(
    world: World, file: File, row: int, registrars: Registrars
) -> tuple[str, int] | None:
    """Who a decorator hands to, and how sure that is; None for one that keeps nothing."""
    expressions = file.facts.expressions
    kind = expressions.kind[row]
    if kind not in (_NAME, _MEMBER):
        return None
    name = file.strings[expressions.b[row] if kind == _MEMBER else expressions.a[row]]
    if name in registrars.wrappers:
        return None
    found = forms.chain_targets(world, file, row)
    told = [target for target in found if target[0] != "variable"]
    if told:
        identity = target_id(world, file, told[0])
        return (identity or name, _RESOLVED) if name in registrars.functions else None
    if kind == _NAME or not _is_object(world, file, expressions.a[row]):
        return (name, _RESOLVED) if name in registrars.functions else None
    return (_written(file, row), _RESOLVED if name in registrars.functions else _INFERRED)


def _is_object(world: World, file: File, row: int) -> bool:
    """Whether an expression is a variable, or a member of one: no module, class or function."""
    expressions = file.facts.expressions
    while expressions.kind[row] == _MEMBER:
        row = expressions.a[row]
    if expressions.kind[row] != _NAME:
        return False
    found = forms.chain_targets(world, file, row)
    return bool(found) and all(
        target[0] == "variable" or (target[0] == "external" and target[1].count("."))
        for target in found
    )


def _written(file: File, row: int) -> str:
    """`app.route`, as it stands in the file."""
    expressions = file.facts.expressions
    if expressions.kind[row] == _NAME:
        return file.strings[expressions.a[row]]
    if expressions.kind[row] == _MEMBER:
        return f"{_written(file, expressions.a[row])}.{file.strings[expressions.b[row]]}"
    return "…"
