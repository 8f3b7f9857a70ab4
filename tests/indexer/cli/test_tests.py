"""`flames tests`: which tests to run, for a symbol and for what changed."""

import subprocess
from pathlib import Path

import pytest
from flames_indexer.errors import TargetError
from shop import Run, checked


def test_the_tests_of_a_symbol(run: Run) -> None:
    ran = run("tests", "add_tax")
    assert ran.code == 0
    first = ran.out.splitlines()[0]
    assert first.split("  ")[0] == "tests/test_prices.py::test_tax"
    assert first.endswith("calls add_tax")


def test_ids_can_be_handed_to_a_runner(run: Run) -> None:
    assert run("tests", "shop/prices.py:13", "--format", "ids").out == (
        "tests/test_prices.py::test_tax\n"
    )


def test_json_keeps_to_its_schema(run: Run) -> None:
    document = checked(run("tests", "add_tax", "--format", "json"), "tests")
    (test,) = document["tests"]
    assert (test["path"], test["line"], test["score"]) == ("tests/test_prices.py", 4, 1.0)
    assert (
        "without the git history, which is not there or not read yet"
        in document["coverage"]["notes"]
    )


def test_nothing_known_is_said_and_is_no_failure(run: Run) -> None:
    ran = run("tests", "cart")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "No test is known to be affected.")


def test_without_git_a_target_is_asked_for(run: Run) -> None:
    with pytest.raises(
        TargetError, match=r"no git repository, or no commit yet.*or name a symbol to ask about"
    ):
        run("tests")


def test_what_changed_since_a_commit(
    run: Run, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "changed"
    root.mkdir()
    monkeypatch.chdir(root)
    for path in ("shop/prices.py", "shop/orders.py", "tests/test_prices.py"):
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text((shop / path).read_text())
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "first"]):
        subprocess.run(["git", *words], cwd=root, check=True, timeout=60)
    assert run("tests", "--format", "ids").out == ""
    prices = (root / "shop/prices.py").read_text()
    (root / "shop/prices.py").write_text(prices.replace("119", "120"))
    assert run("tests", "--format", "ids").out == "tests/test_prices.py::test_tax\n"
    assert run("tests", "--changed-since", "HEAD", "-q").code == 0
