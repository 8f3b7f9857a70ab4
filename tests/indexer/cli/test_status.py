"""`flames status`, `stats` and `doctor`."""

from pathlib import Path

import pytest
from flames_indexer.errors import FlamesError
from shop import Run, checked


def test_status(run: Run):
    run("index")
    document = checked(run("status", "--findings", "--format", "json"), "status")
    assert document["unparsed"] == ["shop/broken.py"]
    rows = {(row["language"], row["role"]): row["files"] for row in document["files"]}
    assert rows == {
        ("python", "source"): 4,
        ("python", "test"): 1,
        ("typescript", "source"): 1,
    }
    assert document["most_depended_on"][0]["symbol"].startswith("shop/")


def test_status_in_words(run: Run):
    out = run("status").out
    assert "python source" in out
    assert "Most depended on" in out
    assert "shop/broken.py" in out


def test_a_file_that_is_too_much_to_resolve_is_named(run: Run, shop: Path):
    rows = "".join(f"a{n} = a{n - 1}\n" for n in range(1, 3_000))
    (shop / "shop" / "endless.py").write_text(f"def a0(): ...\n{rows}a2999()\n")
    try:
        run("index")
        document = run("status", "--format", "json").json
        words = run("status", "-v").out
    finally:
        (shop / "shop" / "endless.py").unlink()
        run("index")
    assert document["unparsed"] == ["shop/broken.py", "shop/endless.py"]
    assert document["coverage"]["unparsed_files"] == 2
    assert "shop/endless.py: RecursionError: more than 1000 names" in words


def test_where_a_file_does_not_parse_is_said_when_asked_for_all(run: Run):
    (line,) = (line for line in run("status", "-v").out.splitlines() if "shop/broken.py" in line)
    assert line.split("shop/broken.py")[1].startswith(":")
    assert line.split(":")[1].isdigit()


@pytest.mark.parametrize(
    "called, folders, says",
    [
        ("{bin}/flames", "", "`{bin}/flames check` shows them"),
        ("{bin}/flames", "{bin}", "`flames check` shows them"),
        ("pytest", "", "`flames check` shows them"),
    ],
)
def test_what_to_call_next_can_be_called(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, called: str, folders: str, says: str
):
    (tmp_path / "flames").write_text("#!/bin/sh\n")
    (tmp_path / "flames").chmod(0o755)
    monkeypatch.setattr("sys.argv", [called.format(bin=tmp_path)])
    monkeypatch.setenv("PATH", folders.format(bin=tmp_path))
    assert says.format(bin=tmp_path) in run("status", "--findings").out


def test_stats(run: Run):
    run("index")
    document = checked(run("stats", "--format", "json"), "stats")
    assert document["features"]["cli.index"]["records"] >= 1
    assert "cli.index" in run("stats").out


def test_stats_are_of_this_repository_unless_asked_for_all(run: Run, tmp_path: Path):
    (tmp_path / "a.py").write_text("def a():\n    return 1\n")
    run("index", "-q", str(tmp_path))
    run("search", "tax")
    here = checked(run("stats", "--root", str(tmp_path), "--format", "json"), "stats")
    assert "cli.index" in here["features"]
    assert "cli.search" not in here["features"]
    everywhere = checked(run("stats", "--all", "--format", "json"), "stats")
    assert (everywhere["root"], "cli.search" in everywhere["features"]) == (None, True)


def test_the_trace_holds_no_source(run: Run):
    run("check")
    run("search", "secretword")
    trace = Path(run("stats", "--format", "json").json["trace"]).read_text()
    assert "cli.search" in trace
    assert not any(word in trace for word in ("secretword", "add_tax", "shop"))


def test_doctor(run: Run):
    document = checked(run("doctor", "--format", "json"), "doctor")
    states = {check["name"]: check["state"] for check in document["checks"]}
    assert states["python"] == states["cache"] == states["python grammar"] == "ok"
    assert "python grammar" in run("doctor").out


def test_every_error_of_ours_reaches_the_user_as_a_sentence(run: Run, tmp_path: Path):
    with pytest.raises(FlamesError) as error:
        run("status", "--config", str(tmp_path / "none.toml"))
    assert str(error.value).endswith(".")
