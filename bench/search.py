"""Whether `flames search` finds the file that a question is about, and what it costs.

    OPENBLAS_NUM_THREADS=1 python bench/search.py ANNOTATIONS REPOSITORIES [--half even|odd]

ANNOTATIONS: a folder of `<name>.json`, lists of {query, category, relevant, secondary}; a relevant
place is a path, or a path with lines (the format of semble's public benchmark). REPOSITORIES: a
folder that holds each repository at its pinned revision under its name. Prints NDCG@10 per
repository, with the whole product and by the vectors alone, and the CPU time of a query.
"""

import argparse
import json
import math
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from flames_indexer.build import build
from flames_indexer.config import load
from flames_indexer.embedding.static import StaticModel
from flames_indexer.index import Index, Snapshot
from flames_indexer.search import search

Place = tuple[str, int, int]  # path, first and last line
_TIMES_MS: list[float] = []  # CPU, of each query


def main() -> None:
    """Prints one line a repository, then the means."""
    parser = argparse.ArgumentParser()
    parser.add_argument("annotations", type=Path)
    parser.add_argument("repositories", type=Path)
    parser.add_argument("--half", choices=("even", "odd"))
    parser.add_argument("--name", nargs="*")
    parser.add_argument("--misses", action="store_true", help="print the questions that score low")
    asked = parser.parse_args()
    rows: list[tuple[float, float, str]] = []
    means: list[tuple[float, float]] = []
    for file in sorted(asked.annotations.glob("*.json")):
        root = asked.repositories / file.stem
        if root.is_dir() and (not asked.name or file.stem in asked.name):
            tasks = json.loads(file.read_text())
            tasks = tasks[{"even": 0, "odd": 1}.get(asked.half, 0) :: 2 if asked.half else 1]
            own = _measured(root, tasks, asked.misses)
            rows += own
            means.append(tuple(np.mean([row[:2] for row in own], axis=0)))
            product, dense = means[-1]
            print(f"{file.stem:12} {len(own):3} queries  product {product:.3f}  dense {dense:.3f}")
    for category in sorted({row[2] for row in rows}):
        scores = [row[:2] for row in rows if row[2] == category]
        print(f"{category:14} {len(scores):3}  product {np.mean(scores, axis=0)[0]:.3f}")
    product, dense = np.mean(means, axis=0)
    print(f"mean of repositories: product {product:.4f}, dense alone {dense:.4f}")
    print("a query, CPU ms: p50 {:.1f}, p95 {:.1f}".format(*np.percentile(_TIMES_MS, (50, 95))))


def _measured(
    root: Path, tasks: Sequence[dict[str, Any]], tells: bool
) -> list[tuple[float, float, str]]:
    with tempfile.TemporaryDirectory() as cache:
        os.environ["FLAMES_CACHE_DIR"] = cache
        config, _ = load(root)
        build(root, config)
        snapshot = Snapshot.of(Index.open(root, config))
        search(snapshot, "warm up")
        rows: list[tuple[float, float, str]] = []
        for task in tasks:
            began = time.process_time()
            search(snapshot, task["query"], 10)
            _TIMES_MS.append(1000 * (time.process_time() - began))
            product = _score(_product(snapshot, root, task["query"]), task)
            dense = _score(_dense(snapshot, root, task["query"]), task)
            rows.append((product, dense, task.get("category", "?")))
            if tells and product < 0.7:
                print(f"  {product:.2f} {task['query']} -> {task['relevant']}")
                print("      ", [p for p, _, _ in _product(snapshot, root, task["query"])][:5])
        return rows


def _product(snapshot: Snapshot, root: Path, query: str) -> list[Place]:
    return [
        _place(root, match.span.path, match.span.start, match.span.end)
        for match in search(snapshot, query, 10)
    ]


def _dense(snapshot: Snapshot, root: Path, query: str) -> list[Place]:
    from flames_indexer.search.corpus import corpus_of

    model = snapshot.derived("search/model", StaticModel)
    key = f"search/corpus/{model.fingerprint}"
    corpus = snapshot.derived(key, lambda: corpus_of(snapshot, model, model))
    rows = corpus.vectors.nearest(model.encode([query]), 10)[0][0]
    places: list[Place] = []
    for row in rows[rows >= 0].tolist():
        declared, path = corpus.declared(row), corpus.path(row)
        facts = snapshot.facts(path)
        if declared is not None:
            places.append(_place(root, path, declared.start, declared.end))
        elif facts is not None:
            table, at = facts.definitions, int(corpus.rows[row])
            places.append(_place(root, path, table.start[at], table.end[at]))
    return places


def _place(root: Path, path: str, start: int, end: int) -> Place:
    source = (root / path).read_bytes()
    return path, source[:start].count(b"\n") + 1, source[:end].count(b"\n") + 1


def _score(found: Sequence[Place], task: dict[str, Any]) -> float:
    """NDCG@10 as semble counts it: each wanted place once, at the first result that overlaps it."""
    wanted = [*task.get("relevant", []), *task.get("secondary", [])]
    gains = [0.0] * 10
    for place in wanted:
        rank = next((at for at, one in enumerate(found[:10]) if _fits(one, place)), None)
        if rank is not None:
            gains[rank] = 1
    ideal = _discounted([1] * min(10, len(wanted)))
    return _discounted(gains) / ideal if wanted else 0.0


def _fits(found: Place, wanted: str | dict[str, Any]) -> bool:
    path = wanted if isinstance(wanted, str) else wanted["path"]
    if found[0] != path and not path.endswith("/" + found[0]) and not found[0].endswith("/" + path):
        return False
    if isinstance(wanted, str) or not (wanted.get("start_line") and wanted.get("end_line")):
        return True
    return found[2] >= wanted["start_line"] and found[1] <= wanted["end_line"]


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


if __name__ == "__main__":
    main()
