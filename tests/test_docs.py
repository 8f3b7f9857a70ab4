"""What the documentation says is there, is there; what is generated is current."""

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flames_indexer import __version__
from flames_indexer.cli.group import ALIASES, COMMANDS, flames
from flames_indexer.config import KEYS, load

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    page
    for folder in (".", "docs", "indexer", "lsp", "editors", "bench", "training")
    for page in (ROOT / folder).glob("*.md" if folder == "." else "**/*.md")
    if "node_modules" not in page.parts
)
README = (ROOT / "README.md").read_text()


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(text: str, *languages: str) -> Iterator[str]:
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        if language in languages:
            yield block


def command_lines(text: str) -> Iterator[list[str]]:
    """The words of each `flames …` in code blocks and inline code; pipes and comments cut off."""
    inline = re.findall(r"`(flames [^`\n]+)`", text)
    lines = [line for block in blocks(text, "sh", "bash", "console") for line in block.splitlines()]
    for line in [*inline, *(line.removeprefix("$ ") for line in lines)]:
        for part in re.split(r"\s[|>]\s|&&|;", line):
            words = shlex.split(part, comments=True)
            if words and words[0] == "flames":
                yield words[1:]


COMMAND_LINES = sorted({(named(p), *line) for p in PAGES for line in command_lines(p.read_text())})


def test_pages_show_commands_at_all():
    assert len(COMMAND_LINES) > 20


@pytest.mark.parametrize("line", COMMAND_LINES, ids=" ".join)
def test_a_command_line_in_the_documentation_parses(line: tuple[str, ...]):
    words = list(line[1:])
    if words[0].startswith("-"):
        flames.make_parser(click.Context(flames)).parse_args(words)
        return
    command = flames.get_command(click.Context(flames), words[0])
    assert command is not None, f"flames {words[0]} does not exist"
    context = click.Context(command)
    values, _, _ = command.make_parser(context).parse_args(words[1:])
    for parameter in command.params:
        value = values.get(parameter.name)
        if isinstance(parameter.type, click.Choice) and isinstance(value, str):
            parameter.type.convert(value, parameter, context)


def test_the_readme_names_every_command():
    mentioned = {words[1] for words in COMMAND_LINES if words[0] == "README.md"}
    assert set(COMMANDS) <= mentioned <= {*COMMANDS, *ALIASES}


def test_the_readme_names_the_make_targets_that_exist():
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        assert set(re.findall(r"\bmake ([\w-]+)(?:`| REPO| #)", page.read_text())) <= targets


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_no_relative_link_is_dead(page: Path):
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:|#", link):
            assert (page.parent / link.partition("#")[0]).exists(), f"{named(page)}: {link}"


def test_generated_pages_are_current():
    check = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate.py", "--check"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert check.returncode == 0, check.stderr


def test_every_key_is_documented():
    page = (ROOT / "docs" / "configuration.md").read_text()
    assert [key.name for key in KEYS if f"| `{key.name}` |" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_configuration_in_the_documentation_is_valid(page: Path, tmp_path: Path):
    for block in blocks(page.read_text(), "toml"):
        tomllib.loads(block)
        (tmp_path / "flames.toml").write_text(block)
        assert load(tmp_path)[1] == []


def test_the_changelog_has_this_version_or_is_not_released():
    text = (ROOT / "CHANGELOG.md").read_text()
    assert "## [Unreleased]" in text or f"## [{__version__}]" in text


def test_docs_of_flames_schema_accept_what_the_loader_accepts():
    import json

    import jsonschema

    schema = json.loads((ROOT / "docs" / "flames.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    good = tomllib.loads('[rules.parallel-logic]\nstage = "hint"\nexclude = ["a/"]')
    assert validator.is_valid(good)
    for bad in ('rules.parallel-logic.stage = "loud"', "workers = 2", "lens.min_callers = -1"):
        assert not validator.is_valid(tomllib.loads(bad))
