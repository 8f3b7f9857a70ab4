"""A tiny indexer over strings, and a client that remembers: the session's rules need no more."""

import re
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from pathlib import Path

from flames_indexer.config import load
from flames_indexer.model import Certainty, Coverage, Finding, RelatedPlace, Severity, Span
from flames_indexer.trace import Trace
from flames_lsp.session.engine import Checked, Opened
from lsprotocol import types as t


@dataclass(frozen=True)
class FakeIndex:
    sources: dict[str, bytes]
    generation: int = 1
    pending: int = 0

    @property
    def damaged(self):
        return set()

    def files(self):
        return self.sources

    def exists(self, path):
        return path in self.sources

    def source(self, path):
        return self.sources.get(path)

    def forget(self):
        pass

    def changed_since(self, old):
        if self.sources.keys() != old.sources.keys():
            return None
        return {path for path, source in self.sources.items() if source != old.sources[path]}


@dataclass(frozen=True)
class FakeSnapshot:
    """Says "FOUND" of every `bad()` call, related to the line `def bad` of any other file."""

    index: FakeIndex
    overlays: dict[str, bytes] = field(default_factory=dict)
    edits: int = 0

    def with_edit(self, path, source, version, edit):
        return replace(self, overlays={**self.overlays, path: source}, edits=self.edits + 1)

    def without(self, path):
        return replace(self, overlays={p: s for p, s in self.overlays.items() if p != path})

    def with_index(self, index):
        return replace(self, index=index)

    def source(self, path):
        return self.overlays.get(path, self.index.sources.get(path))

    def version(self, path):
        return 0 if path in self.overlays else None

    def is_settled(self, path):
        return True

    def at_once(self):
        return self

    def derived(self, key, make):
        return make()

    def coverage(self):
        return Coverage()

    def paths(self):
        return sorted({**self.index.sources, **self.overlays})


class FakeEngine:
    """Roots are folders that hold a file `.top`. `disk` is what the next `open` finds."""

    def __init__(self) -> None:
        self.disk: dict[str, FakeIndex] = {}
        self.checked: list[str] = []
        self.opened: list[tuple[str, dict]] = []
        self.fails: set[str] = set()
        self.warmed: list[str] = []
        self.glanced = None  # (snapshot, path) -> findings of the rule `textual`
        self.during_check: Callable[[], None] = lambda: None
        self.tops: dict[str, str] = {}

    def handles(self, path):
        return path.endswith(".py")

    def top_of(self, folder):
        return self.tops.get(folder, folder)

    def open(self, top, overrides, old):
        self.opened.append((top, dict(overrides)))
        index = self.disk.get(top, FakeIndex({}, 0))
        config, warnings = load_without_files(overrides)
        return Opened(config, index, FakeSnapshot(index), Trace(None), warnings=warnings)

    def generation(self, opened):
        return max((index.generation for index in self.disk.values()), default=0)

    def check(self, snapshot, path, opened, superseded):
        self.checked.append(path)
        self.during_check()
        if path in self.fails:
            raise RuntimeError("a check is broken")
        source = snapshot.source(path)
        found = re.finditer(rb"bad\(\)", source)
        return Checked(tuple(finding(snapshot, path, match) for match in found))

    def parse(self, snapshot, path):
        self.checked.append(f"parse {path}")

    def glances(self, snapshot, path):
        return self.glanced is not None and path in snapshot.overlays

    def glance(self, snapshot, path, opened, superseded):
        self.checked.append(f"glance {path}")
        return Checked(self.glanced(snapshot, path), frozenset({"textual"}))

    def warm_up(self, snapshot, path):
        self.warmed.append(path)

    def contract(self, snapshot, path):
        return re.findall(rb"def (\w+\(.*?\))", snapshot.source(path) or b"")

    def disturbed(self, now, before, paths):
        changed = now.index.changed_since(before.index)
        if changed is None:
            return paths
        return [p for p in paths if any(self.touches(now.snapshot, p, c) for c in changed)]

    def touches(self, snapshot, path, changed):
        names = re.findall(rb"def (\w+)", snapshot.index.sources.get(changed, b""))
        return any(name in snapshot.source(path) for name in names)


def item(uri: str, text: str, version: int = 1) -> t.TextDocumentItem:
    return t.TextDocumentItem(uri, "python", version, text)


NOWHERE = Path("/nonexistent")


def load_without_files(overrides):
    config, warnings = load(NOWHERE, overrides)
    return config, tuple(str(warning) for warning in warnings)


def finding(snapshot, path, match):
    related = tuple(
        RelatedPlace(Span(other, at, at + 7), f"{other}::bad", "defined here")
        for other in snapshot.paths()
        if other != path and (at := snapshot.source(other).find(b"def bad")) >= 0
    )
    return Finding(
        rule="parallel-logic",
        span=Span(path, match.start(), match.end()),
        severity=Severity.WARNING,
        certainty=Certainty.RESOLVED,
        message="FOUND",
        score=0.9,
        evidence=("because",),
        related=related,
        fingerprint="f" * 16,
    )


class FakeClient:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.published: list = []
        self.refreshed = 0
        self.changes = 0

    def publish(self, params):
        self.published.append(params)

    def refresh_lenses(self):
        self.refreshed += 1

    def state_changed(self):
        self.changes += 1

    def shown(self, uri):
        """Version and messages last published of `uri`; None: nothing ever."""
        last = [p for p in self.published if p.uri == uri]
        return (last[-1].version, [d.message for d in last[-1].diagnostics]) if last else None


class Inline(Executor):
    """Runs at once, on the calling thread: for rules that are not about threads."""

    def submit(self, fn, /, *args, **kwargs):
        future: Future = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Held(Executor):
    """Runs what was submitted when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def submit(self, fn, /, *args, **kwargs):
        future: Future = Future()

        def run():
            try:
                future.set_result(fn(*args, **kwargs))
            except Exception as error:
                future.set_exception(error)

        self.waiting.append(run)
        return future

    def release(self):
        waiting, self.waiting = self.waiting, []
        for run in waiting:
            run()
