"""What a function says beside what it does: its name, its parameters and its words."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flames_indexer.embedding.identifiers import identifiers
from flames_indexer.embedding.static import StaticModel
from flames_indexer.facts import DefinitionFlag, FileFacts
from flames_indexer.similarity.candidates import Function

Row = NDArray[np.float32]

_DOC_BYTES: Final = 600  # a first paragraph says what it is for
_BODY_BYTES: Final = 6_000
_OBJECTS: Final = frozenset(("self", "cls", "this"))


@dataclass(frozen=True, slots=True)
class Profile:
    """`float32[256]` rows are unit, or zero where nothing is said."""

    text: str  # all that is said, as it is looked up
    name: Row
    said: Row  # name, parameters and documentation
    words: Row  # of the body
    parameters: int  # without the object it belongs to
    outermost: bool  # in no class and no function: whoever imports its module can call it
    private: bool


def profile_of(
    source: bytes, facts: FileFacts, function: Function, body: bytes, model: StaticModel
) -> Profile:
    """Of the function; `body` is its code without documentation."""
    table, strings, row = facts.definitions, facts.strings, function.row
    name = strings[table.name[row]]
    given = [
        strings[facts.parameters.name[at]]
        for at, of in enumerate(facts.parameters.definition)
        if of == row
    ]
    given = [parameter for parameter in given if parameter not in _OBJECTS]
    start, end = table.doc_start[row], table.doc_end[row]
    doc = source[start : min(end, start + _DOC_BYTES)] if start >= 0 else b""
    words = b" ".join(identifiers(body[:_BODY_BYTES])).decode(errors="replace")
    said = f"{name}({', '.join(given)}) {doc.decode(errors='replace')}"
    rows = model.encode((name, said, words))
    return Profile(
        f"{said} {words}",
        *(rows[0], rows[1], rows[2]),
        len(given),
        table.parent[row] == 0,
        name.startswith("_") or bool(table.flags[row] & DefinitionFlag.PRIVATE),
    )
