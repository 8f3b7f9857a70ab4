"""The graph of files, made of that of symbols: added up, folded, in layers, or a part of it.

Unlike the rows of symbols these are held whole: a repository has a hundred times fewer files.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from flames_indexer.architecture import layers
from flames_indexer.cli.graphs import EdgeRow, Row, SymbolRow
from flames_indexer.model import TYPE_ONLY, Certainty, EdgeKind, SymbolKind

EXTERNAL = "ext:"
FOLDER = "folder"
IMPORT = EdgeKind.IMPORT.label
_CERTAINTIES = tuple(certainty.label for certainty in Certainty)
_OF_FILES = (SymbolKind.MODULE.label, FOLDER, "external")

Names = Mapping[str, str]  # a file, and the folder that stands for it, or itself
_Between = dict[tuple[str, str, str, str], EdgeRow]  # by source, target, kind and via


def module_rows(rows: Iterable[Row], folds: Names | None = None) -> Iterator[Row]:
    """One node a file or folder, and one edge for each kind of use between two, the surest."""
    named: Names = folds or {}
    nodes: dict[str, SymbolRow] = {}
    between: _Between = {}
    for row in rows:
        if isinstance(row, EdgeRow):
            _add_edge(between, row, named)
        elif row.kind in _OF_FILES:
            _add_node(nodes, row, named)
    yield from nodes.values()
    yield from between.values()


def layered(rows: Iterable[Row]) -> list[Row]:
    """The same files, each with its layer; an import that stands against the layers is `back`."""
    kept = list(rows)
    files = [row for row in kept if isinstance(row, SymbolRow)]
    needs = {
        (row.source, row.target): row.places
        for row in kept
        if isinstance(row, EdgeRow) and is_followed(row) and not row.target.startswith(EXTERNAL)
    }
    found = layers((row.id for row in files if row.kind != "external"), needs)

    def placed(row: Row) -> Row:
        if isinstance(row, SymbolRow):
            return row._replace(layer=found.of.get(row.id))
        back = is_followed(row) and (row.source, row.target) in found.back
        return row._replace(back=back)

    return [placed(row) for row in kept]


def is_followed(row: EdgeRow) -> bool:
    """Whether it is an import that is followed when the program runs."""
    return row.kind == IMPORT and row.via != TYPE_ONLY


def one_a_pair(rows: Iterable[Row]) -> Iterator[Row]:
    """For pictures: one edge between two nodes, an import before other uses, with all places."""
    pairs: dict[tuple[str, str], EdgeRow] = {}
    for row in rows:
        if isinstance(row, SymbolRow):
            yield row
            continue
        before = pairs.get((row.source, row.target))
        if before is None:
            pairs[row.source, row.target] = row
            continue
        shown = min(before, row, key=lambda edge: (not is_followed(edge), edge.kind != IMPORT))
        pairs[row.source, row.target] = shown._replace(
            places=before.places + row.places, certainty=_surest(before, row)
        )
    yield from pairs.values()


def only(rows: Iterable[Row], names: Collection[str]) -> Iterator[Row]:
    """The nodes of these names and the edges among them."""
    for row in rows:
        ends = (row.id,) if isinstance(row, SymbolRow) else (row.source, row.target)
        if all(end in names for end in ends):
            yield row


def around(rows: Iterable[Row], start: str, depth: int) -> set[str]:
    """What needs `start` within `depth` steps, what it needs, and itself."""
    needs: dict[str, set[str]] = {}
    needed: dict[str, set[str]] = {}
    for row in rows:
        if isinstance(row, EdgeRow):
            needs.setdefault(row.source, set()).add(row.target)
            needed.setdefault(row.target, set()).add(row.source)
    return _reached(needs, start, depth) | _reached(needed, start, depth)


def _reached(steps: Mapping[str, Collection[str]], start: str, depth: int) -> set[str]:
    seen = wave = {start}
    for _ in range(depth):
        wave = {name for at in wave for name in steps.get(at, ())} - seen
        seen = seen | wave
    return seen


def _add_node(nodes: dict[str, SymbolRow], row: SymbolRow, named: Names) -> None:
    name = named.get(row.id, row.id)
    if name == row.id:
        nodes[name] = row
        return
    lines = row.end_line + (nodes[name].end_line if name in nodes else 0)
    same = name not in nodes or nodes[name].role == row.role
    nodes[name] = SymbolRow(name, FOLDER, name, 1, lines, row.role if same else "")


def _add_edge(between: _Between, row: EdgeRow, named: Names) -> None:
    source, target = (_file(end, named) for end in (row.source, row.target))
    if source == target:
        return
    via = TYPE_ONLY if row.via == TYPE_ONLY else ""  # what else stands between is of one place
    key = (source, target, row.kind, via)
    before = between.get(key)
    if before is None:
        between[key] = row._replace(source=source, target=target, via=via)
        return
    places = before.places + row.places
    between[key] = before._replace(places=places, certainty=_surest(before, row))


def _file(identity: str, named: Names) -> str:
    if identity.startswith(EXTERNAL):
        return identity
    path = identity.partition("::")[0]
    return named.get(path, path)


def _surest(one: EdgeRow, other: EdgeRow) -> str:
    return min(one.certainty, other.certainty, key=_CERTAINTIES.index)
