"""Text: names in strings, where exactly one thing of the repository has that name.

`"pkg.middleware.Cors"` in a settings file, `patch("pkg.mod.send")`, `"pkg.app:create"`: a string
says what it means only by coincidence, so all of it must name a module, or something in one.
"""

from typing import Final

from flames_indexer.facts import DefinitionKind
from flames_indexer.languages.semantics import LIBRARY
from flames_indexer.model import Certainty, EdgeKind
from flames_indexer.resolve import classes, targets
from flames_indexer.resolve.identities import target_id
from flames_indexer.resolve.rows import Rows
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.world import Target, World

_TEXT: Final = int(EdgeKind.TEXT)
_RESOLVED: Final = int(Certainty.RESOLVED)


def text_edge(world: World, file: File, rows: Rows, row: int) -> None:
    """Adds what the TEXT row names, if it is a path that names something."""
    text = file.strings[file.facts.expressions.a[row]]
    if "." in text:
        identity = identity_named(world, file, text)
        if identity:
            rows.at(row, identity, _TEXT, _RESOLVED)


def module_named(world: World, file: File, text: str) -> str:
    """The file of the module that a dotted text names; "" if it names none."""
    first = text.partition(".")[0]
    if not _is_ours(world.module(file, first)):
        return ""
    module = world.module(file, text)
    return module if module is not None and _is_ours(module) and module[-1] != "/" else ""


def identity_named(world: World, file: File, text: str) -> str:
    """The id of what a text `a.b.c` or `a.b:c` names; "" if it names nothing of the repository."""
    parts = text.replace(":", ".").split(".")
    if not _is_ours(world.module(file, parts[0])):
        return ""
    module = module_named(world, file, ".".join(parts))
    if module:
        return module
    for count in (1, 2):
        if len(parts) > count:
            module = module_named(world, file, ".".join(parts[:-count]))
            if module:
                return _inside(world, file, module, parts[-count:])
    return ""


def _inside(world: World, file: File, module: str, names: list[str]) -> str:
    """The id of a definition of a module, or of one in a class of it."""
    found = targets.export_targets(world, module, names[0], file.semantics)
    for name in names[1:]:
        found = tuple(inner for target in found for inner in _member(world, target, name))
    ids = [target_id(world, file, target) for target in found if target[0] == "definition"]
    return ids[0] if len(set(ids)) == 1 and not ids[0].startswith("ext:") else ""


def _member(world: World, target: Target, name: str) -> targets.Targets:
    home = world.file(target[1]) if target[0] == "definition" else None
    if home is None or home.kinds[target[2]] == DefinitionKind.FUNCTION:
        return ()
    owner = classes.owner_of(world, target[1], target[2], name)
    if owner is None or owner == classes.UNKNOWN_BASE or owner[0].startswith(LIBRARY):
        return ()
    return classes.own_targets(world, owner[0], owner[1], name)


def _is_ours(module: str | None) -> bool:
    return module is not None and not module.startswith(LIBRARY)
