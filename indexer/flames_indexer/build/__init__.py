"""Brings the index of a worktree up to date: find, read, derive, resolve, write.

`build` is the only writer of the store. Whatever it did before, the generation it ends with is the
one that a build from nothing would write: content is derived from bytes alone, and a file is
resolved again when its content changed or anything that resolving it read did.
"""

import gc
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from flames_indexer.build.current import last_generation, still_current
from flames_indexer.build.kept import Kept
from flames_indexer.build.prepare import prepare
from flames_indexer.build.progress import Progress, Reporter, nobody
from flames_indexer.build.scan import Scan, scan_of, scan_of_saved
from flames_indexer.build.work import Focus, Work, locked
from flames_indexer.config import Config
from flames_indexer.errors import StoreDamaged, StoreError
from flames_indexer.model import Certainty
from flames_indexer.store import Database, Manifest, Place, collect, discard

__all__ = ["BuildSummary", "Focus", "Kept", "Progress", "build", "prepare"]

NO_FOCUS = Focus()


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What the index holds after a build. `changed` counts files with new edges.

    `unparsed` files have syntax errors (what parsed of them is indexed) or were too much for the
    resolver (an error of ours; the log has it); `skipped` ones belong to
    the repository and are not indexed, `skips` says why. `warnings` are for the user, once.
    """

    files: int
    symbols: int
    edges: Mapping[str, int]  # by certainty label
    unresolved_calls: int
    unparsed: int
    skipped: int
    seconds: float
    generation: int
    changed: int
    skips: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def build(
    root: Path,
    config: Config,
    *,
    full: bool = False,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    focus: Focus = NO_FOCUS,
    stored: Callable[[int], None] | None = None,
    kept: Kept | None = None,
) -> BuildSummary:
    """Makes the index of `root` describe what is on disk now; `full` trusts nothing stored.
    `kept`: what the builds before this one left, and this one leaves: a save costs half as much.

    Raises StoreBusy while another process builds this worktree, EmptyIndexError when files parse
    and yet have no symbols, Cancelled, and StoreError; the last generation stays in force then.
    """
    started = time.perf_counter()
    report = Reporter(progress, cancelled, stored or nobody)
    report.step("find")
    kept = kept or Kept()
    root = root.resolve()
    with _uncollected():
        place = kept.place(root, config.cache_dir, anew=focus.saved is None)
        near = None if full else _near_scan(place, root, config, focus, kept)
        work = Work(place, config, near or scan_of(root, config), report, full, focus.first, kept)
        if work.place.temporary:
            work.warn(f"The cache folder cannot be written: the index is in {work.place.folder}.")
        manifest = (None if full else still_current(work)) or _next(work)
        if focus.saved is None:  # whoever saves waits
            _tidy(work)
        return _summary(manifest, work, time.perf_counter() - started)


def _near_scan(place: Place, root: Path, config: Config, focus: Focus, kept: Kept) -> Scan | None:
    base = last_generation(place, config, kept) if focus.saved is not None else None
    if base is None or focus.saved is None:
        return None
    return scan_of_saved(root, base, focus.saved, config.paths.max_file_bytes)


@contextmanager
def _uncollected() -> Generator[None]:
    """No garbage collection: a build makes millions of objects and no cycles worth finding, and
    looking for some is a sixth of its CPU (django; peak memory is the same without)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _next(work: Work) -> Manifest:
    from flames_indexer.build.generation import write_next

    with locked(work.place):
        try:
            manifest = write_next(work)
        except StoreDamaged as error:
            work.warn(str(error))
            discard(work.place.database)
            manifest = write_next(work)
    work.kept.wrote(manifest)
    return manifest


def _tidy(work: Work) -> None:
    """After what this process wrote since it tidied last."""
    if not work.kept.untidy:
        return
    with suppress(StoreError), locked(work.place):  # busy: whoever is will
        with Database.write(work.place.database) as database:
            database.tidy()
        collect(work.place, work.config.cache.max_bytes)
        work.kept.untidy = False


def _summary(manifest: Manifest, work: Work, seconds: float) -> BuildSummary:
    records = manifest.files.values()
    sources = [record for record in records if record.has_facts]
    totals = [sum(column) for column in zip(*(r.certainties for r in sources), strict=True)]
    skips = [(record.path, record.skip or record.failure) for record in records]
    skips = sorted([*(skip for skip in skips if skip[1]), *manifest.generation.skips])
    return BuildSummary(
        files=len(sources),
        symbols=sum(record.symbols for record in sources),
        edges={c.label: totals[c] if totals else 0 for c in Certainty},
        unresolved_calls=sum(record.unresolved for record in sources),
        unparsed=sum(record.is_read_in_part for record in sources),
        skipped=len(skips),
        seconds=seconds,
        generation=manifest.generation.number,
        changed=work.changed,
        skips=tuple(skips),
        warnings=tuple(work.warnings),
    )
