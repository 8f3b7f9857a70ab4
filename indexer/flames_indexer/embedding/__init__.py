"""Text -> unit vectors. Knows no repository: what a function's text is, and who encodes it.

The encoders are interchangeable behind `Embedder`; stored vectors are keyed by the encoder's
fingerprint, so changing the model never mixes spaces. Heavy libraries load in `transformer` only,
and only in the process that indexes.
"""

import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from flames_indexer import formats
from flames_indexer.config import Config
from flames_indexer.embedding.static import StaticModel
from flames_indexer.facts import DefinitionFlag, DefinitionKind, FileFacts

_IDENTIFIER = re.compile(rb"[A-Za-z_$][\w$]+")
_DOC_BYTES = 600  # a docstring says what it is for in its first paragraph
_BODY_BYTES = 6000  # the identifiers of longer functions repeat
_MAX_IDENTIFIERS = 96
_MAX_NAMES = 60  # of what a module defines; the tables of longer ones are alike
_EMBEDDED = frozenset(
    (
        *(DefinitionKind.MODULE, DefinitionKind.FUNCTION, DefinitionKind.CLASS),
        *(DefinitionKind.INTERFACE, DefinitionKind.ENUM, DefinitionKind.TYPE),
    )
)


class Embedder(Protocol):
    """Encodes texts. Equal fingerprints mean equal vectors for equal texts."""

    @property
    def name(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def dim(self) -> int: ...
    def encode(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """`float32[n, dim]`, unit rows; a text without any word is a row of zeros."""
        ...


class NoEmbedder:
    """`embedding.model = "none"`: vectors of no dimensions."""

    name = "none"
    fingerprint = "none"
    dim = 0

    def encode(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """`float32[n, 0]`."""
        return np.zeros((len(texts), 0), np.float32)


def load(config: Config) -> Embedder:
    """The encoder the machine's configuration names; EmbeddingError says why there is none."""
    match config.embedding.model:
        case "none":
            return NoEmbedder()
        case "static":
            return StaticModel()
        case model:
            from flames_indexer.embedding.transformer import Transformer

            return Transformer.load(model, config.embedding.device)


def vectors_version(embedder: Embedder) -> str:
    """What vectors and terms are stored under."""
    return f"{formats.TEXTS_VERSION}/{embedder.fingerprint}"


def texts(source: bytes, facts: FileFacts) -> list[tuple[int, str]]:
    """(definition row, text) of the module and of everything named in it.

    A text is name, `(`, the names of parameters or of what the module defines, `)`, documentation,
    words of the body.
    """
    table, strings = facts.definitions, facts.strings
    parameters: dict[int, list[str]] = {}
    for row, name in zip(facts.parameters.definition, facts.parameters.name, strict=True):
        parameters.setdefault(row, []).append(strings[name])
    for row, (name, parent) in enumerate(zip(table.name, table.parent, strict=True)):
        if parent == 0 and len(parameters.setdefault(0, [])) < _MAX_NAMES and row:
            parameters[0].append(strings[name])
    found: list[tuple[int, str]] = []
    for row, (kind, name) in enumerate(zip(table.kind, table.name, strict=True)):
        if kind in _EMBEDDED and not (strings[name].startswith("<") or _is_parameter(facts, row)):
            head = f"{strings[table.qualname[row]]}({', '.join(parameters.get(row, ()))})"
            found.append((row, f"{head} {_doc(source, facts, row)} {_words(source, facts, row)}"))
    return found


def _is_parameter(facts: FileFacts, row: int) -> bool:
    """Whether it is the type parameter of something."""
    table = facts.definitions
    return table.kind[row] == DefinitionKind.TYPE and bool(
        table.flags[row] & DefinitionFlag.ABSTRACT
    )


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
    found = dict.fromkeys(_IDENTIFIER.findall(source, max(start, 0), min(end, start + _BODY_BYTES)))
    return b" ".join(list(found)[:_MAX_IDENTIFIERS]).decode(errors="replace")
