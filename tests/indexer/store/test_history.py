"""The log of git, what is kept of it, and which files change together."""

import os
from pathlib import Path

import pytest
from flames_indexer import git
from flames_indexer.git import Commit
from flames_indexer.history import History, Reading, history_of, partners, together


def commits(*changes: str) -> list[Commit]:
    """The latest first; a change is `a.py b.py`, a rename in it `old>new`."""
    found: list[Commit] = []
    for number, change in enumerate(changes):
        words = change.split()
        renamed = tuple((old, new) for old, _, new in (w.partition(">") for w in words) if new)
        paths = tuple(word.rpartition(">")[2] for word in words)
        found.append(Commit(f"{len(changes) - number:040x}", 0, paths, renamed))
    return found


def names(history: History, *changed: str, but_in: tuple[int, ...] = ()) -> list[str]:
    found = partners(history, changed, lambda path: path.endswith(".py"), changed, but_in)
    return [partner.path for partner in found if partner.strength > 0.4]


def test_the_log_tells_paths_renames_and_time(repository):
    repository.write("#- a.py\nx = 1\ny = 2\n#- ü\tb.py\nx = 2").commit()
    repository.git("mv", "a.py", "c.py")
    repository.put("ü\tb.py", "x = 3\n")
    repository.commit()
    second, first = git.log(repository.root, "HEAD", 10) or []
    assert (set(first.paths), first.renamed) == ({"a.py", "ü\tb.py"}, ())
    assert (set(second.paths), second.renamed) == ({"c.py", "ü\tb.py"}, (("a.py", "c.py"),))
    assert second.id == git.commit_of(repository.root)
    assert second.time >= first.time > 1_600_000_000


def test_a_name_that_is_no_utf_8_stops_nothing(repository, tmp_path):
    repository.write("#- a.py\nx = 1")
    try:
        (repository.root / os.fsdecode(b"b\xff.py")).write_text("x = 1\n")
    except OSError:
        pytest.skip("this file system has no such names")
    repository.commit()
    for _ in range(2):  # read, and kept
        history = history_of(repository.root, tmp_path)
        assert history is not None and "a.py" in history.files(0)


def test_merges_are_left_out(repository):
    repository.write("#- a.py\nx = 1").commit()
    repository.git("checkout", "-q", "-b", "other")
    repository.write("#- b.py\nx = 1").commit()
    repository.git("checkout", "-q", "main")
    repository.write("#- c.py\nx = 1").commit()
    repository.git("merge", "-q", "--no-ff", "-m", "merged", "other")
    found = [commit.paths for commit in git.log(repository.root, "HEAD", 10) or []]
    assert sorted(found) == [("a.py",), ("b.py",), ("c.py",)]


def test_a_log_nobody_waits_for_is_stopped(repository):
    repository.write("#- a.py\nx = 1").commit()
    assert git.log(repository.root, "HEAD", 10, cancelled=lambda: True) is None


@pytest.mark.parametrize("ref", ["--output=x", "nowhere", ""])
def test_a_ref_that_is_none(repository, ref: str):
    repository.write("#- a.py\nx = 1").commit()
    assert git.log(repository.root, ref, 10) is None
    assert git.commit_of(repository.root, ref) is None
    assert not (repository.root / "x").exists()


def test_subjects(repository):
    repository.write("#- a.py\nx = 1").commit()
    head = git.commit_of(repository.root) or ""
    assert git.subjects(repository.root, [head]) == ["state"]
    assert git.subjects(repository.root, ["--all"]) is None
    assert git.subjects(repository.root, []) == []


def test_what_changes_together_is_a_partner():
    history = History(commits(*["a.py b.py"] * 5, *["c.py"] * 60))
    assert names(history, "a.py") == ["b.py"]
    assert names(history, "b.py") == ["a.py"]
    assert names(history, "a.py", "b.py") == []
    (partner,) = partners(history, ["a.py"], lambda _: True, ["a.py"])
    assert (partner.shared, partner.of, partner.changed) == (5, 5, "a.py")
    assert partner.commits == tuple(history.ids[:5])


@pytest.mark.parametrize(
    "changes",
    [
        ["a.py b.py"] * 3 + ["c.py"] * 60,
        ["a.py b.py", "a.py", "a.py", "a.py"] * 3 + ["c.py"] * 60,
        ["a.py b.py"] * 5 + ["b.py"] * 25 + ["c.py"] * 60,
        ["a.py b.py c.py", "c.py b.py", "d.py b.py", "a.py b.py", "e.py b.py"] * 12,
        ["a.py"] * 10 + ["a.py b.py"] * 5 + ["c.py"] * 60,
        ["a.py b.py " + " ".join(f"{n}.py" for n in range(30))] * 8 + ["c.py"] * 60,
        ["a.py b.md"] * 5 + ["c.py"] * 60,
    ],
    ids=["few", "now and then", "one way", "always", "once", "mass edits", "does not count"],
)
def test_what_is_no_partner(changes: list[str]):
    assert names(History(commits(*changes)), "a.py") == []


def test_small_commits_tell_more_than_large_ones():
    large = " ".join(f"{n}.py" for n in range(12))
    small = History(commits(*["a.py b.py"] * 6, *["c.py"] * 60))
    wide = History(commits(*[f"a.py b.py {large}"] * 6, *["c.py"] * 60))
    assert together(small, "a.py", "b.py")[0] > together(wide, "a.py", "b.py")[0] > 0


def test_all_files_of_a_change_are_asked():
    history = History(commits(*["a.py b.py"] * 5, *["c.py d.py"] * 5, *["e.py"] * 60))
    assert names(history, "a.py") == ["b.py"]
    assert names(history, "a.py", "c.py") == []


def test_a_renamed_file_keeps_its_past():
    changes = ["b.py new.py", "old.py>new.py", *["b.py old.py"] * 5, *["c.py"] * 60]
    history = History(commits(*changes))
    assert names(history, "b.py") == ["new.py"]
    assert together(history, "b.py", "new.py")[1:] == (6, 6)


def test_a_name_that_was_given_away_and_taken_again_is_two_files():
    history = History(commits("a.py c.py", "a.py", "a.py>b.py", "a.py d.py"))
    assert together(history, "a.py", "c.py")[1:] == (1, 2)
    assert together(history, "b.py", "d.py")[1:] == (1, 2)


def test_the_commits_of_the_change_itself_do_not_count():
    history = History(commits("a.py", "a.py", *["a.py b.py"] * 5, *["c.py"] * 60))
    own = history.numbers(history.ids[:2])
    assert together(history, "a.py", "b.py", own)[1:] == (5, 5)
    assert together(history, "a.py", "b.py")[1:] == (5, 7)


def test_it_is_read_once_and_then_extended(repository, cache_dir: Path, monkeypatch):
    repository.write("#- a.py\nx = 1").commit()
    first = history_of(repository.root, cache_dir)
    asked: list[str] = []
    log = git.log
    monkeypatch.setattr(
        git,
        "log",
        lambda *a, but_of="", **k: (asked.append(but_of), log(*a, but_of=but_of, **k))[1],
    )
    assert first is not None
    again = history_of(repository.root, cache_dir)
    assert again is not None and again.ids == first.ids and asked == []
    repository.write("#- b.py\nx = 1").commit()
    more = history_of(repository.root, cache_dir)
    assert more is not None and more.ids[1:] == first.ids and asked == first.ids


def test_commits_that_head_does_not_lead_back_to_are_forgotten(repository, cache_dir: Path):
    repository.write("#- a.py\nx = 1").commit()
    repository.write("#- b.py\nx = 1").commit()
    before = history_of(repository.root, cache_dir)
    repository.git("commit", "-q", "--amend", "-m", "another")
    after = history_of(repository.root, cache_dir)
    assert before is not None and after is not None
    assert len(after) == 2 and set(after.ids) & set(before.ids) == {before.ids[1]}


@pytest.mark.parametrize("damage", [b"", b"nonsense", None], ids=["empty", "foreign", "flipped"])
def test_a_damaged_file_is_made_again(repository, cache_dir: Path, damage: bytes | None):
    repository.write("#- a.py\nx = 1").commit()
    assert history_of(repository.root, cache_dir)
    (kept,) = cache_dir.rglob("*.history")
    sound = kept.read_bytes()
    kept.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]) if damage is None else damage)
    again = history_of(repository.root, cache_dir)
    assert again is not None and len(again) == 1
    assert kept.read_bytes() == sound


def test_there_is_none_without_git_or_commits(folder, cache_dir: Path):
    assert history_of(folder.root, cache_dir) is None
    assert history_of(folder.init().root, cache_dir) is None


def test_a_reading_answers_at_once_and_later_knows():
    history = History([])
    reading = Reading(lambda: history)
    assert reading.wait() is history
    assert reading() is history


def test_a_reading_that_fails_keeps_what_it_knows():
    def fails() -> History | None:
        raise OSError("gone")

    assert Reading(fails).wait() is None
