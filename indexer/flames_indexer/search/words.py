"""What a query asks for: its words, and which pieces of the vocabulary mean each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flames_indexer.embedding.pieces import Pieces

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_NAME = re.compile(r"[\w$]+(?:(?:\.|::|#)[\w$]+)*(?:\(\))?")
_TOKEN = re.compile(r"[A-Za-z0-9_$]+")
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ed", "es", "s", "e", "y")
_STOP = frozenset(
    (
        *("a", "an", "and", "are", "at", "be", "by", "can", "do", "does", "for", "from", "how"),
        *("i", "if", "in", "into", "is", "it", "its", "of", "on", "or", "that", "the", "their"),
        *("this", "to", "via", "what", "when", "where", "which", "with"),
    )
)
_SHORTEST = 4  # letters of a stem
_SHORTEST_PART = 3  # letters of what two words were joined of

Alternative = tuple[int, ...]
"""Pieces that a text must all hold."""


class Word(NamedTuple):
    """What means a word."""

    anywhere: tuple[Alternative, ...]
    joined: tuple[Alternative, ...]  # of two words: only within one name, where they are neighbours


@dataclass(frozen=True, slots=True)
class Query:
    """`words`: each word that tells something.

    `names`: the pieces of what is spelled like an identifier, and of the query that is one.
    """

    text: str
    words: tuple[Word, ...]
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
    together: dict[str, list[int]] = {}
    before = ""
    names: list[frozenset[int]] = []
    for token in _TOKEN.findall(text):
        parts = parts_of(token)
        spelled = is_name or len(parts) > 1
        if spelled:
            names.append(frozenset(pieces.of_words(parts)))
        for part in parts:
            if spelled or part not in _STOP:
                forms.setdefault(stem(part), part)
                for one in by_stem.get(stem(before + part), ()) if before else ():
                    together.setdefault(stem(before), []).append(one)
                    together.setdefault(stem(part), []).append(one)
            before = part
    words: list[Word] = []
    for own, form in forms.items():
        anywhere = _alternatives(form, pieces, by_stem)
        both = tuple((number,) for number in together.get(own, ()))
        joined = tuple(_joined(form, by_stem))
        if anywhere or both or joined:
            words.append(Word(tuple(dict.fromkeys(anywhere + both)), joined))
    return Query(text, tuple(words), tuple(n for n in names if n), is_name)


def _joined(word: str, by_stem: Mapping[str, Sequence[int]]) -> Iterator[Alternative]:
    """The ways to read a word as two, as `MultiPart` for "multipart"."""
    for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        for first in by_stem.get(word[:at], ()):
            for second in by_stem.get(stem(word[at:]), ()):
                yield first, second


def _alternatives(
    word: str, pieces: Pieces, by_stem: Mapping[str, Sequence[int]]
) -> tuple[Alternative, ...]:
    whole = [(number,) for number in by_stem.get(stem(word), ())]
    split = [tuple(pieces.of_words([form])) for form in (word, stem(word))]
    return tuple(dict.fromkeys([*whole, *(s for s in split if len(s) > 1 and not whole)]))
