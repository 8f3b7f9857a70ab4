"""A save is looked at once, a change after it again."""

import os
import time
from pathlib import Path

import pytest
from flames_lsp.session.echoes import Echoes

LONG_AGO_NS = 10**9


@pytest.fixture
def top(tmp_path: Path) -> Path:
    written(tmp_path / "a.py", "x = 1", LONG_AGO_NS)
    return tmp_path


def written(file: Path, text: str, changed_ns: int) -> None:
    file.write_text(text)
    os.utime(file, ns=(changed_ns, changed_ns))


class Clock:
    """Files written before a look are older than a tick, whatever the machine's speed."""

    @staticmethod
    def later(monkeypatch: pytest.MonkeyPatch, by_ns: int) -> None:
        now = time.time_ns
        monkeypatch.setattr("flames_lsp.session.echoes.time.time_ns", lambda: now() + by_ns)


def test_what_a_build_looks_at_is_no_news(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Clock.later(monkeypatch, LONG_AGO_NS)
    echoes = Echoes()
    assert echoes.news(str(top), ["a.py"]) == {"a.py"}
    echoes.looks(str(top), ["a.py"])
    assert echoes.news(str(top), ["a.py", "b.py"]) == {"b.py"}


@pytest.mark.parametrize("text", ["x = 2", "x = 22", None])
def test_what_changes_after_the_look_is_news(
    top: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    Clock.later(monkeypatch, LONG_AGO_NS)
    echoes = Echoes()
    echoes.looks(str(top), ["a.py"])
    if text is None:
        (top / "a.py").unlink()
    else:
        written(top / "a.py", text, 2 * LONG_AGO_NS)
    assert echoes.news(str(top), ["a.py"]) == {"a.py"}


def test_what_is_as_young_as_the_look_stays_news(
    top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = (top / "a.py").stat()
    at = max(state.st_mtime_ns, state.st_ctime_ns)
    monkeypatch.setattr("flames_lsp.session.echoes.time.time_ns", lambda: at + 1)
    echoes = Echoes()
    echoes.looks(str(top), ["a.py"])
    assert echoes.news(str(top), ["a.py"]) == {"a.py"}


def test_after_a_build_that_did_not_end_all_is_news(
    top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Clock.later(monkeypatch, LONG_AGO_NS)
    echoes = Echoes()
    echoes.looks(str(top), ["a.py"])
    echoes.forget(str(top))
    assert echoes.news(str(top), ["a.py"]) == {"a.py"}
