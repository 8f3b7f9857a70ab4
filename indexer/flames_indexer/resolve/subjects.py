"""Subjects: what a test is about, told by its name among the things that it reaches.

`test_parse_url_keeps_ports` is about `parse_url` if it uses it, `TestClient` about `Client`, the
file `test_urls` about the file `urls` that it imports. A test that is named after nothing it uses
is about nothing in particular: its calls say what it runs.
"""

import re
from functools import lru_cache
from typing import Final

from flames_indexer.model import Certainty, EdgeKind
from flames_indexer.resolve.rows import Rows
from flames_indexer.resolve.tables import File
from flames_indexer.roles import is_test

_TEST: Final = int(EdgeKind.TEST)
_RESOLVED: Final = int(Certainty.RESOLVED)
_INFERRED: Final = int(Certainty.INFERRED)
_USES: Final = frozenset(
    (EdgeKind.CALL, EdgeKind.REFERENCE, EdgeKind.PROPERTY, EdgeKind.FIXTURE, EdgeKind.INHERIT)
)
_IMPORTS: Final = frozenset((EdgeKind.IMPORT,))
_TOLD: Final = frozenset(map(int, _USES | _IMPORTS))
_Reached = tuple[int, int, str, int]  # see `Rows.so_far`
_Named = dict[tuple[str, ...], list[_Reached]]  # by the words of a target's last name
_AFFIXES: Final = re.compile(
    r"^_?[Tt]ests?(?![a-z])_?|(?:_?[Tt]ests?(?:_?[Cc]ase)?|\.(?:test|spec))$"
)
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_FEWEST_LETTERS: Final = 3  # of a subject's name: `test_is_open` says nothing of `is`


def subject_edges(file: File, rows: Rows) -> None:
    """Adds what the tests of a test file are about. Comes last: the other edges tell."""
    if not is_test(file.path):
        return
    definitions = file.facts.definitions
    named = _by_words(rows.so_far())
    _add(rows, 0, file.path.rpartition("/")[2].partition(".")[0], named)
    for row in range(1, len(definitions.parent)):
        name = file.name(row)
        if _AFFIXES.search(name) and (file.is_function(row) or file.is_class(row)):
            _add(rows, row, name, named)


def _by_words(reached: list[_Reached]) -> _Named:
    found: _Named = {}
    known: dict[str, tuple[str, ...]] = {}
    for one in reached:
        if one[1] in _TOLD:
            words = known.get(one[2])
            if words is None:
                words = known[one[2]] = _words_of(one[2])
            if words:
                found.setdefault(words, []).append(one)
    return found


@lru_cache(maxsize=1 << 12)  # the test files of a folder reach the same things
def _words_of(identity: str) -> tuple[str, ...]:
    """The words of a target's last name; none where it is no subject: too short, of the outside,
    or made for tests itself."""
    path, inside, name = identity.partition("::")
    if identity.startswith("ext:") or is_test(path):
        return ()
    if not inside:
        name = path.rpartition("/")[2].partition(".")[0]
    words = _words(name.rpartition(".")[2])
    return words if sum(map(len, words)) >= _FEWEST_LETTERS else ()


def _add(rows: Rows, row: int, name: str, named: _Named) -> None:
    """Adds what definition `row` is about: a file is about one that it imports, what is defined in
    it about something else that it uses itself; the surest of those with as many words in common.
    """
    definitions = rows.file.facts.definitions
    first, end = definitions.start[row], definitions.end[row]
    kinds = _USES if row else _IMPORTS
    words = _words(_AFFIXES.sub("", name))
    for count in range(len(words), 0, -1):
        about = [
            (certainty, identity)
            for start, kind, identity, certainty in named.get(words[:count], ())
            if kind in kinds and (not row or first <= start < end)
        ]
        if not about:
            continue
        certainty, identity = min(about)
        if ("::" in identity) is (row == 0):
            continue
        certainty = max(certainty, _RESOLVED if count == len(words) else _INFERRED)
        start, end = definitions.name_start[row], definitions.name_end[row]
        rows.add(row, identity, _TEST, certainty, start, end)
        return


def _words(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORDS.findall(name))
