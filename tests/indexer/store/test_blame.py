"""Who changed each line last."""

from flames_indexer import git


def test_lines_have_the_commit_that_changed_them_last(repository):
    repository.put("a.py", "one = 1\ntwo = 2\n")
    repository.commit()
    repository.put("a.py", "one = 1\ntwo = 3\nthree = 3\n")
    first, second, third = git.blame(repository.root, "a.py") or ()
    assert first.commit == repository.git("rev-parse", "HEAD").strip()
    assert first.time_s > 0
    assert (second.commit, third.commit) == ("", "")


def test_a_file_that_git_does_not_know_has_no_lines(repository):
    repository.put("a.py", "one = 1\n")
    repository.commit()
    repository.put("b.py", "two = 2\n")
    assert git.blame(repository.root, "b.py") is None
    assert git.blame(repository.root, "gone.py") is None


def test_a_conversion_that_the_repository_names_is_not_run(repository, tmp_path):
    witness = tmp_path / "was-run"
    program = repository.put("program.sh", f"#!/bin/sh\ntouch {witness}\ncat $1\n")
    program.chmod(0o755)
    repository.put(".gitattributes", "*.py diff=mine\n")
    repository.put("a.py", "one = 1\n")
    repository.commit()
    repository.git("config", "diff.mine.textconv", str(program))
    repository.git("blame", "a.py")
    assert witness.exists(), "the trap does not work"
    witness.unlink()
    assert len(git.blame(repository.root, "a.py") or ()) == 1
    assert not witness.exists()


def test_a_look_that_is_not_wanted_any_more_gives_nothing(repository):
    repository.put("a.py", "one = 1\n")
    repository.commit()
    assert git.blame(repository.root, "a.py", cancelled=lambda: True) is None
