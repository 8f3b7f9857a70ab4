"""*Use the existing function* in a part of a longer one: statements become a call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from flames_indexer.fixes.bodies import Body, Node, Parameter, bare, parts
from flames_indexer.fixes.calling import Match
from flames_indexer.fixes.existing import HOW, gives_its_type, returns
from flames_indexer.fixes.leftovers import without_leftovers
from flames_indexer.fixes.lines import Call
from flames_indexer.model import Fix, Span, Symbol, TextEdit

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_MOST_STARTS = 12  # statements; what is alike as a whole begins to be so early


@dataclass(frozen=True)
class _Part(Body):
    """Some statements of a function, as if they were one: what others bind is given to them."""

    first: int = 0
    last: int = 0

    @cached_property
    def statements(self) -> list[Node]:
        inside = self._following(self.first)
        return [node for node in inside if node.end_byte <= self.last]

    @cached_property
    def parameters(self) -> list[Parameter]:
        return []

    @cached_property
    def locals(self) -> frozenset[str]:
        bindings, strings = self.facts.bindings, self.facts.strings
        rows = zip(bindings.scope, bindings.name, bindings.start, strict=True)
        return frozenset(strings[name] for scope, name, start in rows if self._holds(scope, start))

    @cached_property
    def bound_outside(self) -> frozenset[str]:
        """What the rest of the function gives a value."""
        bindings, strings = self.facts.bindings, self.facts.strings
        rows = zip(bindings.scope, bindings.name, bindings.start, strict=True)
        return frozenset(
            strings[name]
            for scope, name, start in rows
            if scope in self._scopes and not self._holds(scope, start)
        )

    @cached_property
    def rebound(self) -> frozenset[str]:
        return self.locals

    def names_outside(self) -> set[str]:
        """What is named in the rest of the function."""
        block = self.block
        found: set[str] = set()
        queue = [block] if block is not None else []
        while queue:
            node = queue.pop()
            if self.first <= node.start_byte and node.end_byte <= self.last:
                continue
            if node.type in self.conventions.identifiers:
                found.add(self.text(node))
            queue += parts(node)
        return found

    def _holds(self, scope: int, start: int) -> bool:
        return scope in self._scopes and self.first <= start < self.last

    def _following(self, start: int) -> list[Node]:
        """The statement that starts there, and those behind it in the same block."""
        node = self.root.descendant_for_byte_range(start, start)
        while node is not None and (above := node.parent) is not None:
            if above.type.endswith("block"):
                return [n for n in parts(above) if n.start_byte >= start]
            node = above
        return []


def use_in_region(snapshot: Snapshot, holder: Symbol, start: int, model: Symbol) -> Fix | None:
    """The statements of `holder` from `start` on that do what `model` does, as a call of it; where
    that is its name, those from any of its first ones on.

    They end as it ends, or leave what it returns in a variable. None where anything differs, or
    more than that is used of what they bind.
    """
    is_whole = any(d.name_span.start == start for d in holder.definitions)
    named = start if is_whole else holder.name_span.start
    match = Match.of(snapshot, holder, named, model)
    if match is None or match.model.flags & HOW or _early_results(match.model):
        return None
    if is_whole and not gives_its_type(match.copy, match.model):
        return None
    statements = match.copy.statements if is_whole else ()
    starts = [s.start_byte for s in statements] or [start]
    found = (_used_from(match, at) for at in starts[:_MOST_STARTS])
    fix = next((fix for fix in found if fix is not None), None)
    return fix and without_leftovers(snapshot, fix)


def _used_from(match: Match, start: int) -> Fix | None:
    for statements, left in _endings(match.model):
        part = _part(match.copy, start, len(statements))
        if part is None or (not left and returns(match.model) and not _ends(part)):
            continue
        alignment = match.aligned(part, statements)
        if alignment is not None:
            kept = tuple(alignment.stands_for.get(name, "") for name in left)
            fits = all(kept) and _is_all_that_is_used(part, kept)
            return match.fix(part, alignment, partial(_written, part, kept)) if fits else None
    return None


def _endings(model: Body) -> Iterator[tuple[list[Node], tuple[str, ...]]]:
    """All of its statements; all but the last, and the variables that this one returns."""
    yield model.statements, ()
    if returned := _returned(model):
        yield model.statements[:-1], returned


def _is_all_that_is_used(part: _Part, kept: tuple[str, ...]) -> bool:
    """Whether the rest of the function needs no other name of them, and can be given those."""
    others = part.names_outside().difference(kept)
    kinds = part.conventions
    declared = kinds.declares and (len(kept) > 1 or not part.bound_outside.isdisjoint(kept))
    return not declared and part.locals.isdisjoint(others)


def _part(whole: Body, start: int, count: int) -> _Part | None:
    def made(last: int) -> _Part:
        return _Part(
            whole.path,
            whole.source,
            whole.facts,
            whole.row,
            whole.conventions,
            whole.root,
            first=start,
            last=last,
        )

    statements = made(len(whole.source)).statements[:count]
    return made(statements[-1].end_byte) if count and len(statements) == count else None


def _early_results(model: Body) -> bool:
    """Whether it may end before its last statement."""
    last = model.statements[-1] if model.statements else None
    nodes = list(model.statements[:-1])
    if last is not None and last.type != "return_statement":
        nodes.append(last)
    while nodes:
        node = nodes.pop()
        if node.type == "return_statement":
            return True
        nodes += parts(node)
    return False


def _returned(model: Body) -> tuple[str, ...]:
    """The variables that its last statement returns; none where it is anything else."""
    last = model.statements[-1] if model.statements else None
    inner = [n for n in parts(last) if n.is_named] if last is not None else []
    if last is None or last.type != "return_statement" or len(inner) != 1:
        return ()
    value = bare(model, inner[0])
    listed = parts(value) if value.type in model.conventions.several else [value]
    names = tuple(model.text(node) for node in listed)
    return names if len(set(names)) == len(names) and model.rebound.issuperset(names) else ()


def _ends(part: _Part) -> bool:
    return part.statements[-1].type == "return_statement"


def _written(part: _Part, kept: tuple[str, ...], call: Call) -> TextEdit:
    first, last = part.statements[0], part.statements[-1]
    kinds = part.conventions
    form = kinds.effect
    if kept:
        form = kinds.storage.replace("{name}", ", ".join(kept))
    elif _ends(part):
        form = kinds.result
    text = call.laid_out(part, form, part.indent(first.start_byte))
    return TextEdit(Span(part.path, first.start_byte, last.end_byte), text + part.end)
