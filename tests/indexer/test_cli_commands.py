"""Every command over one small repository, through the real index: words out, JSON by its schema."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from flames_indexer import cli
from flames_indexer.cli.group import flames
from flames_indexer.cli.neighbours import usage_words
from flames_indexer.errors import FlamesError, TargetError
from flames_indexer.graph import Usage

SCHEMAS = Path(cli.__file__).parent / "schemas"
FILES = {
    "shop/__init__.py": "",
    "shop/prices.py": """\
from shop import orders


class Price:
    def __init__(self, amount: int) -> None:
        self.amount = amount

    def with_tax(self) -> int:
        return add_tax(self.amount)


def add_tax(amount: int) -> int:
    return amount * 119 // 100
""",
    "shop/orders.py": """\
import json

from shop.prices import Price


def total(order: list[int]) -> int:
    return sum(Price(item).with_tax() for item in order)


def saved(order: list[int]) -> str:
    return json.dumps({"total": total(order)})


def lines_of(text: str) -> list[str]:
    found = []
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, _, value = line.partition("=")
        if name.isidentifier():
            found.append(f"{name.lower()}: {value.strip()}")
    return sorted(found)
""",
    "shop/broken.py": "def fine():\n    return 1\n\n\ndef broken(:\n",
    "tests/test_prices.py": """\
from shop.prices import add_tax


def test_tax():
    assert add_tax(100) == 119
""",
    "web/cart.ts": "export function cart(items: number[]) { return items.length }\n",
}


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, object]:
        return json.loads(self.out)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The repository, indexed; its cache and the user's configuration are this module's own."""
    root = tmp_path_factory.mktemp("shop")
    for path, text in FILES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLAMES_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        patch.chdir(root)
        yield root


@pytest.fixture
def run(shop: Path) -> Callable[..., Ran]:
    def run(*arguments: str, stdin: str = "") -> Ran:
        result = CliRunner().invoke(flames, arguments, input=stdin, standalone_mode=False)
        if result.exception is not None:
            raise result.exception
        code = result.return_value
        assert isinstance(code, int)
        return Ran(code, result.stdout, result.stderr)

    return run


def checked(ran: Ran, schema: str) -> dict[str, object]:
    document = ran.json
    jsonschema.validate(document, json.loads((SCHEMAS / f"{schema}.json").read_text()))
    return document


def test_schemas_are_schemas():
    for file in SCHEMAS.iterdir():
        jsonschema.Draft202012Validator.check_schema(json.loads(file.read_text()))


def test_index_says_what_it_found(run: Callable[..., Ran]):
    ran = run("index", "--full")
    words = ran.out.split()
    assert ran.code == 0
    assert {"files", "symbols", "edges", "unparsed"} <= set(words)
    assert words[words.index("files") - 1] == "6"
    assert words[words.index("unparsed") - 1] == "1"


def test_index_json(run: Callable[..., Ran]):
    run("index", "-q")
    document = checked(run("reindex", "--format", "json"), "index")
    assert (document["files"], document["unparsed"], document["changed"]) == (6, 1, 0)


def test_quiet_index_says_nothing(run: Callable[..., Ran]):
    ran = run("index", "-q")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_graph_jsonl_by_its_schema_and_closed(run: Callable[..., Ran]):
    schema = json.loads((SCHEMAS / "graph-line.json").read_text())
    rows = [json.loads(line) for line in run("graph", "--format", "jsonl").out.splitlines()]
    for row in rows:
        jsonschema.validate(row, schema)
    symbols = {row["id"]: row for row in rows if row["type"] == "symbol"}
    edges = [row for row in rows if row["type"] == "edge"]
    assert symbols["shop/prices.py::Price.with_tax"] == {
        "type": "symbol",
        "id": "shop/prices.py::Price.with_tax",
        "kind": "method",
        "path": "shop/prices.py",
        "line": 8,
        "end_line": 9,
    }
    assert {
        "type": "edge",
        "source": "shop/prices.py::Price.with_tax",
        "target": "shop/prices.py::add_tax",
        "kind": "call",
        "certainty": "resolved",
        "path": "shop/prices.py",
        "line": 9,
    } in edges
    assert {edge[end] for edge in edges for end in ("source", "target")} <= symbols.keys()


def test_graph_with_what_is_outside(run: Callable[..., Ran]):
    rows = [json.loads(line) for line in run("graph", "--external").out.splitlines()]
    outside = {row["id"] for row in rows if row.get("kind") == "external"}
    assert "ext:json.dumps" in outside
    named = {row["target"] for row in rows if row["type"] == "edge" and row["target"][:4] == "ext:"}
    assert named == outside


def test_graph_of_modules(run: Callable[..., Ran]):
    document = checked(run("graph", "--level", "module", "--format", "json"), "graph")
    pairs = {(edge["source"], edge["target"]) for edge in document["edges"]}
    assert ("tests/test_prices.py", "shop/prices.py") in pairs
    assert {symbol["kind"] for symbol in document["symbols"]} == {"module"}


def test_graph_of_a_folder_is_what_begins_there(run: Callable[..., Ran], tmp_path: Path):
    rows = [json.loads(line) for line in run("graph", "web", "-q").out.splitlines()]
    assert {row["path"] for row in rows} == {"cart.ts"}  # no git: the folder is its own root


@pytest.mark.parametrize("form", ["dot", "mermaid", "graphml"])
def test_graph_in_other_formats(run: Callable[..., Ran], form: str):
    assert "with_tax" in run("graph", "--format", form).out


def test_dependents(run: Callable[..., Ran]):
    document = checked(run("dependents", "add_tax", "--format", "json"), "dependents")
    users = {row["symbol"]: row for row in document["dependents"]}
    assert {"shop/prices.py::Price.with_tax", "tests/test_prices.py::test_tax"} <= users.keys()
    assert users["tests/test_prices.py::test_tax"]["line"] == 5
    assert document["coverage"]["unparsed_files"] == 1


def test_dependents_in_words(run: Callable[..., Ran]):
    out = run("dependents", "add_tax").out
    assert out.startswith("shop/prices.py::add_tax (function) is used by ")
    assert "shop/prices.py:9" in out
    assert out.splitlines()[0].endswith("is used by 1 caller and 1 test in 2 files")
    assert out.splitlines()[-1].startswith("Not covered: ")
    assert "1 file did not parse" in out


def test_dependents_further_away(run: Callable[..., Ran]):
    near = run("dependents", "add_tax", "--format", "json").json["dependents"]
    far = run("dependents", "add_tax", "--depth", "3", "--format", "json").json["dependents"]
    assert {row["symbol"] for row in near} < {row["symbol"] for row in far}
    assert next(r for r in far if r["symbol"] == "shop/orders.py::saved")["depth"] == 3


def test_a_module_is_used_by_what_uses_anything_in_it(run: Callable[..., Ran]):
    document = run("dependents", "shop/prices.py", "--format", "json").json
    users = {row["symbol"] for row in document["dependents"]}
    assert "tests/test_prices.py::test_tax" in users
    assert not any(user.startswith("shop/prices.py") for user in users)


def test_dependencies(run: Callable[..., Ran]):
    document = checked(run("dependencies", "saved", "--format", "json"), "dependencies")
    assert [row["symbol"] for row in document["dependencies"]] == ["shop/orders.py::total"]
    outside = run("dependencies", "saved", "--external", "--format", "json").json
    assert "ext:json.dumps" in {row["symbol"] for row in outside["dependencies"]}


def test_path(run: Callable[..., Ran]):
    document = checked(run("path", "saved", "add_tax", "--format", "json"), "path")
    assert [edge["target"] for edge in document["edges"]] == [
        "shop/orders.py::total",
        "shop/prices.py::Price.with_tax",
        "shop/prices.py::add_tax",
    ]
    assert "shop/prices.py:9" in run("path", "saved", "add_tax").out


def test_no_path_is_an_answer(run: Callable[..., Ran]):
    ran = run("path", "add_tax", "saved")
    assert ran.code == 0
    assert "is not known to reach" in ran.out


def test_cycles(run: Callable[..., Ran]):
    document = checked(run("cycles", "--format", "json"), "cycles")
    [cycle] = document["cycles"]
    assert sorted(cycle["modules"]) == ["shop/orders.py", "shop/prices.py"]
    assert "  shop/orders.py:3 → shop/prices.py" in run("cycles").out


def test_search(run: Callable[..., Ran]):
    document = checked(run("search", "add", "tax", "--format", "json"), "search")
    assert document["matches"][0]["symbol"] == "shop/prices.py::add_tax"
    assert "shop/prices.py:12" in run("search", "add", "tax").out


def test_similar_to_code_on_stdin(run: Callable[..., Ran]):
    start = FILES["shop/orders.py"].index("def lines_of")
    code = FILES["shop/orders.py"][start:].replace("found", "kept").replace("name", "key")
    document = checked(run("similar", "-", "--format", "json", stdin=code), "similar")
    assert document["matches"][0]["symbol"] == "shop/orders.py::lines_of"


def test_similar_to_a_line(run: Callable[..., Ran]):
    checked(run("similar", "shop/prices.py:13", "--format", "json"), "similar")


def test_check_json(run: Callable[..., Ran]):
    checked(run("check", "--format", "json"), "check")


@pytest.mark.parametrize("form", ["text", "sarif", "github"])
def test_check_in_other_formats(run: Callable[..., Ran], form: str):
    assert run("check", "--format", form).out


def test_explain_shows_the_manual_page(run: Callable[..., Ran]):
    from flames_indexer.checks import CHECKS

    for check in CHECKS:
        assert check.summary
        page = checked(run("explain", check.rule, "--format", "json"), "explain")
        assert run("explain", check.rule).out.strip().endswith(page["explanation"].strip())


def test_explain_of_something_else_names_the_rules(run: Callable[..., Ran]):
    with pytest.raises(TargetError, match=r"neither a rule nor a fingerprint.*parallel-logic"):
        run("explain", "parallel_logic")


def test_status(run: Callable[..., Ran]):
    run("index")
    document = checked(run("status", "--findings", "--format", "json"), "status")
    assert document["unparsed"] == ["shop/broken.py"]
    rows = {(row["language"], row["role"]): row["files"] for row in document["files"]}
    assert rows == {
        ("python", "source"): 4,
        ("python", "test"): 1,
        ("typescript", "source"): 1,
    }
    assert document["most_depended_on"][0]["symbol"].startswith("shop/")


def test_status_in_words(run: Callable[..., Ran]):
    out = run("status").out
    assert "python source" in out
    assert "Most depended on" in out
    assert "shop/broken.py" in out


def test_stats(run: Callable[..., Ran]):
    run("index")
    document = checked(run("stats", "--format", "json"), "stats")
    assert document["features"]["cli.index"]["records"] >= 1
    assert "cli.index" in run("stats").out


def test_the_trace_holds_no_source(run: Callable[..., Ran]):
    run("check")
    run("search", "secretword")
    trace = Path(run("stats", "--format", "json").json["trace"]).read_text()
    assert "cli.search" in trace
    assert not any(word in trace for word in ("secretword", "add_tax", "shop"))


def test_doctor(run: Callable[..., Ran]):
    document = checked(run("doctor", "--format", "json"), "doctor")
    states = {check["name"]: check["state"] for check in document["checks"]}
    assert states["python"] == states["cache"] == states["python grammar"] == "ok"
    assert "python grammar" in run("doctor").out


def test_targets_by_id_name_suffix_path_and_line(run: Callable[..., Ran], shop: Path):
    for words in (
        "shop/prices.py::Price.with_tax",
        "Price.with_tax",
        "with_tax",
        "shop/prices.py:9",
        "./shop/prices.py:8",
        f"{shop}/shop/prices.py:9",
    ):
        found = run("dependents", words, "--format", "json").json["target"]
        assert found["id"] == "shop/prices.py::Price.with_tax"
    assert run("dependents", "shop/prices.py:1", "--format", "json").json["target"]["id"] == (
        "shop/prices.py"
    )


@pytest.mark.parametrize(
    "words, says",
    [
        ("nobody", "No symbol is named 'nobody'. `flames search nobody`"),
        ("shop/prices.py:999", "shop/prices.py has no line 999"),
        ("shop/gone.py:1", "shop/gone.py is not an indexed file"),
        ("shop/gone.py", "shop/gone.py is not an indexed file"),
        ("Price.with_taxes", "Did you mean\n  shop/prices.py::Price.with_tax"),
        ("shop", "shop is a folder"),
        ("shop/notes.md", "shop/notes.md is not in a language"),
        ("left_out.py:1", "left_out.py is not indexed: ignored"),
    ],
)
def test_a_target_that_is_not_there_says_what_to_try(
    run: Callable[..., Ran], shop: Path, words: str, says: str
):
    (shop / "shop" / "notes.md").write_text("# Notes\n")
    (shop / "left_out.py").write_text("def left_out(): ...\n")
    (shop / ".flamesignore").write_text("left_out.py\n")
    try:
        with pytest.raises(TargetError) as error:
            run("dependents", words)
    finally:
        for left in (shop / "shop" / "notes.md", shop / "left_out.py", shop / ".flamesignore"):
            left.unlink()
    assert says in str(error.value)


_KINDS_OF_PRICE = """\
from shop.prices import Price


class Sale(Price):
    pass


class Mark:
    def with_tax(self) -> int:
        return 1


class Last(Sale, Mark):
    pass


def local() -> type:
    class Price:
        pass

    return Price
"""


@pytest.mark.parametrize("words", ["Sale.with_tax", "Last.with_tax", "shop/sale.py::Sale.with_tax"])
def test_an_inherited_member_is_that_of_the_base(run: Callable[..., Ran], shop: Path, words: str):
    (shop / "shop" / "sale.py").write_text(_KINDS_OF_PRICE)
    try:
        found = run("dependents", words, "--format", "json").json["target"]
    finally:
        (shop / "shop" / "sale.py").unlink()
    assert found["id"] == "shop/prices.py::Price.with_tax"


def test_a_name_inside_a_function_does_not_make_a_target_ambiguous(
    run: Callable[..., Ran], shop: Path
):
    (shop / "shop" / "sale.py").write_text(_KINDS_OF_PRICE)
    try:
        found = run("dependents", "Price", "--format", "json").json["target"]
    finally:
        (shop / "shop" / "sale.py").unlink()
    assert found["id"] == "shop/prices.py::Price"


def test_a_target_is_found_by_a_link_and_with_a_column(
    run: Callable[..., Ran], shop: Path, tmp_path: Path
):
    (tmp_path / "link").symlink_to(shop)
    for words in (f"{tmp_path}/link/shop/prices.py:9", "shop/prices.py:9:5"):
        found = run("dependents", words, "--format", "json").json["target"]
        assert found["id"] == "shop/prices.py::Price.with_tax"


def test_similar_of_a_line_in_no_function_says_so(run: Callable[..., Ran]):
    with pytest.raises(TargetError, match="is in no function"):
        run("similar", "shop/prices.py:1")


def test_a_file_name_cannot_steer_the_terminal(run: Callable[..., Ran], shop: Path):
    steering = shop / "shop" / "\x1b[2Jx.py"
    steering.write_text("from shop.prices import Price\n")
    try:
        out = run("dependents", "Price").out
    finally:
        steering.unlink()
    assert "shop/\\x1b[2Jx.py:1" in out
    assert "\x1b" not in out


def test_an_ambiguous_target_lists_its_candidates(run: Callable[..., Ran], shop: Path):
    other = shop / "web" / "total.py"
    other.write_text("def total():\n    return 1\n")
    try:
        with pytest.raises(TargetError) as error:
            run("dependents", "total")
    finally:
        other.unlink()
    assert "  shop/orders.py::total" in str(error.value)
    assert "  web/total.py::total" in str(error.value)


def test_an_answer_is_fresh_unless_told_otherwise(run: Callable[..., Ran], shop: Path):
    run("index")
    new = shop / "shop" / "new.py"
    new.write_text("def brand_new():\n    return 2\n")
    try:
        with pytest.raises(TargetError):
            run("dependents", "brand_new", "--no-refresh")
        assert run("dependents", "brand_new").code == 0
    finally:
        new.unlink()


def test_a_missing_index_is_built(run: Callable[..., Ran], tmp_path: Path):
    (tmp_path / "a.py").write_text("def a():\n    return 1\n")
    assert "a.py::a" in run("dependents", "a", "--root", str(tmp_path), "--no-refresh").out


def test_nothing_to_index_says_what_was_looked_for(run: Callable[..., Ran], tmp_path: Path):
    (tmp_path / "notes.txt").write_text("hello")
    ran = run("index", str(tmp_path))
    assert ran.code == 0
    assert "*.py" in ran.err
    assert ".flamesignore" in ran.err


def test_configuration_warnings_are_said_once_and_on_stderr(
    run: Callable[..., Ran], tmp_path: Path
):
    (tmp_path / "a.py").write_text("def a():\n    return 1\n")
    (tmp_path / "flames.toml").write_text("workers = 3\n")
    ran = run("index", str(tmp_path), "--format", "json")
    assert ran.json["files"] == 1
    assert ran.err.count("flames.toml:1: `workers` is ignored here") == 1


def test_paths_of_two_repositories_are_refused(run: Callable[..., Ran], tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with pytest.raises(TargetError, match="one repository at a time"):
        run("check", str(tmp_path / "one"), str(tmp_path / "two"))


def test_a_cache_that_cannot_be_used_is_a_sentence(shop: Path, tmp_path: Path):
    (tmp_path / "file").write_text("")
    ended = subprocess.run(
        [sys.executable, "-m", "flames_indexer", "status"],
        env={"FLAMES_CACHE_DIR": str(tmp_path / "file" / "cache"), "PATH": ""},
        cwd=shop,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in ended.stderr
    assert ended.returncode in (0, 2)


def test_findings_fail_at_their_level_and_the_baseline_accepts_them(
    run: Callable[..., Ran], tmp_path: Path
):
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


def test_a_ref_that_git_does_not_know_is_an_error(run: Callable[..., Ran], tmp_path: Path):
    root = repository_with_a_broken_caller(tmp_path)
    with pytest.raises(TargetError, match="git cannot compare"):
        run("check", str(root), "--changed-since", "no-such-ref")
    with pytest.raises(TargetError, match="git cannot compare"):
        run("check", "--changed-since", "HEAD")  # the shop is no git repository


def test_nothing_known_is_not_none(run: Callable[..., Ran]):
    first = run("dependents", "saved").out.splitlines()[0]
    assert first == "Nothing is known to use shop/orders.py::saved (function)"


def repository_with_a_broken_caller(folder: Path) -> Path:
    root = folder / "repository"
    root.mkdir()
    (root / "a.py").write_text("def price(amount):\n    return amount\n")
    (root / "b.py").write_text("from a import price\n\n\ndef total():\n    return price(1)\n")
    git = shutil.which("git")
    assert git is not None
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "first"]):
        subprocess.run([git, *command], cwd=root, check=True, timeout=60)
    (root / "a.py").write_text("def price(amount, currency):\n    return amount\n")
    return root


def test_every_error_of_ours_reaches_the_user_as_a_sentence(
    run: Callable[..., Ran], tmp_path: Path
):
    with pytest.raises(FlamesError) as error:
        run("status", "--config", str(tmp_path / "none.toml"))
    assert str(error.value).endswith(".")


def test_a_rule_that_breaks_is_an_error_and_the_others_still_speak(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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


@pytest.mark.parametrize(
    "usage, words",
    [
        ({}, ""),
        ({"callers": 1, "files": 1}, "1 caller in 1 file"),
        ({"callers": 2, "tests": 3, "files": 4}, "2 callers and 3 tests in 4 files"),
        ({"files": 2}, "imports in 2 files"),
        ({"tests": 1, "files": 1, "unsure": 1}, "1 test in 1 file, 1 more by name only"),
        ({"unsure": 2}, "2 symbols by name only"),
    ],
)
def test_usage_in_words(usage: dict[str, int], words: str):
    assert usage_words(Usage(**usage)) == words
