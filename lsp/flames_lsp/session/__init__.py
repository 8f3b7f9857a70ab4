"""Session: all that changes while a client is connected, touched only by the loop's thread.

Everything that takes time runs on one of two threads, *answers* and *checks*, over frozen values;
its result comes back to the loop, which decides whether it is still wanted.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import os
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

from lsprotocol import types as t

from flames_lsp.convert import PathRules
from flames_lsp.features.view import Reader, View
from flames_lsp.session.background import Background
from flames_lsp.session.checking import Checking, Result, Target
from flames_lsp.session.documents import Document, Edit, changed, opened
from flames_lsp.session.roots import Roots

if TYPE_CHECKING:
    from flames_lsp.session.engine import Engine
    from flames_lsp.session.root import Root

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")


class Client(Protocol):
    """What the session tells the editor."""

    def publish(self, params: t.PublishDiagnosticsParams) -> None: ...
    def refresh_lenses(self) -> None: ...
    def state_changed(self) -> None:
        """The status may read otherwise now."""
        ...


class Observer(Protocol):
    """Who wants to know of roots that come and go: the side that builds."""

    def root_found(self, root: Root) -> None: ...
    def root_lost(self, root: Root) -> None: ...


def on_loop(
    method: Callable[Concatenate[Session, P], R],
) -> Callable[Concatenate[Session, P], R]:
    """Refuses calls from any other thread than the one that made the session."""

    @functools.wraps(method)
    def guarded(self: Session, *args: P.args, **kwargs: P.kwargs) -> R:
        assert threading.get_ident() == self.thread, f"{method.__name__} is the loop's alone"
        return method(self, *args, **kwargs)

    return guarded


class Session:
    """Documents, roots, and what is published of them."""

    def __init__(
        self,
        client: Client,
        engine: Engine,
        answers: Executor,
        checks: Executor,
        rules: PathRules | None = None,
    ) -> None:
        self.thread = threading.get_ident()
        self.observer: Observer | None = None
        self._client = client
        self._answers = answers
        self._background = Background(checks)
        self._reader = Reader()
        self._documents: dict[str, Document] = {}
        self.roots = Roots(engine, self._background, self, rules or PathRules())
        self.checking = Checking(engine, self._background, self._target, self._publish)
        self.opened_notebook = False

    @on_loop
    def start(self, reader: Reader, initial: object) -> None:
        """What `initialize` agreed on."""
        self._reader = reader
        self.roots.settings = self.roots.settings.with_initial(initial)

    @on_loop
    def change_folders(self, added: Iterable[str], removed: Iterable[str]) -> None:
        self.roots.remove(removed)
        self.roots.add(added)

    @on_loop
    def change_settings(self, said: object, folders: Mapping[str, object] | None = None) -> None:
        """The client's settings as they are now, and those of single folders if it told them."""
        settings = self.roots.settings.with_shared(said)
        for uri, own in (folders or {}).items():
            settings = settings.with_folder(uri, own)
        self.roots.configure(settings)

    @property
    def failures(self) -> Counter[str]:
        return self._background.failures

    @property
    def at_rest(self) -> bool:
        """Nothing is coming, running or being looked for."""
        return self.checking.quiet and not self._background.running

    # documents

    @on_loop
    def open(self, item: t.TextDocumentItem) -> None:
        self.opened_notebook |= item.uri.startswith("vscode-notebook-cell:")
        document = self._documents[item.uri] = opened(item, self._real(item.uri))
        self._spell()
        self._overlay(document, None)
        self._want(document, 0.0)
        self._client.state_changed()

    @on_loop
    def change(
        self, uri: str, version: int, changes: Iterable[t.TextDocumentContentChangeEvent]
    ) -> None:
        document = self._documents.get(uri)
        if document is None:
            log.warning("a change of a document that is not open is ignored")
            return
        for newer, edit in changed(document, version, changes, self._reader.encoding):
            self._documents[uri] = document = newer
            self._overlay(document, edit)
        if (place := self.roots.place(document.path)) is not None:
            self.checking.want(uri, place[0].opened.config.debounce_s)

    @on_loop
    def close(self, uri: str) -> None:
        document = self._documents.pop(uri, None)
        self.checking.drop(uri)
        self._spell()
        if document is None or (place := self.roots.place(document.path)) is None:
            return
        root, path = place
        root.lift(path)
        self._client.publish(t.PublishDiagnosticsParams(uri, []))
        self._want_all(root)  # what it caused elsewhere goes with its unsaved text

    def root_of(self, uri: str) -> Root | None:
        """The root that a file or folder of the client's lies in."""
        real = self._real(uri)
        return None if real is None else self.roots.holding(real)

    def root_for(self, uri: str | None) -> Root | None:
        """The root a command means: that of `uri`, else the first."""
        return self.root_of(uri) if uri is not None else next(iter(self.roots.all.values()), None)

    def document(self, uri: str) -> Document | None:
        return self._documents.get(uri)

    # answers

    @on_loop
    def ask(
        self, name: str, uri: str, answer: Callable[[View, str], R]
    ) -> asyncio.Future[R | None]:
        """`answer(view, path)` from the document's state as of now; None: in no root of ours."""
        document = self._documents.get(uri)
        path = self._real(uri) if document is None else document.path
        if (place := self.roots.place(path)) is not None:
            root, below = place
            return self.ask_root(name, root, lambda view: answer(view, below))
        if not self.roots.settled.is_set():
            return asyncio.ensure_future(self._ask_later(name, uri, answer))
        nothing: asyncio.Future[R | None] = asyncio.get_running_loop().create_future()
        nothing.set_result(None)
        return nothing

    @on_loop
    def ask_root(
        self, name: str, root: Root, answer: Callable[[View], R]
    ) -> asyncio.Future[R | None]:
        """`answer(view)` on the answers' thread, from the root's state as of now."""
        view, trace = self.view(root), root.opened.trace

        def timed() -> R | None:
            with trace.record(name):
                return answer(view)

        return asyncio.wrap_future(self._answers.submit(timed))

    async def _ask_later(self, name: str, uri: str, answer: Callable[[View, str], R]) -> R | None:
        await self.roots.settled.wait()
        return await self.ask(name, uri, answer)

    @on_loop
    def view(self, root: Root) -> View:
        return View(
            root.snapshot,
            root.top,
            self.roots.uris,
            self._reader,
            root.opened.config,
            root.buffers,
            root.file_text,
            root.first_build,
            root.opened.manual,
            root.known,
        )

    # what Roots tells

    def root_found(self, root: Root) -> None:
        if self.observer is not None:
            self.observer.root_found(root)

    def root_entered(self, root: Root) -> None:
        for document in self._documents.values():
            place = self.roots.place(document.path)
            if place is not None and place[0] is root and place[1] not in root.buffers:
                self._leave_outer(document, root)
                self._overlay(document, None)
                self._want(document, 0.0)

    def _leave_outer(self, document: Document, inner: Root) -> None:
        for root in self.roots.all.values():
            below = document.path and self.roots.rules.relative(document.path, root.top)
            if root is not inner and below and below in root.buffers:
                root.lift(below)

    def root_adopted(self, root: Root) -> None:
        self._want_all(root)
        self._client.refresh_lenses()
        self._client.state_changed()

    def root_lost(self, root: Root) -> None:
        """Its documents stay open; nothing is said of them any more, unless an outer root holds
        them too."""
        if self.observer is not None:
            self.observer.root_lost(root)
        for document in self._documents.values():
            below = document.path and self.roots.rules.relative(document.path, root.top)
            if below in root.buffers:
                self.checking.drop(document.uri)
                self._client.publish(t.PublishDiagnosticsParams(document.uri, []))
                self._overlay(document, None)
                self._want(document, 0.0)
        self._client.state_changed()

    def roots_settled(self) -> None:
        self._client.refresh_lenses()
        self._client.state_changed()

    # checks

    def _want(self, document: Document, delay_s: float) -> None:
        if self.roots.place(document.path) is not None:
            self.checking.want(document.uri, delay_s)

    def _want_all(self, root: Root) -> None:
        for document in self._documents.values():
            place = self.roots.place(document.path)
            if place is not None and place[0] is root:
                self.checking.want(document.uri, 0.0)

    def _target(self, uri: str) -> Target | None:
        document = self._documents.get(uri)
        if document is None or (place := self.roots.place(document.path)) is None:
            return None
        root, path = place
        known = root.contracts.get(path)
        return Target(self.view(root), root.opened, path, document.version, known)

    def _publish(self, uri: str, target: Target, result: Result) -> None:
        place = self.roots.place(self._documents[uri].path)
        if place is None:
            return
        root, path = place
        root.known = {**root.known, path: result.known}
        if result.is_news:
            self._client.publish(
                t.PublishDiagnosticsParams(uri, result.diagnostics, target.version)
            )
        if result.verdict is not None:
            root.contracts[path] = result.verdict.contract
            self.failures.update(f"rule {rule}" for rule in result.verdict.failed)
            self._want_touched(root, result.verdict.touched)
        self._client.state_changed()

    def _want_touched(self, root: Root, paths: Collection[str]) -> None:
        for document in self._documents.values():
            place = self.roots.place(document.path)
            if place is not None and place[0] is root and place[1] in paths:
                self.checking.want(document.uri, 0.0)

    # paths

    def _real(self, uri: str) -> str | None:
        path = self.roots.rules.path_of(uri)
        return None if path is None else os.path.realpath(path)

    def _overlay(self, document: Document, edit: Edit | None) -> None:
        if (place := self.roots.place(document.path)) is not None:
            root, path = place
            root.lay(path, document.text, document.version, edit)

    def _spell(self) -> None:
        same = self.roots.rules.same
        self.roots.spell({same(d.path): d.uri for d in self._documents.values() if d.path})
