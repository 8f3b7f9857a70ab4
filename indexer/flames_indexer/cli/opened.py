"""Opens the index a command asks: builds it when there is none, refreshes it when it is stale."""

import os
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from flames_indexer.cli.invocation import Invocation
from flames_indexer.config import Config, load
from flames_indexer.errors import StoreBusy, StoreDamaged, StoreError, TargetError
from flames_indexer.trace import Trace

if TYPE_CHECKING:
    from flames_indexer.build import BuildSummary
    from flames_indexer.index import Index, Snapshot


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command works. `views` are the paths asked for, relative to the root; "." is all."""

    root: Path
    views: tuple[str, ...]
    config: Config
    trace: Trace

    def shows(self, path: str) -> bool:
        """Whether an index path is, or lies in, one of those asked for."""
        return "." in self.views or any(
            path == view or path.startswith(f"{view}/") for view in self.views
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """An index that can be asked; `notes` say what about it an answer should mention."""

    place: Place
    index: "Index"
    snapshot: "Snapshot"  # the same index, as rules and graph questions want it
    notes: tuple[str, ...] = ()

    def paths(self) -> list[str]:
        """The indexed files that were asked for, sorted."""
        return sorted(path for path in self.index.files() if self.place.shows(path))

    def unread(self) -> list[str]:
        """What was asked for and holds no indexed file."""
        views = set(self.place.views) - {"."}
        for path in self.index.files() if views else ():
            views -= {path, *map(str, PurePosixPath(path).parents)}
        return sorted(views)


def changed_since(place: Place, ref: str, otherwise: str = "") -> list[str]:
    """The paths that differ from a commit. TargetError where git cannot tell: a ref that it does
    not know must not look like a repository without changes. `otherwise`: what else to do."""
    from flames_indexer import git

    changed = git.changed_since(place.root, ref)
    if changed is not None:
        return changed
    if git.commit_of(place.root) is None:
        raise TargetError(
            f"{place.root} has nothing to compare with (no git repository, or no commit yet):"
            f" commit first{otherwise}."
        )
    raise TargetError(
        f"git cannot compare {place.root} with {ref!r}: name a branch, tag or commit of this"
        f" repository (a shallow clone may lack it){otherwise}."
    )


def place_of(invocation: Invocation, paths: Sequence[Path] = ()) -> Place:
    """The root and configuration for some paths, or else for the folder of the invocation.

    Warnings about the configuration are said. Raises TargetError when the paths belong to
    different repositories.
    """
    from flames_indexer.files import root_of

    given = paths or (invocation.folder,)
    asked = [Path(os.path.realpath(path)) for path in given]
    root = root_of(asked[0] if asked[0].is_dir() else given[0].parent)  # a link to a file is here
    outside = next((path for path in asked if not path.is_relative_to(root)), None)
    if outside is not None:
        raise TargetError(f"{outside} is not in {root}: check one repository at a time.")
    views = tuple(path.relative_to(root).as_posix() for path in asked)
    config, warnings = load(root, file=invocation.config_file)
    for warning in warnings:
        invocation.say(f"flames: {warning}")
    written = config.trace_path if config.trace.enabled else None
    trace = Trace(written, config.trace.max_bytes, root)
    return Place(root, views, config, trace)


def opened(invocation: Invocation, paths: Sequence[Path] = (), *, refresh: bool = True) -> Opened:
    """The index for some paths, or else the folder of the invocation, as fresh as asked for.

    With `refresh` off an existing index is taken as it is, and a missing one still built.
    Another process that is building is not waited for when there is an index to answer from.
    """
    place = place_of(invocation, paths)
    if not refresh:
        try:
            return _asked(place)
        except StoreError as error:
            invocation.detail(f"flames: {error}")
    try:
        refreshed(invocation, place)
    except StoreBusy as busy:
        note = "another process is refreshing the index: this answers from the last one"
        try:
            return _asked(place, note)
        except StoreError:
            raise busy from None  # there is no last one yet
    try:
        return _asked(place)
    except StoreDamaged as damage:  # what the build took for sound and could not be read
        invocation.detail(f"flames: {damage}")
        refreshed(invocation, place, full=True)
        return _asked(place)


def _asked(place: Place, *notes: str) -> Opened:
    from flames_indexer.index import Index, Snapshot

    index = Index.open(place.root, place.config)
    return Opened(place, index, Snapshot.of(index), notes)


def refreshed(invocation: Invocation, place: Place, *, full: bool = False) -> "BuildSummary":
    """Builds or refreshes the index, showing progress on a terminal; Ctrl-C raises Cancelled."""
    from flames_indexer.build import build
    from flames_indexer.cli.progress import shown

    with _interruptible() as cancelled, shown(invocation) as progress:
        summary = build(place.root, place.config, full=full, progress=progress, cancelled=cancelled)
    for warning in summary.warnings:
        invocation.say(f"flames: {warning}")
    if not summary.files:
        invocation.say(f"flames: {_nothing_found(place.root)}")
    return summary


def _nothing_found(root: Path) -> str:
    from flames_indexer.languages import LANGUAGES

    looked_for = " ".join(f"*{suffix}" for language in LANGUAGES for suffix in language.suffixes)
    return (
        f"Nothing to index in {root}: no file matches {looked_for}, or ignore rules"
        " (.gitignore, .flamesignore, paths.exclude) leave none."
    )


@contextmanager
def _interruptible() -> Generator[Callable[[], bool]]:
    """Asks the build to stop at the first Ctrl-C or SIGTERM; a second Ctrl-C stops it at once."""
    import signal
    import threading

    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return

    def ask(*_: object) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
