"""Encoders: what near texts are, and what happens when the model is not there."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from flames_indexer import embedding
from flames_indexer.config import Config, config_of
from flames_indexer.embedding import transformer
from flames_indexer.embedding.static import HashedSubtokens
from flames_indexer.errors import EmbeddingError


def config(model: str) -> Config:
    base = config_of({})
    return replace(base, embedding=replace(base.embedding, model=model))


def test_shared_subtokens_make_texts_near() -> None:
    rows = HashedSubtokens().encode(
        ["parseHTTPHeader(value)", "def parse_http_header(raw)", "draw_circle(radius)"]
    )
    assert rows.shape == (3, 256)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert rows[0] @ rows[1] > 0.7
    assert abs(rows[0] @ rows[2]) < 0.3


def test_a_batch_encodes_as_single_texts_do() -> None:
    texts = [f"alpha beta_{i} gammaDelta{i}" for i in range(1100)]
    encoder = HashedSubtokens()
    rows = encoder.encode(texts)
    assert np.array_equal(rows[[0, 700, 1099]], encoder.encode([texts[0], texts[700], texts[1099]]))


def test_a_text_without_words_is_zero() -> None:
    assert not HashedSubtokens().encode(["", "() += 'self'"]).any()
    assert HashedSubtokens().encode([]).shape == (0, 256)


def test_the_name_says_that_it_is_not_a_trained_model() -> None:
    assert embedding.load(config("static")).name == "hashed-subtokens-256"


def test_none_has_no_dimensions() -> None:
    encoder = embedding.load(config("none"))
    assert (encoder.dim, encoder.encode(["a", "b"]).shape) == (0, (2, 0))


def test_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transformer, "find_spec", lambda _: None)
    with pytest.raises(EmbeddingError, match=r'pip install "flames-lsp\[transformers\]"'):
        embedding.load(config("/some/model"))


def test_weights_that_can_run_code_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transformer, "find_spec", lambda _: object())
    (tmp_path / "modules.json").write_text("[]")
    (tmp_path / "pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(EmbeddingError, match="not safetensors"):
        embedding.load(config(str(tmp_path)))


def test_another_model_in_the_same_folder_has_another_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transformer, "find_spec", lambda _: object())
    (tmp_path / "model.safetensors").write_bytes(b"one")
    first = embedding.load(config(str(tmp_path))).fingerprint
    assert first == embedding.load(config(str(tmp_path))).fingerprint
    (tmp_path / "model.safetensors").write_bytes(b"two")
    assert first != embedding.load(config(str(tmp_path))).fingerprint


def test_an_installed_package_carries_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "some_packaged_model"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    (package / "model" / "config.json").write_text("{}")
    (package / "model" / "model.safetensors").write_bytes(b"x")
    monkeypatch.syspath_prepend(str(tmp_path))
    real = transformer.find_spec
    monkeypatch.setattr(
        transformer, "find_spec", lambda n: object() if n == "sentence_transformers" else real(n)
    )
    assert embedding.load(config("some-packaged-model")).name == "some-packaged-model"
