"""Candidates: the definitions of a repository that others may be modelled on, and their traits.

A trait is what says from outside what a definition is for: what decorates it, what it inherits,
who it is handed to, what it takes first, where it is and what it is called.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.facts import DefinitionFlag, DefinitionKind, FileFacts
from flames_indexer.model import Certainty, EdgeKind, Role
from flames_indexer.patterns.handed import handed_over
from flames_indexer.patterns.spelling import written
from flames_indexer.resolve.symbols import symbol_id

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_CLASS = int(DefinitionKind.CLASS)
_FUNCTIONS = (int(DefinitionKind.FUNCTION), int(DefinitionKind.LAMBDA))
_OWNERS = (_CLASS, int(DefinitionKind.INTERFACE), int(DefinitionKind.ENUM))
_RECEIVERS = frozenset(("self", "cls", "this", "mcs"))
_IGNORED = int(DefinitionFlag.OVERLOAD) | int(DefinitionFlag.SETTER)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One definition. `bases` are all its ancestors, `ext:` ones as far as they are known."""

    symbol: str
    path: str
    row: int  # of the file's definitions
    name: str
    is_class: bool
    is_method: bool
    is_nested: bool  # in a function
    first: tuple[str, ...]  # its first parameters' names, the receiver left out
    decorators: tuple[str, ...]  # as written, without arguments
    bases: tuple[str, ...]
    handed: tuple[str, ...]  # to what, as written
    handed_at: tuple[int, ...]  # the offsets of those calls
    size_bytes: int


_SHOWCASE = ".stories."  # files that show components off
Ancestors = dict[str, tuple[str, ...]]


def candidates(snapshot: "Snapshot", paths: Iterable[str]) -> list[Candidate]:
    """Those of some files, by path and place. 0.3 ms a file."""
    ancestors = ancestors_of(snapshot)
    return [
        one
        for path in paths
        if (facts := snapshot.facts(path)) is not None
        for one in candidates_in(path, facts, ancestors)
    ]


def paths_of(snapshot: "Snapshot", roles: frozenset[Role]) -> list[str]:
    """The files that have one of the roles."""
    known = snapshot.roles()
    return [
        path
        for path in snapshot.paths()
        if known.get(path, Role.SOURCE) in roles and _SHOWCASE not in path
    ]


def candidates_in(path: str, facts: FileFacts, ancestors: Ancestors) -> Iterator[Candidate]:
    """Those of one file."""
    table = facts.definitions
    decorators = _texts(facts, *_decorators(facts))
    bases = _texts(facts, facts.bases.definition, facts.bases.value)
    handed = handed_over(facts)
    parameters = _parameters(facts)
    for row in range(1, len(table.kind)):
        kind, parent = table.kind[row], table.parent[row]
        if (kind != _CLASS and kind not in _FUNCTIONS) or table.flags[row] & _IGNORED:
            continue
        name = facts.strings[table.name[row]]
        if name.startswith("<") and row not in handed:
            continue
        symbol = symbol_id(path, facts, row)
        above = ancestors.get(symbol, ())
        known = {one.rpartition(":")[2].rpartition(".")[2] for one in above}
        own = tuple(b for b in bases.get(row, ()) if b.rpartition(".")[2] not in known)
        yield Candidate(
            symbol=symbol,
            path=path,
            row=row,
            name=name,
            is_class=kind == _CLASS,
            is_method=table.kind[parent] in _OWNERS,
            is_nested=table.kind[parent] in _FUNCTIONS,
            first=tuple(parameters.get(row, ())),
            decorators=decorators.get(row, ()),
            bases=(*own, *above),
            handed=tuple(to for to, _ in handed.get(row, ())),
            handed_at=tuple(at for _, at in handed.get(row, ())),
            size_bytes=table.end[row] - table.start[row],
        )


def _texts(
    facts: FileFacts, owners: Iterable[int], rows: Iterable[int]
) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for owner, row in zip(owners, rows, strict=True):
        if text := written(facts, row):
            found[owner] = (*found.get(owner, ()), text)
    return found


def _decorators(facts: FileFacts) -> tuple[list[int], list[int]]:
    """Owners and rows of those that stand before a body: fields' ones are kept with their class."""
    body = facts.definitions.body_start
    rows = zip(facts.decorators.definition, facts.decorators.value, strict=True)
    kept = [(o, row) for o, row in rows if not 0 < body[o] <= facts.expressions.start[row]]
    return [owner for owner, _ in kept], [row for _, row in kept]


def _parameters(facts: FileFacts) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for owner, name in zip(facts.parameters.definition, facts.parameters.name, strict=True):
        word = facts.strings[name]
        if word not in _RECEIVERS and len(found.setdefault(owner, [])) < 3:
            found[owner].append(word)
    return found


def ancestors_of(snapshot: "Snapshot") -> Ancestors:
    """All ancestors of each class of the index that has some, nearest first."""
    return snapshot.derived("patterns/ancestors", lambda: _ancestors(snapshot))


def _ancestors(snapshot: "Snapshot") -> Ancestors:
    direct: dict[str, list[str]] = {}
    for edge in snapshot.graph.edges_of((EdgeKind.INHERIT,)):
        if edge.certainty <= Certainty.INFERRED and "::" in edge.source:
            direct.setdefault(edge.source, []).append(edge.target)
    found: Ancestors = {}
    for symbol in direct:
        seen: dict[str, None] = {}
        queue = list(direct[symbol])
        while queue:
            one = queue.pop(0)
            if one not in seen and one != symbol:
                seen[one] = None
                queue += direct.get(one, ())
        found[symbol] = tuple(seen)
    return found
