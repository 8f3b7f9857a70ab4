"""Untyped parameters: who is asked what one holds, in the order in which they are believed."""

from flames_indexer.resolve import arguments, inherited, usage
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.world import World


def parameter_value(world: World, file: File, row: int, default: int) -> int:
    """What parameter `row` holds, whose function declares no type of it but a default value."""
    if not file.semantics.follows_arguments:
        return default
    value = inherited.declared_above(world, file, row)
    if value:
        return value
    value = world.values.join(default, arguments.given(world, file, row))
    return value or usage.used_as(world, file, row)
