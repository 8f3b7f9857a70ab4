"""`flames index`, and how fresh an answer is."""

import subprocess
import sys
from pathlib import Path

import pytest
from flames_indexer.config import Config
from flames_indexer.errors import StoreDamaged, TargetError
from shop import Run, checked


def test_index_says_what_it_found(run: Run):
    ran = run("index", "--full")
    words = ran.out.split()
    assert ran.code == 0
    assert {"files", "symbols", "edges", "unparsed"} <= set(words)
    assert words[words.index("files") - 1] == "6"
    assert words[words.index("unparsed") - 1] == "1"


def test_index_json(run: Run):
    run("index", "-q")
    document = checked(run("reindex", "--format", "json"), "index")
    assert (document["files"], document["unparsed"], document["changed"]) == (6, 1, 0)


def test_quiet_index_says_nothing(run: Run):
    ran = run("index", "-q")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_nothing_to_index_says_what_was_looked_for(run: Run, tmp_path: Path):
    (tmp_path / "notes.txt").write_text("hello")
    ran = run("index", str(tmp_path))
    assert ran.code == 0
    assert "*.py" in ran.err
    assert ".flamesignore" in ran.err


def test_configuration_warnings_are_said_once_and_on_stderr(run: Run, tmp_path: Path):
    (tmp_path / "a.py").write_text("def a():\n    return 1\n")
    (tmp_path / "flames.toml").write_text("workers = 3\n")
    ran = run("index", str(tmp_path), "--format", "json")
    assert ran.json["files"] == 1
    assert ran.err.count("flames.toml:1: `workers` is ignored here") == 1


def test_an_answer_is_fresh_unless_told_otherwise(run: Run, shop: Path):
    run("index")
    new = shop / "shop" / "new.py"
    new.write_text("def brand_new():\n    return 2\n")
    try:
        with pytest.raises(TargetError):
            run("dependents", "brand_new", "--no-refresh")
        assert run("dependents", "brand_new").code == 0
    finally:
        new.unlink()


def test_a_missing_index_is_built(run: Run, tmp_path: Path):
    (tmp_path / "a.py").write_text("def a():\n    return 1\n")
    assert "a.py::a" in run("dependents", "a", "--root", str(tmp_path), "--no-refresh").out


def test_a_cache_that_cannot_be_used_is_a_sentence(shop: Path, tmp_path: Path):
    (tmp_path / "file").write_text("")
    ended = subprocess.run(
        [sys.executable, "-m", "flames_indexer", "status"],
        env={"FLAMES_CACHE_DIR": str(tmp_path / "file" / "cache"), "PATH": ""},
        cwd=shop,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in ended.stderr
    assert ended.returncode in (0, 2)


def test_an_index_that_cannot_be_read_after_all_is_built_again(
    run: Run, monkeypatch: pytest.MonkeyPatch
):
    from flames_indexer.index import Index

    read = Index.open
    refused: list[str] = []

    def refusing(root: Path, config: Config) -> Index:
        if refused:
            return read(root, config)
        refused.append("once")
        raise StoreDamaged("It cannot be read.")

    run("index")
    monkeypatch.setattr(Index, "open", refusing)
    assert "shop/prices.py::add_tax" in run("dependents", "add_tax").out
    assert refused
