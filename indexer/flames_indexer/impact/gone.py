"""Files that are not there any more, and the imports that still ask for them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from flames_indexer.impact.asked import Asked
from flames_indexer.impact.conventions import conventions_of
from flames_indexer.impact.earlier import Earlier
from flames_indexer.impact.moves import file_moved_to
from flames_indexer.impact.verdicts import Level, Verdict
from flames_indexer.model import EdgeKind


@dataclass(frozen=True, slots=True)
class Gone:
    """A file that was deleted or moved. `now` is its new path, "" if it has none."""

    path: str
    now: str
    first_line: int  # bytes of the first line there
    verdicts: tuple[Verdict, ...]  # of the imports


def gone_files(asked: Asked, changed: Collection[str]) -> Iterator[Gone]:
    """Of `changed`, the files that had contracts and are not there; only those that are missed."""
    snapshot = asked.snapshot
    missing = [path for path in changed if not snapshot.exists(path)]
    new: list[str] | None = None
    for path in missing:
        old = asked.old(path)
        if old is None or conventions_of(old.facts.language) is None:
            continue
        sites = Earlier(snapshot, asked.sites, path, old).uses([""])[""]
        level = Level.BREAKS if _is_in_package(snapshot.paths(), path) else Level.MAY_BREAK
        verdicts = [
            Verdict(site, "imports it", level) for site in sites if site.kind is EdgeKind.IMPORT
        ]
        if not verdicts:
            continue
        if new is None:
            there = (p for p in changed if snapshot.exists(p))
            new = [p for p in there if asked.before(p) is None]
        suffix = path[path.rfind(".") :]
        now = file_moved_to(snapshot, old.source, suffix, new) or ""
        line = (snapshot.source(now) or b"").partition(b"\n")[0] if now else b""
        yield Gone(path, now, len(line), tuple(verdicts))


def _is_in_package(paths: Collection[str], path: str) -> bool:
    """Whether its folder is still here, so that nobody else can stand in for the file."""
    folder = path.rpartition("/")[0] + "/"
    return folder != "/" and any(other.startswith(folder) for other in paths)
