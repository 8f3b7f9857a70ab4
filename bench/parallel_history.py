"""Would Flames have named the function that a maintainer later called instead?

    python bench/parallel_history.py CASES REPOSITORIES FOLDER [--kind whole] [--misses]

CASES: {"gold": [{repo, parent, file, function, line, existing, existing_defs, gold}]}: the commit
after `parent` made `function` call `existing`, or (siblings) made both call something new.
REPOSITORIES holds `<owner>+<name>/repo`, git directories. FOLDER keeps the work trees of all
parents and their indexes between runs. Of each case the whole tree of the parent is indexed; asked
is what `flames similar` ranks at which place, and what `flames check` says of the two files.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flames_indexer.build import build
from flames_indexer.checks import run_checks
from flames_indexer.config import load
from flames_indexer.index import Index, Snapshot
from flames_indexer.model import Finding, Match, Severity, Symbol, SymbolKind
from flames_indexer.similarity import similar
from flames_indexer.trace import Trace

KINDS = ("whole", "part", "sib-whole", "sib-part")
_RULE = "parallel-logic"
_FUNCTIONS = (SymbolKind.FUNCTION, SymbolKind.METHOD)
_LOOKED_AT = 10


@dataclass(frozen=True, slots=True)
class Case:
    kind: str
    name: str
    snapshot: Snapshot
    function: Symbol
    existing: frozenset[str]  # ids


@dataclass(frozen=True, slots=True)
class Outcome:
    rank: int  # from 1; 0: not among the first ten
    said: str  # warning | hint | ""
    first: str  # what was ranked first


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Formatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("repositories", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--repository", help="only cases of this one")
    parser.add_argument("--misses", action="store_true", help="print what was not found")
    asked = parser.parse_args(arguments)
    outcomes: dict[str, list[Outcome]] = defaultdict(list)
    for case in cases(asked.cases, asked.repositories, asked.folder, asked.kind, asked.repository):
        outcome = outcome_of(case)
        outcomes[case.kind].append(outcome)
        if asked.misses and not (1 <= outcome.rank <= 5 and outcome.said):
            wanted = ", ".join(sorted(case.existing))
            print(f"{case.kind:10} rank {outcome.rank:2} {outcome.said or '-':8} {case.name}")
            print(f"           {case.function.id} -> {wanted}; first: {outcome.first}")
    for kind in KINDS:
        if outcomes[kind]:
            print(_line(kind, outcomes[kind]))
    return 0


def outcome_of(case: Case) -> Outcome:
    """What Flames says of the case."""
    at = case.function.name_span
    ranked = similar(case.snapshot, at.path, at.start, _LOOKED_AT)
    rank = next((n for n, match in enumerate(ranked, 1) if match.symbol in case.existing), 0)
    said = max((f.severity for f in _findings(case) if _names_both(f, case)), default=None)
    words = "" if said is None else "warning" if said >= Severity.WARNING else "hint"
    return Outcome(rank, words, _shown(ranked))


def _findings(case: Case) -> tuple[Finding, ...]:
    paths = {case.function.path, *(identity.partition("::")[0] for identity in case.existing)}
    root = case.snapshot.index.root
    return run_checks(
        case.snapshot, paths, load(root)[0], trace=Trace(None), rules=[_RULE], baseline=False
    ).findings


def _names_both(finding: Finding, case: Case) -> bool:
    places = [finding.span, *(place.span for place in finding.related)]
    return any(_within(case.function, place.path, place.start) for place in places) and any(
        _within(case.snapshot.symbol(identity), place.path, place.start)
        for identity in case.existing
        for place in places
    )


def _within(symbol: Symbol | None, path: str, offset: int) -> bool:
    return symbol is not None and any(
        d.span.path == path and d.span.start <= offset < d.span.end for d in symbol.definitions
    )


def _shown(ranked: list[Match]) -> str:
    return f"{ranked[0].symbol} {ranked[0].score:.2f}" if ranked else "nothing"


def _line(kind: str, outcomes: list[Outcome]) -> str:
    counts = {
        "R@1": sum(o.rank == 1 for o in outcomes),
        "R@5": sum(1 <= o.rank <= 5 for o in outcomes),
        "warned": sum(o.said == "warning" for o in outcomes),
        "hinted": sum(o.said == "hint" for o in outcomes),
    }
    told = "  ".join(f"{word} {count / len(outcomes):.2f}" for word, count in counts.items())
    return f"{kind:10} {len(outcomes):3} cases  {told}"


def cases(
    file: Path, repositories: Path, folder: Path, kind: str | None, only: str | None
) -> Iterator[Case]:
    """The cases, each over the index of its parent; those that cannot be asked are told."""
    rows: list[dict[str, Any]] = json.loads(file.read_text())["gold"]
    rows.sort(key=lambda row: (row["repo"], row["date"], row["parent"]))
    known: tuple[str, Snapshot] | None = None
    for row in rows:
        if (kind and row["gold"] != kind) or (only and row["repo"] != only):
            continue
        if known is None or known[0] != row["parent"]:
            known = row["parent"], _snapshot(row, repositories, folder)
        case = _case(row, known[1])
        if case is None:
            print(f"not to be asked: {row['repo']} {row['function']} -> {row['existing']}")
        else:
            yield case


def _case(row: dict[str, Any], snapshot: Snapshot) -> Case | None:
    path, line = row["existing_defs"][0]
    function = _named(snapshot, row["file"], row["function"], int(row["line"]))
    bare = row["existing"].rpartition(".")[2]
    existing = [s for s in _functions(snapshot, path) if _line_of(snapshot, s) == int(line)]
    existing = existing or [s for s in _functions(snapshot, path) if s.name == bare]
    if function is None or not existing:
        return None
    name = f"{row['repo']} {row['commit'][:10]} {row['msg'][:60]}"
    return Case(row["gold"], name, snapshot, function, frozenset(s.id for s in existing))


def _named(snapshot: Snapshot, path: str, qualname: str, line: int) -> Symbol | None:
    named = [s for s in _functions(snapshot, path) if s.id == f"{path}::{qualname}"]
    named = named or [s for s in _functions(snapshot, path) if _line_of(snapshot, s) == line]
    return named[0] if named else None


def _functions(snapshot: Snapshot, path: str) -> list[Symbol]:
    return [s for s in snapshot.symbols_in(path) if s.kind in _FUNCTIONS]


def _line_of(snapshot: Snapshot, symbol: Symbol) -> int:
    source = snapshot.source(symbol.path) or b""
    return source.count(b"\n", 0, symbol.name_span.start) + 1


def _snapshot(row: dict[str, Any], repositories: Path, folder: Path) -> Snapshot:
    root = _worktree(row["repo"], row["parent"], repositories, folder)
    os.environ["FLAMES_CACHE_DIR"] = str(folder / "cache")
    config, _ = load(root)
    build(root, config)
    return Snapshot.of(Index.open(root, config))


def _worktree(name: str, commit: str, repositories: Path, folder: Path) -> Path:
    """Work trees of one clone: facts and vectors are kept by content, and shared."""
    clone, tree = folder.resolve() / name, folder.resolve() / f"{name}-{commit[:10]}"
    if not clone.exists():
        (mirror,) = repositories.glob(f"*+{name}/repo")
        _git(folder, "clone", "-q", "--shared", "--no-checkout", str(mirror), str(clone))
    if not tree.exists():
        _git(clone, "worktree", "add", "-q", "--detach", str(tree), commit)
    return tree


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the description."""


if __name__ == "__main__":
    sys.exit(main())
