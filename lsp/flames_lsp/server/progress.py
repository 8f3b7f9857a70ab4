"""Work-done progress: one bar a root, created when the client agrees, cancellable."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lsprotocol import types as t

if TYPE_CHECKING:
    from flames_lsp.server.application import Application


@dataclass(slots=True, eq=False)
class _Bar:
    token: str
    title: str
    shown: bool = False
    over: bool = False


class ProgressBars:
    """A client that does not offer progress is shown none."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._bars: dict[str, _Bar] = {}
        self._made = 0

    def begin(self, top: str, title: str) -> None:
        window = self._application.client_capabilities.window
        if window is None or not window.work_done_progress:
            return
        self._made += 1
        self._bars[top] = bar = _Bar(f"flames-{self._made}", title)
        created = self._application.protocol.send_request(
            t.WINDOW_WORK_DONE_PROGRESS_CREATE, t.WorkDoneProgressCreateParams(bar.token)
        )
        loop = asyncio.get_running_loop()
        created.add_done_callback(lambda done: loop.call_soon(self._created, bar, done))

    def report(self, top: str, message: str, percentage: int) -> None:
        bar = self._bars.get(top)
        if bar is not None and bar.shown:
            value = t.WorkDoneProgressReport(message=message, percentage=percentage)
            self._send(bar, value)

    def end(self, top: str, message: str) -> None:
        bar = self._bars.pop(top, None)
        if bar is None:
            return
        bar.over = True
        if bar.shown:
            self._send(bar, t.WorkDoneProgressEnd(message=message))

    def top_of(self, token: str | int) -> str | None:
        """The root whose build a token stands for."""
        return next((top for top, bar in self._bars.items() if bar.token == token), None)

    def _created(self, bar: _Bar, done: Future[Any]) -> None:
        if done.cancelled() or done.exception() is not None:
            return
        bar.shown = True
        self._send(bar, t.WorkDoneProgressBegin(bar.title, cancellable=True, percentage=0))
        if bar.over:  # before the client agreed: who asked for it still sees that it happened
            self._send(bar, t.WorkDoneProgressEnd())

    def _send(
        self,
        bar: _Bar,
        value: t.WorkDoneProgressBegin | t.WorkDoneProgressReport | t.WorkDoneProgressEnd,
    ) -> None:
        self._application.progress(t.ProgressParams(bar.token, value))
