"""`flames impact`: what changed against a commit, who depends on it, and its pictures."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flames_indexer.cli.group import flames
from flames_indexer.impact.changes import State
from flames_indexer.languages import language_of
from flames_indexer.parse import parse
from flames_indexer.report.touched import How, touched
from shop import Ran, Run, checked

FILES = {
    "shop/__init__.py": "",
    "shop/db/__init__.py": "",
    "shop/db/rows.py": """\
LIMIT = 10


def rows_of(table, limit):
    \"\"\"The rows of a table.\"\"\"
    return table[:limit]


def count(table):
    return len(rows_of(table, LIMIT))


def unused(table):
    return table
""",
    "shop/orders.py": """\
from shop.db.rows import rows_of


def orders(table):
    return rows_of(table, 5)
""",
    "shop/views.py": """\
from shop.orders import orders


def page(table):
    return str(orders(table))
""",
    "tests/test_rows.py": """\
from shop.db.rows import rows_of


def test_rows():
    assert rows_of([1, 2], 1) == [1]
""",
    "notes.txt": "nothing\n",
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("shop")
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run(["git", *identity, *words], cwd=root, check=True)
    for change in ("# 1", "# 2", "# 3", "# 4", ""):  # two files that change together
        for path in ("shop/orders.py", "shop/views.py"):
            (root / path).write_text(f"{FILES[path]}{change}")
        subprocess.run(["git", *identity, "commit", "-qam", f"both {change}"], cwd=root, check=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLAMES_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        patch.chdir(root)
        yield root


@pytest.fixture
def run(repository: Path) -> Iterator[Run]:
    def run(*arguments: str) -> Ran:
        result = CliRunner().invoke(flames, arguments, standalone_mode=False)
        if result.exception is not None:
            raise result.exception
        return Ran(result.return_value, result.stdout, result.stderr)

    yield run
    for path, text in FILES.items():
        (repository / path).write_text(text)


def edited(repository: Path, path: str, before: str, after: str) -> None:
    text = FILES[path]
    assert before in text
    (repository / path).write_text(text.replace(before, after))


def report(run: Run, *arguments: str) -> dict:
    return checked(run("impact", *arguments, "--format", "json"), "impact")


def hows(document: dict) -> dict[str, str]:
    return {row["symbol"].partition("::")[2]: row["how"] for row in document["changed"]}


def test_nothing_changed(run: Run):
    assert run("impact").out.startswith(
        "what changed since HEAD: nothing changed that others could notice"
    )


def test_a_contract_a_body_and_words_are_told_apart(run: Run, repository: Path):
    changes = [
        ("(table, limit)", "(table, limit, order)"),
        ("len(rows_of", "2 * len(rows_of"),
        ("def unused(table):\n", "def unused(table):\n    # nobody needs it\n"),
        ("The rows of a table", "Some rows of a table"),
        ("LIMIT = 10", "LIMIT = 20"),
    ]
    text = FILES["shop/db/rows.py"]
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    (repository / "shop/db/rows.py").write_text(text + "\n\ndef fresh():\n    return 1\n")
    found = hows(report(run))
    assert found == {
        "rows_of": "contract",
        "count": "body",
        "unused": "words",
        "fresh": "added",
        "": "body",
    }
    said = "1 contract and 2 bodies changed in 1 file; 1 symbol is new; "
    assert said in run("impact").out.splitlines()[0]


def test_documentation_alone_changes_nobody(run: Run, repository: Path):
    edited(repository, "shop/db/rows.py", "The rows of a table", "Some rows")
    document = report(run)
    assert hows(document) == {}
    assert document["dependents"] == []


def test_who_depends_on_it_is_told_by_distance(run: Run, repository: Path):
    edited(repository, "shop/db/rows.py", "return table[:limit]", "return list(table[:limit])")
    rows = report(run)["dependents"]
    away = {row["symbol"]: (row["depth"], row["group"]) for row in rows}
    assert away["shop/orders.py::orders"] == (1, "callers")
    assert away["tests/test_rows.py::test_rows"] == (1, "tests")
    assert away["shop/views.py::page"] == (2, "callers")
    near = report(run, "--depth", "1")["dependents"]
    assert {row["depth"] for row in near} == {1}


def test_who_depended_on_what_is_gone_is_told_too(run: Run, repository: Path):
    edited(repository, "shop/db/rows.py", "def rows_of(", "def read(")
    document = report(run)
    away = {row["symbol"]: row["depth"] for row in document["dependents"]}
    assert away["shop/orders.py::orders"] == away["tests/test_rows.py::test_rows"] == 1
    assert away["shop/views.py::page"] == 2
    assert {test["run"] for test in document["tests"]} == {"tests/test_rows.py::test_rows"}
    assert "calls rows_of" in run("tests").out


TWICE = """\
from shop.db.rows import rows_of

try:
    import fast
except ImportError:
    def first(rows):
        return rows
else:
    def first(rows):
        return fast.rows(rows)


def orders(table):
    return first(rows_of(table, 5))


def last(table):
    return table
"""


def test_a_use_is_named_by_what_it_stands_in(run: Run, repository: Path):
    (repository / "shop/orders.py").write_text(TWICE)
    edited(repository, "shop/db/rows.py", "def rows_of(", "def read(")
    broken = {(row["line"], row["symbol"]) for row in report(run)["broken"]}
    assert (14, "shop/orders.py::orders") in broken


def test_broken_callers_are_named_with_their_reason(run: Run, repository: Path):
    edited(repository, "shop/db/rows.py", "(table, limit)", "(table, limit, order)")
    broken = report(run)["broken"]
    assert {(row["path"], row["line"], row["level"]) for row in broken} == {
        ("shop/db/rows.py", 10, "breaks"),
        ("shop/orders.py", 5, "breaks"),
        ("tests/test_rows.py", 5, "breaks"),
    }
    assert {row["reason"] for row in broken} == {"does not pass `order`"}
    out = run("impact").out
    assert "1 contract changed in 1 file" in out
    assert "3 uses break" in out
    assert "shop/orders.py:5  orders  does not pass `order`" in out


def test_an_import_against_the_layers_is_said_when_it_is_new(run: Run, repository: Path):
    edited(repository, "shop/db/rows.py", "LIMIT = 10", "import shop.views\n\nLIMIT = 10")
    against = report(run)["layers"]["against"]
    assert [(row["path"], row["line"], row["target"]) for row in against] == [
        ("shop/db/rows.py", 1, "shop/views.py")
    ]
    subprocess.run(["git", "add", "-A"], cwd=repository, check=True)
    assert "Against the layers: shop/db/rows.py:1 now imports shop/views.py" in run("impact").out


def test_the_layers_it_crosses_begin_where_the_change_is(run: Run, repository: Path):
    edited(repository, "shop/db/rows.py", "return table[:limit]", "return list(table[:limit])")
    stops = report(run)["layers"]["crossed"]
    assert (stops[0]["folder"], stops[0]["depth"]) == ("shop/db", 0)
    layers = {stop["folder"]: stop["layer"] for stop in stops}
    assert layers["shop/db"] < layers["shop"]


def test_a_deleted_file_is_missed_by_those_that_import_it(run: Run, repository: Path):
    (repository / "shop/orders.py").unlink()
    document = report(run)
    assert document["gone_files"] == [{"path": "shop/orders.py", "now": ""}]
    assert {row["path"] for row in document["broken"]} == {"shop/views.py"}


CONFLICT = """\
<<<<<<< HEAD
    def one(self): return 1
=======
    def two(self): return 2
>>>>>>> other
"""


def test_what_a_syntax_error_takes_out_of_its_class_is_not_new():
    text = "class Cart:\n    def first(self): return 1\n\n    def last(self): return 2\n"
    states: list[State] = []
    for source in (text, text.replace("    def last", f"{CONFLICT}    def last")):
        read = language_of("cart.py")
        assert read is not None
        states.append(State.of(source.encode(), parse(source.encode(), read)))
    old, new = states
    assert "Cart.last" not in new.contracts, "the error takes nothing"
    added = [one.symbol for one in touched("cart.py", old, new, []) if one.how is How.ADDED]
    assert not any(symbol.endswith(("first", "last")) for symbol in added)


def test_files_that_are_not_read_are_counted(run: Run, repository: Path):
    (repository / "notes.txt").write_text("something\n")
    document = report(run)
    assert document["files_not_read"] == ["notes.txt"]
    assert "1 changed file not read" in run("impact").out


def test_a_symbol_is_asked_about_though_it_did_not_change(run: Run):
    document = report(run, "rows_of")
    assert hows(document) == {"rows_of": "asked"}
    assert {row["symbol"] for row in document["dependents"]} >= {"shop/orders.py::orders"}
    assert document["broken"] == []


def test_a_symbol_that_changed_says_so(run: Run, repository: Path):
    edited(repository, "shop/db/rows.py", "(table, limit)", "(table, limit, order)")
    document = report(run, "rows_of")
    assert hows(document) == {"rows_of": "contract"}
    assert len(document["broken"]) == 3
    assert hows(report(run, "unused")) == {"unused": "asked"}


def test_the_tests_to_run_first_are_named_with_their_reason(run: Run, repository: Path):
    edited(repository, "shop/db/rows.py", "return table[:limit]", "return list(table[:limit])")
    (test,) = report(run)["tests"]
    assert test["run"] == "tests/test_rows.py::test_rows"
    assert test["reasons"][0].startswith("calls ")
    assert "tests/test_rows.py::test_rows  calls " in run("impact").out
    assert "| `tests/test_rows.py::test_rows` | calls " in run("impact", "--format", "markdown").out


def test_a_partner_that_was_forgotten_is_named(run: Run, repository: Path):
    edited(repository, "shop/orders.py", "5)", "6)")
    (partner,) = report(run)["forgotten"]
    assert (partner["changed"], partner["path"]) == ("shop/orders.py", "shop/views.py")
    assert "Forgotten? shop/orders.py: In " in run("impact").out
    assert "**Forgotten?** `shop/orders.py`: In " in run("impact", "--format", "markdown").out
    edited(repository, "shop/views.py", "str(", "repr(")
    assert report(run)["forgotten"] == []


def test_a_pull_request_comment_has_its_parts(run: Run, repository: Path):
    edited(repository, "shop/db/rows.py", "(table, limit)", "(table, limit, *, order)")
    out = run("impact", "--format", "markdown").out
    assert out.startswith("## Impact: what changed since HEAD\n")
    assert "| `shop/orders.py:5` | `rows_of` | does not pass `order` |" in out
    assert "(table, limit, *, order)`" in out  # code, so that no star is taken for markup
    assert "```mermaid\nflowchart LR" in out
    assert out.count("<details>") == out.count("</details>")


def test_a_mermaid_picture_draws_what_breaks_in_red(run: Run, repository: Path):
    edited(repository, "shop/db/rows.py", "(table, limit)", "(table, limit, order)")
    out = run("impact", "--format", "mermaid").out
    assert '["rows_of"]:::contract' in out
    assert '["orders"]:::broken' in out
    red = re.search(r"linkStyle ([\d,]+) stroke:#cf222e", out)
    assert red is not None
    assert red[1].count(",") == 2


def test_a_dot_picture_has_a_box_for_each_file(run: Run, repository: Path):
    edited(repository, "shop/db/rows.py", "(table, limit)", "(table, limit, order)")
    out = run("impact", "--format", "dot").out
    assert out.count("subgraph cluster_") == 4
    assert re.search(r'"shop/db/rows.py::rows_of" -> "shop/orders.py::orders" \[color', out)


def test_the_page_holds_names_as_data_only(run: Run, repository: Path):
    edited(repository, "shop/db/rows.py", "(table, limit)", "(table, limit, order)")
    out = run("impact", "--format", "html").out
    [content] = re.findall(r'<script type="application/json" id="content">(.*?)</script>', out)
    nodes = {node["label"]: node for node in json.loads(content)["nodes"]}
    assert nodes["orders"]["kind"] == "broken"
    assert nodes["orders"]["place"] == "shop/orders.py:5"
    assert nodes["page"]["depth"] == 2
    assert "default-src 'none'" in out


def test_a_ref_that_git_does_not_know_is_refused(run: Run):
    from flames_indexer.errors import TargetError

    with pytest.raises(TargetError, match="git cannot compare"):
        run("impact", "--changed-since", "no-such-branch")
