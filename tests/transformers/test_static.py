"""The shipped model in sentence-transformers, beside our own encoder."""

import json

import numpy as np
import pytest
from flames_indexer.embedding.static import MODEL, StaticModel

pytestmark = pytest.mark.transformers

TEXTS = [
    "parseHTTPHeader value",
    "def open_file path, mode: return handle",
    "compute invoice total with tax",
]


def test_static_embedding_gives_the_same_vectors() -> None:
    from model.vocabulary import tokenizer_of
    from safetensors.numpy import load_file
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import StaticEmbedding

    stored = load_file(MODEL)
    head = MODEL.read_bytes()
    about = json.loads(head[8 : 8 + int.from_bytes(head[:8], "little")])["__metadata__"]
    vectors = stored["rows"].astype(np.float32) * stored["scales"].astype(np.float32)[:, None]
    tokenizer = tokenizer_of(about["pieces"].split("\n"))
    module = StaticEmbedding(tokenizer, embedding_weights=vectors)
    theirs = SentenceTransformer(modules=[module], device="cpu").encode(
        TEXTS, normalize_embeddings=True
    )
    # They weigh a piece by its count, we by the root of it: the texts repeat none. Nor do they
    # know a name, which we see by its parenthesis.
    assert np.allclose((theirs * StaticModel().encode(TEXTS)).sum(1), 1, atol=1e-4)
