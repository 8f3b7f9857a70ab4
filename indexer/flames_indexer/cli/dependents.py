"""`flames dependents`: what uses TARGET: callers, importers, subclasses and more."""

import click

from flames_indexer.cli.invocation import Invocation, common
from flames_indexer.neighbours import KEYS


@click.command("dependents")
@click.argument("target")
@click.option(
    "--depth",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Edges to follow; 1 is direct use.",
)
@click.option(
    "--only",
    type=click.Choice(KEYS),
    multiple=True,
    metavar="GROUP",
    help=f"Only uses of this kind; may be given again. One of: {', '.join(KEYS)}.",
)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
@click.option("--no-refresh", is_flag=True, help="Answer from the index as it is.")
@common
def command(
    invocation: Invocation,
    target: str,
    depth: int,
    only: tuple[str, ...],
    form: str,
    no_refresh: bool,
) -> int:
    """Show what uses TARGET, in groups: callers, tests and more.

    TARGET is a symbol id (pkg/mod.py::Class.method), a name only one symbol has, a file, or
    PATH:LINE.
    """
    from flames_indexer.cli.neighbours import answer
    from flames_indexer.neighbours import Question

    question = Question("dependents", depth, only)
    return answer(invocation, target, question, form, refresh=not no_refresh)
