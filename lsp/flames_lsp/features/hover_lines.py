"""The lines of a hover that name others, each name a link to its place. Every line is bounded in
what it says and in what it looks at."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from flames_indexer.model import Certainty, EdgeKind, Role

from flames_lsp.features.call_hierarchy import CALLS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flames_indexer.graph import Usage
    from flames_indexer.model import Edge, Finding, Span, Symbol

    from flames_lsp.features.view import View

_MAX_TESTS = 3
_MAX_SIMILAR = 3
_MAX_HEIRS = 5
_MAX_NEEDS = 3  # each may be the first question to its file, which then is read
_LOOKED_AT = 60  # uses, for the callers and tests that are named: 2 us each
_COUNTED = 100  # heirs; above it is "more"
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#|!~])")
_LONGEST = 72  # characters of a commit's subject, as git's own guides have it

# What a reader should know of a caller that is not for sure.
_DOUBTS = {Certainty.UNIQUE_NAME: " (by name)", Certainty.POSSIBLE: " (through an override)"}


def users(view: View, symbol: Symbol, usage: Usage) -> list[str]:
    """The surest callers, and the tests among them on a line of their own."""
    roles = view.snapshot.roles()
    first: dict[str, Edge] = {}
    for edge in view.uses_of(symbol.id, CALLS, _LOOKED_AT):
        if edge.source != symbol.id:
            first.setdefault(edge.source, edge)
    tests = [edge for edge in first.values() if roles.get(edge.span.path) is Role.TEST]
    callers = [edge for edge in first.values() if roles.get(edge.span.path) is not Role.TEST]
    most = view.config.hover.max_callers
    return [
        *_line(view, "callers", callers[:most], usage.callers),
        *_line(view, "tests", tests[: min(most, _MAX_TESTS)], usage.tests),
    ]


def heirs(view: View, symbol: Symbol) -> list[str]:
    """Its subclasses; the methods that override it, and those it overrides."""
    lines: list[str] = []
    for words, kind in (("subclasses", EdgeKind.INHERIT), ("overridden by", EdgeKind.OVERRIDE)):
        edges = view.uses_of(symbol.id, (kind,), _COUNTED)
        one_each = list({edge.source: edge for edge in reversed(edges)}.values())[::-1]
        known = _line(view, words, one_each[:_MAX_HEIRS], len(one_each))
        lines += [f"{line} at least" if len(edges) == _COUNTED else line for line in known]
    overridden = view.snapshot.edges_from(symbol.id, (EdgeKind.OVERRIDE,))
    if names := _defined(view, (edge.target for edge in overridden), 1):
        lines.append(f"overrides: {names[0]}")
    return lines


def needs(view: View, symbol: Symbol) -> list[str]:
    """What it uses of the repository, where that is defined."""
    edges = view.snapshot.edges_from(symbol.id)
    used = [e.target for e in edges if e.certainty <= Certainty.INFERRED and e.target != symbol.id]
    others = [target for target in dict.fromkeys(used) if not target.startswith("ext:")]
    names = _defined(view, others, _MAX_NEEDS)
    rest = len(others) - len(names)
    return [f"uses: {', '.join(names)}{_more(rest)}"] if names else []


def similar(view: View, symbol: Symbol) -> list[str]:
    """From the findings of the last check: comparing here would cost more than a hover may."""
    if not view.config.hover.similar:
        return []
    inside = (
        place
        for finding in view.findings(symbol.path)
        if finding.rule == "parallel-logic" and _within(finding, symbol)
        for place in finding.related
    )
    links = dict.fromkeys(_link(view, place.symbol, place.span) for place in inside)
    return ["similar: " + ", ".join(list(links)[:_MAX_SIMILAR])] if links else []


def last_change(view: View, symbol: Symbol) -> list[str]:
    """The latest commit of its lines; nothing the first time, when it is only looked up."""
    index = view.snapshot.index
    source = index.source(symbol.path) if view.config.hover.last_change else None
    stored = next((s for s in index.symbols_in(symbol.path) if s.id == symbol.id), None)
    if source is None or stored is None:
        return []
    lines = view.last_changes(symbol.path, source)
    first = source.count(b"\n", 0, stored.span.start)
    own = (lines or [])[first : first + 1 + source.count(b"\n", stored.span.start, stored.span.end)]
    if not own:
        return []
    if not all(line.commit for line in own):
        return ["last change: not committed yet"]
    last = max(own, key=lambda line: line.time_s)
    subject = last.subject if len(last.subject) <= _LONGEST else last.subject[:_LONGEST] + "…"
    said = f"{last.author}: {subject}"
    words = _MARKUP.sub(r"\\\1", said) if view.reader.markdown else said
    return [f"last change: {ago(time.time() - last.time_s)} ago by {words} ({last.commit[:9]})"]


def ago(seconds: float) -> str:
    """How long, in the largest unit that says something: `3 weeks`."""
    days = max(0, int(seconds // 86400))
    for unit, length in (("year", 365), ("month", 30), ("week", 7), ("day", 1)):
        if days >= length:
            count = days // length
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a day"


def qualname(symbol: str) -> str:
    """What a reader calls it: the id without its path; a module's path."""
    return symbol.rpartition("::")[2]


def _line(view: View, words: str, edges: list[Edge], total: int) -> list[str]:
    """The sources of some edges, and how many there are besides."""
    if not edges:
        return []
    named = ", ".join(
        _link(view, edge.source, edge.span) + _DOUBTS.get(edge.certainty, "") for edge in edges
    )
    return [f"{words}: {named}{_more(total - len(edges))}"]


def _more(rest: int) -> str:
    return f" and {rest:,} more" if rest > 0 else ""


def _defined(view: View, targets: Iterable[str], most: int) -> list[str]:
    """Links to where the first of some symbols are defined."""
    found: list[str] = []
    for target in targets:
        symbol = view.snapshot.symbol(target)
        if symbol is not None:
            found.append(_link(view, target, symbol.name_span))
        if len(found) == most:
            break
    return found


def _within(finding: Finding, symbol: Symbol) -> bool:
    return symbol.span.start <= finding.span.start < symbol.span.end


def _link(view: View, symbol: str, span: Span) -> str:
    name = qualname(symbol)
    if not view.reader.markdown:
        return name
    text = view.text(span.path)
    line = "" if text is None else f"#L{text.line_of(span.start) + 1}"
    return f"[`{name}`]({view.uri(span.path)}{line})"
