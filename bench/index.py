"""What indexing a repository costs, beside its peers on the same tree in the same run.

    python bench/index.py PATH [PATH…] [--runs 3]
    python bench/index.py --checker PATH/package      also what a type checker needs for a package

Peers: universal-ctags (definitions only), tree-sitter alone (no facts kept), basedpyright. Ratios,
not seconds, are the figures to compare: CPU is user + system, everything included.
"""

import argparse
import json
import shutil
import sys
import sysconfig
from pathlib import Path
from statistics import median

from measure import Cache, Cost, cost, flames, median_cost, size_mb

_LANGUAGES = "Python,JavaScript,TypeScript"


def ctags(root: Path, tags: Path) -> float | None:
    """CPU seconds of universal-ctags over the files of our languages (definitions only), None when
    it is not installed. The tags are written and kept, as the index of Flames is."""
    if not shutil.which("ctags"):
        return None
    return cost(["ctags", "-R", f"--languages={_LANGUAGES}", "-f", str(tags), str(root)]).cpu_s


def cold(root: Path, runs: int) -> tuple[Cost, float | None]:
    """The median cold build, and the median of ctags: in turns, for a machine is not equally fast
    for long."""
    builds: list[Cost] = []
    peers: list[float] = []
    for _ in range(runs):
        with Cache() as folder:
            env = {"FLAMES_CACHE_DIR": str(folder / "cache")}
            builds.append(cost([flames(), "index", str(root), "-q"], env))
            peers += filter(None, (ctags(root, folder / "tags") for _ in range(3)))
    return sorted(builds, key=lambda c: c.cpu_s)[runs // 2], median(peers) if peers else None


def interpreter() -> dict[str, object]:
    """Which Python runs Flames: one that is built without profile-guided optimisation needs a tenth
    more CPU. Distributions optimise by means of their own, which `configured` does not show."""
    configured = str(sysconfig.get_config_var("CONFIG_ARGS"))
    return {
        "python": sys.version,
        "at": sys.base_prefix,
        "configured_optimised": "--enable-optimizations" in configured,
    }


_PARSE = """
import sys
from pathlib import Path
from flames_indexer.build.scan import scan_of
from flames_indexer.config import config_of
from flames_indexer.languages import language_named

scan = scan_of(Path(sys.argv[1]), config_of({}))
for entry in scan.found.sources:
    record, source = scan.read(entry)
    if record.language:
        language_named(record.language).grammar().parse(source)
"""


def parsing(root: Path, runs: int) -> float:
    """CPU seconds of reading and parsing the same files with tree-sitter, every tree thrown away:
    the floor of whatever reads them with it."""
    return median_cost([sys.executable, "-c", _PARSE, str(root)], runs).cpu_s


def beside_checker(root: Path, runs: int) -> dict[str, object]:
    """A cold build of a package beside one run of basedpyright over it."""
    checker = str(Path(sys.executable).with_name("basedpyright"))
    with Cache() as cache:
        env = {"FLAMES_CACHE_DIR": str(cache)}
        cold = median_cost([flames(), "index", str(root), "--full", "-q"], runs, env)
        project = cache / "pyrightconfig.json"  # else that of the current folder
        project.write_text(json.dumps({"include": [str(root)]}))
        peer = median_cost([checker, "--pythonpath", sys.executable, "-p", str(project)], 1)
    return {
        "package": root.name,
        "cold_cpu_s": round(cold.cpu_s, 2),
        "peak_rss_mb": round(cold.peak_rss_mb),
        "basedpyright_cpu_s": round(peer.cpu_s, 2),
        "basedpyright_rss_mb": round(peer.peak_rss_mb),
        "part_of_basedpyright": round(cold.cpu_s / peer.cpu_s, 3),
    }


def figures(root: Path, runs: int) -> dict[str, object]:
    """Cold build, no-op build, disk, and what was found."""
    with Cache() as cache:
        env = {"FLAMES_CACHE_DIR": str(cache)}
        built, peer = cold(root, runs)
        floor = parsing(root, runs)
        cost([flames(), "index", str(root), "-q"], env)
        noop = median_cost([flames(), "index", str(root), "-q"], runs, env)
        disk = size_mb(cache)
        status = median_cost([flames(), "status", "--root", str(root), "--format", "json"], 1, env)
        found = json.loads(status.output)
    return {
        "repository": root.name,
        "cold_cpu_s": round(built.cpu_s, 2),
        "ctags_cpu_s": peer and round(peer, 2),
        "ratio_to_ctags": peer and round(built.cpu_s / peer, 1),
        "parse_cpu_s": round(floor, 2),
        "ratio_to_parse": round(built.cpu_s / floor, 1),
        "peak_rss_mb": round(built.peak_rss_mb),
        "noop_cpu_s": round(noop.cpu_s, 2),
        "disk_mb": round(disk, 1),
        "found": found,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--checker", type=Path, metavar="PACKAGE")
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    print(json.dumps(interpreter(), indent=1))
    for root in args.paths:
        print(json.dumps(figures(root.resolve(), args.runs), indent=1))
    if args.checker:
        print(json.dumps(beside_checker(args.checker.resolve(), args.runs), indent=1))


if __name__ == "__main__":
    main()
