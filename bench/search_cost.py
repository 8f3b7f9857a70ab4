"""What an index costs and what a question to it costs, beside semble on the same tree.

    python bench/search_cost.py ROOT [--semble PYTHON] [--questions 40] [--seed 3]

`--semble`: the interpreter of an environment with semble 0.7 in it. semble fetches its model; where
it cannot, it is given one of this size made here (20,000 pieces, 256 dimensions, what it says is
nonsense): its cost does not depend on the values. Questions are first sentences of documentation in
ROOT, drawn by a seed. Each side answers in one process that has its index open; the first ten are
left out, as a server has them behind it. CPU is user + system, one thread for numpy.
"""

import argparse
import json
import os
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from flames_indexer.config import load
from flames_indexer.embedding.static import StaticModel
from flames_indexer.index import Index
from measure import Cache, Cost, cost, flames

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "0"}
_WARM = 10

_TIMED = """
def timed(ask, questions):
    import json, time
    first = time.process_time()
    ask(questions[0])
    spent = [time.process_time() - first]
    for question in questions[1:]:
        begun = time.process_time()
        ask(question)
        spent.append(time.process_time() - begun)
    print("TIMES " + json.dumps(spent))
"""

_FLAMES = (
    _TIMED
    + """
import json, sys
from pathlib import Path
from flames_indexer.config import load
from flames_indexer.index import Index, Snapshot
from flames_indexer.search import search

root = Path(sys.argv[1])
snapshot = Snapshot.of(Index.open(root, load(root)[0]))
timed(lambda text: search(snapshot, text, 10), json.loads(Path(sys.argv[2]).read_text()))
"""
)

_SEMBLE = (
    _TIMED
    + """
import json, sys
from pathlib import Path
from semble import SembleIndex

index = SembleIndex.from_path(sys.argv[1], model_path=sys.argv[3])
if sys.argv[2]:
    timed(lambda text: index.search(text, 10), json.loads(Path(sys.argv[2]).read_text()))
"""
)

_MODEL = """
import json, sys
import numpy as np
from model2vec import StaticModel
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

pieces = ["[PAD]", "[UNK]", *json.loads(sys.stdin.read())]
numbers = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
known = Tokenizer(models.WordPiece(numbers, unk_token="[UNK]"))
known.normalizer = normalizers.Lowercase()
known.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
vectors = np.random.default_rng(1).standard_normal((known.get_vocab_size(), 256)).astype("float32")
StaticModel(vectors, known).save_pretrained(sys.argv[1])
"""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("--semble", metavar="PYTHON")
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--seed", type=int, default=3)
    asked = parser.parse_args(arguments)
    root = asked.root.resolve()
    with Cache() as folder:
        env = {**_ONE_THREAD, "FLAMES_CACHE_DIR": str(folder / "flames")}
        index = cost([flames(), "index", str(root), "--full", "-q"], env)
        os.environ["FLAMES_CACHE_DIR"] = str(folder / "flames")
        questions = folder / "questions.json"
        questions.write_text(json.dumps(_questions(root, asked.questions + _WARM, asked.seed)))
        command = [sys.executable, "-c", _FLAMES, str(root), str(questions)]
        _tell("flames", index, cost(command, env))
        if asked.semble:
            _semble(asked.semble, root, folder, questions)


def _semble(python: str, root: Path, folder: Path, questions: Path) -> None:
    model = folder / "model"
    pieces = folder / "pieces.json"
    pieces.write_text(json.dumps(list(StaticModel().pieces.all)))
    cost(["sh", "-c", '"$0" -c "$1" "$2" < "$3"', python, _MODEL, str(model), str(pieces)])
    env = {**_ONE_THREAD, "XDG_CACHE_HOME": str(folder / "semble"), "HOME": str(folder)}
    index = cost([python, "-c", _SEMBLE, str(root), "", str(model)], env)
    _tell(
        "semble", index, cost([python, "-c", _SEMBLE, str(root), str(questions), str(model)], env)
    )


def _questions(root: Path, most: int, seed: int) -> list[str]:
    """First lines of documentation of more than three words."""
    index = Index.open(root, load(root)[0])
    found: set[str] = set()
    for path in index.paths():
        facts, source = index.facts(path), (root / path).read_bytes()
        if facts is None:
            continue
        table = facts.definitions
        for start, end in zip(table.doc_start, table.doc_end, strict=True):
            line = source[max(0, start) : max(0, end)].strip(b"\"'/* \n\t").partition(b"\n")[0]
            if line.count(b" ") > 2:
                found.add(line.decode("utf-8", "replace"))
    return random.Random(seed).sample(sorted(found), min(most, len(found)))


def _tell(name: str, index: Cost, asked: Cost) -> None:
    line = next(line for line in asked.output.splitlines() if line.startswith("TIMES "))
    times: list[float] = json.loads(line[6:])
    later = sorted(times[_WARM:])
    print(
        f"{name}: index {index.cpu_s:.1f} CPU s, {index.peak_rss_mb:.0f} MB;"
        f" first question {times[0] * 1000:.0f} ms, then p50 {later[len(later) // 2] * 1000:.1f}"
        f" p95 {later[int(len(later) * 0.95)] * 1000:.1f} CPU ms; {asked.peak_rss_mb:.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    main()
