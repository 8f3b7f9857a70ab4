"""Which files change together, told by the commits.

history    the commits, with files under the names they have now
partners   what usually changes with a change, and was not changed
kept       reads git's log once, keeps it in the cache, and asks only for what is new after that

Knows paths and commits, nothing of what is in a file.
"""

from flames_indexer.history.history import History
from flames_indexer.history.kept import MOST_COMMITS, Reading, history_of
from flames_indexer.history.partners import MOST_CHANGED, Partner, partners, together

__all__ = [
    "MOST_CHANGED",
    "MOST_COMMITS",
    "History",
    "Partner",
    "Reading",
    "history_of",
    "partners",
    "together",
]
