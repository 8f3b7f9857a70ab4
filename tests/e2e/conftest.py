"""Makes `raw` importable, and gives each test a cache of its own."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("FLAMES_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
