"""Configuration: what wins, who may set what, and what a mistake says."""

import dataclasses
from pathlib import Path

import pytest
from flames_indexer.config import KEYS, config_of, load, machine_file
from flames_indexer.config.load import expected, line_of
from flames_indexer.errors import ConfigError


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A machine without configuration of its own."""
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.delenv("FLAMES_CACHE_DIR", raising=False)


def repository(tmp_path: Path, **files: str) -> Path:
    root = tmp_path / "repository"
    root.mkdir()
    for name, text in files.items():
        (root / f"{name}.toml").write_text(text)
    return root


def set_machine(text: str) -> None:
    machine_file().parent.mkdir(parents=True, exist_ok=True)
    machine_file().write_text(text)


def test_defaults_without_any_file(tmp_path: Path):
    config, warnings = load(repository(tmp_path))
    assert warnings == []
    assert config == config_of({})
    assert config.rules["parallel-logic"].stage == "warning"
    assert config.paths.max_file_bytes == 1024 * 1024
    assert config.debounce_s == 0.2


def test_every_key_is_an_attribute_and_every_attribute_a_key():
    config = config_of({})
    names = {key.name for key in KEYS}
    reached: set[str] = set()
    for name in names:
        if name.startswith("rules."):
            _, rule, key = name.split(".")
            settings = config.rules[rule]
            assert key in ("stage", "exclude") or key in settings.thresholds
        else:
            value = config
            for part in name.split("."):
                value = getattr(value, part)
            reached.add(name)
    sections = {
        f"{section.name}.{field.name}"
        for section in dataclasses.fields(config)
        if dataclasses.is_dataclass(getattr(config, section.name))
        for field in dataclasses.fields(getattr(config, section.name))
    }
    assert sections | {"workers"} == reached


def test_every_default_is_valid():
    config, warnings = load(Path("/nowhere"), {key.name: key.default for key in KEYS})
    assert warnings == []
    assert config == config_of({})


def test_later_sources_win(tmp_path: Path):
    set_machine("[lens]\nmin_callers = 5\ntests = false\nfiles = false")
    root = repository(tmp_path, flames="[lens]\nmin_callers = 7\ntests = true")
    config, warnings = load(root, {"lens": {"minCallers": 9}})
    assert warnings == []
    assert (config.lens.min_callers, config.lens.tests, config.lens.files) == (9, True, False)


def test_pyproject_table_is_read(tmp_path: Path):
    root = repository(
        tmp_path,
        pyproject='[project]\nname = "x"\n[tool.flames.rules.parallel-logic]\nmin_lines = 12',
    )
    config, warnings = load(root)
    assert warnings == []
    assert config.rules["parallel-logic"].thresholds["min_lines"] == 12


def test_flames_toml_beats_pyproject_and_says_so(tmp_path: Path):
    root = repository(
        tmp_path, flames="[lens]\nmin_callers = 3", pyproject="[tool.flames.lens]\nmin_callers = 4"
    )
    config, warnings = load(root)
    assert config.lens.min_callers == 3
    assert [str(w) for w in warnings] == [
        "pyproject.toml:2: [tool.flames] is ignored: flames.toml exists"
    ]


@pytest.mark.parametrize("name", [key.name for key in KEYS if key.scope == "machine"])
@pytest.mark.parametrize("file", ["flames", "pyproject"])
def test_a_repository_cannot_set_a_machine_key(tmp_path: Path, name: str, file: str):
    prefix = "tool.flames." if file == "pyproject" else ""
    root = repository(tmp_path, **{file: f'# mine\n\n{prefix}{name} = "evil"'})
    config, [warning] = load(root)
    assert config == config_of({})
    assert warning.place == f"{file}.toml:3"
    assert str(machine_file()) in warning.message


def test_machine_keys_come_from_the_machine_and_from_overrides(tmp_path: Path):
    set_machine('workers = 2\ncache.dir = "/tmp/a"')
    config, _ = load(repository(tmp_path), {"cache.dir": "/tmp/b"})
    assert (config.workers, config.cache_dir) == (2, Path("/tmp/b"))


def test_the_environment_beats_the_machine_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    set_machine('cache.dir = "/tmp/a"')
    monkeypatch.setenv("FLAMES_CACHE_DIR", "/tmp/c")
    config, _ = load(repository(tmp_path))
    assert config.cache_dir == Path("/tmp/c")
    assert config.trace_path == Path("/tmp/c/trace.jsonl")


def test_unknown_key_names_its_place_and_a_guess(tmp_path: Path):
    root = repository(tmp_path, flames="[lens]\n\nmin_caller = 3\n")
    config, [warning] = load(root)
    assert str(warning) == (
        "flames.toml:3: unknown key `lens.min_caller`, ignored; did you mean `lens.min_callers`?"
    )
    assert config == config_of({})


def test_a_key_in_the_wrong_table_is_guessed(tmp_path: Path):
    _, [warning] = load(repository(tmp_path, flames="min_callers = 3"))
    assert "did you mean `lens.min_callers`?" in warning.message


@pytest.mark.parametrize(
    "line, says",
    [
        ("lens.min_callers = true", "must be a whole number, at least 0, not True"),
        ("lens.min_callers = -1", "must be a whole number, at least 0, not -1"),
        ('lens.callers = "yes"', "must be true or false, not 'yes'"),
        ('paths.exclude = "a"', "must be a list of strings, not 'a'"),
        ("paths.exclude = [1]", "must be a list of strings, not [1]"),
        ('rules.parallel-logic.stage = "loud"', 'must be one of "off", "observe", "hint"'),
        ("rules.parallel-logic.min_score = 1.5", "must be a number from 0 to 1, not 1.5"),
        ("lens = 1", "unknown key `lens`"),
    ],
)
def test_a_wrong_value_keeps_the_default_and_says_what_to_write(
    tmp_path: Path, line: str, says: str
):
    config, [warning] = load(repository(tmp_path, flames=line))
    assert says in warning.message
    assert warning.place == "flames.toml:1"
    assert config == config_of({})


@pytest.mark.parametrize("path", ["/etc/x", "../x", "a/../../x", "~/x", "C:\\x", "a\\..\\..\\x"])
def test_the_baseline_stays_inside_the_repository(tmp_path: Path, path: str):
    config, [warning] = load(repository(tmp_path, flames=f"checks.baseline = '{path}'"))
    assert "a path inside the repository" in warning.message
    assert config.checks.baseline == ".flames-baseline.json"


def test_broken_toml_is_one_warning_with_its_line(tmp_path: Path):
    config, [warning] = load(repository(tmp_path, flames="[lens]\nmin_callers = \n"))
    assert warning.place == "flames.toml:2"
    assert config == config_of({})


def test_a_pyproject_that_never_mentions_flames_is_not_ours_to_judge(tmp_path: Path):
    assert load(repository(tmp_path, pyproject="not toml ["))[1] == []


def test_files_that_are_no_text_are_warnings(tmp_path: Path):
    root = repository(tmp_path)
    (root / "flames.toml").write_bytes(b"\xff\xfe\x00")
    (root / "pyproject.toml").write_bytes(b"#" * 1_000_001)
    _, warnings = load(root)
    assert [w.place for w in warnings] == ["flames.toml", "pyproject.toml"]


def test_a_named_file_replaces_the_repositorys_and_may_set_machine_keys(tmp_path: Path):
    root = repository(tmp_path, flames="lens.min_callers = 3")
    named = tmp_path / "mine.toml"
    named.write_text("workers = 3")
    config, warnings = load(root, file=named)
    assert warnings == []
    assert (config.workers, config.lens.min_callers) == (3, 2)


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path):
    with pytest.raises(ConfigError, match="check the --config option"):
        load(tmp_path, file=tmp_path / "no.toml")


def test_overrides_that_are_wrong_name_the_settings(tmp_path: Path):
    _, warnings = load(repository(tmp_path), {"lens": {"minCallers": None, "fils": True}})
    assert [str(w) for w in warnings] == [
        "settings: unknown key `lens.fils`, ignored; did you mean `lens.files`?"
    ]


def test_an_unknown_rule_is_observed_only():
    assert config_of({}).rule("not-yet").stage == "observe"


def test_lines_of_keys_in_toml():
    text = '[a]\nx=1\n[a.b]\n"y" = 2\nz.w = 3\n'
    assert [line_of(text, k) for k in ("a.x", "a.b.y", "a.b.z.w", "a.b.q", "c")] == [
        2,
        4,
        5,
        3,
        None,
    ]


def test_expectations_are_words_for_every_key():
    assert all(expected(key) for key in KEYS)


def test_every_rule_is_configurable_and_starts_at_its_own_stage():
    from flames_indexer.checks import CHECKS
    from flames_indexer.config import RULES

    assert {rule.id: rule.stage for rule in RULES} == {check.rule: check.stage for check in CHECKS}
