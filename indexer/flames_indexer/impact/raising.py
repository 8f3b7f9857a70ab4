"""An error of another type is raised than before, and callers catch the one that was."""

import builtins
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from flames_indexer.impact.asked import Asked
from flames_indexer.impact.changes import Change, State
from flames_indexer.impact.conventions import Conventions
from flames_indexer.impact.fields import last_name, text_of
from flames_indexer.impact.verdicts import Level, Verdict
from flames_indexer.languages import language_of
from flames_indexer.model import Certainty, EdgeKind, Span

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot


class Node(Protocol):
    """What is asked of a node of a syntax tree."""

    @property
    def type(self) -> str: ...
    @property
    def text(self) -> bytes | None: ...


_RAISED = re.compile(rb"^[ \t]*raise[ \t]+([\w.]+)", re.MULTILINE)
_NAME = re.compile(r"[\w.]+")
_SURE = Certainty.INFERRED
_ANY, _INHERITED = (EdgeKind.CALL, EdgeKind.REFERENCE), (EdgeKind.INHERIT,)
_EVERYTHING = frozenset(("Exception", "BaseException"))


def reraised(old: State, new: State, conventions: Conventions) -> Iterator[Change]:
    """A change of each function in which one type of error took the place of another."""
    if not conventions.catches_by_type or len(new.facts.problems):
        return
    for name, was in old.contracts.items():
        there = new.contracts.get(name)
        if there is None or was.contract.is_type or there.contract.is_type:
            continue
        if old.text(name) == new.text(name):
            continue
        before, now = _raised(old.text(name)), _raised(new.text(name))
        gone, come = set(before) - set(now), set(now) - set(before)
        if len(before) == len(now) and len(gone) == len(come) == 1:
            raises = gone.pop(), come.pop()
            yield Change(name, was.contract, there.contract, there.row, raises=raises)


def uncaught(asked: Asked, path: str, change: Change) -> Iterator[Verdict]:
    """The calls inside a `try` that catches the former type, where nothing catches the present
    one. Nothing where it is not known what that inherits from."""
    identity = f"{path}::{change.qualname}"
    former, present = change.raises
    types = _types(asked.snapshot, identity, present)
    if not types or former in types:
        return
    for site in asked.sites.of(identity):
        if site.kind is EdgeKind.CALL and site.shape is not None:
            caught = _caught(asked, site.call)
            if former in caught and caught.isdisjoint(types | _EVERYTHING):
                reason = f"catches `{former}`, and not the `{present}` that is raised now"
                yield Verdict(site, reason, Level.MAY_BREAK)


def _raised(text: bytes) -> list[str]:
    return [name.decode().rpartition(".")[2] for name in _RAISED.findall(text)]


def _types(snapshot: "Snapshot", identity: str, name: str) -> frozenset[str]:
    """The names of an error's type and of all above it; nothing where one of them is not known."""
    waiting, found, seen = [(identity, name, _ANY)], set[str](), set[str]()
    while waiting:
        user, wanted, kinds = waiting.pop()
        built_in = _built_in(wanted)
        if built_in:
            found |= built_in
            continue
        edges = snapshot.edges_from(user, kinds)
        named = {e.target for e in edges if _last(e.target) == wanted and e.certainty <= _SURE}
        above = [_bases(snapshot, target) for target in named]
        if len(named) != 1 or not above[0]:
            return frozenset()
        found.add(wanted)
        (target,) = named
        if target not in seen:
            seen.add(target)
            waiting += [(target, base, _INHERITED) for base in above[0]]
    return frozenset(found)


def _bases(snapshot: "Snapshot", identity: str) -> list[str]:
    """The last names of what a class of the repository inherits from, as it is written."""
    symbol = snapshot.symbol(identity)
    facts = snapshot.facts(symbol.path) if symbol is not None else None
    source = snapshot.source(symbol.path) if symbol is not None else None
    if facts is None or source is None:
        return []
    qualname, table, bases = identity.partition("::")[2], facts.definitions, facts.bases
    rows = {row for row, at in enumerate(table.qualname) if facts.strings[at] == qualname}
    pairs = zip(bases.definition, bases.value, strict=True)
    return [last_name(text_of(source, facts, value)) for row, value in pairs if row in rows]


def _last(target: str) -> str:
    return re.split(r"[.:]", target)[-1]


def _built_in(name: str) -> frozenset[str]:
    there = getattr(builtins, name, None)
    if isinstance(there, type) and issubclass(there, BaseException):
        return frozenset(above.__name__ for above in there.__mro__)
    return frozenset()


def _caught(asked: Asked, call: Span) -> frozenset[str]:
    """The last names of what is caught around a call, in the function it stands in."""
    source, language = asked.text(call.path), language_of(call.path)
    if source is None or language is None:
        return frozenset()
    root = language.grammar().parse(source).root_node
    below = root.descendant_for_byte_range(call.start, call.end)
    found: set[str] = set()
    while below is not None and below.type not in ("function_definition", "lambda"):
        above = below.parent
        tried = above if above is not None and above.type == "try_statement" else None
        if tried is not None and tried.child_by_field_name("body") == below:
            found.update(*(_names(c) for c in tried.children if c.type == "except_clause"))
        below = above
    return frozenset(found)


def _names(clause: Node) -> set[str]:
    """What an `except` names; everything where it names nothing."""
    text = (clause.text or b"").decode(errors="replace").removeprefix("except")
    head = re.split(r"\bas\b|:", text, maxsplit=1)[0].lstrip("*")
    return {name.rpartition(".")[2] for name in _NAME.findall(head)} or set(_EVERYTHING)
