"""A change, the commits before it, and the file that usually changes too."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Repository = Callable[..., Any]
RULE = "forgotten-partner"
PAIR = {"shop/encode.py": "x = {}\n", "shop/decode.py": "x = {}\n"}
ALONE = {"shop/other.py": "x = {}\n"}


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def commit(root: Path, files: dict[str, str], number: int) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text.format(number))
    git(root, "add", "-A")
    git(root, "commit", "-qm", f"change {number}")


@pytest.fixture
def shop(repository: Repository, tmp_path: Path) -> Callable[..., list[str]]:
    """What is said once `history` is committed, the last commits in `own`, and `work` is written."""

    def said(
        history: list[dict[str, str]],
        work: dict[str, str],
        own: tuple[dict[str, str], ...] = (),
        **asked: Any,
    ) -> list[Any]:
        root = tmp_path / "shop"
        root.mkdir()
        git(root, "init", "-q", "-b", "main")
        for number, files in enumerate(history):
            commit(root, files, number)
        git(root, "tag", "base")
        for number, files in enumerate(own):
            commit(root, files, 100 + number)
        for path, text in work.items():
            (root / path).write_text(text)
        settings = asked.pop("settings", {})
        made = repository({}, settings, root)
        return list(made.check(rule=RULE, committed=True, **asked).findings)

    return said


HISTORY = [ALONE] * 40 + [PAIR] * 6
WORK = {"shop/encode.py": "x = 'new'\n"}


def test_the_partner_is_named_with_its_commits(shop: Callable[..., list[Any]]) -> None:
    (finding,) = shop(HISTORY, WORK)
    assert finding.message == (
        "In 6 of the last 6 changes of this file, `shop/decode.py` changed too; it is untouched."
    )
    assert finding.severity.label == "hint"
    assert finding.span.path == "shop/encode.py"
    assert [place.span.path for place in finding.related] == ["shop/decode.py"]
    assert [line.split()[-2:] for line in finding.evidence] == [
        ["change", "45"],
        ["change", "44"],
        ["change", "43"],
    ]


@pytest.mark.parametrize(
    ("history", "work"),
    [
        (HISTORY, {}),
        (HISTORY, {**WORK, "shop/decode.py": "x = 'new'\n"}),
        ([ALONE] * 40 + [PAIR] * 3, WORK),
        ([ALONE] * 40 + [{**PAIR, **ALONE}] * 6, {}),
        (HISTORY, {"shop/other.py": "x = 'new'\n"}),
        (HISTORY, {"shop/encode.py": "x = 'new'  # flames: ignore[forgotten-partner] wording\n"}),
        (HISTORY, WORK | {f"shop/n{n}.py": "y = 1\n" for n in range(10)}),
        ([{**ALONE, **PAIR}] * 30, {**WORK, "shop/other.py": "x = 1\n", "shop/decode.py": ""}),
    ],
    ids=["nothing", "both", "few", "clean", "another", "silenced", "a broad change", "all of it"],
)
def test_other_changes_are_left_alone(
    shop: Callable[..., list[Any]], history: list[dict[str, str]], work: dict[str, str]
) -> None:
    assert shop(history, work) == []


def test_lock_files_and_changelogs_are_nobodys_partner(shop: Callable[..., list[Any]]) -> None:
    files = {"shop/encode.py": "x = {}\n", "uv.lock": "{}\n", "CHANGES.md": "{}\n"}
    assert shop([ALONE] * 40 + [files] * 6, WORK) == []


def test_a_test_is_a_partner_and_is_no_place(shop: Callable[..., list[Any]]) -> None:
    pair = {"shop/encode.py": "x = {}\n", "tests/test_encode.py": "x = {}\n"}
    history = [ALONE] * 40 + [pair] * 6
    (finding,) = shop(history, WORK)
    assert finding.related[0].span.path == "tests/test_encode.py"


def test_a_changed_test_asks_for_nothing(shop: Callable[..., list[Any]]) -> None:
    pair = {"shop/encode.py": "x = {}\n", "tests/test_encode.py": "x = {}\n"}
    assert shop([ALONE] * 40 + [pair] * 6, {"tests/test_encode.py": "x = 'new'\n"}) == []


def test_commits_since_the_ref_are_the_change(shop: Callable[..., list[Any]]) -> None:
    own = ({"shop/encode.py": "y = {}\n"},) * 2
    (finding,) = shop(HISTORY, {}, own, changed_since="base")
    assert finding.message.startswith("In 6 of the last 6 changes")


def test_a_partner_that_changed_since_the_ref_is_not_named(shop: Callable[..., list[Any]]) -> None:
    own = ({"shop/encode.py": "y = {}\n"}, {"shop/decode.py": "y = {}\n"})
    assert shop(HISTORY, {}, own, changed_since="base") == []


def test_an_unsaved_file_asks_for_nothing_and_is_touched(
    shop: Callable[..., list[Any]], tmp_path: Path, repository: Repository
) -> None:
    assert shop(HISTORY, {}) == []
    root = tmp_path / "shop"
    unsaved = repository({}, {}, root)
    unsaved.edit("shop/encode.py", "x = 'new'")
    assert unsaved.check(rule=RULE, committed=True).findings == ()
    (root / "shop/encode.py").write_text("x = 'new'")
    saved = repository({}, {}, root)
    assert len(saved.check(rule=RULE, committed=True).findings) == 1
    saved.edit("shop/decode.py", "x = 'new'")
    assert saved.check(rule=RULE, committed=True).findings == ()


def test_how_strong_is_strong_can_be_set(shop: Callable[..., list[Any]]) -> None:
    settings = {"rules.forgotten-partner.min_strength": 1.0}
    assert shop(HISTORY, WORK, settings=settings) == []
