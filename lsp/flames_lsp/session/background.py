"""Work on another thread whose result comes back to the loop."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

log = logging.getLogger(__name__)
R = TypeVar("R")


class Background:
    """One executor; a failure is logged and counted, and never lost."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self.failures: Counter[str] = Counter()
        self.running: Counter[str] = Counter()

    def run(
        self,
        name: str,
        work: Callable[[], R],
        then: Callable[[R], None],
        failed: Callable[[], object] = lambda: None,
    ) -> None:
        """`then(work())`: the work on the executor, the rest on the loop. Also `failed` there."""

        def done(future: asyncio.Future[R]) -> None:
            self.running[name] -= 1
            if future.cancelled():
                failed()
            elif (error := future.exception()) is not None:
                self.failures[name] += 1
                log.error("%s failed", name, exc_info=error)
                failed()
            else:
                then(future.result())

        self.running[name] += 1
        asyncio.wrap_future(self._executor.submit(work)).add_done_callback(done)
