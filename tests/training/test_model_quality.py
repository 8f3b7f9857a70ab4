"""A small frozen evaluation: documentation -> function, in a package the model never saw."""

from pathlib import Path

import click
from flames_indexer.embedding.static import StaticModel
from model.evaluate import bm25, mean_reciprocal_rank
from model.functions import read
from model.questions import question_of


def test_the_model_finds_functions_by_their_documentation_better_than_words_do() -> None:
    package = Path(click.__file__).parent
    found = [f for p in sorted(package.glob("*.py")) for f in read("click", p.name, p.read_bytes())]
    functions = [f for f in found if f.kind == "function"]
    documented = [at for at, f in enumerate(functions) if len(question_of(f.doc).split()) >= 4]
    assert len(documented) > 100
    asked = [question_of(functions[at].doc) for at in documented]
    corpus = [f.code for f in functions]
    right = [[at] for at in documented]
    model = StaticModel()
    dense = mean_reciprocal_rank(model.encode(asked) @ model.encode(corpus).T, right)
    lexical = mean_reciprocal_rank(bm25(corpus, asked), right)
    assert dense > 0.5
    assert dense > lexical + 0.05
