"""Collections wait for a quiet moment, and then happen."""

import asyncio
import gc

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
    Tidying(quiet_s=0.0).want()
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
