"""Application: session, builder and client, put together. Knows how to say things to a client."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flames_indexer import __version__
from lsprotocol import types as t
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from flames_lsp.builder import Builder
from flames_lsp.convert import negotiated
from flames_lsp.features import commands
from flames_lsp.features.status import METHOD, Status
from flames_lsp.features.view import Reader
from flames_lsp.protocol.conversation import FlamesProtocol
from flames_lsp.protocol.process import leave_with
from flames_lsp.server.progress import ProgressBars
from flames_lsp.session import Session
from flames_lsp.session.engine import IndexerEngine
from flames_lsp.session.indexing import Indexing
from flames_lsp.session.precedence import Precedence
from flames_lsp.settings import SECTION

log = logging.getLogger(__name__)

_CONFIGURATION_WAIT_S = 2.0  # a client that promised an answer and gives none costs this once


class Application(LanguageServer):
    """One process's everything. The session's Client, the indexing's Display."""

    protocol: FlamesProtocol  # pyright: ignore[reportIncompatibleVariableOverride] - protocol_cls

    def __init__(self) -> None:
        super().__init__(
            "flames",
            __version__,
            t.TextDocumentSyncKind.Incremental,
            protocol_cls=FlamesProtocol,
            converter_factory=default_converter,
        )
        answers = ThreadPoolExecutor(1, "answers")
        checks = ThreadPoolExecutor(1, "checks")
        searches = ThreadPoolExecutor(1, "searches")
        reads = ThreadPoolExecutor(1, "reads")
        precedence = Precedence()
        engine = IndexerEngine(precedence.give_way)
        self.session = Session(
            self, engine, answers, checks, searches=searches, reads=reads, precedence=precedence
        )
        self.indexing = Indexing(self.session, self)
        self.builder = Builder(self.indexing)
        self.indexing.builds = self.builder
        self.session.observer = self.indexing
        self.bars = ProgressBars(self)
        self.first_folders: list[str] = []
        self._telling = False
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """After `initialized`: settings first, so that no folder is indexed by the wrong ones."""
        leave_with(self.process_id)
        self.keep(self._start())

    def keep(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs `work` to its end; a failure is logged."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def file_saved(self, uri: str) -> None:
        """The editor wrote it: if Flames reads it, nothing else needs a look."""
        if (place := self.session.place(uri)) is not None:
            self.indexing.saved(*place)
        else:
            self.files_changed([uri])

    def files_changed(self, uris: Iterable[str]) -> None:
        """The editor changed these on disk: their roots are built again."""
        for root in {id(r): r for uri in uris if (r := self.session.root_of(uri))}.values():
            self.indexing.want(root)

    def sweep_unwatched(self, uri: str) -> None:
        """Where nobody watches the disk, coming back to a file is a moment to look at it."""
        root = self.session.root_of(uri)
        if root is not None and root.watch_problem:
            self.indexing.want(root)

    def similar_at(self, uri: str, position: t.Position) -> asyncio.Future[Any]:
        """Like the definition there; of a document outside every root, like all its text."""
        document = self.session.document(uri)
        root = self.session.root_for(None)
        if document is not None and self.session.root_of(uri) is None and root is not None:
            source = document.text.source
            return self.session.ask_root(
                "similar", root, lambda view: commands.similar_to(view, source)
            )
        return self.session.ask(
            "similar", uri, lambda view, path: commands.similar_at(view, path, position)
        )

    def reader(self) -> Reader:
        """What the client said at `initialize` that it counts in and can show."""
        text = self.client_capabilities.text_document
        published = text.publish_diagnostics if text else None
        workspace = self.client_capabilities.workspace
        symbols = workspace.symbol if workspace else None
        edits = workspace.workspace_edit if workspace else None
        item = text.completion.completion_item if text and text.completion else None
        action = text.code_action if text else None
        lazy = action.resolve_support.properties if action and action.resolve_support else ()
        later = symbols.resolve_support.properties if symbols and symbols.resolve_support else ()
        formats = text.hover.content_format if text and text.hover else None
        return Reader(
            negotiated(self.workspace.position_encoding),
            not formats or t.MarkupKind.Markdown in formats,
            bool(published and published.related_information),
            bool(published and published.code_description_support),
            "location.range" in later,
            bool(item and item.snippet_support),
            bool(edits and edits.document_changes and edits.change_annotation_support),
            "edit" in lazy and bool(action and action.data_support),
            _own_commands(self.client_capabilities.experimental),
        )

    async def _start(self) -> None:
        await self.pull_settings()
        self.session.change_folders(self.first_folders, [])

    async def pull_settings(self) -> None:
        """Asks the client for the `flames` section, whole and for each folder, if it answers."""
        workspace = self.client_capabilities.workspace
        if workspace is None or not workspace.configuration:
            return
        folders = self.session.roots.folder_uris or self.first_folders
        items = [t.ConfigurationItem(section=SECTION)]
        items += [t.ConfigurationItem(scope_uri=uri, section=SECTION) for uri in folders]
        asked = self.protocol.send_request_async(
            t.WORKSPACE_CONFIGURATION, t.ConfigurationParams(items)
        )
        try:
            said: Any = await asyncio.wait_for(asked, _CONFIGURATION_WAIT_S)
        except (TimeoutError, JsonRpcException):
            log.warning("the client does not answer workspace/configuration")
            return
        if isinstance(said, Sequence) and len(said) == len(items):
            self.session.change_settings(said[0], dict(zip(folders, said[1:], strict=True)))

    # the session's Client

    def publish(self, params: t.PublishDiagnosticsParams) -> None:
        self.text_document_publish_diagnostics(params)

    def refresh_lenses(self) -> None:
        workspace = self.client_capabilities.workspace
        if workspace and workspace.code_lens and workspace.code_lens.refresh_support:
            self.protocol.send_request(t.WORKSPACE_CODE_LENS_REFRESH)

    def state_changed(self) -> None:
        """Told once for all that changes in this turn of the loop."""
        if not self._telling:
            self._telling = True
            asyncio.get_running_loop().call_soon(self._tell)

    def _tell(self) -> None:
        self._telling = False
        self.indexing.show_status()

    # the indexing's Display

    def begin(self, top: str, title: str) -> None:
        self.bars.begin(top, title)

    def report(self, top: str, message: str, percentage: int) -> None:
        self.bars.report(top, message, percentage)

    def end(self, top: str, message: str) -> None:
        self.bars.end(top, message)

    def show_status(self, status: Status) -> None:
        self.protocol.notify(METHOD, status.payload())


def _own_commands(experimental: Any) -> frozenset[str]:  # noqa: ANN401 (JSON)
    """The commands of its own that a client lets answers name, told as `commands.commands`."""
    said = experimental.get("commands") if isinstance(experimental, dict) else None
    named = said.get("commands") if isinstance(said, dict) else None
    return frozenset(map(str, named)) if isinstance(named, list) else frozenset()
