"""The build hook: what is compiled where, and what becomes of an install where nothing can be."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = "def twice(number: int) -> int:\n    return number * 2\n"


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def build(hook, tmp_path, monkeypatch, capsys):
    """Builds a project of one module: the files that were added to the wheel, and what was said."""
    (tmp_path / "pyproject.toml").write_text('[tool.mypy]\nfiles = ["package/hot.py"]\n')
    (tmp_path / "package").mkdir()
    (tmp_path / "package/__init__.py").touch()

    def run(source: str = SOURCE, version: str = "standard", **environment: str):
        (tmp_path / "package/hot.py").write_text(source)
        monkeypatch.delenv("FLAMES_COMPILE", raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        before = sorted(tmp_path.rglob("*"))
        added: dict = {"force_include": {}, "infer_tag": False, "pure_python": True}
        one = hook.CompilingHook(str(tmp_path), {}, None, None, str(tmp_path), "wheel")
        one.initialize(version, added)
        assert all(Path(library).is_file() for library in added["force_include"])
        one.finalize(version, added, "")
        assert sorted(tmp_path.rglob("*")) == before  # nothing is left among the sources
        assert added["pure_python"] is not added["infer_tag"]
        return sorted(added["force_include"].values()), "".join(capsys.readouterr())

    return run


def test_a_wheel_holds_the_compiled_module_where_its_source_is(build):
    files, _ = build(FLAMES_COMPILE="always")
    assert [file.partition(".")[0] for file in files] == ["flames__mypyc", "package/hot"]


def test_an_editable_install_is_not_compiled(build):
    assert build(version="editable", FLAMES_COMPILE="always") == ([], "")


def test_never_asks_for_no_compiler(build, hook, monkeypatch):
    assert build(FLAMES_COMPILE="never") == ([], "")
    assert hook.CompilingHook("", {}, None, None, "", "wheel").dependencies() == []


def test_without_a_compiler_a_wheel_is_plain_and_says_so(build):
    files, said = build(CC="no-such-compiler -O2")
    assert files == []
    assert "plain Python, not compiled: there is no C compiler (no-such-compiler)" in said


def test_what_mypyc_refuses_is_named_and_the_wheel_is_plain(build):
    files, said = build(source='def twice(number: int) -> int:\n    return "2"\n')
    assert files == []
    assert "plain Python, not compiled: package/hot.py:2: error: Incompatible return" in said


def test_whoever_wants_it_compiled_is_told_by_a_failure(build):
    with pytest.raises(RuntimeError, match="there is no C compiler"):
        build(CC="no-such-compiler", FLAMES_COMPILE="always")


def test_an_unknown_wish_is_an_error(build):
    with pytest.raises(ValueError, match="auto, never, always"):
        build(FLAMES_COMPILE="yes")


def test_the_compiler_that_checks_is_the_one_that_builds(hook):
    assert f'"{hook._NEEDS[0]}"' in (ROOT / "pyproject.toml").read_text()
