import os
import sqlite3
import stat
import subprocess
import sys

import pytest
from filelock import FileLock
from flames_indexer.errors import StoreDamaged, StoreError
from flames_indexer.store import (
    Database,
    FileRecord,
    Generation,
    Versions,
    collect,
    discard,
    files_check,
    place,
    place_of,
    seal_edges,
    today,
)

VERSIONS = Versions({"python": "1"}, "1", "", "1")


def record(path, edges=b""):
    return FileRecord(path, path, (1, 2, 3, 4), b"k" * 16, 10, language="python", edges=edges)


def generation(root, records, number=1):
    check = files_check(root, records)
    return Generation(
        number, 1.5, VERSIONS, "s", len(records), check, (("big.py", "large"),), today()
    )


def filled(path, root="/r"):
    """A database with three files and ten contents."""
    with Database.write(path) as database:
        database.put((bytes([n]) * 16, bytes([n]) * (900 * n)) for n in range(1, 11))
        rows = {
            p: seal_edges(root, p, p.encode() * 50, b"r" * 80) for p in ("a.py", "b.py", "c/d.py")
        }
        records = [record(p, row.check) for p, row in rows.items()]
        database.commit(root, generation(root, records), records, rows, ())
    return {r.path: r for r in records}


def state(path, root="/r"):
    """All that a reader believes, or the kind of refusal."""
    with Database.read(path) as database, database.consistent():
        manifest = database.manifest(root)
        if manifest is None:
            return None
        checks = {r.path: r.edges for r in manifest.files.values()}
        return (
            manifest.generation,
            dict(manifest.files),
            dict(database.edges(root, checks)),
            dict(database.reads(root, checks)),
            {n: database.content(bytes([n]) * 16) for n in range(1, 11)},
        )


def test_what_is_written_is_read(tmp_path):
    records = filled(tmp_path / "db")
    _, files, edges, reads, contents = state(tmp_path / "db")
    assert files == records
    assert edges["a.py"] == b"a.py" * 50
    assert set(reads.values()) == {b"r" * 80}
    assert contents[3] == b"\3" * 2700


def test_a_commit_replaces_and_removes(tmp_path):
    records = filled(tmp_path / "db")
    with Database.write(tmp_path / "db") as database:
        row = seal_edges("/r", "a.py", b"new", b"")
        new = record("a.py", row.check)
        kept = [new, records["b.py"]]
        database.commit("/r", generation("/r", kept, 2), [new], {"a.py": row}, ["c/d.py"])
        manifest = database.manifest("/r")
        assert manifest.files == {"a.py": new, "b.py": records["b.py"]}
        assert dict(database.edges("/r", {"a.py": row.check})) == {"a.py": b"new"}
        assert dict(database.edges("/r", {"c/d.py": records["c/d.py"].edges})) == {"c/d.py": None}


def test_worktrees_do_not_see_each_other(tmp_path):
    filled(tmp_path / "db", "/r")
    filled(tmp_path / "db", "/other")
    with Database.write(tmp_path / "db") as database:
        database.commit("/other", generation("/other", []), [], {}, None)
    assert state(tmp_path / "db", "/other")[1] == {}
    assert len(state(tmp_path / "db", "/r")[1]) == 3


def test_edges_of_another_generation_are_not_believed(tmp_path):
    filled(tmp_path / "db")
    with Database.read(tmp_path / "db") as database:
        assert dict(database.edges("/r", {"a.py": b"x" * 8})) == {"a.py": None}
        assert dict(database.reads("/r", {"a.py": b"x" * 8})) == {"a.py": None}


@pytest.mark.parametrize("table", ["files", "edges", "reads"])
def test_rows_that_changed_places_do_not_open(tmp_path, table):
    filled(tmp_path / "db")
    connection = sqlite3.connect(tmp_path / "db")
    connection.execute(f"UPDATE {table} SET path='x' WHERE path='a.py'")
    connection.execute(f"UPDATE {table} SET path='a.py' WHERE path='b.py'")
    connection.execute(f"UPDATE {table} SET path='b.py' WHERE path='x'")
    connection.commit()
    connection.close()
    seen = state(tmp_path / "db")
    assert seen is None or None in seen[2 if table == "edges" else 3].values()


def test_a_lost_file_row_is_noticed(tmp_path):
    filled(tmp_path / "db")
    connection = sqlite3.connect(tmp_path / "db")
    connection.execute("DELETE FROM files WHERE path='a.py'")
    connection.commit()
    connection.close()
    assert state(tmp_path / "db") is None


def test_no_flipped_byte_gives_a_wrong_answer(tmp_path):
    """Every 37th byte of the file: what is read is what was written, or is missing."""
    path = tmp_path / "db"
    filled(path)
    with Database.write(path) as database:
        database.tidy()
    whole, expected = path.read_bytes(), state(path)
    noticed = 0
    for offset in range(0, len(whole), 37):
        discard(path)
        path.write_bytes(whole[:offset] + bytes([whole[offset] ^ 0x55]) + whole[offset + 1 :])
        try:
            seen = state(path)
        except StoreError:
            noticed += 1
            continue
        if seen is None:
            noticed += 1
            continue
        assert seen[:2] == expected[:2]
        for now, then in zip(seen[2:], expected[2:], strict=True):
            assert all(now[name] in (None, then[name]) for name in then)
        noticed += seen != expected
    assert noticed > len(whole) / 37 * 0.5


def test_none_foreign_and_empty_files_are_refused(tmp_path):
    with pytest.raises(StoreError, match="flames index"):
        Database.read(tmp_path / "absent")
    (tmp_path / "empty").touch()
    with pytest.raises(StoreError, match="flames index"):
        Database.read(tmp_path / "empty")
    (tmp_path / "text").write_text("hello " * 500)
    with pytest.raises(StoreDamaged):
        Database.read(tmp_path / "text")
    connection = sqlite3.connect(tmp_path / "foreign")
    connection.execute("CREATE TABLE files (a)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreDamaged):
        Database.write(tmp_path / "foreign")


def test_a_reader_keeps_its_generation_while_another_is_written(tmp_path):
    records = filled(tmp_path / "db")
    with Database.read(tmp_path / "db") as reader, reader.consistent():
        assert reader.generation("/r").number == 1
        with Database.write(tmp_path / "db") as writer:
            kept = list(records.values())
            writer.commit("/r", generation("/r", kept, 2), kept, {}, ())
        assert reader.manifest("/r").generation.number == 1
    with Database.read(tmp_path / "db") as reader:
        assert reader.manifest("/r").generation.number == 2


def test_a_full_disk_is_said_and_leaves_the_old_generation(tmp_path):
    """A process that may not write files of more than 64 KiB."""
    filled(tmp_path / "db")
    script = f"""
import resource, signal
from pathlib import Path
from flames_indexer.errors import StoreError
from flames_indexer.store import Database
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
try:
    with Database.write(Path({str(tmp_path / "db")!r})) as database:
        for n in range(100):
            database.put([(bytes([n, 1]) * 8, bytes(9000))])
except StoreError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert "The disk that holds the cache is full" in done.stdout
    assert "b.py" in state(tmp_path / "db")[1]


def test_unused_content_goes_after_fourteen_days(tmp_path, monkeypatch):
    filled(tmp_path / "db")
    from flames_indexer.store import database as module

    now = today()
    monkeypatch.setattr(module, "today", lambda: now + 15)
    with Database.write(tmp_path / "db") as database:
        database.mark_used([b"\1" * 16])
        assert database.present(None) == {b"\1" * 16}


def test_the_cache_is_private_and_outside(repository, cache_dir):
    found = place_of(repository.root, cache_dir)
    for folder in (cache_dir, found.folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with Database.write(found.database):
        assert stat.S_IMODE(found.database.stat().st_mode) == 0o600
    with pytest.raises(StoreError, match="inside the repository"):
        place_of(repository.root, repository.root / ".cache")
    assert not (repository.root / ".cache").exists()


def test_a_cache_that_others_can_write_is_refused(repository, cache_dir):
    cache_dir.mkdir(mode=0o777)
    cache_dir.chmod(0o777)
    with pytest.raises(StoreError, match="Others can write"):
        place_of(repository.root, cache_dir)


def test_a_cache_of_another_user_is_refused(repository, cache_dir, monkeypatch):
    cache_dir.mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(StoreError, match="another user"):
        place_of(repository.root, cache_dir)


def test_an_unwritable_cache_gives_a_temporary_place(repository, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = place_of(repository.root, tmp_path / "file" / "cache")
    assert found.temporary
    assert found.folder.is_relative_to(tmp_path)
    assert place_of(repository.root, tmp_path / "file" / "cache") == found


def test_worktrees_share_a_database_and_have_their_own_lock(repository, cache_dir, tmp_path):
    repository.write("#- a.py\nx = 1").commit()
    repository.git("worktree", "add", "-q", str(tmp_path / "other"))
    one, other = place_of(repository.root, cache_dir), place_of(tmp_path / "other", cache_dir)
    assert one.database == other.database
    assert one.lock != other.lock
    assert one.root != other.root


@pytest.mark.parametrize("network", [True, False])
def test_the_journal_suits_the_file_system(tmp_path, monkeypatch, network):
    monkeypatch.setattr("flames_indexer.store.database.on_network", lambda folder: network)
    filled(tmp_path / "db")
    with Database.write(tmp_path / "db"), Database.read(tmp_path / "db") as reader:
        assert (tmp_path / "db-wal").exists() != network
        assert reader.manifest("/r") is not None


@pytest.mark.parametrize(
    ("mounts", "folder", "expected"),
    [
        (["/dev/sda / ext4 rw", "host:/x /home nfs4 rw"], "/home/me/.cache", True),
        (["/dev/sda / ext4 rw", "host:/x /home nfs4 rw"], "/homer/.cache", False),
        (["host:/x /home nfs rw", "/dev/sdb /home/me xfs rw"], "/home/me/.cache", False),
        (["//nas/s /mnt/my\\040disk cifs rw"], "/mnt/my disk/c", True),
    ],
)
def test_network_file_systems_are_known_by_their_mount(mounts, folder, expected):
    assert place.is_network(folder, mounts) == expected


def test_a_full_cache_loses_the_repository_unused_for_longest(tmp_path):
    places = [place.Place(tmp_path / name, f"/{name}") for name in ("old", "busy", "new", "own")]
    for age, one in enumerate(reversed(places)):
        one.folder.mkdir()
        filled(one.database)
        os.utime(one.database, (1e9 - age, 1e9 - age))
    size = places[0].database.stat().st_size
    with FileLock(places[1].lock):
        collect(places[-1], 2 * size)
    assert [one.database.exists() for one in places] == [False, True, False, True]
    collect(places[-1], 100 * size)
    assert places[1].database.exists()
    collect(places[-1], 0)
    assert [one.database.exists() for one in places] == [False, False, False, True]


def test_a_database_of_an_old_version_goes_when_it_is_unused(tmp_path):
    own = place.Place(tmp_path / "own", "/own")
    own.folder.mkdir()
    filled(own.database)
    old, recent = own.folder / "v0.sqlite", own.folder / "v00.sqlite"
    old.touch()
    recent.touch()
    os.utime(old, (1e9, 1e9))
    os.utime(own.database, (1e9, 1e9))
    collect(own, 1 << 30)
    assert not old.exists()
    assert recent.exists()
    assert own.database.exists()


def test_a_row_of_an_older_generation_is_noticed(tmp_path):
    records = filled(tmp_path / "db")
    connection = sqlite3.connect(tmp_path / "db")
    old = connection.execute("SELECT sealed FROM files WHERE path='a.py'").fetchone()[0]
    newer = [record("a.py", b"newer..."), records["b.py"], records["c/d.py"]]
    with Database.write(tmp_path / "db") as database:
        database.commit("/r", generation("/r", newer, 2), newer, {}, ())
        assert database.manifest("/r") is not None
    connection.execute("UPDATE files SET sealed=? WHERE path='a.py'", (old,))
    connection.commit()
    connection.close()
    assert state(tmp_path / "db") is None
