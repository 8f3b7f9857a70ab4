"""The texts of a file's definitions, which are what is embedded."""

from typing import Final

from flames_indexer.embedding.identifiers import identifiers
from flames_indexer.facts import DefinitionFlag, DefinitionKind, FileFacts

_DOC_BYTES: Final = 600  # a docstring says what it is for in its first paragraph
_BODY_BYTES: Final = 6000  # the identifiers of longer functions repeat
_MAX_IDENTIFIERS: Final = 96
_MAX_NAMES: Final = 60  # of what a module defines; the tables of longer ones are alike
_TYPE: Final = int(DefinitionKind.TYPE)
_ABSTRACT: Final = int(DefinitionFlag.ABSTRACT)
_EMBEDDED: Final = frozenset(
    map(
        int,
        (
            *(DefinitionKind.MODULE, DefinitionKind.FUNCTION, DefinitionKind.CLASS),
            *(DefinitionKind.INTERFACE, DefinitionKind.ENUM, DefinitionKind.TYPE),
        ),
    )
)


def texts_of(source: bytes, facts: FileFacts) -> list[tuple[int, str]]:
    """(definition row, text) of the module and of everything named in it.

    A text is name, `(`, the names of parameters or of what the module defines, `)`, documentation,
    words of the body.
    """
    table, strings = facts.definitions, facts.strings
    names = _names_below(facts)
    found: list[tuple[int, str]] = []
    for row, (kind, name, flags) in enumerate(
        zip(table.kind, table.name, table.flags, strict=True)
    ):
        if kind not in _EMBEDDED or strings[name].startswith("<"):
            continue
        if kind == _TYPE and flags & _ABSTRACT:  # the type parameter of something
            continue
        head = f"{strings[table.qualname[row]]}({', '.join(names.get(row, ()))})"
        found.append((row, f"{head} {_doc(source, facts, row)} {_words(source, facts, row)}"))
    return found


def _names_below(facts: FileFacts) -> dict[int, list[str]]:
    """Of parameters by function, and of what the module defines."""
    table, strings = facts.definitions, facts.strings
    names: dict[int, list[str]] = {}
    for row, name in zip(facts.parameters.definition, facts.parameters.name, strict=True):
        names.setdefault(row, []).append(strings[name])
    own = names.setdefault(0, [])
    for row, (name, parent) in enumerate(zip(table.name, table.parent, strict=True)):
        if parent == 0 and len(own) < _MAX_NAMES and row:
            own.append(strings[name])
    return names


def _doc(source: bytes, facts: FileFacts, row: int) -> str:
    start, end = facts.definitions.doc_start[row], facts.definitions.doc_end[row]
    if start < 0:
        return ""
    return source[start : min(end, start + _DOC_BYTES)].decode(errors="replace")


def _words(source: bytes, facts: FileFacts, row: int) -> str:
    table = facts.definitions
    start, end = table.body_start[row], table.end[row]
    if start <= table.doc_start[row] < end:
        start = table.doc_end[row]
    start = max(start, 0)
    found = identifiers(source[start : min(end, start + _BODY_BYTES)], _MAX_IDENTIFIERS)
    return b" ".join(found).decode(errors="replace")
