"""What a client may throw at the server: none of it kills it, and every request is answered."""

import json
import os
import subprocess
import sys

import pytest
from raw import RawClient

HERE = {"textDocument": {"uri": "file:///nowhere/a.py"}, "position": {"line": 0, "character": 0}}

# A server whose hover misbehaves by line: 1 raises, 2 waits for a code lens request, all print.
MISBEHAVING = """
import asyncio, os, threading
from concurrent.futures import ThreadPoolExecutor
from flames_lsp.server import methods, serve
gate, pool = threading.Event(), ThreadPoolExecutor(1)

def hover(app, params):
    line = params.position.line
    def work():
        print("stray print")
        os.write(1, b"native noise\\n")
        if line == 1:
            raise RuntimeError("secret of the user")
        if line == 2:
            gate.wait()
    return asyncio.wrap_future(pool.submit(work))

def lenses(app, params):
    gate.set()

methods.METHODS["textDocument/hover"] = hover
methods.METHODS["textDocument/codeLens"] = lenses
os._exit(serve())
"""


@pytest.fixture
def client():
    with RawClient() as client:
        client.initialize()
        yield client


@pytest.fixture
def misbehaving():
    with RawClient([sys.executable, "-I", "-c", MISBEHAVING]) as client:
        client.initialize()
        yield client


def hover_at(line: int) -> dict:
    return {**HERE, "position": {"line": line, "character": 0}}


def framed(body: bytes, length: int | None = None) -> bytes:
    return b"Content-Length: %d\r\n\r\n" % (len(body) if length is None else length) + body


DEEP = b'{"jsonrpc":"2.0","method":"x","params":' + b"[" * 20000 + b"]" * 20000 + b"}"


@pytest.mark.parametrize(
    "noise",
    [
        b"hello world\r\n",
        b"\r\n\r\n\r\n",
        b"Foo: 1\r\n\r\n",
        b'Foo: 1\r\n\r\n{"jsonrpc": "2.0"}',
        b'{"jsonrpc": "2.0", "method": "exit"}',
        b"Content-Length: -5\r\n\r\n",
        b"Content-Length: abc\r\n\r\n",
        b"Content-Length: 99999999999\r\n\r\n",
        b"Content-Length: 70000000\r\n\r\n{}",
        b"x" * 200_000 + b"\n",
        b"\xff\xfe\x00" * 100,
        framed(b"{abc}"),
        framed(b""),
        framed(b"\xff\xfe\xfd\xfc"),
        framed(b"[]"),
        framed(b"1"),
        framed(b"null"),
        framed(b"{}"),
        framed(DEEP),
        framed(b'{"jsonrpc":"2.0","id":{"a":1},"method":"shutdown"}'),
        framed(b'{"jsonrpc":"2.0","id":null,"method":"shutdown"}'),
        framed(b'{"jsonrpc":"2.0","id":77,"result":null}'),
        framed(b'{"jsonrpc":"2.0","id":[1],"result":null}'),
        framed(b'{"jsonrpc":"2.0","method":7}'),
        framed(b'{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":12345}}'),
        framed(b'{"jsonrpc":"2.0","method":"$/cancelRequest","params":7}'),
        framed(b'{"jsonrpc":"2.0","method":"$/unheardOf","params":{}}'),
        framed(b'{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":7}}'),
        framed(b'{"jsonrpc":"2.0","method":"textDocument/didOpen"}'),
        b"content-length:2\n\n{}",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}",
    ],
    ids=lambda noise: repr(noise[:48]),
)
def test_noise_is_survived(client, noise):
    client.raw(noise)
    assert client.alive()


def test_a_body_that_is_no_json_is_answered_without_an_id(client):
    client.raw(framed(b"{abc}"))
    client.wait(lambda: any(m.get("error", {}).get("code") == -32700 for m in client.messages))


def test_what_follows_a_too_long_message_is_read(client):
    text = json.dumps({"jsonrpc": "2.0", "method": "x", "params": "y" * (65 << 20)}).encode()
    client.raw(framed(text))
    assert client.alive()


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/hover", "oops"),
        ("textDocument/hover", None),
        ("textDocument/hover", {}),
        ("textDocument/hover", {**HERE, "position": {"line": -1, "character": 0}}),
        ("textDocument/hover", {**HERE, "position": {"line": "one", "character": 0}}),
        ("callHierarchy/incomingCalls", {"item": {}}),
        ("workspace/executeCommand", {"command": "rm -rf"}),
        ("workspace/executeCommand", {"command": "flames.showDependents", "arguments": [1]}),
        ("workspace/executeCommand", {"command": "flames.findSimilar", "arguments": [{}]}),
        ("workspace/executeCommand", {"command": "flames.reindex", "arguments": [7]}),
    ],
)
def test_invalid_parameters_are_answered(client, method, params):
    assert client.error(method, params) == -32602


def test_an_unknown_method_is_answered(client):
    assert client.error("foo/bar", {}) == -32601


def test_requests_before_initialize_and_after_shutdown_are_refused():
    with RawClient() as client:
        assert client.error("textDocument/hover", HERE) == -32002
        client.notify("textDocument/didOpen", {})
        client.initialize()
        assert client.error("initialize", {"capabilities": {}, "processId": None}) == -32600
        assert client.result("shutdown") is None
        assert client.error("textDocument/hover", HERE) == -32600
        client.notify("exit")
        assert client.exit_code() == 0


@pytest.mark.parametrize("params", [None, {}, []])
def test_shutdown_takes_any_parameters(client, params):
    assert client.result("shutdown", params) is None
    client.notify("exit", params)
    assert client.exit_code() == 0


def test_exit_without_shutdown_is_an_error(client):
    client.notify("exit")
    assert client.exit_code() == 1


def test_a_closed_stream_ends_the_server(client):
    client.process.stdin.close()
    assert client.exit_code() == 1


def test_a_server_whose_editor_died_ends(client):
    editor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with RawClient() as orphan:
        orphan.initialize(processId=editor.pid)
        assert orphan.alive()
        editor.communicate()
        assert orphan.exit_code() == 1


def test_an_editor_in_another_process_namespace_is_not_taken_for_dead():
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with RawClient() as client:
        client.initialize(processId=gone.pid)
        assert client.alive()


def test_cancelled_requests_are_answered_at_once_and_later_ones_run(misbehaving):
    blocked = [misbehaving.ask("textDocument/hover", hover_at(2)) for _ in range(5)]
    for ident in blocked:
        misbehaving.notify("$/cancelRequest", {"id": ident})
    codes = [misbehaving.answer(ident)["error"]["code"] for ident in blocked]
    assert codes == [-32800] * 5
    assert misbehaving.result("textDocument/codeLens", HERE) is None  # the loop is free
    assert misbehaving.result("textDocument/hover", hover_at(0)) is None


def test_shutdown_answers_what_still_runs(misbehaving):
    blocked = misbehaving.ask("textDocument/hover", hover_at(2))
    assert misbehaving.result("shutdown") is None
    assert misbehaving.answer(blocked)["error"]["code"] == -32800
    misbehaving.notify("exit")
    assert misbehaving.exit_code() == 0


def test_prints_never_reach_the_protocol(misbehaving):
    assert misbehaving.result("textDocument/hover", hover_at(0)) is None
    assert misbehaving.alive()
    assert misbehaving.stray == b""
    misbehaving.wait(lambda: b"stray print" in misbehaving.errors)
    misbehaving.wait(lambda: b"native noise" in misbehaving.errors)


def test_a_failing_handler_is_answered_logged_and_not_shown(misbehaving):
    error = misbehaving.answer(misbehaving.ask("textDocument/hover", hover_at(1)))["error"]
    assert error["code"] == -32603
    assert "secret" not in json.dumps(error)
    misbehaving.wait(lambda: b"secret of the user" in misbehaving.errors)
    assert misbehaving.alive()
    assert not [m for m in misbehaving.messages if m.get("method", "").startswith("window/show")]


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (None, "utf-16"),
        (["utf-16"], "utf-16"),
        (["utf-8", "utf-16"], "utf-8"),
        (["utf-32", "utf-8"], "utf-32"),
        (["utf-7"], "utf-16"),
    ],
)
def test_the_position_encoding_is_the_clients_choice(offered, chosen):
    capabilities = {"general": {"positionEncodings": offered}} if offered else {}
    with RawClient() as client:
        assert (
            client.initialize(capabilities=capabilities)["capabilities"]["positionEncoding"]
            == chosen
        )


@pytest.fixture
def hostile(tmp_path):
    """A repository with a package named like everything that a server imports."""
    names = "asyncio json logging types re os sys attrs cattrs pygls lsprotocol numpy msgspec"
    names += " flames_indexer flames_lsp platformdirs pathspec tree_sitter typing queue"
    for name in names.split():
        package = tmp_path / name
        package.mkdir()
        (package / "__init__.py").write_text("import os; os.write(2, b'HIJACKED'); os._exit(66)")
    return tmp_path


def test_a_hostile_working_directory_is_not_imported(hostile):
    with RawClient(cwd=hostile) as client:
        client.initialize()
        assert client.alive()
        assert b"HIJACKED" not in client.errors


def test_the_script_drops_what_pythonpath_names(tmp_path):
    # Python itself imports a little before our first line: those names cannot be defended.
    for name in ("pygls", "lsprotocol", "numpy", "cattrs", "msgspec", "concurrent", "asyncio"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("import os; os._exit(66)")
    script = "import sys; from flames_lsp.__main__ import main; sys.exit(main())"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with RawClient([sys.executable, "-c", script], cwd=tmp_path, env=environment) as client:
        client.initialize()
        assert client.alive()


def test_the_version_is_told_without_serving():
    run = subprocess.run(
        [sys.executable, "-I", "-m", "flames_lsp", "--version"], capture_output=True, check=True
    )
    assert run.stdout.startswith(b"flames-lsp 0.")


HEAVY = ("torch", "sentence_transformers", "networkx", "scipy", "sklearn", "faiss")
LOADED = """
import os, sys
from flames_lsp.server import methods, serve
methods.METHODS["textDocument/hover"] = lambda app, params: {"contents": " ".join(sys.modules)}
os._exit(serve())
"""


def test_heavy_libraries_are_absent_after_start(tmp_path):
    (tmp_path / "a.py").write_text("def f():\n    return 1\n")
    with RawClient([sys.executable, "-I", "-c", LOADED]) as client:
        client.initialize(tmp_path)
        client.open((tmp_path / "a.py").as_uri(), "def f():\n    return 1\n")
        client.notified("textDocument/publishDiagnostics")
        loaded = client.result("textDocument/hover", HERE)["contents"].split()
        assert "flames_lsp.session" in loaded
        assert not set(HEAVY) & set(loaded)
