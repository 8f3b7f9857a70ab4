"""History: the commits of a repository, each file under its present name."""

import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence

from flames_indexer.git import Commit

MOST_FILES = 30  # of a commit; what changes more (formatting, a licence, a move) links nothing


class History:
    """Commits by number, the latest first. Never changes; about 300 bytes a commit."""

    def __init__(self, commits: Iterable[Commit]) -> None:
        self.ids: list[str] = []
        self._files: list[tuple[str, ...]] = []
        self._changes: dict[str, array[int]] = {}
        now: dict[str, str] = {}  # an earlier name -> the present one
        for commit in commits:
            files = tuple(dict.fromkeys(now.get(path, path) for path in map(_nfc, commit.paths)))
            self.ids.append(commit.id)
            self._files.append(files if len(files) <= MOST_FILES else ())
            for path in self._files[-1]:
                self._changes.setdefault(path, array("i")).append(len(self.ids) - 1)
            for old, new in commit.renamed:
                now[_nfc(old)] = now.pop(_nfc(new), _nfc(new))

    def __len__(self) -> int:
        return len(self.ids)

    def files(self, commit: int) -> Sequence[str]:
        """What it changed; nothing for one that changed very many files."""
        return self._files[commit]

    def changes(self, path: str, but_in: Collection[int], limit: int) -> Sequence[int]:
        """The latest commits that changed a file, at most `limit`."""
        every = self._changes.get(path, _NONE)
        if not but_in:
            return every[:limit]
        return [number for number in every[: limit + len(but_in)] if number not in but_in][:limit]

    def share(self, path: str, first: int, end: int) -> float:
        """The share of the commits `first` to `end` that changed a file."""
        every = self._changes.get(path, _NONE)
        return (bisect_left(every, end) - bisect_left(every, first)) / max(1, end - first)

    def numbers(self, ids: Collection[str]) -> frozenset[int]:
        """Of those commits that are in it."""
        wanted = frozenset(ids)
        return frozenset(n for n, one in enumerate(self.ids) if one in wanted) if wanted else _NO


_NONE = array("i")
_NO = frozenset[int]()


def _nfc(path: str) -> str:
    return path if path.isascii() else unicodedata.normalize("NFC", path)
