"""JSON-RPC as the specification asks it, on top of pygls.

What pygls leaves open and this closes: every request is answered (invalid parameters, before
`initialize`, after `shutdown`, cancelled, failed), errors are logged and counted and never shown
to the user, any bytes may come in, and the exit code tells whether `shutdown` came first.

A handler is a plain function called in the order of the messages. It returns its result, or an
`asyncio.Future` of it when the work happens elsewhere; that is what can be cancelled.
"""

import asyncio
import json
import logging
import threading
from collections import Counter
from functools import partial
from typing import Any, BinaryIO

from flames_indexer.errors import Cancelled, FlamesError
from lsprotocol import types as t
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

from flames_lsp.protocol import framing

log = logging.getLogger(__name__)

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
NOT_INITIALIZED = -32002
REQUEST_CANCELLED = -32800
REQUEST_FAILED = -32803

Id = int | str
Json = Any  # what json.loads gives: foreign by nature


class FlamesProtocol(LanguageServerProtocol):
    """One client's conversation. Lives on the loop's thread."""

    def __init__(self, server: LanguageServer, converter: Any) -> None:  # noqa: ANN401 (cattrs)
        super().__init__(server, converter)
        # pygls' own handlers would keep a second copy of every document, and be cancelled by none
        self.fm.builtin_features.clear()
        self.fm.add_builtin_feature(t.INITIALIZE, self._negotiate)
        self.failures: Counter[str] = Counter()
        self.accepting = False  # between initialize and shutdown
        self._running: dict[Id, asyncio.Future[Any]] = {}
        self._ended: asyncio.Future[int] | None = None

    async def converse(self, incoming: BinaryIO, outgoing: BinaryIO) -> int:
        """Answers `incoming` until exit or end of stream; the process's exit code."""
        loop = asyncio.get_running_loop()
        self._ended = loop.create_future()
        self._outgoing = outgoing

        def read() -> None:
            for body in framing.bodies(incoming):
                loop.call_soon_threadsafe(self.receive, body)
            loop.call_soon_threadsafe(self.end)

        threading.Thread(target=read, name="reader", daemon=True).start()
        return await self._ended

    def end(self) -> None:
        """Stops the conversation: exit came, or the client is gone."""
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(0 if self._shutdown else 1)

    def receive(self, body: bytes) -> None:
        """Takes one message. Nothing in it can raise."""
        try:
            message: Json = json.loads(body)
        except (ValueError, RecursionError) as error:
            self._refuse(None, PARSE_ERROR, f"not JSON: {type(error).__name__}")
            return
        if not isinstance(message, dict):
            self._refuse(None, INVALID_REQUEST, "expected one JSON object")
            return
        method, ident = message.get("method"), _id(message)
        if isinstance(method, str) and "id" not in message:
            self._take_notification(method, message)
        elif isinstance(method, str) and ident is not None:
            self._take_request(ident, method, message)
        elif method is None and ident is not None:
            self._take_response(ident, message)
        else:
            self._refuse(None, INVALID_REQUEST, "neither a request, a notification nor a response")

    def _negotiate(self, params: t.InitializeParams) -> t.InitializeResult:
        """pygls' negotiation; our own `initialize` feature runs inside it."""
        steps = self.lsp_initialize(params)
        try:
            handler, args, _ = next(steps)
            while True:
                handler, args, _ = steps.send(handler(*args))
        except StopIteration as end:
            self.accepting = True
            return end.value

    def _take_notification(self, method: str, message: Json) -> None:
        if method == t.EXIT:
            self.end()
        elif not self.accepting:
            log.info("%s ignored outside initialize … shutdown", method)
        elif method == t.CANCEL_REQUEST:
            self._cancel(message.get("params"))
        elif (handler := self.fm.features.get(method)) is not None:
            try:
                handler(self._structured(method, message).params)
            except Exception:  # around one notification
                self._count(method)

    def _take_request(self, ident: Id, method: str, message: Json) -> None:
        if (refusal := self._refusal(method)) is not None:
            self._refuse(ident, *refusal)
            return
        handler = self.fm.builtin_features.get(method) or self.fm.features[method]
        try:
            params = self._structured(method, message).params
        except Exception as error:  # around one request: cattrs raises what it likes
            log.warning("%s: invalid parameters: %s", method, type(error).__name__)
            self._refuse(ident, INVALID_PARAMS, f"invalid parameters for {method}")
            return
        try:
            result = handler(params)
        except Exception as error:  # around one request
            self._fail(ident, method, error)
            return
        if isinstance(result, asyncio.Future):
            self._running[ident] = result
            result.add_done_callback(partial(self._finish, ident, method))
        else:
            self._respond(ident, result)

    def _refusal(self, method: str) -> tuple[int, str] | None:
        if self._shutdown:
            return INVALID_REQUEST, "the server is shutting down"
        if not self.accepting and method != t.INITIALIZE:
            return NOT_INITIALIZED, "initialize comes first"
        if self.accepting and method == t.INITIALIZE:
            return INVALID_REQUEST, "initialize comes once"
        if method not in self.fm.features and method not in self.fm.builtin_features:
            return METHOD_NOT_FOUND, f"no such method: {method}"
        return None

    def shut_down(self) -> None:
        """From here on requests are refused; running ones are cancelled."""
        self._shutdown = True
        self.accepting = False
        for future in list(self._running.values()):
            future.cancel()

    def _take_response(self, ident: Id, message: Json) -> None:
        self._result_types.pop(ident, None)
        future = self._request_futures.pop(ident, None)
        if future is None or future.done():
            return
        error = message.get("error")
        if error is None:
            future.set_result(message.get("result"))
        else:
            code = error.get("code") if isinstance(error, dict) else None
            future.set_exception(JsonRpcException(f"the client refused: {code}"))

    def _structured(self, method: str, message: Json) -> Any:  # noqa: ANN401 (the method's type)
        kind = self.get_message_type(method)
        if kind is None:
            raise JsonRpcException(f"no type for {method}")
        if method in (t.INITIALIZED, t.SHUTDOWN):
            message = {**message, "params": {} if method == t.INITIALIZED else None}
        return self._converter.structure(message, kind)

    def _cancel(self, params: Json) -> None:
        ident = params.get("id") if isinstance(params, dict) else None
        if isinstance(ident, int | str) and (future := self._running.get(ident)) is not None:
            future.cancel()

    def _finish(self, ident: Id, method: str, done: asyncio.Future[Any]) -> None:
        self._running.pop(ident, None)
        if done.cancelled():
            self._refuse(ident, REQUEST_CANCELLED, "cancelled")
        elif (error := done.exception()) is not None:
            self._fail(ident, method, error)
        else:
            self._respond(ident, done.result())

    def _fail(self, ident: Id, method: str, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            self._refuse(ident, REQUEST_CANCELLED, "cancelled")
        elif isinstance(error, FlamesError):  # a sentence for the user
            self._refuse(ident, REQUEST_FAILED, str(error))
        elif isinstance(error, JsonRpcException):
            self._refuse(ident, error.code, error.message)
        else:
            self._count(method, error)
            self._refuse(ident, INTERNAL_ERROR, f"{method} failed; the log says why")

    def _count(self, method: str, error: BaseException | None = None) -> None:
        self.failures[method] += 1
        log.error("%s failed", method, exc_info=error or True)

    def _respond(self, ident: Id, result: object) -> None:
        self._send_data({"jsonrpc": self.VERSION, "id": ident, "result": result})

    def _refuse(self, ident: Id | None, code: int, message: str) -> None:
        error = {"code": code, "message": message}
        self._send_data({"jsonrpc": self.VERSION, "id": ident, "error": error})

    def _send_data(self, data: object) -> None:
        body = json.dumps(data, default=self._serialize_message).encode()
        try:
            self._outgoing.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            self._outgoing.flush()
        except OSError:  # nobody listens any more
            self.end()


def _id(message: Json) -> Id | None:
    """A request's or response's id; None when there is none that an answer could carry."""
    ident = message.get("id")
    return ident if isinstance(ident, int | str) and not isinstance(ident, bool) else None
