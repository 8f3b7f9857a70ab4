"""Builds, in a child process: the server never indexes, parses in bulk or watches by itself.

`Builder` is the server's side: what is wanted, one build at a time, a cancel that works, a child
that is started again when it dies. `child` is the other side. They speak JSON lines:

    to the child      {"do": "build", "top", "full", "overrides", "saved", "first"}
                      {"do": "cancel"}
                      {"do": "watch", "top", "overrides"} · {"do": "forget", "top"}
    from the child    {"event": "progress", "top", "step", "done", "total"}
                      {"event": "stored", "top"}: a generation, and the build goes on
                      {"event": "changed", "top", "paths"} · {"event": "watching", "top", "problem"}
                      {"event": "crash", "reason"}
                      {"event": "end", "top", "outcome": built|busy|cancelled|failed, "summary",
                      "reason", "memory_mb"}
"""

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from flames_lsp.wish import WHOLE, Wish

log = logging.getLogger(__name__)

_GRACE_S = 3.0  # between asking a build to stop and killing it; a file takes at most ~1 s
_BACK_OFF_S = (0.5, 2.0, 8.0, 30.0)  # after the first, second … death without a build between
_LARGE_MB = 150  # a build of 500k lines leaves 280; Python gives little of it back
_IDLE_S = 20.0  # a large child that has had nothing to do for so long makes place for a small one
_MAX_ATTEMPTS = 3  # of one build: a repository that kills the child three times will do so again
_MAX_EVENT_BYTES = 1 << 20

_START = "import sys; sys.path[:] = sys.argv[1:]; from flames_lsp.builder.child import main; main()"

Outcome = Literal["built", "busy", "cancelled", "failed"]


class Listener(Protocol):
    """Who is told, on the loop."""

    def build_started(self, top: str) -> None: ...
    def build_progressed(self, top: str, step: str, done: int, total: int) -> None: ...
    def build_ended(self, top: str, outcome: Outcome, summary: Any, reason: str) -> None: ...  # noqa: ANN401 (JSON)
    def build_stored(self, top: str) -> None:
        """A generation that the build has not finished: what was edited is in it, and what is
        open; the rest is pending."""
        ...

    def files_changed(self, top: str, paths: frozenset[str] | None) -> None:
        """None: it cannot be told which."""
        ...

    def watch_changed(self, top: str, problem: str) -> None: ...


@dataclass(slots=True)
class _Job:
    top: str
    wish: Wish
    overrides: Mapping[str, object]
    attempts: int = 0
    cancelled: bool = False
    stored: bool = False  # what is left is the part that nobody waits for
    yields: bool = False  # to a build of the same root that was wanted meanwhile


@dataclass(slots=True)
class Delays:
    """Seconds; tests shorten them."""

    grace: float = _GRACE_S
    idle: float = _IDLE_S
    back_off: Sequence[float] = field(default=_BACK_OFF_S)


def child_command() -> list[str]:
    """The child sees the import path that this process trusts, and nothing else."""
    ours = str(Path(__file__).parent.parent.parent)
    return [sys.executable, "-I", "-c", _START, *sys.path, ours]


class Builder:
    """Touched only by the loop's thread."""

    def __init__(
        self, listener: Listener, command: Sequence[str] = (), delays: Delays | None = None
    ) -> None:
        self._listener = listener
        self._command = list(command) or child_command()
        self._delays = delays or Delays()
        self._queue: dict[str, _Job] = {}  # in order; one per top
        self._current: _Job | None = None
        self._watched: dict[str, Mapping[str, object]] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._deaths = 0
        self._kill: asyncio.TimerHandle | None = None
        self._rest: asyncio.TimerHandle | None = None  # until a large child retires
        self._retiring = False
        self._missed = False  # whether files may have changed while nobody watched
        self._life: asyncio.Task[None] | None = None
        self._stopping = False

    def build(self, top: str, overrides: Mapping[str, object], wish: Wish = WHOLE) -> None:
        """Wants `top` built. Asked while it waits: once; while it runs: once more after it, and at
        once when only the part is left that goes on where it was stopped."""
        waiting, current = self._queue.get(top), self._current
        wish = wish if waiting is None else waiting.wish.joined(wish)
        self._queue[top] = _Job(top, wish, overrides)
        if current is not None and current.top == top and current.stored and not current.yields:
            current.yields = True
            self._send({"do": "cancel"})
        self._next()

    def cancel(self, top: str) -> None:
        """Stops building `top`: asks first, and kills the child after the grace period."""
        if self._queue.pop(top, None) is not None and (
            self._current is None or self._current.top != top
        ):
            self._listener.build_ended(top, "cancelled", None, "")
        if self._current is not None and self._current.top == top and not self._current.cancelled:
            self._current.cancelled = True
            self._send({"do": "cancel"})
            self._kill = asyncio.get_running_loop().call_later(self._delays.grace, self._destroy)

    def watch(self, top: str, overrides: Mapping[str, object]) -> None:
        """Wants to be told when files of `top` change outside the editor."""
        self._watched[top] = overrides
        if self._process is not None:
            self._send({"do": "watch", "top": top, "overrides": dict(overrides)})
        else:
            self._live()

    def forget(self, top: str) -> None:
        """The opposite of `watch`; also stops a build of it."""
        self._watched.pop(top, None)
        self._send({"do": "forget", "top": top})
        self.cancel(top)

    async def stop(self) -> None:
        """Ends the child. A build in progress is lost, the store is not."""
        self._stopping = True
        self._destroy()
        if (life := self._life) is not None:
            await asyncio.wait([life], timeout=1.0)
            life.cancel()  # it may be waiting for its next start

    @property
    def busy(self) -> bool:
        return self._current is not None or bool(self._queue)

    def _next(self) -> None:
        if self._process is None:
            self._live()
        elif self._current is None and self._queue:
            if self._rest is not None:
                self._rest.cancel()
                self._rest = None
            top = next(iter(self._queue))
            self._current = job = self._queue.pop(top)
            job.attempts += 1
            self._listener.build_started(top)
            wish = job.wish
            self._send(
                {
                    "do": "build",
                    "top": top,
                    "full": wish.full,
                    "overrides": dict(job.overrides),
                    "saved": None if wish.saved is None else sorted(wish.saved),
                    "first": sorted(wish.first),
                }
            )

    def _send(self, message: Mapping[str, object]) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")

    def _live(self) -> None:
        if self._life is None and not self._stopping:
            self._life = asyncio.get_running_loop().create_task(self._lives())

    async def _lives(self) -> None:
        """One child after the other, as long as one is wanted."""
        while self._queue or self._watched:
            reason = await self._one_life()
            if self._stopping:
                break
            self._bury(reason)
            if self._deaths and not self._retiring:
                await asyncio.sleep(self._delays.back_off[self._deaths - 1])
        self._life = None

    async def _one_life(self) -> str:
        missed, self._missed = self._missed, False
        self._retiring = False
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_MAX_EVENT_BYTES,
            start_new_session=True,  # so that the child and its own children die together
        )
        self._process = process
        for top, overrides in self._watched.items():
            self._send({"do": "watch", "top": top, "overrides": dict(overrides)})
            if missed:
                self._listener.files_changed(top, None)
        self._next()
        reason = ""
        assert process.stdout is not None
        while line := await process.stdout.readline():
            event = json.loads(line)
            if event["event"] == "crash":
                reason = str(event["reason"])
            else:
                self._take(event)
        code = await process.wait()
        return reason or f"exit code {code}"

    def _take(self, event: dict[str, Any]) -> None:
        match event["event"]:
            case "progress":
                self._listener.build_progressed(
                    event["top"], event["step"], event["done"], event["total"]
                )
            case "stored":
                if self._current is not None:
                    self._current.stored = True
                self._listener.build_stored(event["top"])
            case "changed":
                paths = event.get("paths")
                told = None if paths is None else frozenset(paths)
                self._listener.files_changed(event["top"], told)
            case "watching":
                self._listener.watch_changed(event["top"], event["problem"])
            case "end":
                self._deaths = 0
                self._end(event["outcome"], event.get("summary"), event.get("reason", ""))
                if event.get("memory_mb", 0) > _LARGE_MB and not self.busy:
                    loop = asyncio.get_running_loop()
                    self._rest = loop.call_later(self._delays.idle, self._retire)
            case other:
                log.warning("unknown event from the builder: %s", other)

    def _end(self, outcome: Outcome, summary: Any, reason: str) -> None:  # noqa: ANN401 (JSON)
        if self._kill is not None:
            self._kill.cancel()
            self._kill = None
        job, self._current = self._current, None
        yielded = job is not None and job.yields and not job.cancelled and outcome == "cancelled"
        if job is not None and not yielded:
            self._listener.build_ended(job.top, outcome, summary, reason)
        if not self._stopping:
            self._next()

    def _bury(self, reason: str) -> None:
        """The child died: one that was told to, or by accident."""
        self._process = None
        job = self._current
        self._missed = job is None
        if self._retiring:
            return
        if job is not None and job.cancelled:
            self._deaths = 0
            self._end("cancelled", None, "")
            return
        self._deaths = min(self._deaths + 1, len(self._delays.back_off))
        log.error("the index builder ended by itself: %s", reason)
        if job is not None and job.attempts >= _MAX_ATTEMPTS:
            self._end("failed", None, f"the index builder ended {job.attempts} times: {reason}")
        elif job is not None:
            self._current = None
            self._queue = {job.top: job} | {k: v for k, v in self._queue.items() if k != job.top}

    def _retire(self) -> None:
        """A new child takes over: nothing is being built, and what it would miss is looked for."""
        self._rest = None
        if not self.busy and not self._stopping:
            self._retiring = True
            self._destroy()

    def _destroy(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        try:
            if os.name == "nt":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
