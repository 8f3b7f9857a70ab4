"""Identities: the id that an edge names a target by."""

from typing import Final

from flames_indexer.languages.semantics import LIBRARY
from flames_indexer.resolve import forms
from flames_indexer.resolve.symbols import is_type_parameter
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.world import Target, World

EXTERNAL: Final = "ext:"


def target_id(world: World, file: File, target: Target) -> str:
    """The id of what something in `file` stands for; "" for variables, type parameters, builtins
    and modules of the repository."""
    if target[0] == "external":
        return f"{EXTERNAL}{target[1]}"
    if target[0] == "module":
        module = target[1]
        return f"{EXTERNAL}{module.rpartition('/')[2]}" if module.startswith(LIBRARY) else ""
    if target[0] == "library":
        return f"{EXTERNAL}{forms.dotted_name(world, target)}"
    if target[1].startswith(LIBRARY):
        if target[1] == file.semantics.builtins:
            return ""
        return f"{EXTERNAL}{forms.dotted_name(world, target)}"
    if target[0] == "variable":
        return ""
    home = world.file(target[1])
    if home is None or is_type_parameter(home.facts, target[2]):
        return ""
    return home.symbol_id(target[2])
