"""Where files are derived: in this process, or in a pool when there is very much to do."""

import multiprocessing
import os
from collections.abc import Generator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from flames_indexer.config import Config

# Bytes of source to read: about 700,000 lines. Workers cost 12 to 28 % more CPU than this process
# alone, and facts that come from them must be decoded again; they save less than half of the wait,
# because resolving is serial. Below, CPU is worth more.
POOL_FROM_BYTES = 26_000_000


@contextmanager
def pool(config: Config, todo_bytes: int) -> Generator[Executor | None]:
    """An executor for `todo_bytes` of source, or None: do it here. Workers are spawned."""
    count = config.workers or (min(os.cpu_count() or 1, 8) if todo_bytes > POOL_FROM_BYTES else 1)
    if count < 2:
        yield None
        return
    spawn = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(count, mp_context=spawn)
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
