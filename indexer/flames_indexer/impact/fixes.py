"""What would make a change fit again, as edits of the files concerned."""

from collections.abc import Iterable, Iterator
from itertools import islice

from flames_indexer.impact.arguments import arguments, brackets, rewritten
from flames_indexer.impact.asked import Asked
from flames_indexer.impact.changes import Change, State
from flames_indexer.impact.contract import Contract
from flames_indexer.impact.conventions import Conventions, conventions_of
from flames_indexer.impact.gone import Gone
from flames_indexer.impact.impact import Impact
from flames_indexer.impact.imports import updated_imports
from flames_indexer.impact.shapes import Fate
from flames_indexer.impact.verdicts import Verdict
from flames_indexer.model import Fix, Span, TextEdit

_MANY = 200
"""Uses that are not counted while somebody types: to write a call anew takes about .05 ms."""


def fixes(asked: Asked, path: str, impact: Impact, *, titles: bool = False) -> list[Fix]:
    """The ways out of an impact on the names of a file, the one that touches least first.
    `titles`: only they matter, the edits may be missing."""
    state = asked.now(path)
    conventions = conventions_of(state.facts.language) if state else None
    if state is None or conventions is None:
        return []
    found = (
        _with_defaults(path, state, impact.change, conventions),
        _with_alias(path, state, impact.change, conventions),
        _with_callers(asked, impact, conventions, titles),
        _with_imports(asked, path, impact),
    )
    return [fix for fix in found if fix is not None]


def fixes_of_file(asked: Asked, gone: Gone) -> list[Fix]:
    """The ways out where a file has gone to another place."""
    sites = [verdict.site for verdict in gone.verdicts]
    edits = updated_imports(asked, gone.path, gone.now, "", sites) if gone.now else ()
    return _as_fix(edits)


def _with_imports(asked: Asked, path: str, impact: Impact) -> Fix | None:
    """What was moved is asked for where it is."""
    new, _, name = impact.change.renamed.rpartition("::")
    if not new or name != impact.change.qualname:
        return None
    sites = [verdict.site for verdict in impact.broken]
    found = _as_fix(updated_imports(asked, path, new, name, sites))
    return found[0] if found else None


def _as_fix(edits: Iterable[TextEdit]) -> list[Fix]:
    found = tuple(sorted(set(edits), key=lambda edit: edit.span))
    files = len({edit.span.path for edit in found})
    title = f"Update the imports in {files} file{'' if files == 1 else 's'}"
    return [Fix(title, found)] if found else []


def _with_defaults(path: str, state: State, change: Change, conventions: Conventions) -> Fix | None:
    """The parameters that came, or lost their default, are optional: who fitted, fits."""
    before, now = change.before, change.now
    if now is None or len(before.ways) != 1 or len(now.ways) != 1 or change.row == 0:
        return None
    rows = _signature_rows(state, change, conventions)
    optional = {p.name for p in before.ways[0] if p.has_default}
    known = {p.name for p in before.ways[0]}
    names = {p.name for p in now.ways[0] if not p.has_default}
    wanted = {name for name in names if name in optional or name not in known}
    lost = {p.name for p in before.ways[0]} - {p.name for p in now.ways[0]}
    if not wanted or lost:
        return None
    table, strings = state.facts.parameters, state.facts.strings
    edits: list[TextEdit] = []
    required_later = False
    for at in reversed(rows):
        name = strings[table.name[at]]
        if name in wanted:
            if required_later and table.kind[at] <= 1:
                return None  # what follows has none
            text = state.source[table.start[at] : table.end[at]].decode()
            span = Span(path, table.start[at], table.end[at])
            edits.append(TextEdit(span, conventions.optional_parameter(text)))
        elif name in names and table.kind[at] <= 1:
            required_later = True
    listed = ", ".join(f"`{name}`" for name in sorted(wanted))
    return Fix(f"Make {listed} optional, so that nothing breaks", tuple(reversed(edits)))


def _signature_rows(state: State, change: Change, conventions: Conventions) -> list[int]:
    """The rows of the parameters of what is called; of a class, those of its constructor."""
    table, strings = state.facts.definitions, state.facts.strings
    wanted = {change.qualname, *(f"{change.qualname}.{n}" for n in conventions.constructors)}
    kept = wanted if change.before.is_type else {change.qualname}
    return [
        at
        for at, row in enumerate(state.facts.parameters.definition)
        if strings[table.qualname[row]] in kept
    ]


def _with_alias(path: str, state: State, change: Change, conventions: Conventions) -> Fix | None:
    """The old name stays, for those who have not heard of the new one."""
    if change.now is not None or not change.renamed or "::" in change.renamed or not change.row:
        return None
    old, new = (name.rpartition(".")[2] for name in (change.qualname, change.renamed))
    table = state.facts.definitions
    is_member = "." in change.qualname
    text = conventions.alias(old, new, is_member=is_member)
    if not text:
        return None
    start, end = table.start[change.row], table.end[change.row]
    line = state.source.rfind(b"\n", 0, start) + 1
    head = state.source[line:start].decode()
    indent = head[: len(head) - len(head.lstrip())]
    gap = "\n" if is_member else "\n\n"
    edit = TextEdit(Span(path, end, end), f"\n{gap[1:]}{indent}{text}")
    return Fix(f"Keep `{old}` as a deprecated alias", (edit,))


def _with_callers(
    asked: Asked, impact: Impact, conventions: Conventions, titles: bool
) -> Fix | None:
    """The uses are written for what is there now, as far as their own text allows it."""
    broken, change = impact.broken, impact.change
    what, many = "call" if change.now is not None else "use", len(broken) > _MANY
    found = (edit for v in broken for edit in _updated(asked, change, v, conventions))
    if many and titles:
        found = islice(found, 1)
    edits = dict[Span, TextEdit]()
    for edit in found:
        edits.setdefault(edit.span, edit)
    if not edits:
        return None
    counted = "all" if many else f"{len(edits)}"
    title = f"Update {counted} {what}{'' if counted == '1' else 's'} of `{change.qualname}`"
    return Fix(title, tuple(edits[span] for span in sorted(edits)))


def _updated(
    asked: Asked, change: Change, verdict: Verdict, conventions: Conventions
) -> Iterator[TextEdit]:
    site = verdict.site
    source = asked.text(site.span.path)
    if source is None:
        return
    if change.now is None:
        old, new = change.qualname.rpartition(".")[2], change.renamed.rpartition(".")[2]
        written = source[site.span.start : site.span.end].decode()
        if new and "::" not in change.renamed and written == old:
            yield TextEdit(site.span, new)
        return
    shape = site.shape
    if shape is None or shape.indirect or not verdict.is_call:
        return
    before, now = change.before, change.now
    if before.ways != now.ways:
        yield from _rewritten(source, before, now, verdict, conventions)
    elif now.is_async and not before.is_async and shape.fate is not Fate.AWAITED:
        yield from _awaited(asked, verdict)


def _rewritten(
    source: bytes, before: Contract, now: Contract, verdict: Verdict, conventions: Conventions
) -> Iterator[TextEdit]:
    call, shape = verdict.site.call, verdict.site.shape
    inside = brackets(source, verdict.site.span.end, call.end)
    if inside is None or len(before.ways) != 1 or len(now.ways) != 1:
        return
    if shape is None or shape.through_class:
        return
    keywords = conventions.has_keywords
    given = arguments(source, *inside, keywords=keywords)
    if given is None:
        return
    text = rewritten(
        given, before.ways[0], now.ways[0], keywords=keywords, nothing=conventions.nothing
    )
    if text is not None:
        yield TextEdit(Span(call.path, *inside), text)


def _awaited(asked: Asked, verdict: Verdict) -> Iterator[TextEdit]:
    """Only where one can wait: in an asynchronous function."""
    site = verdict.site
    state = asked.now(site.span.path)
    written = state.contracts.get(site.symbol.partition("::")[2]) if state else None
    if written is None or not written.contract.is_async:
        return
    start, end = site.call.start, site.call.end
    if site.shape is not None and site.shape.fate is Fate.USED:
        yield TextEdit(Span(site.call.path, start, start), "(await ")
        yield TextEdit(Span(site.call.path, end, end), ")")
    else:
        yield TextEdit(Span(site.call.path, start, start), "await ")
