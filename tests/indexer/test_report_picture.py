"""The picture of a report stays one that can be read, however much depends on a symbol."""

from flames_indexer.model import Certainty, Coverage, Edge, EdgeKind, Span
from flames_indexer.neighbours import Near, group_of
from flames_indexer.report import Crossed, How, Reach, Report, Touched, picture

HOT = "lib/hot.py::hot"


def near(symbol: str, depth: int, through: str) -> Near:
    span = Span(symbol.partition("::")[0], 0, 3)
    edge = Edge(symbol, through, EdgeKind.CALL, Certainty.RESOLVED, span)
    return Near(symbol, edge, depth, group_of(EdgeKind.CALL), through)


def report(users: list[Near]) -> Report:
    touched = Touched(HOT, How.BODY, Span("lib/hot.py", 4, 7))
    return Report(
        (touched,), (), ("lib/hot.py",), (), Reach(tuple(users)), Crossed((), 0, ()), (), Coverage()
    )


def test_few_are_shown_one_by_one():
    shown = picture(report([near("app/a.py::one", 1, HOT), near("app/b.py::two", 1, HOT)]))
    assert [node.label for node in shown.nodes] == ["hot", "one", "two"]
    assert {(use.source, use.target) for use in shown.uses} == {
        ("app/a.py::one", HOT),
        ("app/b.py::two", HOT),
    }


def test_the_farthest_are_the_first_to_be_put_together():
    users = [near(f"app/a{n}.py::near", 1, HOT) for n in range(4)]
    users += [near(f"web/b.py::far{n}", 2, "app/a0.py::near") for n in range(10)]
    shown = {node.name: node for node in picture(report(users), most=8).nodes}
    assert "app/a3.py::near" in shown
    assert (shown["web/b.py"].members, shown["web/b.py"].depth) == (10, 2)


def test_thousands_are_folders_and_the_rest_is_counted():
    users = [near(f"app{n % 90}/m{n}.py::f{n}", 1, HOT) for n in range(3000)]
    shown = picture(report(users), most=40)
    assert len(shown.nodes) <= 41
    assert all(node.label.endswith("/") for node in shown.nodes[1:])
    drawn = sum(node.members for node in shown.nodes[1:])
    assert drawn + shown.left_out == 3000


def test_a_file_that_imports_what_it_uses_is_no_node_of_its_own():
    shown = picture(report([near("app/a.py", 1, HOT), near("app/a.py::one", 1, HOT)]))
    assert [node.name for node in shown.nodes] == [HOT, "app/a.py::one"]
