"""Which role is meant: words to a group, with other words, plurals and slips of the keyboard."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np

from flames_indexer.patterns.groups import Group
from flames_indexer.patterns.known import KNOWN, KnownRole
from flames_indexer.search.words import stem

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_IDLE = frozenset(("a", "an", "the", "of", "or", "in", "with", "to", "how", "do", "we", "new"))
_SLIP = 0.8  # of letters in common, from which one word is another one misspelled
_MEANT = 0.6  # of the words; below it, another question
_NEAR = 0.55  # cosine; below it the model's nearest name is chance


def meant(words: str, groups: Sequence[Group]) -> Group | KnownRole | None:
    """The group that the words ask for; a role that has no member here; None: neither."""
    asked = _stems(words)
    if not asked:
        return None
    here = {group.role.name for group in groups if group.role is not None}
    absent = [role for role in KNOWN if role.name not in here]
    ranked = [(_likeness(asked, _names(one)), one) for one in (*groups, *absent)]
    score, best = max(ranked, key=lambda pair: pair[0], default=(0.0, None))
    return best if score >= _MEANT else _nearest(words, groups)


def listed(words: str, groups: Sequence[Group]) -> Group | None:
    """The group of exactly that name."""
    return next((group for group in groups if group.name.lower() == words.strip().lower()), None)


def _names(one: Group | KnownRole) -> tuple[str, ...]:
    role = one.role if isinstance(one, Group) else one
    return (one.name, *(role.words if role is not None else ()))


def _stems(text: str) -> list[str]:
    words = (word.lower() for word in _WORD.findall(text))
    return [stem(word) for word in words if word not in _IDLE]


def _likeness(asked: list[str], names: Sequence[str]) -> float:
    """Of the best name: how many of its words are asked for, and of those asked how many it has.

    Earlier names win ties: a role's own name before what else it is called.
    """
    best = 0.0
    for place, name in enumerate(names):
        own = _stems(name)
        found = sum(max((_alike(word, other) for other in own), default=0.0) for word in asked)
        if own:
            best = max(best, 2 * found / (len(asked) + len(own)) - 0.01 * (place > 0))
    return best


def _alike(word: str, other: str) -> float:
    if word == other:
        return 1.0
    ratio = SequenceMatcher(None, word, other).ratio()
    return 0.9 * ratio if ratio >= _SLIP else 0.0


def _nearest(words: str, groups: Sequence[Group]) -> Group | None:
    """The group whose name is nearest in meaning."""
    from flames_indexer.embedding.static import StaticModel

    named = [(name, group) for group in groups for name in _names(group)]
    if not named:
        return None
    vectors = StaticModel().encode([words, *(name for name, _ in named)])
    cosines = vectors[1:] @ vectors[0]
    best = int(np.argmax(cosines))
    return named[best][1] if cosines[best] >= _NEAR else None
