"""A client that can misbehave: raw bytes over a real server's stdio, waiting on conditions."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

WAIT_S = 30  # how long until a test gives up; never how long it takes


class RawClient:
    """Starts `command` (default: the server, isolated) and collects what it sends."""

    def __init__(self, command: list[str] | None = None, **popen) -> None:
        command = command or [sys.executable, "-I", "-m", "flames_lsp"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **popen
        )
        self.messages: list[dict] = []
        self.stray = b""
        self.errors = b""
        self.ended = False
        self.wait_s = WAIT_S
        self.answers: dict[str, object] = {}  # what to answer the server's own requests
        self._changed = threading.Condition()
        self._count = 0
        for target in (self._read, self._read_errors):
            threading.Thread(target=target, daemon=True).start()

    def __enter__(self) -> "RawClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait(WAIT_S)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()

    # sending

    def raw(self, data: bytes) -> None:
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: object) -> None:
        body = json.dumps(message).encode()
        self.raw(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def notify(self, method: str, params: object = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: object = None) -> int:
        self._count += 1
        self.send({"jsonrpc": "2.0", "id": self._count, "method": method, "params": params})
        return self._count

    # receiving

    def wait(self, wanted: Callable[[], object]) -> object:
        with self._changed:
            found = self._changed.wait_for(lambda: wanted() or self.ended, self.wait_s) and wanted()
        assert found, f"never came; stderr: {self.errors.decode()[-2000:]}"
        return found

    def answer(self, ident: int) -> dict:
        return self.wait(
            lambda: next(
                (m for m in self.messages if m.get("id") == ident and "method" not in m), 0
            )
        )

    def result(self, method: str, params: object = None) -> object:
        message = self.answer(self.ask(method, params))
        assert "error" not in message, message
        return message["result"]

    def error(self, method: str, params: object = None) -> int:
        return self.answer(self.ask(method, params))["error"]["code"]

    def notified(self, method: str, matches: Callable[[dict], bool] = lambda params: True) -> dict:
        return self.wait(
            lambda: next(
                (
                    m["params"]
                    for m in self.messages
                    if m.get("method") == method and matches(m["params"])
                ),
                None,
            )
        )

    def exit_code(self) -> int:
        return self.process.wait(WAIT_S)

    # conversations

    def initialize(self, folder: Path | None = None, **options: object) -> dict:
        params = {"processId": None, "rootUri": None, "capabilities": {}} | options
        if folder is not None:
            params["workspaceFolders"] = [{"uri": folder.as_uri(), "name": folder.name}]
        result = self.result("initialize", params)
        self.notify("initialized", {})
        return result

    def open(self, uri: str, text: str, version: int = 1) -> None:
        item = {"uri": uri, "languageId": "python", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def alive(self) -> bool:
        return self.error("flames/noSuchMethod") == -32601

    def _read(self) -> None:
        stream = self.process.stdout
        while True:
            length = None
            while (line := stream.readline()).strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
                else:
                    self.stray += line
            if not line:
                break
            message = json.loads(stream.read(length))
            if "method" in message and "id" in message:
                result = self.answers.get(message["method"])
                self.send({"jsonrpc": "2.0", "id": message["id"], "result": result})
            with self._changed:
                self.messages.append(message)
                self._changed.notify_all()
        with self._changed:
            self.ended = True
            self._changed.notify_all()

    def _read_errors(self) -> None:
        while chunk := os.read(self.process.stderr.fileno(), 1 << 16):
            self.errors += chunk
