"""The one line that an editor shows of Flames: is it well, is it done, what should I know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

METHOD = "flames/status"


@dataclass(frozen=True, slots=True)
class RootState:
    """What of a root the status is made of."""

    name: str
    generation: int
    files: int
    working: str = ""  # "": at rest
    problem: str = ""
    pending: int = 0  # files whose edges are of the generation before
    notes: tuple[str, ...] = ()  # settings not understood, watching limited, other builders


@dataclass(frozen=True, slots=True)
class Status:
    """`health`: ok | warning | error. `quiescent`: nothing is being built or checked."""

    health: str
    quiescent: bool
    message: str

    def payload(self) -> dict[str, object]:
        return {"health": self.health, "quiescent": self.quiescent, "message": self.message}


def status(roots: Sequence[RootState], notes: Sequence[str], *, quiet: bool) -> Status:
    """`notes` are about the session as a whole; each of them is a warning."""
    problems = [_named(root, root.problem, roots) for root in roots if root.problem]
    warnings = [*notes, *(_named(root, note, roots) for root in roots for note in root.notes)]
    working = [_named(root, root.working, roots) for root in roots if root.working]
    health = "error" if problems else "warning" if warnings else "ok"
    said = [*problems, *working, *warnings] or [_at_rest(roots)]
    return Status(health, quiet and not working, "; ".join(said))


def _named(root: RootState, text: str, roots: Sequence[RootState]) -> str:
    return f"{root.name}: {text}" if len(roots) > 1 else text


def _at_rest(roots: Sequence[RootState]) -> str:
    if not roots:
        return "no folder is open"
    files = sum(root.files for root in roots)
    pending = sum(root.pending for root in roots)
    said = f"{files:,} files indexed" if files != 1 else "1 file indexed"
    return f"{said}, {pending:,} pending" if pending else said
