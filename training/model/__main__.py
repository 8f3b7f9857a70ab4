"""Makes the shipped model: `python -m model CACHE`; `make model` calls it.

    fetch       the pinned archives, hashes verified
    check       their licences once more; one refusal stops
    extract     functions, one file an archive
    held out    the evaluation sets, and what they forbid
    pairs       decontaminated, without duplicates
    train       a fixed number of steps
    evaluate    on what was held out
    export      one safetensors file, into the package

Every step keeps its result in CACHE, so that a second run redoes what changed only. FLAMES_SLICE=50
takes every fiftieth source and leaves its model in CACHE: whether the steps run, in minutes.
"""

import json
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np

from model import decontaminate, evaluate, held_out, vocabulary
from model.corpus import corpus_of
from model.export import export
from model.functions import extract
from model.licences import verdict_of
from model.sources import HELD_OUT, MANIFEST, Source, fetch, manifest_digest, read
from model.train import Recipe, train

MODEL = Path(__file__).resolve().parents[2] / "indexer/flames_indexer/embedding/model.safetensors"
_MOST_FUNCTIONS = {"git": 5_000}  # of one source, so that none of them sets the tone
_MOST_OF_A_PACKAGE = 500


def main() -> None:
    """All steps, with at most FLAMES_WORKERS processes (2) besides training's one thread."""
    cache = Path(sys.argv[1]).resolve()
    part = int(os.environ.get("FLAMES_SLICE", "1"))
    recipe, sources = Recipe(), read(MANIFEST)[::part]
    fetch(sources, cache)
    folder = held_out.build(read(HELD_OUT), cache)
    workers = int(os.environ.get("FLAMES_WORKERS", "2"))
    with ProcessPoolExecutor(workers) as pool:
        allowed = pool.map(partial(_is_allowed, cache), sources, chunksize=8)
        refused = [s.file for s, ok in zip(sources, allowed, strict=True) if not ok]
        if refused:
            sys.exit(f"the licence gate refuses {', '.join(refused)}")
        files = sorted(pool.map(partial(_extracted, cache), sources, chunksize=4))
    corpus = corpus_of(files, decontaminate.read(folder), recipe, workers)
    _say(f"{corpus.functions:,} functions, {len(corpus.pairs.kinds):,} pairs: {corpus.kinds()}")
    vectors = train(corpus.pairs, corpus.frequencies, corpus.functions, recipe)
    vectors[: len(vocabulary.SPECIAL)] = 0
    np.save(cache / "vectors.npy", vectors)
    figures = evaluate.figures(vectors, corpus.pieces, folder)
    about = {
        "recipe": asdict(recipe),
        "sources": manifest_digest(MANIFEST),
        "packages": len(sources),
        "functions": corpus.functions,
        "licences": dict(Counter(source.licence for source in sources)),
        "figures": figures,
    }
    export(MODEL if part == 1 else cache / MODEL.name, vectors, corpus.pieces, about)
    _say(json.dumps(figures, indent=1))


def _is_allowed(cache: Path, source: Source) -> bool:
    return not verdict_of(source.path(cache)).refused


def _extracted(cache: Path, source: Source) -> Path:
    output = cache / "functions" / f"{source.registry}-{source.file.replace('/', '+')}.jsonl"
    if not output.exists():
        output.parent.mkdir(exist_ok=True)
        name = f"{source.registry}:{source.name}"
        most = _MOST_FUNCTIONS.get(source.registry, _MOST_OF_A_PACKAGE)
        extract(source.path(cache), name, most, output)
    return output


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")


if __name__ == "__main__":
    main()
