"""Untyped parameters: who is asked what one holds; an overridden method is believed first."""

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
    given = world.values.join(default, arguments.given(world, file, row))
    # Both: usage where nothing is given would turn on whom in a circle of calls one asks first.
    return world.values.join(given, usage.used_as(world, file, row))
