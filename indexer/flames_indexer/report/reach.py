"""Who depends on some symbols, by distance, and where in the repository that is."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flames_indexer.architecture import imports, layers
from flames_indexer.impact.conventions import conventions_of
from flames_indexer.languages import language_of
from flames_indexer.model import Edge
from flames_indexer.neighbours import Near, Question, neighbours

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot


@dataclass(frozen=True, slots=True)
class Reach:
    """`near`: each symbol once, at its shortest distance, nearest first."""

    near: tuple[Near, ...]

    def files(self) -> int:
        """How many files they are in."""
        return len({near.symbol.partition("::")[0] for near in self.near})


@dataclass(frozen=True, slots=True)
class Stop:
    """A folder that the change reaches: how many of its files, at which distance first, and the
    highest of their layers."""

    folder: str
    files: int
    depth: int  # 0: the change itself is there
    layer: int


@dataclass(frozen=True, slots=True)
class Crossed:
    """The way of a change through the layers of files. `back`: imports of changed files that
    stand against the layers and were not there before."""

    stops: tuple[Stop, ...]  # lowest layer first
    highest: int  # layer of the repository
    back: tuple[Edge, ...]


def reach(
    snapshot: "Snapshot",
    symbols: Collection[str],
    depth: int,
    lost: Mapping[str, Sequence[Edge]] | None = None,
) -> Reach:
    """The dependents of `symbols` within `depth` steps, themselves left out; `lost` as in
    `neighbours`."""
    seeds = dict.fromkeys([*symbols, *filter(None, map(_constructed, symbols))])
    if not seeds:
        return Reach(())
    return Reach(tuple(neighbours(snapshot, list(seeds), Question("dependents", depth), lost)))


def crossed(
    snapshot: "Snapshot",
    changed: Collection[str],
    found: Reach,
    before: Callable[[str], bytes | None],
) -> Crossed:
    """Where the changed files and those that depend on them stand; `before` gives their former
    texts. Of a file that is new every import came with the change."""
    all_imports = list(imports(snapshot))
    needs = Counter((edge.span.path, _file(edge.target)) for edge in all_imports)
    table = layers({path for step in needs for path in step}, needs)
    first = dict.fromkeys(changed, 0)
    for near in found.near:
        first.setdefault(_file(near.symbol), near.depth)
    folders: dict[str, list[str]] = {}
    for path in first:
        folders.setdefault(path.rpartition("/")[0], []).append(path)
    stops = [
        Stop(
            folder or ".",
            len(paths),
            min(first[path] for path in paths),
            max(table.of.get(path, 0) for path in paths),
        )
        for folder, paths in folders.items()
    ]
    stops.sort(key=lambda stop: (stop.depth > 0, stop.layer, stop.folder))
    against = (e for e in all_imports if (e.span.path, _file(e.target)) in table.back)
    own = [edge for edge in against if edge.span.path in changed]
    back = {
        (edge.span.path, _file(edge.target)): edge
        for edge in reversed(own)
        if _is_new(snapshot, edge, before(edge.span.path))
    }
    highest = max(table.of.values(), default=0)
    return Crossed(tuple(stops), highest, tuple(reversed(back.values())))


def _is_new(snapshot: "Snapshot", edge: Edge, before: bytes | None) -> bool:
    """Whether the line of an import is not in the former text."""
    source = snapshot.source(edge.span.path) or b""
    start = source.rfind(b"\n", 0, edge.span.start) + 1
    line = source[start:].partition(b"\n")[0].strip()
    return line not in {known.strip() for known in (before or b"").splitlines()}


def _file(identity: str) -> str:
    return identity.partition("::")[0]


def _constructed(symbol: str) -> str | None:
    """The class that is made by calling it: who changes a constructor changes that."""
    path, _, name = symbol.partition("::")
    owner, _, last = name.rpartition(".")
    language = language_of(path)
    conventions = conventions_of(language.name) if language is not None else None
    made = conventions is not None and owner and last in conventions.constructors
    return f"{path}::{owner}" if made else None
