"""`flames similar`: functions like one, or like code on stdin."""

import sys

import click

from flames_indexer.cli.invocation import Invocation, common

_GRADES = ((0.6, "likely the same"), (0.2, "maybe the same"), (0.0, "somewhat alike"))
_NO_FUNCTION = (
    "What was read holds no function of {least} lines and more that parses as Python, JavaScript or"
    " TypeScript"
)


@click.command("similar")
@click.argument("what", metavar="PATH:LINE|-")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
@click.option("--no-refresh", is_flag=True, help="Answer from the index as it is.")
@common
def command(invocation: Invocation, what: str, limit: int, form: str, no_refresh: bool) -> int:
    """Find functions that do what another one does.

    PATH:LINE is a line of a function in the repository; a symbol id or unique name works too.
    With - the code is read from stdin.
    """
    from flames_indexer.cli.lines import Lines
    from flames_indexer.cli.matches import write_matches
    from flames_indexer.cli.opened import opened
    from flames_indexer.cli.targets import target
    from flames_indexer.errors import TargetError
    from flames_indexer.model import SymbolKind
    from flames_indexer.similarity import (
        MIN_LINES,
        holds_function,
        lines_of_code,
        similar,
        similar_text,
    )

    source = _standard_input() if what == "-" else None
    asked = opened(invocation, refresh=not no_refresh)
    snapshot = asked.snapshot
    notes: tuple[str, ...] = ()
    with asked.place.trace.record("cli.similar") as record:
        if source is not None:
            found = similar_text(snapshot, source, limit)
            if not found and not holds_function(source):
                notes = (_NO_FUNCTION.format(least=MIN_LINES),)
        else:
            symbol = target(snapshot, Lines(asked.index), what)
            if symbol.kind is SymbolKind.MODULE:
                raise TargetError(f"{what} is in no function: similar compares functions.")
            if symbol.kind not in (SymbolKind.FUNCTION, SymbolKind.METHOD):
                raise TargetError(f"{symbol.id} is no function: ask for one of its methods.")
            found = similar(snapshot, symbol.path, symbol.name_span.start, limit)
            lines = lines_of_code(snapshot, symbol.path, symbol.name_span.start)
            if lines is not None and lines < MIN_LINES:
                notes = (_too_short(symbol.id, lines, MIN_LINES),)
        record.count(matches=len(found))
    write_matches(asked, found, form, notes, grade=_grade)
    return 0


def _standard_input() -> bytes:
    from flames_indexer.errors import TargetError

    if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison] - where it is closed
        raise TargetError("standard input is closed: pipe the code into `flames similar -`.")
    return sys.stdin.buffer.read()


def _grade(likelihood: float) -> str:
    """In words: the order is of more than it, so that numbers would seem out of order."""
    return next(words for least, words in _GRADES if likelihood >= least)


def _too_short(symbol: str, lines: int, least: int) -> str:
    from flames_indexer.cli.output import plural

    return (
        f"{symbol} has {plural(lines, 'line')} of code, and functions are compared from"
        f" {least} on: below that all look alike"
    )
