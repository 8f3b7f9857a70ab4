"""Sites: where a file calls something, by the last name of that; which members it reads."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Final
from zlib import crc32

import numpy as np

from flames_indexer.facts import DefinitionFlag, ExpressionKind, FileFacts, Use
from flames_indexer.languages import language_named
from flames_indexer.resolve.stores import members_stored_in
from flames_indexer.resolve.tables import File, Site, last_name
from flames_indexer.roles import is_test

_NAME: Final = int(ExpressionKind.NAME)
_MEMBER: Final = int(ExpressionKind.MEMBER)
_CALL: Final = int(ExpressionKind.CALL)
_NEW: Final = int(ExpressionKind.NEW)
_CALLEE: Final = int(Use.CALLEE)
_DECORATOR: Final = int(Use.DECORATOR)
_CONSTRUCTOR: Final = int(DefinitionFlag.CONSTRUCTOR)
_ESCAPES: Final = "\x07"  # before a name: the unit of the other names that its value gets
_USES: Final = "\x06"  # before a top-level name: the unit of what is read from names below it
_SITES: Final = "\x04"  # before a name: the unit of a file that is its call sites of that name


def unit_of_sites(name: str) -> str:
    """The unit of a file under which its sites of a name are read."""
    return _SITES + name


def named_by_unit(unit: str) -> str | None:
    """The name whose sites a unit is; None: it is a top-level name."""
    return unit[1:] if unit.startswith(_SITES) else None


def unit_of_uses(name: str) -> str:
    """The unit under which the members that a definition's code reads from names are read."""
    return _USES + name


def unit_of_escapes(name: str) -> str:
    """The unit under which the ways out of what is named so are read."""
    return _ESCAPES + name


def escapes_by_unit(unit: str) -> str | None:
    """The name whose ways out a unit is; None: it is another unit."""
    return unit[1:] if unit.startswith(_ESCAPES) else None


def uses_by_unit(unit: str) -> str | None:
    """The top-level name whose uses a unit is; None: it is another unit."""
    return unit[1:] if unit.startswith(_USES) else None


def sites_of(file: File, name: str) -> Iterator[Site]:
    """The sites of a file whose callee is last named so, in source order; `name(…)(…)` too."""
    if file.sites is None:
        file.sites = _sites(file)
    for row in file.sites.get(name, ()):
        yield _site(file.facts, row)


def _site(facts: FileFacts, row: int) -> Site:
    if row < 0:
        return Site(facts.decorators.value[~row], -1, 1, facts.decorators.definition[~row])
    expressions = facts.expressions
    return Site(expressions.a[row], expressions.b[row], expressions.c[row])


def names_called(facts: FileFacts) -> set[str]:
    """The names that have sites; a few more that have none do no harm."""
    table, aliases, strings = facts.expressions, _aliases(facts), facts.strings
    rows = {
        b if kind == _MEMBER else aliases.get(a, a)
        for kind, use, a, b in zip(table.kind, table.use, table.a, table.b, strict=True)
        if kind <= _MEMBER and (use == _CALLEE or use == _DECORATOR)  # noqa: SIM109 (hot)
    }
    for value in facts.bases.value:
        rows.add(last_name(facts, value))
    rows.discard(-1)
    stored = members_stored_in(facts, language_named(facts.language).semantics())
    return {strings[row] for row in rows} | stored


class Calling:
    """Which files call something of a name, from their encoded names by path."""

    def __init__(self, encoded: Iterable[tuple[str, bytes]]) -> None:
        known = list(encoded)
        self._paths = [path for path, _ in known]
        digests = np.frombuffer(b"".join(names for _, names in known), np.uint32)
        order = np.argsort(digests, kind="stable")
        self._digests = array("I", digests[order].tobytes())
        counts = [len(names) // 4 for _, names in known]
        files = np.repeat(np.arange(len(known), dtype=np.uint32), counts)
        self._files = array("I", files[order].tobytes())

    def paths(self, name: str) -> list[str]:
        """The files, in the order they came."""
        digest = digest_of(name)
        first = bisect_left(self._digests, digest)
        end = bisect_right(self._digests, digest, first)
        return [self._paths[at] for at in self._files[first:end]]


def _sites(file: File) -> dict[str, list[int]]:
    facts = file.facts
    callees, strings = facts.expressions.a, file.strings
    aliases = _aliases(facts)
    found: dict[str, list[int]] = {}
    for row, kind in enumerate(facts.expressions.kind):
        if kind == _CALL or kind == _NEW:  # noqa: SIM109 (hot)
            for name in _called(file, row) or (_head_name(facts, callees[row]),):
                if name >= 0:
                    found.setdefault(strings[aliases.get(name, name)], []).append(row)
    for at, row in enumerate(facts.decorators.value):
        name = _head_name(facts, row)
        if name >= 0:
            found.setdefault(strings[aliases.get(name, name)], []).append(~at)
    return found


def encoded_names(path: str, facts: FileFacts) -> bytes:
    """`names_called` as sorted 4-byte digests; none where no argument is followed, and of tests,
    which hand their doubles to the program."""
    language = language_named(facts.language)
    if not language.semantics().follows_arguments or is_test(path):
        return b""
    return array("I", sorted({digest_of(name) for name in names_called(facts)})).tobytes()


class CalledNames:
    """A set of names, of which their digests are known."""

    def __init__(self, encoded: bytes) -> None:
        """`encoded`: as `encoded_names` gives them."""
        digests = array("I")
        digests.frombytes(encoded)
        self._digests = frozenset(digests)

    def __len__(self) -> int:
        return len(self._digests)

    def __contains__(self, name: object) -> bool:
        """True for a few names too many."""
        return isinstance(name, str) and digest_of(name) in self._digests

    def __xor__(self, other: "CalledNames") -> "CalledNames":
        return _called_names(self._digests ^ other._digests)

    def __or__(self, other: "CalledNames") -> "CalledNames":
        return _called_names(self._digests | other._digests)


def _called_names(digests: frozenset[int]) -> CalledNames:
    return CalledNames(array("I", digests).tobytes())


def digest_of(name: str) -> int:
    """The digest of a name. Two names may share one: then one is looked for in vain."""
    return crc32(name.encode("utf-8", "surrogatepass"))


def _head_name(facts: FileFacts, row: int) -> int:
    """String row of the last name of `f`, `a.f` and what they give when called; -1: none."""
    expressions = facts.expressions
    while row >= 0 and expressions.kind[row] == _CALL:
        row = expressions.a[row]
    return last_name(facts, row)


def _called(file: File, call: int) -> list[int]:
    """The base classes' names where a constructor calls the constructor behind it."""
    facts = file.facts
    expressions, definitions = facts.expressions, facts.definitions
    callee = expressions.a[call]
    scope = expressions.scope[call]
    if (
        expressions.kind[callee] != _MEMBER
        or not definitions.flags[scope] & _CONSTRUCTOR
        or definitions.name[scope] != expressions.b[callee]
    ):
        return []
    owner = definitions.parent[scope]
    return [last_name(facts, facts.bases.value[at]) for at in file.bases.get(owner, ())]


def _aliases(facts: FileFacts) -> dict[int, int]:
    """What is imported under another name: that name to the one it has at home."""
    table = facts.imports
    return {
        alias: name
        for name, alias in zip(table.name, table.alias, strict=True)
        if alias != name and facts.strings[name]
    }


def uses_below(file: File) -> dict[str, list[tuple[int, str]]]:
    """(scope, member) for each `name.member` of a file, by name."""
    if file.uses is None:
        expressions, strings = file.facts.expressions, file.strings
        kinds, texts = expressions.kind, expressions.a
        file.uses = {}
        columns = zip(kinds, expressions.scope, expressions.a, expressions.b, strict=True)
        for kind, scope, of, member in columns:
            if kind == _MEMBER and kinds[of] == _NAME:
                file.uses.setdefault(strings[texts[of]], []).append((scope, strings[member]))
    return file.uses
