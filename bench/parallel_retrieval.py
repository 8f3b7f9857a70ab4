"""Is a function found again among thousands: renamed, years later, written by another hand?

    python bench/parallel_retrieval.py FOLDER HAYSTACK… [--older NAME=PATH] [--twice NAME]
        [--beside NAME=PATH]

HAYSTACK: source folders, indexed together under their names. `--older`: functions of an older
release of the haystack NAME, asked for as they stand (T3) and with their local names exchanged
(T3 renamed); those of today are asked for with local names exchanged as T2. `--twice`: functions
outside of classes that bear one name in two files of NAME, each asked for by the other (T4);
`--beside`: functions of another folder that a file of the same name in NAME has by the same name
(T4: the same problems solved by another hand).
The name is always masked, and no documentation is given. FOLDER keeps the index between runs.
"""

import argparse
import ast
import copy
import os
import random
import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flames_indexer.build import build
from flames_indexer.config import load
from flames_indexer.index import Index, Snapshot
from flames_indexer.model import Role
from flames_indexer.roles import role_of
from flames_indexer.similarity import similar_text

_LEAST_LINES = 6
_SEED = 11
_LOOKED_AT = 10


@dataclass(frozen=True, slots=True)
class Function:
    path: str
    qualname: str
    text: str  # without indentation and documentation, its name masked

    @property
    def id(self) -> str:
        return f"{self.path}::{self.qualname}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Formatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("haystack", type=Path, nargs="+")
    parser.add_argument("--older", action="append", default=[])
    parser.add_argument("--twice", action="append", default=[])
    parser.add_argument("--beside", action="append", default=[])
    parser.add_argument("--size", type=int, default=150, help="functions asked for, each kind")
    parser.add_argument("--misses", action="store_true")
    asked = parser.parse_args(arguments)
    snapshot = _indexed(asked.folder, asked.haystack)
    for pair in asked.older:
        name, _, path = pair.partition("=")
        now = {f.id: f for f in _functions(asked.folder / "hay", name)}
        then = [f for f in _functions(Path(path).parent, Path(path).name, name) if f.id in now]
        changed = [(f.text, {f.id}, "") for f in then if now[f.id].text != f.text]
        same = [(f.text, {f.id}, "") for f in now.values()]
        for kind, rows, change in (
            (f"T2 {name}", same, renamed),
            (f"T3 {name}", changed, str),
            (f"T3 {name}, renamed", changed, renamed),
        ):
            _tell(snapshot, kind, _sample(rows, asked.size), change, asked.misses)
    for name in asked.twice:
        rows = list(_twice(_functions(asked.folder / "hay", name)))
        _tell(snapshot, f"T4 {name}", _sample(rows, asked.size), str, asked.misses)
    for pair in asked.beside:
        name, _, path = pair.partition("=")
        known = _functions(asked.folder / "hay", name)
        rows = _beside(_functions(Path(path).parent, Path(path).name), known)
        _tell(snapshot, f"T4 {name}", _sample(rows, asked.size), str, asked.misses)
    return 0


_Row = tuple[str, set[str], str]  # the code asked for, the ids that would be right, its own


def _tell(
    snapshot: Snapshot, kind: str, rows: list[_Row], change: Callable[[str], str], misses: bool
) -> None:
    ranks: list[int] = []
    for text, wanted, own in rows:
        matches = similar_text(snapshot, change(text).encode(), _LOOKED_AT)
        found = [match.symbol for match in matches if match.symbol != own]
        ranks.append(next((n for n, one in enumerate(found, 1) if one in wanted), 0))
        if misses and not 1 <= ranks[-1] <= 5:
            print(f"   {sorted(wanted)[0]} rank {ranks[-1]}; first {found[:1]}")
    if ranks:
        first, five = (sum(1 <= r <= most for r in ranks) / len(ranks) for most in (1, 5))
        print(f"{kind:32} {len(ranks):4}  R@1 {first:.2f}  R@5 {five:.2f}", flush=True)


def _sample(rows: list[_Row], size: int) -> list[_Row]:
    rows = sorted(rows, key=lambda row: (sorted(row[1]), row[0]))
    return random.Random(_SEED).sample(rows, min(size, len(rows)))


def _twice(functions: Iterator[Function]) -> Iterator[_Row]:
    """Each function whose name another file has for one of its own, unless their texts are one."""
    named: dict[str, list[Function]] = defaultdict(list)
    for function in functions:
        if "." not in function.qualname and function.qualname not in ("main", "solution"):
            named[function.qualname].append(function)
    for group in named.values():
        if 2 <= len({f.path for f in group}) <= 4:
            for one in group:
                others = {f.id for f in group if f.path != one.path and f.text != one.text}
                if others:
                    yield one.text, others, one.id


def _beside(ours: Iterator[Function], theirs: Iterator[Function]) -> list[_Row]:
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for function in theirs:
        wanted[_place(function)].add(function.id)
    return [(f.text, wanted[_place(f)], f.id) for f in ours if _place(f) in wanted]


def _place(function: Function) -> tuple[str, str]:
    """Its file's name and its own, without what either is in."""
    return Path(function.path).name, function.qualname.rpartition(".")[2]


def renamed(text: str) -> str:
    """The function with its parameters and local names exchanged for `v0`, `v1`…"""
    tree = ast.parse(text)
    own = [node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)]
    own += [
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    kept = {
        name for n in ast.walk(tree) if isinstance(n, ast.Global | ast.Nonlocal) for name in n.names
    }
    new = {
        name: f"v{at}"
        for at, name in enumerate(dict.fromkeys(own))
        if name not in ("self", "cls") and name not in kept
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.arg = new.get(node.arg, node.arg)
        elif isinstance(node, ast.Name):
            node.id = new.get(node.id, node.id)
    return ast.unparse(tree)


def _functions(folder: Path, name: str, under: str = "") -> Iterator[Function]:
    """Of the Python source files; paths begin with `under`, by default with the folder's name."""
    for file in sorted((folder / name).rglob("*.py")):
        path = f"{under or name}/{file.relative_to(folder / name).as_posix()}"
        if role_of(path, generated=False) is Role.SOURCE:
            try:
                tree = ast.parse(file.read_text("utf-8"))
            except (SyntaxError, ValueError):
                continue
            yield from _inside(tree, path, "")


def _inside(parent: ast.AST, path: str, prefix: str) -> Iterator[Function]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            text = _masked(node)
            if text.count("\n") >= _LEAST_LINES and not _is_dunder(node.name):
                yield Function(path, prefix + node.name, text)
        elif isinstance(node, ast.ClassDef):
            yield from _inside(node, path, f"{prefix}{node.name}.")


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _masked(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    said = ast.get_docstring(node) is not None
    body = node.body[1:] if said and len(node.body) > 1 else node.body
    bare = copy.copy(node)
    bare.body = body
    bare.name, bare.decorator_list = "f", []
    return re.sub(
        rf"\b{re.escape(node.name)}\(", "f(", ast.unparse(ast.fix_missing_locations(bare))
    )


def _indexed(folder: Path, haystack: list[Path]) -> Snapshot:
    root = folder / "hay"
    for source in haystack:
        if not (root / source.name).exists():
            shutil.copytree(source, root / source.name, symlinks=True)
    os.environ["FLAMES_CACHE_DIR"] = str(folder / "cache")
    config, _ = load(root)
    summary = build(root, config)
    print(f"{summary.files} files, {summary.symbols} symbols")
    return Snapshot.of(Index.open(root, config))


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the description."""


if __name__ == "__main__":
    sys.exit(main())
