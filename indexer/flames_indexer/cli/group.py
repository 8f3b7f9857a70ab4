"""The group of all commands, each found in the module of its name when it is asked for."""

import click

from flames_indexer import __version__

COMMANDS = (
    "index",
    "graph",
    "dependents",
    "dependencies",
    "path",
    "cycles",
    "similar",
    "search",
    "pattern",
    "impact",
    "tests",
    "check",
    "explain",
    "feedback",
    "status",
    "stats",
    "doctor",
)
ALIASES = {"reindex": "index"}


class Commands(click.Group):
    """COMMANDS in their order, ALIASES, and a guess for what is neither."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = ALIASES.get(cmd_name, cmd_name)
        if name not in COMMANDS:
            return None
        from importlib import import_module

        command = import_module(f"flames_indexer.cli.{name}").command
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except OSError as error:
            from flames_indexer.cli.failure import ReaderGone, is_closed_pipe

            if is_closed_pipe(error):  # click would end with 1, which says "findings" here
                raise ReaderGone from error
            raise

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None:
            from difflib import get_close_matches

            near = get_close_matches(args[0], [*COMMANDS, *ALIASES], 1)
            guess = f" Did you mean `flames {near[0]}`?" if near else " See `flames --help`."
            raise click.UsageError(f"There is no command {args[0]!r}.{guess}", ctx)
        return super().resolve_command(ctx, args)


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="TARGET is a symbol id (pkg/mod.py::Class.method), a unique name, or PATH:LINE.",
)
@click.version_option(__version__, "--version", prog_name="flames", message="%(prog)s %(version)s")
def flames() -> None:
    """What depends on this? Does the repository already do this? Does it fit?

    Flames reads a repository once, keeps its dependency graph on this machine, and answers from
    it. Nothing is sent anywhere; the repository's code is never run.
    """
