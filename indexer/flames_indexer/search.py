"""`search`: words -> the symbols they most likely mean.

    read      every file once for the words: how often each stands in it
    rank      the best files' symbols by BM25 over their own lines, names counting more
    fuse      with the vectors' cosines, as z-scores (ranks lose what the scores say)
    weigh     by what the file is for and how much the symbol is used

No index of words is kept: reading 18 MB for a handful of words takes a tenth of a second.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from flames_indexer.embedding import Embedder
from flames_indexer.embedding.static import HashedSubtokens
from flames_indexer.facts import DefinitionKind
from flames_indexer.model import Match, Role, Span
from flames_indexer.resolve.symbols import symbol_id
from flames_indexer.roles import role_of
from flames_indexer.vectors import Vectors, unpack

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_FILES = 120  # whose symbols are looked at; each costs a millisecond
_NEAREST = 100
# Weight of the vectors' z-score against BM25's: best of 0 to .6 with hashed subtokens, on questions
# on six packages (mean NDCG@10 of files .83; .81 without). .75 was best with a trained encoder.
_DENSE = 0.4

_K1, _B = 1.2, 0.75  # Robertson & Zaragoza 2009, the usual middle of both ranges
_FILE_WEIGHT = 0.5  # of the BM25 of a symbol's whole file: words around it say what it is about
_NAME_WEIGHT = 4.0  # a word in a symbol's name, against one in its lines
_ROLES = {Role.TEST: 0.4, Role.EXAMPLE: 0.5, Role.VENDORED: 0.4, Role.GENERATED: 0.3}
_KINDS = (
    DefinitionKind.FUNCTION,
    DefinitionKind.CLASS,
    DefinitionKind.INTERFACE,
    DefinitionKind.TYPE,
    DefinitionKind.ENUM,
)
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "e", "y")
_STOP = frozenset(
    (
        *("a", "an", "and", "at", "by", "do", "does", "for", "from", "how", "in", "is", "it"),
        *("of", "on", "or", "the", "this", "to", "what", "where", "which", "with"),
    )
)


@dataclass(frozen=True, slots=True)
class _Hit:
    """`counts`: how often each word stands in the symbol's own text, names weighted."""

    path: str
    row: int
    counts: NDArray[np.float64]
    length: float


def search(
    snapshot: "Snapshot", words: str, limit: int = 10, embedder: Embedder | None = None
) -> list[Match]:
    """At most `limit` functions and classes, best first; ties in the order of ids.

    `embedder`: the one the index was built with; without it hashed subtokens if those were.
    """
    stems = _stems(words)
    if not stems or limit < 1:
        return []
    reading = _Reading(snapshot, stems)
    lexical = reading.scores()
    encoder = embedder or HashedSubtokens()
    if not lexical and isinstance(encoder, HashedSubtokens):
        return []  # of words that no file holds its cosines are collisions
    dense = _cosines(snapshot, words, encoder)
    keys = sorted({*lexical, *(key for key in dense if key not in lexical)})
    fused = _fused([lexical.get(key, 0.0) for key in keys], [dense.get(key, 0.0) for key in keys])
    ranked: list[Match] = []
    for key, score in zip(keys, fused, strict=True):
        match = _match(snapshot, key, score, lexical.get(key, 0.0), dense.get(key, 0.0))
        if match is not None:
            ranked.append(match)
    ranked.sort(key=lambda match: (-match.score, match.symbol))
    return ranked[:limit]


def _stems(words: str) -> list[str]:
    """Lower-case beginnings of the words that a text about them contains."""
    parts = dict.fromkeys(part.lower() for part in _WORD.findall(words))
    return list(dict.fromkeys(_stem(part) for part in parts if part not in _STOP))


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


class _Reading:
    """The words of a query in all files."""

    def __init__(self, snapshot: "Snapshot", stems: Sequence[str]) -> None:
        self._snapshot = snapshot
        self._stems = [stem.encode() for stem in stems]
        joined = b"|".join(re.escape(stem) for stem in sorted(self._stems, key=len, reverse=True))
        self._pattern = re.compile(rb"(?<![a-z])(?:%s)|(?:%s)(?<=[A-Z])" % (joined, joined), re.I)

    def scores(self) -> dict[tuple[str, int], float]:
        """BM25 of the symbols of the best files, by path and definition row."""
        files = self._best_files()
        hits = [hit for path in files for hit in self._hits(path)]
        if not hits:
            return {}
        counts = np.stack([hit.counts for hit in hits])
        lengths = np.array([hit.length for hit in hits])
        scores = _bm25(counts, lengths, self._rarity)
        scores += _FILE_WEIGHT * np.array([files[hit.path] for hit in hits])
        return {(hit.path, hit.row): float(s) for hit, s in zip(hits, scores, strict=True)}

    def _best_files(self) -> dict[str, float]:
        """The files that the words fit best, and how well."""
        if not self._files:
            return {}
        paths = list(self._files)
        counts = np.stack([self._files[path][0] for path in paths])
        lengths = np.array([self._files[path][1] for path in paths], np.float64)
        scores = _bm25(counts, lengths, self._rarity)
        scores *= [_ROLES.get(_role(self._snapshot, path), 1.0) for path in paths]
        order = np.lexsort((np.arange(len(paths)), -scores))
        return {paths[at]: float(scores[at]) for at in order[:_FILES].tolist()}

    @cached_property
    def _files(self) -> dict[str, tuple[NDArray[np.float64], int]]:
        """(count of each word, bytes) of the files that hold one."""
        found: dict[str, tuple[NDArray[np.float64], int]] = {}
        for path in sorted(self._snapshot.paths()):
            source = self._snapshot.source(path)
            if source is not None:
                counts = self._counts(source)
                if counts.any():
                    found[path] = counts, len(source)
        return found

    @cached_property
    def _rarity(self) -> NDArray[np.float64]:
        total = max(1, len(self._snapshot.paths()))
        holding = sum(
            (counts > 0 for counts, _ in self._files.values()), np.zeros(len(self._stems))
        )
        return np.log(1 + (total - holding + 0.5) / (holding + 0.5))

    def _counts(self, text: bytes) -> NDArray[np.float64]:
        counts = np.zeros(len(self._stems))
        for word in self._pattern.findall(text):
            counts[self._stems.index(word.lower())] += 1
        return counts

    def _hits(self, path: str) -> Iterator[_Hit]:
        facts, source = self._snapshot.facts(path), self._snapshot.source(path)
        if facts is None or source is None:
            return
        table = facts.definitions
        in_path = self._counts(path.encode())
        for row, kind in enumerate(table.kind):
            if kind in _KINDS:
                text = source[table.start[row] : min(table.end[row], table.start[row] + 8_000)]
                counts = self._counts(text)
                if counts.any():
                    name = facts.strings[table.qualname[row]].encode()
                    counts += _NAME_WEIGHT * self._counts(name) + in_path
                    yield _Hit(path, row, counts, float(len(text)))


def _bm25(
    counts: NDArray[np.float64], lengths: NDArray[np.float64], rarity: NDArray[np.float64]
) -> NDArray[np.float64]:
    norm = _K1 * (1 - _B + _B * lengths / max(1.0, float(lengths.mean())))
    return (rarity * counts * (_K1 + 1) / (counts + norm[:, None])).sum(axis=1)


def _cosines(snapshot: "Snapshot", words: str, embedder: Embedder) -> dict[tuple[str, int], float]:
    """The nearest stored vectors, where they are of that encoder."""
    table = snapshot.index.vectors()
    if table is None or not embedder.dim or table.matrix.shape[1] != embedder.dim:
        return {}

    def made() -> Vectors:
        vectors = Vectors(embedder.dim)
        vectors.replace(np.arange(len(table.paths), dtype=np.int64), unpack(table.matrix))
        return vectors

    vectors = snapshot.derived("vectors", made)
    ids, cosines = vectors.nearest(embedder.encode([words]), _NEAREST)
    unsaved = frozenset(snapshot.overlays())
    return {
        (table.paths[number], int(table.rows[number])): cosine
        for number, cosine in zip(ids[0].tolist(), cosines[0].tolist(), strict=True)
        if number >= 0 and table.paths[number] not in unsaved
    }


def _fused(lexical: Sequence[float], dense: Sequence[float]) -> NDArray[np.float64]:
    """Both as z-scores, weighted, squeezed into 0..1."""
    total = (1 - _DENSE) * _standard(lexical) + _DENSE * _standard(dense)
    return 1 / (1 + np.exp(-total))


def _standard(scores: Sequence[float]) -> NDArray[np.float64]:
    values = np.array(scores, np.float64)
    spread = float(values.std()) if len(values) else 0.0
    return (values - values.mean()) / spread if spread > 0 else np.zeros(len(values))


def _match(
    snapshot: "Snapshot", key: tuple[str, int], score: float, lexical: float, dense: float
) -> Match | None:
    path, row = key
    facts = snapshot.facts(path)
    if facts is None or row >= len(facts.definitions):
        return None
    table = facts.definitions
    identity = symbol_id(path, facts, row)
    used = 1 + 0.02 * math.log2(1 + snapshot.usage(identity).callers)
    weight = _ROLES.get(_role(snapshot, path), 1.0) * min(used, 1.15)
    span = Span(path, table.start[row], table.end[row])
    return Match(
        identity, span, round(min(1.0, score * weight), 4), tuple(_reasons(lexical, dense))
    )


def _reasons(lexical: float, dense: float) -> Iterable[str]:
    if lexical:
        yield "holds the words"
    if dense:
        yield "is near in meaning"


def _role(snapshot: "Snapshot", path: str) -> Role:
    return snapshot.roles().get(path) or role_of(path, generated=False)
