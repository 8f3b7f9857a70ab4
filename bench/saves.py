"""What a save costs until the answers hold again: through the real server, on real symbols.

*Body*: a statement is put into a function, which no other file can see; measured until the next
generation is in force. *Renamed*: a used function or class gets another name; measured until an
open file that uses it answers accordingly, and until nothing is pending any more. Both as wall
time, which is what the limits are of, and as CPU time of the server and its builder. A save waits
until the server has done with the one before.
The symbols are drawn by a seed: the most used of the repository, the middle, and the rest.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from clocks import Times, cpu_ms
from raw import RawClient

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot
    from flames_indexer.model import Span

LIMITS_MS = {"body": 300, "renamed_open_file": 1000, "renamed_rest": 5000}
_GIVE_UP_S = 60
_POLL_S = 0.01
_IDLE_S, _IDLE_MS = 0.5, 30  # so little CPU in so long: status alone costs some
_KINDS = ("function", "class")


def _written(snapshot: Snapshot, span: Span) -> str:
    source = snapshot.source(span.path) or b""
    return source[span.start : span.end].decode()


@dataclass(frozen=True)
class Case:
    """A symbol, and a use of it in another file."""

    path: str
    name_end: int  # byte
    body: int  # where a statement can be put
    user: str
    use: int


def cases(root: Path, wanted: int, seed: int = 11) -> list[Case]:
    """Of each third by number of uses, equally many."""
    from flames_indexer.config import load
    from flames_indexer.index import Index, Snapshot

    snapshot = Snapshot.of(Index.open(root, load(root)[0]))
    users: dict[str, set[str]] = {}
    for path in snapshot.paths():
        for edge in snapshot.edges_in(path):
            if not edge.target.startswith((f"{path}::", "ext:")) and _is_outermost(edge.target):
                users.setdefault(edge.target, set()).add(path)
    ranked = sorted(users, key=lambda symbol: (-len(users[symbol]), symbol))
    drawn = random.Random(seed)
    thirds = [ranked[:20], ranked[20:400], ranked[400:]]
    found: list[Case] = []
    for n, third in enumerate(thirds, 1):
        drawn.shuffle(third)
        some = (case for symbol in third if (case := _case(snapshot, symbol)) is not None)
        found += islice(some, wanted * n // 3 - len(found))
    return found


def _is_outermost(symbol: str) -> bool:
    return "." not in symbol.partition("::")[2]


def _case(snapshot: Snapshot, symbol: str) -> Case | None:
    """Python functions and classes at the top of their file, that a call in another one names."""
    from flames_indexer.facts import DefinitionKind

    known = snapshot.symbol(symbol)
    if known is None or known.kind.label not in _KINDS or not known.path.endswith(".py"):
        return None
    facts, table = snapshot.facts(known.path), snapshot.facts(known.path).definitions
    kind = DefinitionKind.FUNCTION
    functions = [row for row in range(len(table)) if table.kind[row] == kind]
    uses = [
        edge
        for edge in snapshot.edges_to(symbol)
        if edge.span.path != known.path
        and edge.kind.label == "call"
        and edge.span.path.endswith(".py")
        and _written(snapshot, edge.span) == known.name
    ]
    bodies = [table.body_start[row] for row in functions if table.body_start[row] > 0]
    if not uses or not bodies or facts is None:
        return None
    name = known.name_span
    return Case(known.path, name.end, bodies[0], uses[0].span.path, uses[0].span.start)


class Saver:
    """One server with the files of the cases open, as an editor has them."""

    def __init__(self, client: RawClient, root: Path) -> None:
        self.client = client
        self.root = root
        self.versions: dict[str, int] = {}

    def open(self, path: str) -> None:
        if path not in self.versions:
            self.versions[path] = 1
            self.client.open((self.root / path).as_uri(), (self.root / path).read_text())

    def save(self, path: str, text: bytes) -> None:
        self.versions[path] += 1
        uri = (self.root / path).as_uri()
        document = {"uri": uri, "version": self.versions[path]}
        changes = [{"text": text.decode()}]
        self.client.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": changes}
        )
        (self.root / path).write_bytes(text)
        self.client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})

    def state(self) -> dict:
        told = self.client.result("workspace/executeCommand", {"command": "flames.status"})
        return told["roots"][0]

    def until(self, holds: Callable[[dict], bool]) -> float:
        """Seconds until `holds(state)`."""
        start = time.perf_counter()
        while not holds(self.state()):
            assert time.perf_counter() - start < _GIVE_UP_S, self.state()
            time.sleep(_POLL_S)
        return time.perf_counter() - start

    def rest(self) -> None:
        self.until(lambda s: not s["building"] and not s["pending"])

    def idle(self) -> None:
        """Until nothing of what came before is being looked at: people pause between saves."""
        used = -_IDLE_MS
        while (now := cpu_ms(self.client.process.pid)) - used >= _IDLE_MS:
            used = now
            time.sleep(_IDLE_S)

    def put_back(self, path: str, text: bytes) -> None:
        """What is measured next is not built together with this."""
        before = self.state()["generation"]
        self.save(path, text)
        self.until(lambda s: s["generation"] > before)
        self.rest()

    def meant(self, case: Case) -> str:
        """The symbol that the use is said to mean; "" when that is not known."""
        before = (self.root / case.user).read_bytes()[: case.use]
        line, column = before.count(b"\n"), len(before) - before.rfind(b"\n") - 1
        at = {"line": line, "character": column}
        uri = (self.root / case.user).as_uri()
        params = {"textDocument": {"uri": uri}, "position": at}
        found = self.client.result("textDocument/hover", params)
        return found["contents"]["value"].partition("\n")[0] if found else ""


def saves(client: RawClient, root: Path, wanted: int) -> dict[str, object]:
    """All cases, one after the other; every file is as it was in the end."""
    saver = Saver(client, root)
    times = {name: Times() for name in LIMITS_MS}
    cpu = {"body": Times(), "renamed": Times()}
    most_pending = 0
    for case in cases(root, wanted):
        saver.open(case.path)
        saver.open(case.user)
        saver.rest()
        text = (root / case.path).read_bytes()
        _body(saver, case, text, times, cpu)
        most_pending = max(most_pending, _renamed(saver, case, text, times, cpu))
    rows = {name: {**times[name].summary(), "limit": LIMITS_MS[name]} for name in LIMITS_MS}
    costs = {f"{name}_cpu": cpu[name].summary() for name in cpu}
    return {**rows, **costs, "most_pending": most_pending}


def _body(saver: Saver, case: Case, text: bytes, times: dict, cpu: dict) -> None:
    saver.idle()
    before = saver.state()["generation"]
    indent = case.body - text.rfind(b"\n", 0, case.body) - 1
    inside = text[: case.body] + b"pass\n" + b" " * indent + text[case.body :]
    used, start = cpu_ms(saver.client.process.pid), time.perf_counter()
    saver.save(case.path, inside)
    saver.until(lambda s: s["generation"] > before)
    times["body"].samples.append((time.perf_counter() - start) * 1000)
    saver.rest()
    cpu["body"].samples.append(cpu_ms(saver.client.process.pid) - used)
    saver.put_back(case.path, text)


def _renamed(saver: Saver, case: Case, text: bytes, times: dict, cpu: dict) -> int:
    """The most files that were pending at once."""
    pending = 0
    meant = saver.meant(case)
    if not meant:
        return pending
    saver.idle()
    before = saver.state()["generation"]
    used, began = cpu_ms(saver.client.process.pid), time.perf_counter()
    saver.save(case.path, text[: case.name_end] + b"_renamed" + text[case.name_end :])
    while saver.meant(case) == meant:
        assert time.perf_counter() - began < _GIVE_UP_S, case
        time.sleep(_POLL_S)
    times["renamed_open_file"].samples.append((time.perf_counter() - began) * 1000)

    def over(state: dict) -> bool:
        nonlocal pending
        pending = max(pending, state["pending"])
        return state["generation"] > before and not state["building"] and not state["pending"]

    saver.until(over)
    times["renamed_rest"].samples.append((time.perf_counter() - began) * 1000)
    cpu["renamed"].samples.append(cpu_ms(saver.client.process.pid) - used)
    saver.put_back(case.path, text)
    return pending


def over_limit(rows: dict[str, object]) -> Iterable[str]:
    """The rows that miss their limit."""
    return [name for name, limit in LIMITS_MS.items() if rows[name]["p95"] > limit]
