"""What test runners leave beside the code: read, and not believed."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flames_indexer.coverage_data import Covered, covered
from flames_indexer.store import foreign_rows

TABLES = """
CREATE TABLE file (id integer primary key, path text);
CREATE TABLE context (id integer primary key, context text);
CREATE TABLE line_bits (file_id integer, context_id integer, numbits blob);
CREATE TABLE arc (file_id integer, context_id integer, fromno integer, tono integer);
"""
LINES_3_TO_5 = [range(3, 6)]


def bits(*lines: int) -> bytes:
    found = bytearray(max(lines) // 8 + 1)
    for line in lines:
        found[line // 8] |= 1 << line % 8
    return bytes(found)


def measured(
    root: Path, *rows: tuple[str, str, bytes], arcs: tuple[tuple[str, int], ...] = ()
) -> None:
    """`.coverage` with rows of (path, context, lines), made after the sources."""
    with closing(sqlite3.connect(root / ".coverage")) as connection:
        connection.executescript(TABLES)
        for number, (path, context, numbits) in enumerate(rows):
            connection.execute("INSERT INTO file VALUES (?, ?)", (number, path))
            connection.execute("INSERT INTO context VALUES (?, ?)", (number, context))
            connection.execute("INSERT INTO line_bits VALUES (?, ?, ?)", (number, number, numbits))
        for number, (context, line) in enumerate(arcs, 100):
            connection.execute("INSERT INTO file VALUES (?, ?)", (number, "a.py"))
            connection.execute("INSERT INTO context VALUES (?, ?)", (number, context))
            connection.execute("INSERT INTO arc VALUES (?, ?, -1, ?)", (number, number, line))
        connection.commit()


def asked(root: Path) -> Covered:
    return covered(root, {"a.py": LINES_3_TO_5})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_text("x = 1\n")
    os.utime(tmp_path / "a.py", (1, 1))
    return tmp_path


def test_the_tests_that_ran_a_line_are_told(root: Path) -> None:
    measured(
        root,
        ("a.py", "t.py::test_in|run", bits(4)),
        (str(root / "a.py"), "t.test_absolute", bits(1, 5)),
        ("a.py", "t.py::test_before", bits(2)),
        ("a.py", "t.py::test_behind", bits(6, 90)),
        ("b.py", "t.py::test_elsewhere", bits(4)),
        ("a.py", "", bits(4)),
    )
    assert asked(root) == Covered(frozenset(("t.py::test_in", "t.test_absolute")))


def test_a_run_with_branches_tells_them_too(root: Path) -> None:
    measured(root, arcs=(("t.py::test_in|setup", 3), ("t.py::test_out", 9)))
    assert asked(root) == Covered(frozenset(("t.py::test_in",)))


def test_of_a_file_changed_since_then_only_the_file_is_known(root: Path) -> None:
    measured(root, ("a.py", "t.py::test_in", bits(4)))
    os.utime(root / ".coverage", (0, 0))
    assert asked(root) == Covered(files=frozenset(("t.py::test_in",)))


def test_testmon_tells_the_files_that_a_test_ran(root: Path) -> None:
    with closing(sqlite3.connect(root / ".testmondata")) as connection:
        connection.executescript("""
            CREATE TABLE test_execution (id integer primary key, test_name text);
            CREATE TABLE file_fp (id integer primary key, filename text);
            CREATE TABLE test_execution_file_fp (test_execution_id int, fingerprint_id int);
            INSERT INTO test_execution VALUES (1, 't.py::test_in'), (2, 't.py::test_out');
            INSERT INTO file_fp VALUES (1, 'a.py'), (2, 'b.py');
            INSERT INTO test_execution_file_fp VALUES (1, 1), (2, 2);
        """)
    assert asked(root) == Covered(files=frozenset(("t.py::test_in",)))


def test_there_may_be_nothing(root: Path) -> None:
    assert asked(root) == Covered()


@pytest.mark.parametrize("name", [".coverage", ".testmondata"])
@pytest.mark.parametrize("content", [b"", b"!coverage.py: json", b"SQLite format 3\0" + b"x" * 900])
def test_what_cannot_be_read_is_said(root: Path, name: str, content: bytes) -> None:
    (root / name).write_bytes(content)
    assert asked(root) == Covered(notes=(f"{name} cannot be read",))


def test_a_link_out_of_the_repository_is_not_followed(root: Path, tmp_path: Path) -> None:
    measured(root, ("a.py", "t.py::test_in", bits(4)))
    (root / ".coverage").rename(root / "elsewhere")
    (root / ".coverage").symlink_to(root / "elsewhere")
    assert asked(root).lines == frozenset()


def test_a_view_in_place_of_a_table_is_not_read(root: Path) -> None:
    with closing(sqlite3.connect(root / ".coverage")) as connection:
        connection.executescript(
            TABLES.replace("CREATE TABLE context", "CREATE TABLE other")
            + "CREATE VIEW context AS SELECT 1 AS id, 't.py::test_made_up' AS context;"
        )
    assert asked(root).notes == (".coverage cannot be read",)


def test_a_query_without_an_end_is_stopped(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured(root)
    monkeypatch.setattr("flames_indexer.store.foreign._TIME_LIMIT_S", 0.0)
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    assert foreign_rows(root / ".coverage", ("file",), endless) is None


def test_reading_leaves_nothing_beside_the_file(root: Path) -> None:
    measured(root, ("a.py", "t.py::test_in", bits(4)))
    before = sorted(root.iterdir())
    asked(root)
    assert sorted(root.iterdir()) == before
