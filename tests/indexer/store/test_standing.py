"""What a half-typed buffer is taken to say: what the last text that parsed did, where that is now."""

import pytest
from flames_indexer.build import build
from flames_indexer.index import Index, Snapshot
from flames_indexer.index.edits import difference
from flames_indexer.index.standing import moved_facts
from flames_indexer.languages import language_of
from flames_indexer.parse import encode, parse

APP = """from lib import helper

@helper
def first(x):
    \"\"\"Says so.\"\"\"
    return helper(x)

class Shape:
    size: int = 3
    def area(self, factor=2):
        self.known = helper(1)
        return self.size * factor

    def twice(self):
        return self.area() + self.area(4)

def last():
    return first(Shape().twice())
"""
REPOSITORY = f"#- app.py\n{APP}#- lib.py\ndef helper(x): ...\n"
ALL = {
    ("app.py::first", "lib.py::helper"),
    ("app.py::Shape.area", "lib.py::helper"),
    ("app.py::Shape.twice", "app.py::Shape.area"),
    ("app.py::last", "app.py::first"),
    ("app.py::last", "app.py::Shape.twice"),
}


@pytest.fixture
def opened(repository, config):
    repository.write(REPOSITORY)
    build(repository.root, config)
    index = Index.open(repository.root, config)
    return Snapshot.of(index).with_edit("app.py", APP.encode(), 0)


def typed(snapshot: Snapshot, old: str, new: str) -> Snapshot:
    """Removes `old` by one key and types `new` in its place, asking after each."""
    source = snapshot.source("app.py").decode()
    at = source.index(old)
    source = source[:at] + source[at + len(old) :]
    snapshot = snapshot.with_edit("app.py", source.encode(), 1, (at, at + len(old), at))
    return inserted(snapshot, at, new)


def inserted(snapshot: Snapshot, at: int, new: str) -> Snapshot:
    """Types `new` at a place, asking after each key."""
    source = snapshot.source("app.py").decode()
    for character in new:
        source = source[:at] + character + source[at:]
        snapshot = snapshot.with_edit("app.py", source.encode(), 1, (at, at, at + 1))
        at += 1
        calls(snapshot)
    return snapshot


def calls(snapshot: Snapshot) -> set[tuple[str, str]]:
    """Calls between symbols; each is where its name is written."""
    found = [e for e in snapshot.edges_in("app.py") if e.kind.label == "call"]
    source = snapshot.source("app.py")
    for edge in found:
        name = source[edge.span.start : edge.span.end].decode()
        assert edge.target.endswith(name), (edge, name)
    return {(e.source, e.target) for e in found if e.target.startswith(("app.py", "lib.py"))}


@pytest.mark.parametrize(
    ("old", "new", "edited"),
    [
        ("helper(x)", "helper((x", "app.py::first"),
        ("first(x):", "first(x, y", "app.py::first"),
        ("size: int = 3", "size: int = [3, ", "app.py::Shape"),
        ("return first", '""" return first', "app.py::last"),
        ("self.known", "self.known = if self.known", "app.py::Shape.area"),
        ("Shape:", "Shape(:", "app.py::Shape"),
    ],
)
def test_half_typed_source_loses_nothing_else(opened, old, new, edited):
    snapshot = typed(opened, old, new)
    assert not snapshot.is_settled("app.py")
    assert calls(snapshot) >= {edge for edge in ALL if edge[0] != edited}
    assert {s.id for s in snapshot.symbols_in("app.py")} >= {s for s, _ in ALL}


def test_symbols_are_where_they_are_now(opened):
    snapshot = typed(opened, "return helper(x)", "return helper((x, 12345")
    source = snapshot.source("app.py")
    for symbol in snapshot.symbols_in("app.py")[1:]:
        assert source[symbol.name_span.start : symbol.name_span.end].decode() == symbol.name


def test_what_parses_again_speaks_for_itself(opened):
    snapshot = typed(typed(opened, "return helper(x)", "return helper("), "helper(", "last()")
    assert snapshot.is_settled("app.py")
    assert ("app.py::first", "app.py::last") in calls(snapshot)
    assert ("app.py::first", "lib.py::helper") not in calls(snapshot)


def test_an_unfinished_line_does_not_hide_what_is_written_elsewhere(opened):
    snapshot = typed(opened, "return helper(x)", "return helper((")
    snapshot = typed(snapshot, "return first", "helper(2)\n    return first")
    assert ("app.py::last", "lib.py::helper") in calls(snapshot)
    assert calls(snapshot) >= ALL - {("app.py::first", "lib.py::helper")}
    assert not snapshot.is_settled("app.py")


def test_what_was_removed_is_gone(opened):
    snapshot = typed(opened, "return self.area() + self.area(4)", "return (")
    assert ("app.py::Shape.twice", "app.py::Shape.area") not in calls(snapshot)


def test_a_line_that_begins_in_front_of_a_function_does_not_nest_it(opened):
    snapshot = inserted(opened, APP.index("    def twice"), "    ")
    assert ("app.py::last", "app.py::Shape.twice") not in calls(snapshot)
    snapshot = inserted(snapshot, snapshot.source("app.py").index(b"    def twice"), "@ca")
    assert not snapshot.is_settled("app.py")
    assert calls(snapshot) >= ALL
    assert {s.id for s in snapshot.symbols_in("app.py")} >= {s for s, _ in ALL}


def test_a_client_that_sends_whole_texts_sees_the_same(opened):
    broken = APP.replace("return helper(x)", "return helper((x").encode()
    snapshot = opened.with_edit("app.py", broken, 1)
    assert calls(snapshot) >= ALL - {("app.py::first", "lib.py::helper")}


def test_the_next_key_in_a_half_typed_line_resolves_nothing(opened, monkeypatch):
    snapshot = typed(opened, "return helper(x)", "return helper((")
    monkeypatch.setattr("flames_indexer.resolve.Resolver.resolve", None)
    source = snapshot.source("app.py")
    at = source.index(b"((") + 2
    snapshot = snapshot.with_edit("app.py", source[:at] + b"[" + source[at:], 2, (at, at, at + 1))
    assert calls(snapshot) >= ALL - {("app.py::first", "lib.py::helper")}


def test_a_file_that_never_parsed_says_what_it_can(repository, config):
    repository.write("#- app.py\ndef one(): two()\ndef two(): ...\ndef (\n")
    build(repository.root, config)
    index = Index.open(repository.root, config)
    source = index.source("app.py").replace(b"two()\n", b"two(); two()\n")
    snapshot = Snapshot.of(index).with_edit("app.py", source, 1)
    assert snapshot.is_settled("app.py")
    assert len([e for e in snapshot.edges_in("app.py") if e.target == "app.py::two"]) == 2


def test_moved_facts_are_those_of_the_moved_text():
    language, old = language_of("app.py"), APP.encode()
    for line in range(1, APP.count("\n")):
        lines = APP.splitlines(keepends=True)
        new = "".join([*lines[:line], "# a comment\n", *lines[line:]]).encode()
        moved = moved_facts(parse(old, language), difference(old, new))
        assert encode(moved) == encode(parse(new, language)), line
