"""Files that are not there any more, and the imports that still ask for them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from flames_indexer.facts import FileFacts, ImportFlag
from flames_indexer.impact.asked import Asked
from flames_indexer.impact.changes import State
from flames_indexer.impact.conventions import conventions_of
from flames_indexer.impact.earlier import Earlier
from flames_indexer.impact.moves import file_moved_to
from flames_indexer.impact.sites import Site
from flames_indexer.impact.variables import variables_of, with_variables
from flames_indexer.impact.verdicts import Level, Verdict
from flames_indexer.impact.words import ends_in, words_of
from flames_indexer.model import Certainty, EdgeKind


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
    missing = [path for path in changed if not (snapshot.exists(path) or _is_on_disk(asked, path))]
    new: list[str] | None = None
    for path in missing:
        old = asked.old(path)
        if old is None or conventions_of(old.facts.language) is None:
            continue
        variables = variables_of(old.facts)
        old = with_variables(old, variables)
        earlier = Earlier(snapshot, asked.sites, path, old, variables)
        uses = earlier.uses({"": ""})[""]
        level = Level.BREAKS if _is_in_package(snapshot.paths(), path) else Level.MAY_BREAK
        imports = (_whole(asked, path, site) for site in uses if site.kind is EdgeKind.IMPORT)
        sites = {site.span: site for site in imports}.values()
        verdicts = [Verdict(site, "imports it", level) for site in sites]
        if not verdicts:
            continue
        verdicts += _through_others(asked, old, earlier, verdicts)
        if new is None:
            there = (p for p in changed if snapshot.exists(p))
            new = [p for p in there if asked.before(p) is None]
        suffix = path[path.rfind(".") :]
        now = file_moved_to(snapshot, old.source, suffix, new) or ""
        line = (snapshot.source(now) or b"").partition(b"\n")[0] if now else b""
        yield Gone(path, now, len(line), tuple(verdicts))


def _is_on_disk(asked: Asked, path: str) -> bool:
    """Whether a file is left out of the index, and not gone: too large now, binary, excluded."""
    return (asked.snapshot.index.root / path).exists()


def _through_others(
    asked: Asked, old: State, earlier: Earlier, direct: list[Verdict]
) -> Iterator[Verdict]:
    """Where files had its names from one that passes on all it has: nothing there names the file
    that is gone, and what they import from is still there."""
    if not any(_passes_on_all(asked, verdict.site) for verdict in direct):
        return
    told = {verdict.site.span.path for verdict in direct}
    names = {name: "" for name in old.contracts if "." not in name}
    for name, sites in earlier.uses(names).items():
        for site in sites:
            facts = asked.snapshot.facts(site.span.path)
            if facts is None or site.span.path in told:
                continue
            imported = site.kind is EdgeKind.IMPORT
            if imported or not _is_imported(facts, name):
                level = Level.BREAKS if site.certainty is Certainty.RESOLVED else Level.MAY_BREAK
                verb = "imports" if imported else "uses"
                yield Verdict(site, f"{verb} `{name}`, which comes from it", level)


def _passes_on_all(asked: Asked, site: Site) -> bool:
    facts = asked.snapshot.facts(site.span.path)
    return facts is not None and any(
        start == site.span.start and flags & ImportFlag.STAR
        for start, flags in zip(facts.imports.module_start, facts.imports.flags, strict=True)
    )


def _is_imported(facts: FileFacts, name: str) -> bool:
    """Whether an import asks for it, so that it fails there and not where it is used."""
    return any(facts.strings[row] == name for row in facts.imports.name)


def _whole(asked: Asked, path: str, site: Site) -> Site:
    """The import at the name of the module, where that is the file: a statement counts once."""
    facts = asked.snapshot.facts(site.span.path)
    if facts is None or site.span.start not in facts.imports.start:
        return site
    imports = facts.imports
    row = imports.start.index(site.span.start)
    module = facts.strings[imports.module[row]]
    if imports.module_start[row] < 0 or not ends_in(module, words_of(path)):
        return site
    span = replace(site.span, start=imports.module_start[row], end=imports.module_end[row])
    return replace(site, span=span, call=span)


def _is_in_package(paths: Collection[str], path: str) -> bool:
    """Whether its folder is still here, so that nobody else can stand in for the file."""
    folder = path.rpartition("/")[0] + "/"
    return folder != "/" and any(other.startswith(folder) for other in paths)
