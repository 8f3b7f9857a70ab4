"""What usually changes together with the files of a change.

How strong a link is: of the last changes of the one file, the share that changed the other too, the
latest and the smallest commits counting most, and the same the other way round; their geometric
mean, less how often the other changes anyway, so that a changelog is nobody's partner. A change of
several files has a partner when all of them have it: the strengths are averaged. (Association rules
over transactions: Zimmermann et al., *Mining Version Histories to Guide Software Changes*, 2005;
asking all changed files: Rolfsnes et al., *Generalizing the Analysis of Evolutionary Coupling*,
2016.) The constants were chosen on flask, click, celery, networkx, redux and express, where they
hardly matter within a factor of two.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from flames_indexer.history.history import History

MOST_CHANGED = 10  # files; who changes more is not helped by the name of another one
_LOOKED_AT = 30  # changes of a file
_HALF_AFTER = 16  # changes: one so old counts half
_FEWEST_CHANGES = 4  # below, a share says nothing
_FEWEST_SHARED = 3
_DOUBT = 1.0  # changes without the other that are taken to have been before the first
_WINDOW = 50  # commits, at least, over which it is counted how often a file changes anyway


@dataclass(frozen=True, slots=True)
class Partner:
    """`path` changed in `shared` of the last `of` changes of `changed`; `commits` are those, the
    latest first. `strength` is 0 to 1 and speaks for the whole change."""

    path: str
    changed: str
    strength: float
    shared: int
    of: int
    commits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Link:
    strength: float
    shared: tuple[int, ...]
    of: int


def partners(
    history: History,
    changed: Collection[str],
    counts: Callable[[str], bool],
    told_of: Collection[str],
    but_in: Collection[int] = (),
) -> list[Partner]:
    """What usually changes with `changed` and is not in it, the strongest first.

    Only files that `counts` accepts are partners or are asked for theirs; one of `told_of` must
    be linked, and is named. `but_in`: commits that are a part of the change.
    """
    asked = [path for path in sorted(changed) if counts(path)]
    links = {path: found for path in asked if (found := _links(history, path, but_in)) is not None}
    told: list[Partner] = []
    for other in sorted({other for of_one in links.values() for other in of_one}):
        if other in changed or not counts(other):
            continue
        own = {path: of_one[other] for path, of_one in links.items() if other in of_one}
        named = [path for path in own if path in told_of]
        if not named:
            continue
        best = max(named, key=lambda path: own[path].strength)
        strength = sum(link.strength for link in own.values()) / len(links)
        link = own[best]
        commits = tuple(history.ids[number] for number in link.shared)
        told.append(Partner(other, best, strength, len(link.shared), link.of, commits))
    return sorted(told, key=lambda partner: (-partner.strength, partner.path))


def together(
    history: History, one: str, other: str, but_in: Collection[int] = ()
) -> tuple[float, int, int]:
    """How strongly two files are linked (0: not at all), and in how many of the last changes of the
    first the second changed too."""
    mine = history.changes(one, but_in, _LOOKED_AT)
    shared = [number for number in mine if other in history.files(number)]
    if not shared:
        return 0.0, 0, len(mine)
    return max(0.0, _strength(history, (one, other), mine, but_in)), len(shared), len(mine)


def _links(history: History, path: str, but_in: Collection[int]) -> dict[str, _Link] | None:
    """Of a file to all that changed with it often enough; None for one that hardly ever changed."""
    mine = history.changes(path, but_in, _LOOKED_AT)
    if len(mine) < _FEWEST_CHANGES:
        return None
    shared: dict[str, list[int]] = {}
    for number in mine:
        for other in history.files(number):
            shared.setdefault(other, []).append(number)
    return {
        other: _Link(_strength(history, (path, other), mine, but_in), tuple(numbers), len(mine))
        for other, numbers in shared.items()
        if len(numbers) >= _FEWEST_SHARED and other != path
    }


def _strength(
    history: History, pair: tuple[str, str], mine: Sequence[int], but_in: Collection[int]
) -> float:
    one, other = pair
    back = history.changes(other, but_in, _LOOKED_AT)
    forth = _share_with(history, mine, other)
    window = max(mine[-1] - mine[0] + 1, _WINDOW)
    anyway = history.share(other, mine[0], mine[0] + window)
    return (forth * _share_with(history, back, one)) ** 0.5 - anyway


def _share_with(history: History, changes: Sequence[int], other: str) -> float:
    """The weighted share of some changes that changed `other` too."""
    every, both = _DOUBT, 0.0
    for rank, number in enumerate(changes):
        files = history.files(number)
        weight = 0.5 ** (rank / _HALF_AFTER) / max(1, len(files) - 1) ** 0.5
        every += weight
        both += weight if other in files else 0.0
    return both / every
