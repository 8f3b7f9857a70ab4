"""Reads: what resolving a file looked at outside of it.

`FileEdges.reads` maps a place to the names that were read there. A place is a path (names: its
top-level names, and what else `units` tells of a file), and holds

    the names joined by newlines

or, by its first character, an answer about the program: how a file's imports are resolved (names:
modules as written), which submodules a module has, which methods have a name, which files call
something of a name. There it holds digests of the answers as well:

    count (4 bytes), digests of 8 bytes, the names joined by newlines

A name that is not there is read too: its coming is noticed. What a file tells under a name is
compared when the file has changed, with what its facts told before: nothing need be kept for the
many that never do.
"""

import struct
from collections.abc import Callable, Collection, Container, Iterable, Mapping
from hashlib import blake2b
from typing import Final, Protocol

from flames_indexer.facts import FileFacts
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.units import unit_digest
from flames_indexer.resolve.world import CALLED, MODULES_OF, NAMED, SUBMODULES_OF, World

_COUNT: Final = struct.Struct("<I")
_SIZE: Final = 8
_ABSENT: Final = bytes(_SIZE)


class Before(Protocol):
    """The files of the program in which something was resolved."""

    def facts(self, path: str) -> FileFacts | None: ...
    def exists(self, path: str) -> bool: ...


class _Version:
    """What one version of a file tells under its names, as far as it was asked."""

    def __init__(self, file: File) -> None:
        self.file = file
        self._digests: dict[str, bytes] = {}

    def digest(self, name: str) -> bytes:
        found = self._digests.get(name)
        if found is None:
            found = self._digests[name] = unit_digest(self.file, name)
        return found


class Digests:
    """Packs reads in one program state, and compares them with another."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._answers: dict[int, bytes] = {}  # about the program, by unit
        self._versions: dict[str, tuple[_Version, ...]] = {}  # of changed files, the last two

    def forget(self, is_gone: Callable[[str, str], bool]) -> None:
        """Forgets what is said about the units that are gone."""
        names = self._world.engine.unit_names
        known = self._answers.items()
        self._answers = {unit: digest for unit, digest in known if not is_gone(*names[unit])}

    def of(self, taken: Iterable[int], path: str) -> dict[str, bytes]:
        """What was read, as it is now; the file itself left out."""
        names = self._world.engine.unit_names
        found: dict[str, dict[str, int]] = {}
        for unit in taken:
            place, name = names[unit]
            units = found.get(place)
            if units is None:
                units = found[place] = {}
            units[name] = unit
        found.pop(path, None)
        return {place: self._packed(place, found[place]) for place in sorted(found)}

    def differ(
        self,
        recorded: Mapping[str, bytes],
        before: Before,
        changed: Collection[str],
        few: Mapping[str, Container[str]],
    ) -> bool:
        """Whether anything read is another now. `before`: where it was recorded, or a later state
        in which nothing differed; `changed`: the paths whose contents are not as there; `few`: the
        only names that can differ, of some places."""
        for place, packed in recorded.items():
            if _is_path(place):
                if place in changed and self._tells_other(place, _names(packed), before):
                    return True
            elif self._answers_differ(place, packed, few.get(place)):
                return True
        return False

    def _tells_other(self, path: str, names: Iterable[str], before: Before) -> bool:
        facts, file = before.facts(path), self._world.file(path)
        if facts is None and before.exists(path):
            return True  # its facts are lost
        if facts is None or file is None:
            return file is not None or facts is not None
        then = self._version(path, facts, None)
        now = self._version(path, file.facts, file)
        return any(then.digest(name) != now.digest(name) for name in names)

    def _version(self, path: str, facts: FileFacts, file: File | None) -> _Version:
        known = self._versions.get(path, ())
        for version in known:
            if version.file.facts is facts:
                return version
        made = _Version(file or File(path, facts, self._world.semantics_of(facts.language)))
        self._versions[path] = (*known[-1:], made)
        return made

    def _answers_differ(self, place: str, packed: bytes, names: Container[str] | None) -> bool:
        if names is not None and not names:
            return False
        unit = self._world.engine.unit
        return any(
            self._answer(unit(place, name)) != digest
            for name, digest in _answers(packed)
            if names is None or name in names
        )

    def _packed(self, place: str, units: dict[str, int]) -> bytes:
        names = sorted(units)
        text = "\n".join(names).encode("utf-8", "surrogatepass")
        if _is_path(place):
            return text
        digests = b"".join([self._answer(units[name]) for name in names])
        return _COUNT.pack(len(names)) + digests + text

    def _answer(self, unit: int) -> bytes:
        digest = self._answers.get(unit)
        if digest is None:
            digest = self._answers[unit] = self._made(*self._world.engine.unit_names[unit])
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
        assert sort == CALLED, place
        return _text_digest("\n".join(self._world.calling_answer(name)))


def _is_path(place: str) -> bool:
    return place[0] > "\x1f"


def _text_digest(text: str | None) -> bytes:
    if text is None:
        return _ABSENT
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_SIZE).digest()


def _names(packed: bytes) -> list[str]:
    return packed.decode("utf-8", "surrogatepass").split("\n")


def _answers(packed: bytes) -> Iterable[tuple[str, bytes]]:
    count = _COUNT.unpack_from(packed)[0]
    start = _COUNT.size
    end = start + count * _SIZE
    digests = (packed[at : at + _SIZE] for at in range(start, end, _SIZE))
    return zip(_names(packed[end:]), digests, strict=True)
