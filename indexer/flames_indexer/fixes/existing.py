"""*Use the existing function*: a body becomes a call of the function that does the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.facts import DefinitionFlag, ResultKind
from flames_indexer.fixes.alignment import aligned
from flames_indexer.fixes.arguments import arguments
from flames_indexer.fixes.bodies import Body
from flames_indexer.fixes.meaning import Meanings
from flames_indexer.insertion import insertion
from flames_indexer.model import Certainty, EdgeKind, Fix, Span, Symbol, TextEdit

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

HOW = DefinitionFlag.ASYNC | DefinitionFlag.GENERATOR
_UNBOUND = DefinitionFlag.STATIC | DefinitionFlag.CLASSMETHOD


@dataclass(frozen=True, slots=True)
class Callee:
    """How the copy reaches the model."""

    name: str
    bound: int = 0  # parameters that the call gives by itself
    imports: tuple[TextEdit, ...] = ()


def use_existing(snapshot: Snapshot, copy: Symbol, start: int, model: Symbol) -> Fix | None:
    """The body of the definition of `copy` whose name starts at `start`, as a call of `model`.

    None where that would change what happens: anything in the two bodies differs that no argument
    makes up for, something that `model` needs is not there, it cannot be reached from there, or it
    gives its result in another way.
    """
    one, other = Body.of(snapshot, copy, start), Body.of(snapshot, model)
    if one is None or other is None or one.conventions is not other.conventions:
        return None
    callee = callee_of(snapshot, one, other, model)
    if callee is None or not gives_the_same(one, other):
        return None
    alignment = aligned(one, other, Meanings(snapshot, one, other))
    if alignment is None or alignment.different:
        return None
    given = arguments(one, other, alignment, bound=callee.bound)
    if given is None or not one.statements:
        return None
    edits = (*callee.imports, replaced(one, f"{callee.name}({', '.join(given)})"))
    place = "" if one.path == other.path else f" of {other.path}"
    return Fix(f"Use `{other.name}`{place} in `{one.name}`", edits)


def callee_of(snapshot: Snapshot, copy: Body, model: Body, symbol: Symbol) -> Callee | None:
    """How `copy` would call `model`; None where it cannot, or a call would do more."""
    if not model.conventions.transparent.issuperset(model.decorators):
        return None
    if model.owner:
        return _method(snapshot, copy, model)
    if not model.is_outermost or _has(model, model.conventions.current):
        return None
    other = f"{_stem(model.path)}_{model.name}"
    found = insertion(snapshot, copy.path, symbol, taken=copy.locals, otherwise=other, private=True)
    if found is None or found.name.partition(".")[0] in copy.locals:
        return None
    return Callee(found.name, 0, found.imports)


def _method(snapshot: Snapshot, copy: Body, model: Body) -> Callee | None:
    """Of the same object: of its class, or of one that this inherits from."""
    same = (copy.path, copy.owner) == (model.path, model.owner)
    if not copy.owner or copy.name == model.name:
        return None
    if not same and not _inherits(snapshot, copy, model):
        return None
    if not same and _has(model, model.conventions.ascending):
        return None
    if copy.flags & _UNBOUND and (copy.flags ^ model.flags) & _UNBOUND:
        return None
    if copy.flags & DefinitionFlag.STATIC:
        return None
    if model.conventions.current:
        return Callee(model.conventions.own.format(name=model.name))
    if not copy.parameters:
        return None
    receiver = copy.parameters[0].name
    name = model.conventions.own.format(receiver=receiver, name=model.name)
    return Callee(name, 0 if model.flags & DefinitionFlag.STATIC else 1)


def _inherits(snapshot: Snapshot, copy: Body, model: Body) -> bool:
    wanted = f"{model.path}::{model.owner}"
    seen: set[str] = set()
    queue = [f"{copy.path}::{copy.owner}"]
    while queue:
        here = queue.pop()
        seen.add(here)
        for edge in snapshot.edges_from(here, (EdgeKind.INHERIT,)):
            if edge.target == wanted:
                return edge.certainty <= Certainty.INFERRED
            if edge.target not in seen:
                queue.append(edge.target)
    return False


def gives_the_same(copy: Body, model: Body) -> bool:
    """Whether a call of `model` can give all that `copy` gives, and in the same way."""
    if (copy.flags ^ model.flags) & HOW:
        return False
    if not returns(copy):
        return True
    return returns(model) and not copy.flags & DefinitionFlag.GENERATOR


def returns(body: Body) -> bool:
    """Whether it gives back a value."""
    table = body.facts.results
    return body.is_expression or any(
        row == body.row and kind == ResultKind.RETURN and value >= 0
        for row, kind, value in zip(table.definition, table.kind, table.value, strict=True)
    )


def replaced(copy: Body, call: str) -> TextEdit:
    """A call in place of everything that `copy` does."""
    kinds, first, last = copy.conventions, copy.statements[0], copy.statements[-1]
    is_async = bool(copy.flags & DefinitionFlag.ASYNC)
    if copy.flags & DefinitionFlag.GENERATOR:
        form = kinds.delegation_async if is_async else kinds.delegation
    else:
        call = kinds.wait.format(call=call) if is_async else call
        form = kinds.result if returns(copy) else kinds.effect
    text = call if copy.is_expression else form.format(call=call)
    line = copy.source.rfind(b"\n", 0, first.start_byte) + 1
    before = copy.source[line : first.start_byte].decode(errors="replace")
    indent = before[: len(before) - len(before.lstrip())]
    newline = "\r\n" if b"\r\n" in copy.source else "\n"
    text = text.replace("\n", f"{newline}{indent}")
    end = ";" if copy.text(last).endswith(";") else ""
    return TextEdit(Span(copy.path, first.start_byte, last.end_byte), text + end)


def _has(body: Body, kinds: frozenset[str]) -> bool:
    """Whether a node or name of these occurs in it."""
    queue = list(body.statements)
    while queue:
        node = queue.pop()
        if node.type in kinds or (node.type == "identifier" and body.text(node) in kinds):
            return True
        queue += node.children
    return False


def _stem(path: str) -> str:
    """A file's name as part of another name."""
    name = path.rpartition("/")[2].partition(".")[0]
    if name in ("index", "__init__"):
        name = path.rpartition("/")[0].rpartition("/")[2]
    return "".join(c if c.isalnum() else "_" for c in name).strip("_")
