"""*Use the existing function* and *extract a shared one*, applied: what do they leave?

    python bench/fixes.py FOLDER… [--equal] [--injected 8] [--tests PYTHON] [--source src]
                                  [--min-lines 8] [--typescript PACKAGE] [--out DIFFERENCES]

Each FOLDER is copied. First the pairs that `flames check` reports there: for how many a fix is
offered, the first that the editor would show, and what each of them leaves; with `--equal` the same
of all functions of three lines and more whose text is the same but for the names that are theirs.
Then, with `--injected`, seeded copies of outermost functions of the folder, under other names and
with all local names renamed, in files of their own with the imports that they need: the *original*
is replaced by a call of its copy, so that the project's own tests, run by `--tests`, run the call.
Only functions that those tests run are drawn. `found`: the check reports the pair.

Parsed: no problem that was not there, and Python compiles it. Typed: no error of basedpyright in
the changed files that was not there, nor of TypeScript's checker (`--typescript`: the folder of its
package). Run: test files that name one of the two functions, or that the graph leads to, pass, and
fail where either raises; passed: with the fix they pass too. Tests are `PYTHON -m pytest FILE…`,
with the folder (or its `--source`) on the path.
"""

import argparse
import ast
import difflib
import os
import random
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from applying import Project, Texts
from flames_indexer.facts import DefinitionFlag, DefinitionKind
from flames_indexer.fixes import use_existing
from flames_indexer.fixes.bodies import Body
from flames_indexer.index import Snapshot
from flames_indexer.model import Finding, Role, Symbol, SymbolKind
from flames_indexer.similarity.compare import code_of

_CALLED = (SymbolKind.FUNCTION, SymbolKind.METHOD)
Pair = tuple[Symbol, int, Symbol, int]
"""Two functions, each with where the name of the definition starts."""


@dataclass
class Tally:
    counts: Counter[str] = field(default_factory=Counter[str])

    def add(self, **said: bool) -> None:
        for name, is_so in said.items():
            self.counts[f"{name} of"] += 1
            self.counts[name] += is_so

    def __str__(self) -> str:
        names = [name for name in self.counts if f"{name} of" in self.counts]
        return ", ".join(f"{n} {self.counts[n]}/{self.counts[f'{n} of']}" for n in names)


def real(project: Project, pairs: Iterable[Pair]) -> Tally:
    """What the fix of each leaves."""
    tally = Tally()
    for one, start, other, other_start in pairs:
        fix = project.fix_of(one, start, other, other_start)
        tally.add(offered=fix is not None)
        if fix is None:
            continue
        print(f"    {fix.title}  [{one.id} {other.id}]", flush=True)
        texts = project.applied(fix)
        shown(project, fix.title, texts)
        tally.add(parsed=project.parses(texts))
        typed = project.types(texts)
        if typed is not None:
            tally.add(typed=typed)
        files = project.tests_of((one, other))
        tally.add(run=bool(files))
        if files:
            passed = project.tests(texts, files)
            tally.add(passed=passed)
            print(f"        {'passed' if passed else 'FAILED'}: {' '.join(files)}")
        print(f"        {tally}", flush=True)
    return tally


def shown(project: Project, title: str, texts: Texts) -> None:
    """The difference, for whoever reads it."""
    out = project.options.out
    if out:
        with out.open("a") as file:
            file.write(f"\n=== {title}\n")
    for path, text in texts.items() if out else ():
        was = (project.root / path).read_text("utf-8").splitlines(keepends=True)
        now = text.decode().splitlines(keepends=True)
        with out.open("a") as file:
            file.writelines(difflib.unified_diff(was, now, f"{project.root.name}/{path}", path))


def reported(project: Project) -> Iterator[Pair]:
    """The pairs that the check names."""
    for finding in project.findings():
        one = project.snapshot.enclosing(finding.span.path, finding.span.start)
        other = project.snapshot.symbol(finding.related[0].symbol)
        if one is not None and other is not None:
            yield one, finding.span.start, other, finding.related[0].span.start


def equal(project: Project) -> Iterator[Pair]:
    """Of functions whose text is the same but for the names that are theirs, each with the first
    of its group."""
    groups: dict[bytes, list[tuple[Symbol, int]]] = defaultdict(list)
    for path in sorted(project.snapshot.paths()):
        if project.snapshot.roles().get(path) is Role.SOURCE:
            for symbol in project.snapshot.symbols_in(path):
                for key, start in _keys(project.snapshot, symbol):
                    groups[key].append((symbol, start))
    for (first, start), *others in groups.values():
        for other, at in others[:2]:
            yield other, at, first, start


def _keys(snapshot: Snapshot, symbol: Symbol) -> Iterator[tuple[bytes, int]]:
    source, facts = snapshot.source(symbol.path), snapshot.facts(symbol.path)
    if source is None or facts is None or symbol.kind not in _CALLED:
        return
    table, bindings = facts.definitions, facts.bindings
    starts = {definition.name_span.start for definition in symbol.definitions}
    for row, start in enumerate(table.name_start):
        if start not in starts or table.flags[row] & DefinitionFlag.STUB_BODY:
            continue
        text = code_of(source, facts, row).text
        own = [
            facts.strings[name].encode()
            for scope, name in zip(bindings.scope, bindings.name, strict=True)
            if scope == row
        ]
        if text.count(b"\n") >= 2 and len(text) > 80:
            words = b"|".join(map(re.escape, own)) or b"(?!)"
            blind = re.sub(rb"\b(?:%b)\b" % words, b"_", text)
            yield b" ".join(blind.split()), start


def injected(project: Project, count: int, seed: int) -> Tally:
    tally = Tally()
    candidates = sorted(_candidates(project), key=lambda symbol: symbol.id)
    random.Random(seed).shuffle(candidates)
    for symbol in candidates:
        if tally.counts["found of"] >= count:
            break
        planted = _planted(project, symbol)
        if planted is None or not project.tests_of((symbol,)):
            continue
        file = project.root / planted[0]
        file.write_bytes(planted[1])
        project.checker.remember(planted[0])
        project.index()
        _one(project, symbol, planted[0], tally)
        print(f"        {tally}", flush=True)
        file.unlink()
    project.index()
    return tally


def _one(project: Project, symbol: Symbol, path: str, tally: Tally) -> None:
    pair = {symbol.path, path}
    both = [f for f in project.findings(sorted(pair)) if {f.span.path, _other(f)} == pair]
    tally.add(found=bool(both))
    model = project.snapshot.symbol(f"{path}::flames_again")
    original = project.snapshot.symbol(symbol.id)
    if model is None or original is None:
        return
    fix = use_existing(project.snapshot, original, original.name_span.start, model)
    tally.add(offered=fix is not None)
    print(f"    {symbol.id}: {fix.edits[-1].text.strip() if fix else 'not offered'}")
    if fix is None:
        return
    texts = project.applied(fix)
    tally.add(parsed=project.parses(texts), typed=bool(project.types(texts)))
    tally.add(passed=project.tests(texts))


def _other(finding: Finding) -> str:
    return finding.related[0].span.path


def _candidates(project: Project) -> Iterator[Symbol]:
    """Outermost functions that say something, in source files."""
    for path in project.snapshot.paths():
        facts = project.snapshot.facts(path)
        if not path.endswith(".py") or path.startswith("tests/") or facts is None:
            continue
        table = facts.definitions
        for symbol in project.snapshot.symbols_in(path):
            rows = [r for r, at in enumerate(table.name_start) if at == symbol.name_span.start]
            if len(symbol.definitions) == 1 and any(
                r
                and table.kind[r] == DefinitionKind.FUNCTION
                and not table.parent[r]
                and not table.flags[r] & DefinitionFlag.STUB_BODY
                for r in rows
            ):
                yield symbol


def _planted(project: Project, symbol: Symbol) -> tuple[str, bytes] | None:
    """A file beside the function's with a renamed copy; None where that needs the file itself."""
    body = Body.of(project.snapshot, symbol)
    facts = project.snapshot.facts(symbol.path)
    if body is None or facts is None or body.decorators:
        return None
    own = {
        facts.strings[name]
        for scope, name, kind in zip(
            facts.bindings.scope, facts.bindings.name, facts.bindings.kind, strict=True
        )
        if scope == 0 and kind != 1  # all but imports
    }
    span = symbol.span
    text = body.source[span.start : span.end].decode()
    words = set(re.findall(r"\w+", text))
    lines = text.count("\n") + 1
    if words & own - {symbol.name} or lines < project.options.min_lines or len(words) > 200:
        return None
    parameters = {p.name for p in body.parameters}
    for name in sorted(body.locals - parameters):
        text = re.sub(rf"(?<![.\w'\"]){name}\b(?!['\"])", f"{name}_other", text)
    text = re.sub(rf"(?<![.\w]){symbol.name}\b", "flames_again", text)
    head = _imports(body.source.decode(), words)
    folder = symbol.path.rpartition("/")[0]
    return f"{folder}/flames_planted_{symbol.name}.py", f"{head}\n\n\n{text}\n".encode()


def _imports(source: str, words: set[str]) -> str:
    """The imports of a file that a text with these words needs, those for a checker too."""
    tree = ast.parse(source)
    checked = [
        inner
        for n in tree.body
        if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.unparse(n.test)
        for inner in n.body
    ]
    lines: list[str] = []
    for node in (*tree.body, *checked):
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound = ((n.asname or n.name.partition(".")[0], n) for n in node.names)
            node.names = [n for name, n in bound if name in words or name == "annotations"]
            if node.names:
                lines.append(ast.unparse(node))
    return "\n".join(lines)


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("folders", nargs="+", type=Path)
    arguments.add_argument("--equal", action="store_true")
    arguments.add_argument("--injected", type=int, default=0)
    arguments.add_argument("--tests", default="", help="the Python that runs a project's tests")
    arguments.add_argument("--source", default=".")
    arguments.add_argument("--min-lines", type=int, default=8)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--typescript", type=Path, help="the folder of its package")
    arguments.add_argument("--out", type=Path, help="where the differences are added to")
    options = arguments.parse_args()
    for folder in options.folders:
        with tempfile.TemporaryDirectory() as work:
            os.environ["FLAMES_CACHE_DIR"] = f"{work}/cache"
            project = Project(folder.resolve(), Path(work), options)
            found = list(reported(project))
            print(folder.name, "found by the check:", real(project, found), flush=True)
            if options.equal:
                known = {frozenset((one.id, other.id)) for one, _, other, _ in found}
                alike = (p for p in equal(project) if frozenset((p[0].id, p[2].id)) not in known)
                print(folder.name, "equal but for names:", real(project, alike), flush=True)
            if options.injected:
                tally = injected(project, options.injected, options.seed)
                print(folder.name, "injected:", tally, flush=True)
            project.close()


if __name__ == "__main__":
    main()
