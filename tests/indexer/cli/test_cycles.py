"""`flames cycles`: what is a circle, what only looks like one, and how it is told."""

from pathlib import Path

import pytest
from shop import Run, checked


def found(run: Run, root: Path, files: dict[str, str]) -> list[dict]:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return checked(run("cycles", "--root", str(root), "--format", "json"), "cycles")["cycles"]


def test_two_files_that_import_each_other(run: Run):
    [cycle] = checked(run("cycles", "--format", "json"), "cycles")["cycles"]
    assert cycle["modules"] == ["shop/orders.py", "shop/prices.py"]
    assert cycle["at_start"] is True
    assert "  shop/orders.py:3 → shop/prices.py" in run("cycles").out


@pytest.mark.parametrize(
    "files",
    [
        # the package is asked for its submodule, not for itself
        {
            "p/__init__.py": "from p.a import f\n",
            "p/a.py": "from p import b\n\ndef f(): ...\n",
            "p/b.py": "",
        },
        # an import that only a type checker follows
        {
            "a.py": "from b import B\n\nclass A: ...\n",
            "b.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import A\n\n"
            "class B: ...\n",
        },
        {
            "a.ts": "import {b} from './b'\nexport type A = 1\n",
            "b.ts": "import type {A} from './a'\nexport const b: A = 1\n",
        },
    ],
    ids=["submodule", "TYPE_CHECKING", "import type"],
)
def test_what_is_no_circle_when_the_program_runs(run: Run, tmp_path: Path, files: dict[str, str]):
    assert found(run, tmp_path, files) == []


def test_a_circle_that_waits_for_a_function_to_run(run: Run, tmp_path: Path):
    files = {
        "a.py": "import b\n\ndef f(): ...\n",
        "b.py": "def g():\n    from a import f\n    f()\n",
    }
    [cycle] = found(run, tmp_path, files)
    assert cycle["at_start"] is False
    out = run("cycles", "--root", str(tmp_path)).out
    assert "A cycle of 2 files, closed only by imports inside functions." in out
    assert "  b.py:2 → a.py  in b.py::g" in out


def test_the_way_round_is_short_and_goes_by_what_is_imported_at_start(run: Run, tmp_path: Path):
    files = {
        "a.py": "import b\n\ndef f():\n    import c\n",
        "b.py": "import c\n",
        "c.py": "import a\nimport d\n",
        "d.py": "import c\n",
    }
    [cycle] = found(run, tmp_path, files)
    assert cycle["at_start"] is True
    assert [edge["path"] for edge in cycle["edges"]] == ["a.py", "b.py", "c.py"]
    assert {edge["path"] for edge in cycle["back"]} <= {"a.py", "b.py", "c.py", "d.py"}
    assert "  It needs 2 imports that lead back:" in run("cycles", "--root", str(tmp_path)).out


def test_a_class_body_is_run_at_start(run: Run, tmp_path: Path):
    files = {"a.py": "import b\n", "b.py": "class B:\n    import a\n"}
    [cycle] = found(run, tmp_path, files)
    assert cycle["at_start"] is True


def test_a_circle_at_start_comes_before_a_larger_one_that_waits(run: Run, tmp_path: Path):
    files = {
        "a.py": "import b\n",
        "b.py": "import c\n",
        "c.py": "def f():\n    import a\n",
        "x.py": "import y\n",
        "y.py": "import x\n",
    }
    assert [cycle["modules"][0] for cycle in found(run, tmp_path, files)] == ["x.py", "a.py"]
