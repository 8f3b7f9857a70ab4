"""Reads: digests of what resolving a file looked at outside of it."""

from collections.abc import Iterable, Mapping

from flames_indexer.resolve.world import World


class Digests:
    """Digests of units, of module answers and of name tables, of one program state."""

    def __init__(self, world: World) -> None:
        self._world = world

    def of(self, taken: Iterable[tuple[str, str]], path: str) -> dict[str, bytes]:
        return {}

    def differ(self, recorded: Mapping[str, bytes]) -> bool:
        return False
