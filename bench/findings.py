"""Draws a sample of findings for a reader to judge, and adds up the verdicts.

    python bench/findings.py draw OUT.md ROOT [ROOT…] --size 60 --seed 7 [--rule R] [--loud]
        [--most 4]
    python bench/findings.py count VERDICTS.jsonl

`draw` writes each finding as an editor shows it, with the whole functions of both places, and
nothing of how it was made: as many of each root as there are, up to an equal share, then of all
the rest; `--most`: never more of one root. `--loud`: no hints. The reader answers one line each:
{"n": 1, "verdict": "right" | "worth reading" | "wrong", "why": "…"}.
`count` prints the shares with 95 % Wilson intervals.
"""

import argparse
import json
import math
import random
import subprocess
from collections import Counter
from pathlib import Path

from flames_indexer.facts import DefinitionKind
from flames_indexer.languages import language_of
from flames_indexer.parse import parse
from measure import flames

_SHOWN_LINES = 200
_LINES_OF_NOTHING = 40  # shown where there is no function


def _findings(root: Path) -> list[dict[str, object]]:
    run = subprocess.run(
        [flames(), "check", str(root), "--format", "json", "--fail-on", "error"],
        capture_output=True,
        text=True,
        check=False,
    )
    found: list[dict[str, object]] = json.loads(run.stdout)["findings"]
    return [{**finding, "root": str(root)} for finding in found]


def _function(root: str, path: str, line: int) -> str:
    """The whole function around a line, else the lines that follow."""
    source = (Path(root) / path).read_bytes()
    lines = source.decode("utf-8", "replace").splitlines()
    first, last = _extent(path, source, line) or (line, line + _LINES_OF_NOTHING)
    shown = lines[first - 1 : min(last, first - 1 + _SHOWN_LINES)]
    cut = [f"      … {last - first + 1 - _SHOWN_LINES} more lines"]
    numbered = [f"{n:5} {text}" for n, text in enumerate(shown, first)]
    return "\n".join(numbered + (cut if last - first >= _SHOWN_LINES else []))


def _extent(path: str, source: bytes, line: int) -> tuple[int, int] | None:
    """First and last line, decorators included."""
    language = language_of(path)
    if language is None:
        return None
    table = parse(source, language).definitions
    around: list[tuple[int, int]] = []
    for row, kind in enumerate(table.kind):
        first = source.count(b"\n", 0, table.start[row]) + 1
        last = first + source.count(b"\n", table.start[row], table.end[row])
        if kind == DefinitionKind.FUNCTION and first <= line <= last:
            around.append((first, last))
    return max(around, default=None)


def _page(number: int, finding: dict[str, object]) -> str:
    """What an editor shows, and the code of both places."""
    root, path = str(finding["root"]), str(finding["path"])
    line = int(finding["line"])  # pyright: ignore
    parts = [
        f"## {number}. {finding['rule']} ({finding['severity']}) in {Path(root).name}",
        f"{path}:{line}: {finding['message']}",
        *(f"- {words}" for words in finding["evidence"]),  # pyright: ignore
        *(f"- {p['path']}:{p['line']}: {p['message']}" for p in finding["related"]),  # pyright: ignore
    ]
    for there, at in [(path, line), *((p["path"], p["line"]) for p in finding["related"])]:  # pyright: ignore
        parts += [there, "```", _function(root, there, at), "```"]
    return "\n".join(parts)


def draw(
    out: Path,
    roots: list[Path],
    size: int,
    seed: int,
    rule: str | None,
    *,
    loud: bool,
    most: int | None,
) -> None:
    """Writes a sample, the same for the same seed and findings."""
    chosen = random.Random(seed)
    sample: list[dict[str, object]] = []
    rest: list[dict[str, object]] = []
    for root in roots:
        found = [
            finding
            for finding in _findings(root)
            if rule in (None, finding["rule"]) and not (loud and finding["severity"] == "hint")
        ]
        print(f"{root.name}: {dict(Counter(str(f['severity']) for f in found))}")
        chosen.shuffle(found)
        each = size // len(roots)
        sample += found[:each]
        rest += found[each:most]
    sample += chosen.sample(rest, min(size - len(sample), len(rest)))
    chosen.shuffle(sample)
    out.write_text("\n\n".join(_page(n, finding) for n, finding in enumerate(sample, 1)))


def _interval(share: float, n: int) -> tuple[float, float]:
    z = 1.96
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return middle - half, middle + half


def count(verdicts: Path) -> None:
    """Prints how many of each, and the two shares that are promised."""
    rows = [json.loads(line) for line in verdicts.read_text().splitlines() if line.strip()]
    counted = Counter(row["verdict"] for row in rows)
    print(dict(counted))
    for name, good in (("right", {"right"}), ("worth reading", {"right", "worth reading"})):
        share = sum(counted[verdict] for verdict in good) / len(rows)
        low, high = _interval(share, len(rows))
        print(f"{name}: {share:.0%} ({low:.0%} to {high:.0%}) of {len(rows)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw")
    drawing.add_argument("out", type=Path)
    drawing.add_argument("roots", type=Path, nargs="+")
    drawing.add_argument("--size", type=int, default=60)
    drawing.add_argument("--seed", type=int, default=7)
    drawing.add_argument("--rule")
    drawing.add_argument("--loud", action="store_true")
    drawing.add_argument("--most", type=int, help="findings of one repository")
    counting = commands.add_parser("count")
    counting.add_argument("verdicts", type=Path)
    args = parser.parse_args()
    if args.command == "draw":
        roots = [root.resolve() for root in args.roots]
        draw(
            *(args.out, roots, args.size, args.seed, args.rule),
            loud=args.loud,
            most=args.most,
        )
    else:
        count(args.verdicts)


if __name__ == "__main__":
    main()
