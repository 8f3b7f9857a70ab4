"""What the vectors are worth on held-out sets: the mean reciprocal rank of the right answer.

text    documentation or a question -> function, seven sets
code    a function -> the same job in other code, six sets; with BM25 fused as z-scores
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from flames_indexer.embedding.pieces import Pieces
from flames_indexer.embedding.terms import terms_of
from numpy.typing import NDArray

from model.decontaminate import subtokens

TEXT = ("csn_py", "csn_js", "csn_go", "csn_java", "csn_rs", "cosqa", "cosqa_nodoc")
CODE = ("gptclone_py", "gptclone_java", "algo_py_java", "algo_js_py", "algo_go_py", "algo_java_js")
DENSE_SHARE = 0.75  # of the fused score
_DECLARED = re.compile(r"\b(?:def|func(?:\s*\([^)]*\))?|function\*?|fn)\s+([A-Za-z_$][\w$]*)")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_MOST_HEAD = 400  # letters in which a declaration names what it declares

Floats = NDArray[np.float32]


def figures(vectors: Floats, pieces: Sequence[str], folder: Path) -> dict[str, float]:
    """MRR of every set there is in `folder`, and the means."""
    tokens = Pieces(pieces)
    found: dict[str, float] = {}
    for name in (*TEXT, *CODE):
        file = folder / f"eval_{name}.json"
        if file.is_file():
            evaluation = json.loads(file.read_text())
            asked = [query["q"] for query in evaluation["queries"]]
            corpus = [entry["code"] for entry in evaluation["corpus"]]
            right = [query["rel"] for query in evaluation["queries"]]
            questions = [as_indexed(text) for text in asked] if name in CODE else asked
            texts = encode(vectors, tokens, [as_indexed(code) for code in corpus])
            dense = encode(vectors, tokens, questions) @ texts.T
            lexical = bm25(corpus, asked)
            fused = DENSE_SHARE * _standard(dense) + (1 - DENSE_SHARE) * _standard(lexical)
            found[name] = mean_reciprocal_rank(dense, right)
            found[f"{name} fused"] = mean_reciprocal_rank(fused.astype(np.float32), right)
            found[f"{name} bm25"] = mean_reciprocal_rank(lexical, right)
    for group, names in (("text", TEXT), ("code", CODE)):
        for kind in ("", " fused", " bm25"):
            known = [found[name + kind] for name in names if name + kind in found]
            if known:
                found[group + kind] = float(np.mean(known))
    return {name: round(value, 4) for name, value in found.items()}


def encode(vectors: Floats, tokens: Pieces, texts: Sequence[str]) -> Floats:
    """Unit rows, as `StaticModel` gives them."""
    terms = terms_of(texts, tokens)
    rows = np.zeros((len(texts), vectors.shape[1]), np.float32)
    weighed = terms.weights[:, None]
    starts = np.concatenate([np.zeros(1, np.int32), terms.ends[:-1]])
    for row, start, end in zip(rows, starts, terms.ends, strict=True):
        row += (vectors[terms.ids[start:end]] * weighed[start:end]).sum(axis=0)
    return rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)


def as_indexed(code: str) -> str:
    """A function as `embedding.texts_of` has it: its name stands before the first parenthesis."""
    head = code[:_MOST_HEAD].partition("(")[0]
    declared = _DECLARED.search(code[:_MOST_HEAD])
    words = [declared[1]] if declared else _WORD.findall(head)[-1:]
    return f"{' '.join(words)}({code}"


def mean_reciprocal_rank(scores: Floats, right: Sequence[Sequence[int]]) -> float:
    """Of the best right answer of each row; ties count against it unless it stands first."""
    total = 0.0
    for row, answers in zip(scores, right, strict=True):
        total += max(1 / (1 + (row > row[a]).sum() + (row[:a] == row[a]).sum()) for a in answers)
    return total / len(right)


def bm25(corpus: Sequence[str], asked: Sequence[str], k: float = 1.5, b: float = 0.75) -> Floats:
    """Scores of subtokens, every question against every text."""
    counted = [Counter(subtokens(text)) for text in corpus]
    lengths = np.array([sum(counts.values()) for counts in counted], np.float64)
    norm = k * (1 - b + b * lengths / lengths.mean())
    postings: dict[str, list[tuple[int, int]]] = {}
    for place, counts in enumerate(counted):
        for word, count in counts.items():
            postings.setdefault(word, []).append((place, count))
    scores = np.zeros((len(asked), len(corpus)), np.float32)
    for row, question in zip(scores, asked, strict=True):
        for word in sorted(set(subtokens(question))):
            if word in postings:
                places, counts = np.array(postings[word]).T
                rarity = np.log(1 + (len(corpus) - len(places) + 0.5) / (len(places) + 0.5))
                row[places] += rarity * counts * (k + 1) / (counts + norm[places])
    return scores


def _standard(scores: Floats) -> Floats:
    spread = scores.std(1, keepdims=True) + 1e-9
    return (scores - scores.mean(1, keepdims=True)) / spread
