"""A function's body as four bags of features, made when it is compared, never stored.

    raw     token 1- to 3-grams
    api     token 1- to 4-grams with locals blinded and API names kept
    words   subtokens of identifiers and strings
    syntax  paths of up to three syntax node kinds, and each node with its first children

No bag is best alone: raw finds old versions of one function, api survives renaming, syntax survives
both a little, words find another hand's version. About 0.5 ms a function.
"""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from flames_indexer.languages import language_named
from flames_indexer.similarity.tokens import KEYWORDS, U64, ngrams, tokenize

VIEWS: Final = ("raw", "api", "words", "syntax")
MAX_BYTES: Final = 40_000
"""A longer function is compared by its beginning: nothing so long is a copy to be replaced."""

_MAX_NODES: Final = 6_000
_SUBTOKEN: Final = re.compile(rb"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_CALL: Final = re.compile(rb"([A-Za-z_$][\w$]*)\(")
_STRING: Final = re.compile(rb"'([^'\\\n]{3,80})'|\"([^\"\\\n]{3,80})\"")
_MOST_STRINGS: Final = 60  # of one function; more are a table
_STEPS: Final = ("_statement", "_clause", "_declaration", "_definition")
_OPERATING: Final = ("operator", "expression", "assignment")


@dataclass(frozen=True, slots=True)
class Bag:
    """Distinct features, ascending, and 1 + log of how often each occurs."""

    features: U64
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Views:
    """`calls`: names called, as written, without keywords. `strings`: of 3 to 80 letters.
    `steps`: statements and clauses."""

    bags: tuple[Bag, Bag, Bag, Bag]  # in the order of VIEWS
    calls: frozenset[str]
    strings: frozenset[bytes]
    steps: int


def views_of(code: bytes, language: str) -> Views:
    """The views of one function's body."""
    code = code[:MAX_BYTES]
    paths, steps = _syntax(code, language)
    tokens = tokenize(code, language_named(language).comment)
    bags = (
        _bag(np.concatenate([ngrams(tokens.raw, n) for n in (1, 2, 3)])),
        _bag(np.concatenate([ngrams(tokens.blind, n) for n in (1, 2, 3, 4)])),
        _counted(_subtokens(code)),
        _counted(paths),
    )
    called = {name.decode(errors="replace") for name in _CALL.findall(code) if name not in KEYWORDS}
    held = [a or b for a, b in _STRING.findall(code)]
    return Views(bags, frozenset(called), frozenset(held[:_MOST_STRINGS]), steps)


def _bag(features: U64) -> Bag:
    distinct, counts = np.unique(features, return_counts=True)
    return Bag(distinct, (1 + np.log(counts)).astype(np.float32))


def _counted(features: Iterable[int]) -> Bag:
    return _bag(np.fromiter((f & 0xFFFFFFFFFFFFFFFF for f in features), np.uint64))


def _subtokens(code: bytes) -> list[int]:
    known = _lower_keywords()
    parts = (part.lower() for part in _SUBTOKEN.findall(code))
    return [zlib.crc32(part) for part in parts if len(part) > 1 and part not in known]


@cache
def _lower_keywords() -> frozenset[bytes]:
    return frozenset(word.lower() for word in KEYWORDS)


class _Node(Protocol):
    """What is used of a syntax node."""

    kind_id: int
    type: str
    is_extra: bool
    is_named: bool
    named_children: "list[_Node]"
    children: "list[_Node]"


def _syntax(code: bytes, language: str) -> tuple[list[int], int]:
    """Features of all paths, and how many of the nodes are statements or clauses."""
    root = cast("_Node", language_named(language).grammar().parse(code).root_node)
    found: list[int] = []
    steps = 0
    kinds = _Kinds()
    todo: list[tuple[_Node, int, int]] = [(root, 0, 0)]
    while todo and len(found) < 4 * _MAX_NODES:
        node, grand, parent = todo.pop()
        kind, is_step = kinds.label(node)
        steps += is_step
        found += (hash((1, kind)), hash((2, parent, kind)), hash((3, grand, parent, kind)))
        children = [child for child in node.named_children if not child.is_extra]
        if len(children) > 1:
            found.append(hash((4, kind, *(child.kind_id for child in children[:4]))))
        todo += ((child, parent, kind) for child in children)
    return found, steps


class _Kinds:
    """Labels nodes by kind, and by the operator where they have one."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[bool, bool]] = {}

    def label(self, node: _Node) -> tuple[int, bool]:
        """Its label, and whether it is a statement or clause."""
        kind = node.kind_id
        known = self._known.get(kind)
        if known is None:
            name = node.type
            operating = any(part in name for part in _OPERATING) and "statement" not in name
            known = self._known[kind] = operating, name.endswith(_STEPS)
        if not known[0]:
            return kind, known[1]
        return hash((kind, *(c.kind_id for c in node.children if not c.is_named))), known[1]
