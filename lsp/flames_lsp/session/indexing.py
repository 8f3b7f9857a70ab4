"""Builds as the session sees them: when one is wanted, how far it is, who waits for it."""

from __future__ import annotations

import asyncio
import logging
import posixpath
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from flames_indexer.errors import Cancelled, FlamesError

from flames_lsp.features.code_lens import counted
from flames_lsp.features.status import RootState, Status, status
from flames_lsp.features.view import Building
from flames_lsp.session.echoes import Echoes
from flames_lsp.wish import WHOLE, Wish

if TYPE_CHECKING:
    from flames_lsp.session import Session
    from flames_lsp.session.root import Root

log = logging.getLogger(__name__)

_COALESCE_S = 0.3  # a formatter and a watch event come together: one build
_SWEEP_S = 30.0  # of quiet
_RETRY_S = (1.0, 2.0, 5.0, 10.0)  # while another process builds
_QUIET_BUILD_S = 0.7  # a refresh shorter than this shows no progress
_STATUS_PAUSE_S = 0.5  # between two status lines that differ only in how far a build is


class Builds(Protocol):
    """The side that builds: `builder.Builder`."""

    def build(self, top: str, overrides: Mapping[str, object], wish: Wish = WHOLE) -> None: ...
    def cancel(self, top: str) -> None: ...
    def watch(self, top: str, overrides: Mapping[str, object]) -> None: ...
    def forget(self, top: str) -> None: ...


class Display(Protocol):
    """Where the editor shows that work is going on."""

    def begin(self, top: str, title: str) -> None: ...
    def report(self, top: str, message: str, percentage: int) -> None: ...
    def end(self, top: str, message: str) -> None: ...
    def show_status(self, status: Status) -> None: ...


class Indexing:
    """Listens to the builder and to the session. On the loop's thread, like both."""

    def __init__(self, session: Session, display: Display) -> None:
        self._session = session
        self._display = display
        self.builds: Builds | None = None
        self._wanted: dict[str, asyncio.TimerHandle] = {}
        self._changed: dict[str, frozenset[str] | None] = {}  # as `Wish.saved`, for those wanted
        self._sweeps: dict[str, asyncio.TimerHandle] = {}
        self._echoes = Echoes()
        self._waiting: dict[str, list[asyncio.Future[object]]] = {}
        self._retries: dict[str, int] = {}
        self._began: dict[str, float] = {}
        self._displayed: set[str] = set()
        self._said: Status | None = None
        self._told_s = 0.0

    # wanting

    def want(
        self,
        root: Root,
        delay_s: float = _COALESCE_S,
        changed: frozenset[str] | None = None,
    ) -> None:
        """A build of `root` soon; several wishes make one build. `changed`: the only files that
        need a look."""
        changed = None if root.watch_problem else changed
        if (timer := self._wanted.pop(root.top, None)) is not None:
            timer.cancel()
            before = self._changed[root.top]
            changed = None if before is None or changed is None else before | changed
        self._changed[root.top] = changed
        loop = asyncio.get_running_loop()
        self._wanted[root.top] = loop.call_later(delay_s, self._build, root.top)

    def saved(self, root: Root, path: str) -> None:
        """The editor wrote a file of `root` that Flames reads. What else "save all" writes is
        built together after it."""
        self.want(root, 0.0, frozenset([path]))

    def reindex(self, root: Root, *, full: bool) -> asyncio.Future[object]:
        """Builds now; the summary once its index is in force. Cancelling it stops the build."""
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(root.top, []).append(future)
        future.add_done_callback(lambda done: done.cancelled() and self.cancel(root.top))
        self._show(root.top)
        self._build(root.top, full=full, whole=True)
        return future

    def cancel(self, top: str) -> None:
        if self.builds is not None:
            self.builds.cancel(top)

    def _build(self, top: str, *, full: bool = False, whole: bool = False) -> None:
        if (timer := self._wanted.pop(top, None)) is not None:
            timer.cancel()
        changed = self._changed.pop(top, None)
        root = self._session.roots.all.get(top)
        if root is None or self.builds is None:
            return
        saved = None if full or whole or root.never_built else changed
        self._echoes.looks(top, saved or ())
        self.builds.build(top, root.overrides, Wish(full, saved, frozenset(root.buffers)))
        self._sweep_later(top, wanted=saved is not None)

    def _sweep_later(self, top: str, *, wanted: bool) -> None:
        """After looks at single files, one at all of them: the system may have kept a change from
        us."""
        if (timer := self._sweeps.pop(top, None)) is not None:
            timer.cancel()
        if wanted:
            loop = asyncio.get_running_loop()
            self._sweeps[top] = loop.call_later(_SWEEP_S, lambda: self._build(top, whole=True))

    # what the session tells

    def root_found(self, root: Root) -> None:
        if self.builds is not None:
            self.builds.watch(root.top, root.overrides)
        self.want(root, 0.0)

    def root_lost(self, root: Root) -> None:
        self._sweep_later(root.top, wanted=False)
        if (timer := self._wanted.pop(root.top, None)) is not None:
            timer.cancel()
        if self.builds is not None:
            self.builds.forget(root.top)
        self._echoes.forget(root.top)
        self._answer(root.top, Cancelled("The folder was closed."))

    # what the builder tells

    def build_started(self, top: str) -> None:
        if (root := self._session.roots.all.get(top)) is not None:
            root.building = Building()
            self._began[top] = asyncio.get_running_loop().time()
            if root.never_built:
                self._show(top)
            self.show_status()

    def build_progressed(self, top: str, step: str, done: int, total: int) -> None:
        root = self._session.roots.all.get(top)
        if root is None:
            return
        root.building = Building(done, total)
        now = asyncio.get_running_loop().time()
        if now - self._began.get(top, 0.0) > _QUIET_BUILD_S:
            self._show(top)
        if top in self._displayed:
            percentage = 100 * done // total if total else 0
            message = f"{step} {done:,} of {total:,}" if total else step
            self._display.report(top, message, percentage)
        if now - self._told_s >= _STATUS_PAUSE_S:
            self._told_s = now
            self.show_status()

    def build_stored(self, top: str) -> None:
        if (root := self._session.roots.all.get(top)) is not None:
            self._session.roots.reload(root)

    def build_ended(
        self, top: str, outcome: str, summary: Mapping[str, object] | None, reason: str
    ) -> None:
        root = self._session.roots.all.get(top)
        if root is None:
            return
        root.building = None
        if top in self._displayed:
            self._displayed.discard(top)
            self._display.end(top, outcome)
        root.elsewhere = outcome == "busy"
        root.problem = reason if outcome == "failed" else ""
        if outcome != "built":
            self._echoes.forget(top)
        if outcome == "built":
            self._built(root, summary or {})
        elif outcome == "busy":
            self._retry(root)
            self._answer(top, FlamesError(reason))
        elif outcome == "cancelled":
            self._session.roots.reload_if_newer(root)
            self._answer(top, Cancelled("The build was stopped."))
        else:
            self._answer(top, FlamesError(reason))
        self.show_status()

    def _built(self, root: Root, summary: Mapping[str, object]) -> None:
        self._retries.pop(root.top, None)
        same = summary.get("generation") == root.opened.index.generation
        if same and not summary.get("changed"):  # an index made anew counts from 1 again
            self._answer(root.top, summary)
            return
        self._session.roots.reload(
            root,
            lambda: self._answer(root.top, summary),
            lambda: self._answer(root.top, FlamesError("The new index cannot be opened.")),
        )

    def _retry(self, root: Root) -> None:
        """Another process builds: what it finished is read, and soon it is our turn."""
        attempt = self._retries.get(root.top, 0)
        self._retries[root.top] = attempt + 1
        self._session.roots.reload_if_newer(root)
        self.want(root, _RETRY_S[min(attempt, len(_RETRY_S) - 1)])

    def _answer(self, top: str, result: object) -> None:
        """Tells everybody who waits for a build of `top`."""
        for future in self._waiting.pop(top, []):
            if future.done():
                continue
            if isinstance(result, FlamesError):
                future.set_exception(result)
            else:
                future.set_result(result)

    def files_changed(self, top: str, paths: frozenset[str] | None) -> None:
        root = self._session.roots.all.get(top)
        news = None if paths is None else self._echoes.news(top, paths)
        if root is not None and (news or news is None):
            self.want(root, changed=news)

    def watch_changed(self, top: str, problem: str) -> None:
        if (root := self._session.roots.all.get(top)) is not None:
            root.watch_problem = problem
            self.show_status()

    # what is shown

    def show_status(self) -> None:
        """Tells the client, if it reads otherwise than what it was told last."""
        now = self.status()
        if now != self._said:
            self._said = now
            self._display.show_status(now)

    def status(self) -> Status:
        session = self._session
        notes = [f"{n} {name} failed: see the log" for name, n in session.failures.items()]
        if session.opened_notebook:
            notes.append("notebooks are not supported")
        roots = [_state(root) for root in session.roots.all.values()]
        return status(roots, notes, quiet=session.at_rest)

    def details(self) -> list[dict[str, object]]:
        """Each root in numbers, for the status command."""
        return [
            {
                "root": root.top,
                "generation": root.opened.index.generation,
                "files": len(root.opened.index.files()),
                "pending": root.opened.index.pending,
                "building": root.building is not None,
                "gaps": root.snapshot.coverage().notes(),
                "notes": list(_state(root).notes),
            }
            for root in self._session.roots.all.values()
        ]

    def _show(self, top: str) -> None:
        if top not in self._displayed:
            self._displayed.add(top)
            self._display.begin(top, f"Flames: indexing {posixpath.basename(top)}")


def _state(root: Root) -> RootState:
    notes = [*root.opened.warnings]
    if root.watch_problem:
        notes.append(root.watch_problem)
    if root.elsewhere:
        notes.append("another process is building the index: answers come from the last one")
    index, problem = root.opened.index, root.problem
    waiting = counted(index.pending, "file") + " pending" if index.pending else ""
    working = "index refreshing" + (waiting and f": {waiting}") if root.building else ""
    if root.first_build is not None and not problem:
        working = root.first_build.note()
    return RootState(
        posixpath.basename(root.top),
        index.generation,
        len(index.files()),
        working,
        problem,
        index.pending,
        tuple(notes),
    )
