"""Which index roots the client's folders are views of, and how the client spells their paths."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from flames_lsp.convert import PathRules, Uris, top_spelling
from flames_lsp.session.root import Root
from flames_lsp.settings import Settings

if TYPE_CHECKING:
    from flames_lsp.session.background import Background
    from flames_lsp.session.engine import Engine, Opened

log = logging.getLogger(__name__)


class Observer(Protocol):
    """Who is told, on the loop."""

    def root_found(self, root: Root) -> None: ...
    def root_entered(self, root: Root) -> None:
        """A folder of the client's became a view of `root`."""
        ...

    def root_adopted(self, root: Root, before: Opened) -> None:
        """`root` goes on from another generation or another configuration than `before`."""
        ...

    def root_lost(self, root: Root) -> None: ...
    def roots_settled(self) -> None: ...


class Roots:
    """Finding a root asks git and the disk, so it happens in the background."""

    def __init__(
        self, engine: Engine, background: Background, observer: Observer, rules: PathRules
    ) -> None:
        self._engine = engine
        self._background = background
        self._observer = observer
        self.rules = rules
        self.settings = Settings()
        self.all: dict[str, Root] = {}  # by real path
        self.uris = Uris(rules=rules)
        self.settled = asyncio.Event()  # no folder's root is being looked for
        self._folders: dict[str, str] = {}  # client URI -> real path
        self._documents: Mapping[str, str] = {}
        self._looking = 0

    @property
    def folder_uris(self) -> list[str]:
        return list(self._folders)

    def add(self, uris: Iterable[str]) -> None:
        for uri in uris:
            path = self.rules.path_of(uri)
            if path is None:
                log.warning("a workspace folder that is no folder of this machine: %s", uri)
            elif uri not in self._folders:
                self._folders[uri] = os.path.realpath(path)
                self._look(uri)
        self._settle()

    def remove(self, uris: Iterable[str]) -> None:
        for uri in uris:
            self._folders.pop(uri, None)
            for root in list(self.all.values()):
                if root.folders.pop(uri, None) is not None and not root.folders:
                    del self.all[root.top]
                    self._observer.root_lost(root)
        self._respell()
        self._settle()

    def configure(self, settings: Settings) -> None:
        """Takes new settings; roots they change are opened again."""
        self.settings = settings
        for root in self.all.values():
            overrides = settings.of(next(iter(root.folders)))
            if overrides != root.overrides:
                root.overrides = overrides
                self.reload(root)

    def reload(
        self,
        root: Root,
        then: Callable[[], object] = lambda: None,
        failed: Callable[[], object] = lambda: None,
    ) -> None:
        """Reads configuration and index again and goes on from them; calls one of the two."""

        def adopt(opened: Opened) -> None:
            if self.all.get(root.top) is root:
                before = root.opened
                root.adopt(opened)
                self._observer.root_adopted(root, before)
            then()

        overrides, old = root.overrides, root.opened
        self._background.read(
            "open", lambda: self._engine.open(root.top, overrides, old), adopt, failed
        )

    def reload_if_newer(self, root: Root) -> None:
        """Reads what another process built since."""
        opened = root.opened

        def compare(stored: int) -> None:
            if stored > opened.index.generation and root.opened is opened:
                self.reload(root)

        self._background.read("poll", lambda: self._engine.generation(opened), compare)

    def forget(self) -> None:
        """Lets go of what the indexes keep and can make again."""
        for root in self.all.values():
            root.opened.index.forget()

    def spell(self, documents: Mapping[str, str]) -> None:
        """Takes the open documents (`PathRules.same` of the path -> URI): their own URIs win."""
        self._documents = documents
        self._respell()

    def holding(self, real: str) -> Root | None:
        """The innermost root that holds the real path."""
        tops = [top for top in self.all if self.rules.relative(real, top) is not None]
        return self.all[max(tops, key=len)] if tops else None

    def place(self, real: str | None) -> tuple[Root, str] | None:
        """Root and relative path of a file that Flames reads; None for everything else."""
        root = None if real is None else self.holding(real)
        if root is None or real is None:
            return None
        path = self.rules.relative(real, root.top)
        return (root, path) if path and self._engine.handles(path) else None

    def _look(self, uri: str) -> None:
        folder = self._folders[uri]
        self._looking += 1
        self._background.read(
            "find root",
            lambda: self._engine.top_of(folder),
            lambda top: self._found(uri, top),
            self._looked,
        )

    def _found(self, uri: str, top: str) -> None:
        if uri not in self._folders or top in self.all:
            self._enter(uri, top)
            return
        overrides = self.settings.of(uri)

        def opened(found: Opened) -> None:
            if top not in self.all and uri in self._folders:
                self.all[top] = Root.of(top, overrides, found)
                self._observer.root_found(self.all[top])
            self._enter(uri, top)

        self._background.read(
            "open", lambda: self._engine.open(top, overrides, None), opened, self._looked
        )

    def _enter(self, uri: str, top: str) -> None:
        if uri in self._folders:
            root = self.all[top]
            root.folders[uri] = self._folders[uri]
            self._respell()
            self._observer.root_entered(root)
        self._looked()

    def _looked(self) -> None:
        self._looking -= 1
        self._settle()

    def _settle(self) -> None:
        if self._looking:
            self.settled.clear()
        elif not self.settled.is_set():
            self.settled.set()
            self._observer.roots_settled()

    def _respell(self) -> None:
        folders = [(real, uri) for uri, real in self._folders.items()]
        tops = [
            (root.top, top_spelling(root.top, real, uri, self.rules))
            for root in self.all.values()
            for uri, real in list(root.folders.items())[:1]
        ]
        self.uris = Uris((*folders, *tops), self._documents, self.rules)
