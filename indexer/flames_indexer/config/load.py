"""Reads configuration: defaults < machine file < repository file < overrides.

A mistake in a file is a warning that names its place and what to do; the value before it stays.
A repository's file may set repository keys only: it must not choose what runs on a machine.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flames_indexer.config.keys import KEY_BY_NAME, KEYS, Key, Value
from flames_indexer.config.tree import Config, config_of
from flames_indexer.errors import ConfigError

MAX_CONFIG_BYTES = 1_000_000  # a larger file is no configuration; reading it would stall a start
REPOSITORY_FILE = "flames.toml"
SHARED_FILE = "pyproject.toml"
SHARED_TABLE = "tool.flames"


@dataclass(frozen=True, slots=True)
class ConfigWarning:
    """A part of the configuration that is not in force. `place` is `file:line` or the source."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True)
class _Source:
    """Where values came from; `text` finds lines, `table` is the prefix inside the file."""

    name: str
    text: str = ""
    table: str = ""
    trusted: bool = True  # may set machine keys

    def place(self, key: str) -> str:
        dotted = f"{self.table}.{key}" if self.table else key
        line = line_of(self.text, dotted) if self.text else None
        return self.name if line is None else f"{self.name}:{line}"


def load(
    root: Path,
    overrides: Mapping[str, object] | None = None,
    *,
    file: Path | None = None,
) -> tuple[Config, list[ConfigWarning]]:
    """The configuration in force for `root`, and what of it was not understood.

    `overrides` come from the user (options, editor settings), nested or dotted, camelCase
    allowed; a None in them means not set. `file` was named by the user and is read instead of
    the repository's own. Raises ConfigError only when `file` cannot be read.
    """
    warnings: list[ConfigWarning] = []
    values: dict[str, Value] = {}
    machine = machine_file()
    _take(_parse(machine, str(machine), warnings), values, warnings)
    if file is not None:
        if not file.is_file():
            raise ConfigError(f"There is no configuration file {file}: check the --config option.")
        _take(_parse(file, str(file), warnings), values, warnings)
    else:
        _take(_repository(root, warnings), values, warnings)
    if os.environ.get("FLAMES_CACHE_DIR"):
        values.pop("cache.dir", None)
    if overrides:
        _take((_Source("settings"), _snake(overrides)), values, warnings)
    return config_of(values), warnings


def machine_file() -> Path:
    """The user's own configuration file; may not exist."""
    import platformdirs

    return platformdirs.user_config_path("flames", appauthor=False) / "config.toml"


def _repository(
    root: Path, warnings: list[ConfigWarning]
) -> tuple[_Source, Mapping[str, object]] | None:
    own = _parse(root / REPOSITORY_FILE, REPOSITORY_FILE, warnings, trusted=False)
    shared = _parse(root / SHARED_FILE, SHARED_FILE, warnings, trusted=False, table=SHARED_TABLE)
    if own and shared:
        place = shared[0].place(next(_flat(shared[1]), ("", None))[0])
        warnings.append(
            ConfigWarning(place, f"[{SHARED_TABLE}] is ignored: {REPOSITORY_FILE} exists")
        )
    return own or shared


def _parse(
    path: Path, name: str, warnings: list[ConfigWarning], *, trusted: bool = True, table: str = ""
) -> tuple[_Source, Mapping[str, object]] | None:
    """The file's table, None when there is none. A `table` also silences what others wrote."""
    text = _text(path, name, warnings)
    if text is None or (table and table not in text):
        return None
    try:
        found: object = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"line (\d+)", str(error))
        place = f"{name}:{line[1]}" if line else name
        warnings.append(ConfigWarning(place, f"not valid TOML, so all of it is ignored: {error}"))
        return None
    for part in table.split(".") if table else ():
        found = cast("dict[str, object]", found).get(part) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        return None
    return _Source(name, text, table, trusted), cast("dict[str, object]", found)


def _text(path: Path, name: str, warnings: list[ConfigWarning]) -> str | None:
    try:
        if not path.is_file():
            return None
        if path.stat().st_size > MAX_CONFIG_BYTES:
            warnings.append(ConfigWarning(name, "ignored: larger than 1 MB"))
            return None
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        warnings.append(ConfigWarning(name, f"cannot be read, so it is ignored: {reason}"))
        return None


def _take(
    read: tuple[_Source, Mapping[str, object]] | None,
    values: dict[str, Value],
    warnings: list[ConfigWarning],
) -> None:
    """Adds what `read` sets to `values`, and what is wrong with it to `warnings`."""
    if read is None:
        return
    source, table = read
    for name, value in _flat(table):
        key = KEY_BY_NAME.get(name)
        if key is None:
            problem = _unknown(name)
        elif key.scope == "machine" and not source.trusted:
            problem = (
                f"`{name}` is ignored here: it is this machine's choice, not the repository's."
                f" Set it in {machine_file()}"
            )
        else:
            problem = _problem(key, value)
        if problem:
            warnings.append(ConfigWarning(source.place(name), problem))
        elif value is not None:
            values[name] = tuple(value) if isinstance(value, list) else cast("Value", value)


# flames: ignore[parallel-logic] of TOML, in the schema's spelling; editors' settings have their own
def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for part, value in table.items():
        name = f"{prefix}{part}"
        if isinstance(value, Mapping) and name not in KEY_BY_NAME:
            yield from _flat(cast("Mapping[str, object]", value), f"{name}.")
        else:
            yield name, value


def _snake(table: Mapping[str, object]) -> dict[str, object]:
    """camelCase names, as editors write them, in the schema's snake_case."""
    return {
        re.sub(r"(?<=[a-z])[A-Z]", lambda m: f"_{m[0].lower()}", name): _snake(
            cast("Mapping[str, object]", value)
        )
        if isinstance(value, Mapping)
        else value
        for name, value in table.items()
    }


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, [key.name for key in KEYS], 1, 0.75)
    last = [key.name for key in KEYS if key.name.rpartition(".")[2] == name.rpartition(".")[2]]
    guess = near or last[:1]
    return f"unknown key `{name}`, ignored" + (f"; did you mean `{guess[0]}`?" if guess else "")


def _problem(key: Key, value: object) -> str:
    """What is wrong with a value, and what to write; "" when nothing is."""
    if value is None or (_of_kind(key, value) and _in_range(key, value)):
        return ""
    return f"`{key.name}` must be {expected(key)}, not {value!r}; {key.default!r} stays in force"


def _of_kind(key: Key, value: object) -> bool:
    match key.kind:
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "string":
            return isinstance(value, str)
        case "strings":
            return isinstance(value, list | tuple) and all(
                isinstance(item, str) for item in cast("list[object]", value)
            )


def _in_range(key: Key, value: object) -> bool:
    if isinstance(value, str):
        return (not key.choices or value in key.choices) and (
            not key.pattern or re.fullmatch(key.pattern, value) is not None
        )
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (key.minimum is None or value >= key.minimum) and (
            key.maximum is None or value <= key.maximum
        )
    return True


_KIND_WORDS = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "a string",
    "strings": "a list of strings",
}


def expected(key: Key) -> str:
    """What a key's value must be, in words."""
    if key.choices:
        return "one of " + ", ".join(f'"{choice}"' for choice in key.choices)
    words = _KIND_WORDS[key.kind]
    if key.minimum is not None and key.maximum is not None:
        return f"{words} from {key.minimum:g} to {key.maximum:g}"
    if key.minimum is not None:
        return f"{words}, at least {key.minimum:g}"
    return key.pattern_words or words


def line_of(text: str, dotted: str) -> int | None:
    """The 1-based line that sets `dotted` in TOML `text`, else the nearest table's; None: none.

    tomllib gives no positions. Reads headers and keys line by line, which is wrong only inside
    multi-line strings.
    """
    table, best = "", None
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\[?([^\]]+)\]", line):
            table = _bare(header[1])
            if dotted == table or dotted.startswith(f"{table}."):
                best = number
        elif assignment := re.match(r"\s*([\w.\"'\s-]+?)\s*=", line):
            name = _bare(assignment[1])
            full = f"{table}.{name}" if table else name
            if full == dotted:
                return number
            if dotted.startswith(f"{full}."):
                best = number
    return best


def _bare(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))
