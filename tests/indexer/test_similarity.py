"""Views, likeness, and the functions of a repository that are like one."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from flames_indexer.build import build
from flames_indexer.config import load
from flames_indexer.index import Index, Snapshot
from flames_indexer.model import Role
from flames_indexer.similarity import compare, similar, similar_text
from flames_indexer.similarity.candidates import SketchTable
from flames_indexer.similarity.code import Typed
from flames_indexer.similarity.evidence import Rarity, liken
from flames_indexer.similarity.sketch import WIDTH, Sketches
from flames_indexer.similarity.views import views_of

READ = """def read_rows(path, limit):
    rows = []
    with open(path) as stream:
        for line in stream:
            rows.append(line.strip().split(","))
            if len(rows) > limit:
                raise ValueError("too long")
    return rows
"""
COPY = READ.replace("rows", "found").replace("path", "where").replace("stream", "handle")
PARSE = """def parse_lines(text, most):
    found = []
    for line in text.splitlines():
        found.append(line.strip().split(","))
        if len(found) > most:
            raise ValueError("too many")
    return found
"""
DRAW = """def draw(canvas, shape):
    pen = canvas.pen(shape.color)
    pen.move(shape.x, shape.y)
    while shape.edges:
        edge = shape.edges.pop()
        pen.line(edge.dx, edge.dy)
    pen.close()
"""

Make = Callable[[dict[str, str]], Snapshot]


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    monkeypatch.setenv("FLAMES_CACHE_DIR", str(tmp_path / "cache"))

    def make(files: dict[str, str]) -> Snapshot:
        root = tmp_path / "repository"
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, "utf-8")
        config, _ = load(root)
        build(root, config)
        return Snapshot.of(Index.open(root, config))

    return make


def likeness(one: str, other: str, language: str = "python") -> float:
    codes = [views_of(code.encode(), language) for code in (one, other, DRAW, PARSE)]
    rarity = Rarity(codes)
    (found,) = liken(rarity.weigh(codes[0]), [rarity.weigh(codes[1])])
    return found.score


def body(code: str) -> str:
    return code.partition("\n")[2]


def test_a_function_is_wholly_like_itself() -> None:
    assert likeness(READ, READ) == pytest.approx(1, abs=1e-4)


def test_likeness_falls_with_distance() -> None:
    scores = [likeness(READ, other) for other in (READ, COPY, PARSE, DRAW)]
    assert scores == sorted(scores, reverse=True)
    assert scores[1] > 0.7 > scores[2] > 0.2 > scores[3]


def test_the_smaller_one_is_contained() -> None:
    longer = READ + "    log(path)\n    return sorted(rows)\n"
    views = [views_of(code.encode(), "python") for code in (READ, longer)]
    rarity = Rarity(views)
    (found,) = liken(rarity.weigh(views[0]), [rarity.weigh(views[1])])
    assert found.contained > 0.99 > found.covers


def test_calls_that_nobody_else_makes_are_rare() -> None:
    common = [views_of(b"go(a)\n", "python") for _ in range(400)]
    rarity = Rarity([*common, views_of(b"seldom(a)\n", "python")])
    assert rarity.rare_calls(["go", "seldom", "never"]) == ["never", "seldom"]


def test_statements_are_counted_in_every_language() -> None:
    for language, code in (
        ("python", "a = 1\nif a:\n    return a\n"),
        ("javascript", "{ let a = 1; if (a) { return a; } }"),
        ("typescript", "{ let a: number = 1; if (a) { return a; } }"),
    ):
        assert views_of(code.encode(), language).steps >= 3, language


@pytest.mark.parametrize("code", [b"", b"\xff\xfe", b"def (((", b"}" * 50])
def test_views_of_broken_code(code: bytes) -> None:
    rarity = Rarity([views_of(code, "python")])
    weighed = rarity.weigh(views_of(code, "python"))
    assert 0 <= liken(weighed, [weighed])[0].score <= 1.001


def test_similar_names_the_copy_first(snapshot: Make) -> None:
    made = snapshot({"a.py": READ, "b.py": COPY, "c.py": PARSE, "d.py": DRAW})
    found = similar(made, "a.py", 10, limit=5)
    assert [match.symbol for match in found][:2] == ["b.py::read_found", "c.py::parse_lines"]
    assert found[0].score > found[1].score
    assert "its calls and structure" in found[0].reasons[0]
    assert similar(made, "a.py", 10, limit=1) == found[:1]


def test_similar_tells_siblings_in_form_where_anything_is_likely(snapshot: Make) -> None:
    sibling = """class Till:
    def _pack(self, goods):
        boxes = []
        with self.room(goods) as shelf:
            for item in shelf:
                boxes.append(item.weigh().fold(2))
                if self.full(boxes):
                    break
        self.close(boxes)
"""
    made = snapshot({"a.py": READ, "b.py": COPY, "c.py": sibling, "d.py": DRAW})
    found = similar(made, "a.py", 10)
    assert [match.symbol for match in found] == ["b.py::read_found", "c.py::Till._pack"]
    assert found[1].score < 0.01
    assert similar(made, "d.py", 10) == []


def test_similar_outside_of_a_function_is_nothing(snapshot: Make) -> None:
    made = snapshot({"a.py": "x = 1\n\n\n" + READ, "b.py": COPY})
    assert similar(made, "a.py", 2) == []
    assert similar(made, "missing.py", 0) == []


def test_similar_leaves_out_what_is_around(snapshot: Make) -> None:
    inner = "".join(f"    {line}\n" for line in READ.splitlines())
    outer = f"def outer(path, limit):\n{inner}    return read_rows(path, limit)\n"
    made = snapshot({"io.py": outer, "b.py": COPY})
    asked = [match.symbol for match in similar(made, "io.py", outer.index("rows = []"))]
    assert asked == ["b.py::read_found"]


def test_similar_reads_unsaved_text(snapshot: Make) -> None:
    made = snapshot({"a.py": "x = 1\n", "b.py": READ, "d.py": DRAW})
    made = made.with_edit("a.py", COPY.encode(), 1)
    assert [match.symbol for match in similar(made, "a.py", 10)] == ["b.py::read_rows"]
    made = made.with_edit("b.py", b"y = 2\n", 1)
    assert similar(made, "a.py", 10) == []


def test_similar_leaves_tests_out_unless_asked_from_one(snapshot: Make) -> None:
    made = snapshot({"a.py": READ, "tests/test_a.py": COPY, "tests/test_b.py": COPY, "d.py": DRAW})
    assert similar(made, "a.py", 10) == []
    found = [match.symbol for match in similar(made, "tests/test_a.py", 10)]
    assert found == ["tests/test_b.py::read_found", "a.py::read_rows"]


def test_similar_text_is_ranked_by_what_it_says_not_by_who_uses_what(snapshot: Make) -> None:
    method = """class Solution:
    def rows(self, where, most):
        found = []
        for line in open(where):
            found.append(line.strip().split(","))
            if len(found) > most:
                raise ValueError("too long")
        return found
"""
    use = "from c import parse_lines\n\n\ndef go():\n    return parse_lines('', 1)\n"
    made = snapshot({"a.py": method, "c.py": PARSE, **{f"u{n}.py": use for n in range(6)}})
    found = [match.symbol for match in similar_text(made, READ.encode())]
    assert found == ["a.py::Solution.rows", "c.py::parse_lines"]


def test_similar_text_needs_no_file(snapshot: Make) -> None:
    made = snapshot({"a.py": READ, "d.py": DRAW, "e.js": "function f() {}\n"})
    for text in (COPY, "import os\n\n\n" + COPY, body(COPY)):
        assert [match.symbol for match in similar_text(made, text.encode())] == ["a.py::read_rows"]
    assert similar_text(made, b"") == []


def test_another_generation_reads_only_what_changed(snapshot: Make) -> None:
    files = {"a.py": READ, "b.py": COPY, "c.py": PARSE}
    before = snapshot(files)
    similar(before, "a.py", 0)
    fresh = snapshot({**files, "c.py": DRAW})
    after = Snapshot.of(before.index.reopened())
    memory = after.lasting(f"compared:{Role.SOURCE}", compare.Memory)
    known = set(memory.views)
    found = similar(after, "a.py", 0)
    assert [b"canvas.pen" in code.text for code in memory.views.keys() - known] == [True]
    assert found == similar(fresh, "a.py", 0)


def test_comparing_gives_way_at_each_function_it_reads(snapshot: Make) -> None:
    made = snapshot({"a.py": READ, "b.py": COPY, "c.py": PARSE})
    given: list[int] = []
    patient = Snapshot.of(made.index, lambda: given.append(1))
    assert similar(patient, "a.py", 0)
    assert len(given) >= 3


def test_what_is_typed_is_another_text_only_where_it_is_typed(snapshot: Make) -> None:
    saved = snapshot({"a.py": READ + "\n" + PARSE})

    def typed(text: str) -> list[Typed | None]:
        comparer = compare.Comparer(saved.with_edit("a.py", text.encode(), 1))
        return [comparer.typed(function) for function in comparer.functions("a.py")]

    first, second = typed(READ + "\n" + PARSE)
    assert typed("# above\n" + READ + "\n\n" + PARSE) == [first, second]
    moved, edited = typed("# above\n" + READ + "\n" + PARSE.replace("most", "least"))
    assert moved is first
    assert edited is not second
    assert first is not None
    assert [first.found("a", lambda at=at: at) for at in (1, 2)] == [1, 1]


def test_a_sample_changes_by_what_was_edited() -> None:
    values = np.random.default_rng(3).integers(0, 2**32 - 1, (600, WIDTH), np.uint32)

    def drawn(rows: list[int]) -> set[int]:
        ones = np.ones(len(rows), np.int32)
        table = SketchTable(
            [("a.py", Sketches(np.array(rows, np.int32), ones, ones, values[rows]))]
        )
        return {table.functions[number].row for number in table.drawn(100)}

    everything = list(range(600))
    whole = drawn(everything)
    assert len(whole) == 100
    assert len(whole - drawn(everything[::-1][:599])) <= 1  # row 0 is gone, and all are elsewhere
    assert drawn(everything[:50]) == set(range(50))
