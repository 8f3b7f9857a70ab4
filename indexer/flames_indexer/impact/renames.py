"""Which of the names that came are names that went: told by what the definitions say."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flames_indexer.impact.changes import State

_TOKEN = re.compile(rb"\w+|[^\w\s]")
ALIKE = 0.6
"""Of the pairs of neighbouring tokens. git calls a file renamed from half of its lines on; names
are shorter and more alike than files."""


def renames(
    old: "State", gone: Sequence[str], new: "State", coming: Sequence[str]
) -> dict[str, str]:
    """Gone name -> its new one. Only pairs of which each is the other's best."""
    if not gone or not coming:
        return {}
    went = {name: pairs(old.text(name), name) for name in gone}
    came = {name: pairs(new.text(name), name) for name in coming}
    scores = {
        (a, b): likeness(went[a], came[b])
        for a in gone
        for b in coming
        if old.contracts[a].contract.is_type == new.contracts[b].contract.is_type
        and a.count(".") == b.count(".")
    }
    found: dict[str, str] = {}
    for (a, b), score in sorted(scores.items(), key=lambda item: -item[1]):
        if score < ALIKE or a in found or b in found.values():
            continue
        rivals = (s for (x, y), s in scores.items() if (x == a) != (y == b))
        if all(other < score for other in rivals):
            found[a] = b
    return found


def pairs(text: bytes, name: str) -> Counter[tuple[bytes, bytes]]:
    """Neighbouring tokens of a definition, its own name blanked."""
    own = name.rpartition(".")[2].encode()
    tokens = [b"" if token == own else token for token in _TOKEN.findall(text)]
    return Counter(pairwise(tokens))


def likeness(a: Counter[tuple[bytes, bytes]], b: Counter[tuple[bytes, bytes]]) -> float:
    """The share of pairs that two texts have in common (Dice), 0 to 1."""
    both = a.total() + b.total()
    return 2 * (a & b).total() / both if both else 0.0
