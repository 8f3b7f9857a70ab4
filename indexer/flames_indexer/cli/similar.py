"""`flames similar`: functions like one, or like code on stdin."""

import sys

import click

from flames_indexer.cli.invocation import Invocation, common


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
    from flames_indexer.similarity import MIN_LINES, lines_of_code, similar, similar_text

    source = sys.stdin.buffer.read() if what == "-" else None
    asked = opened(invocation, refresh=not no_refresh)
    snapshot = asked.snapshot
    notes: tuple[str, ...] = ()
    with asked.place.trace.record("cli.similar") as record:
        if source is not None:
            found = similar_text(snapshot, source, limit)
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
    write_matches(asked, found, form, notes)
    return 0


def _too_short(symbol: str, lines: int, least: int) -> str:
    from flames_indexer.cli.output import plural

    return (
        f"{symbol} has {plural(lines, 'line')} of code, and functions are compared from"
        f" {least} on: below that all look alike"
    )
