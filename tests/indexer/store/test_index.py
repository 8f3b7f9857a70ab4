import sqlite3
import threading

import pytest
from flames_indexer.build import build
from flames_indexer.errors import StoreDamaged, StoreError
from flames_indexer.index import Index, Snapshot
from flames_indexer.index.edits import EditMap, difference
from flames_indexer.model import Role, Span, SymbolKind
from flames_indexer.store import place_of

REPOSITORY = """
#- app.py
from lib import helper

def run():
    return helper(1)
#- lib.py
def helper(x):
    return x + 1

class Shape:
    def area(self):
        return helper(2)
#- tests/test_app.py
from app import run

def test_run():
    assert run() == 2
#- tsconfig.json
{}
"""


@pytest.fixture
def index(repository, config):
    repository.write(REPOSITORY)
    build(repository.root, config)
    return Index.open(repository.root, config)


@pytest.fixture
def snapshot(index):
    return Snapshot.of(index)


def text(snapshot, path):
    return snapshot.source(path)


def typed(snapshot, path, old, new, version=1):
    """The snapshot after `old` was replaced by `new` in the editor."""
    source = text(snapshot, path)
    at = source.index(old.encode())
    source = source[:at] + new.encode() + source[at + len(old) :]
    edit = (at, at + len(old), at + len(new.encode()))
    return snapshot.with_edit(path, source, version, edit if snapshot.overlays() else None)


def callers(snapshot, identity):
    return sorted(
        {edge.source for edge in snapshot.edges_to(identity) if edge.kind.label == "call"}
    )


def named(snapshot, edge):
    """The text at an edge."""
    return text(snapshot, edge.span.path)[edge.span.start : edge.span.end].decode()


# Index


def test_an_index_answers_from_one_generation(index, repository, config):
    assert list(index.paths()) == ["app.py", "lib.py", "tests/test_app.py"]
    assert index.roles()["tests/test_app.py"] == Role.TEST
    assert index.manifest("tsconfig.json") == b"{}\n"
    assert index.manifest("app.py") is None
    assert callers(Snapshot.of(index), "lib.py::helper") == ["app.py::run", "lib.py::Shape.area"]
    repository.put("app.py", "")
    build(repository.root, config)
    assert callers(Snapshot.of(index), "lib.py::helper") == ["app.py::run", "lib.py::Shape.area"]
    assert index.facts("app.py") is not None


def test_source_is_given_only_while_it_is_the_indexed_one(index, repository):
    assert index.source("app.py").startswith(b"from lib")
    repository.put("app.py", "x = 1\n")
    assert index.source("app.py") is None
    assert index.source("absent.py") is None


def test_a_newer_generation_shares_what_did_not_change(index, repository, config):
    assert index.reopened() is index
    before = {path: index.facts(path) for path in ("lib.py", "app.py")}
    repository.put("app.py", "from lib import helper\nhelper(3)\n")
    (repository.root / "tests/test_app.py").unlink()
    build(repository.root, config)
    newer = index.reopened()
    assert newer.generation == index.generation + 1
    assert newer.facts("lib.py") is before["lib.py"]
    assert newer.facts("app.py") != before["app.py"]
    assert callers(Snapshot.of(newer), "lib.py::helper") == ["app.py", "lib.py::Shape.area"]
    assert callers(Snapshot.of(newer), "app.py::run") == []
    assert callers(Snapshot.of(index), "app.py::run") == ["tests/test_app.py::test_run"]


def test_what_is_derived_lasts_as_long_as_all_files_say_the_same(index, repository, config):
    made: list[int] = []

    def derived(of):
        return of.derived("made", lambda: made.append(1) or len(made))

    assert derived(index) == 1
    build(repository.root, config, full=True)
    again = index.reopened()
    assert again is not index
    assert derived(again) == 1
    repository.put("app.py", "x = 1\n")
    build(repository.root, config)
    assert derived(again.reopened()) == 2
    assert derived(again) == 1


def test_symbols_are_found_by_name_without_facts(index):
    kinds = dict(index.symbols_named())
    assert kinds["lib.py::Shape"] == SymbolKind.CLASS
    assert kinds["lib.py::Shape.area"] == SymbolKind.METHOD
    assert kinds["app.py"] == SymbolKind.MODULE
    assert index.methods("lib.py") == ["lib.py::Shape.area"]


def test_no_index_and_a_damaged_one_are_told_apart(repository, config):
    repository.write(REPOSITORY)
    with pytest.raises(StoreError, match="no index"):
        Index.open(repository.root, config)
    build(repository.root, config)
    path = place_of(repository.root, config.cache_dir).database
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM files WHERE path='app.py'")
    connection.commit()
    connection.close()
    with pytest.raises(StoreDamaged, match="flames index"):
        Index.open(repository.root, config)


@pytest.mark.parametrize("table", ["contents", "edges", "reads", "uses"])
def test_damage_makes_answers_smaller_and_the_next_build_repairs_it(repository, config, table):
    repository.write(REPOSITORY)
    build(repository.root, config)
    expected = Index.open(repository.root, config)
    covered = expected.coverage()
    path = place_of(repository.root, config.cache_dir).database
    connection = sqlite3.connect(path)
    if table == "uses":
        connection.execute("UPDATE uses SET key=x'00' WHERE key=(SELECT max(key) FROM uses)")
    else:
        connection.execute(f"UPDATE {table} SET sealed=CAST(x'00' || substr(sealed, 2) AS BLOB)")
    connection.commit()
    connection.close()
    index = Index.open(repository.root, config)
    for file in expected.paths():
        assert index.facts(file) == expected.facts(file)  # from the disk, if need be
        assert index.sketches(file) in (None, expected.sketches(file))
    wrong = set(index.graph.edges_in("app.py")) - set(expected.graph.edges_in("app.py"))
    assert not wrong
    assert index.coverage().pending_files == len(index.damaged)
    build(repository.root, config)
    repaired = index.reopened()
    assert not repaired.damaged
    for file in expected.paths():
        assert repaired.sketches(file) == expected.sketches(file)
        assert repaired.graph.edges_in(file) == expected.graph.edges_in(file)
    assert repaired.coverage() == covered


def test_the_same_vectors_are_given_for_every_function(index):
    table = index.vectors()
    assert table.paths.count("lib.py") == 4  # the module, helper, Shape, Shape.area
    assert table.matrix.shape[0] == len(table.rows) == len(table.paths) == len(table.terms.ends)


def test_derived_is_made_once(index):
    made: list[int] = []
    for _ in range(2):
        assert index.derived("table", lambda: made.append(1) or 7) == 7
    assert made == [1]


# Snapshot


def test_a_caller_in_an_unsaved_buffer_shows_up(snapshot):
    after = typed(snapshot, "tests/test_app.py", "assert run() == 2", "assert run() == run()")
    edges = [e for e in after.edges_to("app.py::run") if e.kind.label == "call"]
    assert len(edges) == 2
    assert {named(after, edge) for edge in edges} == {"run"}
    assert len([e for e in snapshot.edges_to("app.py::run") if e.kind.label == "call"]) == 1


def test_a_symbol_that_moved_is_at_its_new_place(snapshot):
    after = typed(snapshot, "lib.py", "def helper", "import os\n\n\ndef helper")
    symbol = after.symbol("lib.py::helper")
    assert text(after, "lib.py")[symbol.name_span.start : symbol.name_span.end] == b"helper"
    assert after.symbol_at("lib.py", symbol.name_span.start + 2) == symbol
    assert callers(after, "lib.py::helper") == ["app.py::run", "lib.py::Shape.area"]


def test_a_renamed_symbol_is_still_named_by_others(snapshot):
    after = typed(snapshot, "lib.py", "def helper", "def renamed")
    assert after.symbol("lib.py::helper") is None
    assert after.symbol("lib.py::renamed") is not None
    assert callers(after, "lib.py::helper") == ["app.py::run"]


def test_a_new_file_is_part_of_the_program(snapshot):
    after = snapshot.with_edit("new.py", b"def fresh():\n    pass\n", 1)
    assert list(after.paths()) == ["app.py", "lib.py", "new.py", "tests/test_app.py"]
    user = typed(after, "app.py", "return helper(1)", "import new\n    return new.fresh()")
    assert callers(user, "new.py::fresh") == ["app.py::run"]


def test_closing_gives_the_index_back(snapshot):
    after = typed(snapshot, "app.py", "helper(1)", "None").without("app.py")
    assert callers(after, "lib.py::helper") == callers(snapshot, "lib.py::helper")
    assert list(after.overlays()) == []


def test_edits_in_two_files_see_each_other(snapshot):
    one = typed(snapshot, "lib.py", "class Shape", "def other():\n    pass\n\nclass Shape")
    assert callers(one, "lib.py::other") == []
    two = typed(one, "app.py", "import helper", "import helper, other", 2)
    two = typed(two, "app.py", "return helper(1)", "return other()", 3)
    assert callers(two, "lib.py::other") == ["app.py::run"]
    three = typed(two, "lib.py", "def other", "def othr", 4)
    assert callers(three, "lib.py::othr") == []
    assert callers(typed(three, "lib.py", "def othr", "def other", 5), "lib.py::other") == [
        "app.py::run"
    ]


def test_a_new_generation_under_open_files(snapshot, repository, config):
    after = typed(snapshot, "app.py", "helper(1)", "helper(helper(1))")
    repository.put("lib.py", "# first\n" + (repository.root / "lib.py").read_text())
    build(repository.root, config)
    newer = after.with_index(after.index.reopened())
    assert len([e for e in newer.edges_to("lib.py::helper") if e.span.path == "app.py"]) == 3
    assert newer.symbol("lib.py::helper").name_span.start == len("# first\ndef ")
    assert newer.version("app.py") == 1


def test_a_generation_that_says_the_same_resolves_nothing_again(index, repository, config):
    asked: list[int] = []
    after = typed(Snapshot.of(index, lambda: asked.append(1)), "app.py", "helper(1)", "helper(3)")
    known = callers(after, "lib.py::helper")
    assert asked
    build(repository.root, config, full=True)
    newer = after.with_index(index.reopened())
    asked.clear()
    assert callers(newer, "lib.py::helper") == known
    assert asked == []


def test_an_open_file_that_says_what_is_indexed_is_not_resolved(index):
    asked: list[int] = []
    snapshot = Snapshot.of(index, lambda: asked.append(1))
    same = snapshot.with_edit("lib.py", index.source("lib.py"), 1)
    assert callers(same, "lib.py::helper") == ["app.py::run", "lib.py::Shape.area"]
    assert asked == []
    assert callers(typed(same, "lib.py", "helper(2)", "2"), "lib.py::helper") == ["app.py::run"]
    assert asked


def test_an_open_file_follows_what_another_one_hands_it_when_that_is_saved(repository, config):
    shapes = "".join(f"class {n}:\n    def area(self): ...\n\n" for n in ("Square", "Circle"))
    repository.put("lib.py", f"{shapes}def used(x):\n    return x.area()\n")
    repository.put("app.py", "import lib\nlib.used(lib.Square())\n")
    build(repository.root, config)
    before = Snapshot.of(Index.open(repository.root, config))
    after = typed(before, "lib.py", "return x.area()", "y = x.area()")
    assert callers(after, "lib.py::Square.area") == ["lib.py::used"]
    repository.put("app.py", "import lib\nlib.used(lib.Circle())\n")
    build(repository.root, config)
    newer = after.with_index(after.index.reopened())
    assert callers(newer, "lib.py::Square.area") == []
    assert callers(newer, "lib.py::Circle.area") == ["lib.py::used"]


def test_an_open_file_finds_a_file_that_came_with_a_generation(snapshot, repository, config):
    after = typed(snapshot, "app.py", "return helper(1)", "import new\n    return new.fresh()")
    assert callers(after, "new.py::fresh") == []
    repository.put("new.py", "def fresh():\n    pass\n")
    build(repository.root, config)
    newer = after.with_index(after.index.reopened())
    assert callers(newer, "new.py::fresh") == ["app.py::run"]


def test_at_once_maps_the_index_through_the_edits(snapshot):
    after = typed(snapshot, "lib.py", "def helper", "# a comment\ndef helper").at_once()
    symbol = after.symbol("lib.py::helper")
    assert text(after, "lib.py")[symbol.name_span.start : symbol.name_span.end] == b"helper"
    (edge,) = (e for e in after.edges_to("lib.py::helper") if e.span.path == "lib.py")
    assert named(after, edge) == "helper"
    cut = typed(snapshot, "lib.py", "helper(2)", "hel2)").at_once()
    assert [e for e in cut.edges_to("lib.py::helper") if e.span.path == "lib.py"] == []


def test_at_once_gives_the_new_answers_when_they_are_made(snapshot):
    after = typed(snapshot, "app.py", "helper(1)", "helper(helper(1))")
    assert len(after.edges_to("lib.py::helper")) == len(after.at_once().edges_to("lib.py::helper"))


def test_many_readers_make_an_overlay_once(snapshot, monkeypatch):
    from flames_indexer.resolve import Resolver

    resolve, resolved = Resolver.resolve, []
    monkeypatch.setattr(
        Resolver, "resolve", lambda self, path: resolved.append(path) or resolve(self, path)
    )
    after = typed(snapshot, "app.py", "helper(1)", "helper(helper(1))")
    answers: list[int] = []
    readers = [
        threading.Thread(target=lambda: answers.append(len(after.edges_to("lib.py::helper"))))
        for _ in range(8)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert resolved == ["app.py"]
    assert len(set(answers)) == 1


def test_an_open_file_is_resolved_again_only_when_what_it_read_changed(snapshot, monkeypatch):
    from flames_indexer.resolve import Resolver

    resolve, resolved = Resolver.resolve, []
    monkeypatch.setattr(
        Resolver, "resolve", lambda self, path: resolved.append(path) or resolve(self, path)
    )
    both = typed(typed(snapshot, "app.py", "(1)", "(11)"), "lib.py", "class", "\nclass", 2)
    assert both.graph
    resolved.clear()
    assert typed(both, "lib.py", "class", "#\nclass", 3).graph
    assert resolved == ["lib.py"]
    resolved.clear()
    assert typed(both, "lib.py", "def helper(x)", "def helper(x, y)", 3).graph
    assert sorted(resolved) == ["app.py", "lib.py"]


def test_the_enclosing_symbol_is_the_innermost(snapshot):
    source = text(snapshot, "lib.py")
    assert snapshot.enclosing("lib.py", source.index(b"helper(2)")).id == "lib.py::Shape.area"
    assert snapshot.enclosing("lib.py", source.index(b"class")).id == "lib.py::Shape"
    assert snapshot.enclosing("lib.py", source.index(b"\nclass")).id == "lib.py"
    assert snapshot.enclosing("absent.py", 0) is None


def test_the_symbol_at_a_use_is_what_it_names(snapshot):
    source = text(snapshot, "app.py")
    assert snapshot.symbol_at("app.py", source.index(b"helper(1)") + 3).id == "lib.py::helper"
    assert snapshot.symbol_at("app.py", source.index(b"return") + 2) is None


def test_names_are_found_by_their_end(snapshot):
    assert [s.id for s in snapshot.find("area")] == ["lib.py::Shape.area"]
    assert [s.id for s in snapshot.find("Shape.area")] == ["lib.py::Shape.area"]
    assert [s.id for s in snapshot.find("lib.py::helper")] == ["lib.py::helper"]
    assert [s.id for s in snapshot.find("test_app.py")] == ["tests/test_app.py"]
    assert snapshot.find("rea") == []


# Edits


def apply(text, start, end, new):
    return text[:start] + new + text[end:]


@pytest.mark.parametrize(
    ("edits", "span", "expected"),
    [
        ([(0, 0, "ab")], (4, 6), (6, 8)),
        ([(6, 6, "ab")], (4, 6), (4, 6)),
        ([(5, 5, "ab")], (4, 6), (4, 8)),
        ([(3, 5, "")], (4, 6), None),
        ([(2, 8, "x")], (4, 6), None),
        ([(4, 6, "xyz")], (4, 6), (4, 7)),
        ([(0, 1, ""), (8, 8, "abc")], (4, 6), (3, 5)),
        ([(0, 0, "a"), (1, 1, "b"), (2, 2, "c")], (4, 6), (7, 9)),
        ([(5, 5, "a"), (5, 6, "")], (4, 6), (4, 6)),
    ],
)
def test_spans_move_with_the_text(edits, span, expected):
    edit_map = EditMap()
    for start, end, new in edits:
        edit_map = edit_map.then(start, end, start + len(new))
    found = edit_map.span(Span("f", *span))
    assert (found and (found.start, found.end)) == expected


def test_typing_on_is_one_replacement():
    edit_map = EditMap()
    for at in range(5, 500):
        edit_map = edit_map.then(at, at, at + 1)
    assert len(edit_map.replaced) == 1


def test_difference_is_what_lies_between():
    (one,) = difference(b"abcdef", b"abXYef").replaced
    assert (one.start, one.end, one.now_start, one.now_end) == (2, 4, 2, 4)
    assert difference(b"same", b"same") == EditMap()
    (one,) = difference(b"aaa", b"aa").replaced
    assert one.end - one.start == 1


def test_methods_of_a_name_follow_the_open_files(snapshot):
    assert snapshot.methods_named("area") == ["lib.py::Shape.area"]
    more = typed(snapshot, "app.py", "def run", "class Box:\n    def area(self): ...\n\ndef run")
    assert more.methods_named("area") == ["app.py::Box.area", "lib.py::Shape.area"]
    less = typed(more, "lib.py", "def area", "def size", 2)
    assert less.methods_named("area") == ["app.py::Box.area"]
    assert less.methods_named("size") == ["lib.py::Shape.size"]


def test_tables_of_names_last_until_a_file_is_new(snapshot):
    made: list[int] = []
    for snap in (snapshot, typed(snapshot, "app.py", "run", "go")):
        assert snap.derived_from_names("k", lambda: made.append(1) or len(made)) == 1
    new = snapshot.with_edit("new.py", b"", 1)
    assert new.derived_from_names("k", lambda: made.append(1) or len(made)) == 2


def test_resolving_gives_way_over_every_generation(index):
    given: list[int] = []
    snapshot = Snapshot.of(index, lambda: given.append(1))
    for before in (snapshot, snapshot.with_edit("lib.py", b"", 1).with_index(index)):
        given.clear()
        assert before.with_edit("app.py", b"import lib\nlib.helper()\n", 1).edges_in("app.py")
        assert given


def test_what_is_forgotten_is_made_again_and_says_the_same(index):
    def answers():
        roles, methods = index.roles(), index.methods_named("area")
        return roles, methods, index.facts("app.py"), index.symbols_in("app.py")

    before, memo = answers(), index.lasting("memo", list)
    index.forget()
    assert answers() == before
    assert index.facts("app.py") is not before[2]
    assert index.lasting("memo", list) is not memo


def test_forgetting_in_the_middle_of_making_does_no_harm(index):
    assert index.derived("k", lambda: index.forget() or 1) == 1
    assert index.derived("k", lambda: 2) == 2


def test_what_is_slow_to_make_keeps_nobody_else_waiting(index):
    making, done = threading.Event(), threading.Event()

    def slow() -> str:
        making.set()
        assert done.wait(30)
        return "made"

    made: list[str] = []
    threads = [
        threading.Thread(target=lambda: made.append(index.derived("slow", slow))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    assert making.wait(30)
    making.clear()
    assert index.roles()["app.py"] is Role.SOURCE  # made meanwhile
    assert index.symbols_in("lib.py")
    done.set()
    for thread in threads:
        thread.join()
    assert made == ["made", "made"]
    assert not making.is_set()  # once for both
