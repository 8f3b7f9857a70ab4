"""Who uses a symbol and what it uses, in groups and by distance.

groups   in which words each kind of edge is spoken of
around   the neighbours of a symbol, each by its best edge
"""

from flames_indexer.neighbours.around import (
    Direction,
    Near,
    Question,
    neighbours,
    seeds_of,
    usage_of,
)
from flames_indexer.neighbours.groups import GROUPS, KEYS, TESTS, Group, group_of, rank_of

__all__ = [
    "GROUPS",
    "KEYS",
    "TESTS",
    "Direction",
    "Group",
    "Near",
    "Question",
    "group_of",
    "neighbours",
    "rank_of",
    "seeds_of",
    "usage_of",
]
