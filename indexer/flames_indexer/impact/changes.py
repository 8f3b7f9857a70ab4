"""Two states of a file: which contracts differ, which names are gone, which were renamed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from flames_indexer.facts import ExportKind, ExpressionKind, FileFacts
from flames_indexer.impact.contract import Contract, Written, contracts_of
from flames_indexer.impact.conventions import Conventions, conventions_of
from flames_indexer.impact.members import data_members, with_members
from flames_indexer.impact.renames import renames
from flames_indexer.impact.results import Gives

_TOLD = {
    (Gives.VALUE, Gives.MAYBE),
    (Gives.VALUE, Gives.NOTHING),
    (Gives.MAYBE, Gives.NOTHING),
    (Gives.VALUE, Gives.GENERATOR),
    (Gives.MAYBE, Gives.GENERATOR),
    (Gives.NOTHING, Gives.GENERATOR),
    (Gives.GENERATOR, Gives.VALUE),
    (Gives.GENERATOR, Gives.NOTHING),
}


@dataclass(frozen=True)  # no slots: the contracts are kept beside
class State:
    """One state of a file."""

    source: bytes
    facts: FileFacts

    @staticmethod
    def of(source: bytes, facts: FileFacts) -> "State":
        """`facts` are those of the file, and what a contract is of besides is added to them."""
        conventions = conventions_of(facts.language)
        if conventions is not None:
            facts = with_members(source, facts, conventions)
        return State(source, facts)

    @cached_property
    def contracts(self) -> Mapping[str, Written]:
        """How what is defined in it is called, by local qualified name."""
        return contracts_of(self.source, self.facts)

    def text(self, name: str) -> bytes:
        """The first definition of a name."""
        row, table = self.contracts[name].row, self.facts.definitions
        return self.source[table.start[row] : table.end[row]]

    def line(self, name: str) -> bytes:
        """The same from the beginning of its line."""
        row, table = self.contracts[name].row, self.facts.definitions
        return self.source[self.source.rfind(b"\n", 0, table.start[row]) + 1 : table.end[row]]


@dataclass(frozen=True, slots=True)
class Change:
    """`now` is None for a name that is gone; `renamed` is its new qualified name or, behind
    another path and `::`, its new place, if it has one."""

    qualname: str
    before: Contract
    now: Contract | None
    row: int  # definition row in the file now: the changed, the renamed, or what enclosed it; 0
    renamed: str = ""
    hidden: bool = False  # still there, but other files can no longer ask for it
    demands: frozenset[str] = frozenset()  # methods that its subclasses have to have since
    made_up: bool = False  # gone, but its module answers other files that ask for any name
    is_data: bool = False  # a member that holds a value
    raises: tuple[str, str] = ("", "")  # the type of error it raised, and the one instead

    @property
    def rebinds(self) -> bool:
        """Whether names that meant it may mean nothing now, or something else."""
        return (
            self.now is None
            or self.before.receiver is not self.now.receiver
            or self.before.is_property != self.now.is_property
        )


def changes(old: State, new: State) -> list[Change]:
    """What callers of the file may notice, in the order of the old definitions."""
    conventions = conventions_of(old.facts.language)
    if conventions is None:
        return []
    unreadable = _unreadable(new)
    missing = [] if unreadable else [name for name in old.contracts if name not in new.contracts]
    bound = bound_names(new.facts) if missing else set[tuple[str, str]]()
    gone = [name for name in missing if is_gone(name, old, new, bound)]
    coming = [name for name in new.contracts if name not in old.contracts]
    data = data_members(old.facts)
    if _is_displaced(old, [name for name in gone if name not in data], new, coming):
        return []
    renamed = renames(old, gone, new, coming)
    asked = conventions.explicit_exports and not unreadable
    hidden = _no_longer_exported(old, new) if asked else frozenset[str]()
    found: list[Change] = []
    data_now = data_members(new.facts)
    for name, was in old.contracts.items():
        there = new.contracts.get(name)
        if there is not None:
            if not unreadable.isdisjoint(there.rows) or (name in data) != (name in data_now):
                continue
            if name in hidden:
                found.append(Change(name, was.contract, None, there.row, hidden=True))
            now = there.contract
            if unreadable:  # a body that cannot be read may return more than it seems to
                told = was.contract
                now = replace(now, gives=told.gives, is_typed=told.is_typed, made=told.made)
            if name not in hidden and _differs(was.contract, now):
                found.append(Change(name, was.contract, now, there.row))
        elif name in gone:
            row = _row_of(new, renamed.get(name) or name.rpartition(".")[0])
            made_up = "." not in name and is_asked("", bound, conventions)
            to = renamed.get(name, "")
            is_data = name in data
            found.append(
                Change(name, was.contract, None, row, to, made_up=made_up, is_data=is_data)
            )
    if unreadable:  # what stands in which class is not sure
        found = [change for change in found if not change.rebinds]
    return _without_constructors(found, conventions)


def _is_displaced(old: State, gone: list[str], new: State, coming: list[str]) -> bool:
    """Whether a definition stands as it did and only what is around it ended: a line that is still
    being written ends a class where indentation does, and is no syntax error to the grammar."""
    there = {(name.rpartition(".")[2], new.line(name)) for name in coming}
    return any("." in name and (name.rpartition(".")[2], old.line(name)) in there for name in gone)


def _unreadable(state: State) -> frozenset[int]:
    """The definitions, 0 among them, that a syntax error hides or may have changed: what stands
    between their start and their body holds one. Nothing is gone while there is any."""
    problems, table = state.facts.problems, state.facts.definitions
    if not len(problems):
        return frozenset()
    starts = list(zip(problems.start, problems.end, strict=True))
    return frozenset(
        row
        for row, (start, body) in enumerate(zip(table.start, table.body_start, strict=True))
        if not row or any(at <= body and start <= end for at, end in starts)
    )


def _row_of(state: State, name: str) -> int:
    return state.contracts[name].row if name in state.contracts else 0


def _differs(before: Contract, now: Contract) -> bool:
    same_ways = before.ways == now.ways or not before.ways or not now.ways
    return (
        not same_ways
        or (before.receiver, before.is_async, before.is_property)
        != (now.receiver, now.is_async, now.is_property)
        or (before.gives_beside(now), now.gives_beside(before)) in _TOLD
        or (before.objects != now.objects and bool(before.objects) and bool(now.objects))
        or before.made.resized(now.made)
        or bool(before.made.lost(now.made))
    )


def is_gone(name: str, old: State, new: State, bound: Collection[tuple[str, str]]) -> bool:
    """Whether a name without a definition means nothing any more."""
    conventions = conventions_of(old.facts.language)
    owner, _, last = name.rpartition(".")
    if owner and (owner not in new.contracts or not old.contracts[owner].contract.is_type):
        return False  # gone with its class, or known to one function only
    if conventions is None or (owner, last) in bound or ("", "*") in bound:
        return False
    if owner and is_asked(owner, bound, conventions):
        return False
    offered = exported_as(old.facts).get(name) if conventions.explicit_exports else None
    return not offered or not offered <= {new.facts.strings[at] for at in new.facts.exports.name}


def is_asked(owner: str, bound: Collection[tuple[str, str]], conventions: Conventions) -> bool:
    """Whether a class or module makes up names when it is asked for them."""
    return any((owner, asked) in bound for asked in conventions.asked_at_run_time)


def bound_names(facts: FileFacts) -> set[tuple[str, str]]:
    """(scope, name) of everything that is given a value, imported or defined."""
    table, bindings, strings = facts.definitions, facts.bindings, facts.strings
    names = {
        (strings[table.qualname[scope]], strings[name])
        for scope, name in zip(bindings.scope, bindings.name, strict=True)
    }
    stars = {("", "*") for name in facts.imports.name if strings[name] == "*"}
    return names | stars


def exported_as(facts: FileFacts) -> dict[str, set[str]]:
    """The names under which each outermost name is exported."""
    strings, table = facts.strings, facts.expressions
    found: dict[str, set[str]] = {}
    for name, kind, value in zip(
        facts.exports.name, facts.exports.kind, facts.exports.value, strict=True
    ):
        if kind == ExportKind.LOCAL:
            found.setdefault(strings[value], set()).add(strings[name])
        elif kind == ExportKind.EXPRESSION and table.kind[value] == ExpressionKind.NAME:
            found.setdefault(strings[table.a[value]], set()).add(strings[name])
    return found


def _no_longer_exported(old: State, new: State) -> frozenset[str]:
    if not len(new.facts.exports):
        return frozenset()  # perhaps no module any more
    was, now = exported_as(old.facts), exported_as(new.facts)
    offered = {new.facts.strings[at] for at in new.facts.exports.name}
    return frozenset(name for name in was if name not in now and not was[name] <= offered)


def _without_constructors(found: list[Change], conventions: Conventions) -> list[Change]:
    """A class speaks for its constructors."""
    classes = {change.qualname for change in found if change.before.is_type}
    return [change for change in found if not _is_spoken_for(change, classes, conventions)]


def _is_spoken_for(change: Change, classes: Collection[str], conventions: Conventions) -> bool:
    owner, _, last = change.qualname.rpartition(".")
    return last in conventions.constructors and owner in classes
