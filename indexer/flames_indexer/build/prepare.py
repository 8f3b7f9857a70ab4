"""What the first save would wait for, done while nobody does."""

from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from flames_indexer.build.kept import Kept
from flames_indexer.build.progress import Reporter
from flames_indexer.build.versions import versions_of
from flames_indexer.config import Config
from flames_indexer.errors import Cancelled, StoreDamaged, StoreError
from flames_indexer.store import Database, FileRecord, Manifest, place_of


def prepare(
    root: Path,
    config: Config,
    kept: Kept,
    paths: Collection[str],
    wanted: Callable[[], bool] = lambda: False,
) -> None:
    """Leaves to `kept` what a build after a save of one of `paths` would begin with, when the last
    build of this process left nothing. Stops soon once something else is `wanted`; writes
    nothing."""
    if kept.is_prepared or not paths:
        return
    place = place_of(root.resolve(), config.cache_dir)
    with suppress(StoreError), Database.read(place.database) as database:  # builds mend it
        manifest = kept.manifest(database.generation(place.root))
        if manifest is not None and not any(r.pending for r in manifest.files.values()):
            _prepare(place.root, config, database, manifest, kept, paths, Reporter(None, wanted))


def _prepare(
    root: str,
    config: Config,
    database: Database,
    manifest: Manifest,
    kept: Kept,
    paths: Collection[str],
    report: Reporter,
) -> None:
    from flames_indexer.build.derive import Job, derive
    from flames_indexer.build.program import Program
    from flames_indexer.build.relate import resolved

    embedder = kept.embedder(config, keep=True)
    records, versions = manifest.files, versions_of(embedder)
    if versions != manifest.generation.versions:
        return
    damaged: list[FileRecord] = []
    program = Program(root, database, records, versions, damaged.append, {})
    with kept.resolver(program, database) as resolver:
        program.paths_calling("")
        checks = {path: record.edges for path, record in records.items() if record.has_facts}
        with suppress(Cancelled):
            reads = kept.reads(database, root, manifest.generation, checks)
            for _ in report.each("compare", reads, len(checks)):
                pass
            opened = sorted(checks.keys() & paths)
            languages = {records[path].language for path in opened}
            derive([Job("", language, b"_ = 0\n") for language in languages], embedder)  # loads
            for path in report.each("resolve", opened, len(opened)):
                resolved(resolver, path)
        if damaged:
            raise StoreDamaged(f"What is stored of {damaged[0].path} cannot be read.")
