"""Whether one file comes to import another when the program runs."""

from collections.abc import Iterator
from posixpath import dirname
from typing import TYPE_CHECKING

from flames_indexer.insertion.top import Top
from flames_indexer.model import EdgeKind

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_PACKAGE = "__init__.py"  # what importing a file runs before it, in each folder above


def needs(snapshot: "Snapshot", path: str, other: str) -> bool:
    """Whether importing `path` imports `other`, directly or not, at once or when a function runs.

    Of files without unsaved text as the index says; each is looked at once an index.
    """
    known: dict[str, frozenset[str]] = snapshot.derived("insertion/imports", dict)
    already = {other, *_packages(snapshot, other)}
    seen = {path}
    queue = [path]
    while queue:
        here = queue.pop()
        if here == other:
            return True
        for asked in (*_imported(snapshot, here, known), *_packages(snapshot, here)):
            if asked not in seen and (asked == other or asked not in already):
                seen.add(asked)
                queue.append(asked)
    return False


def _imported(snapshot: "Snapshot", path: str, known: dict[str, frozenset[str]]) -> frozenset[str]:
    if path in snapshot.overlays():
        top = Top.of(snapshot, path)
        return top.imported if top is not None else frozenset()
    if path not in known:
        edges = snapshot.index.graph.edges_in(path, (EdgeKind.IMPORT,))
        inside = (e.target for e in edges if not e.type_only and not e.target.startswith("ext:"))
        known[path] = frozenset(target.partition("::")[0] for target in inside)
    return known[path]


def _packages(snapshot: "Snapshot", path: str) -> Iterator[str]:
    folder = dirname(path)
    while folder:
        package = f"{folder}/{_PACKAGE}"
        if package != path and snapshot.exists(package):
            yield package
        folder = dirname(folder)
