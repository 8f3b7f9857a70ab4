"""What indexing a repository costs, beside universal-ctags on the same tree in the same run.

    python bench/index.py PATH [PATH…] [--runs 3] [--json]

Ratios, not seconds, are the figures to compare: CPU is user + system, everything included.
"""

import argparse
import json
import shutil
from pathlib import Path

from measure import Cache, flames, median_cost, size_mb

_LANGUAGES = "Python,JavaScript,TypeScript"


def ctags(root: Path, runs: int) -> float | None:
    """CPU seconds of universal-ctags over the files of our languages (definitions only), None when
    it is not installed."""
    if not shutil.which("ctags"):
        return None
    return median_cost(
        ["ctags", "-R", f"--languages={_LANGUAGES}", "-f", "/dev/null", str(root)], runs
    ).cpu_s


def figures(root: Path, runs: int) -> dict[str, object]:
    """Cold build, no-op build, disk, and what was found."""
    with Cache() as cache:
        env = {"FLAMES_CACHE_DIR": str(cache)}
        peer = ctags(root, runs)
        cold = median_cost([flames(), "index", str(root), "--full", "-q"], runs, env)
        noop = median_cost([flames(), "index", str(root), "-q"], runs, env)
        disk = size_mb(cache)
        status = median_cost([flames(), "status", "--root", str(root), "--format", "json"], 1, env)
        found = json.loads(status.output)
    return {
        "repository": root.name,
        "cold_cpu_s": round(cold.cpu_s, 2),
        "ctags_cpu_s": peer and round(peer, 2),
        "ratio_to_ctags": peer and round(cold.cpu_s / peer, 1),
        "peak_rss_mb": round(cold.peak_rss_mb),
        "noop_cpu_s": round(noop.cpu_s, 2),
        "disk_mb": round(disk, 1),
        "found": found,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    for root in args.paths:
        print(json.dumps(figures(root.resolve(), args.runs), indent=1))


if __name__ == "__main__":
    main()
