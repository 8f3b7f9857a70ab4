"""Findings in each format, from fixed findings: no index, no rules run."""

import json
from pathlib import Path

import jsonschema
import pytest
from flames_indexer.checks import CHECKS
from flames_indexer.cli import reports
from flames_indexer.cli.lines import Lines
from flames_indexer.cli.reports import Report
from flames_indexer.model import Certainty, Coverage, Finding, RelatedPlace, Severity, Span

SCHEMAS = Path(reports.__file__).parent.parent / "schemas"
SOURCE = b"def one():\n    pass\n\n\ndef two():\n    pass\n"


class OneFile:
    def source(self, path: str) -> bytes | None:
        return SOURCE if path == "my pkg/a.py" else None


def finding(**changes: object) -> Finding:
    values: dict[str, object] = {
        "rule": CHECKS[0].rule,
        "span": Span("my pkg/a.py", 22, 41),
        "severity": Severity.WARNING,
        "certainty": Certainty.RESOLVED,
        "message": "two does what one does",
        "score": 0.876543,
        "evidence": ("both call f", "100% alike, really"),
        "related": (RelatedPlace(Span("my pkg/a.py", 0, 19), "my pkg/a.py::one", "the original"),),
        "fingerprint": "ab12" * 8,
    }
    return Finding(**(values | changes))


def report(*findings: Finding, **changes: object) -> Report:
    values: dict[str, object] = {
        "findings": findings,
        "coverage": Coverage(unresolved_calls=2),
        "failed": (),
        "notes": ("the index is old",),
        "lines": Lines(OneFile()),
        "root": Path("/repository"),
        "seconds": 0.1,
    }
    return Report(**(values | changes))


def rendered(form: str, *findings: Finding, **changes: object) -> str:
    return "\n".join(reports.rendered(report(*findings, **changes), form))


def test_json_follows_the_contract():
    document = json.loads(rendered("json", finding()))
    jsonschema.validate(document, json.loads((SCHEMAS / "check.json").read_text()))
    assert document["findings"] == [
        {
            "rule": CHECKS[0].rule,
            "path": "my pkg/a.py",
            "line": 5,
            "end_line": 6,
            "severity": "warning",
            "certainty": "resolved",
            "message": "two does what one does",
            "score": 0.8765,
            "evidence": ["both call f", "100% alike, really"],
            "related": [
                {
                    "path": "my pkg/a.py",
                    "line": 1,
                    "symbol": "my pkg/a.py::one",
                    "message": "the original",
                }
            ],
            "fingerprint": "ab12" * 8,
        }
    ]
    assert document["coverage"]["notes"] == ["2 call sites unresolved", "the index is old"]


def test_text_says_place_evidence_other_place_and_how_sure():
    assert rendered("text", finding()).splitlines() == [
        "my pkg/a.py:5: warning: two does what one does",
        "    both call f",
        "    100% alike, really",
        "    my pkg/a.py:1: the original",
        f"    {CHECKS[0].rule}, resolved, score 0.88, ab12ab12ab12",
        "",
        "1 warning. `flames explain RULE` says what a rule looks for.",
        "Not covered: 2 call sites unresolved, the index is old.",
    ]


def test_text_of_nothing_says_so():
    nothing = rendered("text", coverage=Coverage(), notes=())
    assert nothing == "No findings."


def test_github_escapes_what_the_command_syntax_uses():
    first, last = rendered("github", finding(message="50% alike:\nsee, there")).splitlines()
    assert first == (
        f"::warning file=my pkg/a.py,title=Flames {CHECKS[0].rule},line=5,endLine=6"
        "::50%25 alike:%0Asee, there%0Aboth call f%0A100%25 alike, really"
        "%0Amy pkg/a.py:1: the original"
    )
    assert last == "Flames: 1 finding. Not covered: 2 call sites unresolved, the index is old"


def test_github_escapes_commas_and_colons_in_paths():
    text = rendered("github", finding(span=Span("a,b:c.py", 0, 1)))
    assert "file=a%2Cb%3Ac.py" in text
    assert "line=" not in text  # the file is not there to count lines in


@pytest.mark.parametrize(
    "severity, command, level",
    [
        (Severity.HINT, "notice", "note"),
        (Severity.INFO, "notice", "note"),
        (Severity.WARNING, "warning", "warning"),
        (Severity.ERROR, "error", "error"),
    ],
)
def test_severities_translate(severity: Severity, command: str, level: str):
    assert rendered("github", finding(severity=severity)).startswith(f"::{command} ")
    [run] = json.loads(rendered("sarif", finding(severity=severity)))["runs"]
    assert run["results"][0]["level"] == level


def sarif_run(*findings: Finding, **changes: object) -> dict[str, object]:
    log = json.loads(rendered("sarif", *findings, **changes))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    [run] = log["runs"]
    return run


def test_sarif_has_every_rule_with_its_page():
    driver = sarif_run()["tool"]["driver"]
    assert driver["name"] == "Flames"
    assert [rule["id"] for rule in driver["rules"]] == [check.rule for check in CHECKS]
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] in ("note", "warning", "error")


def test_sarif_result_points_at_its_rule_and_places():
    run = sarif_run(finding())
    [result] = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "my%20pkg/a.py", "uriBaseId": "SRCROOT"}
    assert place["region"] == {"startLine": 5, "endLine": 6}
    assert place["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]
    [related] = result["relatedLocations"]
    assert related["message"]["text"] == "the original"
    assert related["physicalLocation"]["region"]["startLine"] == 1
    assert result["partialFingerprints"] == {"flames/v1": "ab12" * 8}
    assert 0 <= result["rank"] <= 100


def test_sarif_leaves_out_lines_that_nobody_knows():
    [result] = sarif_run(finding(span=Span("gone.py", 3, 9), related=()))["results"]
    assert "region" not in result["locations"][0]["physicalLocation"]


def test_sarif_says_what_is_not_covered_and_what_failed():
    [invocation] = sarif_run(failed=("parallel-logic",))["invocations"]
    assert invocation["executionSuccessful"] is False
    texts = [n["message"]["text"] for n in invocation["toolExecutionNotifications"]]
    assert texts == [
        "Not covered: 2 call sites unresolved",
        "Not covered: the index is old",
        "The rule parallel-logic failed",
    ]
