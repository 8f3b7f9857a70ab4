"""The call graph of small programs against PyCG's micro-benchmark.

    python bench/graph.py CHECKOUT/micro-benchmark/snippets

A case is exact when the calls of functions defined in it are the expected ones, none missing and
none too many, of certainty `inferred` or better. Names are brought together: a class stands for
the constructor it has or inherits, what stands above a definition is run by whoever holds it, a
class that is raised is constructed, lambdas are numbered where they stand.

Prints one line for each case that is not exact, and the sums.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from flames_indexer.facts import DefinitionKind, FileFacts
from flames_indexer.languages import language_of
from flames_indexer.model import Certainty, EdgeKind
from flames_indexer.parse import parse
from flames_indexer.resolve import FileEdges, Resolver
from flames_indexer.resolve.symbols import symbol_id, symbol_ids

_CALLS = (EdgeKind.CALL, EdgeKind.PROPERTY, EdgeKind.PROTOCOL, EdgeKind.DECORATE)
_Edges = set[tuple[str, str]]


class Case:
    """A folder of modules as a `resolve.Program`."""

    def __init__(self, folder: Path) -> None:
        files = {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*.py")}
        self._files = files
        self._facts = {path: _parsed(path, files[path]) for path in sorted(files)}

    def facts(self, path: str) -> FileFacts | None:
        return self._facts.get(path)

    def exists(self, path: str) -> bool:
        return path in self._facts

    def paths(self) -> list[str]:
        return list(self._facts)

    def manifest(self, path: str) -> bytes | None:
        return None

    def is_raised(self, path: str, start: int) -> bool:
        """Whether the name at that place is the last one of what a `raise` names."""
        line = self._files[path][:start].rpartition(b"\n")[2]
        return re.fullmatch(rb"\s*raise\s+[\w.]*", line) is not None

    def names(self) -> dict[str, str]:
        """PyCG's name of each symbol, by its id."""
        return {
            identity: name
            for path, facts in self._facts.items()
            for identity, name in _names(path, facts).items()
        }


def _parsed(path: str, source: bytes) -> FileFacts:
    language = language_of(path)
    assert language is not None, path
    return parse(source, language)


def _names(path: str, facts: FileFacts) -> dict[str, str]:
    module = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    definitions, names, found = facts.definitions, [module], {path: module}
    count = Counter[str]()
    for row in range(1, len(definitions.kind)):
        above = names[definitions.parent[row]]
        kind, own = definitions.kind[row], facts.strings[definitions.name[row]]
        if kind == DefinitionKind.LAMBDA:
            count[above] += 1
            own = f"<lambda{count[above]}>"
        names.append(above if kind == DefinitionKind.COMPREHENSION else f"{above}.{own}")
        found.setdefault(symbol_id(path, facts, row), names[-1])
    return found


def calls_of(folder: Path) -> tuple[_Edges, set[str]]:
    """The calls that Flames finds, and the functions that the case defines, in PyCG's names."""
    case = Case(folder)
    resolver, names = Resolver(case), case.names()
    edges = {path: resolver.resolve(path) for path in case.paths()}
    classes = {identity for path in case.paths() for identity in _classes(path, case.facts(path))}
    bases = _bases(edges, case)
    calls: _Edges = set()
    for source, target, kind in _uses(edges, case):
        if kind not in _CALLS or target not in names:
            continue
        callee = _constructor(target, bases, names) if target in classes else target
        if callee:
            calls.add((names[source], names[callee]))
    return calls, {name for identity, name in names.items() if identity not in classes}


def _uses(edges: dict[str, FileEdges], case: Case) -> Iterator[tuple[str, str, EdgeKind]]:
    """(source, target, kind) of the edges that are sure enough."""
    for path, own in edges.items():
        facts = case.facts(path)
        assert facts is not None
        ids, heads = symbol_ids(path, facts), _heads(path, facts)
        for row in range(len(own)):
            if own.certainty[row] > Certainty.INFERRED:
                continue
            source, kind, start = ids[own.source[row]], EdgeKind(own.kind[row]), own.start[row]
            if kind != EdgeKind.INHERIT and start < heads.get(source, (0, ""))[0]:
                source = heads[source][1]
            if kind == EdgeKind.REFERENCE and case.is_raised(path, start):
                kind = EdgeKind.CALL
            yield source, own.strings[own.target[row]], kind


def _heads(path: str, facts: FileFacts) -> dict[str, tuple[int, str]]:
    """Where the name of each function or class stands, and the id of what holds it."""
    definitions = facts.definitions
    return {
        symbol_id(path, facts, row): (
            definitions.name_start[row],
            symbol_id(path, facts, definitions.parent[row]),
        )
        for row in range(1, len(definitions.kind))
        if definitions.kind[row] in (DefinitionKind.FUNCTION, DefinitionKind.CLASS)
    }


def _classes(path: str, facts: FileFacts | None) -> set[str]:
    assert facts is not None
    kinds = enumerate(facts.definitions.kind)
    return {symbol_id(path, facts, row) for row, kind in kinds if kind == DefinitionKind.CLASS}


def _bases(edges: dict[str, FileEdges], case: Case) -> dict[str, list[str]]:
    bases: dict[str, list[str]] = {}
    for source, target, kind in _uses(edges, case):
        if kind == EdgeKind.INHERIT:
            bases.setdefault(source, []).append(target)
    return bases


def _constructor(owner: str, bases: dict[str, list[str]], names: dict[str, str]) -> str:
    """The id of the constructor that a class has or inherits; "" when it has none."""
    own = f"{owner}.__init__"
    if own in names:
        return own
    above = (_constructor(base, bases, names) for base in bases.get(owner, ()))
    return next(filter(None, above), "")


def expected_of(folder: Path) -> _Edges:
    """The calls that the benchmark expects."""
    graph: dict[str, list[str]] = json.loads((folder / "callgraph.json").read_text())
    return {(caller, callee) for caller, callees in graph.items() for callee in callees}


def main(arguments: Sequence[str] | None = None) -> int:
    """Scores all cases below a folder; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Formatter)
    parser.add_argument("snippets", type=Path)
    root: Path = parser.parse_args(arguments).snippets
    sums = Counter[str]()
    for folder in sorted(path.parent for path in root.rglob("callgraph.json")):
        calls, functions = calls_of(folder)
        expected = {edge for edge in expected_of(folder) if edge[1] in functions}
        found = {edge for edge in calls if edge[1] in functions}
        missing, extra = sorted(expected - found), sorted(found - expected)
        sums.update(right=len(expected & found), missing=len(missing), extra=len(extra))
        sums.update(cases=1, exact=not missing and not extra)
        if missing or extra:
            print(f"{folder.relative_to(root)}: missing {_text(missing)}; extra {_text(extra)}")
    precision = sums["right"] / max(sums["right"] + sums["extra"], 1)
    recall = sums["right"] / max(sums["right"] + sums["missing"], 1)
    print(
        f"exact {sums['exact']} of {sums['cases']}; precision {precision:.3f}, recall {recall:.3f}"
    )
    return 0


def _text(edges: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{caller} > {callee}" for caller, callee in edges) or "none"


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the description."""


if __name__ == "__main__":
    raise SystemExit(main())
