"""Seeded choices of what to edit and how."""

import random
from collections.abc import Iterator, Mapping

from mutating.definitions import Definition, Edit, Made

CONSTRUCTORS = ("__init__", "constructor")
_NOT_OF_CONSTRUCTORS = (
    *("rename", "to property", "to async", "delete", "return nothing", "to static, Python"),
    *("to static", "add abstract"),
)


def edits(
    found: list[Definition], kinds: Mapping[str, Made], count: int, seed: int
) -> Iterator[Edit]:
    """At most `count`, spread evenly over the kinds."""
    chance = random.Random(seed)
    each = max(1, count // len(kinds))
    for kind, make in kinds.items():
        done = 0
        for d in chance.sample(found, len(found)):
            if done >= each:
                break
            if d.word in CONSTRUCTORS and kind in _NOT_OF_CONSTRUCTORS:
                continue
            made = make(d)
            if made:
                done += 1
                yield Edit(kind, d.path, d.name, made if isinstance(made, dict) else {d.path: made})
