"""The invariants of ARCHITECTURE.md that can be read off the source, and the layer contracts."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
INDEXER = ROOT / "indexer" / "flames_indexer"
SERVER = ROOT / "lsp" / "flames_lsp"
MODULES = sorted([*INDEXER.rglob("*.py"), *SERVER.rglob("*.py")])


def test_layers_and_owners_hold():
    lint = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stdout[-3000:]


def test_the_resolving_core_names_no_language():
    names = re.compile(r"\b(python|javascript|typescript|tsx|jsx|ecmascript|pyi?)\b", re.IGNORECASE)
    core = [*(INDEXER / "resolve").rglob("*.py"), *(INDEXER / "graph").rglob("*.py")]
    assert core
    named = {
        f"{path.relative_to(ROOT)}:{n}: {line.strip()}"
        for path in core
        for n, line in enumerate(path.read_text().splitlines(), 1)
        if names.search(line)
    }
    assert not named


FORBIDDEN_IMPORTS = {
    "pickle", "marshal", "shelve", "dill", "joblib", "urllib", "http", "requests", "ftplib",
    "smtplib", "runpy",
}  # fmt: skip


def imported(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_pickle_eval_or_network(path: Path):
    tree = ast.parse(path.read_text())
    names = {
        name for full in imported(tree) - {"urllib.parse"} for name in (full, full.split(".")[0])
    }
    assert not names & FORBIDDEN_IMPORTS
    calls = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not calls & {"eval", "exec", "compile", "__import__"}


def test_only_git_starts_git():
    starters = {
        path.relative_to(INDEXER).as_posix()
        for path in INDEXER.rglob("*.py")
        if "subprocess" in imported(ast.parse(path.read_text()))
    }
    assert starters <= {"git.py"}


def test_only_convert_knows_utf16():
    knowing = {
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if re.search(r"utf-?16", path.read_text(), re.IGNORECASE)
    }
    assert knowing <= {"lsp/flames_lsp/convert.py"}


BROAD_EXCEPTS = {  # around one request, one check, one file of a build
    "lsp/flames_lsp/protocol/conversation.py",
    "indexer/flames_indexer/checks/__init__.py",
    "indexer/flames_indexer/build/derive.py",
    "indexer/flames_indexer/build/relate.py",
}


def test_broad_excepts_stand_in_few_places():
    broad = {
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if re.search(r"^\s*except( Exception\b.*)?:", path.read_text(), re.MULTILINE)
    }
    assert broad <= BROAD_EXCEPTS


def test_modules_stay_readable():
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in MODULES
        if (lines := len(path.read_text().splitlines())) > 500
    }
    assert not long


def test_constants_of_compiled_modules_are_final():
    """Of another, each use is a look-up by name: a twentieth of what an index costs."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    listed = [ROOT / name for name in config["tool"]["mypy"]["files"]]
    modules = [m for m in MODULES if any(m == one or one in m.parents for one in listed)]
    assert len(modules) > 100
    open_ones = {
        f"{module.relative_to(ROOT)}: {target.id}"
        for module in modules
        for statement in ast.parse(module.read_text()).body
        if isinstance(statement, ast.Assign)
        for target in ast.walk(ast.Module([*map(ast.Expr, statement.targets)], []))
        if isinstance(target, ast.Name) and re.fullmatch("_?[A-Z][A-Z_0-9]+", target.id)
    }
    assert not open_ones


def test_project_files_name_no_machine_and_no_host():
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    places = re.compile("/(w[o]rk|r[o]ot)/|index[-]url|https?://regis[t]ry")
    named = [
        path
        for path in tracked
        if path
        and (ROOT / path).is_file()
        and places.search((ROOT / path).read_text("utf-8", "replace"))
    ]
    assert not named
