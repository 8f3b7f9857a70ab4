"""Fixtures: a small repository in one string, with marks for places and for what is expected there.

    --- pkg/a.py            the file that follows; without any such line: one file, `main.py`
    def f(): ...
    $0                      a place (removed from the text); `Fixture.cursor`
    g()
    # ^ call pkg/b.py::g    the line above has `g` in this column, and this is expected of it

A mark is a comment line (`#` or `//`) with carets; the first caret tells the column, so a name in
column 0 is marked by a caret below its second letter. Marks stay in the text: they are comments.
"""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field

from flames_indexer.facts import FileFacts
from flames_indexer.languages import language_of
from flames_indexer.model import Certainty, EdgeKind
from flames_indexer.parse import parse
from flames_indexer.resolve import FileEdges, Resolver
from flames_indexer.resolve.symbols import symbol_ids

_FILE = re.compile(r"^--- (\S+)\n", re.MULTILINE)
_MARK = re.compile(rb"^\s*(?:#|//)[^^\n]*(\^+)\s*(.*)$")


@dataclass(frozen=True)
class Mark:
    """What is expected at a place: the text behind the carets."""

    path: str
    offset: int
    text: str


@dataclass(frozen=True)
class Fixture:
    """The files of a fixture string, as bytes by path; the cursor as (path, offset)."""

    files: dict[str, bytes]
    marks: tuple[Mark, ...]
    cursor: tuple[str, int] | None


def read_fixture(text: str) -> Fixture:
    """The files, marks and cursor of a fixture string."""
    parts = _FILE.split(textwrap.dedent(text).lstrip("\n"))
    named = dict(zip(parts[1::2], parts[2::2], strict=True)) if len(parts) > 1 else {}
    files: dict[str, bytes] = {}
    cursor = None
    for path, content in (named or {"main.py": parts[0]}).items():
        source = content.encode()
        at = source.find(b"$0")
        if at >= 0:
            cursor = (path, at)
            source = source.replace(b"$0", b"", 1)
        files[path] = source
    marks = [mark for path, source in files.items() for mark in _marks(path, source)]
    return Fixture(files, tuple(marks), cursor)


def _marks(path: str, source: bytes) -> list[Mark]:
    marks: list[Mark] = []
    line_start = above = 0
    for line in source.split(b"\n"):
        found = _MARK.match(line)
        if found:
            marks.append(Mark(path, above + found.start(1), found.group(2).decode().strip()))
        else:
            above = line_start
        line_start += len(line) + 1
    return marks


@dataclass
class FixtureProgram:
    """A `resolve.Program` over files in memory; files of no known language are manifests."""

    files: Mapping[str, bytes]
    _facts: dict[str, FileFacts] = field(default_factory=dict)

    def facts(self, path: str) -> FileFacts | None:
        if not self.exists(path):
            return None
        if path not in self._facts:
            language = language_of(path)
            assert language is not None
            self._facts[path] = parse(self.files[path], language)
        return self._facts[path]

    def exists(self, path: str) -> bool:
        return path in self.files and language_of(path) is not None

    def paths(self) -> list[str]:
        return sorted(path for path in self.files if language_of(path) is not None)

    def manifest(self, path: str) -> bytes | None:
        return self.files.get(path)


@dataclass(frozen=True, order=True)
class Use:
    """An edge as tests see it."""

    start: int
    end: int
    kind: str
    target: str
    certainty: str
    source: str
    via: str = ""


def uses(program: FixtureProgram, path: str, edges: FileEdges) -> list[Use]:
    """The edges of a file, readable."""
    facts = program.facts(path)
    assert facts is not None
    ids = symbol_ids(path, facts)
    return [
        Use(
            edges.start[row],
            edges.end[row],
            EdgeKind(edges.kind[row]).label,
            edges.strings[edges.target[row]],
            Certainty(edges.certainty[row]).label,
            ids[edges.source[row]],
            edges.strings[edges.via[row]] if edges.via[row] >= 0 else "",
        )
        for row in range(len(edges))
    ]


def check(text: str) -> None:
    """Resolves the fixture and compares every mark with the edges at its place.

    A mark lists edges, separated by `;`, as `kind target [certainty]` (certainty resolved if not
    said; override edges only if listed); `none` is no edge, `unknown` a call of nobody knows what.
    Edges that syntax makes have an empty span, and belong to the place where it starts. A word in
    brackets behind an edge is its `via`.
    """
    fixture = read_fixture(text)
    assert fixture.marks, "a fixture without marks checks nothing"
    program = FixtureProgram(fixture.files)
    resolver = Resolver(program)
    edges = {path: resolver.resolve(path) for path in program.paths()}
    for mark in fixture.marks:
        found = [
            use
            for use in uses(program, mark.path, edges[mark.path])
            if use.start <= mark.offset < max(use.end, use.start + 1)
        ]
        shown = "(" in mark.text
        actual = sorted(
            f"{use.kind} {use.target} {use.certainty}"
            + (f" ({use.via})" if shown and use.via else "")
            for use in found
        )
        if mark.offset in edges[mark.path].unknown:
            actual.append("unknown")
        expected = sorted(_expected(mark.text))
        if not any(one.startswith("override ") for one in expected):
            actual = [one for one in actual if not one.startswith("override ")]
        assert actual == expected, _message(fixture, mark, actual, expected)


def _expected(text: str) -> list[str]:
    found: list[str] = []
    for one in (part.strip() for part in text.split(";")):
        if one == "none":
            continue
        edge, bracket, via = one.partition(" (")
        said = edge == "unknown" or len(edge.split()) == 3
        found.append((edge if said else f"{edge} resolved") + bracket + via)
    return found


def _message(fixture: Fixture, mark: Mark, actual: list[str], expected: list[str]) -> str:
    before = fixture.files[mark.path][: mark.offset]
    line = fixture.files[mark.path].split(b"\n")[before.count(b"\n")].decode()
    return f"{mark.path}: {line!r}\n  expected {expected}\n  got      {actual}"
