"""`flames search`: symbols by what they do or are called."""

import click

from flames_indexer.cli.invocation import Invocation, common


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
@click.option("--no-refresh", is_flag=True, help="Answer from the index as it is.")
@common
def command(
    invocation: Invocation, words: tuple[str, ...], limit: int, form: str, no_refresh: bool
) -> int:
    """Find symbols by words: names, or what the code does.

    Example: flames search retry with backoff
    """
    from flames_indexer.cli.matches import write_matches
    from flames_indexer.cli.opened import opened
    from flames_indexer.embedding import load
    from flames_indexer.search import search

    asked = opened(invocation, refresh=not no_refresh)
    with asked.place.trace.record("cli.search") as record:
        found = search(asked.snapshot, " ".join(words), limit, load(asked.place.config))
        record.count(matches=len(found))
    write_matches(asked, found, form)
    return 0
