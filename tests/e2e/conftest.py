"""Real servers over real stdio, each with a cache of its own, driven as an editor would."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types as t

sys.path.insert(0, str(Path(__file__).parent))

WAIT_S = 60  # how long until a test gives up; never how long it takes


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("FLAMES_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("FLAMES_DATA_DIR", str(tmp_path_factory.mktemp("data")))


@pytest.fixture
def repository(tmp_path):
    """Writes `--- path` sections as files of one folder and returns it."""

    def write(fixture: str, name: str = "repo") -> Path:
        folder = tmp_path / name
        for section in fixture.split("--- ")[1:]:
            path, _, text = section.partition("\n")
            file = folder / path.strip()
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return folder

    return write


class Editor:
    """An editor with folders open. Remembers what it was told and waits on conditions."""

    def __init__(self, client: pytest_lsp.LanguageClient) -> None:
        self.client = client
        self.statuses: list[dict] = []
        self.published: dict[str, list[t.PublishDiagnosticsParams]] = {}
        self.progress: list[dict] = []
        self._versions: dict[str, int] = {}
        self._told = asyncio.Event()
        features = client.protocol.fm.features
        features["flames/status"] = self._status
        features[t.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = self._publish
        features[t.PROGRESS] = self._progress
        features[t.WORKSPACE_CODE_LENS_REFRESH] = lambda params: None

    async def start(
        self,
        *folders: Path,
        like: str = "visual-studio-code",
        able: Callable[[t.ClientCapabilities], object] = lambda _: None,
        **options,
    ) -> None:
        """`able` changes what the client says it can."""
        capabilities = pytest_lsp.client_capabilities(like)
        able(capabilities)
        opened = [t.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders]
        await self.client.initialize_session(
            t.InitializeParams(capabilities, workspace_folders=opened, **options)
        )

    async def until(self, condition: Callable[[], object]) -> object:
        async with asyncio.timeout(WAIT_S):
            while not (found := condition()):
                self._told.clear()
                await self._told.wait()
        return found

    async def indexed(self, said: str = "indexed") -> dict:
        """Waits for rest with an index in force."""
        return await self.until(
            lambda: next(
                (s for s in self.statuses[-1:] if s["quiescent"] and said in s["message"]), None
            )
        )

    def open(self, file: Path, text: str | None = None) -> str:
        uri = file.as_uri()
        self._versions[uri] = 1
        item = t.TextDocumentItem(uri, "python", 1, file.read_text() if text is None else text)
        self.client.text_document_did_open(t.DidOpenTextDocumentParams(item))
        return uri

    def replace(self, uri: str, text: str) -> int:
        """The buffer's whole text; its new version."""
        self._versions[uri] += 1
        self.client.text_document_did_change(
            t.DidChangeTextDocumentParams(
                t.VersionedTextDocumentIdentifier(self._versions[uri], uri),
                [t.TextDocumentContentChangeWholeDocument(text)],
            )
        )
        return self._versions[uri]

    async def diagnostics(self, uri: str, version: int) -> list[t.Diagnostic]:
        """What is published of exactly that version."""
        found = await self.until(
            lambda: [p for p in self.published.get(uri, []) if p.version == version]
        )
        return list(found[-1].diagnostics)

    async def findings(self, uri: str, version: int) -> list[t.Diagnostic]:
        """The first of that version that are any: rules that wait for names come later."""
        found = await self.until(
            lambda: [
                p for p in self.published.get(uri, []) if p.version == version and p.diagnostics
            ]
        )
        return list(found[-1].diagnostics)

    async def cleared(self, uri: str, version: int) -> object:
        """Waits until nothing is found in that version."""
        published = self.published.get(uri, [])
        return await self.until(
            lambda: [p for p in published if p.version == version and not p.diagnostics]
        )

    async def hover(self, uri: str, line: int, character: int) -> str:
        found = await self.client.text_document_hover_async(
            t.HoverParams(t.TextDocumentIdentifier(uri), t.Position(line, character))
        )
        return found.contents.value if found else ""

    async def command(self, name: str, *arguments: object) -> object:
        return await self.client.workspace_execute_command_async(
            t.ExecuteCommandParams(name, list(arguments))
        )

    def _status(self, params: object) -> None:
        self.statuses.append(params._asdict())
        self._told.set()

    def _publish(self, params: t.PublishDiagnosticsParams) -> None:
        self.published.setdefault(params.uri, []).append(params)
        self._told.set()

    def _progress(self, params: t.ProgressParams) -> None:
        self.progress.append(params.value)
        self._told.set()


@pytest.fixture
async def editors():
    """Makes editors, each with a server of its own; all are closed properly."""
    made: list[Editor] = []

    async def make(*folders: Path, **options) -> Editor:
        command = [sys.executable, "-I", "-m", "flames_lsp"]
        client = await pytest_lsp.ClientServerConfig(command).start()
        made.append(Editor(client))
        await made[-1].start(*folders, **options)
        return made[-1]

    yield make
    for editor in made:
        await editor.client.shutdown_session()
        await editor.client.stop()
