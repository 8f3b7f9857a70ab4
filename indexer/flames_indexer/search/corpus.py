"""Everything that can be found in one index: its symbols, and places in files nobody parsed.

Made once for an index, at its first query.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from flames_indexer import config, files
from flames_indexer.embedding import Embedder, vectors_version
from flames_indexer.embedding.static import StaticModel
from flames_indexer.embedding.terms import Terms, joined, terms_of
from flames_indexer.embedding.texts import texts_of
from flames_indexer.search.lexicon import Lexicon
from flames_indexer.search.meaning import Nearness, TermVectors
from flames_indexer.search.outline import Declared, outline
from flames_indexer.search.postings import Postings
from flames_indexer.vectors import Vectors, no_rows, unpack

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_MOST_UNPARSED = 2_000  # files; reading and encoding them takes a second


@dataclass(frozen=True, slots=True)
class Corpus:
    """Row i is definition `rows[i]` of the file `paths[files[i]]`; below 0: of its outline."""

    paths: list[str]
    files: NDArray[np.int32]
    firsts: NDArray[np.int32]  # of each file, its first row
    rows: NDArray[np.int32]
    vectors: Nearness  # by row number; empty where no encoder made any
    lexicon: Lexicon
    outlines: dict[str, list[Declared]]

    def path(self, row: int) -> str:
        return self.paths[self.files[row]]

    def is_whole(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Of some rows, whether each stands for its file."""
        return (self.rows[rows] == 0) | (self.rows[rows] == -1)

    def declared(self, row: int) -> Declared | None:
        """What a row of a file without a parser is."""
        place = int(self.rows[row])
        return self.outlines[self.path(row)][-1 - place] if place < 0 else None


def corpus_of(snapshot: "Snapshot", encoder: Embedder, model: StaticModel) -> Corpus:
    """What the index holds; of one that was made with another encoder, the words alone."""
    index = snapshot.index
    table = index.vectors()
    outlines = dict(_outlines(snapshot))
    texts = [declared.text for own in outlines.values() for declared in own]
    own_terms = terms_of(texts, model.pieces)
    rows = np.array([-1 - at for own in outlines.values() for at in range(len(own))], np.int32)
    owners = [path for path, own in outlines.items() for _ in own]
    terms = own_terms
    if table is not None:
        terms = joined([table.terms, own_terms])
        rows = np.concatenate([table.rows, rows])
        owners = [*table.paths, *owners]
    stored = None
    if encoder.dim and index.vectors_version == vectors_version(encoder):
        stored = no_rows(0) if table is None else table.matrix
    known: dict[bytes, NDArray[np.float32]] = snapshot.lasting("search/shares", dict)
    return _corpus(owners, rows, terms, _Encoding(encoder, model, stored, texts, known), outlines)


def unsaved_corpus(snapshot: "Snapshot", encoder: Embedder, model: StaticModel) -> Corpus:
    """The same of the files that are open and differ from the index."""
    paths: list[str] = []
    rows: list[int] = []
    texts: list[str] = []
    for path in sorted(snapshot.overlays()):
        facts, source = snapshot.facts(path), snapshot.source(path)
        if facts is not None and source is not None:
            own = texts_of(source, facts)
            paths += [path] * len(own)
            rows += (row for row, _ in own)
            texts += (text for _, text in own)
    terms = terms_of(texts, model.pieces)
    encoding = _Encoding(encoder, model, no_rows(0), texts)
    return _corpus(paths, np.array(rows, np.int32), terms, encoding, {})


def _corpus(
    owners: Sequence[str],
    rows: NDArray[np.int32],
    terms: Terms,
    encoding: "_Encoding",
    outlines: dict[str, list[Declared]],
) -> Corpus:
    paths = list(dict.fromkeys(owners))
    numbers = {path: number for number, path in enumerate(paths)}
    of_file = np.array([numbers[path] for path in owners], np.int32)
    pieces = encoding.model.pieces
    postings = Postings(terms, len(pieces.all))
    lexicon = Lexicon(terms, postings, of_file, paths, pieces)
    vectors = encoding.nearness(terms, postings, of_file, paths)
    first = np.unique(of_file, return_index=True)[1].astype(np.int32)
    return Corpus(paths, of_file, first, rows, vectors, lexicon, outlines)


def _outlines(snapshot: "Snapshot") -> Iterator[tuple[str, list[Declared]]]:
    root = snapshot.index.root
    paths = config.load(root)[0].paths
    found = files.unparsed(root, paths.exclude, paths.max_file_kb << 10)
    for entry in found[:_MOST_UNPARSED]:
        read = files.read(root, entry)
        if not isinstance(read, files.Skip) and not files.is_binary(read[0]):
            yield entry.path, outline(read[0])


@dataclass(frozen=True, slots=True)
class _Encoding:
    """Where the vectors of a corpus come from."""

    encoder: Embedder
    model: StaticModel
    stored: NDArray[np.int8] | None  # None: they are another encoder's
    texts: Sequence[str]  # what stands after the stored rows
    known: dict[bytes, NDArray[np.float32]] | None = None  # as `TermVectors` has it

    def nearness(
        self, terms: Terms, postings: Postings, files: NDArray[np.int32], paths: Sequence[str]
    ) -> Nearness:
        """Of all `terms`; an encoder that reads none of them has `stored` rows, then `texts`."""
        if self.stored is None:
            return Vectors(0)
        if isinstance(self.encoder, StaticModel):
            return TermVectors(self.encoder, terms, postings, files, paths, self.known)
        vectors = Vectors(self.encoder.dim)
        if self.encoder.dim:
            known = [unpack(self.stored)] if len(self.stored) else []
            every = np.concatenate([*known, self.encoder.encode(self.texts)])
            vectors.replace(np.arange(len(every), dtype=np.int64), every)
        return vectors
