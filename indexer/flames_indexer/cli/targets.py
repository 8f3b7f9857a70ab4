"""TARGET: a symbol id, a name that only one symbol has, a path, or PATH:LINE."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from flames_indexer.cli.lines import Lines
from flames_indexer.errors import TargetError
from flames_indexer.files import relative
from flames_indexer.model import Symbol, SymbolKind

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_SHOWN_CANDIDATES = 10


def target(snapshot: "Snapshot", lines: Lines, words: str) -> Symbol:
    """The symbol that `words` name. Raises TargetError with what to write instead."""
    symbol = snapshot.symbol(words)
    if symbol is not None:
        return symbol
    at = re.fullmatch(r"(.+):(\d+)", words, re.DOTALL)
    if at is not None:
        return symbol_at_line(snapshot, lines, at[1], int(at[2]))
    path = path_of(snapshot, words)
    module = snapshot.symbol(path) if path is not None else None
    return module or _by_name(snapshot, words)


def symbol_at_line(snapshot: "Snapshot", lines: Lines, path: str, line: int) -> Symbol:
    """The innermost symbol whose definition covers `line`; the module where there is none."""
    known = path_of(snapshot, path)
    if known is None:
        raise TargetError(f"{path} is not an indexed file: {_looked_for(snapshot)}")
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
    inside = relative(str(snapshot.index.root), str(Path(given).absolute()))
    for path in (inside, given.removeprefix("./")):
        if path is not None and snapshot.exists(path):
            return path
    return None


def _by_name(snapshot: "Snapshot", name: str) -> Symbol:
    found = snapshot.find(name)
    if len(found) == 1:
        return found[0]
    if not found:
        raise TargetError(f"No symbol is named {name!r}. {_near(name)}")
    shown = "\n".join(f"  {symbol.id}" for symbol in found[:_SHOWN_CANDIDATES])
    more = len(found) - _SHOWN_CANDIDATES
    rest = f"\n  … and {more} more" if more > 0 else ""
    raise TargetError(f"{len(found)} symbols are named {name!r}; write one of\n{shown}{rest}")


def _near(name: str) -> str:
    words = " ".join(re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)) or name
    return f"`flames search {words.lower()}` finds symbols by what they do."


def _looked_for(snapshot: "Snapshot") -> str:
    return f"paths are relative to {snapshot.index.root} or to the current folder."
