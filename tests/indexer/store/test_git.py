from pathlib import Path

import pytest
from flames_indexer import git


def test_worktree_of_a_subfolder_is_its_top(repository):
    repository.put("a/b.py", "x = 1\n")
    found = git.worktree(repository.root / "a")
    assert found == git.Worktree(repository.root, repository.root / ".git")


def test_linked_worktrees_share_the_common_dir(repository, tmp_path):
    repository.write("#- a.py\nx = 1").commit()
    repository.git("worktree", "add", "-q", str(tmp_path / "other"))
    other = git.worktree(tmp_path / "other")
    assert other == git.Worktree(tmp_path / "other", repository.root / ".git")


def test_no_git_and_no_folder_are_none(folder, monkeypatch):
    assert git.worktree(folder.root) is None
    assert git.worktree(folder.root / "absent") is None
    folder.init()
    monkeypatch.setenv("PATH", "")
    assert git.worktree(folder.root) is None
    assert git.tracked(folder.root) is None


def test_git_in_a_relative_path_entry_is_not_run(repository, monkeypatch):
    program = repository.put("git", "#!/bin/sh\ntouch was-run\n")
    program.chmod(0o755)
    monkeypatch.chdir(repository.root)
    monkeypatch.setenv("PATH", f".:{Path('bin')}:")
    assert git.tracked(repository.root) is None
    assert not (repository.root / "was-run").exists()


def test_git_variables_of_the_caller_do_not_redirect(repository, tmp_path, monkeypatch):
    repository.write("#- a.py\nx = 1").commit()
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "nothing"))
    assert git.tracked(repository.root) == ["a.py"]


def test_a_signature_is_not_looked_at(repository, tmp_path):
    repository.put("a.py", "x = 1\n")
    repository.commit()
    witness = tmp_path / "was-run"
    program = repository.put("program.sh", f"#!/bin/sh\ntouch {witness}\n")
    program.chmod(0o755)
    tree = repository.git("rev-parse", "HEAD^{tree}").strip()
    (tmp_path / "signed").write_text(
        f"tree {tree}\nauthor a <a@example.org> 1 +0000\ncommitter a <a@example.org> 1 +0000\n"
        "gpgsig -----BEGIN PGP SIGNATURE-----\n \n -----END PGP SIGNATURE-----\n\nsigned\n"
    )
    signed = repository.git("hash-object", "-t", "commit", "-w", str(tmp_path / "signed")).strip()
    repository.git("update-ref", "HEAD", signed)
    repository.git("config", "log.showSignature", "true")
    repository.git("config", "gpg.program", str(program))
    repository.git("log", "-1")
    assert witness.exists(), "the trap does not work"
    witness.unlink()
    assert [commit.paths for commit in git.log(repository.root, "HEAD", 5) or ()] == [("a.py",)]
    assert git.subjects(repository.root, [signed]) == ["signed"]
    assert not witness.exists()


def test_a_worktree_setting_that_points_away_counts_as_none(repository, tmp_path):
    (tmp_path / "victim").mkdir()
    repository.git("config", "core.worktree", str(tmp_path / "victim"))
    assert git.worktree(repository.root) is None


@pytest.mark.parametrize(
    "setting",
    ["core.fsmonitor", "filter.evil.clean", "filter.evil.process", "diff.external"],
)
def test_programs_named_by_the_repository_are_not_run(repository, tmp_path, setting):
    witness = tmp_path / "was-run"
    program = repository.put("program.sh", f"#!/bin/sh\ntouch {witness}\ncat\n")
    program.chmod(0o755)
    repository.put(".gitattributes", "*.py filter=evil\n")
    path = repository.put("a.py", "x = 1\n")
    repository.commit()
    repository.git("config", setting, str(program))
    repository.git("config", "filter.evil.required", "true")
    path.write_text("x = 2\n")
    assert git.tracked(repository.root)
    assert git.untracked(repository.root) == []
    assert git.changed_since(repository.root, "HEAD") == ["a.py"]
    assert git.show(repository.root, "a.py") == b"x = 1\n"
    assert not witness.exists()


def test_tracked_lists_a_conflict_once_and_no_submodule(repository, tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    repository.git("init", "-q", cwd=inner)
    (inner / "in.py").write_text("x = 1\n")
    repository.git("add", "-A", cwd=inner)
    repository.git("commit", "-q", "-m", "inner", cwd=inner)
    repository.write("#- a.py\nx = 1").commit()
    repository.git("submodule", "add", "-q", str(inner), "sub")
    repository.commit()
    repository.git("checkout", "-q", "-b", "side")
    repository.write("#- a.py\nx = 2").commit()
    repository.git("checkout", "-q", "main")
    repository.write("#- a.py\nx = 3").commit()
    with pytest.raises(Exception):  # noqa: B017 - the merge is meant to conflict
        repository.git("merge", "-q", "side")
    assert git.tracked(repository.root) == [".gitmodules", "a.py"]


def test_untracked_leaves_out_ignored_files_and_nested_repositories(repository):
    repository.write("#- .gitignore\nbuild/\n#- a.py\nx = 1\n#- build/b.py\nx = 1\n")
    repository.put("nested/c.py", "x = 1\n")
    repository.git("init", "-q", cwd=repository.root / "nested")
    assert git.untracked(repository.root) == [".gitignore", "a.py"]


def test_changed_since_names_edits_deletions_and_new_files(repository):
    repository.write("#- a.py\nx = 1\n#- b.py\nx = 1\n#- c.py\nx = 1").commit()
    repository.put("a.py", "x = 2\n")
    repository.put("new.py", "x = 2\n")
    (repository.root / "b.py").unlink()
    assert git.changed_since(repository.root, "HEAD") == ["a.py", "b.py", "new.py"]
    assert git.changed_since(repository.root, "no-such-ref") is None
    assert git.changed_since(repository.root, "--output=x") is None


def test_names_that_need_quoting_come_as_they_are(repository):
    repository.put('ä "b"\n.py', "x = 1\n")
    repository.commit()
    assert git.tracked(repository.root) == ['ä "b"\n.py']
    assert git.show(repository.root, 'ä "b"\n.py') == b"x = 1\n"
