"""The text that callers were last agreed on, in a folder without git."""

from pathlib import Path

import pytest
from flames_indexer.build import build
from flames_indexer.config import load
from flames_indexer.index import Index
from flames_lsp.session.agreed import AgreedTexts
from flames_lsp.session.unbuilt import unbuilt_index


def test_what_is_asked_for_before_the_first_build_is_known_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLAMES_CACHE_DIR", str(tmp_path / "cache"))
    root = tmp_path / "shop"
    root.mkdir()
    (root / "a.py").write_text("def a(): ...\n")
    agreed = AgreedTexts(root)
    assert agreed.before(unbuilt_index(root))("a.py") is None
    config, _ = load(root)
    build(root, config)
    assert agreed.before(Index.open(root, config))("a.py") == b"def a(): ...\n"
