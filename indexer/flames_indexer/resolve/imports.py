"""Import edges: from who imports to the module, and to what is asked of it."""

from typing import Final

from flames_indexer.facts import ImportFlag
from flames_indexer.languages.semantics import LIBRARY
from flames_indexer.model import TYPE_ONLY, Certainty, EdgeKind
from flames_indexer.resolve import targets
from flames_indexer.resolve.identities import EXTERNAL, target_id
from flames_indexer.resolve.rows import Rows
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.world import World

_IMPORT: Final = int(EdgeKind.IMPORT)
_RESOLVED: Final = int(Certainty.RESOLVED)
_STAR: Final = int(ImportFlag.STAR)
_TYPE_ONLY: Final = int(ImportFlag.TYPE_ONLY)


def import_edges(world: World, file: File, rows: Rows) -> None:
    """Adds what each import of the file asks for."""
    imports = file.facts.imports
    for row in range(len(imports.module)):
        via = TYPE_ONLY if imports.flags[row] & _TYPE_ONLY else ""
        place = (imports.start[row], imports.end[row])
        for identity in _imported(world, file, row):
            rows.add(imports.scope[row], identity, _IMPORT, _RESOLVED, *place, via)


def _imported(world: World, file: File, row: int) -> list[str]:
    """Ids of what an import asks for: its module first, unless one below that is meant."""
    asked = targets.import_targets(world, file, row)
    modules = [t[1] for t in asked if t[0] == "module" and not t[1].startswith(LIBRARY)]
    found = [module for module in modules if not module.endswith("/")]
    if found and len(modules) == len(asked):
        return found
    named = (target_id(world, file, target) for target in asked)
    return [*_module(world, file, row), *found, *(identity for identity in named if identity)]


def _module(world: World, file: File, row: int) -> list[str]:
    """The id of the module that an import names; a folder has none, and neither has a module from
    outside of which something is asked, which names it."""
    imports = file.facts.imports
    written = file.strings[imports.module[row]]
    module = world.module(file, written)
    if module is None:
        if file.strings[imports.name[row]] and not imports.flags[row] & _STAR:
            return []
        return [f"{EXTERNAL}{file.semantics.external_name(file.path, written)}"]
    return [] if module.startswith(LIBRARY) or module.endswith("/") else [module]
