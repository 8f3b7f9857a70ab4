"""Copies put into a package: how many are named, and how many functions that are fine speak.

    python bench/injected.py ROOT [ROOT…] --each 40 --seed 7 [--jscpd COMMAND --work FOLDER]

Of each package and kind of copy (`injecting.py`) a seeded sample of functions is copied into a file
of its own, unsaved (an inlined one into a function of the standard library, which no package has);
a copy is *named* when a finding at it has the original as its other place.
Beside it stands the share of the package's own functions of 8 lines or more that have a finding.

With `--jscpd` the same copies are written into FOLDER beside the package, and the command (with its
options) is run over both: what it names is a pair of the copy's file and the original's lines.
"""

import argparse
import ast
import json
import os
import random
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flames_indexer.build import build
from flames_indexer.checks import run_checks
from flames_indexer.config import Config, load
from flames_indexer.index import Index, Snapshot
from flames_indexer.model import Finding, Role, Severity
from flames_indexer.trace import Trace
from injecting import KINDS, Original, module_of, originals

_LINES = range(8, 61)
_HOSTS = ("argparse.py", "configparser.py", "ftplib.py", "mailbox.py", "tarfile.py", "zipfile.py")
_LEVELS = (Severity.WARNING, Severity.HINT)


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy in a file of its own."""

    kind: str
    original: Original
    path: str
    text: str


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("roots", type=Path, nargs="+")
    parser.add_argument("--each", type=int, default=40)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--jscpd", help="how jscpd is started")
    parser.add_argument("--work", type=Path, help="folder for what jscpd reads and writes")
    parser.add_argument("--misses", action="store_true")
    asked = parser.parse_args()
    hosts = _hosts()
    for root in (root.resolve() for root in asked.roots):
        config, _ = load(root)
        build(root, config)
        snapshot = Snapshot.of(Index.open(root, config))
        known = _originals(snapshot)
        made = list(_copies(known, hosts, asked.each, random.Random(asked.seed)))
        print(f"{root.name}: {len(known)} functions of {_LINES.start} lines or more")
        _report("flames", made, *_flames(snapshot, config, known, made, misses=asked.misses))
        if asked.jscpd:
            work = asked.work.resolve() / root.name
            _report("jscpd", made, *_jscpd(shlex.split(asked.jscpd), snapshot, known, made, work))
    return 0


def _report(
    tool: str, made: list[Copy], named: dict[str, Counter[str]], speaking: dict[str, float]
) -> None:
    total = Counter(one.kind for one in made)
    for level, counted in named.items():
        shares = "  ".join(f"{kind} {counted[kind] / total[kind]:.2f}" for kind in total)
        whole = sum(counted.values()) / max(1, len(made))
        print(f"  {tool} {level:8} {shares}  all {whole:.2f}  speaks on {speaking[level]:.1%}")


def _originals(snapshot: Snapshot) -> list[Original]:
    found: list[Original] = []
    for path, role in sorted(snapshot.roles().items()):
        source = snapshot.source(path)
        if role is not Role.SOURCE or source is None or not path.endswith(".py"):
            continue
        try:
            found += originals(path, source.decode())
        except (SyntaxError, UnicodeDecodeError):
            continue
    return [one for one in found if one.lines in _LINES and not one.node.name.startswith("__")]


def _hosts() -> list[Original]:
    library = Path(sysconfig.get_paths()["stdlib"])
    found = (one for name in _HOSTS for one in originals(name, (library / name).read_text()))
    return [one for one in found if one.lines in _LINES]


def _copies(
    known: list[Original], hosts: list[Original], each: int, draw: random.Random
) -> Iterator[Copy]:
    for number, (kind, make) in enumerate(KINDS.items()):
        left = each
        for one in draw.sample(known, len(known)):
            host = draw.choice(hosts)
            copied = make(one, draw, host)
            if copied is None:
                continue
            text = module_of(kind, one, copied, host if kind == "inlined" else one)
            ast.parse(text)
            folder = one.path.partition("/")[0] if "/" in one.path else "."
            yield Copy(kind, one, f"{folder}/added_{number}_{each - left}.py", text)
            left -= 1
            if not left:
                break


def _flames(
    snapshot: Snapshot, config: Config, known: list[Original], made: list[Copy], *, misses: bool
) -> tuple[dict[str, Counter[str]], dict[str, float]]:
    named = {level.label: Counter[str]() for level in _LEVELS}
    for one in made:
        found = _asked(snapshot.with_edit(one.path, one.text.encode(), 1), config, [one.path])
        original = f"{one.original.path}::{one.original.qualname}"
        right = [f for f in found if any(place.symbol == original for place in f.related)]
        for level in _LEVELS:
            named[level.label][one.kind] += any(f.severity >= level for f in right)
        if misses and not right:
            print(f"--- {one.kind} {original}: {[f.message for f in found]}\n{one.text}")
    spoke = _asked(snapshot, config, list(snapshot.paths()))
    functions = {(one.path, one.qualname) for one in known}
    speaking = {
        level.label: len({_place(snapshot, f) for f in spoke if f.severity >= level} & functions)
        / len(functions)
        for level in _LEVELS
    }
    return named, speaking


def _place(snapshot: Snapshot, finding: Finding) -> tuple[str, str]:
    symbol = snapshot.enclosing(finding.span.path, finding.span.start)
    return finding.span.path, symbol.id.rpartition("::")[2] if symbol else ""


def _asked(snapshot: Snapshot, config: Config, paths: list[str]) -> list[Finding]:
    result = run_checks(
        snapshot, paths, config, trace=Trace(None), rules=["parallel-logic"], baseline=False
    )
    return list(result.findings)


def _jscpd(
    command: list[str], snapshot: Snapshot, known: list[Original], made: list[Copy], work: Path
) -> tuple[dict[str, Counter[str]], dict[str, float]]:
    shutil.rmtree(work, ignore_errors=True)
    for path in {one.path for one in known}:
        target = work / "tree" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(snapshot.source(path) or b"")
    clean = _pairs(command, work)
    for one in made:
        (work / "tree" / one.path).write_text(one.text)
    pairs = _pairs(command, work)
    named = Counter[str]()
    for one in made:
        lines = (one.original.node.lineno, one.original.node.end_lineno or 0)
        named[one.kind] += any(
            a[0] == one.path and b[0] == one.original.path and _meet(b[1:], lines)
            for pair in pairs
            for a, b in (pair, pair[::-1])
        )
    touched = [place for pair in clean for place in pair]
    spoke = sum(
        any(
            place[0] == one.path and _meet(place[1:], (one.node.lineno, one.node.end_lineno or 0))
            for place in touched
        )
        for one in known
    )
    return {"says": named}, {"says": spoke / len(known)}


_Place = tuple[str, int, int]


def _pairs(command: list[str], work: Path) -> list[tuple[_Place, _Place]]:
    """What jscpd finds, clones and similar functions, as pairs of (path, first, last line)."""
    out = work / "report"
    shutil.rmtree(out, ignore_errors=True)
    asked = [*command, "--reporters", "json", "--output", str(out), "--silent", str(work / "tree")]
    subprocess.run(asked, env={**os.environ, "NO_COLOR": "1"}, capture_output=True, check=False)
    report = json.loads((out / "jscpd-report.json").read_text())
    return [
        (_read(row["firstFile"], work), _read(row["secondFile"], work))
        for row in [*report["duplicates"], *report.get("similarities", ())]
    ]


def _read(place: dict[str, object], work: Path) -> _Place:
    inside = (work / "tree" / str(place["name"])).resolve().relative_to((work / "tree").resolve())
    return inside.as_posix(), int(str(place["start"])), int(str(place["end"]))


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


if __name__ == "__main__":
    sys.exit(main())
