"""How rules are run: silenced, guarded, timed, and told apart by the role of a file."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flames_indexer import checks
from flames_indexer.checks import CHECKS, run_checks, write_baseline
from flames_indexer.config import RULES, STAGES
from flames_indexer.errors import ConfigError, TargetError
from flames_indexer.index import Index, Snapshot
from flames_indexer.model import Severity
from flames_indexer.trace import Trace, summary

Repository = Callable[..., Any]
OLD = {"lib.py": "def f(a): ...\n"}
NEW = "def f(a, b): ...\n"
USE = "from lib import f\n\nf(1)\n"


def broken(repository: Repository, lib: str = NEW, settings: Any = None) -> Any:
    return repository({"lib.py": lib, "app.py": USE}, settings)


@pytest.mark.parametrize(
    "lib",
    [
        "def f(a, b): ...  # flames: ignore[broken-callers] callers follow\n",
        "# flames: ignore[broken-callers]\ndef f(a, b): ...\n",
        "# flames: ignore[parallel-logic, broken-callers] both\ndef f(a, b): ...\n",
        "# flames: ignore[broken-callers]\n@staticmethod\ndef f(a, b): ...\n",
    ],
)
def test_a_comment_silences(repository: Repository, lib: str) -> None:
    assert broken(repository, lib).check(before=OLD).findings == ()


@pytest.mark.parametrize(
    "lib",
    [
        "def f(a, b): ...  # flames: ignore[parallel-logic]\n",
        "def f(a, b): ...  # flames: ignore\n",
        "# flames: ignore[broken-callers]\n\n\ndef f(a, b): ...\n",
        "def f(a, b):\n    '''flames: ignore[broken-callers]'''\n",
    ],
)
def test_a_comment_about_something_else_does_not(repository: Repository, lib: str) -> None:
    assert len(broken(repository, lib).check(before=OLD).findings) == 1


@pytest.mark.parametrize(
    ("stage", "severities"),
    [("off", []), ("observe", []), ("hint", [Severity.HINT]), ("warning", [Severity.ERROR])],
)
def test_a_stage_says_how_loud(
    repository: Repository, stage: str, severities: list[Severity]
) -> None:
    made = broken(repository, settings={"rules.broken-callers.stage": stage})
    assert [f.severity for f in made.check(before=OLD).findings] == severities


def test_an_observed_rule_is_counted(repository: Repository, tmp_path: Path) -> None:
    made = broken(repository, settings={"rules.broken-callers.stage": "observe"})
    trace = Trace(tmp_path / "trace.jsonl")
    before = {"lib.py": OLD["lib.py"].encode()}.get
    result = run_checks(made.snapshot, ["lib.py"], made.config, trace=trace, before=before)
    trace.close()
    assert result.findings == ()
    assert summary(tmp_path / "trace.jsonl")["check.broken-callers"].counts["findings"] == 1


def test_excluded_paths_are_silent(repository: Repository) -> None:
    made = broken(repository, settings={"rules.broken-callers.exclude": ["li*.py"]})
    assert made.check(before=OLD).findings == ()


@pytest.mark.parametrize(
    ("path", "told"),
    [("vendor/lib.py", 0), ("lib_pb2.py", 0), ("tests/lib.py", 1), ("examples/lib.py", 1)],
)
def test_nothing_is_said_of_what_others_wrote(repository: Repository, path: str, told: int) -> None:
    made = repository({path: "def f(a, b): ...\n\nf(1)\n"})
    assert len(made.check(before={path: "def f(a): ...\n\nf(1)\n"}).findings) == told
    assert len(made.check([path], before={}).failed) == 0


def test_paths_not_asked_about_are_silent(repository: Repository) -> None:
    assert broken(repository).check([], before=OLD).findings == ()


def test_accepted_findings_are_not_reported_again(repository: Repository) -> None:
    made = broken(repository)
    path = made.root / made.config.checks.baseline
    write_baseline(path, made.check(before=OLD).findings)
    assert made.check(before=OLD).findings == ()
    assert len(made.check(before=OLD, baseline=False).findings) == 1
    entries = json.loads(path.read_text("utf-8"))["findings"]
    assert [(e["rule"], e["path"]) for e in entries] == [("broken-callers", "lib.py")]


def test_another_change_is_not_the_accepted_one(repository: Repository) -> None:
    made = broken(repository)
    write_baseline(made.root / made.config.checks.baseline, made.check(before=OLD).findings)
    made.edit("lib.py", "def f(a, b, c): ...\n")
    assert len(made.check(before=OLD).findings) == 1


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 99}', '{"version": 1}'])
def test_an_unusable_baseline_says_what_to_do(repository: Repository, text: str) -> None:
    made = broken(repository)
    (made.root / made.config.checks.baseline).write_text(text)
    with pytest.raises(ConfigError, match="--write-baseline"):
        made.check(before=OLD)


def test_a_failing_rule_takes_nothing_with_it(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise ValueError("broken rule")

    failing = replace(CHECKS[-1], run=fail)
    monkeypatch.setattr(checks, "CHECKS", (failing, CHECKS[0]))
    result = broken(repository).check(before=OLD)
    assert result.failed == (failing.rule,)
    assert len(result.findings) == 1


def test_cancelled_checks_stop(repository: Repository) -> None:
    made = broken(repository)
    result = run_checks(
        made.snapshot, ["lib.py"], made.config, trace=Trace(None), cancelled=lambda: True
    )
    assert result.findings == ()


def test_a_rule_that_is_stopped_in_the_middle_remembers_no_part_of_an_answer(
    repository: Repository,
) -> None:
    made = broken(repository, "def f(a): ...\n")
    before = {path: text.encode() for path, text in OLD.items()}.get

    def stopped(patience: int) -> bool:
        left = [False] * patience
        run_checks(
            made.snapshot,
            ["lib.py"],
            made.config,
            trace=Trace(None),
            before=before,
            cancelled=lambda: left.pop() if left else True,
            rules=("broken-callers",),
        )
        return not left

    for patience in range(1, 100):
        made.snapshot = Snapshot.of(Index.open(made.root, made.config))
        made.edit("lib.py", "def g(a): ...\n")
        if not stopped(patience):
            break
        assert len(made.check(["lib.py"], before=OLD).findings) == 1
    assert 5 < patience < 99  # asked in the middle of it, and in the end done


def test_coverage_says_what_is_not_known(repository: Repository) -> None:
    made = repository({"bad.py": "def f(:\n"})
    assert made.check().coverage.unparsed_files == 1


def test_every_rule_has_a_manual_page_and_a_configuration() -> None:
    configured = {rule.id: rule.stage for rule in RULES}
    for check in CHECKS:
        assert configured[check.rule] == check.stage
        assert check.stage in STAGES
        assert check.summary in check.explanation.replace("\n", " ")
        for part in (
            "Why it matters",
            "What is reported",
            "Example",
            "When it is wrong",
            "Silence",
        ):
            assert f"**{part}" in check.explanation, (check.rule, part)


def test_one_rule_at_a_time(repository: Repository) -> None:
    made = broken(repository)
    before = {"lib.py": OLD["lib.py"].encode()}.get
    for rules, found in ((["broken-callers"], 1), (["parallel-logic"], 0), ([], 0)):
        result = run_checks(
            made.snapshot, ["lib.py"], made.config, trace=Trace(None), before=before, rules=rules
        )
        assert len(result.findings) == found


def test_an_unknown_ref_says_what_to_do(repository: Repository) -> None:
    made = broken(repository)
    with pytest.raises(TargetError, match="--changed-since"):
        run_checks(
            made.snapshot, ["lib.py"], made.config, trace=Trace(None), changed_since="nowhere"
        )


def test_the_contract_is_the_one_at_the_last_commit(repository: Repository) -> None:
    made = broken(repository, OLD["lib.py"])
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        subprocess.run(["git", *identity, *arguments], cwd=made.root, check=True)
    made.edit("lib.py", NEW)
    result = run_checks(made.snapshot, ["lib.py"], made.config, trace=Trace(None))
    assert [f.rule for f in result.findings] == ["broken-callers"]
    made.edit("lib.py", OLD["lib.py"])
    assert run_checks(made.snapshot, ["lib.py"], made.config, trace=Trace(None)).findings == ()
