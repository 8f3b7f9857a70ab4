"""What a TARGET that names no symbol may mean: an inherited member, a slip, a file left out."""

from collections.abc import Iterator
from difflib import SequenceMatcher, get_close_matches
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from flames_indexer.facts import BindingKind, DefinitionKind, FileFacts
from flames_indexer.files import relative
from flames_indexer.languages import language_of
from flames_indexer.model import EdgeKind, Symbol, SymbolKind

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_SHOWN = 3
_VARIABLES = (BindingKind.ASSIGN, BindingKind.ANNOTATION, BindingKind.PARAMETER)
_FUNCTIONS = (DefinitionKind.FUNCTION, DefinitionKind.LAMBDA)
_CLOSE = 0.7  # of 1, difflib's ratio: two letters swapped in a word of six still pass
_DEEPEST = 20  # bases of bases; a ring of them is code being written


def is_local(snapshot: "Snapshot", symbol: Symbol) -> bool:
    """Whether the symbol is defined in a function, so that no other file can name it."""
    path, _, name = symbol.id.partition("::")
    owners = accumulate(name.split(".")[:-1], "{}.{}".format)
    found = (snapshot.symbol(f"{path}::{owner}") for owner in owners)
    return any(owner and owner.kind in (SymbolKind.FUNCTION, SymbolKind.METHOD) for owner in found)


def inherited(snapshot: "Snapshot", name: str) -> Symbol | None:
    """What `Class.member` means when a base of the one class of that name defines the member."""
    owner, _, member = name.rpartition(".")
    classes = [symbol for symbol in snapshot.find(owner) if symbol.kind is SymbolKind.CLASS]
    wide = [symbol for symbol in classes if not is_local(snapshot, symbol)]
    if not member or len(wide or classes) != 1:
        return None
    walked = list(_bases(snapshot, (wide or classes)[0].id, 0))
    order = reversed(dict.fromkeys(reversed(walked)))  # a base that two share comes after both
    members = (snapshot.symbol(f"{base}.{member}") for base in order)
    return next((symbol for symbol in members if symbol is not None), None)


def _bases(snapshot: "Snapshot", identity: str, depth: int) -> Iterator[str]:
    """The class and its bases, those of the first base before the second base."""
    yield identity
    if depth < _DEEPEST:
        for edge in snapshot.edges_from(identity, (EdgeKind.INHERIT,)):
            yield from _bases(snapshot, edge.target, depth + 1)


def variables(snapshot: "Snapshot", name: str) -> list[tuple[str, int]]:
    """Where a variable of files or classes, a member or a parameter has the last name of `name`, in
    what the rest of it names: (path, offset), the widest known first. Looks at the facts of every
    file.
    """
    owner, _, last = name.rpartition("::")[2].rpartition(".")
    found: set[tuple[bool, str, int]] = set()
    for path in snapshot.paths():
        facts = snapshot.facts(path)
        if facts is None or last not in facts.strings:
            continue
        row = facts.strings.index(last)
        table = facts.bindings
        for bound, scope, kind, start in zip(
            table.name, table.scope, table.kind, table.start, strict=True
        ):
            if bound == row and kind in _VARIABLES and _is_in(owner, path, facts, scope):
                local = facts.definitions.kind[scope] in _FUNCTIONS
                found.add((local, path, start))
        members, outer = facts.members, facts.definitions.parent
        for bound, scope, start in zip(members.name, members.scope, members.start, strict=True):
            if bound == row and _is_in(owner, path, facts, max(outer[scope], 0)):
                found.add((False, path, start))
    return [(path, start) for _, path, start in sorted(found)]


def _is_in(owner: str, path: str, facts: FileFacts, scope: int) -> bool:
    """Whether `owner` (`Class`, `package.module`) names a scope."""
    module = path.rpartition(".")[0].removesuffix("/__init__").replace("/", ".")
    inside = facts.strings[facts.definitions.qualname[scope]]
    return not owner or f".{module}.{inside}".rstrip(".").endswith(f".{owner}")


def nearest(snapshot: "Snapshot", name: str) -> list[Symbol]:
    """The few symbols whose names are spelt most like `name`; reads every name there is."""
    named: dict[str, list[str]] = {}
    for identity in snapshot.graph.symbols():
        if "::" in identity:  # modules are named by their paths
            named.setdefault(_last(identity), []).append(identity)
    close = get_close_matches(_last(name), named, n=2 * _SHOWN, cutoff=_CLOSE)
    likeness = SequenceMatcher(b=name.lower())

    def unlike(symbol: Symbol) -> tuple[bool, float, str]:
        likeness.set_seq1(symbol.id.rpartition("::")[2].lower())
        return is_local(snapshot, symbol), -likeness.ratio(), symbol.id

    found = [snapshot.symbol(identity) for last in close for identity in named[last]]
    return sorted((symbol for symbol in found if symbol is not None), key=unlike)[:_SHOWN]


def _last(name: str) -> str:
    return name.rpartition("::")[2].rpartition(".")[2].lower()


def why_not_indexed(snapshot: "Snapshot", given: str) -> str | None:
    """Why a file or folder that is on disk is no TARGET; None when there is none."""
    root = snapshot.index.root
    places = (Path(given).absolute().resolve(), root / given)
    place = next((place for place in places if place.exists()), None)
    if place is None or place == root:
        return None
    if relative(str(root), str(place)) is None:
        return f"{given} is not in {root}: name its repository with --root."
    if place.is_dir():
        return f"{given} is a folder: write a file in it, a symbol or PATH:LINE."
    if language_of(place.name) is None:
        return f"{given} is not in a language that Flames reads."
    return (
        f"{given} is not indexed: ignored (.gitignore, .flamesignore, paths.exclude) or skipped"
        " (`flames status -v` says why)."
    )
