"""Variables of modules renamed at their definition: are the files that import them named?

    python bench/variables.py FOLDER… [--count 20] [--seed 11]

FOLDER is a source tree of Python. Drawn are variables assigned once at the top of a module that
another file imports by name, which Python's own `ast` tells. A name that is imported through a
third module is not expected; what is named besides is printed, to be read.
"""

import argparse
import ast
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from committed import Committed


@dataclass(frozen=True)
class Variable:
    path: str
    name: str
    line: int  # from 0
    importers: frozenset[str]


def variables(root: Path) -> list[Variable]:
    """In the order of their paths. A module is named from the outermost folder of its package."""
    trees = {path: tree for path in sorted(root.rglob("*.py")) if (tree := _parsed(path))}
    importers: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for path, tree in trees.items():
        for imported in _imported(path, tree):
            importers[imported].add(path.relative_to(root).as_posix())
    found: list[Variable] = []
    for path, tree in trees.items():
        own = path.relative_to(root).as_posix()
        for name, line in _assigned_once(tree):
            users = importers[".".join(_module(path)), name] - {own}
            if users and not name.startswith("__"):
                found.append(Variable(own, name, line, frozenset(users)))
    return found


def _parsed(path: Path) -> ast.Module | None:
    try:
        return ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return None


def _module(path: Path) -> list[str]:
    package = _package(path)
    return package if path.stem == "__init__" else [*package, path.stem]


def _package(path: Path) -> list[str]:
    folder, parts = path.parent, list[str]()
    while (folder / "__init__.py").exists():
        parts.insert(0, folder.name)
        folder = folder.parent
    return parts


def _imported(path: Path, tree: ast.Module) -> Iterator[tuple[str, str]]:
    package = _package(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((module, alias.name) for alias in node.names)


def _assigned_once(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Names that nothing else of the module binds, and their lines."""
    bound = Counter(_bound(tree.body))
    for node in tree.body:
        for target in _targets(node):
            if isinstance(target, ast.Name) and bound[target.id] == 1:
                yield target.id, node.lineno - 1


def _targets(node: ast.stmt) -> list[ast.expr]:
    if isinstance(node, ast.AnnAssign):
        return [node.target] if node.value else []
    return node.targets if isinstance(node, ast.Assign) else []


def _bound(body: Iterable[ast.AST]) -> Iterator[str]:
    """Also in blocks, but not in functions and classes."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        else:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            yield from _bound(ast.iter_child_nodes(node))


def named(tree: Committed, variable: Variable) -> set[str]:
    """The files said to break once the variable has another name."""
    path = tree.root / variable.path
    text = path.read_text()
    lines = text.splitlines(keepends=True)
    lines[variable.line] = lines[variable.line].replace(variable.name, f"{variable.name}_other", 1)
    path.write_text("".join(lines))
    try:
        found = tree.findings("broken-callers")
    finally:
        path.write_text(text)
    about = [f for f in found if f"`{variable.name}`" in f["message"]]
    return {place["path"] for finding in about for place in finding["related"]}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=11)
    asked = parser.parse_args()
    for source in asked.folders:
        with tempfile.TemporaryDirectory() as folder:
            tree = Committed(source, Path(folder))
            found = variables(tree.root)
            drawn = random.Random(asked.seed).sample(found, min(asked.count, len(found)))
            expected = hit = 0
            for variable in drawn:
                ours = named(tree, variable)
                expected += len(variable.importers)
                hit += len(variable.importers & ours)
                missed, besides = variable.importers - ours, ours - variable.importers
                if missed or besides:
                    told = f"missed {sorted(missed)}, besides {sorted(besides)}"
                    print(f"  {variable.path}::{variable.name}: {told}")
        print(f"{source.name}: {len(drawn)} renamed, {hit} of {expected} importing files named")


if __name__ == "__main__":
    main()
