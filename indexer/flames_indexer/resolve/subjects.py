"""Subjects: what a test is about, told by its name among the things that it reaches.

`test_parse_url_keeps_ports` is about `parse_url` if it uses it, `TestClient` about `Client`, the
file `test_urls` about the file `urls` that it imports. A test that is named after nothing it uses
is about nothing in particular: its calls say what it runs.
"""

import re
from bisect import bisect_left
from functools import lru_cache

from flames_indexer.model import Certainty, EdgeKind
from flames_indexer.resolve.rows import Rows
from flames_indexer.resolve.tables import File
from flames_indexer.roles import is_test

_TEST, _RESOLVED, _INFERRED = (
    int(EdgeKind.TEST),
    int(Certainty.RESOLVED),
    int(Certainty.INFERRED),
)
_USES = frozenset(
    (EdgeKind.CALL, EdgeKind.REFERENCE, EdgeKind.PROPERTY, EdgeKind.FIXTURE, EdgeKind.INHERIT)
)
_IMPORTS = frozenset((EdgeKind.IMPORT,))
_Reached = tuple[int, int, str, int]  # see `Rows.so_far`
_Named = dict[tuple[str, ...], tuple[str, int]]  # id and certainty by the words of a name
_AFFIXES = re.compile(r"^_?[Tt]ests?(?![a-z])_?|(?:_?[Tt]ests?(?:_?[Cc]ase)?|\.(?:test|spec))$")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_FEWEST_LETTERS = 3  # of a subject's name: `test_is_open` says nothing of `is`


def subject_edges(file: File, rows: Rows) -> None:
    """Adds what the tests of a test file are about. Comes last: the other edges tell."""
    if not is_test(file.path):
        return
    definitions = file.facts.definitions
    reached = rows.so_far()
    imported = _by_words(reached, _IMPORTS)
    _add(rows, 0, file.path.rpartition("/")[2].partition(".")[0], imported, modules=True)
    for row in range(1, len(definitions.parent)):
        name = file.name(row)
        if _AFFIXES.search(name) and (file.is_function(row) or file.is_class(row)):
            first = bisect_left(reached, (definitions.start[row],))
            end = bisect_left(reached, (definitions.end[row],))
            _add(rows, row, name, _by_words(reached[first:end], _USES))


def _by_words(reached: list[_Reached], kinds: frozenset[int]) -> _Named:
    """The targets of edges of some kinds, by the words of their last names; the surest first."""
    best = sorted({(certainty, target) for _, kind, target, certainty in reached if kind in kinds})
    found: _Named = {}
    for certainty, identity in best:
        words = _words_of(identity)
        if words:
            found.setdefault(words, (identity, certainty))
    return found


@lru_cache(maxsize=1 << 12)  # the tests of a file reach the same things again and again
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


def _add(
    rows: Rows,
    row: int,
    name: str,
    reached: _Named,
    *,
    modules: bool = False,
) -> None:
    words = _words(_AFFIXES.sub("", name))
    for count in range(len(words), 0, -1):
        found = reached.get(words[:count])
        if found is None or modules is ("::" in found[0]):
            continue
        certainty = max(found[1], _RESOLVED if count == len(words) else _INFERRED)
        definitions = rows.file.facts.definitions
        start, end = definitions.name_start[row], definitions.name_end[row]
        rows.add(row, found[0], _TEST, certainty, start, end)
        return


def _words(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORDS.findall(name))
