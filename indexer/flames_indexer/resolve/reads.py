"""Reads: digests of what resolving a file looked at outside of it.

`FileEdges.reads` maps a place to what was read there: names with digests of 8 bytes, packed as

    count (4 bytes), the digests, the names joined by newlines

A place is a path (names: top-level names of the file), or, by its first character, how a file's
imports are resolved (names: modules as written), which submodules a module has, or which methods
of the program have a name. A name that is not there has a digest too: its coming is noticed.
"""

import struct
from collections.abc import Collection, Container, Iterable, Mapping
from hashlib import blake2b

from flames_indexer.resolve.units import unit_digest
from flames_indexer.resolve.world import CALLED, MODULES_OF, NAMED, SUBMODULES_OF, World

_COUNT = struct.Struct("<I")
_SIZE = 8
_ABSENT = bytes(_SIZE)


class Digests:
    """Digests of one program state."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: list[bytes] = []  # by unit; b"": not made yet

    def forget(self, changed: Collection[str]) -> None:
        """Forgets what depends on the contents of some files."""
        names = self._world.engine.unit_names
        for unit in range(len(self._known)):
            place = names[unit][0]
            if place in changed or place in (NAMED, CALLED):
                self._known[unit] = b""

    def of(self, taken: Iterable[int], path: str) -> dict[str, bytes]:
        """What was read, with its digests now; the file itself left out."""
        names = self._world.engine.unit_names
        found: dict[str, dict[str, int]] = {}
        for unit in taken:
            place, name = names[unit]
            units = found.get(place)
            if units is None:
                units = found[place] = {}
            units[name] = unit
        found.pop(path, None)
        return {place: self._packed(found[place]) for place in sorted(found)}

    def differ(
        self,
        recorded: Mapping[str, bytes],
        changed: Collection[str] | None,
        few: Mapping[str, Container[str]],
    ) -> bool:
        """Whether any digest is another now. `changed`: the only paths that can differ; `few`: the
        only names that can, of some places."""
        for place, packed in recorded.items():
            if changed is not None and place[0] > "\x1f" and place not in changed:
                continue
            names = few.get(place)
            if names is not None and not names:
                continue
            for name, digest in _unpacked(packed):
                if names is not None and name not in names:
                    continue
                if self._digest(self._world.engine.unit(place, name)) != digest:
                    return True
        return False

    def _packed(self, units: dict[str, int]) -> bytes:
        names = sorted(units)
        digests = b"".join([self._digest(units[name]) for name in names])
        text = "\n".join(names).encode("utf-8", "surrogatepass")
        return _COUNT.pack(len(names)) + digests + text

    def _digest(self, unit: int) -> bytes:
        known = self._known
        if unit >= len(known):
            known.extend([b""] * (len(self._world.engine.unit_names) - len(known)))
        digest = known[unit]
        if not digest:
            digest = known[unit] = self._made(*self._world.engine.unit_names[unit])
        return digest

    def _made(self, place: str, name: str) -> bytes:
        sort, rest = place[0], place[1:]
        if sort == MODULES_OF:
            return _text_digest(self._world.module_answer(rest, name))
        if sort == SUBMODULES_OF:
            language, _, module = rest.partition(":")
            return _text_digest(self._world.submodule_answer(language, module, name))
        if sort == NAMED:
            return _text_digest("\n".join(self._world.methods_named(name)))
        if sort == CALLED:
            return _text_digest("\n".join(self._world.calling_answer(name)))
        file = self._world.file(place)
        return _ABSENT if file is None else unit_digest(file, name)


def _text_digest(text: str | None) -> bytes:
    if text is None:
        return _ABSENT
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_SIZE).digest()


def _unpacked(packed: bytes) -> Iterable[tuple[str, bytes]]:
    count = _COUNT.unpack_from(packed)[0]
    start = _COUNT.size
    end = start + count * _SIZE
    names = packed[end:].decode("utf-8", "surrogatepass").split("\n")
    return zip(names, (packed[at : at + _SIZE] for at in range(start, end, _SIZE)), strict=True)
