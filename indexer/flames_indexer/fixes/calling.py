"""How one function would call another one of the repository in place of what it does itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.facts import DefinitionFlag
from flames_indexer.fixes.alignment import Alignment, aligned
from flames_indexer.fixes.arguments import arguments
from flames_indexer.fixes.bodies import Body, Node
from flames_indexer.fixes.lines import Call
from flames_indexer.fixes.meaning import Meanings
from flames_indexer.insertion import insertion
from flames_indexer.model import Certainty, EdgeKind, Fix, Symbol, TextEdit

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_UNBOUND = DefinitionFlag.STATIC | DefinitionFlag.CLASSMETHOD
_UNCALLED = DefinitionFlag.PROPERTY | DefinitionFlag.SETTER | DefinitionFlag.CONSTRUCTOR


@dataclass(frozen=True, slots=True)
class Callee:
    """How the copy reaches the model."""

    name: str
    bound: int = 0  # parameters that the call gives by itself
    imports: tuple[TextEdit, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A function, and one that it can call."""

    copy: Body
    model: Body
    callee: Callee
    meanings: Meanings

    @staticmethod
    def of(snapshot: Snapshot, copy: Symbol, start: int, model: Symbol) -> Match | None:
        """The definition of `copy` whose name starts at `start`; None where it cannot call."""
        one, other = Body.of(snapshot, copy, start), Body.of(snapshot, model)
        if one is None or other is None or one.conventions is not other.conventions:
            return None
        callee = _callee(snapshot, one, other, model)
        return callee and Match(one, other, callee, Meanings(snapshot, one, other))

    def aligned(self, part: Body, statements: Sequence[Node] | None = None) -> Alignment | None:
        """With a part of the copy; None where anything differs."""
        found = aligned(part, self.model, self.meanings, statements)
        return None if found is None or found.different else found

    def fix(self, part: Body, alignment: Alignment, edit: Callable[[Call], TextEdit]) -> Fix | None:
        """`edit` puts the call, as written, where it belongs."""
        given = arguments(part, self.model, alignment, bound=self.callee.bound)
        if given is None:
            return None
        place = "" if self.copy.path == self.model.path else f" of {self.model.path}"
        title = f"Use `{self.model.name}`{place} in `{self.copy.name}`"
        return Fix(title, (*self.callee.imports, edit(Call(self.callee.name, given))))


def _callee(snapshot: Snapshot, copy: Body, model: Body, symbol: Symbol) -> Callee | None:
    """None where `copy` cannot call `model`, or a call would do more than its body."""
    if not model.conventions.transparent.issuperset(model.decorators):
        return None
    if model.branch >= 0 and (copy.path, copy.branch) != (model.path, model.branch):
        return None
    if model.owner:
        overridden = snapshot.edges_to(symbol.id, (EdgeKind.OVERRIDE,))
        return None if overridden else _method(snapshot, copy, model)
    if not model.is_outermost or has(model, model.conventions.current):
        return None
    other = f"{_stem(model.path)}_{model.name}"
    found = insertion(snapshot, copy.path, symbol, taken=copy.locals, otherwise=other, private=True)
    if found is None or found.name.partition(".")[0] in copy.locals:
        return None
    return Callee(found.name, 0, found.imports)


def _method(snapshot: Snapshot, copy: Body, model: Body) -> Callee | None:
    """Of the same object: of its class, or of one that this inherits from."""
    same = (copy.path, copy.owner) == (model.path, model.owner)
    if not copy.owner or copy.name == model.name or model.flags & _UNCALLED:
        return None
    special = model.name.startswith("__") and model.name.endswith("__")
    if special and model.name != model.conventions.calls_it:
        return None
    if not same and not _inherits(snapshot, copy, model):
        return None
    if not same and has(model, model.conventions.ascending):
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
    name = receiver if special else name
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


def has(body: Body, kinds: frozenset[str]) -> bool:
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
