"""What a parameter is called that stands for a value in which two functions differ."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from flames_indexer.fixes.bodies import Body, Node, bare, is_text, named_parts, parts

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_PLAIN = re.compile(r"[^\W\d][\w$.]*")
_LAST = re.compile(r"(?:^|\.)([\w$]+)$|(?:^|\[)(?:\"([^\"]+)\"|'([^']+)')\]?$")
_MOST_WORDS = 3  # of a key that is text
_CALLED = ("function", "constructor")  # fields of a call


@dataclass(frozen=True, slots=True)
class Name:
    """`is_telling`: it says what the value is for, not only of what kind it is."""

    text: str
    is_telling: bool


def words(name: str) -> list[str]:
    """Of a name, in lower case; numbers say nothing."""
    return [word.lower() for word in _WORD.findall(name) if not word.isdigit()]


def shared_words(one: str, other: str) -> list[str]:
    """Those of a name that another one has too, in order."""
    theirs = words(other)
    return [word for word in words(one) if word in theirs]


def name_of(body: Body, node: Node, texts: tuple[str, str], asked: Callable[[Node], str]) -> Name:
    """Of what stands at `node`, where the two write `texts`; `asked`: the parameter that an
    argument is for, "" where that is not known.

    What it is passed or stored as says most, then the words that both have, then what it is
    compared with.
    """
    joined = body.conventions.joined
    key = _key(body, node) or words(asked(node))
    if key:
        return Name(joined(key), is_telling=True)
    plain = all(_PLAIN.fullmatch(text) for text in texts)
    shared = shared_words(*(text.rpartition(".")[2] for text in texts)) if plain else []
    found = shared or _beside(body, node)
    return Name(joined(found), True) if found else Name(_kind(body, node), False)


def _key(body: Body, node: Node) -> list[str]:
    """The words of what it is passed as, stored to, or listed under."""
    above, kinds = node.parent, body.conventions
    named = _named_by(body, node, above) if above is not None else None
    if above is None or named is None or named.start_byte == node.start_byte:
        return []
    if above.type in kinds.storing and named.type not in kinds.members:
        return []
    last = _LAST.search(body.text(named))
    found = words(next(filter(None, last.groups()))) if last is not None else []
    return found if len(found) <= _MOST_WORDS else []


def _named_by(body: Body, node: Node, above: Node) -> Node | None:
    if above.type not in body.conventions.rows:
        field = body.conventions.keys.get(above.type)
        return above.child_by_field_name(field) if field else None
    listed = [part for part in parts(above) if part.is_named]
    return listed[0] if listed[1:] == [node] and is_text(body, listed[0]) else None


def _beside(body: Body, node: Node) -> list[str]:
    """The last name of the other side of a comparison."""
    above, kinds = node.parent, body.conventions
    if above is None or above.type not in kinds.comparing:
        return []
    others = [part for part in parts(above) if part.is_named and part != node]
    if len(others) != 1 or bare(body, others[0]).type not in kinds.members:
        return []
    last = body.text(others[0]).rpartition(".")[2]
    return words(last) if last.isidentifier() else []


def _kind(body: Body, node: Node) -> str:
    above = node.parent
    field = next((n for n, part in named_parts(above) if part == node), "") if above else ""
    if field in _CALLED:
        return "function"
    if node.type in body.conventions.fragments:
        return "text"
    return body.conventions.kinds.get(node.type, ("value", ""))[0]
