"""CPU seconds, peak memory and disk of a command, as the other benchmarks report them."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    cpu_s: float  # user + system, children included
    wall_s: float
    peak_rss_mb: float  # of the largest process
    output: str


_CHILD = """
import json, resource, subprocess, sys, time
start = time.perf_counter()
run = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([used.ru_utime + used.ru_stime, time.perf_counter() - start, used.ru_maxrss / 1024,
                  run.returncode, run.stdout.decode("utf-8", "replace")]))
"""


def cost(command: Sequence[str], env: Mapping[str, str] | None = None) -> Cost:
    """What one command costs in a process of its own; exits when it fails (code 2 and up)."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, *command],
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
        check=True,
    )
    cpu, wall, rss, code, output = json.loads(done.stdout)
    if code not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {code}:\n{output[-2000:]}")
    return Cost(cpu, wall, rss, output)


def median_cost(command: Sequence[str], runs: int, env: Mapping[str, str] | None = None) -> Cost:
    """The run with the median CPU time of several."""
    return sorted((cost(command, env) for _ in range(runs)), key=lambda c: c.cpu_s)[runs // 2]


def size_mb(folder: Path) -> float:
    """What the files below a folder occupy."""
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6


def flames() -> str:
    """The `flames` beside this interpreter."""
    return str(Path(sys.executable).with_name("flames"))


class Cache:
    """A cache folder of its own for one measurement, removed afterwards."""

    def __enter__(self) -> Path:
        self.path = Path(tempfile.mkdtemp(prefix="flames-bench-"))
        return self.path

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
