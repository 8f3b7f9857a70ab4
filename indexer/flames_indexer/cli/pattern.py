"""`flames pattern`: how is this done here? The best examples of a role and what they share."""

from typing import TYPE_CHECKING

import click

from flames_indexer.cli.invocation import Invocation, common

if TYPE_CHECKING:
    from flames_indexer.cli.lines import Lines
    from flames_indexer.index import Snapshot
    from flames_indexer.patterns import Answer

_LISTED = 12  # roles named where the one asked for is not here


@click.command("pattern")
@click.argument("role", nargs=-1, metavar="[ROLE…]")
@click.option("--for", "place", metavar="PATH:LINE", help="The role of what is defined there.")
@click.option("--format", "form", type=click.Choice(("text", "json", "markdown")), default="text")
@click.option("--no-refresh", is_flag=True, help="Answer from the index as it is.")
@common
def command(
    invocation: Invocation, role: tuple[str, ...], place: str | None, form: str, no_refresh: bool
) -> int:
    """Show how something is done here, by its best examples.

    They are those of a role, with what most of its members do. ROLE is in words: http handler,
    cli command, migration, fixture, subclasses of BaseBlock. Without one, the roles found in this
    repository are listed. Each line names a place that shows it.

    Example: flames pattern http handler
    """
    from flames_indexer.cli import pattern_shown as shown
    from flames_indexer.cli.lines import Lines
    from flames_indexer.cli.opened import opened
    from flames_indexer.patterns import Answer, pattern, roles_found

    if role and place:
        raise click.UsageError("Give a ROLE or --for PATH:LINE, not both.")
    asked = opened(invocation, refresh=not no_refresh)
    lines = Lines(asked.index)
    with asked.place.trace.record("cli.pattern") as record:
        if place:
            answer = _at(asked.snapshot, lines, place)
        else:
            answer = pattern(asked.snapshot, " ".join(role)) if role else Answer("")
        roles = [] if role or place else roles_found(asked.snapshot)
        record.count(cards=len(answer.cards), roles=len(roles))
    if role and not answer.cards:
        raise _not_here(asked.snapshot, " ".join(role), answer)
    shown.write(asked, lines, answer, roles, form)
    return 0


def _at(snapshot: "Snapshot", lines: "Lines", place: str) -> "Answer":
    from flames_indexer.cli.targets import target
    from flames_indexer.errors import TargetError
    from flames_indexer.patterns import pattern_at

    symbol = target(snapshot, lines, place)
    answer = pattern_at(snapshot, symbol.path, symbol.name_span.start)
    if not answer.cards:
        raise TargetError(
            f"{symbol.id} has no role that three others here share. `flames pattern` lists those"
            " that there are."
        )
    return answer


def _not_here(snapshot: "Snapshot", words: str, answer: "Answer") -> Exception:
    from flames_indexer.errors import TargetError
    from flames_indexer.patterns import roles_found

    found = roles_found(snapshot)
    names = list(dict.fromkeys(role.name for role in found))
    why = f"Nothing here is a {answer.role}." if answer.role else f"No role is called {words!r}."
    if not names:
        return TargetError(f"{why} Nothing here has a role that others share.")
    more = f" and {len(names) - _LISTED} more (`flames pattern`)" if len(names) > _LISTED else ""
    return TargetError(f"{why} This repository has: {', '.join(names[:_LISTED])}{more}.")
