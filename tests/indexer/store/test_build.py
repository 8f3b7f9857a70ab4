import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from flames_indexer import files
from flames_indexer.build import build
from flames_indexer.config import config_of
from flames_indexer.errors import Cancelled, EmptyIndexError, StoreBusy
from flames_indexer.model import Role
from flames_indexer.store import Database, discard, place_of

REPOSITORY = """
#- app.py
from lib import helper

def run():
    return helper(1)
#- lib.py
def helper(x):
    return x + 1
#- other.py
def alone():
    return 0
"""


@pytest.fixture
def old_clock(monkeypatch):
    """Files just written count as old enough to be trusted."""
    monkeypatch.setattr(files, "_RACY_NS", 0)


@pytest.fixture
def reading(monkeypatch):
    """The paths that were read."""
    paths: list[str] = []
    read = files.read

    def recorded(root, entry):
        paths.append(entry.path)
        return read(root, entry)

    monkeypatch.setattr(files, "read", recorded)
    return paths


def stored(repository, config):
    """Records by path and edges by path, as stored."""
    place = place_of(repository.root, config.cache_dir)
    with Database.read(place.database) as database:
        manifest = database.manifest(place.root)
        checks = {p: r.edges for p, r in manifest.files.items() if r.has_facts}
        return manifest.files, dict(database.edges(place.root, checks))


def test_a_build_counts_what_it_found(repository, config):
    repository.write(REPOSITORY)
    repository.put("broken.py", "def (:\n")
    summary = build(repository.root, config)
    assert (summary.files, summary.generation, summary.changed) == (4, 1, 4)
    assert summary.symbols == 7
    assert summary.edges["resolved"] == 3  # the module, what is imported, the call
    assert summary.unparsed == 1
    records, edges = stored(repository, config)
    assert records["app.py"].lines == 4
    assert all(block for block in edges.values())


def test_a_second_build_reads_nothing(repository, config, old_clock, reading):
    repository.write(REPOSITORY).commit()
    first = build(repository.root, config)
    reading.clear()
    second = build(repository.root, config)
    assert reading == [".flamesignore"]
    assert second.generation == first.generation
    assert (second.symbols, second.edges) == (first.symbols, first.edges)


def test_an_unchanged_worktree_loads_no_parser(repository, config):
    repository.write(REPOSITORY)
    build(repository.root, config)
    script = (
        "import sys; from pathlib import Path\n"
        "from flames_indexer.build import build\n"
        "from flames_indexer.config import load\n"
        f"root = Path({str(repository.root)!r})\n"
        "assert build(root, load(root)[0]).changed == 0\n"
        "heavy = {'numpy', 'faiss', 'tree_sitter', 'networkx', 'pathspec'}\n"
        "print(sorted(heavy & sys.modules.keys()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_only_changed_files_are_read_and_only_readers_resolved(
    repository, config, old_clock, reading
):
    repository.write(REPOSITORY)
    build(repository.root, config)
    reading.clear()
    repository.put("lib.py", "def renamed(x):\n    return x + 1\n")
    summary = build(repository.root, config)
    assert set(reading) == {".flamesignore", "lib.py"}
    assert summary.generation == 2
    assert summary.changed == 2  # lib.py and app.py that imported from it, not other.py


def test_a_body_edit_resolves_only_its_file(repository, config, old_clock):
    repository.write(REPOSITORY)
    build(repository.root, config)
    repository.put("lib.py", "def helper(x):\n    print(x)\n    return x + 1\n")
    assert build(repository.root, config).changed == 1


def test_deleted_and_new_files_change_who_looked_for_them(repository, config, old_clock):
    repository.write(REPOSITORY)
    before = build(repository.root, config)
    (repository.root / "lib.py").unlink()
    assert build(repository.root, config).changed == 1
    _, edges = stored(repository, config)
    assert edges.keys() == {"app.py", "other.py"}
    repository.put("lib.py", "def helper(x):\n    return x + 1\n")
    after = build(repository.root, config)
    assert after.changed == 2
    assert after.edges == before.edges


def test_a_same_size_edit_within_one_tick_is_seen(repository, config, monkeypatch):
    """The stat key never changes: only a young file's content tells."""
    path = repository.put("a.py", "def one(): pass\n")
    now = time.time_ns()
    monkeypatch.setattr(files, "stat_key", lambda status: (status.st_size, now, now, 1))
    build(repository.root, config)
    path.write_text("def two(): pass\n")
    summary = build(repository.root, config)
    assert summary.changed == 1
    records, _ = stored(repository, config)
    assert records["a.py"].stat == files.UNTRUSTED


def test_touched_files_cost_no_generation(repository, config, old_clock, reading):
    repository.write(REPOSITORY)
    build(repository.root, config)
    os.utime(repository.root / "lib.py", (1, 1))
    reading.clear()
    assert build(repository.root, config).generation == 1
    assert "lib.py" in reading
    reading.clear()
    assert build(repository.root, config).generation == 1
    assert "lib.py" not in reading


def test_full_reads_everything_and_ends_the_same(repository, config, old_clock, reading):
    repository.write(REPOSITORY)
    build(repository.root, config)
    before = stored(repository, config)
    reading.clear()
    summary = build(repository.root, config, full=True)
    assert (summary.changed, summary.generation) == (3, 2)
    assert set(reading) >= {"app.py", "lib.py", "other.py"}
    assert stored(repository, config)[1] == before[1]


def test_roles_follow_gitattributes(repository, config, old_clock):
    repository.write(REPOSITORY)
    build(repository.root, config)
    repository.put(".gitattributes", "lib.py linguist-generated\n")
    build(repository.root, config)
    assert stored(repository, config)[0]["lib.py"].role == Role.GENERATED


def test_bytes_that_are_no_text(repository, config):
    repository.put("latin.py", b"# caf\xe9\ndef f():\n    return '\xff'\n")
    repository.put("nul.py", b"x = 1\0\n")
    summary = build(repository.root, config)
    assert summary.skips == (("nul.py", "binary"),)
    assert summary.files == 1
    records, _ = stored(repository, config)
    assert records["latin.py"].symbols == 2


def test_skips_are_told_again_by_a_build_that_does_nothing(repository, config, old_clock):
    repository.put("nul.py", b"x = 1\0\n")
    with repository.put("big.py", "").open("wb") as file:
        file.truncate(50 << 20)
    repository.put("a.py", "def f(): pass\n")
    first = build(repository.root, config)
    second = build(repository.root, config)
    assert [path for path, _ in second.skips] == ["big.py", "nul.py"]
    assert (second.skips, second.generation) == (first.skips, 1)


def test_no_files_is_a_summary_of_none(repository, config):
    repository.put("README", "nothing\n")
    summary = build(repository.root, config)
    assert (summary.files, summary.symbols) == (0, 0)
    assert build(repository.root, config).generation == 1


def test_files_without_any_symbol_are_an_error(repository, config, monkeypatch):
    repository.write(REPOSITORY)

    def broken(source, language):
        raise RuntimeError("no grammar")

    monkeypatch.setattr("flames_indexer.parse.parse", broken)
    with pytest.raises(EmptyIndexError, match="no grammar"):
        build(repository.root, config)


def test_one_file_that_breaks_us_is_skipped(repository, config, monkeypatch):
    from flames_indexer import parse as module

    repository.write(REPOSITORY)
    parse = module.parse

    def sometimes(source, language):
        if b"alone" in source:
            raise RuntimeError("surprise")
        return parse(source, language)

    monkeypatch.setattr(module, "parse", sometimes)
    summary = build(repository.root, config)
    assert summary.files == 2
    assert summary.skips == (("other.py", "RuntimeError: surprise"),)


def test_a_file_that_breaks_resolving_is_counted_and_tried_again(
    repository, config, monkeypatch, old_clock
):
    from flames_indexer.resolve import Resolver

    repository.write(REPOSITORY)
    resolve = Resolver.resolve

    def sometimes(self, path):
        if path == "app.py":
            raise RuntimeError("surprise")
        return resolve(self, path)

    with monkeypatch.context() as patch:
        patch.setattr(Resolver, "resolve", sometimes)
        summary = build(repository.root, config)
        assert (summary.files, summary.unparsed, summary.changed) == (3, 1, 3)
        assert build(repository.root, config).generation == 1
    repository.put("other.py", "def changed(): pass\n")
    summary = build(repository.root, config)
    assert (summary.unparsed, summary.changed) == (0, 2)


def test_worktrees_share_contents(repository, config, tmp_path, monkeypatch):
    repository.write(REPOSITORY).commit()
    build(repository.root, config)
    repository.git("worktree", "add", "-q", str(tmp_path / "other"))

    def none(source, language):
        raise AssertionError("parsed again")

    monkeypatch.setattr("flames_indexer.parse.parse", none)
    summary = build(tmp_path / "other", config)
    assert summary.files == 3
    other = replace(repository, root=tmp_path / "other")
    assert stored(other, config)[1] == stored(repository, config)[1]


def test_going_back_to_a_branch_parses_nothing(repository, config, monkeypatch):
    repository.write(REPOSITORY).commit()
    build(repository.root, config)
    before = stored(repository, config)[1]
    repository.git("checkout", "-q", "-b", "side")
    repository.put("lib.py", "def other(): pass\n")
    repository.commit()
    build(repository.root, config)
    repository.git("checkout", "-q", "main")
    monkeypatch.setattr("flames_indexer.parse.parse", None)
    summary = build(repository.root, config)
    assert summary.skips == ()
    assert stored(repository, config)[1] == before


def test_ignored_files_are_not_indexed(repository, config):
    repository.write(REPOSITORY + "#- .gitignore\nother.py\n")
    assert build(repository.root, config).files == 2


def test_a_submodule_is_indexed_by_itself(repository, config, tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "in.py").write_text("def f(): pass\n")
    repository.git("init", "-q", cwd=inner)
    repository.git("add", "-A", cwd=inner)
    repository.git("commit", "-q", "-m", "inner", cwd=inner)
    repository.write(REPOSITORY)
    repository.git("submodule", "add", "-q", str(inner), "sub")
    assert build(repository.root, config).files == 3
    assert build(files.root_of(repository.root / "sub"), config).files == 1


@pytest.mark.parametrize("full", [False, True])
def test_cancelling_leaves_the_old_generation(repository, config, full):
    repository.write(REPOSITORY)
    build(repository.root, config)
    before = stored(repository, config)
    repository.put("lib.py", "def new(): pass\n")
    for calls in range(1, 30):
        left = iter([False] * calls)
        try:
            build(repository.root, config, full=full, cancelled=lambda left=left: next(left, True))
        except Cancelled:
            assert stored(repository, config) == before
        else:
            break
    else:
        pytest.fail("never finished")
    assert calls > 4
    assert stored(repository, config) != before


def test_progress_names_the_steps_in_order(repository, config):
    repository.write(REPOSITORY)
    steps: list[str] = []
    build(repository.root, config, progress=lambda p: steps.append(p.step))
    assert list(dict.fromkeys(steps)) == ["find", "parse", "resolve", "write"]


BUILDER = """
import sys, time
from pathlib import Path
from flames_indexer.build import build
from flames_indexer.config import load
root = Path(sys.argv[1])
def progress(p):
    if p.step == sys.argv[2]:
        print("there", flush=True)
        sys.stdin.read()
build(root, load(root)[0], progress=progress)
"""


def builder(repository, step):
    """A process that is building and has just reached `step`."""
    process = subprocess.Popen(
        [sys.executable, "-c", BUILDER, str(repository.root), step],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "there\n"
    return process


def test_a_second_builder_is_told(repository, config):
    repository.write(REPOSITORY)
    process = builder(repository, "parse")
    try:
        with pytest.raises(StoreBusy):
            build(repository.root, config)
    finally:
        process.communicate("")
    assert build(repository.root, config).files == 3


@pytest.mark.parametrize("step", ["parse", "resolve", "write"])
def test_a_killed_build_leaves_the_old_generation_and_no_lock(repository, config, step):
    repository.write(REPOSITORY)
    build(repository.root, config)
    before = stored(repository, config)
    repository.put("lib.py", "def new(): pass\n")
    process = builder(repository, step)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert stored(repository, config) == before
    assert build(repository.root, config).generation == 2


def test_a_build_killed_anywhere_leaves_a_whole_generation(repository, config):
    """Killed after a growing time, while files keep changing."""
    repository.write(REPOSITORY)
    build(repository.root, config)
    for attempt in range(12):
        repository.put("lib.py", f"def new{attempt}(): pass\n" * 200)
        process = subprocess.Popen(
            [sys.executable, "-c", BUILDER, str(repository.root), "never"],
            stdin=subprocess.DEVNULL,
        )
        try:
            process.wait(0.15 + attempt * 0.06)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        records, edges = stored(repository, config)
        assert records.keys() == {"app.py", "lib.py", "other.py"}
        assert None not in edges.values()


@pytest.mark.parametrize("name", ["FACTS_VERSION", "EDGES_VERSION", "SKETCH_VERSION"])
def test_an_index_of_another_format_is_built_again(repository, config, name):
    """In a process of its own: the other version is what every module of it was loaded with."""
    repository.write(REPOSITORY)
    build(repository.root, config)
    code = (
        f"from pathlib import Path; from flames_indexer import formats; formats.{name} += 1\n"
        "from flames_indexer.build import build; from flames_indexer.config import load\n"
        "from flames_indexer.errors import StoreError; from flames_indexer.index import Index\n"
        f"root = Path({str(repository.root)!r}); config, _ = load(root)\n"
        f"try: Index.open(root, config); read = {name == 'SKETCH_VERSION'}\n"
        "except StoreError: read = True\n"
        "built = build(root, config); Index.open(root, config)\n"
        "print(read, built.changed == built.files > 0, build(root, config).changed)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "FLAMES_CACHE_DIR": str(config.cache_dir)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.stdout, ended.stderr) == ("True True 0\n", "")


def test_a_damaged_database_is_built_again_and_said_once(repository, config):
    repository.write(REPOSITORY)
    build(repository.root, config)
    before = stored(repository, config)
    path = place_of(repository.root, config.cache_dir).database
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    summary = build(repository.root, config)
    assert len(summary.warnings) == 1
    assert build(repository.root, config).warnings == ()
    assert stored(repository, config)[1] == before[1]


def test_any_flipped_byte_is_repaired(repository, config):
    repository.write(REPOSITORY)
    build(repository.root, config)
    path = place_of(repository.root, config.cache_dir).database
    with Database.write(path) as database:
        database.tidy()
    whole, expected = path.read_bytes(), stored(repository, config)[1]
    for offset in range(11, len(whole), len(whole) // 60):
        discard(path)
        path.write_bytes(whole[:offset] + bytes([whole[offset] ^ 0x55]) + whole[offset + 1 :])
        build(repository.root, config)
        assert stored(repository, config)[1] == expected, offset


@pytest.mark.parametrize("table", ["contents", "files", "edges", "reads", "worktrees", "uses"])
def test_every_table_may_be_emptied(repository, config, table):
    repository.write(REPOSITORY)
    build(repository.root, config)
    expected = stored(repository, config)[1]
    connection = sqlite3.connect(place_of(repository.root, config.cache_dir).database)
    connection.execute(f"DELETE FROM {table}")
    connection.commit()
    connection.close()
    build(repository.root, config)
    assert stored(repository, config)[1] == expected


def test_a_cache_that_cannot_be_written_gives_a_warning(repository, tmp_path, monkeypatch):
    repository.write(REPOSITORY)
    (tmp_path / "file").touch()
    monkeypatch.setenv("FLAMES_CACHE_DIR", str(tmp_path / "file/cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    config = config_of({"workers": 1})
    summary = build(repository.root, config)
    assert summary.files == 3
    assert "cannot be written" in summary.warnings[0]
    assert len(stored(repository, config)[0]) == 3


def test_a_pool_of_workers_gives_the_same(repository, config):
    repository.write(REPOSITORY)
    build(repository.root, config)
    alone = stored(repository, config)[1]
    build(repository.root, config_of({"workers": 2}), full=True)
    assert stored(repository, config)[1] == alone


CALLS = """
#- lib.py
def start(it):
    it.run()
#- things.py
class Thing:
    def run(self):
        return 1
class Other:
    def run(self):
        return 2
#- app.py
from lib import start
from things import Thing
def main():
    start(Thing())
#- more.py
def idle():
    return 0"""


def test_a_call_that_comes_in_another_file_reaches_what_it_gives(folder, config):
    """Who follows a parameter to the calls of its function reads which files have some."""
    folder.write(CALLS)
    build(folder.root, config)
    folder.put("more.py", "def idle():\n    return 1\n")
    assert build(folder.root, config).changed == 1
    text = "from lib import start\nfrom things import Other\ndef idle():\n    start(Other())\n"
    folder.put("more.py", text)
    assert build(folder.root, config).changed == 2  # and lib.py, whose parameter is an Other too
    folder.put("more.py", "def idle():\n    return 0\n")
    assert build(folder.root, config).changed == 2
