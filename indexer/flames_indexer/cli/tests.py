"""`flames tests`: the tests to run first after a change, or for one symbol."""

from typing import TYPE_CHECKING

import click

from flames_indexer.cli.invocation import Invocation, common

if TYPE_CHECKING:
    from collections.abc import Callable

    from flames_indexer.cli.lines import Lines
    from flames_indexer.cli.opened import Opened
    from flames_indexer.selection import Selection

FORMATS = ("text", "json", "ids")


@click.command("tests")
@click.argument("target", required=False)
@click.option(
    "--changed-since",
    metavar="REF",
    help="Compare with this commit, branch or tag. [default: HEAD]",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=20,
    show_default=True,
    help="Files of tests at most.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--no-refresh", is_flag=True, help="Answer from the index as it is.")
@common
def command(
    invocation: Invocation,
    target: str | None,
    changed_since: str | None,
    limit: int,
    form: str,
    no_refresh: bool,
) -> int:
    """List the tests that a change affects, and why each.

    The likeliest come first. Without TARGET it is about all that differs from the last commit, or
    from --changed-since; with one, about that symbol. What a runner is told, one a line:

    \b
    pytest $(flames tests --format ids)
    """
    from flames_indexer.cli.lines import Lines
    from flames_indexer.cli.opened import opened
    from flames_indexer.cli.output import write_json, write_lines

    asked = opened(invocation, refresh=not no_refresh)
    lines = Lines(asked.index)
    with asked.place.trace.record("cli.tests") as record:
        found = selection(asked, lines, target, changed_since or "HEAD", limit)
        record.count(tests=len(found.tests))
    if form == "json":
        write_json(_as_json(asked, lines, found))
    else:
        write_lines([test.run for test in found.tests] if form == "ids" else _text(asked, found))
    return 0


def selection(
    asked: "Opened", lines: "Lines", target: str | None, ref: str, limit: int
) -> "Selection":
    """The tests of what changed since `ref`, or of one symbol."""
    from flames_indexer.cli.opened import changed_since
    from flames_indexer.cli.targets import target as target_of
    from flames_indexer.history import history_of
    from flames_indexer.report import Past, tests_of_change, tests_of_symbol

    if target is not None:
        symbol = target_of(asked.snapshot, lines, target)
        past = Past(history_of(asked.place.root, asked.place.config.cache_dir))
        return tests_of_symbol(asked.snapshot, symbol, past, limit)
    found = changed_since(asked.place, ref, ", or name a symbol to ask about")
    changed = [path for path in found if asked.place.shows(path)]
    past = Past(history_of(asked.place.root, asked.place.config.cache_dir), _own(asked, ref))
    before = _before(asked, ref)
    return tests_of_change(asked.snapshot, changed, before, past, limit)


def _own(asked: "Opened", ref: str) -> list[str]:
    from flames_indexer import git
    from flames_indexer.history import MOST_COMMITS

    base = git.commit_of(asked.place.root, ref) or ""
    return [c.id for c in git.log(asked.place.root, "HEAD", MOST_COMMITS, but_of=base) or ()]


def _before(asked: "Opened", ref: str) -> "Callable[[str], bytes | None]":
    from flames_indexer import git

    return lambda path: git.show(asked.place.root, path, ref)


def _text(asked: "Opened", found: "Selection") -> list[str]:
    from flames_indexer.cli.output import Column, faint, not_covered, plural, table

    if not found.tests:
        return ["No test is known to be affected.", *_remarks(found)]
    rows = table(
        [
            Column([test.run for test in found.tests], style={"bold": True}),
            Column([faint(", ".join(test.reasons)) for test in found.tests]),
        ],
        indent="",
    )
    more = [faint(f"… and {plural(found.more, 'less likely file')}: --limit")] if found.more else []
    return [*rows, *more, *_remarks(found), *not_covered(asked.index.coverage(), asked.notes)]


def _remarks(found: "Selection") -> list[str]:
    from flames_indexer.cli.output import faint

    return [faint(f"{note[:1].upper()}{note[1:]}.") for note in found.notes]


def _as_json(asked: "Opened", lines: "Lines", found: "Selection") -> dict[str, object]:
    from flames_indexer.cli.output import coverage_json

    def line(identity: str) -> int:
        symbol = asked.snapshot.symbol(identity)
        return lines.first(symbol.name_span) if symbol is not None else 0

    return {
        "tests": [
            {
                "run": test.run,
                "path": test.path,
                "line": line(test.symbol),
                "symbol": test.symbol,
                "score": round(test.score, 3),
                "reasons": list(test.reasons),
            }
            for test in found.tests
        ],
        "more": found.more,
        "coverage": coverage_json(asked.index.coverage(), (*asked.notes, *found.notes)),
    }
