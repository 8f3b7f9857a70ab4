"""When checks run, which of their results are still wanted, and what is published.

An edited buffer is looked at twice: a glance, which needs no name of it resolved again, and the
whole check. Each open document has at most one of them coming or running. A key press restarts its
delay and supersedes the one that runs; a result is published only with the version it was computed
from, and only while that version is the current one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from flames_lsp.features import diagnostics
from flames_lsp.features.findings import Known

if TYPE_CHECKING:
    from flames_indexer.model import Finding
    from lsprotocol import types as t

    from flames_lsp.features.view import View
    from flames_lsp.session.background import Background
    from flames_lsp.session.engine import Engine, Opened

_PARSE_AFTER = 0.5  # of the delay: most keys come sooner, and a parse of 3,000 lines takes 20 ms


@dataclass(slots=True, eq=False)
class Run:
    """One check of one document. The checks' thread reads `superseded`, the loop sets it."""

    uri: str
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """What a check looks at: one version of one open document, in one state of its root."""

    view: View
    opened: Opened
    path: str
    version: int
    contract: object | None  # what other files saw of it when it was last checked


@dataclass(frozen=True, slots=True)
class Verdict:
    """What only a whole check tells. `touched`: other open files that use this one, when what
    they can see of it changed. `failed`: rules that could not be run."""

    contract: object
    touched: tuple[str, ...]
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """Findings of a text, as the client is shown them."""

    known: Known
    diagnostics: list[t.Diagnostic]
    verdict: Verdict | None = None


class Checking:
    """Delays and supersedes. `target` and `publish` are the session's."""

    def __init__(
        self,
        engine: Engine,
        background: Background,
        target: Callable[[str], Target | None],
        publish: Callable[[str, Target, Result], None],
    ) -> None:
        self._engine = engine
        self._background = background
        self._target = target
        self._publish = publish
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._runs: dict[str, Run] = {}

    def want(self, uri: str, delay_s: float) -> None:
        """Checks `uri` after `delay_s` of quiet; whatever was coming or running is dropped."""
        self.drop(uri)
        if delay_s:
            self._later(uri, delay_s * _PARSE_AFTER, self._parse, delay_s * (1 - _PARSE_AFTER))
        else:
            self._later(uri, 0.0, self._due)

    def drop(self, uri: str) -> None:
        if (timer := self._timers.pop(uri, None)) is not None:
            timer.cancel()
        if (run := self._runs.pop(uri, None)) is not None:
            run.superseded = True

    def is_coming(self, uri: str) -> bool:
        return uri in self._timers or uri in self._runs

    def is_due(self, uri: str) -> bool:
        """Whether one will begin, and see what there is then."""
        return uri in self._timers

    @property
    def quiet(self) -> bool:
        return not self._timers and not self._runs

    def _later(self, uri: str, delay_s: float, call: Callable[..., None], *more: float) -> None:
        loop = asyncio.get_running_loop()
        self._timers[uri] = loop.call_later(delay_s, call, uri, *more)

    def _parse(self, uri: str, delay_s: float) -> None:
        """Half way through the quiet: the buffer is parsed, so that its end finds it ready."""
        self._later(uri, delay_s, self._due)
        if (target := self._target(uri)) is not None:
            parse = partial(self._engine.parse, target.view.snapshot, target.path)
            self._background.run("parse", parse, lambda _: None)

    def _due(self, uri: str) -> None:
        del self._timers[uri]
        target = self._target(uri)
        if target is None:
            return
        self._runs[uri] = run = Run(uri)
        if self._engine.glances(target.view.snapshot, target.path):
            self._background.run(
                "check",
                lambda: glance(self._engine, target, lambda: run.superseded),
                lambda result: self._glanced(run, target, result),
                lambda: self._is_over(run),
            )
        else:
            self._look(run, target)

    def _glanced(self, run: Run, target: Target, result: Result | None) -> None:
        if not run.superseded and result is not None:
            self._publish(run.uri, target, result)
            self._look(run, target)

    def _look(self, run: Run, target: Target) -> None:
        self._background.run(
            "check",
            lambda: check(self._engine, target, lambda: run.superseded),
            lambda result: self._done(run, target, result),
            lambda: self._is_over(run),
        )

    def _done(self, run: Run, target: Target, result: Result | None) -> None:
        if self._is_over(run) and result is not None:
            self._publish(run.uri, target, result)

    def _is_over(self, run: Run) -> bool:
        """Whether `run` was still wanted; it is then done."""
        if run.superseded or self._runs.get(run.uri) is not run:
            return False
        del self._runs[run.uri]
        return True


def glance(engine: Engine, target: Target, superseded: Callable[[], bool]) -> Result | None:
    """What can be told without resolving the buffer's names again: the rules that read text.
    What the others found last stays until the whole check."""
    if superseded():
        return None
    view, path = target.view, target.path
    checked = engine.glance(view.snapshot, path, target.opened, superseded)
    if superseded():
        return None
    kept = (f for f in view.findings(path) if f.rule not in checked.rules)
    return _result(view, path, (*checked.findings, *kept))


def check(engine: Engine, target: Target, superseded: Callable[[], bool]) -> Result | None:
    """On the checks' thread, over frozen values only; None when nobody wants it any more."""
    if superseded():
        return None
    view, path = target.view, target.path
    checked = engine.check(view.snapshot, path, target.opened, superseded)
    if superseded():
        return None
    contract = engine.contract(view.snapshot, path)
    known = target.contract or engine.contract(target.opened.snapshot, path)
    others = [p for p in view.buffers if p != path] if contract != known else []
    touched = tuple(p for p in others if engine.touches(view.snapshot, p, path))
    result = _result(view, path, checked.findings)
    return replace(result, verdict=Verdict(contract, touched, checked.failed))


def _result(view: View, path: str, findings: tuple[Finding, ...]) -> Result:
    text = view.text(path)
    source = text.source if text is not None else b""
    return Result(Known(source, findings), diagnostics.diagnostics(view, path, findings))
