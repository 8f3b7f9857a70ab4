"""From a key to the list of broken callers in files that are not open: Flames beside basedpyright.

    python bench/broken_session.py FOLDER [--edits 8] [--seed 1]

Both servers have the folder open, one file of it is shown, and a parameter is added to a function
that unopened files call. Milliseconds from the key until each has named all the files it is going
to name: Flames in the related places of one diagnostic, basedpyright (diagnosticMode: workspace)
by diagnostics of the files. The debounce of Flames, 200 ms, is part of its time.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "e2e"))

from flames_indexer.build import build
from flames_indexer.config import load
from flames_indexer.index import Index, Snapshot
from flames_indexer.model import Certainty, EdgeKind
from mutating.breaking import add_required
from mutating.definitions import Definition, definitions
from raw import RawClient

_QUIET_S = 6.0  # without a word: it has said all
_BEGIN_S = 20.0  # both read the folder
_CAPABILITIES = {
    "workspace": {"configuration": True, "workspaceFolders": True},
    "textDocument": {"publishDiagnostics": {"relatedInformation": True}},
}


def candidates(snapshot: Snapshot) -> list[tuple[Definition, set[str]]]:
    """Functions that other files call for sure, with those files."""
    found: list[tuple[Definition, set[str]]] = []
    for path in sorted(snapshot.paths()):
        source, facts = snapshot.source(path), snapshot.facts(path)
        if source is None or facts is None or "test" in path:
            continue
        for d in definitions(path, source, facts):
            edges = snapshot.edges_to(f"{path}::{d.name}", (EdgeKind.CALL,))
            sure = {e.span.path for e in edges if e.certainty is Certainty.RESOLVED} - {path}
            if sure and add_required(d):
                found.append((d, sure))
    return found


class Session:
    """One server, and what it says about files."""

    def __init__(self, client: RawClient, root: Path) -> None:
        self.client, self.root = client, root
        self.versions: dict[str, int] = {}
        self.known: dict[str, set[str]] = {}
        client.wait_s = 120
        settings = {"diagnosticMode": "workspace", "typeCheckingMode": "standard"}
        answer = {**settings, "analysis": settings}
        client.answers["workspace/configuration"] = [answer, answer, answer]
        client.initialize(root, capabilities=_CAPABILITIES)

    def show(self, path: str, text: str) -> None:
        uri = (self.root / path).as_uri()
        version = self.versions[path] = self.versions.get(path, 0) + 1
        if version == 1:
            self.client.open(uri, text)
        else:
            document = {"uri": uri, "version": version}
            change = {"textDocument": document, "contentChanges": [{"text": text}]}
            self.client.notify("textDocument/didChange", change)

    def quiet(self) -> None:
        """Waits until nothing more is said."""
        count, since = len(self.client.messages), time.monotonic()
        while time.monotonic() - since < _QUIET_S:
            time.sleep(0.05)
            if len(self.client.messages) != count:
                count, since = len(self.client.messages), time.monotonic()

    def named(self, path: str, text: str) -> tuple[float, set[str]]:
        """Milliseconds until the last new file was named, and the files."""
        self._remember()
        seen = len(self.client.messages)
        start = last = time.monotonic()
        self.show(path, text)
        files: set[str] = set()
        while time.monotonic() - max(start, last) < _QUIET_S:
            while seen < len(self.client.messages):
                new = self._files(self.client.messages[seen], path) - files
                seen += 1
                if new:
                    files |= new
                    last = time.monotonic()
            time.sleep(0.001)
        return (last - start) * 1000, files

    def _files(self, message: dict, path: str) -> set[str]:
        """The files that errors which were not there are in, or speak of."""
        if message.get("method") != "textDocument/publishDiagnostics":
            return set()
        uri, prefix = message["params"]["uri"], self.root.as_uri() + "/"
        errors = [item for item in message["params"]["diagnostics"] if item.get("severity") == 1]
        new = [item for item in errors if item["message"] not in self.known.get(uri, ())]
        related = (place for item in new for place in item.get("relatedInformation") or ())
        found = {place["location"]["uri"] for place in related} | ({uri} if new else set())
        return {one.removeprefix(prefix) for one in found} - {path}

    def _remember(self) -> None:
        for message in self.client.messages:
            if message.get("method") == "textDocument/publishDiagnostics":
                said = {item["message"] for item in message["params"]["diagnostics"]}
                self.known[message["params"]["uri"]] = said


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--edits", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        root = Path(work) / asked.folder.name
        shutil.copytree(asked.folder, root)
        for words in ("init -q", "add -A", "commit -qm all"):
            git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words.split()]
            subprocess.run(git, cwd=root, check=True)
        config, _ = load(root, {})
        build(root, config)
        snapshot = Snapshot.of(Index.open(root, config))
        found = candidates(snapshot)
        chosen = random.Random(asked.seed).sample(found, min(asked.edits, len(found)))
        langserver = str(Path(sys.executable).with_name("basedpyright-langserver"))
        with RawClient() as ours, RawClient([langserver, "--stdio"]) as theirs:
            sessions = {"flames": Session(ours, root), "basedpyright": Session(theirs, root)}
            time.sleep(_BEGIN_S)
            for d, callers in chosen:
                text, edited = d.source.decode(), (add_required(d) or b"").decode()
                row: list[str] = []
                for name, session in sessions.items():
                    session.show(d.path, text)
                    session.quiet()
                    took, files = session.named(d.path, edited)
                    hit = len(files & callers)
                    row.append(f"{name} {took:7.0f} ms, {hit} of {len(callers)} files")
                    session.show(d.path, text)
                    session.quiet()
                print(f"{d.path}::{d.name}: {'; '.join(row)}; load {os.getloadavg()[0]:.0f}")


if __name__ == "__main__":
    main()
