"""Why the result of a call no longer fits what is done with it."""

from flames_indexer.impact.contract import Contract
from flames_indexer.impact.results import Gives
from flames_indexer.impact.shapes import Fate


def misuse(before: Contract, now: Contract, fate: Fate) -> str | None:
    """Why the result no longer fits what is done with it; None: it does."""
    was, gives = before.gives_beside(now), now.gives_beside(before)
    if was is not gives and gives is Gives.GENERATOR:
        if before.is_async and fate is Fate.AWAITED:
            return "awaits it, and it is a generator now"
        return {
            Fate.DROPPED: "does not iterate over it, and it is a generator now",
            Fate.USED: "uses its result, and that is a generator now",
            Fate.KEPT: "passes its result on",
        }.get(fate)
    if before.is_async != now.is_async:
        return _awaiting(now, fate)
    if was is gives or Gives.UNKNOWN in (was, gives):
        return None
    if gives is Gives.NOTHING:
        if fate in (Fate.USED, Fate.ITERATED):
            return "uses its result, and it returns nothing now"
        return "passes its result on" if fate is Fate.KEPT else None
    if was is Gives.VALUE and gives is Gives.MAYBE and fate is Fate.USED:
        return "uses its result, and that may be nothing now"
    return None


def _awaiting(now: Contract, fate: Fate) -> str | None:
    if now.is_async:
        return None if fate is Fate.AWAITED else "does not await it"
    return "awaits it, and it is not async any more" if fate is Fate.AWAITED else None
