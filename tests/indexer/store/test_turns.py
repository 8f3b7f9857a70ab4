"""Builds that an editor asks for: only what was saved is looked at, what is looked at comes first."""

import sqlite3
from contextlib import closing

import pytest
from flames_indexer import files
from flames_indexer.build import Focus, Kept, build, prepare, turns
from flames_indexer.errors import Cancelled
from flames_indexer.index import Index, Snapshot
from flames_indexer.store import Database, place_of

REPOSITORY = """
#- lib.py
def helper(x):
    return x + 1

class Box:
    def open_it(self): ...
#- alone.py
def alone():
    return 0
#- a.py
from lib import helper

def run():
    return helper(1)
#- b.py
from lib import helper

def run():
    return helper(2)
#- c.py
def run(other):
    return other.open_it()
"""
RENAMED = "def renamed(x):\n    return x + 1\n\nclass Box:\n    def open_it(self): ...\n"


@pytest.fixture
def built(repository, config):
    repository.write(REPOSITORY)
    build(repository.root, config)
    return repository


@pytest.fixture
def few_at_once(monkeypatch):
    monkeypatch.setattr(turns, "_AT_ONCE", 0)


def saved(*paths: str, first: tuple[str, ...] = ()) -> Focus:
    return Focus(frozenset(paths), frozenset(first))


def pending(repository, config) -> set[str]:
    index = Index.open(repository.root, config)
    waiting = {path for path, record in index.files().items() if record.pending}
    assert index.coverage().pending_files == len(waiting)
    return waiting


def test_a_save_goes_on_with_what_the_save_before_has_resolved(built, config):
    kept, left = Kept(), []
    for path in ("a.py", "lib.py", "new.py"):
        built.put(path, RENAMED)
        build(built.root, config, focus=saved(path), kept=kept)
        left.append(kept._left[1])
    assert left[0] is left[1]
    assert left[1] is not left[2]  # a new file may be what a name means


def test_a_save_looks_at_that_file_only(built, config, monkeypatch):
    monkeypatch.setattr(files, "find", None)  # the worktree is not listed
    built.put("lib.py", RENAMED)
    built.put("alone.py", "def other(): ...\n")
    assert build(built.root, config, focus=saved("lib.py")).generation == 2
    snapshot = Snapshot.of(Index.open(built.root, config))
    assert snapshot.symbol("lib.py::renamed")
    assert snapshot.symbol("alone.py::alone")  # until somebody tells, or looks
    monkeypatch.undo()
    build(built.root, config)
    assert Snapshot.of(Index.open(built.root, config)).symbol("alone.py::other")


@pytest.mark.parametrize("path", ["new.py", "lib.py", ".gitignore", "pyproject.toml"])
def test_what_decides_about_other_files_is_looked_for_everywhere(built, config, path):
    built.put("also.py", "def also(): ...\n")
    if path == "lib.py":
        (built.root / path).unlink()
    else:
        built.put(path, "")
    build(built.root, config, focus=saved(path))
    assert Index.open(built.root, config).exists("also.py")


def test_a_save_without_a_change_is_no_generation(built, config):
    assert build(built.root, config, focus=saved("lib.py", "a.py")).generation == 1


def test_a_save_ends_as_a_full_build(built, config, tmp_path):
    built.put("lib.py", RENAMED.replace("open_it", "close_it"))
    build(built.root, config, focus=saved("lib.py"))
    one = Snapshot.of(Index.open(built.root, config))
    build(built.root, config, full=True)
    other = Snapshot.of(Index.open(built.root, config))
    assert [one.edges_in(p) for p in one.paths()] == [other.edges_in(p) for p in other.paths()]
    assert one.coverage() == other.coverage()


@pytest.mark.parametrize("looks", [True, False])
def test_what_another_process_built_meanwhile_is_read_anew(built, config, *, looks):
    """`a.py` reads something else then, though its own edges stay as they were."""
    kept = Kept()
    built.put("alone.py", "def helper(x): ...\n")
    build(built.root, config, focus=saved("alone.py"), kept=kept)
    built.put("a.py", "from alone import helper\n\ndef run():\n    return helper(1)\n")
    build(built.root, config)
    if looks:
        build(built.root, config, kept=kept)
    built.put("alone.py", "def other(x): ...\n")
    build(built.root, config, focus=saved("alone.py"), kept=kept)
    one = Snapshot.of(Index.open(built.root, config))
    build(built.root, config, full=True)
    other = Snapshot.of(Index.open(built.root, config))
    assert [one.edges_in(p) for p in one.paths()] == [other.edges_in(p) for p in other.paths()]


def test_a_save_reads_of_the_store_what_nobody_here_has_read_or_written(built, config, monkeypatch):
    kept, asked = Kept(), []
    reads = Database.reads
    monkeypatch.setattr(Database, "reads", lambda *rest: asked.append(set(rest[2])) or reads(*rest))
    for n in range(3):
        built.put("alone.py", f"def alone():\n    return {n + 1}\n")
        build(built.root, config, focus=saved("alone.py"), kept=kept)
    assert asked == [{"a.py", "b.py", "c.py", "lib.py"}, set(), set()]


def test_a_method_that_comes_changes_who_looked_for_its_name(built, config, few_at_once):
    built.put("alone.py", "class Other:\n    def open_it(self): ...\n")
    seen: list[set[str]] = []
    build(
        built.root,
        config,
        focus=saved("alone.py"),
        stored=lambda _: seen.append(pending(built, config)),
    )
    assert seen == [{"c.py"}]


def test_what_is_looked_at_is_resolved_before_the_rest(built, config, few_at_once):
    seen: list[tuple[int, set[str]]] = []
    built.put("lib.py", RENAMED)
    summary = build(
        built.root,
        config,
        focus=saved("lib.py", first=("b.py",)),
        stored=lambda number: seen.append((number, pending(built, config))),
    )
    assert seen == [(2, {"a.py"})]
    assert (summary.generation, pending(built, config)) == (3, set())


def test_what_a_stopped_build_left_is_pending_until_the_next(built, config, few_at_once):
    built.put("lib.py", RENAMED)
    stop: list[int] = []
    with pytest.raises(Cancelled):
        build(
            built.root,
            config,
            focus=saved("lib.py"),
            stored=stop.append,
            cancelled=lambda: bool(stop),
        )
    assert pending(built, config) == {"a.py", "b.py"}
    assert build(built.root, config).changed == 2
    assert pending(built, config) == set()


def test_pending_files_are_said(built, config, few_at_once):
    said: list[str] = []
    built.put("lib.py", RENAMED)
    build(
        built.root,
        config,
        focus=saved("lib.py"),
        stored=lambda _: said.extend(Index.open(built.root, config).coverage().notes()),
    )
    assert "2 files pending" in said


def test_the_first_save_finds_what_was_prepared(built, config, monkeypatch):
    kept, asked = Kept(), []
    build(built.root, config, kept=kept)
    prepare(built.root, config, kept, ["alone.py", "gone.py"])
    reads = Database.reads
    monkeypatch.setattr(Database, "reads", lambda *rest: asked.append(set(rest[2])) or reads(*rest))
    built.put("alone.py", "def other(x): ...\n")
    build(built.root, config, focus=saved("alone.py"), kept=kept)
    one = Snapshot.of(Index.open(built.root, config))
    build(built.root, config, full=True)
    other = Snapshot.of(Index.open(built.root, config))
    assert asked == [set()]
    assert [one.edges_in(p) for p in one.paths()] == [other.edges_in(p) for p in other.paths()]


def test_a_look_that_found_files_only_touched_is_prepared_for(built, config, monkeypatch):
    monkeypatch.setattr(files, "_RACY_NS", -(10**18))  # what is read now is trusted from now on
    kept, before = Kept(), Index.open(built.root, config)
    build(built.root, config, kept=kept)
    prepare(built.root, config, kept, ["alone.py"])
    stored = Index.open(built.root, config)
    assert before.files()["alone.py"].stat != stored.files()["alone.py"].stat
    assert stored.generation == before.generation
    assert kept.is_prepared


def test_preparing_stops_for_a_build_that_is_wanted(built, config):
    kept, asked = Kept(), []
    build(built.root, config, kept=kept)
    prepare(built.root, config, kept, ["alone.py"], lambda: asked.append(1) or True)
    assert asked == [1]
    assert kept.is_prepared


def test_what_is_damaged_is_not_prepared(built, config):
    kept = Kept()
    build(built.root, config, kept=kept)
    with closing(sqlite3.connect(place_of(built.root, config.cache_dir).database)) as connection:
        connection.execute("UPDATE contents SET sealed = x'00'")
        connection.commit()
    prepare(built.root, config, kept, ["alone.py"])
    assert not kept.is_prepared
