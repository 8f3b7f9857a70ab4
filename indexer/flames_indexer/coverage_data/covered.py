"""What the last run with coverage says of some lines."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flames_indexer.store import foreign_rows

_COVERAGE, _TESTMON = ".coverage", ".testmondata"
_PHASES = ("|run", "|setup", "|teardown")  # pytest-cov writes one context for each


@dataclass(frozen=True, slots=True)
class Covered:
    """`lines`: tests that ran one of the lines; `files`: that ran their file, when the run is older
    than the file. As their runner names them: `tests/test_a.py::test_b` or `tests.test_a.test_b`.
    `notes`: what is there and cannot be used."""

    lines: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def covered(root: Path, places: Mapping[str, Sequence[range]]) -> Covered:
    """The tests that ran some lines (1-based) of some files, as far as a runner has written that
    down at the top of `root`. Some milliseconds a file."""
    lines: set[str] = set()
    files: set[str] = set()
    notes: list[str] = []
    for name, read in ((_COVERAGE, _of_coverage), (_TESTMON, _of_testmon)):
        written = _time_of(root / name)
        if written is None:
            continue
        for path, wanted in places.items():
            found = read(root, path, wanted, _is_older(root / path, written))
            if found is None:
                notes.append(f"{name} cannot be read")
                break
            lines |= found[0]
            files |= found[1]
    return Covered(frozenset(lines), frozenset(files - lines), tuple(notes))


_Found = tuple[set[str], set[str]]  # tests by line, tests by file


def _of_coverage(root: Path, path: str, wanted: Sequence[range], sure: bool) -> _Found | None:
    found = foreign_rows(
        root / _COVERAGE,
        ("file", "context", "line_bits"),
        "SELECT context.context, line_bits.numbits FROM file"
        " JOIN line_bits ON line_bits.file_id = file.id"
        " JOIN context ON context.id = line_bits.context_id"
        " WHERE file.path IN (?, ?) AND context.context != ''",
        path,
        str(root / path),
    )
    if found is None:
        return None
    rows = [
        (name, bits) for name, bits in found if isinstance(name, str) and isinstance(bits, bytes)
    ]
    arcs = _arcs(root, path) if not rows else []
    every = {_test(name) for name, _ in (*rows, *arcs)}
    if not sure:
        return set(), every
    by_bits = {_test(name) for name, bits in rows if _has_any(bits, wanted)}
    by_arc = {_test(name) for name, line in arcs if any(line in one for one in wanted)}
    return by_bits | by_arc, set()


def _arcs(root: Path, path: str) -> list[tuple[str, int]]:
    """(context, line) of a run that measured branches: it writes where each jump leads to."""
    found = foreign_rows(
        root / _COVERAGE,
        ("file", "context", "arc"),
        "SELECT DISTINCT context.context, arc.tono FROM file"
        " JOIN arc ON arc.file_id = file.id JOIN context ON context.id = arc.context_id"
        " WHERE file.path IN (?, ?) AND context.context != ''",
        path,
        str(root / path),
    )
    return [(n, at) for n, at in found or () if isinstance(n, str) and isinstance(at, int)]


def _of_testmon(root: Path, path: str, wanted: Sequence[range], sure: bool) -> _Found | None:
    """Testmon keeps which files a test ran, and checksums of blocks that only it can make."""
    found = foreign_rows(
        root / _TESTMON,
        ("test_execution", "test_execution_file_fp", "file_fp"),
        "SELECT DISTINCT test_execution.test_name FROM file_fp"
        " JOIN test_execution_file_fp ON test_execution_file_fp.fingerprint_id = file_fp.id"
        " JOIN test_execution ON test_execution.id = test_execution_file_fp.test_execution_id"
        " WHERE file_fp.filename = ?",
        path,
    )
    return None if found is None else (set(), {str(name) for (name,) in found})


def _has_any(bits: bytes, wanted: Iterable[range]) -> bool:
    """Whether one of the lines is in coverage.py's set of numbers: bit `n % 8` of byte `n // 8`."""
    return any(
        bits[line >> 3] & (1 << (line & 7))
        for lines in wanted
        for line in lines[: max(0, (len(bits) << 3) - lines.start)]
    )


def _test(context: str) -> str:
    return next((context.removesuffix(p) for p in _PHASES if context.endswith(p)), context)


def _time_of(path: Path) -> float | None:
    try:
        return os.lstat(path).st_mtime
    except OSError:
        return None


def _is_older(path: Path, written: float) -> bool:
    time = _time_of(path)
    return time is not None and time <= written
