"""*Use the existing function*: a body becomes a call of the function that does the same."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flames_indexer.facts import DefinitionFlag, ResultKind
from flames_indexer.fixes.annotations import accepts
from flames_indexer.fixes.bodies import Body
from flames_indexer.fixes.calling import Match
from flames_indexer.fixes.leftovers import without_leftovers
from flames_indexer.fixes.lines import Call
from flames_indexer.model import Fix, Span, Symbol, TextEdit

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

HOW = DefinitionFlag.ASYNC | DefinitionFlag.GENERATOR


def use_existing(snapshot: Snapshot, copy: Symbol, start: int, model: Symbol) -> Fix | None:
    """The body of the definition of `copy` whose name starts at `start`, as a call of `model`.

    None where that would change what happens: anything in the two bodies differs that no argument
    makes up for, something that `model` needs is not there, it cannot be reached from there, or it
    gives its result in another way.
    """
    match = Match.of(snapshot, copy, start, model)
    if match is None or not match.copy.statements or not gives_the_same(match.copy, match.model):
        return None
    if not gives_its_type(match.copy, match.model):
        return None
    alignment = match.aligned(match.copy)
    fix = alignment and match.fix(match.copy, alignment, partial(replaced, match.copy))
    return fix and without_leftovers(snapshot, fix)


def gives_the_same(copy: Body, model: Body) -> bool:
    """Whether a call of `model` can give all that `copy` gives, and in the same way."""
    if (copy.flags ^ model.flags) & HOW:
        return False
    if not returns(copy):
        return True
    return returns(model) and not copy.flags & DefinitionFlag.GENERATOR


def gives_its_type(copy: Body, model: Body) -> bool:
    """Whether what `model` is said to give is of the type that `copy` is."""
    return not returns(copy) or accepts(copy.conventions, copy.result, model.result)


def returns(body: Body) -> bool:
    """Whether it gives back a value."""
    table = body.facts.results
    return body.is_expression or any(
        row == body.row and kind == ResultKind.RETURN and value >= 0
        for row, kind, value in zip(table.definition, table.kind, table.value, strict=True)
    )


def replaced(copy: Body, call: Call) -> TextEdit:
    """A call in place of everything that `copy` does."""
    kinds, first, last = copy.conventions, copy.statements[0], copy.statements[-1]
    is_async = bool(copy.flags & DefinitionFlag.ASYNC)
    if copy.flags & DefinitionFlag.GENERATOR:
        form = kinds.delegation_async if is_async else kinds.delegation
    else:
        form = kinds.result if returns(copy) else kinds.effect
        form = form.format(call=kinds.wait) if is_async else form
    form = "{call}" if copy.is_expression else form
    text = call.laid_out(copy, form, copy.indent(first.start_byte))
    end = "" if copy.is_expression else copy.end
    return TextEdit(Span(copy.path, first.start_byte, last.end_byte), text + end)
