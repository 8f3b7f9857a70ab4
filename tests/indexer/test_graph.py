"""The graph: uses of symbols, their neighbourhoods, files that are replaced."""

import pytest
from fixture import FixtureProgram, read_fixture
from flames_indexer.architecture import cycles
from flames_indexer.graph import Graph, Usage
from flames_indexer.model import Certainty, EdgeKind, Role
from flames_indexer.resolve import FileEdges, Resolver, decode_edges, encode_edges
from flames_indexer.resolve.symbols import symbol_ids

REPOSITORY = read_fixture("""
    --- base.py
    class Base:
        def save(self): return 0
        def clean(self):
            self.save()
    --- child.py
    from base import Base
    class Child(Base):
        def save(self):
            helper()
    def helper(): ...
    --- main.py
    from child import Child, helper
    def run(a: Child):
        a.clean()
        helper()
        helper()
    --- tests/test_main.py
    from child import helper
    def test_helper():
        helper()
    def test_by_name(x):
        x.clean()
""").files
ROLES = dict.fromkeys(REPOSITORY, Role.SOURCE) | {"tests/test_main.py": Role.TEST}


def parts_of(files: dict[str, bytes]) -> dict[str, tuple[list[str], FileEdges]]:
    program = FixtureProgram(files)
    resolver = Resolver(program)
    parts: dict[str, tuple[list[str], FileEdges]] = {}
    for path in program.paths():
        facts = program.facts(path)
        assert facts is not None
        parts[path] = (symbol_ids(path, facts), resolver.resolve(path))
    return parts


def graph_of(files: dict[str, bytes]) -> Graph:
    return Graph.build((path, *part) for path, part in parts_of(files).items())


class Indexed:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph


def test_usage_counts_symbols_files_and_tests_apart() -> None:
    graph = graph_of(REPOSITORY)
    assert graph.usage("child.py::helper", ROLES) == Usage(callers=2, files=3, tests=1, calls=4)
    assert graph.callers("child.py::helper", ROLES) == 2
    assert graph.callers("nowhere.py::f", ROLES) == 0
    assert graph.usage("child.py::helper").tests == 0
    assert graph.usage("base.py::Base.clean", ROLES) == Usage(
        callers=1, files=1, tests=0, calls=1, unsure=1
    )
    assert graph.usage("nowhere.py::f") == Usage()


def test_a_symbol_does_not_use_itself() -> None:
    graph = graph_of({"a.py": b"def f():\n    f()\n"})
    assert graph.usage("a.py::f") == Usage()


def test_uses_of_an_overridden_method_may_run_the_override() -> None:
    graph = graph_of(REPOSITORY)
    edges = graph.edges_to("child.py::Child.save")
    assert [(e.source, e.certainty, e.via) for e in edges] == [
        ("base.py::Base.clean", Certainty.POSSIBLE, "base.py::Base.save")
    ]
    assert graph.edges_to("child.py::Child.save", possible=False) == []
    targets = {e.target for e in graph.edges_from("base.py::Base.clean")}
    assert targets == {"base.py::Base.save", "child.py::Child.save"}
    assert {e.target for e in graph.edges_in("base.py")} == {"base.py::Base.save"}


def test_edges_of_some_kinds_and_no_more_than_asked_for() -> None:
    graph = graph_of(REPOSITORY)
    helpers = graph.edges_to("child.py::helper")
    assert {e.kind for e in helpers} == {EdgeKind.CALL, EdgeKind.IMPORT, EdgeKind.TEST}
    assert len(graph.edges_to("child.py::helper", (EdgeKind.CALL,))) == 4
    assert len(graph.edges_to("child.py::helper", limit=1)) == 1
    surest = graph.edges_to("base.py::Base.clean", limit=1)
    assert [e.certainty for e in surest] == [Certainty.RESOLVED]


def test_calls_of_nobody_knows_what_are_found_by_their_name() -> None:
    files = {"a.py": b"def f(x):\n    x.go()\n    x[0]()\n", "b.py": b"def g(go):\n    go()\n"}
    graph = graph_of(files)
    assert graph.unknown_calls("go") == [("a.py", 16), ("b.py", 15)]
    assert graph.unknown_calls("f") == []
    edited = files | {"a.py": b"def f(x):\n    x.come()\n"}
    patched = graph.with_files({"a.py": parts_of(edited)["a.py"]})
    assert patched.unknown_calls("go") == [("b.py", 15)]
    assert patched.unknown_calls("come") == [("a.py", 16)]
    assert graph.with_files({"b.py": None}).unknown_calls("go") == [("a.py", 16)]


def test_neighbourhoods() -> None:
    graph = graph_of(REPOSITORY)
    near = dict(graph.dependents("child.py::helper", 1))
    assert near["main.py::run"] == 1
    assert near["child.py::Child.save"] == 1
    assert ("base.py::Base.save", 1) in graph.dependencies("base.py::Base.clean", 3)


def test_the_most_used_come_first_edited_files_included() -> None:
    files = {"a.py": b"def f(): ...\ndef g(): f()\n", "b.py": b"import a\na.f()\na.g()\n"}
    graph = graph_of(files)
    assert graph.most_used() == [("a.py::f", 2), ("a.py", 1), ("a.py::g", 1)]
    edited = files | {"b.py": b"import a\na.g()\na.g()\n"}
    patched = graph.with_files({"b.py": parts_of(edited)["b.py"]})
    assert patched.most_used() == [("a.py::g", 2), ("a.py", 1), ("a.py::f", 1)]


def test_names_find_symbols_by_their_end() -> None:
    graph = graph_of(REPOSITORY)
    assert graph.named("save") == ["base.py::Base.save", "child.py::Child.save"]
    assert graph.named("Child.save") == ["child.py::Child.save"]
    assert graph.named("hild.save") == []
    assert graph.named("child.py") == ["child.py"]


EDITED = REPOSITORY | {"main.py": b"from base import Base\ndef go(b: Base):\n    b.clean()\n"}
REMOVED = {path: source for path, source in REPOSITORY.items() if path != "tests/test_main.py"}
ADDED = REPOSITORY | {"new.py": b"from child import helper\nhelper()\n"}


@pytest.mark.parametrize("after", [EDITED, REMOVED, ADDED])
def test_replaced_files_give_the_graph_of_the_new_files(after: dict[str, bytes]) -> None:
    old, new = graph_of(REPOSITORY), parts_of(after)
    patch = {
        path: new.get(path)
        for path in REPOSITORY | after
        if after.get(path) != REPOSITORY.get(path)
    }
    patched, built = old.with_files(patch), graph_of(after)
    assert sorted(patched.symbols()) == sorted(built.symbols())
    assert patched.paths() == built.paths()
    for symbol in built.symbols():
        assert patched.usage(symbol, ROLES) == built.usage(symbol, ROLES)
        assert set(patched.edges_to(symbol)) == set(built.edges_to(symbol))
        assert patched.edges_from(symbol) == built.edges_from(symbol)
        assert patched.dependents(symbol, 9) == built.dependents(symbol, 9)
    assert old.edges_in("main.py") == graph_of(REPOSITORY).edges_in("main.py")


def test_many_replaced_files_are_joined_into_new_columns() -> None:
    files = {f"m{n}.py": b"from m0 import f\nf()\n" for n in range(1, 30)}
    files["m0.py"] = b"def f(): ...\n"
    after = {path: source + b"f()\n" for path, source in files.items()}
    patched = graph_of(files).with_files(parts_of(after))
    assert patched.usage("m0.py::f") == graph_of(after).usage("m0.py::f")
    assert patched.paths() == sorted(files)


def test_edges_survive_their_encoding() -> None:
    for _, edges in parts_of(REPOSITORY).values():
        assert decode_edges(encode_edges(edges)) == edges


def test_import_circles() -> None:
    files = {
        "a.py": b"import b\n",
        "b.py": b"from c import f\n",
        "c.py": b"import a\ndef f(): ...\n",
        "d.py": b"import a\n",
    }
    (cycle,) = cycles(Indexed(graph_of(files)))
    assert cycle.modules == ("a.py", "b.py", "c.py")
    assert [edge.span.path for edge in cycle.edges] == ["a.py", "b.py", "c.py"]
    assert cycles(Indexed(graph_of(REPOSITORY))) == []
