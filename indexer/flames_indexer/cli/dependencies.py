"""`flames dependencies`: what TARGET uses."""

import click

from flames_indexer.cli.invocation import Invocation, common


@click.command("dependencies")
@click.argument("target")
@click.option(
    "--depth",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Edges to follow; 1 is direct use.",
)
@click.option("--external", is_flag=True, help="Also what is outside the repository.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
@click.option("--no-refresh", is_flag=True, help="Answer from the index as it is.")
@common
def command(
    invocation: Invocation, target: str, depth: int, external: bool, form: str, no_refresh: bool
) -> int:
    """Show what TARGET uses.

    TARGET is a symbol id (pkg/mod.py::Class.method), a name only one symbol has, a file, or
    PATH:LINE.
    """
    from flames_indexer.cli.neighbours import answer
    from flames_indexer.neighbours import Question

    question = Question("dependencies", depth, external=external)
    return answer(invocation, target, question, form, refresh=not no_refresh)
