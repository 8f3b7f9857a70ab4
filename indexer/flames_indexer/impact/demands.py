"""What a class newly asks of those that inherit from it, and who does not have it."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from flames_indexer.facts import DefinitionFlag, DefinitionKind, FileFacts
from flames_indexer.impact.asked import Asked
from flames_indexer.impact.changes import Change, State
from flames_indexer.impact.conventions import Conventions
from flames_indexer.impact.fields import last_name, text_of
from flames_indexer.impact.sites import Site, classes_above
from flames_indexer.impact.verdicts import Level, Verdict
from flames_indexer.model import Certainty, EdgeKind, Symbol

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_ABSTRACT = int(DefinitionFlag.ABSTRACT)
_NOT_BUILT = (DefinitionKind.INTERFACE,)


def demands(old: State, new: State, conventions: Conventions) -> Iterator[Change]:
    """A change of each class or interface that has abstract methods which it had not."""
    if len(new.facts.problems):
        return
    for name, was in old.contracts.items():
        there = new.contracts.get(name)
        if there is None or not was.contract.is_type or not there.contract.is_type:
            continue
        asked = frozenset(_abstract(new, name) - _abstract(old, name))
        if asked and (conventions.checks_abstract or _is_enforced(new, there.row, old, name)):
            yield Change(name, was.contract, there.contract, there.row, demands=asked)


def _abstract(state: State, owner: str) -> set[str]:
    """The methods that subclasses of a class have to have."""
    flags, ends = state.facts.definitions.flags, state.facts.definitions.name_end
    return {
        last
        for name, written in state.contracts.items()
        for before, _, last in [name.rpartition(".")]
        if before == owner
        and all(flags[row] & _ABSTRACT for row in written.rows)
        and state.source[ends[written.row] : ends[written.row] + 1] != b"?"
    }


def _is_enforced(new: State, row: int, old: State, name: str) -> bool:
    """Whether building the class fails while a method is abstract."""
    bases = new.facts.bases
    return bool(_abstract(old, name)) or any(
        last_name(text_of(new.source, new.facts, value)) in ("ABC", "ABCMeta")
        for definition, value in zip(bases.definition, bases.value, strict=True)
        if definition == row
    )


def unmet(asked: Asked, path: str, old: State, change: Change, sure: bool) -> Iterator[Verdict]:
    """The classes below that lack what is demanded: at the calls that build them, else themselves.
    `sure`: a class that lacks it is an error by itself."""
    before = _abstract(old, change.qualname)
    for symbol, level in _below(asked.snapshot, f"{path}::{change.qualname}", change, before):
        missing = ", ".join(f"`{name}`" for name in sorted(change.demands))
        built = [] if sure else list(_built(asked, symbol))
        for site in built:
            yield Verdict(site, f"builds `{symbol.name}`, which does not define {missing}", level)
        if not built:
            own = Site(
                symbol.id,
                symbol.name_span,
                EdgeKind.INHERIT,
                Certainty.RESOLVED,
                None,
                symbol.name_span,
            )
            yield Verdict(own, f"does not define {missing}", level if sure else Level.MAY_BREAK)


def _built(asked: Asked, symbol: Symbol) -> Iterator[Site]:
    source_of = asked.snapshot.source
    for target in (symbol.id, f"{symbol.id}.__init__"):
        for site in asked.sites.of(target):
            source = source_of(site.span.path) or b""
            text = source[site.span.start : site.span.end].decode(errors="replace")
            if site.shape is not None and text == symbol.name:
                yield site


def _below(
    snapshot: "Snapshot", identity: str, change: Change, before: Collection[str]
) -> Iterator[tuple[Symbol, Level]]:
    """The nearest classes that are built, or could be, and lack one of the methods."""
    waiting, seen, own = [identity], {identity}, {*classes_above(snapshot, identity)}
    while waiting:
        for edge in snapshot.edges_to(waiting.pop(), (EdgeKind.INHERIT,)):
            symbol = snapshot.symbol(edge.source)
            if edge.certainty > Certainty.INFERRED or symbol is None or symbol.id in seen:
                continue
            seen.add(symbol.id)
            above = [one for one in classes_above(snapshot, symbol.id) if one != identity]
            if all(_has(snapshot, [symbol.id, *above], name) for name in change.demands):
                continue
            if _is_abstract(snapshot, symbol, above, before):
                waiting.append(symbol.id)
                continue
            foreign = any(one.startswith("ext:") and one not in own for one in above)
            yield symbol, Level.MAY_BREAK if foreign else Level.BREAKS


def is_inherited(snapshot: "Snapshot", path: str, change: Change) -> bool:
    """Whether the owner of a member that is gone has one of that name from above, or may have: from
    a base that is out of sight, or because it lists its members no more."""
    owner, _, name = change.qualname.rpartition(".")
    facts = snapshot.facts(path)
    if facts is None or not _lists_members(facts, owner):
        return True
    above = classes_above(snapshot, f"{path}::{owner}")
    return any(one.startswith("ext:") for one in above) or _has(snapshot, above, name)


def _lists_members(facts: FileFacts, owner: str) -> bool:
    rows = _named(facts, owner)
    anything = {
        scope
        for scope, name in zip(facts.bindings.scope, facts.bindings.name, strict=True)
        if facts.strings[name] == "*"
    }
    return anything.isdisjoint(rows) and all(
        facts.definitions.kind[row] not in (DefinitionKind.TYPE, DefinitionKind.FUNCTION)
        for row in rows
    )


def _has(snapshot: "Snapshot", classes: Collection[str], name: str) -> bool:
    return any(
        (facts := snapshot.facts(path)) is not None and _gives(facts, owner, name)
        for path, _, owner in (one.partition("::") for one in classes)
    )


def _gives(facts: FileFacts, owner: str, name: str) -> bool:
    """Whether a class has a method, or anything else under that name, that is not abstract."""
    table, bindings, strings = facts.definitions, facts.bindings, facts.strings
    rows = [at for at, text in enumerate(table.qualname) if strings[text] == owner]
    if any(not table.flags[at] & _ABSTRACT for at in _named(facts, f"{owner}.{name}")):
        return True
    return any(
        bindings.scope[at] in rows and strings[bindings.name[at]] == name
        for at in range(len(bindings))
        if bindings.kind[at] != 0
    )


def _named(facts: FileFacts, qualname: str) -> list[int]:
    strings = facts.strings
    return [at for at, text in enumerate(facts.definitions.qualname) if strings[text] == qualname]


def _is_abstract(
    snapshot: "Snapshot", symbol: Symbol, above: Collection[str], before: Collection[str]
) -> bool:
    """Whether nobody builds it anyway: it says so, has abstract methods, or lacks older ones."""
    facts = snapshot.facts(symbol.path)
    name = symbol.id.partition("::")[2]
    if facts is None:
        return True
    table = facts.definitions
    own = _named(facts, name)
    if any(table.flags[row] & _ABSTRACT or table.kind[row] in _NOT_BUILT for row in own):
        return True
    inner = (at for at, parent in enumerate(table.parent) if parent in own)
    methods = (at for at in inner if table.kind[at] == DefinitionKind.FUNCTION)
    if any(table.flags[at] & _ABSTRACT for at in methods):
        return True
    return not all(_has(snapshot, [symbol.id, *above], one) for one in before)
