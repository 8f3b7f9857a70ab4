"""What flows into a run of statements, what flows out, and how it may be left: read off the facts.

Errs on the side of more: a name that may be needed is said to be.
"""

from dataclasses import dataclass
from typing import Final

from flames_indexer.facts import BindingKind, ExpressionKind, FileFacts

_LOOPS: Final = ("for_statement", "while_statement", "for_in_statement", "do_statement")
_LEAVING: Final = {
    "return_statement": "return",
    "break_statement": "break",
    "continue_statement": "continue",
}
_SUSPENDING: Final[tuple[str, ...]] = ("yield", "await")
_NOT_PASSED: Final = (BindingKind.IMPORT, BindingKind.DEFINITION)


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of the function around, as the file has it."""

    start: int
    end: int
    kind: str
    tokens: tuple[str, ...]
    is_outermost: bool  # of the region, and nothing stands inside of it


@dataclass(frozen=True, slots=True)
class Flow:
    """Names in order of first use. `exits`: `return`, `break`, `continue`, `yield`, `await` that
    reach beyond the region."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    exits: frozenset[str]


def flow_of(facts: FileFacts, row: int, start: int, end: int, steps: list[Step]) -> Flow:
    """Of the bytes [start, end) in the function of definition row `row`."""
    end_of_function = facts.definitions.end[row]
    bound = _bound(facts, row)
    reads = [read for read in _reads(facts, row) if read[1] in bound]
    inside = [(at, name) for at, name in reads if start <= at < end]
    inputs = {
        name: None
        for at, name in inside
        if any(place < start for place in bound[name])
        and not _is_set_before(bound[name], at, start, steps)
    }
    looped = any(s.kind in _LOOPS and s.start < start and end <= s.end for s in steps)
    later = {n for at, n in reads if end <= at < end_of_function or (looped and at < start)}
    outputs = {
        name: None
        for at, name in sorted((at, name) for name, places in bound.items() for at in places)
        if start <= at < end and name in later
    }
    return Flow(tuple(inputs), tuple(outputs), _exits(start, end, steps))


def _bound(facts: FileFacts, row: int) -> dict[str, list[int]]:
    """Where the function binds its own names."""
    table, found = facts.bindings, dict[str, list[int]]()
    for scope, name, kind, at in zip(table.scope, table.name, table.kind, table.start, strict=True):
        if scope == row and kind not in _NOT_PASSED:
            found.setdefault(facts.strings[name], []).append(at)
    return found


def _reads(facts: FileFacts, row: int) -> list[tuple[int, str]]:
    """The places in the function where names are read, in source order."""
    table, strings = facts.expressions, facts.strings
    start, end = facts.definitions.start[row], facts.definitions.end[row]
    return sorted(
        (at, strings[name])
        for kind, at, name in zip(table.kind, table.start, table.a, strict=True)
        if kind == ExpressionKind.NAME and start <= at < end
    )


def _is_set_before(places: list[int], at: int, start: int, steps: list[Step]) -> bool:
    """Whether an earlier statement of the region has bound the name, whatever happens."""
    return any(
        step.is_outermost and step.end <= at and any(step.start <= p < step.end for p in places)
        for step in steps
        if step.start >= start
    )


def _exits(start: int, end: int, steps: list[Step]) -> frozenset[str]:
    inside = [step for step in steps if start <= step.start and step.end <= end]
    loops = [step for step in inside if step.kind in _LOOPS]
    found = {word for step in inside for word in _SUSPENDING if word in step.tokens}
    for step in inside:
        leaving = _LEAVING.get(step.kind)
        if leaving == "return" or (
            leaving and not any(loop.start < step.start < loop.end for loop in loops)
        ):
            found.add(leaving)
    return frozenset(found)
