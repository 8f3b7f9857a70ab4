"""What follows from one file's bytes: facts, sketches, vectors. Pure: any process can do it."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from flames_indexer.compression import compress
from flames_indexer.store import Counts, with_counts

if TYPE_CHECKING:
    from flames_indexer.embedding import Embedder
    from flames_indexer.facts import FileFacts

_log = logging.getLogger(__name__)


class Job(NamedTuple):
    """One file to read into facts."""

    path: str
    language: str
    source: bytes


class Derived(NamedTuple):
    """What the store keeps of one content.

    `failure` says why there is none of it: an error of ours, not of the source. `parsed` spares
    this process the decoding; it does not travel between processes.
    """

    path: str
    facts: bytes = b""
    sketches: bytes = b""
    vectors: bytes | None = None
    failure: str = ""
    parsed: "FileFacts | None" = None


def derive_elsewhere(jobs: Sequence[Job], embedder: "Embedder") -> list[Derived]:
    """As `derive`, in another process."""
    return [derived._replace(parsed=None) for derived in derive(jobs, embedder)]


def derive(jobs: Sequence[Job], embedder: "Embedder") -> list[Derived]:
    """One result per job, in order."""
    from flames_indexer.embedding.texts import texts_of
    from flames_indexer.languages import language_named
    from flames_indexer.parse import parse

    results: list[Derived] = []
    read: list[tuple[int, bytes, FileFacts]] = []
    texts: list[tuple[int, list[tuple[int, str]]]] = []
    for at, job in enumerate(jobs):
        try:
            facts = parse(job.source, language_named(job.language))
            results.append(_derived(job, facts))
            texts.append((at, texts_of(job.source, facts)))
            read.append((at, job.source, facts))
        except Exception as error:  # one file of a build
            _log.exception("cannot read the facts of %s", job.path)
            results[at:] = [Derived(job.path, failure=f"{type(error).__name__}: {error}")]
    _add_sketches(results, read)
    _add_vectors(results, texts, embedder)
    return results


def _derived(job: Job, facts: "FileFacts") -> Derived:
    from flames_indexer.parse import encode
    from flames_indexer.resolve.symbols import symbol_rows

    lines = job.source.count(b"\n") + (not job.source.endswith(b"\n") and bool(job.source))
    symbols = {facts.definitions.qualname[row] for row in symbol_rows(facts)}
    counts = Counts(lines, len(symbols), len(facts.problems))
    return Derived(job.path, with_counts(counts, encode(facts)), parsed=facts)


def _add_sketches(results: list[Derived], read: list[tuple[int, bytes, "FileFacts"]]) -> None:
    from flames_indexer.similarity.sketch import encode_sketches, sketch_files

    found = sketch_files((source, facts) for _, source, facts in read)
    for (at, _, _), sketches in zip(read, found, strict=True):
        packed = compress(encode_sketches(sketches))
        results[at] = results[at]._replace(sketches=packed)


def _add_vectors(
    results: list[Derived], texts: list[tuple[int, list[tuple[int, str]]]], embedder: "Embedder"
) -> None:
    from flames_indexer.embedding.static import StaticModel
    from flames_indexer.embedding.terms import terms_of
    from flames_indexer.store.blocks import encode_vectors
    from flames_indexer.vectors import no_rows, pack

    model = embedder if isinstance(embedder, StaticModel) else StaticModel()
    every = [text for _, file in texts for _, text in file]
    terms = terms_of(every, model.pieces)
    # What the shipped model makes of terms is quicker made than read; search needs their sums only.
    rows = no_rows(len(every)) if model is embedder else pack(embedder.encode(every))
    at = 0
    for place, file in texts:
        end = at + len(file)
        own = terms.part(at, end)
        vectors = encode_vectors([row for row, _ in file], rows[at:end], own)
        at = end
        results[place] = results[place]._replace(vectors=vectors)
