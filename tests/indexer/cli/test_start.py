"""How `flames` starts, and how it ends when it does not end well."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from flames_indexer.cli.failure import Guard
from flames_indexer.cli.group import ALIASES, COMMANDS, flames
from flames_indexer.errors import Cancelled, StoreDamaged

FLAMES = [sys.executable, "-m", "flames_indexer"]


def ended_by(error: BaseException) -> int | None:
    with Guard() as guard:
        raise error
    return guard.exit_code


def said(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return captured.err.strip()


def test_nothing_wrong_leaves_the_exit_code_alone():
    with Guard() as guard:
        pass
    assert guard.exit_code is None


def test_an_error_of_ours_is_its_sentence(capsys: pytest.CaptureFixture[str]):
    assert ended_by(StoreDamaged("The index is damaged: run `flames index --full`.")) == 2
    assert said(capsys) == "flames: The index is damaged: run `flames index --full`."


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), Cancelled("stopped"), click.Abort()])
def test_a_stop_is_calm(stop: BaseException, capsys: pytest.CaptureFixture[str]):
    assert ended_by(stop) == 130
    assert "Nothing is lost" in said(capsys)


def test_a_full_disk_says_what_to_do():
    code = (
        "import errno, os, sys; from flames_indexer.cli.failure import Guard\n"
        "with Guard() as guard: raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))\n"
        "print('never seen'); sys.exit(guard.exit_code)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Free some space" in ended.stderr


def test_the_unexpected_is_one_line_and_a_log(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FLAMES_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "argv", ["flames", "index"])
    assert ended_by(KeyError("x")) == 2
    [line] = said(capsys).splitlines()
    log = tmp_path / "cache" / "last-failure.log"
    assert str(log) in line
    assert "KeyError: 'x'" in log.read_text()


def test_verbose_shows_the_traceback(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FLAMES_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["flames", "index", "-v"])
    assert ended_by(KeyError("x")) == 2
    assert "Traceback" in capsys.readouterr().err


def test_a_log_that_cannot_be_written_is_left_out(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("FLAMES_CACHE_DIR", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "file"))
    assert ended_by(KeyError("x")) == 2
    assert "Run again with -v" in said(capsys)


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*FLAMES, *arguments], capture_output=True, text=True, timeout=60, **options
    )


def test_help_names_every_command_and_says_it_in_a_line():
    shown = run("--help", env={**os.environ, "COLUMNS": "80"})
    assert shown.returncode == 0
    lines = [line for line in shown.stdout.splitlines() if line[2:3].isalpha()]
    for command in COMMANDS:
        [line] = [line for line in lines if line.split()[0] == command]
        assert not line.endswith("...")


def test_a_closed_stdout_is_nowhere_to_write(tmp_path: Path):
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "a.py").write_text("def a():\n    return 1\n")
    ended = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *FLAMES, "index", "-q", str(tmp_path / "root")],
        env={**os.environ, "FLAMES_CACHE_DIR": str(tmp_path / "cache")},
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_an_unknown_command_is_guessed():
    wrong = run("idnex")
    assert wrong.returncode == 2
    assert "Did you mean `flames index`?" in wrong.stderr
    assert wrong.stdout == ""


def test_a_wrong_option_is_a_usage_error():
    wrong = run("check", "--fail-on", "loud")
    assert wrong.returncode == 2
    assert "'--fail-on'" in wrong.stderr


def test_the_alias_is_the_command():
    context = click.Context(flames)
    for alias, name in ALIASES.items():
        assert flames.get_command(context, alias) is flames.get_command(context, name)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_the_common_options(name: str):
    command = flames.get_command(click.Context(flames), name)
    assert command is not None
    options = {option for parameter in command.params for option in parameter.opts}
    assert {"--root", "--config", "-q", "-v", "--no-color"} <= options


def test_a_reader_that_stops_reading_is_no_error():
    code = (
        "import sys; from flames_indexer.cli.failure import Guard\n"
        "from flames_indexer.cli.output import write_lines\n"
        "with Guard() as guard: write_lines('x' * 1000 for _ in range(100_000))\n"
        "sys.exit(guard.exit_code or 0)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(60) == 0


def test_a_reader_of_a_command_that_stops_reading_is_no_error(tmp_path: Path):
    many = "\n".join(f"def function_{n}(): return {n}" for n in range(5000))
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.py").write_text(many)
    environment = {**os.environ, "FLAMES_CACHE_DIR": str(tmp_path / "cache")}
    script = '"$@" | head -1; exit ${PIPESTATUS[0]}'
    words = ["bash", "-c", script, "bash", *FLAMES, "graph", "-q", "--root", str(root)]
    ended = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.count("\n") == 1


def test_a_terminal_that_speaks_no_utf8_gets_bytes_all_the_same():
    code = "from flames_indexer.cli.output import write_lines; write_lines(['ü \\ud800 →'])"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment, timeout=60
    )
    assert shown.stdout.decode() == "ü \\ud800 →\n"


HEAVY = ("rich", "numpy", "faiss", "networkx", "tree_sitter", "sqlite3", "watchfiles", "torch")


def test_help_is_instant_and_imports_nothing_heavy():
    code = (
        "import sys; from flames_indexer.cli.group import flames\n"
        "flames.main(['--help'], standalone_mode=False)\n"
        "sys.stderr.write(' '.join(sys.modules))"
    )
    best = float("inf")
    for _ in range(3):
        before = os.times()
        shown = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
        )
        after = os.times()
        cpu = after.children_user + after.children_system
        best = min(best, cpu - before.children_user - before.children_system)
    assert not set(HEAVY) & set(shown.stderr.split())
    assert best < 1.0  # s of CPU; 0.15 on the machine it was written on


@pytest.mark.parametrize("pythonpath", ["", "."])
def test_a_repository_s_modules_are_never_imported(tmp_path: Path, pythonpath: str):
    root = tmp_path / "repository"
    root.mkdir()
    for name in ("json", "click", "signal", "errno", "tempfile"):
        (root / f"{name}.py").write_text("raise SystemExit('owned')\n")
    (root / "a.py").write_text("def a():\n    return 1\n")
    environment = {**os.environ, "PYTHONPATH": pythonpath, "FLAMES_CACHE_DIR": str(tmp_path / "c")}
    start = [Path(sys.executable).with_name("flames"), "index", "-q"]
    ended = subprocess.run(
        start, cwd=root, env=environment, capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("module", ["click", "flames_indexer.cli.group", "flames_indexer.build"])
def test_ctrl_c_while_something_is_imported_is_calm(tmp_path: Path, module: str):
    """Ctrl-C at the very import of a module: before, within and after what we guard."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.py").write_text("def a():\n    return 1\n")
    code = f"""
import os, signal, sys
from flames_indexer.cli import main

class Stopping:
    def find_spec(self, name, *_):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Stopping())
sys.argv = ["flames", "index"]
main()
"""
    environment = {**os.environ, "FLAMES_CACHE_DIR": str(tmp_path / "cache")}
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in ended.stderr
    assert "KeyboardInterrupt" not in ended.stderr
    assert ended.returncode in (130, -signal.SIGINT)
