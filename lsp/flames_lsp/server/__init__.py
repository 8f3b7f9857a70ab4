"""The server process: a loop, threads for answers, searches and checks, and a child that builds."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from typing import BinaryIO

from flames_indexer import heap

from flames_lsp.protocol.process import take_stdio
from flames_lsp.server.application import Application
from flames_lsp.server.methods import register

# Facts and edges of one key press are some 100,000 objects, hardly any in cycles.
_COLLECT_AFTER = (50_000, 20, 20)
_SWITCH_INTERVAL_S = 0.0005  # a thread that parses must not keep the loop from a key press


def serve() -> int:
    """Serves stdin and stdout until the client goes; the exit code."""
    heap.share()
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    gc.set_threshold(*_COLLECT_AFTER)
    incoming, outgoing = take_stdio()
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("pygls").setLevel(logging.WARNING)
    return asyncio.run(_serve(incoming, outgoing))


async def _serve(incoming: BinaryIO, outgoing: BinaryIO) -> int:
    application = Application()
    register(application)
    code = await application.protocol.converse(incoming, outgoing)
    await application.builder.stop()
    return code
