"""Work on other threads whose result comes back to the loop."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from flames_lsp.session.precedence import Precedence

log = logging.getLogger(__name__)
R = TypeVar("R")


class Background:
    """A failure is logged and counted, and never lost."""

    def __init__(
        self,
        executor: Executor,
        reads: Executor | None = None,
        precedence: Precedence | None = None,
    ) -> None:
        """`reads`: for what takes milliseconds, and must not queue behind a check of a second."""
        self._executor = executor
        self._reads = reads or executor
        self._precedence = precedence or Precedence()
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
        self._submit(self._executor, name, work, then, failed)

    def read(
        self,
        name: str,
        work: Callable[[], R],
        then: Callable[[R], None],
        failed: Callable[[], object] = lambda: None,
    ) -> None:
        """As `run`, before all that is run: an index that is stored is in force at once."""
        precedence = self._precedence

        def first() -> R:
            precedence.asked()
            try:
                return precedence.first(work)
            finally:
                precedence.answered()

        self._submit(self._reads, name, first, then, failed)

    def _submit(
        self,
        executor: Executor,
        name: str,
        work: Callable[[], R],
        then: Callable[[R], None],
        failed: Callable[[], object],
    ) -> None:
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
        asyncio.wrap_future(executor.submit(work)).add_done_callback(done)
