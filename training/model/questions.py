"""What people ask and write about code: first paragraphs, words typed into a search, comments."""

import random
import re
from collections.abc import Iterator

from model.decontaminate import subtokens

NO_QUESTION = re.compile(
    r"(eslint|TODO|FIXME|@|istanbul|jshint|Copyright|noqa|type:|licen[cs]e|prettier|ts-)", re.I
)
_ROLE = re.compile(r":\w+:`~?\.?([^`]*)`")
_SENTENCE = re.compile(r"(?<=[a-z)\]])[.:;] |, (?:which|so|but) ")
_NOTE = re.compile(r"^\s*(?:#|//)+\s*([^\s#/!].*)$")
_MOST_BELOW = 8  # lines a comment speaks of
_FILLING = frozenset(
    (
        *("a", "an", "the", "this", "that", "given", "of", "is", "are"),
        *("be", "it", "its", "for", "if", "as", "with", "by"),
    )
)
_CALLED = {
    "python": ("python", "python", "python3"),
    "javascript": ("javascript", "js", "node"),
    "typescript": ("typescript", "javascript", "ts"),
    "go": ("go", "golang"),
    "java": ("java",),
    "rs": ("rust",),
}


def question_of(doc: str) -> str:
    """The first paragraph, on one line."""
    return " ".join(_ROLE.sub(r"\1", doc.strip().split("\n\n")[0]).split())


def asked_of(question: str, language: str, chance: random.Random) -> list[str]:
    """Three to eight words of a sentence, perhaps with what people put before and behind it."""
    words = subtokens(_SENTENCE.split(question, maxsplit=1)[0])
    if words and words[0] in ("return", "returns"):
        words[0] = "get"
    if chance.random() < 0.5:
        words = [word for word in words if word not in _FILLING]
    words = words[: chance.randint(3, 8)]
    if chance.random() < 0.3:
        words = ["how", "to", *words]
    called = _CALLED.get(language)
    if called is not None and chance.random() < 0.5:
        tongue = chance.choice(called)
        return [tongue, *words] if chance.random() < 0.5 else [*words, "in", tongue]
    return words


def notes_in(code: str) -> Iterator[tuple[str, str]]:
    """(comment, the lines below it up to the next comment or empty line)."""
    lines = code.split("\n")
    at = 0
    while at < len(lines):
        said: list[str] = []
        while at < len(lines) and (note := _NOTE.match(lines[at])):
            said.append(note[1])
            at += 1
        start = at
        while said and at < len(lines) and lines[at].strip() and not _NOTE.match(lines[at]):
            at += 1
        text = " ".join(said)
        if len(text.split()) >= 3 and text.isascii() and not NO_QUESTION.match(text):
            yield text, "\n".join(lines[start : min(at, start + _MOST_BELOW)])
        at += not said
