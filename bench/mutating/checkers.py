"""Type checkers kept open beside a folder: the errors of its files with some texts replaced."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias
from urllib.parse import unquote, urlsplit

Json: TypeAlias = Any  # what a foreign program says
_STRICTNESS = {
    "typeCheckingMode": "standard",
    "reportUnusedCoroutine": "error",
    "reportMissingImports": "error",
    "reportMissingModuleSource": "none",
    "reportAttributeAccessIssue": "error",
}


@dataclass(frozen=True)
class Error:
    """Offsets are bytes of the text that was checked."""

    path: str
    start: int
    end: int
    rule: str
    message: str


class Checker(Protocol):
    def errors(self, texts: Mapping[str, bytes], ask: Sequence[str]) -> list[Error]: ...
    def definitions(self, path: str, at: int) -> set[tuple[str, int]]:
        """Where what is named there is defined, in the texts as they are on disk."""
        ...

    def forget(self, path: str) -> None:
        """The file is no longer on disk."""
        ...

    def remember(self, path: str) -> None:
        """It is there again."""
        ...

    def close(self) -> None: ...


class TypeScript:
    """`checker.mjs` of this folder."""

    def __init__(self, root: Path, package: Path) -> None:
        self._root = root
        self._gone: set[str] = set()
        script = Path(__file__).with_name("checker.mjs")
        self._process = subprocess.Popen(
            ["node", str(script), str(root), str(package)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def errors(self, texts: Mapping[str, bytes], ask: Sequence[str]) -> list[Error]:
        given = {path: text.decode() for path, text in texts.items()}
        found: list[Error] = []
        for path, start, end, code, message in self._ask({"texts": given, "ask": list(ask)}):
            text = given.get(path) or (self._root / path).read_text("utf-8")
            first, last = (_bytes(text, at) for at in (start, end))
            found.append(Error(path, first, last, str(code), message))
        return found

    def definitions(self, path: str, at: int) -> set[tuple[str, int]]:
        text = (self._root / path).read_bytes()
        units = len(text[:at].decode().encode("utf-16-le")) // 2
        found = self._ask({"texts": {}, "ask": [], "definition": [path, units]})
        return {(p, _bytes((self._root / p).read_text("utf-8"), start)) for p, start in found}

    def forget(self, path: str) -> None:
        self._gone.add(path)

    def remember(self, path: str) -> None:
        self._gone.discard(path)

    def _ask(self, request: Mapping[str, Json]) -> Json:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({**request, "gone": sorted(self._gone)}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.kill()


class Python:
    """basedpyright's language server, asked file by file."""

    def __init__(self, root: Path, server: Path, python: str) -> None:
        self._root = root
        self._python = python
        (root / "pyrightconfig.json").write_text(json.dumps(_STRICTNESS))
        self._process = subprocess.Popen(
            [str(server), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._number = 0
        self._texts: dict[str, bytes] = {}
        self._versions: dict[str, int] = {}
        uri = root.as_uri()
        capabilities = {
            "textDocument": {"diagnostic": {"dynamicRegistration": False}},
            "workspace": {"configuration": True},
            "general": {"positionEncodings": ["utf-16"]},
        }
        self._ask(
            "initialize",
            {
                "processId": None,
                "rootUri": uri,
                "capabilities": capabilities,
                "workspaceFolders": [{"uri": uri, "name": "it"}],
            },
        )
        self._tell("initialized", {})

    def errors(self, texts: Mapping[str, bytes], ask: Sequence[str]) -> list[Error]:
        for path in {*self._texts, *texts, *ask}:
            wanted = texts.get(path)
            if wanted is None:
                file = self._root / path
                wanted = file.read_bytes() if file.exists() else b""
            self._show(path, wanted)
        found: list[Error] = []
        for path in ask:
            answer = self._ask(
                "textDocument/diagnostic", {"textDocument": {"uri": (self._root / path).as_uri()}}
            )
            lines = _Lines(self._texts[path])
            for item in (answer or {}).get("items", ()):
                if item.get("severity") == 1:
                    start, end = (lines.offset(item["range"][k]) for k in ("start", "end"))
                    found.append(
                        Error(path, start, end, str(item.get("code", "")), item["message"])
                    )
        return found

    def definitions(self, path: str, at: int) -> set[tuple[str, int]]:
        for shown in [*self._texts, path]:
            file = self._root / shown
            self._show(shown, file.read_bytes() if file.exists() else b"")
        before = self._texts[path][:at]
        line = before.count(b"\n")
        units = len(before[before.rfind(b"\n") + 1 :].decode().encode("utf-16-le")) // 2
        where = {
            "textDocument": {"uri": (self._root / path).as_uri()},
            "position": {"line": line, "character": units},
        }
        found: set[tuple[str, int]] = set()
        for place in self._ask("textDocument/definition", where) or ():
            file = Path(unquote(urlsplit(place.get("uri") or place["targetUri"]).path))
            span = place.get("range") or place["targetSelectionRange"]
            if file.is_relative_to(self._root):
                start = _Lines(file.read_bytes()).offset(span["start"])
                found.add((file.relative_to(self._root).as_posix(), start))
        return found

    def forget(self, path: str) -> None:
        self._changed(path, 3)
        if path in self._texts:
            uri = (self._root / path).as_uri()
            self._tell("textDocument/didClose", {"textDocument": {"uri": uri}})
            del self._texts[path], self._versions[path]

    def remember(self, path: str) -> None:
        self._changed(path, 1)

    def _changed(self, path: str, how: int) -> None:
        change = {"uri": (self._root / path).as_uri(), "type": how}
        self._tell("workspace/didChangeWatchedFiles", {"changes": [change]})

    def _show(self, path: str, text: bytes) -> None:
        if self._texts.get(path) == text:
            return
        uri = (self._root / path).as_uri()
        shown, decoded = self._versions.get(path, 0), text.decode()
        self._versions[path] = shown + 1
        self._texts[path] = text
        if shown:
            document = {"uri": uri, "version": shown + 1}
            self._tell(
                "textDocument/didChange",
                {"textDocument": document, "contentChanges": [{"text": decoded}]},
            )
        else:
            document = {"uri": uri, "languageId": "python", "version": 1, "text": decoded}
            self._tell("textDocument/didOpen", {"textDocument": document})

    def _tell(self, method: str, parameters: Json, number: int | None = None) -> None:
        body = {"jsonrpc": "2.0", "method": method, "params": parameters}
        if number is not None:
            body["id"] = number
        self._send(body)

    def _send(self, body: Json) -> None:
        assert self._process.stdin
        data = json.dumps(body).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self._process.stdin.flush()

    def _ask(self, method: str, parameters: Json) -> Json:
        self._number += 1
        number = self._number
        self._tell(method, parameters, number)
        while True:
            message = self._read()
            if message.get("id") == number and "method" not in message:
                if "error" in message:
                    raise RuntimeError(message["error"])
                return message["result"]
            if "id" in message and "method" in message:
                result: Json = None
                if message["method"] == "workspace/configuration":
                    result = [
                        {"pythonPath": self._python} if item.get("section") == "python" else {}
                        for item in message["params"]["items"]
                    ]
                self._send({"jsonrpc": "2.0", "id": message["id"], "result": result})

    def _read(self) -> Json:
        assert self._process.stdout
        size = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                size = int(value)
        return json.loads(self._process.stdout.read(size))

    def close(self) -> None:
        self._process.kill()


def _bytes(text: str, units: int) -> int:
    """The bytes of a text's first UTF-16 units."""
    return len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le").encode())


class _Lines:
    def __init__(self, text: bytes) -> None:
        self._lines = text.split(b"\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def offset(self, position: Mapping[str, int]) -> int:
        line = self._lines[position["line"]].decode()
        before = line.encode("utf-16-le")[: 2 * position["character"]].decode("utf-16-le")
        return self._starts[position["line"]] + len(before.encode())
