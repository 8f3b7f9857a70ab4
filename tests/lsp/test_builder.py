"""The builder's side in the server, against children that work, hang, and die."""

import asyncio
import os
import sys
import threading

import pytest
from flames_lsp.builder import Builder, Delays
from flames_lsp.builder.child import Child
from flames_lsp.wish import Wish

# Children in a few lines. `say` writes an event, `commands` are what the server wants.
PRELUDE = """
import json, os, sys, time
def say(event, **content):
    sys.stdout.write(json.dumps({"event": event, **content}) + "\\n")
    sys.stdout.flush()
def end(c, outcome="built", **content):
    say("end", top=c["top"], outcome=outcome, summary={"full": c["full"]}, **content)
commands = map(json.loads, sys.stdin)
def until(do):
    return next(c for c in commands if c["do"] == do)
"""
OBEDIENT = """
for c in commands:
    if c["do"] == "build":
        say("progress", top=c["top"], step="parse", done=1, total=2)
        end(c)
    if c["do"] == "watch":
        say("changed", top=c["top"])
"""
PATIENT = """
for c in commands:
    if c["do"] == "build":
        until("cancel")
        end(c, "cancelled")
"""
DEAF = """
for c in commands:
    if c["do"] == "build":
        say("progress", top=c["top"], step="parse", done=0, total=1)
        while True:
            time.sleep(60)
"""
DYING = """
c = until("build")
say("crash", reason="MemoryError")
os._exit(1)
"""
# Dies on its first life only: the marker file tells the lives apart.
RECOVERING = """
c = until("build")
if not os.path.exists(MARK):
    open(MARK, "w").close()
    os._exit(9)
end(c)
for c in commands:
    pass
"""
REFUSING = """
for c in commands:
    if c["do"] == "build":
        end(c, "failed", reason="no symbols")
"""


class Listener:
    def __init__(self) -> None:
        self.events: list[tuple] = []
        self.happened = asyncio.Event()

    def _add(self, *event: object) -> None:
        self.events.append(event)
        self.happened.set()

    def build_started(self, top):
        self._add("started", top)

    def build_progressed(self, top, step, done, total):
        self._add("progressed", top, step, done, total)

    def build_ended(self, top, outcome, summary, reason):
        self._add(outcome, top, reason, summary)

    def build_stored(self, top):
        self._add("stored", top)

    def files_changed(self, top, paths):
        self._add("changed", top, paths)

    def watch_changed(self, top, problem):
        self._add("watching", top, problem)

    async def until(self, name: str, times: int = 1) -> tuple:
        while len(found := [e for e in self.events if e[0] == name]) < times:
            self.happened.clear()
            await asyncio.wait_for(self.happened.wait(), 30)
        return found[times - 1]

    def names(self) -> list[str]:
        return [event[0] for event in self.events]


@pytest.fixture
async def start():
    builders = []

    def started(script: str) -> tuple[Builder, Listener]:
        listener = Listener()
        command = [sys.executable, "-I", "-c", PRELUDE + script]
        delays = Delays(grace=0.05, back_off=(0.0, 0.01, 0.01), idle=0.0)
        builders.append(Builder(listener, command, delays))
        return builders[-1], listener

    yield started
    for builder in builders:
        await builder.stop()


async def test_a_build_tells_its_start_progress_and_end(start):
    builder, listener = start(OBEDIENT)
    builder.build("/a", {})
    assert await listener.until("built") == ("built", "/a", "", {"full": False})
    assert listener.events[:2] == [("started", "/a"), ("progressed", "/a", "parse", 1, 2)]
    assert not builder.busy


async def test_builds_run_one_after_the_other(start):
    builder, listener = start(OBEDIENT)
    builder.build("/a", {})
    builder.build("/b", {})
    await listener.until("built", 2)
    order = [e[:2] for e in listener.events if e[0] in ("started", "built")]
    assert order == [("started", "/a"), ("built", "/a"), ("started", "/b"), ("built", "/b")]


async def test_wishes_for_a_waiting_build_become_one_and_keep_full(start):
    builder, listener = start(OBEDIENT)
    builder.build("/a", {}, Wish(full=True))
    builder.build("/a", {})
    await listener.until("built")
    assert listener.events[-1][3] == {"full": True}
    assert listener.names().count("started") == 1


async def test_a_wish_during_a_build_builds_once_more(start):
    builder, listener = start(OBEDIENT)
    builder.build("/a", {})
    await listener.until("started")
    builder.build("/a", {})
    builder.build("/a", {})
    await listener.until("built", 2)
    assert listener.names().count("started") == 2


async def test_a_cancel_is_heard(start):
    builder, listener = start(PATIENT)
    builder.build("/a", {})
    await listener.until("started")
    builder.cancel("/a")
    await listener.until("cancelled")


async def test_a_build_that_does_not_listen_is_killed_and_another_child_goes_on(start):
    builder, listener = start(DEAF)
    builder.build("/a", {})
    await listener.until("progressed")
    builder.cancel("/a")
    await listener.until("cancelled")
    builder.build("/b", {})
    await listener.until("progressed", 2)


async def test_a_cancelled_wish_is_never_built(start):
    builder, listener = start(PATIENT)
    builder.build("/a", {})
    builder.build("/b", {})
    await listener.until("started")
    builder.cancel("/b")
    await listener.until("cancelled")
    assert [e for e in listener.events if e[1] == "/b"] == [("cancelled", "/b", "", None)]


async def test_a_child_that_dies_is_started_again_and_builds(start, tmp_path):
    builder, listener = start(f"MARK = {str(tmp_path / 'mark')!r}\n{RECOVERING}")
    builder.build("/a", {})
    await listener.until("built")
    assert listener.names() == ["started", "started", "built"]


async def test_a_build_that_keeps_killing_its_child_is_given_up_with_the_reason(start):
    builder, listener = start(DYING)
    builder.build("/a", {})
    assert "3 times: MemoryError" in (await listener.until("failed"))[2]
    assert listener.names().count("started") == 3


async def test_a_refused_build_is_told_with_its_reason(start):
    builder, listener = start(REFUSING)
    builder.build("/a", {})
    assert (await listener.until("failed"))[2] == "no symbols"


async def test_a_watched_folder_is_watched_again_after_a_death(start, tmp_path):
    script = f"MARK = {str(tmp_path / 'mark')!r}\n{RECOVERING}".replace('"build"', '"watch"')
    script = script.replace("end(c)", 'say("changed", top=c["top"])')
    builder, listener = start(script)
    builder.watch("/a", {})
    assert await listener.until("changed", 2) == ("changed", "/a", None)


async def test_stop_ends_the_child(start):
    builder, listener = start(DEAF)
    builder.build("/a", {})
    await listener.until("progressed")
    process = builder._process
    await builder.stop()
    assert process.returncode is not None


# Stores a generation and goes on until it is stopped; the second build ends by itself.
IN_TURNS = """
c = until("build")
say("stored", top=c["top"])
until("cancel")
say("end", top=c["top"], outcome="cancelled")
c = until("build")
say("end", top=c["top"], outcome="built", summary={k: c[k] for k in ("saved", "first")})
for c in commands:
    pass
"""
# Large after each build; its summary tells one life from another.
LARGE = """
for c in commands:
    if c["do"] == "build":
        say("end", top=c["top"], outcome="built", summary=os.getpid(), memory_mb=1000)
"""


async def test_a_save_stops_the_part_that_nobody_waits_for(start):
    builder, listener = start(IN_TURNS)
    builder.build("/a", {}, Wish(saved=frozenset({"x.py"})))
    await listener.until("stored")
    builder.build("/a", {}, Wish(saved=frozenset({"y.py"}), first=frozenset({"x.py"})))
    said = {"saved": ["y.py"], "first": ["x.py"]}
    assert await listener.until("built") == ("built", "/a", "", said)
    assert listener.names() == ["started", "stored", "started", "built"]


async def test_saves_that_wait_become_one_build(start):
    builder, listener = start(OBEDIENT)
    builder.build("/a", {}, Wish(saved=frozenset({"x.py"})))
    builder.build("/a", {}, Wish(saved=frozenset({"y.py"})))
    builder.build("/b", {})
    await listener.until("built", 2)
    assert listener.names().count("started") == 2


async def test_a_large_child_that_rests_makes_place_for_another(start):
    builder, listener = start(LARGE)
    builder.watch("/a", {})
    builder.build("/a", {})
    first = await listener.until("built")
    assert await listener.until("changed") == ("changed", "/a", None)  # what nobody watched
    builder.build("/a", {})
    assert (await listener.until("built", 2))[3] != first[3]


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (Wish(), Wish(saved=frozenset("b")), Wish()),
        (Wish(saved=frozenset("a")), Wish(), Wish()),
        (Wish(saved=frozenset("a")), Wish(saved=frozenset("b")), Wish(saved=frozenset("ab"))),
        (Wish(full=True), Wish(first=frozenset("b")), Wish(full=True, first=frozenset("b"))),
    ],
)
def test_two_wishes_become_one_that_does_for_both(one, other, both):
    assert one.joined(other) == both


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is the process that is nice")
def test_only_what_nobody_waits_for_gives_way_to_other_processes(monkeypatch):
    niceness, over = [], threading.Semaphore(0)

    def build(_self, _command):
        niceness.append(os.getpriority(os.PRIO_PROCESS, 0))
        over.release()

    monkeypatch.setattr(Child, "_build", build)
    monkeypatch.setattr(Child, "_prepare", lambda *_: None)
    child = Child(lambda _: None)
    threading.Thread(target=child.work, daemon=True).start()
    for saved in (["a.py"], None, ["a.py"]):
        child.take({"do": "build", "saved": saved})
        assert over.acquire(timeout=5)
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert niceness == [ours, min(ours + 10, 19), ours]
