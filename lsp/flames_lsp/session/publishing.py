"""What the client is shown of the checks, and when a document is looked at again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Protocol

from lsprotocol import types as t

from flames_lsp.session.checking import Checking, Result, Target
from flames_lsp.session.engine import DATED_RULES

if TYPE_CHECKING:
    from flames_lsp.features.view import View
    from flames_lsp.session.background import Background
    from flames_lsp.session.buffers import Buffers
    from flames_lsp.session.engine import Engine, Opened
    from flames_lsp.session.root import Root

# Quiet after a new generation: saves come one after the other, and a look at a file whose own text
# is as it was takes a quarter of a second. No longer than the other after the first of them.
_SETTLE_S, _SETTLE_MOST_S = 3.0, 20.0
_LOOK_AGAIN_S = 15.0  # a commit settles what rests on the last one, and nobody tells us of it


class Client(Protocol):
    """What the session tells the editor."""

    def publish(self, params: t.PublishDiagnosticsParams) -> None: ...
    def refresh_lenses(self) -> None: ...
    def state_changed(self) -> None:
        """The status may read otherwise now."""
        ...


class Publishing:
    """Diagnostics of open documents only, each with its version, none of them twice."""

    def __init__(
        self,
        client: Client,
        engine: Engine,
        background: Background,
        buffers: Buffers,
        view: Callable[[Root], View],
    ) -> None:
        self._client = client
        self._engine = engine
        self._background = background
        self._buffers = buffers
        self._view = view
        self._told: dict[str, t.PublishDiagnosticsParams] = {}  # last published, by URI
        self._settling: dict[str, tuple[asyncio.TimerHandle, float]] = {}  # by top; latest time
        self._checking = Checking(engine, background, self._target, self._publish)

    @property
    def quiet(self) -> bool:
        return self._checking.quiet and not self._settling

    def start(self) -> None:
        asyncio.get_running_loop().call_later(_LOOK_AGAIN_S, self._look_again)

    def want(self, uri: str, *, typed: bool = False) -> None:
        """A check of `uri`: at once, or `typed`: when the keys have been quiet for a while."""
        if (place := self._buffers.place(uri)) is not None:
            delay_s = place[0].opened.config.debounce_s if typed else 0.0
            self._checking.want(uri, delay_s)

    def want_all(self, root: Root) -> None:
        for uri, _ in self._buffers.within(root):
            self.want(uri)

    def look_over(self, root: Root, before: Opened) -> None:
        """Checks what `root` holds, as an index took the place of another: at once what uses
        anything that is told otherwise now, the rest when no newer one comes for a while."""
        now = root.opened
        if before.index.generation == 0 or before.config != now.config:
            self.want_all(root)
            return
        self._settle(root)
        paths = frozenset(root.buffers)
        self._background.read(
            "disturbed",
            lambda: self._engine.disturbed(now, before, paths),
            lambda disturbed: self._want_some(root, disturbed),
        )

    def _want_some(self, root: Root, paths: Collection[str]) -> None:
        for uri, path in self._buffers.within(root):
            if path in paths and not self._checking.is_due(uri):
                self.want(uri)

    def _settle(self, root: Root) -> None:
        loop = asyncio.get_running_loop()
        timer, latest = self._settling.pop(root.top, (None, loop.time() + _SETTLE_MOST_S))
        if timer is not None:
            timer.cancel()
        at = min(loop.time() + _SETTLE_S, latest)
        self._settling[root.top] = loop.call_at(at, self._settled, root), latest

    def _settled(self, root: Root) -> None:
        del self._settling[root.top]
        self._want_some(root, root.buffers)

    def clear(self, uri: str) -> None:
        """Takes back what was shown of a document that is closed or in no root any more."""
        self._checking.drop(uri)
        if uri in self._told:
            del self._told[uri]
            self._client.publish(t.PublishDiagnosticsParams(uri, []))

    def _target(self, uri: str) -> Target | None:
        document, place = self._buffers.get(uri), self._buffers.place(uri)
        if document is None or place is None:
            return None
        root, path = place
        known = root.contracts.get(path)
        return Target(self._view(root), root.opened, path, document.version, known)

    def _publish(self, uri: str, target: Target, result: Result) -> None:
        place = self._buffers.place(uri)
        if place is None:
            return
        root, path = place
        root.known = {**root.known, path: result.known}
        self._tell(t.PublishDiagnosticsParams(uri, result.diagnostics, target.version))
        if result.verdict is not None:
            root.contracts[path] = result.verdict.contract
            self._background.failures.update(f"rule {rule}" for rule in result.verdict.failed)
            for other, its_path in self._buffers.within(root):
                if its_path in result.verdict.touched:
                    self.want(other)
            self._warm_up(root, path)
        self._client.state_changed()

    def _tell(self, params: t.PublishDiagnosticsParams) -> None:
        if self._told.get(params.uri) != params:
            self._told[params.uri] = params
            self._client.publish(params)

    def _warm_up(self, root: Root, path: str) -> None:
        """Once an index: makes what the first edit would otherwise wait for."""
        if root.cold:
            root.cold, snapshot = False, root.snapshot
            self._background.run(
                "warm up", lambda: self._engine.warm_up(snapshot, path), lambda _: None
            )

    def _look_again(self) -> None:
        for uri in list(self._told):
            place = self._buffers.place(uri)
            known = place[0].known.get(place[1]) if place is not None else None
            dated = known is not None and any(f.rule in DATED_RULES for f in known.findings)
            if dated and not self._checking.is_coming(uri):
                self.want(uri)
        self.start()
