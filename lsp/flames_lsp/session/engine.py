"""What a session asks of the indexer: the one seam, so that its rules are tested without one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from flames_lsp.session.agreed import AgreedTexts
from flames_lsp.session.last_changes import LastChanges
from flames_lsp.session.memory import freeze

if TYPE_CHECKING:
    from flames_indexer.config import Config
    from flames_indexer.git import LineChange
    from flames_indexer.history import History, Reading
    from flames_indexer.index import Index, Snapshot
    from flames_indexer.model import Finding
    from flames_indexer.trace import Trace

log = logging.getLogger(__name__)

# Rules that follow names out of the buffer: they need its names resolved.
_REST_ON_EDGES = frozenset({"broken-callers"})
# Rules that compare with the last commit: what they say may change while no file does.
DATED_RULES = frozenset({"broken-callers", "forgotten-partner"})

_COMPARED_FILES = 8  # what others see of one, then and now: 5 ms each

Overrides = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Opened:
    """A root as the store has it: generation 0, an index of nothing, before the first build."""

    config: Config
    index: Index
    snapshot: Snapshot  # of that index, without overlays
    trace: Trace
    manual: Mapping[str, str] = field(default_factory=dict[str, str])  # rule -> URI of its page
    before: Callable[[str], bytes | None] = lambda _: None  # a path's text as last agreed on
    warnings: tuple[str, ...] = ()
    history: Callable[[], History | None] = lambda: None  # None too while it is being read
    last_changes: Callable[[str, bytes], list[LineChange] | None] = lambda path, source: None


@dataclass(frozen=True, slots=True)
class Checked:
    """What rules say of one file: which were asked (none: all), and which could not be run."""

    findings: tuple[Finding, ...]
    rules: frozenset[str] = frozenset()
    failed: tuple[str, ...] = ()


class Engine(Protocol):
    """Every function may run on any thread and may take long, except `handles`."""

    def handles(self, path: str) -> bool:
        """Whether Flames reads this kind of file."""
        ...

    def top_of(self, folder: str) -> str:
        """The index root that `folder` is a view of."""
        ...

    def open(self, top: str, overrides: Overrides, old: Opened | None) -> Opened:
        """What the store has now; what did not change since `old` is shared with it."""
        ...

    def generation(self, opened: Opened) -> int:
        """The newest stored generation; 0 when there is none."""
        ...

    def check(
        self, snapshot: Snapshot, path: str, opened: Opened, superseded: Callable[[], bool]
    ) -> Checked: ...

    def parse(self, snapshot: Snapshot, path: str) -> None:
        """Makes the facts and symbols of a buffer, which the snapshot keeps."""
        ...

    def glances(self, snapshot: Snapshot, path: str) -> bool:
        """Whether a glance is sooner done than the check."""
        ...

    def glance(
        self, snapshot: Snapshot, path: str, opened: Opened, superseded: Callable[[], bool]
    ) -> Checked:
        """The rules that need no name of the buffer resolved again."""
        ...

    def warm_up(self, snapshot: Snapshot, path: str) -> None:
        """Makes what resolving any buffer over this index needs, and any question to it."""
        ...

    def contract(self, snapshot: Snapshot, path: str) -> object:
        """Equal values: other files see the same of `path`."""
        ...

    def touches(self, snapshot: Snapshot, path: str, changed: str) -> bool:
        """Whether `path` uses anything of `changed`."""
        ...

    def disturbed(self, now: Opened, before: Opened, paths: Collection[str]) -> Collection[str]:
        """Those of the paths that use anything of a file of which others see something else now
        than before; all of them where that cannot be told."""
        ...


class IndexerEngine:
    """The real one. Imports the indexer when it is first asked: `initialize` comes before."""

    def __init__(self, give_way: Callable[[], None] = lambda: None) -> None:
        """`give_way` is called between two pieces of long work, and may wait."""
        self._give_way = give_way
        self._traces: dict[Path, Trace] = {}
        self._agreed: dict[Path, AgreedTexts] = {}
        self._histories: dict[tuple[Path, Path], Reading] = {}
        self._changes: dict[Path, LastChanges] = {}

    def handles(self, path: str) -> bool:
        from flames_indexer.languages import language_of

        return language_of(path) is not None

    def top_of(self, folder: str) -> str:
        from flames_indexer.files import root_of

        return str(root_of(Path(folder)))

    def open(self, top: str, overrides: Overrides, old: Opened | None) -> Opened:
        from flames_indexer.config import load
        from flames_indexer.index import Snapshot

        config, warnings = load(Path(top), overrides)
        index = _index(Path(top), config, old)
        freeze()
        return Opened(
            config,
            index,
            Snapshot.of(index, self._give_way),
            self._traced(Path(top), config),
            _manual(config),
            self._agreed_texts(Path(top)).before(index),
            tuple(str(warning) for warning in warnings),
            self._history(Path(top), config.cache_dir),
            self._last_changes(Path(top)),
        )

    def generation(self, opened: Opened) -> int:
        from flames_indexer.errors import StoreError
        from flames_indexer.index import Index

        try:
            if opened.index.generation and not opened.index.is_orphaned:
                return opened.index.reopened().generation
            return Index.open(opened.index.root, opened.config).generation
        except StoreError:
            return 0

    def check(
        self, snapshot: Snapshot, path: str, opened: Opened, superseded: Callable[[], bool]
    ) -> Checked:
        textual = self._run(_typed(snapshot, path), path, opened, _textual(), superseded)
        resting = self._run(snapshot, path, opened, _REST_ON_EDGES, superseded)
        _ = snapshot.graph  # what does not wait, a hover, sees the buffer from here on
        found = sorted((*textual.findings, *resting.findings), key=lambda f: (f.span, f.rule))
        return Checked(tuple(found), failed=(*textual.failed, *resting.failed))

    def parse(self, snapshot: Snapshot, path: str) -> None:
        snapshot.symbols_in(path)

    def glances(self, snapshot: Snapshot, path: str) -> bool:
        return path in snapshot.overlays() and snapshot.index.exists(path)

    def glance(
        self, snapshot: Snapshot, path: str, opened: Opened, superseded: Callable[[], bool]
    ) -> Checked:
        return self._run(snapshot.at_once(), path, opened, _textual(), superseded)

    def _run(
        self,
        snapshot: Snapshot,
        path: str,
        opened: Opened,
        rules: frozenset[str],
        superseded: Callable[[], bool],
    ) -> Checked:
        from flames_indexer.checks import run_checks

        opened.history()  # is being read from here on: the rule that asks may not wait
        result = run_checks(
            snapshot,
            [path],
            opened.config,
            trace=opened.trace,
            before=opened.before,
            cancelled=self._patient(superseded),
            rules=rules,
            new_code=opened.config.diagnostics.scope == "changed",
            history=opened.history,
        )
        return Checked(result.findings, rules, result.failed)

    def _patient(self, superseded: Callable[[], bool]) -> Callable[[], bool]:
        def asked() -> bool:
            self._give_way()
            return superseded()

        return asked

    def warm_up(self, snapshot: Snapshot, path: str) -> None:
        snapshot.index.graph.unknown_calls("")
        snapshot.usage(path)
        source = snapshot.source(path)
        if source is not None and not snapshot.overlays():
            _ = snapshot.with_edit(path, source + b"\n", 0).graph

    def contract(self, snapshot: Snapshot, path: str) -> object:
        return tuple(
            (symbol.id, symbol.kind, tuple(d.signature for d in symbol.definitions))
            for symbol in snapshot.symbols_in(path)
            if not symbol.name.startswith("<")  # anonymous
        )

    def touches(self, snapshot: Snapshot, path: str, changed: str) -> bool:
        return changed in _used_by(snapshot, path)

    def disturbed(self, now: Opened, before: Opened, paths: Collection[str]) -> Collection[str]:
        changed = now.index.changed_since(before.index)
        if changed is None or len(changed) > _COMPARED_FILES:
            return paths
        one, other = now.snapshot, before.snapshot
        told = {p for p in changed if self.contract(one, p) != self.contract(other, p)}
        if not told:
            return []
        return [p for p in paths if told & (_used_by(one, p) | _used_by(other, p))]

    def _agreed_texts(self, root: Path) -> AgreedTexts:
        if root not in self._agreed:
            self._agreed[root] = AgreedTexts(root)
        return self._agreed[root]

    def _history(self, root: Path, cache_dir: Path) -> Reading:
        from flames_indexer.history import Reading, history_of

        key = root, cache_dir
        if key not in self._histories:
            self._histories[key] = Reading(lambda: history_of(root, cache_dir))
        return self._histories[key]

    def _last_changes(self, root: Path) -> LastChanges:
        if root not in self._changes:
            self._changes[root] = LastChanges(root)
        return self._changes[root]

    def _traced(self, root: Path, config: Config) -> Trace:
        from flames_indexer.trace import Trace

        wanted = config.trace_path if config.trace.enabled else None
        trace = self._traces.get(root)
        if trace is None or trace.path != wanted:
            trace = self._traces[root] = Trace(wanted, config.trace.max_bytes, root)
        return trace


def _used_by(snapshot: Snapshot, path: str) -> set[str]:
    """The files of which a file uses something."""
    return {edge.target.partition("::")[0] for edge in snapshot.edges_in(path)}


def _textual() -> frozenset[str]:
    from flames_indexer.checks import CHECKS

    return frozenset(check.rule for check in CHECKS) - _REST_ON_EDGES


def _typed(snapshot: Snapshot, path: str) -> Snapshot:
    """`path` as an unsaved file, also while it is as it was saved: what is found of its functions
    is kept for the first key."""
    source = snapshot.source(path)
    if source is None or path in snapshot.overlays():
        return snapshot
    return snapshot.with_edit(path, source, 0)


def _index(root: Path, config: Config, old: Opened | None) -> Index:
    from flames_indexer.errors import StoreError
    from flames_indexer.index import Index

    from flames_lsp.session.unbuilt import unbuilt_index

    known = None
    if old is not None and old.index.generation and old.config.cache_dir == config.cache_dir:
        known = old.index
    try:
        if known is not None and not known.is_orphaned:
            return known.reopened()
        return Index.open(root, config)
    except StoreError as error:  # not built yet, or damaged: the build that follows tells more
        log.info("%s", error)
        return known or unbuilt_index(root)


def _manual(config: Config) -> dict[str, str]:
    """Each rule's manual page as a file that an editor can open, by rule."""
    from flames_indexer import __version__
    from flames_indexer.checks import CHECKS

    folder = config.cache_dir / "manual" / __version__
    pages = {check.rule: folder / f"{check.rule}.md" for check in CHECKS}
    try:
        config.cache_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for check in CHECKS:
            pages[check.rule].write_text(f"# {check.rule}\n\n{check.explanation}", "utf-8")
    except OSError as error:
        log.warning("no manual pages: %s", error.strerror)
        return {}
    return {rule: page.as_uri() for rule, page in pages.items()}
