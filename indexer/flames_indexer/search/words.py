"""What a query asks for: its words, and which pieces of the vocabulary mean each."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flames_indexer.embedding.pieces import Pieces

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_NAME = re.compile(r"[\w$]+(?:(?:\.|::|#)[\w$]+)*(?:\(\))?")
_TOKEN = re.compile(r"[A-Za-z0-9_$]+")
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "e", "y")
_STOP = frozenset(
    (
        *("a", "an", "and", "are", "at", "be", "by", "can", "do", "does", "for", "from", "how"),
        *("i", "if", "in", "into", "is", "it", "its", "of", "on", "or", "that", "the", "their"),
        *("this", "to", "via", "what", "when", "where", "which", "with"),
    )
)
_SHORTEST = 4  # letters of a stem

Alternative = tuple[int, ...]
"""Pieces that a text must all hold."""


@dataclass(frozen=True, slots=True)
class Query:
    """`words`: for each word that tells something, the alternatives that mean it.

    `names`: the pieces of what is spelled like an identifier, and of the query that is one.
    """

    text: str
    words: tuple[tuple[Alternative, ...], ...]
    names: tuple[frozenset[int], ...]
    is_name: bool


def parts_of(name: str) -> list[str]:
    """The words of an identifier, or of a text, in lower case."""
    return [part.lower() for part in _WORD.findall(name)]


def stem(word: str) -> str:
    """What the forms of an English word have in common, roughly."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word


def stems_of(pieces: Sequence[str]) -> dict[str, list[int]]:
    """The pieces that are whole words, by stem."""
    found: dict[str, list[int]] = {}
    for number, piece in enumerate(pieces):
        if not piece.startswith(("##", "[")):
            found.setdefault(stem(piece), []).append(number)
    return found


def read(text: str, pieces: Pieces, by_stem: Mapping[str, Sequence[int]]) -> Query:
    """The query in a text; without words where it has none but articles and the like."""
    is_name = bool(_NAME.fullmatch(text.strip()))
    forms: dict[str, str] = {}
    names: list[frozenset[int]] = []
    for token in _TOKEN.findall(text):
        parts = parts_of(token)
        spelled = is_name or len(parts) > 1
        if spelled:
            names.append(frozenset(pieces.of_words(parts)))
        for part in parts:
            if spelled or part not in _STOP:
                forms.setdefault(stem(part), part)
    words = (_alternatives(form, pieces, by_stem) for form in forms.values())
    return Query(text, tuple(w for w in words if w), tuple(n for n in names if n), is_name)


def _alternatives(
    word: str, pieces: Pieces, by_stem: Mapping[str, Sequence[int]]
) -> tuple[Alternative, ...]:
    whole = [(number,) for number in by_stem.get(stem(word), ())]
    split = [tuple(pieces.of_words([form])) for form in (word, stem(word))]
    return tuple(dict.fromkeys([*whole, *(s for s in split if len(s) > 1 and not whole)]))
