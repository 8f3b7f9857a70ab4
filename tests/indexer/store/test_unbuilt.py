"""Open files over an index of nothing, which need not tell what it has no files for."""

from typing import cast

from flames_indexer.graph import Graph
from flames_indexer.index import Index, Snapshot


class Nothing:
    """What a server has before the first build."""

    graph = Graph.build(())

    def paths(self) -> tuple[str, ...]:
        return ()

    def exists(self, path: str) -> bool:
        return False

    def source(self, path: str) -> None:
        return None

    def manifest(self, path: str) -> None:
        return None

    def facts(self, path: str) -> None:
        return None


def test_an_open_file_is_resolved_before_the_first_build():
    source = b"class Shape:\n    def area(self): ...\ndef f(x):\n    x.area()\n"
    snapshot = Snapshot.of(cast("Index", Nothing())).with_edit("a.py", source, 1)
    edges = snapshot.edges_to("a.py::Shape.area")
    assert [edge.source for edge in edges] == ["a.py::f"]
