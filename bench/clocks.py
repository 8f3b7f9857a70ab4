"""Samples of time, and the CPU time of a running process."""

import os
from dataclasses import dataclass, field
from pathlib import Path

_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


@dataclass
class Times:
    """Samples in milliseconds."""

    samples: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, float]:
        ordered = sorted(self.samples)
        at = {q: ordered[min(len(ordered) - 1, int(q * len(ordered)))] for q in (0.5, 0.95)}
        return {"p50": round(at[0.5], 1), "p95": round(at[0.95], 1), "n": len(ordered)}


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu_ms(pid: int) -> float:
    """What a process and its children have used so far, user and system, those gone included."""
    ours = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    used = sum(int(field) for field in ours[11:15]) * _TICK_MS
    return used + sum(cpu_ms(child) for child in children(pid))
