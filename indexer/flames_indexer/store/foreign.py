"""Rows of somebody else's SQLite file: read only, for a limited time, never believed to be sound.

The file may be damaged, of another program, or made to harm: it is opened as one that nobody may
write, only tables are read (a view could be anything), and functions it names are not run.
"""

import contextlib
import sqlite3
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

_TIME_LIMIT_S = 2.0
_STEPS = 20_000  # of SQLite's machine between two looks at the clock: about a millisecond
_MOST_ROWS = 500_000
_MOST_BYTES = 1 << 30


def foreign_rows(
    path: Path, tables: Collection[str], query: str, *values: object
) -> list[tuple[Any, ...]] | None:
    """The rows of `query`; None when the file is none, is damaged, lacks one of the `tables` it
    reads, or when that takes too long. The query is ours: nothing of it comes from a repository."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_BYTES:
            return None
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
            give_up = time.monotonic() + _TIME_LIMIT_S
            connection.set_progress_handler(lambda: time.monotonic() > give_up, _STEPS)
            connection.execute("PRAGMA trusted_schema=OFF")
            connection.text_factory = _decoded
            found = connection.execute("SELECT name FROM sqlite_schema WHERE type='table'")
            if not {row[0] for row in found} >= set(tables):
                return None
            return connection.execute(query, values).fetchmany(_MOST_ROWS)
    except (sqlite3.Error, OSError, ValueError, OverflowError):
        return None


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
