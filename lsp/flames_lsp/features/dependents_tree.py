"""The tree of what depends on a symbol, one branch at a time: groups, then who is in them, then
who depends on those. A client shows labels and sends back what a node is to be asked with."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from flames_indexer.model import Certainty, Span, SymbolKind

from flames_lsp.features.code_lens import counted
from flames_lsp.features.commands import Json, gaps_of
from flames_lsp.features.hierarchy_items import symbol_under

if TYPE_CHECKING:
    from flames_indexer.model import Symbol
    from flames_indexer.neighbours import Near
    from lsprotocol import types as t

    from flames_lsp.features.view import View

_PAGE = 100  # nodes under one: more are asked for by its last node
_DEEPEST = 50  # levels: a way that long leads nowhere a reader wants to go


@dataclass(frozen=True, slots=True)
class Branch:
    """What a node is asked with. `group`: key of one group, "" for all of them; `trail`: the
    symbols above it, nearest last."""

    top: str
    symbol: str
    group: str = ""
    first: int = 0
    trail: tuple[str, ...] = ()


def root_at(view: View, path: str, position: t.Position) -> Json:
    """The symbol under the cursor, as the only node; none where there is none."""
    symbol = symbol_under(view, path, position)
    return _answer(view, [] if symbol is None else [_root(view, symbol)])


def root_of(view: View, identity: str) -> Json:
    """The same for a symbol that is known."""
    symbol = view.snapshot.symbol(identity)
    return _answer(view, [] if symbol is None else [_root(view, symbol)])


def children(view: View, branch: Branch) -> Json:
    """What stands under a node."""
    from flames_indexer.neighbours import GROUPS, Question, neighbours, seeds_of

    symbol = view.snapshot.symbol(branch.symbol)
    if symbol is None:
        return _answer(view, [])
    found = neighbours(view.snapshot, seeds_of(view.snapshot, symbol), Question("dependents"))
    if branch.group:
        near = [one for one in found if one.group.key == branch.group]
        return _answer(view, _page(view, branch, near))
    sizes = {g: n for g in GROUPS if (n := sum(one.group is g for one in found))}
    nodes = [
        _node(
            group.users,
            f"{size:,}",
            "group",
            replace(branch, group=group.key),
            opened=True,
        )
        for group, size in sizes.items()
    ]
    if len(sizes) == 1:  # a heading of its own would say nothing
        only = next(iter(sizes))
        nodes = _page(view, replace(branch, group=only.key), found)
    return _answer(view, [*nodes, *_unknown(view, symbol)])


def branch_of(said: object) -> Branch | None:
    """What a client sends back; None when it is nothing that was given to it."""
    if not isinstance(said, dict):
        return None
    top, symbol, group, first, trail = (
        said.get(key)
        for key in ("top", "symbol", "group", "first", "trail")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - JSON
    )
    if not (isinstance(top, str) and isinstance(symbol, str) and isinstance(group, str)):
        return None
    if not (isinstance(first, int) and first >= 0 and isinstance(trail, list)):
        return None
    return Branch(top, symbol, group, first, tuple(map(str, trail)))  # pyright: ignore[reportUnknownArgumentType] - JSON


def _answer(view: View, nodes: list[Json]) -> Json:
    return {"nodes": nodes, "gaps": gaps_of(view, 0)}


def _root(view: View, symbol: Symbol) -> Json:
    from flames_indexer.neighbours import usage_of

    usage = usage_of(view.snapshot, symbol)
    parts = ((usage.callers, "user"), (usage.files, "file"), (usage.tests, "test"))
    said = " · ".join(counted(n, noun) for n, noun in parts if n) or "nothing is known to use it"
    name = symbol.id.rpartition("::")[2]
    place = view.location(symbol.name_span)
    branch = Branch(view.top, symbol.id)
    return _node(name, said, symbol.kind.label, branch, place, symbol.path, opened=True)


def _page(view: View, branch: Branch, found: list[Near]) -> list[Json]:
    shown = found[branch.first : branch.first + _PAGE]
    nodes = [_user(view, branch, near) for near in shown]
    if rest := len(found) - branch.first - len(shown):
        more = replace(branch, first=branch.first + _PAGE)
        nodes.append(_node(f"{rest:,} more", "", "more", more))
    return nodes


def _user(view: View, branch: Branch, near: Near) -> Json:
    """The symbol that uses, at the place where it does; opened while something uses it too."""
    symbol = view.snapshot.symbol(near.symbol)
    edge, place = near.edge, view.location(near.edge.span)
    line = "" if place is None else f":{place.range.start.line + 1}"
    said = [f"{edge.span.path}{line}"]
    if edge.kind not in near.group.kinds[:1]:
        said.append(edge.kind.label)
    if edge.certainty is not Certainty.RESOLVED:
        said.append(edge.certainty.label)
    again = near.symbol in (*branch.trail, branch.symbol)
    if again:
        said.append("again")
    used = view.snapshot.graph.edges_to(near.symbol, limit=1)
    trail = (*branch.trail, branch.symbol)
    under = None
    if used and not again and len(trail) < _DEEPEST:
        under = Branch(view.top, near.symbol, "", 0, trail)
    name = near.symbol.rpartition("::")[2]
    kind = symbol.kind.label if symbol is not None else SymbolKind.MODULE.label
    return _node(name, " · ".join(said), kind, under, place, near.symbol)


def _unknown(view: View, symbol: Symbol) -> list[Json]:
    """Calls that may be its: nobody knows whose the name is there. They are leaves."""
    if symbol.kind is SymbolKind.MODULE:
        return []
    size = len(symbol.name.encode())
    places = view.snapshot.graph.unknown_calls(symbol.name)
    spans = (Span(path, offset, offset + size) for path, offset in places[:_PAGE])
    said = f"one of {counted(len(places), 'call')} of that name whose callee is not known"
    return [
        _node(f"{_file_and_line(where)}?", said, "unknown", None, where)
        for span in spans
        if (where := view.location(span)) is not None
    ]


def _file_and_line(where: t.Location) -> str:
    return f"{where.uri.rpartition('/')[2]}:{where.range.start.line + 1}"


def _node(
    label: str,
    description: str,
    kind: str,
    branch: Branch | None,
    location: t.Location | None = None,
    tooltip: str = "",
    *,
    opened: bool = False,
) -> Json:
    """`opened`: what is under it is wanted at once."""
    return {
        "label": label,
        "description": description,
        "kind": kind,
        "location": location,
        "tooltip": tooltip or label,
        "open": opened,
        "branch": None if branch is None else asdict(branch) | {"trail": list(branch.trail)},
    }
