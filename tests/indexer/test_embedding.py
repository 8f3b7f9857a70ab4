"""Encoders: what near texts are, and what happens when the model is not there."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from flames_indexer import embedding
from flames_indexer.config import Config, config_of
from flames_indexer.embedding import transformer
from flames_indexer.embedding.identifiers import identifiers
from flames_indexer.embedding.pieces import Pieces
from flames_indexer.embedding.static import MODEL, StaticModel
from flames_indexer.embedding.terms import NAMED, TIMES, joined, terms_of
from flames_indexer.embedding.texts import texts_of
from flames_indexer.errors import EmbeddingError
from flames_indexer.formats import MODEL_DIGEST
from flames_indexer.languages import language_named
from flames_indexer.parse import parse


def config(model: str) -> Config:
    base = config_of({})
    return replace(base, embedding=replace(base.embedding, model=model))


def test_shared_subtokens_make_texts_near() -> None:
    rows = StaticModel().encode(
        ["parseHTTPHeader(value)", "def parse_http_header(raw)", "draw_circle(radius)"]
    )
    assert rows.shape == (3, 256)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert rows[0] @ rows[1] > 0.6
    assert abs(rows[0] @ rows[2]) < 0.3


def test_a_name_says_more_than_a_body() -> None:
    encoder = StaticModel()
    one, other, asked = encoder.encode(
        ["draw_circle() parse header", "parse_header() draw circle", "draw a circle"]
    )
    assert one @ asked > other @ asked + 0.1


def test_a_batch_encodes_as_single_texts_do() -> None:
    texts = [f"alpha beta_{i} gammaDelta{i}" for i in range(1100)]
    encoder = StaticModel()
    rows = encoder.encode(texts)
    alone = encoder.encode([texts[0], texts[700], texts[1099]])
    assert np.allclose(rows[[0, 700, 1099]], alone, atol=1e-6)


def test_a_text_without_words_is_zero() -> None:
    assert not StaticModel().encode(["", "() += '' ++"]).any()
    assert StaticModel().encode([]).shape == (0, 256)


def test_static_is_the_shipped_model() -> None:
    assert embedding.load(config("static")).name == "flames-static-256"


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


def test_words_used_for_one_purpose_are_near() -> None:
    rows = StaticModel().encode(["retry with backoff", "sleep and try again", "draw a red circle"])
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.1


def test_the_shipped_file_is_the_released_one() -> None:
    assert hashlib.sha256(MODEL.read_bytes()).hexdigest() == MODEL_DIGEST
    assert MODEL.stat().st_size <= 6_000_000
    assert MODEL_DIGEST[:16] in StaticModel().fingerprint


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "model.safetensors"
    with pytest.raises(EmbeddingError, match="Install Flames again"):
        StaticModel(broken).encode(["text"])
    broken.write_bytes(MODEL.read_bytes()[:-1] + b"!")
    with pytest.raises(EmbeddingError, match="not what was released"):
        StaticModel(broken).encode(["text"])


def test_pieces_are_the_longest_known_from_the_left() -> None:
    pieces = Pieces(["[PAD]", "[UNK]", "parse", "head", "##er", "##s", "http"])
    found: list[int] = []
    pieces.add_text("parseHTTPHeaders(headZ)", found, 100)
    assert [pieces.all[number] for number in found] == [
        "parse",
        "http",
        "head",
        "##er",
        "##s",
        "head",
    ]
    assert pieces.of_words(["headx", "parse"]) == [2]


def test_terms_count_pieces_and_mark_those_of_the_name() -> None:
    pieces = Pieces(["load", "config", "path"])
    terms = terms_of(["load_config(path) load path", "", "(config)"], pieces)
    assert terms.ends.tolist() == [3, 3, 4]
    assert terms.ids.tolist() == [0, 1, 2, 1]
    assert (terms.counts & TIMES).tolist() == [2, 1, 2, 1]
    assert ((terms.counts & NAMED) > 0).tolist() == [True, True, False, False]
    again = joined([terms.part(0, 1), terms.part(1, 3)])
    assert all(np.array_equal(a, b) for a, b in zip(again, terms, strict=True))


def test_texts_tell_name_parameters_documentation_and_words() -> None:
    source = b'"""Money."""\n\ndef total(cart, tax):\n    """Adds up."""\n    return sum_of(cart)\n'
    facts = parse(source, language_named("python"))
    module, total = (text for _, text in texts_of(source, facts))
    assert module.startswith('(total) """Money."""')
    assert total == 'total(cart, tax) """Adds up.""" return sum_of cart'


def test_identifiers_are_what_stands_between_everything_else() -> None:
    code = "let $el = f(x, 0x1F, naïve) + _id ? 12px : $el.innerText".encode()
    assert identifiers(code) == [b"let", b"$el", b"na", b"ve", b"_id", b"innerText"]


def test_text_in_any_script_and_half_characters_are_no_pieces() -> None:
    pieces = Pieces(["load", "config"])
    found: list[int] = []
    pieces.add_text("load\u00dfconfig \ud800load 設定config", found, 100)
    assert found == [0, 1, 0, 1]


def test_the_first_identifiers_are_those_of_the_whole() -> None:
    lines = [b"a%d = call(b%d, 'text %d') + 12" % (n % 90, n % 70, n) for n in range(400)]
    code = b"\r\n".join(lines) + b"\nlast"
    assert len(identifiers(code)) > 160
    for most in (0, 1, 40, 96, 161, 1000):
        assert identifiers(code, most) == identifiers(code)[:most]
    assert identifiers(code.replace(b"\n", b" "), 96) == identifiers(code)[:96]
