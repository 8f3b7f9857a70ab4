"""`flames check` and `flames explain`."""

from pathlib import Path

import pytest
from flames_indexer.errors import TargetError
from shop import Run, checked, repository_with_a_broken_caller


def test_check_json(run: Run):
    checked(run("check", "--format", "json"), "check")


@pytest.mark.parametrize("form", ["text", "sarif", "github"])
def test_check_in_other_formats(run: Run, form: str):
    assert run("check", "--format", form).out


def test_explain_shows_the_manual_page(run: Run):
    from flames_indexer.checks import CHECKS

    for check in CHECKS:
        assert check.summary
        page = checked(run("explain", check.rule, "--format", "json"), "explain")
        assert run("explain", check.rule).out.strip().endswith(page["explanation"].strip())


def test_explain_of_something_else_names_the_rules(run: Run):
    with pytest.raises(TargetError, match=r"neither a rule nor a fingerprint.*parallel-logic"):
        run("explain", "parallel_logic")


def test_paths_of_two_repositories_are_refused(run: Run, tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with pytest.raises(TargetError, match="one repository at a time"):
        run("check", str(tmp_path / "one"), str(tmp_path / "two"))


def test_a_link_to_a_file_elsewhere_is_not_followed_there(run: Run, tmp_path: Path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "two/m.py").write_text("x = 1\n")
    (tmp_path / "one/m.py").symlink_to(tmp_path / "two/m.py")
    with pytest.raises(TargetError, match=r"two/m\.py is not in .*one"):
        run("check", str(tmp_path / "one/m.py"))


def test_what_was_asked_for_and_not_read_is_said(run: Run, tmp_path: Path):
    root = repository_with_a_broken_caller(tmp_path)
    (root / "notes.txt").write_text("something\n")
    (root / "empty").mkdir()
    out = run("check", *(str(root / path) for path in ("a.py", "notes.txt", "empty"))).out
    assert "Not covered: nothing indexed in 2 of the paths asked for (empty, notes.txt)." in out
    assert "nothing indexed" not in run("check", str(root)).out
    ran = run("check", str(root / "notes.txt"), "--format", "json")
    assert checked(ran, "check")["coverage"]["notes"]


def test_findings_fail_at_their_level_and_the_baseline_accepts_them(run: Run, tmp_path: Path):
    root = repository_with_a_broken_caller(tmp_path)
    at = ("--root", str(root), "--changed-since", "HEAD", "--format", "json")
    ran = run("check", *at)
    [finding] = checked(ran, "check")["findings"]
    assert (ran.code, finding["rule"]) == (1, "broken-callers")
    assert run("check", *at, "--fail-on", "never").code == 0
    assert "1 finding accepted" in run("check", *at, "--write-baseline").err
    assert run("check", *at).json["findings"] == []
    page = run("explain", finding["fingerprint"][:8], "--root", str(root)).out
    assert "b.py:5" in page


def test_a_ref_that_git_does_not_know_is_an_error(run: Run, tmp_path: Path):
    root = repository_with_a_broken_caller(tmp_path)
    with pytest.raises(TargetError, match="git cannot compare"):
        run("check", str(root), "--changed-since", "no-such-ref")
    with pytest.raises(TargetError, match="has nothing to compare with"):
        run("check", "--changed-since", "HEAD")  # the shop is no git repository


def test_a_rule_that_breaks_is_an_error_and_the_others_still_speak(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from flames_indexer import checks

    def broken(request: object) -> list[object]:
        raise ZeroDivisionError

    rule = checks.Check("broken-rule", "warning", "breaks", "It breaks.", broken)
    monkeypatch.setattr(checks, "CHECKS", (rule, *checks.CHECKS))
    root = repository_with_a_broken_caller(tmp_path)
    ran = run("check", str(root), "--format", "json")
    document = checked(ran, "check")
    assert ran.code == 2
    assert document["coverage"]["failed_rules"] == ["broken-rule"]
    assert [finding["rule"] for finding in document["findings"]] == ["broken-callers"]
    assert "broken-rule" in ran.err
