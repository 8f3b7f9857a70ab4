"""Session: all that changes while a client is connected, touched only by the loop's thread.

Everything that takes time runs on one of four threads, *answers*, *searches*, *reads* of stored
indexes and *checks*, over frozen values; its result comes back to the loop, which decides whether
it is still wanted.
"""

from __future__ import annotations

import asyncio
import functools
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

from flames_lsp.convert import PathRules
from flames_lsp.features.view import Reader, View
from flames_lsp.session.background import Background
from flames_lsp.session.buffers import Buffers
from flames_lsp.session.memory import Tidying
from flames_lsp.session.precedence import Precedence
from flames_lsp.session.publishing import Publishing
from flames_lsp.session.roots import Roots

if TYPE_CHECKING:
    from lsprotocol import types as t

    from flames_lsp.session.documents import Document
    from flames_lsp.session.engine import Engine, Opened
    from flames_lsp.session.publishing import Client
    from flames_lsp.session.root import Root

P = ParamSpec("P")
R = TypeVar("R")


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
        searches: Executor | None = None,
        reads: Executor | None = None,
        precedence: Precedence | None = None,
    ) -> None:
        """`searches`: for answers that nobody waits for with a hand on the keys; else `answers`.
        `reads`: for stored indexes; else `checks`."""
        self.thread = threading.get_ident()
        self.observer: Observer | None = None
        self.opened_notebook = False
        self._client = client
        self._answers = answers
        self._searches = searches or answers
        self._precedence = precedence or Precedence()
        self._background = Background(checks, reads, self._precedence)
        self._reader = Reader()
        self.roots = Roots(engine, self._background, self, rules or PathRules())
        self._tidying = Tidying(forget=self.roots.forget)
        self._buffers = Buffers(self.roots)
        self._publishing = Publishing(client, engine, self._background, self._buffers, self.view)

    @on_loop
    def start(self, reader: Reader, initial: object) -> None:
        """What `initialize` agreed on."""
        self._reader = reader
        self.roots.settings = self.roots.settings.with_initial(initial)
        self._publishing.start()

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
        """No root is being looked for or opened. Checks come and go with every pause in typing;
        an editor that showed them would flicker."""
        running = self._background.running
        return not any(running[name] for name in ("find root", "open"))

    @property
    def idle(self) -> bool:
        """At rest, and no check is coming or running."""
        return self._publishing.quiet and not self._background.running.total()

    # documents

    @on_loop
    def open(self, item: t.TextDocumentItem) -> None:
        self._tidying.postpone()
        self.opened_notebook |= item.uri.startswith("vscode-notebook-cell:")
        self._buffers.open(item)
        self._note_what_is_agreed(item.uri)
        self._publishing.want(item.uri)
        self._client.state_changed()

    @on_loop
    def change(
        self, uri: str, version: int, changes: Iterable[t.TextDocumentContentChangeEvent]
    ) -> None:
        self._tidying.postpone()
        self._buffers.change(uri, version, changes, self._reader.encoding)
        if self.document(uri) is not None:
            self._publishing.want(uri, typed=True)

    def _note_what_is_agreed(self, uri: str) -> None:
        """The text that the file's callers rely on, before anybody saves another one."""
        if (place := self._buffers.place(uri)) is not None:
            before, path = place[0].opened.before, place[1]
            self._background.read("agreed text", lambda: before(path), lambda _: None)

    @on_loop
    def close(self, uri: str) -> None:
        place = self._buffers.close(uri)
        self._publishing.clear(uri)
        if place is not None:
            self._publishing.want_all(place[0])  # what its unsaved text caused elsewhere goes

    @on_loop
    def check_again(self, root: Root) -> None:
        """The user said something that changes what is found."""
        self._publishing.want_all(root)

    def document(self, uri: str) -> Document | None:
        return self._buffers.get(uri)

    def place(self, uri: str) -> tuple[Root, str] | None:
        """Root and relative path of a file that Flames reads; None for everything else."""
        return self._buffers.place(uri)

    def root_of(self, uri: str) -> Root | None:
        """The root that a file or folder of the client's lies in."""
        real = self._buffers.real(uri)
        return None if real is None else self.roots.holding(real)

    def root_for(self, uri: str | None) -> Root | None:
        """The root a command means: that of `uri`, else the first."""
        return self.root_of(uri) if uri is not None else next(iter(self.roots.all.values()), None)

    # answers

    @on_loop
    def ask(
        self, name: str, uri: str, answer: Callable[[View, str], R]
    ) -> asyncio.Future[R | None]:
        """`answer(view, path)` from the document's state as of now; None: in no root of ours."""
        if (place := self._buffers.place(uri)) is not None:
            root, path = place
            return self.ask_root(name, root, lambda view: answer(view, path))
        if not self.roots.settled.is_set():
            return asyncio.ensure_future(self._ask_later(name, uri, answer))
        nothing: asyncio.Future[R | None] = asyncio.get_running_loop().create_future()
        nothing.set_result(None)
        return nothing

    @on_loop
    def ask_root(
        self, name: str, root: Root, answer: Callable[[View], R], *, searches: bool = False
    ) -> asyncio.Future[R | None]:
        """`answer(view)` on the answers' thread, from the root's state as of now. `searches`: on
        that of the searches, the first of which in an index takes a second or two."""
        self._tidying.postpone()
        view, trace = self.view(root), root.opened.trace

        def timed() -> R | None:
            with trace.record(name):
                return answer(view)

        if searches:
            return asyncio.wrap_future(self._searches.submit(timed))
        loop, precedence = asyncio.get_running_loop(), self._precedence
        precedence.asked()
        answered = asyncio.wrap_future(self._answers.submit(precedence.first, timed))
        answered.add_done_callback(lambda _: loop.call_soon(precedence.answered))  # once it is sent
        return answered

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
            root.versions,
            root.opened.before,
            history=root.opened.history,
            last_changes=root.opened.last_changes,
        )

    # what Roots tells

    def root_found(self, root: Root) -> None:
        if self.observer is not None:
            self.observer.root_found(root)

    def root_entered(self, root: Root) -> None:
        for uri in self._buffers.enter(root):
            self._publishing.want(uri)

    def root_adopted(self, root: Root, before: Opened) -> None:
        self._tidying.want()
        self._publishing.look_over(root, before)
        self._client.refresh_lenses()
        self._client.state_changed()

    def root_lost(self, root: Root) -> None:
        """Its documents stay open; nothing is said of them any more, unless an outer root holds
        them too."""
        if self.observer is not None:
            self.observer.root_lost(root)
        for uri in self._buffers.leave(root):
            self._publishing.clear(uri)
            self._publishing.want(uri)
        self._client.state_changed()

    def roots_settled(self) -> None:
        self._client.refresh_lenses()
        self._client.state_changed()
