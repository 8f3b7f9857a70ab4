"""Draws a sample of findings for a reader to judge, and adds up the verdicts.

    python bench/findings.py draw OUT.md ROOT [ROOT…] --size 60 --seed 7 [--rule R] [--loud]
    python bench/findings.py count VERDICTS.jsonl

`draw` writes each finding with the code of both places and nothing of how it was made, as many of
each root as there are, up to an equal share, then of all the rest. `--loud`: no hints. The reader
answers one line each: {"n": 1, "verdict": "right" | "worth reading" | "wrong", "why": "…"}.
`count` prints the shares with 95 % Wilson intervals.
"""

import argparse
import json
import math
import random
import subprocess
from collections import Counter
from pathlib import Path

from measure import flames

_SHOWN_LINES = 60


def _findings(root: Path) -> list[dict[str, object]]:
    run = subprocess.run(
        [flames(), "check", str(root), "--format", "json", "--fail-on", "error"],
        capture_output=True,
        text=True,
        check=False,
    )
    found: list[dict[str, object]] = json.loads(run.stdout)["findings"]
    return [{**finding, "root": str(root)} for finding in found]


def _code(root: str, path: str, line: int, end_line: int) -> str:
    lines = (Path(root) / path).read_text("utf-8", "replace").splitlines()
    shown = lines[line - 1 : min(end_line, line - 1 + _SHOWN_LINES)]
    return "\n".join(f"{n:5} {text}" for n, text in enumerate(shown, line))


def _page(number: int, finding: dict[str, object]) -> str:
    root, path = str(finding["root"]), str(finding["path"])
    parts = [
        f"## {number}. {finding['rule']} ({finding['severity']}) in {Path(root).name}",
        f"{path}:{finding['line']}: {finding['message']}",
        *(f"- {words}" for words in finding["evidence"]),  # pyright: ignore
        "```",
        _code(root, path, int(finding["line"]), int(finding["end_line"])),  # pyright: ignore
        "```",
    ]
    for place in finding["related"]:  # pyright: ignore
        parts += [
            f"{place['path']}:{place['line']} {place['symbol']}: {place['message']}",
            "```",
            _code(root, place["path"], place["line"], place["line"] + 40),
            "```",
        ]
    return "\n".join(parts)


def draw(
    out: Path, roots: list[Path], size: int, seed: int, rule: str | None, *, loud: bool
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
        rest += found[each:]
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
    counting = commands.add_parser("count")
    counting.add_argument("verdicts", type=Path)
    args = parser.parse_args()
    if args.command == "draw":
        roots = [root.resolve() for root in args.roots]
        draw(args.out, roots, args.size, args.seed, args.rule, loud=args.loud)
    else:
        count(args.verdicts)


if __name__ == "__main__":
    main()
