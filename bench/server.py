"""What an editor waits for, over stdio, in a large file: at rest, and while an index is built.

    python bench/server.py ROOT FILE [--positions 200] [--edits 60] [--saves 0] [--server COMMAND…]

Milliseconds are round trips seen by the client; the debounce is taken off the time from an edit to
the diagnostics of its version. A hover counts only if it is not empty and says the numbers that
`flames dependents` says. `--saves`: so many symbols are edited and saved as well (`saves.py`; ROOT
is written to, and as it was in the end).

Goals: diagnostics p95 <= 50 ms, hover p95 <= 10 ms, memory <= 250 MB.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clocks import Times
from measure import Cache

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "e2e"))
from raw import RawClient

DEBOUNCE_MS = 200
REST_S = 2.0  # after which nothing is done in a hurry, and freed memory has been given back
HUMAN_PAUSE_S = 0.15  # from seeing a result to the next key; quick typists press one in that time
CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {
        "publishDiagnostics": {"relatedInformation": True, "codeDescriptionSupport": True}
    },
}
TYPED = "\n        chosen = self._chain().filter(pk=1)\n"
SAID = re.compile(r"used by ([\d,]+) callers? in ([\d,]+) files?(?:, ([\d,]+) tests?)?")


@dataclass(frozen=True)
class Place:
    """A definition's name, and what the command line says of it."""

    line: int
    character: int
    symbol: str
    usage: tuple[int, int, int]


class Editor:
    """One file open in one server."""

    def __init__(self, client: RawClient, file: Path) -> None:
        self.client = client
        self.uri = file.as_uri()
        self.version = 1
        self.document = {"textDocument": {"uri": self.uri}}

    def hover(self, place: Place) -> tuple[float, str]:
        at = {"line": place.line, "character": place.character}
        start = time.perf_counter()
        found = self.client.result("textDocument/hover", {**self.document, "position": at})
        return (time.perf_counter() - start) * 1000, found["contents"]["value"] if found else ""

    def type(self, line: int, character: int, text: str) -> int:
        self.version += 1
        at = {"line": line, "character": character}
        change = {"range": {"start": at, "end": at}, "text": text}
        document = {"uri": self.uri, "version": self.version}
        params = {"textDocument": document, "contentChanges": [change]}
        self.client.notify("textDocument/didChange", params)
        return self.version

    def diagnosed(self, version: int) -> None:
        self.client.notified(
            "textDocument/publishDiagnostics",
            lambda p: p["uri"] == self.uri and p.get("version") == version,
        )


def places(root: Path, file: Path, wanted: int) -> list[Place]:
    """Definitions of the file spread over it, its most used one included."""
    from flames_indexer.config import load
    from flames_indexer.index import Index, Snapshot

    snapshot = Snapshot.of(Index.open(root, load(root)[0]))
    path, source = file.relative_to(root).as_posix(), file.read_bytes()
    found = []
    for symbol in snapshot.symbols_in(path)[1:]:
        usage = snapshot.usage(symbol.id)
        if symbol.name.startswith("<"):
            continue  # anonymous: there is no name to hover on
        before = source[: symbol.name_span.start]
        line, column = before.count(b"\n"), len(before) - before.rfind(b"\n") - 1
        numbers = (usage.callers, usage.files, usage.tests)
        found.append(Place(line, column + 1, symbol.id, numbers))
    random.Random(7).shuffle(found)
    found.sort(key=lambda place: -place.usage[0])
    return (found * (wanted // len(found) + 1))[:wanted]


def agrees(place: Place, said: str) -> bool:
    match = SAID.search(said)
    numbers = [int((n or "0").replace(",", "")) for n in match.groups()] if match else [0, 0, 0]
    return (
        bool(said)
        and (numbers[0] == place.usage[0])
        and (not match or tuple(numbers) == place.usage)
    )


def command_line_agrees(root: Path, sample: list[Place], env: dict[str, str]) -> bool:
    """Whether the real command prints what we compare with."""
    for place in sample:
        command = [
            sys.executable,
            "-I",
            "-m",
            "flames_indexer",
            "dependents",
            place.symbol,
            "--root",
            str(root),
            "--format",
            "json",
        ]
        run = subprocess.run(command, capture_output=True, env={**os.environ, **env}, check=True)
        usage = json.loads(run.stdout)["usage"]
        if (usage["callers"], usage["files"], usage["tests"]) != place.usage:
            return False
    return True


def hovers(editor: Editor, all_places: list[Place]) -> dict[str, object]:
    times, wrong = Times(), []
    for place in all_places:
        ms, said = editor.hover(place)
        if agrees(place, said):
            times.samples.append(ms)
        else:
            wrong.append(place.symbol)
    hottest = max(editor.hover(all_places[0])[0] for _ in range(5))
    return {**times.summary(), "wrong": wrong[:5], "hottest_ms": round(hottest, 1)}


class Builds:
    """One whole build after the other, as long as somebody types."""

    def __init__(self, client: RawClient) -> None:
        self.client = client
        self.started = 0
        self.running = 0

    def keep_going(self) -> None:
        ended = any(m.get("id") == self.running for m in self.client.messages)
        if not self.running or ended:
            reindex = {"command": "flames.reindex", "arguments": [{"full": True}]}
            self.running = self.client.ask("workspace/executeCommand", reindex)
            self.started += 1


def typing(
    editor: Editor,
    line: int,
    edits: int,
    all_places: list[Place],
    pause_s: float,
    before_each: Callable[[], None] = lambda: None,
) -> dict[str, object]:
    """Types code a character at a time; after each: a hover at once, then the diagnostics.

    With no pause the next key comes while the check of the last one is still at work."""
    hover, diagnosed, empty, began = Times(), Times(), 0, time.time()
    above = [place for place in all_places if place.line < line][:20]  # typing moves the others
    character = 0
    for n in range(edits):
        before_each()
        typed = TYPED[n % len(TYPED)]
        start = time.perf_counter()
        version = editor.type(line, character, typed)
        line, character = (line + 1, 0) if typed == "\n" else (line, character + 1)
        ms, said = editor.hover(above[n % len(above)])
        hover.samples.append(ms)
        empty += not said
        editor.diagnosed(version)
        diagnosed.samples.append((time.perf_counter() - start) * 1000 - DEBOUNCE_MS)
        time.sleep(pause_s)
    told = {"edit_to_diagnostics_ms": diagnosed.summary(), "hover_ms": hover.summary()}
    within = hovers_inside(began).summary()
    return {**told, "hover_inside_ms": within, "empty_hovers": empty}


def hovers_inside(since: float) -> Times:
    """What the server's own record says of the hovers since then, queues and pipes left out."""
    trace = Path(os.environ["FLAMES_CACHE_DIR"]) / "trace.jsonl"
    records = [json.loads(line) for line in trace.read_text().splitlines()]
    return Times([r["ms"] for r in records if r["name"] == "hover" and r["at"] >= since])


def finding(editor: Editor, all_places: list[Place]) -> dict[str, object]:
    """What is found by a part of a name, by words, and while a function is named. The first of
    each makes its tables, once an index."""
    names = [place.symbol.rpartition("::")[2].rpartition(".")[2] for place in all_places[:60]]

    def timed(method: str, asked: list[dict]) -> dict[str, object]:
        first, times = Times(), Times()
        for n, params in enumerate(asked):
            start = time.perf_counter()
            editor.client.result(method, params)
            (times if n else first).samples.append((time.perf_counter() - start) * 1000)
        return {**times.summary(), "first": round(first.samples[0])}

    run = "workspace/executeCommand"
    words = [{"text": name.replace("_", " "), "uri": editor.uri} for name in names]
    existing = [{"command": "flames.findExisting", "arguments": [asked]} for asked in words]
    end = {"line": 10**6, "character": 0}
    editor.version += 1
    change = {"range": {"start": end, "end": end}, "text": "\n\ndef "}
    document = {"uri": editor.uri, "version": editor.version}
    editor.client.notify(
        "textDocument/didChange", {"textDocument": document, "contentChanges": [change]}
    )
    line = Path(editor.uri.removeprefix("file://")).read_text().count("\n") + 2
    naming, character = Times(), 4
    for key in "cached_property_of_model":
        editor.type(line, character, key)
        character += 1
        at = {"line": line, "character": character}
        start = time.perf_counter()
        editor.client.result("textDocument/completion", {**editor.document, "position": at})
        naming.samples.append((time.perf_counter() - start) * 1000)
    return {
        "workspace_symbol_ms": timed("workspace/symbol", [{"query": name[:5]} for name in names]),
        "find_existing_ms": timed(run, existing),
        "completion_while_naming_ms": naming.summary(),
    }


def memory_mb(pid: int) -> dict[str, int]:
    """Resident memory of the server, and of its child."""

    def resident(process: int) -> int:
        status = Path(f"/proc/{process}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1024

    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {"server": resident(pid), "builder": sum(resident(int(child)) for child in children)}


def inside(trace: Path) -> dict[str, dict[str, float]]:
    """What the server's own record says, queues and pipes left out."""
    from flames_indexer.trace import summary

    return {
        name: {"p50": round(f.p50_ms, 1), "p95": round(f.p95_ms, 1), "n": f.records}
        for name, f in summary(trace).items()
    }


def ready(status: dict) -> bool:
    """At rest with an index, or with a reason why there is none."""
    return status["quiescent"] and ("indexed" in status["message"] or status["health"] != "ok")


def figures(root: Path, file: Path, options: argparse.Namespace, env: dict[str, str]) -> dict:
    command = options.server or None
    result: dict[str, object] = {"file": f"{file.name}, {file.read_text().count(chr(10))} lines"}
    result["load"] = os.getloadavg()
    with RawClient(command, env={**os.environ, **env}) as client:
        start = time.perf_counter()
        client.initialize(
            root,
            capabilities=CAPABILITIES,
            initializationOptions={"diagnostics": {"debounceMs": DEBOUNCE_MS}},
        )
        result["initialize_ms"] = round((time.perf_counter() - start) * 1000)
        client.open(file.as_uri(), file.read_text())
        editor = Editor(client, file)
        first = re.search(r"^class (\w+)", file.read_text(), re.MULTILINE)
        at = file.read_text()[: first.start()].count("\n")
        ms, said = editor.hover(Place(at, 7, "", (0, 0, 0)))
        result["first_hover_without_index_ms"] = round(ms) if said else "empty"
        client.wait_s = 600
        client.notified("flames/status", ready)
        result["ready_s"] = round(time.perf_counter() - start, 1)
        os.environ.update(env)
        asked = places(root, file, options.positions)
        result["command_line_agrees"] = command_line_agrees(root, asked[:3] + asked[-3:], env)
        result["hover_at_rest_ms"] = hovers(editor, asked)
        lenses = time.perf_counter()
        client.result("textDocument/codeLens", editor.document)
        result["code_lens_ms"] = round((time.perf_counter() - lenses) * 1000, 1)
        result["finding"] = finding(editor, asked)
        time.sleep(REST_S)
        result["memory_mb_at_rest"] = memory_mb(client.process.pid)
        below = asked[len(asked) // 2].line
        result["typing"] = typing(editor, below + 40, options.edits, asked, HUMAN_PAUSE_S)
        result["typing_without_a_pause"] = typing(editor, below + 20, options.edits, asked, 0.0)
        builds = Builds(client)
        while_building = typing(
            editor, below - 40, options.edits, asked, HUMAN_PAUSE_S, builds.keep_going
        )
        result["typing_while_building"] = {**while_building, "builds": builds.started}
        result["memory_mb_at_the_end"] = memory_mb(client.process.pid)
        time.sleep(REST_S)
        result["memory_mb_at_rest_again"] = memory_mb(client.process.pid)
        if options.saves:
            from saves import saves

            client.result("workspace/executeCommand", {"command": "flames.reindex"})
            result["saves"] = saves(client, root, options.saves)
            result["memory_mb_after_saves"] = memory_mb(client.process.pid)
        client.result("shutdown")
        client.notify("exit")
        result["exit_code"] = client.exit_code()
    result["load_at_the_end"] = os.getloadavg()
    result["inside_the_server"] = inside(Path(env["FLAMES_CACHE_DIR"]) / "trace.jsonl")
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--positions", type=int, default=200)
    parser.add_argument("--edits", type=int, default=60)
    parser.add_argument("--saves", type=int, default=0)
    parser.add_argument("--server", nargs=argparse.REMAINDER, help="another command to start it")
    options = parser.parse_args()
    root = options.root.resolve()
    with Cache() as cache:
        env = {"FLAMES_CACHE_DIR": str(cache)}
        print(json.dumps(figures(root, root / options.file, options, env), indent=1))


if __name__ == "__main__":
    main()
