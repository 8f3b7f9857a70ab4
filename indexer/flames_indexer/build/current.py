"""The quick way out: the stored generation still describes the disk.

Loads no parser, resolver, encoder or numpy, and takes no lock.
"""

import logging

import msgspec

from flames_indexer.build.kept import Kept
from flames_indexer.build.versions import settings_of
from flames_indexer.build.work import Work, keys_of, locked
from flames_indexer.config import Config
from flames_indexer.errors import StoreError
from flames_indexer.store import Database, FileRecord, Manifest, Place, files_check, today

_log = logging.getLogger(__name__)
# Days after which contents are marked as used though nothing changed; half of what they live.
_MARK_DAYS = 7


def still_current(work: Work) -> Manifest | None:
    """The stored generation, if a build would write it again."""
    manifest = work.scan.base or last_generation(work.place, work.config)
    if manifest is None or any(record.pending for record in manifest.files.values()):
        return None
    restated = work.scan.reread(manifest)
    if restated is None:
        return None
    if restated:
        manifest = _restated(work, manifest, restated)
    work.kept.found(manifest)
    return manifest


def last_generation(place: Place, config: Config, kept: Kept | None = None) -> Manifest | None:
    """The stored generation, if a build under `config` may go on from it. Without `kept`, what
    this process left of it, only when every row that it names is there and opens."""
    try:
        with Database.read(place.database) as database, database.consistent():
            known = kept.manifest(database.generation(place.root)) if kept is not None else None
            manifest = known or database.manifest(place.root)
            whole = kept is None
            if manifest is None or (whole and not _is_intact(database, place.root, manifest)):
                return None
    except StoreError:
        return None
    generation = manifest.generation
    marked = generation.day > today() - _MARK_DAYS
    return manifest if marked and generation.settings == settings_of(config) else None


def _is_intact(database: Database, root: str, manifest: Manifest) -> bool:
    """Whether all edges open, and every content that the generation names has a row."""
    records = manifest.files.values()
    if any(record.has_facts and not record.edges for record in records):
        return False
    checks = {record.path: record.edges for record in records if record.has_facts}
    keys = set(keys_of(records, manifest.generation.versions))
    return (
        all(block is not None for _, block in database.edges(root, checks))
        and all(block is not None for _, block in database.reads(root, checks))
        and database.present(keys) == keys
    )


def _restated(work: Work, manifest: Manifest, restated: list[FileRecord]) -> Manifest:
    """The same with newer stat keys, so that next time the files need not be read; as it was where
    storing them would mean waiting."""
    root = work.place.root
    try:
        with locked(work.place), Database.write(work.place.database) as database:
            if database.generation(root) == manifest.generation:
                files = {**manifest.files, **{record.path: record for record in restated}}
                check = files_check(root, files.values())
                generation = msgspec.structs.replace(manifest.generation, files_check=check)
                database.commit(root, generation, restated, {}, ())
                return Manifest(generation, files)
    except StoreError as error:
        _log.info("stat keys are not stored: %s", error)
    return manifest
