"""What a session asks of the indexer: the one seam, so that its rules are tested without one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from flames_indexer.config import Config
    from flames_indexer.index import Index, Snapshot
    from flames_indexer.model import Finding
    from flames_indexer.trace import Trace

Overrides = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Opened:
    """A root as the store has it. `problem` is a sentence for the user when it has nothing."""

    config: Config
    index: Index
    snapshot: Snapshot  # of that index, without overlays
    trace: Trace
    manual: Mapping[str, str] = field(default_factory=dict[str, str])  # rule -> URI of its page
    warnings: tuple[str, ...] = ()
    problem: str = ""


class Engine(Protocol):
    """Every function may run on any thread and may take long, except `handles`."""

    def handles(self, path: str) -> bool:
        """Whether Flames reads this kind of file."""
        ...

    def top_of(self, folder: str) -> str:
        """The index root that `folder` is a view of."""
        ...

    def open(self, top: str, overrides: Overrides, old: Opened | None) -> Opened:
        """What the store has now; what did not change since `old` is shared with it."""
        ...

    def generation(self, opened: Opened) -> int:
        """The newest stored generation; 0 when there is none."""
        ...

    def check(
        self, snapshot: Snapshot, path: str, opened: Opened, superseded: Callable[[], bool]
    ) -> Sequence[Finding]: ...

    def contract(self, snapshot: Snapshot, path: str) -> object:
        """Equal values: other files see the same of `path`."""
        ...

    def touches(self, snapshot: Snapshot, path: str, changed: str) -> bool:
        """Whether `path` uses anything of `changed`."""
        ...


class IndexerEngine:
    """The real one. Imports the indexer when it is first asked: `initialize` comes before."""

    def handles(self, path: str) -> bool:
        from flames_indexer.languages import language_of

        return language_of(path) is not None

    def top_of(self, folder: str) -> str:
        from flames_indexer.files import root_of

        return str(root_of(Path(folder)))
