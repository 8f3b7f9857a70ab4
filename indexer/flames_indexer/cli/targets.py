"""TARGET: a symbol id, a name that only one symbol has, a path, or PATH:LINE."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from flames_indexer.cli.lines import Lines
from flames_indexer.cli.nearby import inherited, is_local, nearest, variables, why_not_indexed
from flames_indexer.cli.output import plural
from flames_indexer.errors import TargetError
from flames_indexer.files import relative
from flames_indexer.languages import language_of
from flames_indexer.model import Symbol, SymbolKind

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_SHOWN_CANDIDATES = 10
_PLACE = re.compile(
    r"(.+?):(\d+)(?::\d+)?", re.DOTALL
)  # a column, as compilers write it, is let go


def target(snapshot: "Snapshot", lines: Lines, words: str) -> Symbol:
    """The symbol that `words` name. Raises TargetError with what to write instead."""
    if not words.strip():
        raise TargetError("TARGET is empty: write a symbol, a file or PATH:LINE.")
    symbol = snapshot.symbol(words)
    if symbol is not None:
        return symbol
    at = _PLACE.fullmatch(words)
    if at is not None:
        return symbol_at_line(snapshot, lines, at[1], int(at[2]))
    path = path_of(snapshot, words)
    module = snapshot.symbol(path) if path is not None else None
    return module or _by_name(snapshot, lines, words)


def symbol_at_line(snapshot: "Snapshot", lines: Lines, path: str, line: int) -> Symbol:
    """The innermost symbol whose definition covers `line`; the module where there is none."""
    known = path_of(snapshot, path)
    if known is None:
        raise TargetError(why_not_indexed(snapshot, path) or _not_a_file(snapshot, path))
    offset = lines.offset(known, line)
    if offset is None:
        raise TargetError(f"{known} has no line {line}, or changed since it was indexed.")
    around = [
        (definition.span.end - definition.span.start, symbol)
        for symbol in snapshot.symbols_in(known)
        for definition in symbol.definitions
        if symbol.kind is not SymbolKind.MODULE
        and definition.span.start <= offset < definition.span.end
    ]
    found = min(around, key=lambda row: row[0])[1] if around else snapshot.symbol(known)
    if found is None:
        raise TargetError(f"Nothing is defined at {known}:{line}.")
    return found


def path_of(snapshot: "Snapshot", given: str) -> str | None:
    """An index path from one relative to the current folder or to the root, or absolute."""
    root = str(snapshot.index.root)
    whole = Path(given).absolute()
    inside = relative(root, str(whole))
    linked = relative(root, str(whole.resolve()))  # reached by a link to the root or inside it
    for path in (inside, linked, given.removeprefix("./")):
        if path is not None and snapshot.exists(path):
            return path
    return None


def _by_name(snapshot: "Snapshot", lines: Lines, name: str) -> Symbol:
    """The one symbol of this name; one inside a function gives way to one that others can name."""
    found = snapshot.find(name)
    wide = [symbol for symbol in found if not is_local(snapshot, symbol)]
    found = wide if len(wide) == 1 else found
    if not found and (member := inherited(snapshot, name)) is not None:
        return member
    if len(found) == 1:
        return found[0]
    if not found:
        raise TargetError(_unknown(snapshot, lines, name))
    listed = _listed(found)
    raise TargetError(f"{len(found)} symbols are named {name!r}; write one of\n{listed}")


def _unknown(snapshot: "Snapshot", lines: Lines, name: str) -> str:
    home, inside, _ = name.partition("::")
    known = path_of(snapshot, home) if inside else None
    if known is not None:
        return _not_in_file(snapshot, lines, name, known)
    file = why_not_indexed(snapshot, name.partition("::")[0])
    if file is not None:
        return file
    if language_of(name) is not None:
        return _not_a_file(snapshot, name)
    bound = variables(snapshot, name)
    if bound:
        return _is_variable(snapshot, lines, name, bound)
    words = " ".join(re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)) or name
    search = f"`flames search {words.lower()}` finds symbols by what they do."
    near = nearest(snapshot, name)
    guess = f"\nDid you mean\n{_listed(near)}" if near else ""
    return f"No symbol is named {name!r}. {search}{guess}"


def _not_in_file(snapshot: "Snapshot", lines: Lines, name: str, path: str) -> str:
    bound = [place for place in variables(snapshot, name) if place[0] == path]
    if bound:
        return _is_variable(snapshot, lines, name, bound)
    near = nearest(snapshot, name)
    guess = f"\nDid you mean\n{_listed(near)}" if near else ""
    return f"{path} has no symbol {name.partition('::')[2]!r}.{guess}"


def _is_variable(
    snapshot: "Snapshot", lines: Lines, name: str, bound: list[tuple[str, int]]
) -> str:
    path, offset = bound[0]
    place = f"{path}:{lines.line(path, offset)}"
    more = f" and {plural(len(bound) - 1, 'more place')}" if len(bound) > 1 else ""
    around = symbol_at_line(snapshot, lines, path, lines.line(path, offset))
    return (
        f"{name!r} is a variable (bound at {place}{more}). Flames follows functions, methods,"
        " classes, types and files; ask for one of these: of what it holds, or of what is around"
        f" it ({around.id})."
    )


def _listed(symbols: list[Symbol]) -> str:
    more = len(symbols) - _SHOWN_CANDIDATES
    rest = f"\n  … and {more} more" if more > 0 else ""
    return "\n".join(f"  {symbol.id}" for symbol in symbols[:_SHOWN_CANDIDATES]) + rest


def _not_a_file(snapshot: "Snapshot", path: str) -> str:
    root = snapshot.index.root
    return f"{path} is not an indexed file: paths are relative to {root} or to the current folder."
