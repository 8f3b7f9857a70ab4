"""Collections wait for a quiet moment, and then happen."""

import asyncio
import gc
import subprocess
import sys
from pathlib import Path

import pytest
from flames_lsp.session.memory import Tidying, freeze


class Cycle:
    alive = 0

    def __init__(self) -> None:
        self.itself = self
        Cycle.alive += 1

    def __del__(self) -> None:
        Cycle.alive -= 1


@pytest.fixture
def frozen_garbage():
    gc.disable()
    garbage = Cycle()
    freeze()
    del garbage
    gc.collect()
    yield
    gc.enable()
    gc.unfreeze()
    gc.collect()


async def until_nothing_lives() -> None:
    deadline = asyncio.get_running_loop().time() + 30
    while Cycle.alive:
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0)


async def test_frozen_garbage_is_collected_in_the_quiet(frozen_garbage):
    assert Cycle.alive == 1  # the collector does not see it
    Tidying(quiet_s=0.0, resident_mb=lambda: 100.0).want()
    await until_nothing_lives()


async def test_typing_postpones_it(frozen_garbage):
    tidying = Tidying(quiet_s=0.02)
    tidying.want()
    deadline = asyncio.get_running_loop().time() + 0.05
    while asyncio.get_running_loop().time() < deadline:
        tidying.postpone()
        await asyncio.sleep(0)
    assert Cycle.alive == 1
    await until_nothing_lives()


async def test_typing_alone_collects_nothing(frozen_garbage):
    tidying = Tidying(quiet_s=0.0)
    tidying.postpone()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert Cycle.alive == 1


async def until_tidied(tidying: Tidying) -> None:
    deadline = asyncio.get_running_loop().time() + 30
    while tidying._timer is not None:
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0)


async def test_too_much_is_forgotten_in_the_quiet_and_not_at_every_pause():
    sizes, forgotten = {"now": 100.0}, []

    def forget() -> None:
        forgotten.append(sizes["now"])
        sizes["now"] = 350.0  # the rest of a large repository

    tidying = Tidying(quiet_s=0.0, forget=forget, resident_mb=lambda: sizes["now"])
    for size in (100.0, 399.0, 401.0, 460.0, 499.0, 501.0, 480.0):
        sizes["now"] = size
        tidying.postpone()
        await until_tidied(tidying)
    assert forgotten == [401.0, 501.0]


@pytest.mark.parametrize(
    ("replaced", "grown_mb", "is_collected"), [(1, 0, False), (1, 41, True), (20, 0, True)]
)
async def test_garbage_is_looked_for_when_some_is_likely(
    frozen_garbage, replaced, grown_mb, is_collected
):
    sizes = {"now": 100.0}
    tidying = Tidying(quiet_s=0.0, resident_mb=lambda: sizes["now"])
    tidying.want()
    await until_nothing_lives()
    garbage = Cycle()
    freeze()
    del garbage
    sizes["now"] += grown_mb
    for _ in range(replaced):
        tidying.want()
    await until_tidied(tidying)
    assert Cycle.alive != is_collected


async def test_what_is_forgotten_is_collected(frozen_garbage):
    tidying = Tidying(quiet_s=0.0, resident_mb=lambda: 1000.0)
    tidying.postpone()
    await until_nothing_lives()


def resident_kb() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


async def test_the_quiet_gives_what_is_free_back_to_the_system():
    block, count = 64 << 10, 500
    blocks = [bytearray(block) for _ in range(count)]
    held = bytearray(block)  # above them in the heap, so that they do not go by themselves
    blocks.clear()
    before = resident_kb()
    Tidying(quiet_s=0.0).want()
    deadline = asyncio.get_running_loop().time() + 5
    while resident_kb() > before - count * block // 1024 // 2:
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0)
    assert len(held) == block


THREADS = """
import re, threading
from pathlib import Path
from flames_indexer import heap

heap.share()
held, wait = [], threading.Barrier(5)

def work():
    wait.wait()
    held.append([bytearray(4096) for _ in range(100)])
    wait.wait()

threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
wait.wait()
wait.wait()
reserved = re.findall(r"([0-9a-f]+)-([0-9a-f]+) ---p", Path("/proc/self/maps").read_text())
print(sum(int(end, 16) - int(start, 16) > 32 << 20 for start, end in reserved))
"""


def test_all_threads_share_one_heap():
    """A heap of a thread's own reserves 64 MB of addresses."""
    run = subprocess.run(
        [sys.executable, "-c", THREADS], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "0"
