"""Override edges: from a method to those it replaces, one for each base that brings one."""

from typing import Final

from flames_indexer.languages.semantics import LIBRARY
from flames_indexer.model import Certainty, EdgeKind
from flames_indexer.resolve import classes
from flames_indexer.resolve.identities import target_id
from flames_indexer.resolve.rows import Rows
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.world import World

_OVERRIDE: Final = int(EdgeKind.OVERRIDE)
_RESOLVED: Final = int(Certainty.RESOLVED)


def override_edges(world: World, file: File, rows: Rows) -> None:
    """Adds what each method of the file overrides."""
    definitions = file.facts.definitions
    for row in range(1, len(definitions.parent)):
        if not file.is_function(row) or not file.is_class(definitions.parent[row]):
            continue
        place = (definitions.name_start[row], definitions.name_end[row])
        for identity in _overridden(world, file, row):
            rows.add(row, identity, _OVERRIDE, _RESOLVED, *place)


def _overridden(world: World, file: File, row: int) -> list[str]:
    """Ids of the methods that a method replaces; not those which these replace themselves."""
    name = file.name(row)
    found: list[str] = []
    for owner in _owners(world, file, file.facts.definitions.parent[row], name):
        for target in classes.own_targets(world, owner[0], owner[1], name):
            identity = target_id(world, file, target) if target[0] == "definition" else ""
            if identity and not owner[0].startswith(LIBRARY):
                found.append(identity)
    return found


def _owners(world: World, file: File, parent: int, name: str) -> list[classes.Entry]:
    """The classes above one that have a member of their own, none above another of these."""
    place = (file.path, parent)
    first = classes.owner_of(world, file.path, parent, name, place)
    if first is None or first == classes.UNKNOWN_BASE:
        return []
    found = [first]
    if len(classes.base_rows(file, parent)) < 2:
        return found
    hidden: set[tuple[str, int]] = set()
    after: classes.Entry | None = first
    while after is not None and after != classes.UNKNOWN_BASE:
        hidden.update(entry[:2] for entry in classes.linearization(world, *after[:2]))
        after = classes.owner_of(world, file.path, parent, name, after[:2])
        if after is not None and after[:2] not in hidden and after != classes.UNKNOWN_BASE:
            found.append(after)
    return found
