"""What every command is told: where, with which configuration, and how much to say."""

import functools
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Invocation:
    """The common options. `folder` is what the user named, else the current folder."""

    folder: Path
    config_file: Path | None = None
    quiet: bool = False
    verbose: bool = False
    color: bool = False

    def at(self, folder: Path | None) -> "Invocation":
        """The same for a folder given as an argument; None keeps this one."""
        if folder is None:
            return self
        return Invocation(folder, self.config_file, self.quiet, self.verbose, self.color)

    def say(self, sentence: str) -> None:
        """Talk: to stderr, unless -q."""
        if not self.quiet:
            click.echo(sentence, err=True)

    def detail(self, sentence: str) -> None:
        """Talk that only -v asks for."""
        if self.verbose:
            click.echo(sentence, err=True)

    @property
    def talks_to_terminal(self) -> bool:
        """Whether a progress bar has somebody to look at it."""
        return not self.quiet and sys.stderr.isatty()


_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)


def common(command: Callable[Concatenate[Invocation, P], R]) -> Callable[P, R]:
    """Adds the common options to a command, which gets them as its first argument."""

    @click.option(
        "--root",
        type=_FOLDER,
        metavar="DIR",
        help="Repository, or a folder in it. [default: the current folder]",
    )
    @click.option(
        "--config",
        "config_file",
        type=_FILE,
        metavar="FILE",
        help="Read this instead of the repository's own configuration.",
    )
    @click.option("-q", "--quiet", is_flag=True, help="Say nothing on stderr but errors.")
    @click.option("-v", "--verbose", is_flag=True, help="Say more; show tracebacks.")
    @click.option("--no-color", is_flag=True, help="No colours. NO_COLOR does the same.")
    @functools.wraps(command)
    def invoked(*args: P.args, **kwargs: P.kwargs) -> R:
        return command(_invocation(kwargs), *args, **kwargs)

    return invoked


def _invocation(options: dict[str, object]) -> Invocation:
    root, config_file = options.pop("root"), options.pop("config_file")
    _quiet_logging(verbose=bool(options["verbose"]))
    no_color = bool(options.pop("no_color")) or bool(os.environ.get("NO_COLOR"))
    color = not no_color and sys.stdout.isatty()
    click.get_current_context().color = color
    return Invocation(
        root if isinstance(root, Path) else Path.cwd(),
        config_file if isinstance(config_file, Path) else None,
        bool(options.pop("quiet")),
        bool(options.pop("verbose")),
        color,
    )


def _quiet_logging(*, verbose: bool) -> None:
    """Log records are for -v: what a user must know is said by the command itself."""
    handler = logging.StreamHandler() if verbose else logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
    logging.getLogger("flames_indexer").handlers = [handler]
