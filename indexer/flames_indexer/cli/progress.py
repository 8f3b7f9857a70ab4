"""A progress bar on a terminal, and nothing anywhere else."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flames_indexer.cli.invocation import Invocation

if TYPE_CHECKING:
    from flames_indexer.build import Progress

SHOW_AFTER_S = 0.3  # a refresh that finds nothing to do should not flicker


@contextmanager
def shown(invocation: Invocation) -> "Generator[Callable[[Progress], None] | None]":
    """What a build reports to; the bar appears only when the build takes a moment."""
    if not invocation.talks_to_terminal:
        yield None
        return
    bar = _Bar(invocation)
    try:
        yield bar.report
    finally:
        bar.close()


class _Bar:
    def __init__(self, invocation: Invocation) -> None:
        import time

        self._color = invocation.color
        self._due = time.monotonic() + SHOW_AFTER_S
        self._clock = time.monotonic
        self._progress = None
        self._task = None
        self._step = ""

    def report(self, progress: "Progress") -> None:
        if self._progress is None:
            if self._clock() < self._due:
                return
            self._open()
        assert self._progress is not None
        if progress.step != self._step or self._task is None:
            self._step = progress.step
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._task = self._progress.add_task(progress.step, total=None, counted="")
        counted = f"{progress.done:,} of {progress.total:,}" if progress.total else ""
        self._progress.update(
            self._task, completed=progress.done, total=progress.total or None, counted=counted
        )

    def close(self) -> None:
        if self._progress is not None:
            self._progress.stop()

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        self._progress = Progress(
            TextColumn("{task.description:>10}"),
            BarColumn(),
            TextColumn("{task.fields[counted]}"),
            console=Console(stderr=True, no_color=not self._color),
            transient=True,
        )
        self._progress.start()
