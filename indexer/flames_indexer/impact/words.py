"""Names as they are written in a file, and as a module may be called in an import."""

from collections.abc import Collection, Iterator, Mapping

import numpy as np

from flames_indexer.facts import ExpressionKind, FileFacts, ImportFlag

NAMES = (ExpressionKind.NAME, ExpressionKind.MEMBER)


def words_of(path: str) -> set[str]:
    """How a module may be called in an import: its last folders and its stem."""
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    return {stem, folder.rpartition("/")[2]} if stem in ("__init__", "index") else {stem}


def ends_in(text: str, words: Collection[str]) -> bool:
    """Whether the last part of a dotted name or path is one of the words."""
    folder, slash, name = text.rpartition("/")
    if slash and not name.startswith("."):  # a path: its suffix may be written
        text = folder + slash + name.partition(".")[0]
    return any(
        text.endswith(word) and (len(text) == len(word) or text[-len(word) - 1] in "./")
        for word in words
    )


def occurrences(facts: FileFacts, rows: Collection[int]) -> Iterator[int]:
    """Where names and imports stand whose text is one of those string rows."""
    imports = facts.imports
    for row, _ in named(facts, rows):
        yield facts.expressions.start[row]
    for module, name, start in zip(imports.module, imports.name, imports.start, strict=True):
        if name in rows or module in rows:
            yield start


def named(facts: FileFacts, rows: Collection[int]) -> Iterator[tuple[int, int]]:
    """(expression row, string row) of names and members whose text is one of those strings."""
    table = facts.expressions
    kinds, wanted = np.frombuffer(table.kind, np.int32), list(rows)
    for kind, column in ((ExpressionKind.NAME, table.a), (ExpressionKind.MEMBER, table.b)):
        names = np.frombuffer(column, np.int32)
        found = np.flatnonzero((kinds == kind) & np.isin(names, wanted))
        yield from zip(found.tolist(), names[found].tolist(), strict=True)


def scope_name(facts: FileFacts, row: int) -> str:
    """The qualified name of what an expression stands in."""
    return facts.strings[facts.definitions.qualname[row]]


def once_called(name: str, renamed: Mapping[str, str]) -> str:
    """The old qualified name; `renamed` is from new ones to old ones."""
    for new, old in renamed.items():
        if name == new or name.startswith(new + "."):
            return old + name[len(new) :]
    return name


def is_fallback(facts: FileFacts, start: int) -> bool:
    """Whether an import that starts there is guarded by `except ImportError` or the like."""
    return any(
        start == at and flags & ImportFlag.FALLBACK
        for at, flags in zip(facts.imports.start, facts.imports.flags, strict=True)
    )
