"""The answers of `dependents` and `dependencies`, as text and as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING

from flames_indexer.cli.lines import Lines
from flames_indexer.cli.output import (
    Column,
    Json,
    coverage_json,
    faint,
    not_covered,
    plural,
    strong,
    table,
)
from flames_indexer.model import Certainty, Symbol, SymbolKind

if TYPE_CHECKING:
    from flames_indexer.cli.neighbours import Answer
    from flames_indexer.cli.opened import Opened
    from flames_indexer.graph import Usage
    from flames_indexer.neighbours import Near

_SHOWN_UNKNOWN = 3


def symbol_json(lines: Lines, symbol: Symbol) -> Json:
    """A symbol as every JSON answer shows it: the line of its name, and where it ends."""
    return {
        "id": symbol.id,
        "kind": symbol.kind.label,
        "path": symbol.path,
        "line": lines.first(symbol.name_span),
        "end_line": lines.last(symbol.span),
    }


def as_json(asked: "Opened", lines: Lines, told: "Answer") -> Json:
    """What the schemas dependents.json and dependencies.json say."""
    usage: Json = {}
    if told.usage is not None:
        unknown = [{"path": path, "line": line} for path, line in told.unknown]
        usage = {"usage": asdict(told.usage), "unresolved_calls_of_its_name": unknown}
    return {
        "target": symbol_json(lines, told.symbol),
        **usage,
        told.question.direction: [
            {
                "symbol": near.symbol,
                "group": near.group.key,
                "kind": near.edge.kind.label,
                "certainty": near.edge.certainty.label,
                "path": near.edge.span.path,
                "line": lines.first(near.edge.span),
                "depth": near.depth,
                "through": near.through,
                "via": near.edge.via,
            }
            for near in told.found
        ],
        "coverage": coverage_json(asked.index.coverage(), asked.notes),
    }


def as_text(asked: "Opened", lines: Lines, told: "Answer") -> Iterator[str]:
    """A sentence, the symbols by group, and what the answer does not cover."""
    from dataclasses import replace

    yield _head(told)
    for (depth, group), nears in groupby(told.found, key=lambda near: (near.depth, near.group)):
        few = list(nears)
        title = group.users if told.question.direction == "dependents" else group.needs
        away = "" if depth == 1 else f", {depth} steps away"
        yield f"{strong(title + away)} {faint(f'({len(few):,})')}"
        yield from _table(lines, told, few)
    coverage = asked.index.coverage()
    if told.question.direction == "dependents":
        yield from _unknown(told)
        coverage = replace(coverage, unresolved_calls=0)  # said above, of this very name
    yield from not_covered(coverage, asked.notes)


def usage_words(usage: "Usage", users_are: str = "caller") -> str:
    """What uses it, or "" when nothing is known to."""
    users = [plural(n, one) for n, one in ((usage.callers, users_are), (usage.tests, "test")) if n]
    known = " and ".join(users) or ("imports" if usage.files and not usage.registered else "")
    placed = [f"{known} in {plural(usage.files, 'file')}"] if known else []
    handed = [f"registered in {plural(usage.registered, 'place')}"] if usage.registered else []
    more = "more" if placed else plural(usage.unsure, "symbol").partition(" ")[2]
    unsure = [f"{usage.unsure:,} {more} by name only"] if usage.unsure else []
    return ", ".join([*placed, *handed, *unsure])


def _head(told: "Answer") -> str:
    name = f"{strong(told.symbol.id)} ({told.symbol.kind.label})"
    if told.usage is not None:
        is_called = told.symbol.kind in (SymbolKind.FUNCTION, SymbolKind.METHOD)
        used = usage_words(told.usage, "caller" if is_called else "symbol")
        if used.startswith("registered"):
            return f"{name} is {used}"
        if used:
            return f"{name} is used by {used}"
        return f"{name} is overridden" if told.found else f"Nothing is known to use {name}"
    files = len({near.symbol.partition("::")[0] for near in told.found})
    used = f"{plural(len(told.found), 'symbol')} of {plural(files, 'file')}"
    return f"{name} uses {used}" if told.found else f"{name} is not known to use anything"


def _table(lines: Lines, told: "Answer", few: "list[Near]") -> list[str]:
    of_module = told.symbol.kind is SymbolKind.MODULE
    columns = [
        Column([f"{near.edge.span.path}:{lines.first(near.edge.span)}" for near in few]),
        Column([_name(near, told) for near in few], style={"bold": True}),
        Column([_how(near, through=of_module or near.depth > 1) for near in few]),
    ]
    return table(columns)


def _name(near: "Near", told: "Answer") -> str:
    """Short where the place already says the file."""
    path, _, name = near.symbol.partition("::")
    if path not in (near.edge.span.path, told.symbol.path):
        return near.symbol
    return name or "(module)"


def _how(near: "Near", *, through: bool) -> str:
    edge = near.edge
    said = [] if edge.kind in near.group.kinds[:1] else [edge.kind.label]
    if edge.certainty is not Certainty.RESOLVED:
        said.append(edge.certainty.label)
    if edge.via:
        said.append(edge.via if edge.type_only else f"via {edge.via}")
    if through and "::" in near.through:
        said.append(f"→ {near.through.partition('::')[2]}")
    return faint(", ".join(said))


def _unknown(told: "Answer") -> Iterator[str]:
    """Calls that may be its: nobody knows whose the name is there."""
    places = told.unknown
    if not places:
        return
    few = ", ".join(f"{path}:{line}" for path, line in places[:_SHOWN_UNKNOWN])
    more = f" and {len(places) - _SHOWN_UNKNOWN:,} more" if len(places) > _SHOWN_UNKNOWN else ""
    them = "one call" if len(places) == 1 else f"{len(places):,} calls"
    yield faint(f"Unknown: whether {them} of something named {told.symbol.name}, at {few}{more}.")
